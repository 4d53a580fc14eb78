"""REDCap's data dictionary: fields, their instruments, types, labels and choices."""

from __future__ import annotations

import csv
import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from carreport.errors import BadInput, Problem
from carreport.study.forms import tidy

if TYPE_CHECKING:
    from pathlib import Path

_HEADER: Final = {
    "name": ("Variable / Field Name", "field_name"),
    "form": ("Form Name", "form_name"),
    "type": ("Field Type", "field_type"),
    "label": ("Field Label", "field_label"),
    "choices": ("Choices, Calculations, OR Slider Labels", "select_choices_or_calculations"),
    "validation": ("Text Validation Type OR Show Slider Number",
                   "text_validation_type_or_show_slider_number"),
    "identifier": ("Identifier?", "identifier"),
}  # fmt: skip
"""As the designer downloads it, and as the API names it."""
_NEEDED: Final = ("name", "form", "type", "label", "choices")
_CHOSEN: Final = frozenset({"radio", "dropdown", "select", "checkbox"})
_FIXED: Final = {
    "yesno": {"1": "Yes", "0": "No"},
    "truefalse": {"1": "True", "0": "False"},
}
_NOT_EXPORTED: Final = frozenset({"descriptive", "file"})
_TAG: Final = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Item:
    """
    A field of a project.

    Attributes:
        name: Its variable.
        form: Its instrument.
        type: text, notes, radio, dropdown, checkbox, yesno, truefalse, calc, slider …
        label: In words, without markup.
        choices: Code to label, in the order of the form; empty where anything may stand.
        validation: Of a text: date_ymd, integer, number …
        identifier: Whether it is marked as one that identifies a person.
    """

    name: str
    form: str
    type: str
    label: str
    choices: dict[str, str]
    validation: str
    identifier: bool

    @property
    def kind(self) -> str:
        """date, number or text; "" where cells may tell."""
        if self.validation.startswith(("date", "datetime")):
            return "date"
        if self.type in ("calc", "slider") or self.validation.startswith(("integer", "number")):
            return "number"
        return ""


def read_dictionary(path: Path) -> tuple[Item, ...]:
    """
    The fields of a project that are exported, in their order; the first is the record.

    Raises:
        BadInput: It is no data dictionary, or a choice cannot be read.
    """
    lines = read_lines(path)
    names = [tidy(one) for one in lines[0][1]]
    at = {
        key: next((names.index(one) for one in forms if one in names), -1)
        for key, forms in _HEADER.items()
    }
    if lacking := [_HEADER[key][0] for key in _NEEDED if at[key] < 0]:
        found = f"has no column {', '.join(lacking)}"
        remedy = "download it in the Online Designer or the Project Setup: Data Dictionary, as CSV"
        raise BadInput([Problem(path.name, 1, "", found, remedy)])
    items: list[Item] = []
    problems: list[Problem] = []
    for number, row in lines[1:]:
        cells = {
            key: tidy(row[place]) if 0 <= place < len(row) else "" for key, place in at.items()
        }
        if not cells["name"] or cells["type"] in _NOT_EXPORTED:
            continue
        choices, bad = _choices(cells["type"], cells["choices"])
        if bad:
            found = f"the choice {bad!r} has no comma between code and label"
            problems.append(Problem(path.name, number, "Choices", found, "correct it: 1, Yes | 0, No"))  # fmt: skip
        items.append(
            Item(
                cells["name"],
                cells["form"],
                cells["type"],
                _words(cells["label"]),
                choices,
                cells["validation"],
                cells["identifier"].lower() == "y",
            )
        )
    if not items:
        problems.append(Problem(path.name, 0, "", "names no field", "download it again"))
    if problems:
        raise BadInput(problems)
    return tuple(items)


def _words(label: str) -> str:
    return tidy(html.unescape(_TAG.sub(" ", label)))


def _choices(kind: str, text: str) -> tuple[dict[str, str], str]:
    """Codes and labels, and the first choice that has no comma."""
    if kind in _FIXED:
        return dict(_FIXED[kind]), ""
    if kind not in _CHOSEN:
        return {}, ""
    choices: dict[str, str] = {}
    for one in text.split("|"):
        code, comma, label = one.partition(",")
        if not one.strip():
            continue
        if not comma:
            return choices, one.strip()
        choices[code.strip()] = _words(label)
    return choices, ""


def read_lines(path: Path) -> list[tuple[int, list[str]]]:
    """
    The rows of a CSV file with their lines, as an editor counts.

    Raises:
        BadInput: It cannot be read, or is empty.
    """
    lines: list[tuple[int, list[str]]] = []
    start = 1
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, strict=True)
            for row in reader:
                lines.append((start, row))
                start = reader.line_num + 1
    except FileNotFoundError:
        raise BadInput([Problem(path.name, 0, "", "no such file", "name a CSV file")]) from None
    except UnicodeDecodeError:
        remedy = "export it from REDCap again: it writes UTF-8"
        raise BadInput([Problem(path.name, 0, "", "is not UTF-8", remedy)]) from None
    except csv.Error as error:
        raise BadInput([Problem(path.name, start, "", f"is not CSV: {error}", "export it again")]) from None  # fmt: skip
    if not lines:
        raise BadInput([Problem(path.name, 0, "", "is empty", "export it again")])
    return lines
