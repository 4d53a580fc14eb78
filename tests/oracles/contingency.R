# Fisher's exact tests of contingency_input.csv.
# Run in this folder: Rscript contingency.R (R 4.2.2).
data <- read.csv("contingency_input.csv")
rows <- lapply(unique(data$dataset), function(name) {
  table <- xtabs(count ~ row + column, data[data$dataset == name, ])
  table <- table[rowSums(table) > 0, colSums(table) > 0]
  data.frame(dataset = name,
             p = sprintf("%.15g", fisher.test(table, workspace = 2e7)$p.value))
})
write.csv(do.call(rbind, rows), "contingency_tests.csv", row.names = FALSE, quote = FALSE)
