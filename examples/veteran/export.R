# Writes the tables of this study folder from the data set veteran of R's package survival.
# Run in this folder: Rscript export.R (R 4.2.2, survival 3.5-3).
suppressMessages(library(survival))

# The data give days, no dates. Every patient starts on one nominal day, and days are added to it.
start <- as.Date("2000-01-01")
dated <- function(days) format(start + days)
save <- function(table, file) {
  write.csv(table, file, row.names = FALSE, quote = FALSE, na = "", eol = "\n")
}

cell <- c(squamous = "Squamous", smallcell = "Small cell", adeno = "Adenocarcinoma",
          large = "Large cell")[as.character(veteran$celltype)]
able <- ifelse(veteran$karno <= 30, "hospital", ifelse(veteran$karno <= 60, "partial", "able"))
save(data.frame(
  patient_id = seq_len(nrow(veteran)), start_date = dated(0), cell_type = cell,
  arm = c("Standard", "Test")[veteran$trt], age = veteran$age, karnofsky = veteran$karno,
  self_care = able, months_from_diagnosis = veteran$diagtime,
  prior_therapy = ifelse(veteran$prior == 10, "yes", "no")
), "patients.csv")

save(data.frame(
  patient_id = seq_len(nrow(veteran)), event = ifelse(veteran$status == 1, "death", "last_contact"),
  date = dated(veteran$time)
), "events.csv")
