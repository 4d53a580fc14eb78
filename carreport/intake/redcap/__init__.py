"""A REDCap export and its data dictionary, as instruments a mapping can name."""

from carreport.intake.redcap.draft import drawn_from_redcap, guessed_from_redcap

__all__ = ["drawn_from_redcap", "guessed_from_redcap"]
