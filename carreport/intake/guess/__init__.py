"""A mapping proposed from names and cells, for a person to read and correct: nothing is imported by it."""

from carreport.intake.guess.writing import proposed

__all__ = ["proposed"]
