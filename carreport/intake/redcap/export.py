"""REDCap's export of records, raw or with labels, taken apart into instruments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from carreport.errors import BadInput, Problem
from carreport.intake.draft import Unused
from carreport.intake.mapping.source import Field, Line, Source
from carreport.intake.redcap.dictionary import read_lines
from carreport.study.cells import NUMBER, is_date
from carreport.study.forms import folded, tidy

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from carreport.intake.redcap.dictionary import Item

EVENT: Final = "redcap_event_name"
INSTRUMENT: Final = "redcap_repeat_instrument"
INSTANCE: Final = "redcap_repeat_instance"
STANDARD: Final = frozenset(
    {"NI", "INV", "UNK", "NASK", "ASKU", "NAV", "MSK", "NA", "NAVU", "NP", "QS", "QI", "TRC", "UNC",
     "DER", "PINF", "NINF"}
)  # fmt: skip
"""The missing-data codes REDCap offers; a project may have its own."""
_OWN: Final = {
    EVENT: "Event Name", INSTRUMENT: "Repeat Instrument", INSTANCE: "Repeat Instance",
    "redcap_data_access_group": "Data Access Group", "redcap_survey_identifier": "Survey Identifier",
}  # fmt: skip
_CHECKED: Final = {"1": "yes", "0": "no", "Checked": "yes", "Unchecked": "no"}
_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Place:
    """A column of the export: the field it belongs to, and the choice of a checkbox."""

    at: int
    item: Item
    choice: str = ""

    @property
    def name(self) -> str:
        """As the raw export names it."""
        return _checkbox(self.item.name, self.choice) if self.choice else self.item.name


def _checkbox(field: str, code: str) -> str:
    return f"{field}___{code.lower().replace('-', '_')}"


class Export:
    """
    An export that was read whole.

    Attributes:
        file: Its name.
        record: The field that names the record.
        unused: Columns that were not read, and why.
    """

    def __init__(self, path: Path, items: Sequence[Item], *, identifiers: bool = False) -> None:
        """
        Read an export.

        Args:
            path: The CSV file.
            items: The data dictionary.
            identifiers: Whether fields that identify a person are read.

        Raises:
            BadInput: It is not the export of such a project.
        """
        (_, header), *self._rows = read_lines(path)
        self.file = path.name
        self.record = items[0]
        names = [tidy(one) for one in header]
        self._own = _own_columns(names)
        self._places, unknown = _places(names, items, set(self._own.values()))
        if all(one.item.name != self.record.name for one in self._places):
            found = f"has no column {self.record.name!r}, the first field of the data dictionary"
            remedy = "give the export and the dictionary of one project"
            raise BadInput([Problem(path.name, 1, "", found, remedy)])
        if short := [number for number, row in self._rows if row and len(row) != len(header)]:
            found = f"has another number of cells than the header ({len(header)})"
            raise BadInput([Problem(path.name, one, "", found, "export it again") for one in short])
        self.unused = [
            *(Unused(path.name, name, why) for name, why in unknown),
            *(
                Unused(path.name, one.name, "marked as an identifier; --identifiers reads it", one.item.label)
                for one in self._places
                if one.item.identifier and one.item is not self.record and not identifiers
            ),
        ]  # fmt: skip
        self._read = [
            one
            for one in self._places
            if identifiers or not one.item.identifier or one.item is self.record
        ]

    def missing_codes(self) -> list[str]:
        """Missing-data codes that occur where they can be nothing else."""
        found: set[str] = set()
        for place in self._read:
            for _, row in self._rows:
                cell = row[place.at].strip() if row else ""
                likely = cell in STANDARD or (cell.startswith("-9") and set(cell[1:]) <= {"9", "8", "7"})  # fmt: skip
                if likely and not _fits(cell, place.item):
                    found.add(cell)
        return sorted(found)

    def sources(self, missing: Collection[str] = ()) -> list[Source]:
        """
        The instruments that hold anything.

        Args:
            missing: Codes that say that there is no value.
        """
        forms = list(dict.fromkeys(one.item.form for one in self._read))
        found = [self._source(form, missing) for form in forms]
        return [one for one in found if one.lines]

    def _source(self, form: str, missing: Collection[str]) -> Source:
        record = next(one for one in self._places if one.item is self.record)
        places = [one for one in self._read if one.item.form == form and one is not record]
        again = INSTRUMENT in self._own and any(
            row and folded(row[self._own[INSTRUMENT]]) == folded(form) for _, row in self._rows
        )
        own = [name for name in (EVENT, *[INSTANCE] * again) if name in self._own]
        fields = [
            Field(record.name, label=self.record.label),
            *map(Field, own),
            *map(_field, places),
        ]
        lines: list[Line] = []
        problems: list[tuple[str, Problem]] = []
        for number, row in self._rows:
            if not row or not self._is_of(row, form, places):
                continue
            cells = [tidy(row[record.at]), *(row[self._own[name]] for name in own)]
            for place in places:
                cell, bad = _said(tidy(row[place.at]), place, missing)
                cells.append(cell)
                if bad:
                    problems.append((place.name, Problem(self.file, number, place.name, *bad)))
            lines.append(Line(number, tuple(cells)))
        patients = [line.cells[0] for line in lines]
        repeats = len(set(patients)) < len(patients)
        return Source(self.file, form, tuple(fields), tuple(lines), repeats=repeats,
                      problems=tuple(problems))  # fmt: skip

    def _is_of(self, row: Sequence[str], form: str, places: Sequence[Place]) -> bool:
        """Whether a row holds anything of an instrument."""
        named = row[self._own[INSTRUMENT]] if INSTRUMENT in self._own else ""
        if named and folded(named) != folded(form):
            return False
        return any(
            row[one.at].strip() and not (one.choice and row[one.at] in ("0", "Unchecked"))
            for one in places
        )


def _own_columns(names: Sequence[str]) -> dict[str, int]:
    """REDCap's own columns, by their raw names."""
    return {
        raw: at
        for raw, label in _OWN.items()
        for at, name in enumerate(names)
        if name in (raw, label)
    }


def _places(
    names: Sequence[str], items: Sequence[Item], own: Collection[int]
) -> tuple[list[Place], list[tuple[str, str]]]:
    """Which column is which field; of equal labels, in the order of the dictionary."""
    by_name: dict[str, tuple[Item, str]] = {}
    by_label: dict[str, list[tuple[Item, str]]] = {}
    for item in items:
        for name, label, code in _columns(item):
            by_name[name] = item, code
            by_label.setdefault(tidy(label), []).append((item, code))
    raw = sum(name in by_name for name in names) >= sum(name in by_label for name in names)
    found: list[Place] = []
    unknown: list[tuple[str, str]] = []
    for at, name in enumerate(names):
        if at in own:
            continue
        if raw and name in by_name:
            found.append(Place(at, *by_name[name]))
        elif not raw and by_label.get(name):
            found.append(Place(at, *by_label[name].pop(0)))
        else:
            status = name.endswith(("_complete", "_timestamp")) or name in ("Complete?", "Survey Timestamp")  # fmt: skip
            why = "REDCap's own, of the form" if status else "the data dictionary does not name it"
            unknown.append((name, why))
    unknown += [(names[at], "REDCap's own") for at in sorted(own) if names[at] not in _USED]
    return found, unknown


_USED: Final = frozenset({EVENT, INSTRUMENT, INSTANCE, *(_OWN[one] for one in (EVENT, INSTRUMENT, INSTANCE))})  # fmt: skip


def _columns(item: Item) -> Iterator[tuple[str, str, str]]:
    """Raw name, name in an export with labels, and choice of each column of a field."""
    if item.type != "checkbox":
        yield item.name, item.label, ""
        return
    for code, label in item.choices.items():
        yield _checkbox(item.name, code), f"{item.label} (choice={label})", code


def _field(place: Place) -> Field:
    item = place.item
    if place.choice:
        label = f"{item.label}: {item.choices[place.choice]}"
        return Field(place.name, label=label, choices=("yes", "no"))
    return Field(place.name, label=item.label, choices=tuple(item.choices.values()), kind=item.kind)


def _said(cell: str, place: Place, missing: Collection[str]) -> tuple[str, tuple[str, str] | None]:
    """A cell as its label, and what is wrong with it."""
    if not cell or cell in missing:
        return "", None
    if place.choice:
        return _CHECKED.get(cell, cell), None
    choices = place.item.choices
    if not choices or cell in choices.values():
        return cell, None
    if cell in choices:
        return choices[cell], None
    codes = list(choices)
    known = ", ".join(codes[:_SHOWN]) + (" …" if len(codes) > _SHOWN else "")
    remedy = "name it in missing of the mapping, or give the dictionary of the same day"
    return cell, (f"{cell!r} is none of its choices ({known})", remedy)


def _fits(cell: str, item: Item) -> bool:
    """Whether a cell is what its field holds."""
    if item.choices:
        return cell in item.choices or cell in item.choices.values()
    if item.kind == "date":
        return is_date(cell[:10])
    return not item.kind or bool(NUMBER.match(cell) and not cell.startswith("-9"))
