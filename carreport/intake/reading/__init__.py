"""Data sets in the forms statisticians exchange them, as plain values."""

from carreport.intake.reading.dataset import Cell, Column, Dataset
from carreport.intake.reading.read import read_dataset

__all__ = ["Cell", "Column", "Dataset", "read_dataset"]
