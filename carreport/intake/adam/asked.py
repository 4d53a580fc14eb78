"""What an import of ADaM data sets is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Asked:
    """
    The files, and what the files leave open.

    Attributes:
        adsl: Subject-level data set.
        adtte: Time-to-event data set.
        adae: Adverse events, or None.
        adlb: Laboratory values, or None.
        adex: Doses, or None.
        cutoff: The last day that counts; the latest date that occurs without one.
        population: The flag of ADSL whose "Y" are the patients.
        arm: The variable of ADSL that divides them.
        origin: The date of ADSL that is time zero.
        parameters: PARAMCD of ADTTE that become endpoints; all without any.
        analytes: PARAMCD of ADLB that are used; all without any.
        baseline: Further variables of ADSL that were known at the start.
        title: The study's title; STUDYID without one.
    """

    adsl: Path
    adtte: Path
    adae: Path | None = None
    adlb: Path | None = None
    adex: Path | None = None
    cutoff: dt.date | None = None
    population: str = ""
    arm: str = ""
    origin: str = ""
    parameters: tuple[str, ...] = ()
    analytes: tuple[str, ...] = ()
    baseline: tuple[str, ...] = ()
    title: str = ""
