# Tests of random tables of counts; lines are parted by "/".
# Run in this folder: Rscript tables.R (R 4.2.2, coin 1.4-2).
suppressMessages(library(coin))
set.seed(5)
show <- function(x) sprintf("%.15g", x)
one <- function(rows, columns) {
  repeat {
    counts <- matrix(rpois(rows * columns, sample(c(2, 5, 12), 1)), rows)
    if (all(rowSums(counts) > 0) && all(colSums(counts) > 0)) break
  }
  small <- rows == 2 && columns == 2
  plain <- suppressWarnings(chisq.test(counts, correct = FALSE))
  expected <- plain$expected
  ratio <- 2 * sum(ifelse(counts > 0, counts * log(counts / expected), 0))
  table <- as.table(counts)
  found <- data.frame(
    counts = paste(apply(counts, 1, paste, collapse = " "), collapse = "/"),
    fisher = show(fisher.test(counts, workspace = 2e7)$p.value),
    chi_squared = show(plain$p.value),
    likelihood_ratio = show(pchisq(ratio, plain$parameter, lower.tail = FALSE)),
    yates = "", n_minus_1 = "", fisher_one_sided = "", mid_p = "")
  if (small) {
    found$yates <- show(suppressWarnings(chisq.test(counts))$p.value)
    found$n_minus_1 <- show(pvalue(cmh_test(table)))
    tails <- c(fisher.test(counts, alternative = "less")$p.value,
               fisher.test(counts, alternative = "greater")$p.value)
    at <- dhyper(counts[1, 1], sum(counts[, 1]), sum(counts[, 2]), sum(counts[1, ]))
    found$fisher_one_sided <- show(min(tails))
    found$mid_p <- show(min(1, 2 * min(tails) - at))
  }
  found
}
tables <- c(lapply(1:40, function(i) one(2, 2)), lapply(1:20, function(i) one(2, 4)),
            lapply(1:10, function(i) one(3, 3)))
write.csv(do.call(rbind, tables), "tables.csv", row.names = FALSE, quote = FALSE)
