# What R says of the studies in examples/, read off its own data sets and not off our tables.
# Run in this folder: Rscript examples.R (R 4.2.2, survival 3.5-3, cmprsk 2.2-11).
suppressMessages({library(survival); library(cmprsk)})
out <- data.frame()
say <- function(study, id, value) {
  out <<- rbind(out, data.frame(study = study, id = id,
                                value = ifelse(is.na(value), "", sprintf("%.15g", value))))
}
at <- function(field, ...) {
  keys <- c(...)
  if (length(keys)) paste0(field, "@", paste(sort(keys), collapse = ",")) else field
}

# An estimate is not carried past a group's last patient; its limits are log-log.
curve <- function(study, name, time, status, days, key = NULL) {
  fit <- survfit(Surv(time, status) ~ 1, conf.type = "log-log")
  median <- quantile(fit, 0.5)
  say(study, at(paste0(name, ".n"), key), length(time))
  say(study, at(paste0(name, ".events"), key), sum(status))
  say(study, at(paste0(name, ".median"), key), median$quantile)
  say(study, at(paste0(name, ".median_lower"), key), median$lower)
  say(study, at(paste0(name, ".median_upper"), key), median$upper)
  reverse <- quantile(survfit(Surv(time, 1 - status) ~ 1), 0.5)
  say(study, at(paste0(name, ".followup_median"), key), reverse$quantile)
  for (day in days) {
    # Past the last patient a curve goes on only where everybody had the event: it stays at 0.
    ended <- min(fit$surv) == 0
    row <- if (max(time) >= day || ended) summary(fit, times = day, extend = ended) else list()
    found <- if (length(row$surv)) c(row$surv, if (row$surv > 0) row$std.err else 0, row$lower, row$upper) else rep(NA, 4)
    for (i in 1:4) say(study, at(paste0(name, ".", c("rate", "se", "lower", "upper")[i]), paste0("day=", day), key), found[i])
  }
}
tested <- function(study, name, time, status, group, ratio = NULL) {
  test <- survdiff(Surv(time, status) ~ group)
  say(study, paste0(name, ".logrank_chi2"), test$chisq)
  say(study, paste0(name, ".logrank_df"), nlevels(group) - 1)
  say(study, paste0(name, ".logrank_p"), pchisq(test$chisq, nlevels(group) - 1, lower.tail = FALSE))
  if (!is.null(ratio)) {
    fit <- coxph(Surv(time, status) ~ ratio, ties = "efron", control = coxph.control(eps = 1e-12, toler.chol = 1e-13, iter.max = 50))
    limits <- exp(confint(fit))
    say(study, paste0(name, ".hazard_ratio"), exp(coef(fit)))
    say(study, paste0(name, ".hazard_ratio_lower"), limits[1])
    say(study, paste0(name, ".hazard_ratio_upper"), limits[2])
  }
}
spread <- function(study, name, x, key = NULL) {
  known <- x[!is.na(x)]
  say(study, at(paste0(name, ".n"), key), length(known))
  say(study, at(paste0(name, ".missing"), key), sum(is.na(x)))
  if (length(known)) {
    found <- c(mean(known), sd(known), quantile(known, c(0.5, 0.25, 0.75)), range(known))
    for (i in 1:7) say(study, at(paste0(name, ".", c("mean", "sd", "median", "q1", "q3", "min", "max")[i]), key), found[i])
  }
}
counted <- function(study, name, x, key = NULL) {
  for (level in unique(x[!is.na(x)]))
    say(study, at(paste0(name, ".count"), paste0("level=", level), key), sum(x == level, na.rm = TRUE))
  say(study, at(paste0(name, ".missing"), key), sum(is.na(x)))
}

# ------------------------------------------------------------------ examples/pbc
keys <- c("penicillamine", "placebo", "not_randomised")
group <- factor(ifelse(is.na(pbc$trt), 3, pbc$trt), labels = keys)
arms <- !is.na(pbc$trt)
days <- c(1826, 3653)
died <- as.integer(pbc$status == 2); ended <- as.integer(pbc$status > 0)
for (who in c("", keys)) {
  rows <- if (who == "") rep(TRUE, nrow(pbc)) else group == who
  key <- if (who == "") NULL else paste0("group=", who)
  curve("pbc", "survival.os", pbc$time[rows], died[rows], days, key)
  curve("pbc", "survival.tfs", pbc$time[rows], ended[rows], days, key)
  code <- c(0, 2, 1)[pbc$status[rows] + 1]
  fit <- cuminc(pbc$time[rows], code)
  for (cause in 1:2) for (day in days) {
    name <- c("death", "transplantation")[cause]
    point <- timepoints(fit, day)
    say("pbc", at("survival.death_untransplanted.incidence", paste0("cause=", name), paste0("day=", day), key),
        if (max(pbc$time[rows]) >= day) point$est[cause, 1] else NA)
  }
  spread("pbc", "baseline.age", round(pbc$age, 2)[rows], key)
  spread("pbc", "baseline.cholesterol", pbc$chol[rows], key)
  spread("pbc", "baseline.prothrombin_time", pbc$protime[rows], key)
  counted("pbc", "baseline.ascites", c("no", "yes")[pbc$ascites[rows] + 1], key)
  counted("pbc", "baseline.stage", pbc$stage[rows], key)
}
randomised <- droplevels(group[arms])
first <- as.integer(pbc$trt[arms] == 1)
tested("pbc", "survival.os", pbc$time[arms], died[arms], randomised, first)
tested("pbc", "survival.tfs", pbc$time[arms], ended[arms], randomised, first)
gray <- cuminc(pbc$time[arms], c(0, 2, 1)[pbc$status[arms] + 1], randomised)$Tests
for (cause in 1:2) {
  name <- c("death", "transplantation")[cause]
  say("pbc", paste0("survival.death_untransplanted.gray_chi2@cause=", name), gray[cause, "stat"])
  say("pbc", paste0("survival.death_untransplanted.gray_p@cause=", name), gray[cause, "pv"])
}
seq <- pbcseq[pbcseq$day <= pbc$time[match(pbcseq$id, pbc$id)], ]
of <- function(column, take, last = Inf) sapply(1:312, function(id) {
  x <- seq[[column]][seq$id == id & seq$day <= last]; x <- x[!is.na(x)]
  if (length(x)) take(x) else NA
})
final <- function(x) x[length(x)]
for (one in list(list("bilirubin_peak", "bili", max, 730), list("albumin_last", "albumin", final, Inf),
                 list("prothrombin_peak", "protime", max, 730), list("platelets_last", "platelet", final, Inf))) {
  x <- of(one[[2]], one[[3]], one[[4]])
  spread("pbc", paste0("biomarkers.", one[[1]]), x[randomised == "placebo"], "group=placebo")
  test <- suppressWarnings(wilcox.test(x[randomised == "penicillamine"], x[randomised == "placebo"], exact = FALSE))
  say("pbc", paste0("biomarkers.", one[[1]], ".mannwhitney_u"), test$statistic)
  say("pbc", paste0("biomarkers.", one[[1]], ".mannwhitney_p"), test$p.value)
}
worst <- of("edema", max)
say("pbc", "oedema.worst.fisher_p", fisher.test(table(randomised, worst), workspace = 2e7)$p.value)
staged <- factor(ifelse(pbc$stage <= 2, "early", pbc$stage))
test <- kruskal.test(pbc$bili, staged)
say("pbc", "stages.bilirubin.kruskal_h", test$statistic)
say("pbc", "stages.bilirubin.kruskal_df", test$parameter)
say("pbc", "stages.bilirubin.kruskal_p", test$p.value)
test <- cor.test(pbc$bili, pbc$albumin)
say("pbc", "laboratory.bilirubin_and_albumin.r", test$estimate)
say("pbc", "laboratory.bilirubin_and_albumin.p", test$p.value)
say("pbc", "transplantation.any.k", sum(pbc$status == 1))
exact <- binom.test(sum(pbc$status == 1), nrow(pbc))$conf.int
say("pbc", "transplantation.any.lower", exact[1]); say("pbc", "transplantation.any.upper", exact[2])

# -------------------------------------------------------------- examples/veteran
keys <- c("squamous", "small_cell", "adeno", "large_cell")
cell <- factor(veteran$celltype, levels = c("squamous", "smallcell", "adeno", "large"), labels = keys)
for (who in c("", keys)) {
  rows <- if (who == "") rep(TRUE, nrow(veteran)) else cell == who
  key <- if (who == "") NULL else paste0("group=", who)
  curve("veteran", "survival.os", veteran$time[rows], veteran$status[rows], c(91, 183, 365), key)
  spread("veteran", "baseline.karnofsky", veteran$karno[rows], key)
}
tested("veteran", "survival.os", veteran$time, veteran$status, cell)
able <- cut(veteran$karno, c(0, 30, 60, 100))
say("veteran", "performance.self_care.fisher_p", fisher.test(table(cell, able), workspace = 2e8)$p.value)
for (one in list(list("performance.self_care", as.integer(able)), list("performance.karnofsky", veteran$karno),
                 list("diagnosis.delay", veteran$diagtime))) {
  test <- kruskal.test(one[[2]], cell)
  say("veteran", paste0(one[[1]], ".kruskal_h"), test$statistic)
  say("veteran", paste0(one[[1]], ".kruskal_df"), test$parameter)
  say("veteran", paste0(one[[1]], ".kruskal_p"), test$p.value)
}
write.csv(out, "examples.csv", row.names = FALSE, quote = 2)
