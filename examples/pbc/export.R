# Writes the tables of this study folder from the data sets pbc and pbcseq of R's package survival.
# Run in this folder: Rscript export.R (R 4.2.2, survival 3.5-3).
suppressMessages(library(survival))

# The data give days, no dates. Every patient starts on one nominal day, and days are added to it.
start <- as.Date("2000-01-01")
dated <- function(days) format(start + days)
said <- function(x, no, yes) ifelse(is.na(x), "", ifelse(x == 1, yes, no))
save <- function(table, file) {
  write.csv(table, file, row.names = FALSE, quote = FALSE, na = "", eol = "\n")
}

arm <- c("D-penicillamine", "Placebo")[pbc$trt]
arm[is.na(pbc$trt)] <- "Not randomised"
oedema <- c("None", "Without diuretics or resolved by them", "Despite diuretics")
save(data.frame(
  patient_id = pbc$id, start_date = dated(0), arm = arm,
  age = round(pbc$age, 2), sex = ifelse(pbc$sex == "f", "Female", "Male"),
  stage = pbc$stage,
  ascites = said(pbc$ascites, "no", "yes"), hepatomegaly = said(pbc$hepato, "no", "yes"),
  spiders = said(pbc$spiders, "no", "yes"), oedema = oedema[2 * pbc$edema + 1],
  bilirubin = pbc$bili, cholesterol = pbc$chol, albumin = pbc$albumin, copper = pbc$copper,
  alkaline_phosphatase = pbc$alk.phos, ast = pbc$ast, triglycerides = pbc$trig,
  platelets = pbc$platelet, prothrombin_time = pbc$protime
), "patients.csv")

# Status: 0 alive at the end of follow-up, 1 transplanted (follow-up ends there), 2 died.
ends <- data.frame(patient_id = pbc$id, event = c("last_contact", "transplantation", "death")[pbc$status + 1],
                   date = dated(pbc$time))
contacts <- ends[ends$event == "transplantation", ]
contacts$event <- "last_contact"
events <- rbind(ends, contacts)
save(events[order(events$patient_id), ], "events.csv")

# pbcseq was followed longer than pbc: only visits within the follow-up of pbc are taken.
seq <- pbcseq[pbcseq$day <= pbc$time[match(pbcseq$id, pbc$id)], ]
cat(nrow(pbcseq) - nrow(seq), "of", nrow(pbcseq), "visits lie after the follow-up of pbc\n")
measured <- function(analyte, value, unit) {
  known <- !is.na(value)
  data.frame(patient_id = seq$id, analyte = analyte, date = dated(seq$day), value = value,
             unit = unit)[known, ]
}
samples <- rbind(
  measured("Bilirubin", seq$bili, "mg/dL"),
  measured("Albumin", seq$albumin, "g/dL"),
  measured("Prothrombin time", seq$protime, "s"),
  measured("Platelets", seq$platelet, "10^9/L"),
  measured("Oedema", seq$edema, "")
)
save(samples[order(samples$patient_id, samples$date), ], "measurements.csv")
