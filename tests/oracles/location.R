# Summaries of location_input.csv; quantiles by definitions 2, 6 and 7.
# Run in this folder: Rscript location.R (R 4.2.2).
data <- read.csv("location_input.csv")
show <- function(x) ifelse(is.na(x), "", sprintf("%.15g", x))
rows <- lapply(unique(data$dataset), function(name) {
  set <- data$value[data$dataset == name]
  known <- set[!is.na(set)]
  do.call(rbind, lapply(c(2, 6, 7), function(type) {
    at <- quantile(known, c(0.25, 0.5, 0.75, 0.1, 0.95), type = type, names = FALSE)
    data.frame(dataset = name, type = type, n = length(known), missing = sum(is.na(set)),
               mean = show(mean(known)), sd = show(sd(known)), q1 = show(at[1]),
               median = show(at[2]), q3 = show(at[3]), tenth = show(at[4]),
               ninetyfifth = show(at[5]), min = show(min(known)), max = show(max(known)))
  }))
})
write.csv(do.call(rbind, rows), "location_summaries.csv", row.names = FALSE, quote = FALSE)
