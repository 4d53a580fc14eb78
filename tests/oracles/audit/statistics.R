# p of test statistics: correlations of random pairs, Student's t, normal, chi-squared, F.
# Run in this folder: Rscript statistics.R (R 4.2.2).
set.seed(5)
show <- function(x) sprintf("%.15g", x)
row <- function(test, value, df1 = NA, df2 = NA, two, one)
  data.frame(test, value = show(value), df1 = df1, df2 = df2, two_sided = show(two),
             one_sided = if (is.na(one)) "" else show(one))
correlations <- lapply(1:40, function(i) {
  n <- sample(3:60, 1); x <- rnorm(n); y <- runif(1, -1, 1) * x + rnorm(n)
  side <- if (cor(x, y) > 0) "greater" else "less"
  found <- cor.test(x, y)
  row("r", found$estimate, n, NA, found$p.value, cor.test(x, y, alternative = side)$p.value)
})
students <- lapply(1:30, function(i) {
  t <- rnorm(1, 0, 2); df <- sample(c(1:40, 12.5, 33.3), 1)
  row("t", t, df, NA, 2 * pt(-abs(t), df), pt(-abs(t), df))
})
normals <- lapply(1:20, function(i) {
  z <- rnorm(1, 0, 2)
  row("z", z, NA, NA, 2 * pnorm(-abs(z)), pnorm(-abs(z)))
})
chi_squareds <- lapply(1:30, function(i) {
  df <- sample(1:9, 1); x <- rchisq(1, df, ncp = 3)
  upper <- pchisq(x, df, lower.tail = FALSE)
  row("chi2", x, df, NA, upper, if (df == 1) upper / 2 else NA)
})
variances <- lapply(1:30, function(i) {
  df1 <- sample(1:6, 1); df2 <- sample(2:60, 1); f <- rf(1, df1, df2, ncp = 2)
  row("f", f, df1, df2, pf(f, df1, df2, lower.tail = FALSE), NA)
})
all <- do.call(rbind, c(correlations, students, normals, chi_squareds, variances))
write.csv(all, "statistics.csv", row.names = FALSE, quote = FALSE, na = "")
