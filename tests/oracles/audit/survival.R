# Kaplan-Meier estimates with Greenwood's standard error, read at a random time, with the numbers
# at risk and of events until then; and hazard ratios of two groups with their Wald intervals.
# Run in this folder: Rscript survival.R (R 4.2.2, survival 3.5-3).
library(survival)
set.seed(5)
show <- function(x) sprintf("%.15g", x)
curve <- function(i) {
  repeat {
    n <- sample(4:60, 1)
    days <- ceiling(rexp(n, 1 / 400)); censored <- ceiling(runif(n, 100, 1500))
    if (i %% 3 == 0) days <- ceiling(days / 60) * 60
    fit <- survfit(Surv(pmin(days, censored), days <= censored) ~ 1)
    until <- summary(fit, times = sample(fit$time, 1))
    events <- fit$time <= until$time & fit$n.event > 0
    if (until$surv > 0) break
  }
  data.frame(n = n, day = until$time, rate = show(until$surv), se = show(until$std.err),
             at_risk = paste(fit$n.risk[events], collapse = " "),
             events = paste(fit$n.event[events], collapse = " "))
}
write.csv(do.call(rbind, lapply(1:120, curve)), "curves.csv", row.names = FALSE, quote = FALSE)

ratio <- function(i) {
  n <- sample(20:200, 1); group <- rbinom(n, 1, 0.4)
  days <- rexp(n, exp(runif(1, -1, 1) * group) / 400); censored <- runif(n, 100, 1500)
  found <- summary(coxph(Surv(pmin(days, censored), days <= censored) ~ group))
  data.frame(ratio = show(found$conf.int[1]), lower = show(found$conf.int[3]),
             upper = show(found$conf.int[4]), p = show(found$coefficients[5]),
             events = found$nevent)
}
write.csv(do.call(rbind, lapply(1:60, ratio)), "ratios.csv", row.names = FALSE, quote = FALSE)
