# Every statistic of the bundled study that R can compute, straight from data/*.csv.
# Run in this folder: Rscript bundled.R
# (R 4.2.2, survival 3.5-3, cmprsk 2.2-11, exactRankTests 0.8-35).
# Endpoints, peaks and groups are derived here anew from the dated rows, with no look at the Python.
suppressMessages({library(survival); library(cmprsk); library(exactRankTests)})

read <- function(name) {
  read.csv(file.path("..", "..", "data", paste0(name, ".csv")), colClasses = "character")
}
day <- function(x) as.integer(as.Date(x))
cutoff <- day("2020-08-19")
p <- read("patients"); ev <- read("events"); inf <- read("infusions")
ae <- read("adverse_events"); me <- read("measurements")
rownames(p) <- p$patient_id
p$start <- day(p$start_date)
ev <- ev[day(ev$date) <= cutoff, ]
p$group <- c("MRD-positive" = "mrd_positive", "Active disease" = "active_disease",
             "Below 0.01%" = "below_threshold")[p$stratum]
in_group <- function(g) if (g == "") rep(TRUE, nrow(p)) else p$group == g
at <- function(keys) if (length(keys)) paste0("@", paste(keys, collapse = ",")) else ""
grouped <- function(g) if (g == "") character() else paste0("group=", g)

out <- list()
say <- function(id, keys, value) {
  shown <- if (length(value) == 0 || is.na(value)) "" else sprintf("%.15g", value)
  out[[length(out) + 1]] <<- data.frame(id = paste0(id, at(keys)), value = shown)
}
first <- function(who, event) {
  found <- day(ev$date[ev$patient_id == who & ev$event %in% event])
  if (length(found)) min(found) else NA
}
last_seen <- sapply(p$patient_id, function(one) {
  died <- first(one, "death")
  if (!is.na(died)) died else max(day(ev$date[ev$patient_id == one & ev$event == "last_contact"]))
})
endpoint <- function(events) {
  when <- sapply(p$patient_id, first, events)
  data.frame(days = ifelse(is.na(when), last_seen, when) - p$start, status = 1L - is.na(when))
}
half <- function(fit) {
  found <- quantile(fit, 0.5)
  unname(c(found$quantile, found$lower, found$upper))
}

ends <- list(os = endpoint("death"), efs = endpoint(c("relapse", "death")))
relapse <- sapply(p$patient_id, first, "relapse")
death <- sapply(p$patient_id, first, "death")
ends$relapse <- endpoint("relapse")
ends$relapse$days <- pmin(relapse, death, last_seen, na.rm = TRUE) - p$start
ends$relapse$code <- ifelse(!is.na(relapse), 1, ifelse(!is.na(death), 2, 0))

compared <- p$group %in% c("mrd_positive", "active_disease")
for (name in names(ends)) {
  base <- paste0("survival.", name)
  for (g in c("", "below_threshold", "mrd_positive", "active_disease")) {
    d <- ends[[name]][in_group(g), ]
    fit <- survfit(Surv(days, status) ~ 1, data = d, conf.type = "log-log")
    say(paste0(base, ".n"), grouped(g), nrow(d))
    say(paste0(base, ".events"), grouped(g), sum(d$status))
    say(paste0(base, ".censored"), grouped(g), sum(1 - d$status))
    middle <- half(fit)
    say(paste0(base, ".median"), grouped(g), middle[1])
    say(paste0(base, ".median_lower"), grouped(g), middle[2])
    say(paste0(base, ".median_upper"), grouped(g), middle[3])
    ended <- if (is.null(d$code)) d$status else d$code  # a competing event ends the time too
    reverse <- half(survfit(Surv(days, ended == 0) ~ 1, data = d))
    say(paste0(base, ".followup_median"), grouped(g), reverse[1])
    say(paste0(base, ".followup_min"), grouped(g), min(d$days))
    say(paste0(base, ".followup_max"), grouped(g), max(d$days))
    say(paste0(base, ".observed_median"), grouped(g), median(d$days))
    for (t in c(365, 730)) {
      s <- if (t <= max(d$days)) summary(fit, times = t) else NULL
      keys <- c(paste0("day=", t), grouped(g))
      say(paste0(base, ".rate"), keys, s$surv)
      say(paste0(base, ".se"), keys, s$std.err)
      # Where the curve is still 1, R gives limits of 1 before the first censoring and none after.
      flat <- length(s$surv) && s$surv == 1
      say(paste0(base, ".lower"), keys, if (flat) 1 else s$lower)
      say(paste0(base, ".upper"), keys, if (flat) 1 else s$upper)
      say(paste0(base, ".at_risk"), keys, sum(d$days >= t))
    }
  }
  d <- cbind(ends[[name]], group = p$group)[compared, ]
  rank <- survdiff(Surv(days, status) ~ group, data = d)
  say(paste0(base, ".logrank_chi2"), NULL, rank$chisq)
  say(paste0(base, ".logrank_p"), NULL, rank$pvalue)
  cox <- coxph(Surv(days, status) ~ factor(group, c("active_disease", "mrd_positive")), data = d,
               ties = "efron", control = coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 100))
  limits <- summary(cox)$conf.int
  say(paste0(base, ".hazard_ratio"), NULL, limits[1])
  say(paste0(base, ".hazard_ratio_lower"), NULL, limits[3])
  say(paste0(base, ".hazard_ratio_upper"), NULL, limits[4])
}
for (g in c("", "below_threshold", "mrd_positive", "active_disease")) {
  d <- ends$relapse[in_group(g), ]
  points <- timepoints(cuminc(d$days, d$code), c(365, 730))
  for (cause in c("relapse", "death")) {
    row <- paste("1", c(relapse = 1, death = 2)[[cause]])
    for (t in c("365", "730")) {
      keys <- c(paste0("cause=", cause), paste0("day=", t), grouped(g))
      past <- as.integer(t) > max(d$days)
      there <- row %in% rownames(points$est)
      say("survival.relapse.incidence", keys,
          if (past) NA else if (there) points$est[row, t] else 0)
    }
  }
}
d <- cbind(ends$relapse, group = p$group)[compared, ]
gray <- cuminc(d$days, d$code, d$group)$Tests
for (cause in c("relapse", "death")) {
  say("survival.relapse.gray_chi2", paste0("cause=", cause),
      gray[c(relapse = "1", death = "2")[[cause]], "stat"])
  say("survival.relapse.gray_p", paste0("cause=", cause),
      gray[c(relapse = "1", death = "2")[[cause]], "pv"])
}

# Markers: each patient's highest value from day 0 to 30 after the first infusion.
me$value <- as.numeric(me$value); me$when <- day(me$date)
peak <- function(who, analyte) {
  rows <- me[me$patient_id == who & me$analyte == analyte & me$infusion == "1", ]
  rows <- rows[rows$when - p[who, "start"] >= 0 & rows$when - p[who, "start"] <= 30, ]
  if (nrow(rows)) max(rows$value) else NA
}
rank_test <- function(base, x, y) {
  x <- x[!is.na(x)]; y <- y[!is.na(y)]
  say(paste0(base, ".mannwhitney_u"), NULL, sum(rank(c(x, y))[seq_along(x)]) -
        length(x) * (length(x) + 1) / 2)
  say(paste0(base, ".mannwhitney_p"), NULL, wilcox.exact(x, y, exact = TRUE)$p.value)
}
markers <- c(crp = "CRP", il2r = "IL-2R", il6 = "IL-6", il8 = "IL-8", il10 = "IL-10",
             ferritin = "Ferritin", cart = "CAR-T")
for (name in names(markers)) {
  values <- sapply(p$patient_id, peak, markers[[name]])
  for (g in c("mrd_positive", "active_disease")) {
    x <- values[p$group == g]; x <- x[!is.na(x)]
    five <- quantile(x, c(0, 0.25, 0.5, 0.75, 1), type = 7)
    parts <- list(n = length(x), min = five[1], q1 = five[2], median = five[3], q3 = five[4],
                  max = five[5], mean = mean(x), sd = sd(x))
    for (field in names(parts)) {
      say(paste0("biomarkers.", name, ".", field), grouped(g), unname(parts[[field]]))
    }
  }
  rank_test(paste0("biomarkers.", name), values[p$group == "mrd_positive"],
            values[p$group == "active_disease"])
}
crs <- sapply(p$patient_id, function(one) {
  rows <- ae[ae$patient_id == one & ae$term == "Cytokine release syndrome" & ae$infusion == "1", ]
  max(0, as.integer(rows$grade))
})
rank_test("safety.crs", crs[p$group == "mrd_positive"], crs[p$group == "active_disease"])
say("safety.crs.fisher_p", NULL, fisher.test(crs[compared], p$group[compared])$p.value)

# Response and its duration in the MRD-positive patients.
mrd <- p$group == "mrd_positive"
status <- function(one) {
  rows <- ev[ev$patient_id == one & ev$event == "disease_status", ]
  rows[order(rows$date), "detail"][1]
}
day28 <- sapply(p$patient_id, status)
binomial <- function(base, keys, hit) {
  test <- binom.test(sum(hit), length(hit))
  parts <- c(k = sum(hit), n = length(hit), rate = mean(hit), lower = test$conf.int[1],
             upper = test$conf.int[2])
  for (field in names(parts)) say(paste0(base, ".", field), keys, parts[[field]])
}
binomial("response.mrd_negative", NULL, day28[mrd] == "MR")
for (level in c("positive", "negative")) {
  binomial("response.mrd_negative", paste0("ph=", level), day28[mrd & p$ph == level] == "MR")
}
for (level in c("Refractory", "Relapse")) {
  binomial("response.mrd_negative", paste0("mrd_class=", tolower(level)),
           day28[mrd & p$mrd_class == level] == "MR")
}
binomial("response.relapsed", NULL, !is.na(relapse[mrd]))
efs_end <- ends$efs$days + p$start
evaluated <- sapply(p$patient_id, first, "disease_status")
duration <- ifelse(day28 == "MR", efs_end - evaluated, 0)
blasts <- as.numeric(p$blast_pct)
correlate <- function(base, x, y) {
  test <- cor.test(x, y)
  parts <- c(r = test$estimate, p = test$p.value, n = length(x), lower = test$conf.int[1],
             upper = test$conf.int[2])
  names(parts) <- c("r", "p", "n", "lower", "upper")
  for (field in names(parts)) say(paste0(base, ".", field), NULL, parts[[field]])
}
expansion <- sapply(p$patient_id, peak, "CAR-T")
correlate("response.mrd_and_expansion", blasts[mrd], expansion[mrd])
correlate("response.mrd_and_duration", blasts[mrd], duration[mrd])

# Peak after the first and the second infusion, in pairs.
inf$when <- day(inf$date)
peak_after <- function(one, number) {
  zero <- inf$when[inf$patient_id == one & inf$infusion == number]
  rows <- me[me$patient_id == one & me$analyte == "CAR-T" & me$infusion == number, ]
  rows <- rows[rows$when - zero >= 0 & rows$when - zero <= 30, ]
  if (nrow(rows)) max(rows$value) else NA
}
again <- p$patient_id[mrd & p$patient_id %in% inf$patient_id[inf$infusion == "2"]]
difference <- sapply(again, peak_after, "2") - sapply(again, peak_after, "1")
test <- wilcox.exact(difference, exact = TRUE)
say("kinetics.peaks.pairs", NULL, length(difference))
say("kinetics.peaks.signedrank_v", NULL, unname(test$statistic))
say("kinetics.peaks.signedrank_p", NULL, test$p.value)
say("kinetics.peaks.attainable_p", NULL, wilcox.exact(abs(difference), exact = TRUE)$p.value)

# Lymphocytes on day 28: responders without relapse against those who relapsed.
sample_28 <- function(one, analyte) {
  rows <- me[me$patient_id == one & me$analyte == analyte & me$when - p[one, "start"] == 28, ]
  if (nrow(rows)) rows$value[1] else NA
}
kept <- p$patient_id[mrd & day28 == "MR" & is.na(relapse)]
lost <- p$patient_id[mrd & !is.na(relapse)]
subsets <- c(cd3_count = "CD3+ T cells", cd4_count = "CD4+ T cells", cd8_count = "CD8+ T cells")
for (name in names(subsets)) {
  rank_test(paste0("lymphocytes.", name), sapply(kept, sample_28, subsets[[name]]),
            sapply(lost, sample_28, subsets[[name]]))
}
write.csv(do.call(rbind, out), "bundled.csv", row.names = FALSE, quote = 1)
