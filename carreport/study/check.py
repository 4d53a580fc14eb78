"""What no single cell can show: relations between rows, tables and study.toml."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from carreport.errors import Problem
from carreport.study import schema
from carreport.study.columns import computed, referenced
from carreport.study.settings import SETTINGS_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from carreport.study.cells import Cells
    from carreport.study.files import Sheet
    from carreport.study.settings import Settings


def references(settings: Settings, patients: Sheet) -> Iterator[Problem]:
    """Names in study.toml that stand for nothing: columns, populations, groups."""
    have = set(patients.header) | computed(settings)
    for column in sorted(referenced(settings) - have):
        found = (
            f"study.toml reads it and there is no such column (found {', '.join(patients.header)})"
        )
        yield Problem(patients.file, 1, column, found, "add the column or correct study.toml")
    yield from _unknown_names(settings)


def _unknown_names(settings: Settings) -> Iterator[Problem]:
    populations = {item.id for item in settings.population} | {"all"}
    groups = {level.id for level in settings.group_levels()}
    asked: list[tuple[str, str | None, set[str]]] = [
        (f"{kind}.{item.id}.population", item.population, populations)
        for kind in (
            "endpoint",
            "summary",
            "proportion",
            "correlation",
            "course",
            "peaks",
            "listing",
        )
        for item in getattr(settings, kind)
    ]
    asked += [
        (f"contrast.{item.id}.between", one, populations)
        for item in settings.contrast
        for one in item.between
    ]
    asked += [
        (f"{kind}.{item.id}.groups", one, groups)
        for kind in ("baseline", "analyte", "grading")
        for item in getattr(settings, kind)
        for one in item.groups
    ]
    if settings.adverse_events:
        asked += [("adverse_events.groups", one, groups) for one in settings.adverse_events.groups]
    for key, name, known in asked:
        if name is not None and name not in known:
            remedy = f"name one of {', '.join(sorted(known)) or 'none: there are no groups'}"
            yield Problem(SETTINGS_FILE, 0, key, f"{name!r} is not declared", remedy)


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
    yield from _after_death(tables["events"], sheets["events"])
    if not settings.study.assume_alive:
        yield from _without_followup(settings, tables, sheets)


def _repeated_keys(name: str, table: Cells, sheet: Sheet) -> Iterator[Problem]:
    key = list(schema.TABLES[name].key)
    if not key or not len(table.text):
        return
    keys = table.text[key].agg(" / ".join, axis=1)
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
            found = f"{text[column].iloc[position]!r} is not a declared level"
            remedy = f"write one of {', '.join(values)}, or declare it in {SETTINGS_FILE}"
            yield Problem(sheet.file, sheet.lines[position], column, found, remedy)


def _unknown_patients(table: Cells, sheet: Sheet, starts: pd.Series) -> Iterator[Problem]:
    ids = table.text["patient_id"]
    for position in np.flatnonzero((~ids.isin(starts.index) & (ids != "")).to_numpy()):
        found = f"{ids.iloc[position]!r} is not in patients"
        yield Problem(
            sheet.file,
            sheet.lines[position],
            "patient_id",
            found,
            "correct the id or add the patient",
        )


def _early_rows(
    settings: Settings,
    tables: Mapping[str, Cells],
    sheets: Mapping[str, Sheet],
    starts: pd.Series,
) -> Iterator[Problem]:
    """Outcomes dated before the patient's time zero."""
    outcomes = {schema.DEATH, schema.LAST_CONTACT}
    outcomes |= {e for item in settings.endpoint for e in (*item.events, *item.competing)}
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


def _after_death(events: Cells, sheet: Sheet) -> Iterator[Problem]:
    frame = events.frame
    deaths = frame[frame["event"] == schema.DEATH]
    for patient in sorted(deaths.loc[deaths["patient_id"].duplicated(), "patient_id"].dropna()):
        lines = [sheet.lines[i] for i in deaths.index[deaths["patient_id"] == patient]]
        yield Problem(
            sheet.file,
            lines[1],
            "event",
            f"patient {patient} dies a second time (first in line {lines[0]})",
            "keep one of the rows",
        )
    died = deaths.drop_duplicates("patient_id").set_index("patient_id")["date"]
    late = frame["date"] > frame["patient_id"].map(died)
    for position in np.flatnonzero((late & (frame["event"] != schema.DEATH)).to_numpy()):
        row = frame.iloc[position]
        found = f"{row['event']} of patient {row['patient_id']} is dated after the death"
        yield Problem(sheet.file, sheet.lines[position], "date", found, "correct one of the dates")


def _without_followup(
    settings: Settings, tables: Mapping[str, Cells], sheets: Mapping[str, Sheet]
) -> Iterator[Problem]:
    """Patients for whom nobody can say until when they were followed."""
    frame, sheet = tables["patients"].frame, sheets["patients"]
    events = tables["events"].frame
    ending = {schema.DEATH, schema.LAST_CONTACT}
    followed = set(events.loc[events["event"].isin(ending), "patient_id"])
    for item in settings.endpoint:
        reached = set(
            events.loc[events["event"].isin({*item.events, *item.competing}), "patient_id"]
        )
        for position in np.flatnonzero(~frame["patient_id"].isin(followed | reached).to_numpy()):
            patient = frame["patient_id"].iloc[position]
            found = f"patient {patient} has no {schema.LAST_CONTACT} and no event of {item.id!r}"
            yield Problem(
                sheet.file,
                sheet.lines[position],
                "patient_id",
                found,
                f"add a {schema.LAST_CONTACT} row, or set assume_alive = true in [study]",
            )
