# Clopper-Pearson limits of proportions_input.csv.
# Run in this folder: Rscript proportions.R (R 4.2.2).
data <- read.csv("proportions_input.csv")
limits <- t(mapply(function(k, n, confidence) binom.test(k, n, conf.level = confidence)$conf.int,
                   data$k, data$n, data$confidence))
data$lower <- sprintf("%.15g", limits[, 1])
data$upper <- sprintf("%.15g", limits[, 2])
write.csv(data, "proportions_limits.csv", row.names = FALSE, quote = FALSE)
