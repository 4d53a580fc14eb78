"""A mapping and the sources it names, to a study folder that is not yet written."""

from __future__ import annotations

import datetime as dt
import difflib
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from carreport.errors import BadInput, Problem
from carreport.intake.dates import NOMINAL_START, assumed_nominal
from carreport.intake.draft import Draft, Report, Unused, Used
from carreport.intake.mapping.gathered import PATIENT, START, Gathered, as_tables, settled
from carreport.intake.mapping.model import ESSENTIAL, settings_of
from carreport.intake.mapping.values import Findings, Reader
from carreport.study import schema
from carreport.study.cells import is_date
from carreport.study.columns import columns_read
from carreport.study.files import Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Mapping as Names

    from carreport.intake.mapping.model import Given, Mapping, Part, Rows
    from carreport.intake.mapping.source import Line, Source
    from carreport.study.schema import Kind


def drawn(
    mapping: Mapping,
    sources: Names[str, Source],
    *,
    mapping_file: str,
    title: str,
    cutoff: dt.date | None = None,
    others: Sequence[Unused] = (),
) -> Draft:
    """
    The study folder a mapping makes of somebody's sheets.

    Args:
        mapping: What feeds what.
        sources: The sheets or instruments it names, by name.
        mapping_file: The mapping's own, for messages.
        title: Of the study, where the mapping gives none.
        cutoff: The last day that counts; the mapping's, or the latest that occurs, without one.
        others: What of the file the mapping does not name.

    Raises:
        BadInput: Everything that keeps the file from being read so, with the address of each cell.
    """
    if problems := list(_reference_problems(mapping, sources, mapping_file)):
        raise BadInput(problems)
    findings = Findings()
    tables = Gathered({}, {}, {}, [], list(others))
    kinds = _patient_kinds(mapping)
    for part in mapping.sheet:
        source = sources[part.name]
        used = set(_columns_used(part))
        findings.problems += [one for column, one in source.problems if column in used]
        findings.assumed += source.assumed
        tables.unused += source.unused
        _patients(part, source, mapping, kinds, tables, findings)
    starts, nominal = _starts(tables, findings)
    for part in mapping.sheet:
        _dated(part, sources[part.name], mapping, starts, tables, findings)
    for name in dict.fromkeys(one.name for one in mapping.sheet):
        tables.unused += _left(sources[name], [one for one in mapping.sheet if one.name == name])
    if findings.problems:
        raise BadInput(findings.problems)
    settings, comments = settled(mapping, tables, findings, title, cutoff, nominal=nominal)
    report = Report(
        tuple(tables.used), tuple(tables.unused), tuple(dict.fromkeys(findings.assumed)), ()
    )
    return Draft(settings, as_tables(tables), report, comments)


def _columns_used(part: Part) -> Iterator[str]:
    yield part.patient
    yield from part.where
    for given in chain(
        (part.patients or {}).values(), *(one.columns.values() for one in part.rows)
    ):
        if given.column is not None:
            yield given.column
    for rows in part.rows:
        yield from rows.where


def _reference_problems(
    mapping: Mapping, sources: Names[str, Source], file: str
) -> Iterator[Problem]:
    """Sheets and columns the mapping names that are not there."""
    for part in mapping.sheet:
        source = sources.get(part.name)
        if source is None:
            yield Problem(file, 0, part.name, "is not in the file", "name one that is")
            continue
        names = source.names()
        for column in dict.fromkeys(_columns_used(part)):
            if column in names:
                continue
            near = difflib.get_close_matches(column, names, n=1, cutoff=0.5)
            rows = ", ".join(map(str, source.header))
            found = f"has no column {column!r} (header in row {rows}: {', '.join(names)})"
            remedy = f"write {near[0]!r}" if near else "name a column, or correct header_row"
            yield Problem(file, 0, part.name, found, remedy)


def _patient_kinds(mapping: Mapping) -> dict[str, Kind]:
    """What the columns of patients hold, as the settings of the mapping say."""
    names = list(
        dict.fromkeys([PATIENT, START, *chain(*(one.patients or () for one in mapping.sheet))])
    )
    columns = columns_read(
        "patients", Sheet("", tuple(names), (), ()), settings_of(mapping.settings)
    )
    return {name: columns[name].kind if name in columns else "text" for name in names}


def _reader(
    part: Part, source: Source, mapping: Mapping, starts: Names[str, dt.date], findings: Findings
) -> tuple[Reader, list[str]]:
    """The rows of a source that have a patient and meet the conditions, and their patients."""
    missing = frozenset(mapping.missing)
    names = source.names()
    at = names.index(part.patient)
    lines = [line for line in source.lines if line.cells[at] and _meets(line, names, part.where)]
    patients = [line.cells[at] for line in lines]
    known = [starts.get(one) for one in patients]
    return Reader(source, lines, missing, part.order, known, findings), patients


def _meets(line: Line, names: Sequence[str], where: Names[str, Sequence[str]]) -> bool:
    return all(line.cells[names.index(column)] in wanted for column, wanted in where.items())


def _patients(
    part: Part,
    source: Source,
    mapping: Mapping,
    kinds: Names[str, Kind],
    tables: Gathered,
    findings: Findings,
) -> None:
    if part.patients is None:
        return
    reader, patients = _reader(part, source, mapping, {}, findings)
    own = {PATIENT: part.patient} | {
        column: given.column for column, given in part.patients.items() if given.column
    }
    for line, patient in zip(reader.lines, patients, strict=True):
        tables.patients.setdefault(patient, {})
        place = source.place(line, own)
        if patient in tables.places:
            known = tables.places[patient]
            place = replace(known, columns={**place.columns, **known.columns})
        tables.places[patient] = place
    for column, given in part.patients.items():
        cells = reader.column(given, kinds[column])
        _use(tables, source, given, f"patients.{column}", cells)
        first: dict[str, Line] = {}
        for line, patient, cell in zip(reader.lines, patients, cells, strict=True):
            before = tables.patients[patient].get(column, "")
            if cell and before and cell != before:
                where = f" in row {first[patient].number}" if patient in first else " elsewhere"
                found = f"patient {patient} has {cell!r} here and {before!r}{where}"
                remedy = "a patient has one value: correct it, or choose rows with where"
                findings.problems.append(
                    source.problem(given.column or column, line.number, found, remedy)
                )
            elif cell:
                tables.patients[patient][column] = cell
                first.setdefault(patient, line)
            else:
                tables.patients[patient].setdefault(column, "")
    _use(tables, source, None, f"patients.{PATIENT}", patients, part.patient)


def _starts(tables: Gathered, findings: Findings) -> tuple[dict[str, dt.date], bool]:
    """The start of each patient; nominal ones where no part gives any."""
    if any(START in cells for cells in tables.patients.values()):
        return {
            patient: dt.date.fromisoformat(cells[START])
            for patient, cells in tables.patients.items()
            if is_date(cells.get(START, ""))
        }, False
    findings.assumed.append(
        assumed_nominal("no part of the mapping gives start_date in [….patients]")
    )
    for cells in tables.patients.values():
        cells[START] = NOMINAL_START.isoformat()
    return dict.fromkeys(tables.patients, NOMINAL_START), True


def _dated(
    part: Part,
    source: Source,
    mapping: Mapping,
    starts: Names[str, dt.date],
    tables: Gathered,
    findings: Findings,
) -> None:
    reader, patients = _reader(part, source, mapping, starts, findings)
    names = source.names()
    for rows in part.rows:
        essential = ESSENTIAL[rows.table]
        filled = rows.columns[essential]
        met = [_meets(line, names, rows.where) for line in reader.lines]
        wanted = [
            one and _has(line, names, filled, mapping.missing)
            for one, line in zip(met, reader.lines, strict=True)
        ]
        if rows.where and filled.column:
            _say_lacking(source, reader.lines, met, wanted, rows, findings)
        for column in rows.where:
            which = Used(source.title, column, source.field(column).label,
                         f"which rows of {rows.table}", sum(met))  # fmt: skip
            tables.used.append(which)
        columns = _cells_of(rows, reader, wanted)
        for column, given in rows.columns.items():
            _use(tables, source, given, f"{rows.table}.{column}", columns[column])
        if rows.table == "infusions" and "infusion" not in rows.columns:
            columns["infusion"] = [""] * len(patients)
        own = {PATIENT: part.patient} | {
            column: given.column for column, given in rows.columns.items() if given.column
        }
        made = tables.rows.setdefault(rows.table, [])
        for at, line in enumerate(reader.lines):
            if wanted[at]:
                cells = {name: values[at] for name, values in columns.items()}
                made.append(({PATIENT: patients[at], **cells}, source.place(line, own)))


def _has(line: Line, names: Sequence[str], given: Given, missing: Sequence[str]) -> bool:
    if given.column is None:
        return True
    cell = line.cells[names.index(given.column)]
    return bool(cell) and cell not in missing


def _cells_of(rows: Rows, reader: Reader, wanted: Sequence[bool]) -> dict[str, list[str]]:
    known = schema.TABLES[rows.table].columns
    columns: dict[str, list[str]] = {}
    for column, given in rows.columns.items():
        kind = known[column].kind if column in known else "text"
        if rows.table == "measurements" and column == "value":
            columns[column], below = reader.below_limit(given, wanted)
            if below and "below_lloq" not in rows.columns:
                columns["below_lloq"] = below
        else:
            columns[column] = reader.column(given, kind, wanted=wanted)
    return columns


def _say_lacking(
    source: Source,
    lines: Sequence[Line],
    met: Sequence[bool],
    wanted: Sequence[bool],
    rows: Rows,
    findings: Findings,
) -> None:
    """Rows whose condition is met and which lack what makes a row."""
    column = str(rows.columns[ESSENTIAL[rows.table]].column)
    shown = ", ".join(f"{name} = {' or '.join(values)}" for name, values in rows.where.items())
    for line, one, there in zip(lines, met, wanted, strict=True):
        if one and not there:
            found = f"is empty, and {shown} asks for a row of {rows.table}"
            remedy = "fill it, or correct the condition"
            findings.problems.append(source.problem(column, line.number, found, remedy))


def _use(
    tables: Gathered,
    source: Source,
    given: Given | None,
    became: str,
    cells: Sequence[str],
    name: str = "",
) -> None:
    column = name or (given.column if given else "") or ""
    if column:
        label = source.field(column).label
        count = sum(map(bool, cells))
        tables.used.append(Used(source.title, column, label, became, count))


def _left(source: Source, parts: Sequence[Part]) -> Iterator[Unused]:
    """Columns the mapping does not name, and rows without a patient."""
    used = {column for part in parts for column in _columns_used(part)}
    for field in source.fields:
        if field.name not in used:
            yield Unused(source.title, field.name, "the mapping does not name it", field.label)
    at = source.names().index(parts[0].patient)
    if without := [line.number for line in source.lines if not line.cells[at]]:
        rows = ", ".join(map(str, without[:5])) + (" …" if len(without) > 5 else "")
        yield Unused(source.title, parts[0].patient, f"rows without a patient: {rows}")
