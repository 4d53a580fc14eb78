"""ADaM data sets to a study folder, by the meanings CDISC gives their variables."""
