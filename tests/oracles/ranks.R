# Rank tests of ranks_input.csv and signed_rank_input.csv.
# Run in this folder: Rscript ranks.R (R 4.2.2, exactRankTests 0.8-35, coin 1.4-2).
suppressMessages({library(exactRankTests); library(coin)})

show <- function(x) ifelse(is.na(x), "", sprintf("%.15g", x))
extreme <- function(scores, size) {
  expected <- size * sum(scores) / length(scores)
  ends <- c(sum(sort(scores)[1:size]), sum(sort(scores, decreasing = TRUE)[1:size]))
  ends[which.max(abs(ends - expected))]
}

data <- read.csv("ranks_input.csv")
rows <- lapply(unique(data$dataset), function(name) {
  set <- data[data$dataset == name, ]
  kruskal <- kruskal.test(set$value, factor(set$sample))
  row <- data.frame(dataset = name, u = NA, p = NA, coin_p = NA, attainable_p = NA,
                    normal_p = NA, kruskal_h = kruskal$statistic, kruskal_p = kruskal$p.value)
  if (length(unique(set$sample)) == 2) {
    first <- set$value[set$sample == "a"]; second <- set$value[set$sample == "b"]
    normal <- suppressWarnings(wilcox.test(first, second, exact = FALSE))
    row$u <- normal$statistic; row$normal_p <- normal$p.value
    if (nrow(set) < 100) {
      row$p <- wilcox.exact(first, second, exact = TRUE)$p.value
      scores <- rank(set$value)
      if (length(unique(scores)) > 1) {
        row$coin_p <- pvalue(wilcox_test(value ~ factor(sample), data = set,
                                         distribution = "exact"))
        row$attainable_p <- exactRankTests::pperm(extreme(scores, length(first)), scores,
                                                  length(first), alternative = "two.sided")
      }
    }
  }
  row
})
table <- do.call(rbind, rows)
table[-1] <- lapply(table[-1], show)
write.csv(table, "ranks_tests.csv", row.names = FALSE, quote = FALSE)

data <- read.csv("signed_rank_input.csv")
rows <- lapply(unique(data$dataset), function(name) {
  set <- data$difference[data$dataset == name]
  set <- set[set != 0]
  normal <- suppressWarnings(wilcox.test(set, exact = FALSE))
  small <- length(set) < 100
  data.frame(dataset = name, pairs = length(set), v = normal$statistic,
             p = if (small) wilcox.exact(set, exact = TRUE)$p.value else NA,
             attainable_p = if (small) wilcox.exact(abs(set), exact = TRUE)$p.value else NA,
             normal_p = normal$p.value)
})
table <- do.call(rbind, rows)
table[-1] <- lapply(table[-1], show)
write.csv(table, "signed_rank_tests.csv", row.names = FALSE, quote = FALSE)
