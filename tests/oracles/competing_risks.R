# Cumulative incidence and Gray's tests of competing_risks_input.csv.
# Run in this folder: Rscript competing_risks.R (R 4.2.2, cmprsk 2.2-11, survival 3.5-3).
# cmprsk gives no limits; they are survival's, on the incidence itself, with cmprsk's
# variance: what tidycmprsk::cuminc prints.
library(cmprsk)

data <- read.csv("competing_risks_input.csv")
limits <- function(estimate, se, type) {
  survival:::survfit_confint(estimate, se, logse = FALSE, conf.type = type, conf.int = 0.95)
}
save <- function(rows, file) {
  table <- do.call(rbind, rows)
  numeric <- sapply(table, is.double)
  table[numeric] <- lapply(table[numeric], function(x) {
    ifelse(is.na(x), "", sprintf("%.15g", x))
  })
  write.csv(table, file, row.names = FALSE, quote = FALSE, na = "")
}

curves <- list(); tests <- list()
for (name in unique(data$dataset)) {
  set <- data[data$dataset == name, ]
  for (group in unique(set$group)) {
    one <- set[set$group == group, ]
    for (cause in setdiff(sort(unique(one$cause)), 0)) {
      fit <- cuminc(one$days, one$cause)[[paste(1, cause)]]
      days <- sort(unique(one$days))
      last <- sapply(days, function(day) max(which(fit$time <= day)))
      estimate <- fit$est[last]
      se <- sqrt(pmax(fit$var[last], 0))
      for (type in c("log-log", "log", "plain")) {
        bounds <- limits(estimate, se, type)
        curves[[length(curves) + 1]] <- data.frame(
          dataset = name, group = group, cause = cause, interval = type,
          time = as.double(days), incidence = estimate, se = se,
          lower = bounds$lower, upper = bounds$upper)
      }
    }
  }
  if (length(unique(set$group)) > 1 && any(set$cause > 0)) {
    gray <- cuminc(set$days, set$cause, set$group)$Tests
    tests[[length(tests) + 1]] <- data.frame(
      dataset = name, cause = as.integer(rownames(gray)), chi2 = gray[, "stat"],
      df = as.integer(gray[, "df"]), p = gray[, "pv"])
  }
}
save(curves, "competing_risks_curves.csv")
save(tests, "competing_risks_tests.csv")
