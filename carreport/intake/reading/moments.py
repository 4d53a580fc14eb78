"""SAS dates: numbers that a format, or a name, says are days or seconds since 1960."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from carreport.intake.reading.dataset import Cell

EPOCH: Final = dt.datetime(1960, 1, 1)  # noqa: DTZ001 - SAS dates have no zone
_NAME: Final = re.compile(r"\$?[A-Z]+(?:8601[A-Z]+)?")
_DATES: Final = frozenset(
    [
        "DATE",
        "DAY",
        "DDMMYY",
        "DDMMYYB",
        "DDMMYYC",
        "DDMMYYD",
        "DDMMYYN",
        "DDMMYYP",
        "DDMMYYS",
        "MMDDYY",
        "MMDDYYB",
        "MMDDYYC",
        "MMDDYYD",
        "MMDDYYN",
        "MMDDYYP",
        "MMDDYYS",
        "YYMMDD",
        "YYMMDDB",
        "YYMMDDC",
        "YYMMDDD",
        "YYMMDDN",
        "YYMMDDP",
        "YYMMDDS",
        "E8601DA",
        "IS8601DA",
        "B8601DA",
        "JULIAN",
        "JULDAY",
        "MONYY",
        "YYMON",
        "MMYY",
        "YYMM",
        "WEEKDATE",
        "WEEKDATX",
        "WORDDATE",
        "WORDDATX",
        "NLDATE",
        "EURDFDD",
        "EURDFDE",
        "EURDFDT",
        "MINGUO",
    ]
)
_MOMENTS: Final = frozenset(
    [
        "DATETIME",
        "DATEAMPM",
        "DTDATE",
        "MDYAMPM",
        "E8601DT",
        "E8601DZ",
        "E8601DX",
        "E8601DN",
        "IS8601DT",
        "IS8601DN",
        "B8601DT",
        "B8601DN",
        "B8601DZ",
        "NLDATM",
        "DTMONYY",
        "DTYEAR",
        "DTWKDATX",
        "YMDDTTM",
    ]
)
_TIMES: Final = frozenset(
    ["TIME", "TIMEAMPM", "HHMM", "HOUR", "MMSS", "TOD", "E8601TM", "IS8601TM", "B8601TM", "NLTIME"]
)
_DAY_NAME: Final = re.compile(r"[A-Z0-9]*DT")
_MOMENT_NAME: Final = re.compile(r"[A-Z0-9]*DTM")


def kind_of(name: str, format_: str) -> str:
    """
    What a numeric variable holds: `date`, `datetime`, `time` or `number`.

    Args:
        name: Its name, in capitals.
        format_: Its SAS format, or "". The format decides; without one the CDISC name does.

    >>> kind_of("TRTSDT", "DATE9."), kind_of("ADTM", ""), kind_of("ADT", ""), kind_of("X", "F8.")
    ('date', 'datetime', 'date', 'number')
    >>> kind_of("WEIGHT", "BEST12."), kind_of("ADT", "E8601DT19.")
    ('number', 'datetime')
    """
    found = _NAME.match(format_.upper())
    word = found[0] if found else ""
    if word in _DATES:
        return "date"
    if word in _MOMENTS:
        return "datetime"
    if word in _TIMES:
        return "time"
    if _MOMENT_NAME.fullmatch(name):
        return "datetime"
    return "date" if _DAY_NAME.fullmatch(name) else "number"


def converted(value: Cell, kind: str) -> Cell:
    """
    A number as what it holds.

    Raises:
        OverflowError: There is no such date.

    >>> converted(21915.0, "date"), converted(86400.0, "datetime"), converted(1.5, "number")
    (datetime.date(2020, 1, 1), datetime.datetime(1960, 1, 2, 0, 0), 1.5)
    """
    if not isinstance(value, float):
        return value
    if kind == "date":
        return (EPOCH + dt.timedelta(days=int(value // 1))).date()
    if kind == "datetime":
        return EPOCH + dt.timedelta(seconds=int(value // 1))
    return value
