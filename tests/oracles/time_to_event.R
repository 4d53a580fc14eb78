# Kaplan-Meier curves, medians, log-rank tests and Cox models of time_to_event_input.csv.
# Run in this folder: Rscript time_to_event.R (R 4.2.2, survival 3.5-3).
library(survival)

data <- read.csv("time_to_event_input.csv")
save <- function(rows, file) {
  table <- do.call(rbind, rows)
  numeric <- sapply(table, is.double)
  table[numeric] <- lapply(table[numeric], function(x) {
    ifelse(is.na(x), "", sprintf("%.15g", x))
  })
  write.csv(table, file, row.names = FALSE, quote = FALSE, na = "")
}
half <- function(fit) {
  found <- quantile(fit, 0.5)
  unname(c(found$quantile, found$lower, found$upper))
}

curves <- list(); medians <- list(); tests <- list()
for (name in unique(data$dataset)) {
  set <- data[data$dataset == name, ]
  for (group in unique(set$group)) {
    one <- set[set$group == group, ]
    reverse <- half(survfit(Surv(days, 1 - status) ~ 1, data = one))[1]
    for (type in c("log-log", "log", "plain")) {
      fit <- survfit(Surv(days, status) ~ 1, data = one, conf.type = type)
      curves[[length(curves) + 1]] <- data.frame(
        dataset = name, group = group, interval = type, time = as.double(fit$time),
        at_risk = as.integer(fit$n.risk), events = as.integer(fit$n.event),
        censored = as.integer(fit$n.censor), survival = fit$surv,
        se = fit$std.err * fit$surv, lower = fit$lower, upper = fit$upper)
      middle <- half(fit)
      medians[[length(medians) + 1]] <- data.frame(
        dataset = name, group = group, interval = type, median = middle[1],
        lower = middle[2], upper = middle[3], followup_median = reverse,
        printed_median = unname(summary(fit)$table["median"]),
        printed_upper = unname(summary(fit)$table["0.95UCL"]))
    }
  }
  if (length(unique(set$group)) > 1) {
    rank <- survdiff(Surv(days, status) ~ group, data = set)
    row <- data.frame(dataset = name, chi2 = rank$chisq, df = sum(rank$exp > 0) - 1L,
                      p = rank$pvalue, hazard_ratio = NA_real_, lower = NA_real_,
                      upper = NA_real_, lower_90 = NA_real_)
    if (length(unique(set$group)) == 2) {
      levels <- rev(unique(set$group))
      model <- suppressWarnings(coxph(
        Surv(days, status) ~ factor(group, levels), data = set, ties = "efron",
        control = coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 100)))
      if (model$var[1, 1] > 0 && model$var[1, 1] < 1e4) {
        row$hazard_ratio <- exp(coef(model)[[1]])
        row[c("lower", "upper")] <- summary(model)$conf.int[3:4]
        row$lower_90 <- summary(model, conf.int = 0.9)$conf.int[3]
      }
    }
    tests[[length(tests) + 1]] <- row
  }
}
save(curves, "time_to_event_curves.csv")
save(medians, "time_to_event_medians.csv")
save(tests, "time_to_event_tests.csv")
