"""Forms in which people write dates, numbers and nothing at all, and what each may mean."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final, Literal

Order = Literal["plain", "day", "month"]
"""How a date was read: in the one way there is, day before month, or month before day."""

MISSING: Final = frozenset(
    {"na", "n/a", "n.a.", "#n/a", "nan", "null", "none", ".", "-", "--", "–", "—", "?", "nd", "n.d.",
     "nk", "unk", "unknown", "missing", "not done", "not known", "not available"}
)  # fmt: skip
"""What people write where there is no value, folded to lower case."""
NO_VALUE: Final = frozenset({"na", "n/a", "n.a.", "#n/a", "nan", "null", ".", "-", "--", "–", "—"})
"""Those of them that are no value in any column."""
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar jänner ene enero", "feb february februar febrero",
            "mar march mär märz mrz marzo", "apr april abr abril", "may mai mayo",
            "jun june juni junio", "jul july juli julio", "aug august ago agosto",
            "sep sept september septiembre", "oct october okt oktober octubre",
            "nov november noviembre", "dec december dez dezember dic diciembre",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_YEAR_FIRST: Final = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?", re.ASCII)  # fmt: skip
_PACKED: Final = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})", re.ASCII)
_NAMED: Final = re.compile(r"(\d{1,2})[-. /]*([^\W\d]{3,10})[-. ,/]*(\d{4})")
_NAMED_FIRST: Final = re.compile(r"([^\W\d]{3,10})[. ]+(\d{1,2}),? +(\d{4})")
_YEAR_LAST: Final = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})", re.ASCII)
_YEAR_SHORT: Final = re.compile(r"\d{1,2}([-/.])\d{1,2}\1\d{2}", re.ASCII)
_TIMED: Final = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]\d{1,2}:\d{2}.*", re.ASCII)
_PARTIAL: Final = re.compile(r"\d{4}(-\d{2})?|\d{1,2}/\d{4}", re.ASCII)
_INCOMPLETE: Final = (
    (_YEAR_SHORT, "write the year with four digits"),
    (_PARTIAL, "a day is needed; where it is not known, choose one and say so in origins.toml"),
)
_SERIAL: Final = re.compile(r"[1-7]\d{4}(\.0+)?", re.ASCII)
_EXCEL_START: Final = dt.date(1899, 12, 30)
_COMMA: Final = re.compile(r"([+-]?)(\d{1,3}(?:\.\d{3})+|\d+),(\d+)", re.ASCII)
_THOUSANDS: Final = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}", re.ASCII)
_LIMIT: Final = re.compile(r"[<>≤≥]\s*=?\s*([\d.,]+)")
_WITH_UNIT: Final = re.compile(r"([+-]?\d+(?:[.,]\d+)?)\s*([^\d\s.,].*)")
_SPACES: Final = re.compile(r"[\s\u200b\u2060\ufeff]+")
_FOLDED: Final = re.compile(r"[\s_\-\u00ad\u200b\u2010-\u2015\u2060\ufeff]+")
_YES: Final = frozenset({"y", "yes", "true", "t", "1", "ja", "j", "si", "sí", "x"})
_NO: Final = frozenset({"n", "no", "false", "f", "0", "nein"})
_ROMAN: Final = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5"}


def tidy(text: str) -> str:
    r"""
    A cell without stray spaces: none at its ends, single ones within, no zero-width ones.

    >>> tidy(" Febrile\xa0 neutropenia\u200b ")
    'Febrile neutropenia'
    """
    return _SPACES.sub(" ", text).strip()


def folded(text: str) -> str:
    """
    What is left of a word when case, spaces, hyphens and underscores do not count.

    >>> folded("Last Contact") == folded("last_contact")
    True
    """
    return _FOLDED.sub("", text).casefold()


def readings(cell: str) -> dict[Order, dt.date]:
    """
    The dates a cell may mean; none where it is written in no form of a date.

    >>> sorted(readings("05/08/2020"))
    ['day', 'month']
    >>> readings("19.08.2020"), readings("19AUG2020")
    ({'day': datetime.date(2020, 8, 19)}, {'plain': datetime.date(2020, 8, 19)})
    """
    plain = _plain_date(cell)
    if plain:
        return {"plain": plain}
    if not (found := _YEAR_LAST.fullmatch(cell)):
        return {}
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    read: tuple[tuple[Order, dt.date | None], ...] = (
        ("day", _date(year, second, first)),
        ("month", _date(year, first, second)),
    )
    return {order: date for order, date in read if date}


def _plain_date(cell: str) -> dt.date | None:
    if found := _YEAR_FIRST.fullmatch(cell):
        return _date(int(found[1]), int(found[3]), int(found[4]))
    if found := _PACKED.fullmatch(cell):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if found := _NAMED.fullmatch(cell):
        return _date(int(found[3]), _MONTHS.get(found[2].lower(), 0), int(found[1]))
    if found := _NAMED_FIRST.fullmatch(cell):
        return _date(int(found[3]), _MONTHS.get(found[1].lower(), 0), int(found[2]))
    return None


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def excel_day(cell: str) -> dt.date | None:
    """
    The day a number stands for in a spreadsheet that counts from 1900, from 1927 on.

    >>> excel_day("44062")
    datetime.date(2020, 8, 19)
    """
    return _EXCEL_START + dt.timedelta(days=int(float(cell))) if _SERIAL.fullmatch(cell) else None


def decimal_comma(cell: str) -> str:
    """
    A number written with a decimal comma, with a point; "" for any other cell.

    >>> decimal_comma("1.234,5"), decimal_comma("12,5"), decimal_comma("1,234,567")
    ('1234.5', '12.5', '')
    """
    found = _COMMA.fullmatch(cell)
    return f"{found[1]}{found[2].replace('.', '')}.{found[3]}" if found else ""


def may_be_thousands(cell: str) -> bool:
    """Whether a comma may as well part thousands: 1,234."""
    return bool(_THOUSANDS.fullmatch(cell))


def is_missing_word(cell: str) -> bool:
    """Whether a cell says in words that there is no value."""
    return cell.lower() in MISSING


def advice(cell: str, kind: str) -> str:
    """
    What to write instead of a cell that is not what its column holds; "" where nobody can say.

    >>> advice("19.08.2020", "date"), advice("n/a", "number")
    ('write 2020-08-19', 'leave it empty where there is no value')
    """
    if is_missing_word(cell):
        return "leave it empty where there is no value"
    match kind:
        case "date":
            return _date_advice(cell)
        case "number":
            return _number_advice(cell)
        case "grade" | "ordinal":
            return _whole_advice(cell)
        case "flag":
            word = cell.lower()
            return "write yes" if word in _YES else "write no" if word in _NO else ""
        case _:
            return ""


def _date_advice(cell: str) -> str:
    read = readings(cell)
    if len(set(read.values())) > 1:
        return (
            f"write {read['day'].isoformat()} if the day stands first, {read['month'].isoformat()} "
            "if the month does"
        )
    if read:
        return f"write {next(iter(read.values())).isoformat()}"
    if found := _TIMED.fullmatch(cell):
        return f"write {found[1]}, without the time"
    if day := excel_day(cell):
        return f"it looks like the number a spreadsheet has for {day.isoformat()}: format it there as a date"
    return next((what for form, what in _INCOMPLETE if form.fullmatch(cell)), "")


def _number_advice(cell: str) -> str:
    if may_be_thousands(cell):
        return f"write {cell.replace(',', '.')}, or {cell.replace(',', '')} if the comma parts thousands"
    if number := decimal_comma(cell):
        return f"write {number}"
    if found := _LIMIT.fullmatch(cell):
        return f"write {found[1].replace(',', '.')}, and in measurements say yes in below_lloq"
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3}){2,}(\.\d+)?", cell):
        return f"write {cell.replace(',', '')}"
    if found := _WITH_UNIT.fullmatch(cell):
        return f"write {found[1].replace(',', '.')} and {found[2]!r} in a column of its own"
    return ""


def _whole_advice(cell: str) -> str:
    word = re.sub(r"^(grade|grad|grado|g|ctcae)[\s.:]*", "", cell.lower()).strip()
    if word in _ROMAN:
        return f"write {_ROMAN[word]}"
    if word != cell.lower() and re.fullmatch(r"[1-5]", word):
        return f"write {word}"
    if re.fullmatch(r"[1-5]\s*[-–/]\s*[1-5]", word):
        return "write the one grade it was, or the highest"
    return ""
