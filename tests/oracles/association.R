# Pearson correlations of association_input.csv, at 95 % and 90 % confidence.
# Run in this folder: Rscript association.R (R 4.2.2).
data <- read.csv("association_input.csv")
show <- function(x) if (is.null(x)) c("", "") else sprintf("%.15g", x)
rows <- lapply(unique(data$dataset), function(name) {
  set <- na.omit(data[data$dataset == name, ])
  test <- cor.test(set$x, set$y)
  wide <- show(test$conf.int)
  narrow <- show(cor.test(set$x, set$y, conf.level = 0.9)$conf.int)
  data.frame(dataset = name, n = nrow(set), r = show(test$estimate), p = show(test$p.value),
             lower = wide[1], upper = wide[2], lower_90 = narrow[1], upper_90 = narrow[2])
})
write.csv(do.call(rbind, rows), "association_tests.csv", row.names = FALSE, quote = FALSE)
