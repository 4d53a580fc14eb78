# Mann-Whitney tests of two groups on ordered levels, from their counts at each.
# Run in this folder: Rscript levels.R (R 4.2.2, exactRankTests 0.8-35, coin 1.4-2).
suppressMessages({library(exactRankTests); library(coin)})
set.seed(5)
show <- function(x) sprintf("%.15g", x)
one <- function(i) {
  levels <- sample(2:6, 1)
  repeat {
    left <- rpois(levels, sample(c(1, 3, 6), 1)); right <- rpois(levels, sample(c(1, 3, 6), 1))
    if (sum(left) && sum(right) && sum(left + right > 0) > 1) break
  }
  a <- rep(seq_len(levels), left); b <- rep(seq_len(levels), right)
  exact <- function(side) wilcox.exact(a, b, exact = TRUE, alternative = side)$p.value
  normal <- function(correct, side = "two.sided")
    suppressWarnings(wilcox.test(a, b, exact = FALSE, correct = correct, alternative = side))$p.value
  values <- c(a, b); group <- factor(rep(1:2, c(length(a), length(b))))
  data.frame(left = paste(left, collapse = " "), right = paste(right, collapse = " "),
             exact = show(exact("two.sided")),
             exact_one_sided = show(min(exact("less"), exact("greater"))),
             coin = show(pvalue(wilcox_test(values ~ group, distribution = "exact"))),
             corrected = show(normal(TRUE)), plain = show(normal(FALSE)),
             plain_one_sided = show(min(normal(FALSE, "less"), normal(FALSE, "greater"))))
}
write.csv(do.call(rbind, lapply(1:60, one)), "levels.csv", row.names = FALSE, quote = FALSE)
