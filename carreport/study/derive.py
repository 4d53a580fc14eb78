"""
Patient columns that are computed after the cut: from dated rows, so that no future leaks.

Each keeps, per patient, the weakest origin of what it was computed from, and which columns that
was. Where a rule of origins.toml names the computed column itself, the rule speaks: a paper may
print the difference of two dates and neither date.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from carreport.errors import BadInput, Problem
from carreport.study import schema
from carreport.study.populations import satisfies
from carreport.study.settings import SETTINGS_FILE, Derived
from carreport.study.snapshot import PatientColumn, Snapshot, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carreport.study.settings import Analyte, Endpoint, Where

CENSORED: Final = "censored"


@dataclass(frozen=True, slots=True)
class _Dates:
    """A date per patient (NaT where there is none), how sure, and from which columns."""

    dates: pd.Series
    ranks: np.ndarray
    lineage: tuple[str, ...]


def derive(snapshot: Snapshot) -> tuple[Snapshot, tuple[str, ...]]:
    """
    Complete the patients table.

    Args:
        snapshot: Cut tables; the patients table has only its own columns.

    Returns:
        The snapshot with follow-up, endpoints, analytes and declared columns beside the
        patients' own; and notices.

    Raises:
        BadInput: A recipe names a table, column or moment that does not exist.
    """
    notices: list[str] = []
    snapshot = _with(_with_days(snapshot), [_followup_days(snapshot)])
    for endpoint in snapshot.settings.endpoint:
        columns, said = _endpoint(snapshot, endpoint)
        snapshot = _with(snapshot, columns)
        notices += said
    if "measurements" in snapshot.tables:
        snapshot = _with(snapshot, [_analyte(snapshot, one) for one in snapshot.settings.analyte])
    else:
        snapshot = _with(snapshot, [_empty(snapshot, one.id) for one in snapshot.settings.analyte])
    for recipe in snapshot.settings.derived:
        snapshot = _with(snapshot, [_derived(snapshot, recipe)])
    return snapshot, tuple(notices)


def _with_days(snapshot: Snapshot) -> Snapshot:
    """Measurements with the day they were taken, counted from the infusion they follow."""
    table = snapshot.tables.get("measurements")
    if table is None:
        return snapshot
    zero, ranks = _zero_of_rows(snapshot, table)
    days = (table.frame["date"] - zero).dt.days.astype(float)
    lineage = ("measurements.date", "infusions.date")
    column = PatientColumn(
        "day",
        days.to_numpy(),
        _plain(days),
        np.maximum(ranks, table.origins["date"].to_numpy()),
        lineage,
    )
    return replace(snapshot, tables={**snapshot.tables, table.name: table.with_columns([column])})


def _zero_of_rows(snapshot: Snapshot, table: Table) -> tuple[pd.Series, np.ndarray]:
    """The date each measurement is counted from: its infusion, otherwise the start."""
    patients = snapshot.patients
    ids = patients.frame["patient_id"]
    start = table.frame["patient_id"].map(dict(zip(ids, patients.frame["start_date"], strict=True)))
    known = table.frame["patient_id"].map(
        dict(zip(ids, patients.origins["start_date"], strict=True))
    )
    infusions = snapshot.tables.get("infusions")
    if infusions is None or "infusion" not in table.frame:
        return start, known.fillna(0).to_numpy(dtype=np.int8)
    key = list(zip(infusions.frame["patient_id"], infusions.frame["infusion"], strict=True))
    asked = pd.Series(
        list(zip(table.frame["patient_id"], table.frame["infusion"], strict=True)), dtype=object
    )
    dates = pd.to_datetime(asked.map(dict(zip(key, infusions.frame["date"], strict=True))))
    ranks = asked.map(dict(zip(key, infusions.origins["date"], strict=True)))
    return dates.fillna(start), ranks.fillna(known).fillna(0).to_numpy(dtype=np.int8)


def _with(snapshot: Snapshot, columns: Sequence[PatientColumn]) -> Snapshot:
    patients = snapshot.patients.with_columns([_overruled(snapshot, one) for one in columns])
    return replace(snapshot, tables={**snapshot.tables, "patients": patients})


def _overruled(snapshot: Snapshot, column: PatientColumn) -> PatientColumn:
    """The column with the origin its own rule gives, unless the cut decided its value."""
    if not snapshot.origins.override("patients", column.name):
        return column
    named = snapshot.origins.of_cells("patients", column.name, snapshot.patients.text)
    tables = {one.split(".")[0] for one in column.lineage}
    return replace(column, ranks=np.maximum(named, _cut_ranks(snapshot, tables)))


def _cut_ranks(snapshot: Snapshot, tables: set[str]) -> np.ndarray:
    """Per patient, the origin of the dates by which the cut removed rows of these tables."""
    ids = snapshot.patients.frame["patient_id"]
    ranks = np.zeros(len(ids), dtype=np.int8)
    for name in tables & set(snapshot.dated_by) - {"patients"}:
        ranks = np.maximum(
            ranks, ids.map(snapshot.dated_by[name]).fillna(0).to_numpy(dtype=np.int8)
        )
    return ranks


def _moment(snapshot: Snapshot, name: str) -> _Dates:
    """
    The date a moment names, per patient.

    Moments are `start`, `followup`, `infusion:2`, `event:relapse`, `event:relapse|death`,
    `event:status=CR` (the first such row) and `endpoint:os`.
    """
    kind, _, rest = name.partition(":")
    match kind:
        case "start":
            return _start(snapshot)
        case "followup":
            return _followup(snapshot)
        case "infusion" if rest.isdigit():
            return _infusion(snapshot, int(rest))
        case "event" if rest:
            return _first_event(snapshot, rest)
        case "endpoint" if rest in {item.id for item in snapshot.settings.endpoint}:
            return _endpoint_date(snapshot, rest)
        case _:
            remedy = "use start, followup, infusion:N, event:NAME, event:NAME=DETAIL or endpoint:ID"
            raise BadInput([Problem(SETTINGS_FILE, 0, "derived", f"{name!r} is no moment", remedy)])


def _start(snapshot: Snapshot) -> _Dates:
    patients = snapshot.patients
    ranks = patients.origins["start_date"].to_numpy()
    return _Dates(patients.frame["start_date"], ranks, ("patients.start_date",))


def _infusion(snapshot: Snapshot, number: int) -> _Dates:
    """The date of an infusion; the start stands for a first one that is not recorded."""
    start = _start(snapshot)
    if "infusions" not in snapshot.tables:
        return start if number == 1 else replace(start, dates=start.dates.mask(start.dates.notna()))
    found = _first_row(snapshot, "infusions", {"infusion": float(number)}, "date")
    if number > 1:
        return found
    ranks = np.where(found.dates.notna(), found.ranks, start.ranks).astype(np.int8)
    return replace(found, dates=found.dates.fillna(start.dates), ranks=ranks)


def _first_event(snapshot: Snapshot, names: str) -> _Dates:
    where: Where = {}
    names, _, detail = names.partition("=")
    where["event"] = list(names.split("|"))
    if detail:
        where["detail"] = detail
    return _first_row(snapshot, "events", where, "date")


def _first_row(snapshot: Snapshot, table: str, where: Where, column: str) -> _Dates:
    rows = snapshot.tables[table]
    chosen = rows.rows(satisfies(rows.frame, where))
    order = np.argsort(chosen.frame[column].to_numpy(), kind="stable")
    first = ~chosen.frame["patient_id"].iloc[order].duplicated().to_numpy()
    picked = order[first]
    ids = snapshot.patients.frame["patient_id"]
    read = [column, *where]
    by_patient = pd.Series(
        chosen.frame[column].to_numpy()[picked], index=chosen.frame["patient_id"].to_numpy()[picked]
    )
    ranks = chosen.origins[read].max(axis=1).to_numpy()[picked]
    known = pd.Series(ranks, index=by_patient.index)
    dates = pd.to_datetime(ids.map(by_patient))
    weakest = np.where(
        dates.notna(), ids.map(known).fillna(0), _absence(snapshot, table, where)
    ).astype(np.int8)
    return _Dates(
        dates,
        np.maximum(weakest, _cut_ranks(snapshot, {table})),
        tuple(f"{table}.{one}" for one in read),
    )


def _absence(snapshot: Snapshot, table: str, where: Where) -> np.ndarray:
    """How sure it is that there is no such row, per patient."""
    ids = snapshot.patients.text["patient_id"]
    ranks = np.zeros(len(ids), dtype=np.int8)
    for written in _each(where):
        ranks = np.maximum(ranks, snapshot.origins.of_absence(table, written, ids))
    return ranks


def _each(where: Where) -> list[dict[str, str]]:
    """The single rows a condition could have matched."""
    combinations: list[dict[str, str]] = [{}]
    for column, condition in where.items():
        values = condition if isinstance(condition, list) else [condition]
        plain = [one for one in values if isinstance(one, (str, int, float))]
        combinations = [
            {**so_far, column: f"{one:g}" if isinstance(one, float) else str(one)}
            for so_far in combinations
            for one in plain
        ] or combinations
    return combinations


def _followup(snapshot: Snapshot) -> _Dates:
    """Death, otherwise the last contact, otherwise the cutoff (if the study assumes so)."""
    death = _first_row(snapshot, "events", {"event": schema.DEATH}, "date")
    events = snapshot.tables["events"]
    contacts = events.rows((events.frame["event"] == schema.LAST_CONTACT).to_numpy())
    ids = snapshot.patients.frame["patient_id"]
    latest = contacts.frame.groupby("patient_id")["date"].max()
    known = contacts.origins["date"].groupby(contacts.frame["patient_id"]).max()
    contact = pd.to_datetime(ids.map(latest))
    dates = death.dates.fillna(contact)
    if snapshot.settings.study.assume_alive:
        dates = dates.fillna(pd.Timestamp(snapshot.cutoff))
    ranks = np.maximum(
        death.ranks, np.where(death.dates.notna(), 0, ids.map(known).fillna(0)).astype(np.int8)
    )
    return _Dates(dates, ranks, ("events.event", "events.date"))


def _endpoint_date(snapshot: Snapshot, endpoint: str) -> _Dates:
    patients = snapshot.patients
    days = pd.to_timedelta(patients.frame[f"{endpoint}:days"], unit="D")
    column = f"{endpoint}:days"
    return _Dates(
        patients.frame["start_date"] + days,
        patients.origins[column].to_numpy(),
        patients.lineage[column],
    )


def _followup_days(snapshot: Snapshot) -> PatientColumn:
    start, end = _start(snapshot), _followup(snapshot)
    return _day_column("followup:days", start, end)


def _endpoint(snapshot: Snapshot, endpoint: Endpoint) -> tuple[list[PatientColumn], list[str]]:
    """Days, status (1 event, 0 censored), cause in words and as a number."""
    start, end = _start(snapshot), _followup(snapshot)
    event = _first_event(snapshot, "|".join(endpoint.events))
    others = [_first_event(snapshot, one) for one in endpoint.competing]
    dates, status = end.dates.copy(), np.zeros(len(end.dates), dtype=float)
    code = np.zeros(len(dates), dtype=float)
    cause = np.full(len(dates), CENSORED, dtype=object)
    same_day: list[str] = []
    ids = snapshot.patients.frame["patient_id"]
    for number, (name, other) in enumerate(zip(endpoint.competing, others, strict=True), start=2):
        first = other.dates.notna() & ~(dates.where(code > 0) <= other.dates)
        first &= ~(event.dates < other.dates)
        tied = (event.dates == other.dates).to_numpy()
        same_day += [
            f"{endpoint.id}: patient {one} has {name} on the day of the event; the event "
            "of interest counts"
            for one in ids[tied]
        ]
        first &= ~tied
        dates, code, cause = _where(first, other.dates, number, name, dates, code, cause)
    reached = event.dates.notna() & ~((code > 1) & (dates < event.dates))
    which = _which_event(snapshot, endpoint.events)
    dates = dates.where(~reached, event.dates)
    status[reached.to_numpy()] = 1.0
    code[reached.to_numpy()] = 1.0
    cause[reached.to_numpy()] = which[reached.to_numpy()]
    ranks = np.maximum.reduce(
        [
            start.ranks,
            event.ranks,
            np.where(code == 0, end.ranks, 0),
            *(one.ranks for one in others),
        ]
    ).astype(np.int8)
    lineage = ("patients.start_date", "events.event", "events.date")
    days = (dates - start.dates).dt.days.astype(float)
    named = {"days": days.to_numpy(), "status": status, "code": code}
    columns = [
        PatientColumn(f"{endpoint.id}:{name}", values, _plain(values), ranks, lineage)
        for name, values in named.items()
    ]
    columns.append(PatientColumn(f"{endpoint.id}:cause", cause, cause, ranks, lineage))
    return columns, same_day


def _where(
    first: pd.Series,
    when: pd.Series,
    number: int,
    name: str,
    dates: pd.Series,
    code: np.ndarray,
    cause: np.ndarray,
) -> tuple[pd.Series, np.ndarray, np.ndarray]:
    chosen = first.to_numpy()
    return (
        dates.where(~first, when),
        np.where(chosen, float(number), code),
        np.where(chosen, name, cause),
    )


def _which_event(snapshot: Snapshot, names: Sequence[str]) -> np.ndarray:
    """Which of the endpoint's events came first, per patient; declared order breaks ties."""
    dates = pd.concat([_first_event(snapshot, one).dates.rename(one) for one in names], axis=1)
    filled = dates.fillna(pd.Timestamp.max.normalize())
    return np.asarray([names[i] for i in filled.to_numpy().argmin(axis=1)], dtype=object)


def _empty(snapshot: Snapshot, name: str) -> PatientColumn:
    n = len(snapshot.patients)
    return PatientColumn(name, np.full(n, np.nan), np.full(n, ""), np.zeros(n, dtype=np.int8), ())


def _analyte(snapshot: Snapshot, analyte: Analyte) -> PatientColumn:
    where: Where = {"analyte": analyte.analyte}
    has_infusion = "infusion" in snapshot.tables["measurements"].frame
    if analyte.infusion is not None and has_infusion:
        where["infusion"] = float(analyte.infusion)
    after = "start" if analyte.infusion is None else f"infusion:{analyte.infusion}"
    recipe = Derived.model_validate(
        {
            "column": analyte.id,
            "from": "measurements",
            "where": where,
            "take": {"peak": "max"}.get(analyte.summary, analyte.summary),
            "value": "value",
            "after": after if analyte.window else None,
            "window": analyte.window,
        }
    )
    return _derived(snapshot, recipe)


def _derived(snapshot: Snapshot, recipe: Derived) -> PatientColumn:
    if recipe.days is None:
        column = _taken(snapshot, recipe)
    else:
        start, end = (_moment(snapshot, one) for one in (recipe.days.start, recipe.days.end))
        column = _day_column(recipe.column, start, end)
    return _among(snapshot, column, recipe)


def _among(snapshot: Snapshot, column: PatientColumn, recipe: Derived) -> PatientColumn:
    """The column with the recipe's default where there is no value, or the patient is not meant."""
    if not recipe.among and recipe.default is None:
        return column
    patients = snapshot.patients
    meant = satisfies(patients.frame, recipe.among)
    values = pd.Series(column.cells)
    keep = meant & values.notna().to_numpy()
    default = recipe.default if recipe.default is not None else np.nan
    text = np.where(keep, column.text, _written(_number(default)))
    decided = patients.origins[list(recipe.among)].max(axis=1).to_numpy() if recipe.among else 0
    lineage = [one for name in recipe.among for one in patients.lineage[name]]
    return replace(
        column,
        cells=values.where(keep, _number(default)).infer_objects().to_numpy(),
        text=text,
        ranks=np.maximum(np.where(meant, column.ranks, 0), decided).astype(np.int8),
        lineage=tuple(dict.fromkeys((*column.lineage, *lineage))),
    )


def _number(value: bool | float | str) -> float | str:
    """A default as a cell holds it: numbers as floats, yes and no for booleans."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else float(value)


def _day_column(name: str, start: _Dates, end: _Dates) -> PatientColumn:
    days = (end.dates - start.dates).dt.days.astype(float)
    ranks = np.maximum(start.ranks, end.ranks)
    lineage = tuple(dict.fromkeys((*start.lineage, *end.lineage)))
    return PatientColumn(name, days.to_numpy(), _plain(days), ranks, lineage)


def _taken(snapshot: Snapshot, recipe: Derived) -> PatientColumn:
    table = snapshot.tables.get(str(recipe.source))
    if table is None:
        return _absent_table(snapshot, recipe)
    _check_recipe(table, recipe)
    where = recipe.where
    chosen = table.rows(satisfies(table.frame, where) & _in_window(snapshot, table, recipe))
    value = recipe.value or next(iter(where), "patient_id")
    read = list(dict.fromkeys([*where, value]))
    by_patient = _TAKE[str(recipe.take)](chosen, value, recipe.separator)
    ids = snapshot.patients.frame["patient_id"]
    present = ids.isin(chosen.frame["patient_id"]).to_numpy()
    known = chosen.origins[read].max(axis=1).groupby(chosen.frame["patient_id"]).max()
    ranks = np.where(present, ids.map(known).fillna(0), _absence(snapshot, table.name, where))
    ranks = np.maximum(ranks.astype(np.int8), _cut_ranks(snapshot, {table.name}))
    values = ids.map(by_patient)
    if recipe.take in ("count", "any"):
        values = values.where(present, 0.0 if recipe.take == "count" else "no")
    text = _plain(values)
    if recipe.take in ("first", "last"):
        quoted = _TAKE[recipe.take](replace(chosen, frame=_quoted(chosen)), value, "")
        text = ids.map(quoted).fillna("").to_numpy()
    lineage = tuple(f"{table.name}.{one}" for one in read)
    return PatientColumn(recipe.column, values.to_numpy(), text, ranks, lineage)


def _quoted(table: Table) -> pd.DataFrame:
    """Cells as written, in the order of their dates."""
    date = schema.CUT_DATE[table.name]
    return table.text.assign(**{date: table.frame[date]})


def _absent_table(snapshot: Snapshot, recipe: Derived) -> PatientColumn:
    if recipe.source not in schema.TABLES:
        known = ", ".join(name for name in schema.TABLES if name != "patients")
        found = f"{recipe.column!r} reads from {recipe.source!r}, which is no table"
        raise BadInput([Problem(SETTINGS_FILE, 0, "derived", found, f"name one of {known}")])
    return _empty(snapshot, recipe.column)


def _check_recipe(table: Table, recipe: Derived) -> None:
    asked = {*recipe.where, *([recipe.value] if recipe.value else [])}
    if unknown := sorted(asked - set(table.frame)):
        raise BadInput(
            [
                Problem(
                    SETTINGS_FILE,
                    0,
                    "derived",
                    f"{recipe.column!r} reads {table.name}.{name}, which is no column that is read",
                    f"name one of {', '.join(str(one) for one in table.frame)}",
                )
                for name in unknown
            ]
        )


def _in_window(snapshot: Snapshot, table: Table, recipe: Derived) -> np.ndarray:
    if recipe.window is None or recipe.after is None:
        return np.ones(len(table), dtype=bool)
    zero = _moment(snapshot, recipe.after).dates
    zero.index = pd.Index(snapshot.patients.frame["patient_id"])
    day = (table.frame[schema.CUT_DATE[table.name]] - table.frame["patient_id"].map(zero)).dt.days
    return ((day >= recipe.window[0]) & (day <= recipe.window[1])).to_numpy()


def _by_date(chosen: Table) -> pd.DataFrame:
    return chosen.frame.sort_values(schema.CUT_DATE[chosen.name], kind="stable")


def _count(chosen: Table, value: str, separator: str) -> pd.Series:
    del value, separator
    return chosen.frame.groupby("patient_id").size().astype(float)


def _any(chosen: Table, value: str, separator: str) -> pd.Series:
    return _count(chosen, value, separator).map(lambda _: "yes")


def _first(chosen: Table, value: str, separator: str) -> pd.Series:
    del separator
    return _by_date(chosen).drop_duplicates("patient_id").set_index("patient_id")[value]


def _last(chosen: Table, value: str, separator: str) -> pd.Series:
    del separator
    rows = _by_date(chosen).drop_duplicates("patient_id", keep="last")
    return rows.set_index("patient_id")[value]


def _max(chosen: Table, value: str, separator: str) -> pd.Series:
    del separator
    return chosen.frame.groupby("patient_id")[value].max()


def _min(chosen: Table, value: str, separator: str) -> pd.Series:
    del separator
    return chosen.frame.groupby("patient_id")[value].min()


def _join(chosen: Table, value: str, separator: str) -> pd.Series:
    rows = _by_date(chosen).dropna(subset=[value])
    return rows.groupby("patient_id")[value].agg(separator.join)


_TAKE: Final = {
    "count": _count,
    "any": _any,
    "first": _first,
    "last": _last,
    "max": _max,
    "min": _min,
    "join": _join,
}


def _plain(values: pd.Series | np.ndarray) -> np.ndarray:
    """Values as a reader should see them."""
    return np.asarray([_written(one) for one in np.asarray(values, dtype=object)], dtype=object)


def _written(value: object) -> str:
    if isinstance(value, float):
        return "" if np.isnan(value) else f"{value:.10g}"
    return "" if value is None or value is pd.NaT else str(value)
