"""ADaM data sets to the draft of a study folder."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from carreport.errors import BadInput, Problem
from carreport.intake.adam.characteristics import characteristics
from carreport.intake.adam.doses import doses
from carreport.intake.adam.events import adverse_events
from carreport.intake.adam.laboratory import laboratory
from carreport.intake.adam.origin import Timeline, time_zero
from carreport.intake.adam.outcomes import LANDMARKS, outcomes
from carreport.intake.adam.parameters import parameters
from carreport.intake.adam.source import Notes, Source
from carreport.intake.adam.subjects import ARM, groups, subjects
from carreport.intake.dates import COMMENT, NOMINAL, assumed_cutoff
from carreport.intake.draft import Draft, Report, Table
from carreport.intake.reading import read_dataset
from carreport.study import schema

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from pathlib import Path

    from carreport.intake.adam.asked import Asked
    from carreport.intake.adam.outcomes import Outcomes
    from carreport.intake.adam.subjects import Subjects

KNOWN_LATER: Final = (
    "no baseline variable by its name: it may have been known only later; name it with --baseline "
    "if it was known at the start"
)
"""Why a variable of ADSL was not used."""


def import_adam(asked: Asked) -> Draft:
    """
    A study folder out of ADaM data sets.

    Args:
        asked: The files and what was chosen.

    Returns:
        The draft, its endpoints with exactly the times of ADTTE.

    Raises:
        BadInput: Files that cannot be read or lack what is needed: all of it at once.
    """
    notes = Notes()
    sources = _read(asked, notes)
    adsl, adtte = sources["ADSL"], sources["ADTTE"]
    found = subjects(adsl, asked, frozenset(adtte.texts("USUBJID")))
    _stop(notes)
    zero, label, nominal = time_zero(adtte, found, asked)
    every = parameters(adtte, found, asked, zero)
    _stop(notes)
    made = outcomes(adtte, found, every, zero, label)
    _stop(notes)
    _account(adtte)
    deaths = {one.who: one.date for one in made.events if one.event == schema.DEATH}
    line = Timeline(zero, label, nominal, deaths)
    settings: dict[str, Any] = {"study": _study(found, asked, line)}
    if part := groups(found):
        settings["groups"] = part
    columns, baseline = characteristics(found, asked)
    own = {column: dict(zip(found.ids, cells, strict=True)) for column, cells in columns.items()}
    folder = _Folder({"events": _events(made)}, settings, baseline, own | made.columns)
    folder.add(sources, found, asked, line)
    _stop(notes)
    tables = {"patients": _patients(found, zero, folder.own), **folder.tables}
    settings |= made.parts
    settings |= {"baseline": baseline} if baseline else {}
    settings |= {"analyte": folder.analytes} if folder.analytes else {}
    settings["study"]["cutoff"] = _cutoff(asked, notes, tables)
    notes.assume(
        "landmarks are the first three of days " + ", ".join(map(str, LANDMARKS)) + " that times "
        "reach",
        "ADTTE names none",
        "change landmarks in study.toml",
    )
    for role, source in sources.items():
        source.rest(*([KNOWN_LATER] if role == "ADSL" else []))
    report = Report(
        tuple(notes.used), tuple(notes.unused), tuple(notes.assumed), tuple(notes.problems)
    )
    return Draft(settings, tables, report, _comments(sources, nominal=nominal))


def _read(asked: Asked, notes: Notes) -> dict[str, Source]:
    """Every file, or what is wrong with them."""
    paths: dict[str, Path | None] = {
        "ADSL": asked.adsl, "ADTTE": asked.adtte, "ADAE": asked.adae, "ADLB": asked.adlb,
        "ADEX": asked.adex,
    }  # fmt: skip
    sources: dict[str, Source] = {}
    problems: list[Problem] = []
    for role, path in paths.items():
        if path is None:
            continue
        try:
            sources[role] = Source(role, read_dataset(path), notes)
        except BadInput as error:
            problems += error.problems
    if problems:
        raise BadInput(problems)
    return sources


def _stop(notes: Notes) -> None:
    if notes.refused:
        raise BadInput(notes.refused)


@dataclass(slots=True)
class _Folder:
    """The study folder while it grows: tables, study.toml, further columns of `patients`."""

    tables: dict[str, Table]
    settings: dict[str, Any]
    baseline: list[dict[str, Any]]
    own: dict[str, dict[str, str]]
    analytes: list[dict[str, Any]] = field(default_factory=list)

    def add(
        self, sources: Mapping[str, Source], found: Subjects, asked: Asked, line: Timeline
    ) -> None:
        """The tables that need not be there."""
        if "ADAE" in sources:
            self.tables["adverse_events"] = adverse_events(sources["ADAE"], found, line)
        if "ADEX" in sources:
            table, exposure = doses(sources["ADEX"], found, line)
            self.tables |= {"infusions": table} if table.rows else {}
            self.settings |= {"exposure": exposure} if exposure else {}
        if "ADLB" in sources:
            taken = {"patient_id", "start_date", ARM, *self.own}
            lab = laboratory(sources["ADLB"], found, asked, line, taken)
            self.tables |= {"measurements": lab.table} if lab.table.rows else {}
            self.analytes = lab.analytes
            self.baseline += lab.baseline
            self.own |= lab.columns


def _study(found: Subjects, asked: Asked, line: Timeline) -> dict[str, Any]:
    source = found.source
    texts = source.texts("STUDYID")
    study = next((texts[row] for row in found.rows if texts[row]), "")
    if not asked.title and study:
        source.use("STUDYID", "study.title", 1)
    part: dict[str, Any] = {"title": asked.title or (f"Study {study}" if study else "A study")}
    part["cutoff"] = None
    part["start_label"] = line.label
    return part | (NOMINAL if line.nominal else {})


def _cutoff(asked: Asked, notes: Notes, tables: Mapping[str, Table]) -> dt.date:
    import datetime as dt

    if asked.cutoff:
        return asked.cutoff
    dated = {"patients": "start_date", **schema.CUT_DATE}
    cells = [
        row[table.header.index(dated[name])] for name, table in tables.items() for row in table.rows
    ]
    day = max(dt.date.fromisoformat(cell) for cell in cells if cell)
    notes.assumed.append(assumed_cutoff(day))
    return day


def _patients(
    found: Subjects, zero: Mapping[str, dt.date], own: Mapping[str, Mapping[str, str]]
) -> Table:
    arm = (ARM,) if found.arm else ()
    rows = [
        (
            who,
            str(zero[who]),
            *((found.arms[at],) if arm else ()),
            *(column.get(who, "") for column in own.values()),
        )
        for at, who in enumerate(found.ids)
    ]
    places = tuple(found.source.place(row) for row in found.rows)
    return Table(("patient_id", "start_date", *arm, *own), tuple(rows), places)


def _events(made: Outcomes) -> Table:
    rows = tuple((one.who, one.event, str(one.date), one.detail) for one in made.events)
    header = ("patient_id", "event", "date", "detail")
    return Table(header, rows, tuple(one.place for one in made.events))


def _account(adtte: Source) -> None:
    """What became of the variables of ADTTE."""
    for name, became in (
        ("USUBJID", "events.patient_id"),
        ("PARAM", "endpoint labels"),
        ("STARTDT", "the start of each endpoint"),
        ("STARTDTM", "the start of each endpoint"),
        ("ADT", "events.date"),
        ("ADTM", "events.date"),
        ("AVAL", "held against the dates" if adtte.first("ADT", "ADTM") else "events.date"),
        ("AVALU", "the unit of AVAL"),
        ("CNSR", "events.event"),
        ("EVNTDESC", "events.detail"),
        ("CNSDTDSC", "events.detail"),
    ):
        if adtte.first(name):
            adtte.use(name, became, sum(map(bool, adtte.texts(name))))


def _comments(sources: Mapping[str, Source], *, nominal: bool) -> dict[str, str]:
    files = ", ".join(source.file for source in sources.values())
    said = {
        "": f"Made by carreport import adam from {files};\nimport.md tells what became of every "
        "variable. Change what you like: nothing is read from those files again.",
        "endpoint": "Times are exactly those of ADTTE: each endpoint ends with its event, or with "
        "its own\nrow of censoring (censored_by).",
    }
    return said | ({"study.cutoff": COMMENT} if nominal else {})
