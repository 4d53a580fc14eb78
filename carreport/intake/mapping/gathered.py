"""What was read of somebody's sheets, as the tables and settings of a study folder."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from carreport.intake.dates import COMMENT, NOMINAL, NOMINAL_START, assumed_cutoff, latest
from carreport.intake.draft import Assumed, Table
from carreport.intake.mapping.values import numbered
from carreport.study import schema
from carreport.study.cells import is_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Mapping as Names

    from carreport.intake.draft import Place, Unused, Used
    from carreport.intake.mapping.model import Mapping
    from carreport.intake.mapping.values import Findings

PATIENT: Final = "patient_id"
START: Final = "start_date"


@dataclass(slots=True)
class Gathered:
    """
    What was read so far.

    Attributes:
        patients: Patient to the cells of patients, in the order they occur.
        places: Where each patient occurs first.
        rows: Table to its rows: cells by column, and where each was read.
        used: Columns that were used.
        unused: Columns and rows that were not.
    """

    patients: dict[str, dict[str, str]]
    places: dict[str, Place]
    rows: dict[str, list[tuple[dict[str, str], Place]]]
    used: list[Used]
    unused: list[Unused]


def settled(
    mapping: Mapping,
    tables: Gathered,
    findings: Findings,
    title: str,
    cutoff: dt.date | None,
    *,
    nominal: bool,
) -> tuple[dict[str, Any], dict[str, str]]:
    """The settings of a study, and comments for them: the mapping's, and what it leaves open."""
    settings: dict[str, Any] = dict(mapping.settings)
    study = dict(settings.get("study", {}))
    comments: dict[str, str] = {}
    if "title" not in study:
        study = {"title": title, **study}
        findings.assumed.append(
            Assumed(
                f"the study is called {title!r}",
                "the mapping gives no title",
                "write title under [settings.study]",
            )
        )
    if cutoff is not None:
        study["cutoff"] = cutoff
    elif "cutoff" not in study:
        day = latest(_days(tables)) or NOMINAL_START
        study["cutoff"] = day
        findings.assumed.append(assumed_cutoff(day))
    if nominal:
        for key, told in NOMINAL.items():
            study.setdefault(key, told)
        comments["study.cutoff"] = COMMENT
    if "endpoint" not in settings and tables.rows.get("events"):
        settings["endpoint"] = [{"id": "os", "label": "Overall survival", "events": [schema.DEATH]}]
        findings.assumed.append(
            Assumed(
                "the only endpoint is overall survival",
                "the mapping gives none",
                "write [[settings.endpoint]]",
            )
        )
    return {"study": study, **{k: v for k, v in settings.items() if k != "study"}}, comments


def _days(tables: Gathered) -> Iterator[dt.date]:
    cells = [cells.get(START, "") for cells in tables.patients.values()]
    for name, column in schema.CUT_DATE.items():
        cells += [row.get(column, "") for row, _ in tables.rows.get(name, ())]
    yield from (dt.date.fromisoformat(cell) for cell in cells if is_date(cell))


def as_tables(tables: Gathered) -> dict[str, Table]:
    """The tables of a study folder; events in any case, as every study has them."""
    columns = dict.fromkeys(chain(*tables.patients.values()))
    header = (PATIENT, START, *(one for one in columns if one != START))
    found = {
        "patients": Table(
            header,
            tuple(
                (patient, *(cells.get(one, "") for one in header[1:]))
                for patient, cells in tables.patients.items()
            ),
            tuple(tables.places[patient] for patient in tables.patients),
        )
    }
    order = {patient: number for number, patient in enumerate(tables.patients)}
    for name in schema.TABLES:
        rows = tables.rows.get(name)
        if name == "patients" or (rows is None and name != "events"):
            continue
        found[name] = _table(name, rows or [], order)
    return found


def _table(
    name: str, rows: Sequence[tuple[dict[str, str], Place]], order: Names[str, int]
) -> Table:
    """Rows by patient and date, so that several parts of a mapping make one table."""
    date = schema.CUT_DATE[name]
    ranked = sorted(
        rows, key=lambda one: (order.get(one[0][PATIENT], len(order)), one[0].get(date, ""))
    )
    if name == "infusions":
        numbers = numbered([(cells[PATIENT], cells["date"]) for cells, _ in ranked])
        ranked = [
            ({**cells, "infusion": cells.get("infusion") or number}, place)
            for (cells, place), number in zip(ranked, numbers, strict=True)
        ]
    there = set(chain(*(cells for cells, _ in ranked)))
    required = schema.TABLES[name].required_columns()
    header = [one for one in schema.TABLES[name].columns if one in there or one in required]
    header += sorted(there - set(header))
    return Table(
        tuple(header),
        tuple(tuple(cells.get(one, "") for one in header) for cells, _ in ranked),
        tuple(place for _, place in ranked),
    )
