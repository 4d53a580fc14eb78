"""What no single cell can show: relations between rows, tables and study.toml."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from carreport.errors import Problem
from carreport.study import schema
from carreport.study.forms import folded, is_missing_word
from carreport.study.settings import SETTINGS_FILE
from carreport.study.words import written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from carreport.study.cells import Cells
    from carreport.study.files import Sheet
    from carreport.study.settings import Settings


def across(
    settings: Settings, tables: Mapping[str, Cells], sheets: Mapping[str, Sheet]
) -> Iterator[Problem]:
    """
    Contradictions between rows and between tables.

    Args:
        settings: study.toml.
        tables: Typed cells; patients and events among them.
        sheets: The same tables as written, for line numbers.
    """
    patients = tables["patients"].frame
    starts = patients.drop_duplicates("patient_id").set_index("patient_id")["start_date"]
    for name, table in tables.items():
        yield from _repeated_keys(name, table, sheets[name])
        if name != "patients":
            yield from _unknown_patients(table, sheets[name], starts)
    yield from _unknown_levels(settings, tables["patients"].text, sheets["patients"])
    yield from _early_rows(settings, tables, sheets, starts)
    yield from _after_death(tables, sheets, starts)
    if "infusions" in tables:
        yield from _infusions(tables["infusions"], sheets["infusions"], starts)
    if "measurements" in tables:
        yield from _units(settings, tables["measurements"], sheets["measurements"])
    if not settings.study.assume_alive:
        yield from _without_followup(settings, tables, sheets)


def _repeated_keys(name: str, table: Cells, sheet: Sheet) -> Iterator[Problem]:
    key = list(schema.TABLES[name].key)
    if not key or not len(table.text):
        return
    cells = [table.frame[one].map(written) for one in key]
    keys = pd.concat(cells, axis=1).agg(" / ".join, axis=1)
    for position in np.flatnonzero(keys.duplicated()):
        first = sheet.lines[int(np.flatnonzero(keys == keys.iloc[position])[0])]
        found = f"{schema.TABLES[name].row} {keys.iloc[position]!r} stands in line {first} already"
        column = " + ".join(key)
        yield Problem(
            sheet.file, sheet.lines[position], column, found, "remove one of the two rows"
        )


def _unknown_levels(settings: Settings, text: pd.DataFrame, sheet: Sheet) -> Iterator[Problem]:
    allowed = [
        (item.column, [one if isinstance(one, str) else one.value for one in item.levels])
        for item in settings.baseline
        if item.levels and item.column in text
    ]
    if settings.groups and settings.groups.column in text:
        allowed.append((settings.groups.column, [level.value for level in settings.groups.level]))
    for column, values in allowed:
        bad = ~text[column].isin([*values, ""])
        for position in np.flatnonzero(bad.to_numpy()):
            cell = text[column].iloc[position]
            found = f"{cell!r} is not a declared level"
            yield Problem(sheet.file, sheet.lines[position], column, found, _instead(cell, values))


def _instead(cell: str, values: Sequence[str]) -> str:
    """What to write for an undeclared level."""
    near = [value for value in values if folded(value) == folded(cell)]
    if len(near) == 1:
        return f"write {near[0]!r}, from which it differs in case, spaces or hyphens only"
    nothing = "leave it empty if it is not known, " if is_missing_word(cell) else ""
    return f"{nothing}write one of {', '.join(values)}, or declare it in {SETTINGS_FILE}"


def _unknown_patients(table: Cells, sheet: Sheet, starts: pd.Series) -> Iterator[Problem]:
    ids = table.text["patient_id"]
    alike: dict[str, list[str]] = {}
    for known in starts.index:
        alike.setdefault(_bare_id(str(known)), []).append(str(known))
    for position in np.flatnonzero((~ids.isin(starts.index) & (ids != "")).to_numpy()):
        found = f"{ids.iloc[position]!r} is not in patients"
        near = alike.get(_bare_id(ids.iloc[position]), [])
        remedy = "correct the id or add the patient"
        if len(near) == 1:
            remedy += f"; {near[0]!r} is the only one that reads like it"
        yield Problem(sheet.file, sheet.lines[position], "patient_id", found, remedy)


def _bare_id(patient: str) -> str:
    """An id without what spreadsheets and people lose: case, spaces, hyphens, leading zeros."""
    return re.sub(r"(?<!\d)0+(?=\d)", "", folded(patient))


def _early_rows(
    settings: Settings,
    tables: Mapping[str, Cells],
    sheets: Mapping[str, Sheet],
    starts: pd.Series,
) -> Iterator[Problem]:
    """Outcomes dated before the patient's time zero."""
    outcomes = {schema.DEATH, schema.LAST_CONTACT}
    outcomes |= {e for item in settings.endpoint for e in (*item.events, *item.competing)}
    outcomes |= {e for item in settings.endpoint for e in item.censored_by}
    frame, sheet = tables["events"].frame, sheets["events"]
    start = frame["patient_id"].map(starts)
    early = (frame["date"] < start) & frame["event"].isin(outcomes)
    for position in np.flatnonzero(early.to_numpy()):
        row = frame.iloc[position]
        found = (
            f"{row['event']} of patient {row['patient_id']} on {row['date']:%Y-%m-%d} is before "
            f"the start on {start.iloc[position]:%Y-%m-%d}"
        )
        yield Problem(sheet.file, sheet.lines[position], "date", found, "correct one of the dates")


def _after_death(
    tables: Mapping[str, Cells], sheets: Mapping[str, Sheet], starts: pd.Series
) -> Iterator[Problem]:
    """A second death, and anything dated after the first."""
    events, sheet = tables["events"].frame, sheets["events"]
    deaths = events[events["event"] == schema.DEATH]
    for at in np.flatnonzero(deaths["patient_id"].duplicated().to_numpy()).tolist():
        row = deaths.iloc[at]
        first = deaths.index[deaths["patient_id"] == row["patient_id"]][0]
        found = (
            f"patient {row['patient_id']} dies a second time (first in line {sheet.lines[first]})"
        )
        line = sheet.lines[deaths.index[at]]
        yield Problem(sheet.file, line, "event", found, "keep one of the rows")
    sound = deaths[deaths["date"] >= deaths["patient_id"].map(starts)]
    died = sound.drop_duplicates("patient_id").set_index("patient_id")["date"]
    for name, column in schema.CUT_DATE.items():
        if name not in tables or not len(tables[name].frame):
            continue
        frame = tables[name].frame
        late = (frame[column] > frame["patient_id"].map(died)).to_numpy()
        if name == "events":
            late &= (frame["event"] != schema.DEATH).to_numpy()
        for position in np.flatnonzero(late).tolist():
            what = frame["event"].iloc[position] if name == "events" else schema.TABLES[name].row
            found = (
                f"{what} of patient {frame['patient_id'].iloc[position]} is dated after the death"
            )
            line = sheets[name].lines[int(position)]
            yield Problem(sheets[name].file, line, column, found, "correct one of the dates")


def _infusions(table: Cells, sheet: Sheet, starts: pd.Series) -> Iterator[Problem]:
    """Infusions out of the order of their numbers, or before the start."""
    frame = table.frame
    early = (frame["date"] < frame["patient_id"].map(starts)).to_numpy()
    ordered = frame.sort_values(["patient_id", "infusion"], kind="stable")
    back = ordered.groupby("patient_id")["date"].diff() < np.timedelta64(0, "D")
    told = {int(i): "is before the start" for i in np.flatnonzero(early)}
    told |= {int(i): "is before the infusion that precedes it" for i in back.index[back]}
    for position, why in sorted(told.items()):
        row = frame.iloc[position]
        found = f"infusion {row['infusion']:g} of patient {row['patient_id']} {why}"
        yield Problem(sheet.file, sheet.lines[position], "date", found, "correct one of the dates")


def _units(settings: Settings, table: Cells, sheet: Sheet) -> Iterator[Problem]:
    """Values of one analyte in two units, or in another than the declared one."""
    if "unit" not in table.text:
        return
    declared = {one.analyte: one.unit for one in settings.analyte if one.unit}
    plain = table.text["unit"].map(_plain_unit)
    for analyte, units in plain.groupby(table.text["analyte"], sort=False):
        expected = _plain_unit(declared.get(str(analyte), "")) or next(filter(None, units), "")
        for where in units.index[(units != expected) & (units != "")]:
            position = int(where)
            found = f"{analyte} in {table.text['unit'].iloc[position]!r}, expected {expected!r}"
            remedy = "convert the value, or correct the unit here or in study.toml"
            yield Problem(sheet.file, sheet.lines[position], "unit", found, remedy)


def _plain_unit(unit: str) -> str:
    """Micro sign and Greek mu are one letter."""
    return unicodedata.normalize("NFKC", unit)


def _without_followup(
    settings: Settings, tables: Mapping[str, Cells], sheets: Mapping[str, Sheet]
) -> Iterator[Problem]:
    """Patients for whom nobody can say until when they were followed."""
    frame, sheet = tables["patients"].frame, sheets["patients"]
    events = tables["events"].frame

    def with_any(names: Iterable[str]) -> set[str]:
        return set(events.loc[events["event"].isin(list(names)), "patient_id"])

    followed = with_any({schema.DEATH, schema.LAST_CONTACT})
    reached = {
        one.id: with_any([*one.events, *one.competing, *one.censored_by])
        for one in settings.endpoint
    }
    for position, patient in enumerate(frame["patient_id"]):
        open_ended = [id_ for id_, who in reached.items() if patient not in who]
        if patient not in followed and open_ended:
            found = (
                f"patient {patient} has no {schema.LAST_CONTACT} and no event of "
                f"{', '.join(map(repr, open_ended))}{_has(events, patient)}"
            )
            remedy = f"add a {schema.LAST_CONTACT} row, or set assume_alive = true in [study]"
            yield Problem(sheet.file, sheet.lines[position], "patient_id", found, remedy)


def _has(events: pd.DataFrame, patient: str) -> str:
    """What a patient has instead, in brackets: a misspelt event shows up here."""
    there = events.loc[events["patient_id"] == patient, "event"].dropna().unique()
    return f" (there is {', '.join(sorted(map(str, there)))})" if len(there) else ""
