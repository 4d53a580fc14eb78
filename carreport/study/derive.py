"""
Patient columns that are computed after the cut: from dated rows, so that no future leaks.

Each keeps, per patient, the weakest origin of what it was computed from, and which columns that
was. Where a rule of origins.toml names the computed column itself, the rule speaks: a paper may
print the difference of two dates and neither date.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import pandas as pd

from carreport.study import schema
from carreport.study.endpoints import days_between, endpoint_columns, followup_days
from carreport.study.infusions import with_infusions
from carreport.study.moments import absence, cut_ranks, moment
from carreport.study.populations import satisfies
from carreport.study.settings import Derived
from carreport.study.snapshot import PatientColumn, Snapshot, Table
from carreport.study.standing import standing
from carreport.study.words import written, written_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carreport.study.settings import Analyte, Where


def derive(snapshot: Snapshot) -> tuple[Snapshot, tuple[str, ...]]:
    """
    Complete the patients table.

    Args:
        snapshot: Cut tables; the patients table has only its own columns.

    Returns:
        The snapshot with follow-up, standing, endpoints, analytes and declared columns beside
        the patients' own; and notices.
    """
    notices: list[str] = []
    snapshot = _with(with_infusions(snapshot), [])
    snapshot = _with(snapshot, [followup_days(snapshot), *standing(snapshot)])
    for endpoint in snapshot.settings.endpoint:
        columns, said = endpoint_columns(snapshot, endpoint)
        snapshot = _with(snapshot, columns)
        notices += said
    if "measurements" in snapshot.tables:
        snapshot = _with(snapshot, [_analyte(snapshot, one) for one in snapshot.settings.analyte])
    elif snapshot.settings.analyte:
        notices.append("there is no table of measurements: analytes are left out")
    for recipe in snapshot.settings.derived:
        snapshot = _with(snapshot, [_derived(snapshot, recipe)])
    tables = {**snapshot.tables, "patients": snapshot.patients.settled()}
    return replace(snapshot, tables=tables), tuple(notices)


def _with(snapshot: Snapshot, columns: Sequence[PatientColumn]) -> Snapshot:
    patients = snapshot.patients.with_columns([_overruled(snapshot, one) for one in columns])
    return replace(snapshot, tables={**snapshot.tables, "patients": patients})


def _overruled(snapshot: Snapshot, column: PatientColumn) -> PatientColumn:
    """The column with the origin a rule gives it by name, unless the cut decided its value."""
    told, named = snapshot.origins.named("patients", column.name, snapshot.patients.text)
    tables = {one.split(".")[0] for one in column.lineage}
    ranks = np.where(told, np.maximum(named, cut_ranks(snapshot, tables)), column.ranks)
    return replace(column, ranks=ranks.astype(np.int8))


def _analyte(snapshot: Snapshot, analyte: Analyte) -> PatientColumn:
    where: Where = {"analyte": analyte.analyte}
    if analyte.infusion is not None:
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
        first, last = (moment(snapshot, one) for one in (recipe.days.start, recipe.days.end))
        column = days_between(recipe.column, first, last)
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
    decided = patients.origins[list(recipe.among)].max(axis=1).to_numpy() if recipe.among else 0
    lineage = [one for name in recipe.among for one in patients.lineage[name]]
    return replace(
        column,
        cells=values.where(keep, _cell(default)).infer_objects().to_numpy(),
        text=np.where(keep, column.text, written(_cell(default))),
        ranks=np.maximum(np.where(meant, column.ranks, 0), decided).astype(np.int8),
        lineage=tuple(dict.fromkeys((*column.lineage, *lineage))),
    )


def _cell(value: bool | float | str) -> float | str:
    """A default as a cell holds it: numbers as floats, yes and no for booleans."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else float(value)


def _taken(snapshot: Snapshot, recipe: Derived) -> PatientColumn:
    table = snapshot.tables.get(str(recipe.source))
    if table is None:
        n = len(snapshot.patients)
        blank = np.full(n, "", dtype=object)
        return PatientColumn(recipe.column, np.full(n, np.nan), blank, np.zeros(n, np.int8), ())
    chosen = table.rows(satisfies(table.frame, recipe.where) & _in_window(snapshot, table, recipe))
    value = recipe.value or next(iter(recipe.where), "patient_id")
    ids = snapshot.patients.frame["patient_id"]
    present = ids.isin(chosen.frame["patient_id"]).to_numpy()
    values = ids.map(_TAKE[str(recipe.take)](chosen, value, recipe.separator))
    if recipe.take in ("count", "any"):
        values = values.where(present, 0.0 if recipe.take == "count" else "no")
    text = written_all(values)
    if recipe.take in ("first", "last"):
        text = ids.map(_quoted(chosen, value, first=recipe.take == "first")).fillna("").to_numpy()
    read = list(dict.fromkeys([*recipe.where, value]))
    known = chosen.origins[read].max(axis=1).groupby(chosen.frame["patient_id"]).max()
    ranks = np.where(present, ids.map(known).fillna(0), absence(snapshot, table.name, recipe.where))
    dated, dates = _dating(snapshot, chosen, recipe)
    ranks = np.maximum.reduce([ranks.astype(np.int8), cut_ranks(snapshot, {table.name}), dated])
    lineage = (*(one for name in read for one in table.lineage[name]), *dates)
    return PatientColumn(
        recipe.column, values.to_numpy(), text, ranks, tuple(dict.fromkeys(lineage))
    )


def _in_window(snapshot: Snapshot, table: Table, recipe: Derived) -> np.ndarray:
    if recipe.window is None or recipe.after is None:
        return np.ones(len(table), dtype=bool)
    zero = moment(snapshot, recipe.after).dates
    by_patient = dict(zip(snapshot.patients.frame["patient_id"], zero, strict=True))
    zeros = pd.to_datetime(table.frame["patient_id"].map(by_patient))
    day = (table.frame[schema.CUT_DATE[table.name]] - zeros).dt.days
    return ((day >= recipe.window[0]) & (day <= recipe.window[1])).to_numpy()


def _dating(
    snapshot: Snapshot, chosen: Table, recipe: Derived
) -> tuple[np.ndarray, tuple[str, ...]]:
    """
    The part the dates of the rows have in a value: per patient its origin, and their columns.

    A window decides by the dates which rows count; first, last and join only order by them, which
    leaves the origin of the value as it is.
    """
    date = schema.CUT_DATE[chosen.name]
    ids = snapshot.patients.frame["patient_id"]
    if recipe.window is None or recipe.after is None:
        columns = (f"{chosen.name}.{date}",) if recipe.take in _BY_DATE else ()
        return np.zeros(len(ids), dtype=np.int8), columns
    zero = moment(snapshot, recipe.after)
    known = chosen.origins[date].groupby(chosen.frame["patient_id"]).max()
    ranks = np.maximum(ids.map(known).fillna(0).to_numpy(dtype=np.int8), zero.ranks)
    return ranks, (f"{chosen.name}.{date}", *zero.lineage)


def _by_date(chosen: Table, value: str, *, first: bool) -> pd.DataFrame:
    """
    Rows in the order of their dates; of several on one day the highest value decides.

    A row without a date comes where it is not taken before one that has it.
    """
    order = [schema.CUT_DATE[chosen.name], value]
    undated: Literal["first", "last"] = "last" if first else "first"
    ascending = [True, not first]
    return chosen.frame.sort_values(order, ascending=ascending, kind="stable", na_position=undated)


def _picked(chosen: Table, value: str, *, first: bool) -> pd.DataFrame:
    keep: Literal["first", "last"] = "first" if first else "last"
    return _by_date(chosen, value, first=first).drop_duplicates("patient_id", keep=keep)


def _quoted(chosen: Table, value: str, *, first: bool) -> pd.Series:
    """The value as written, of the row that `first` or `last` takes."""
    rows = _picked(chosen, value, first=first)
    text = chosen.text.loc[rows.index, value].to_numpy()
    return pd.Series(text, index=rows["patient_id"].to_numpy(), dtype=object)


def _count(chosen: Table, value: str, separator: str) -> pd.Series:
    del value, separator
    return chosen.frame.groupby("patient_id").size().astype(float)


def _any(chosen: Table, value: str, separator: str) -> pd.Series:
    return _count(chosen, value, separator).map(lambda _: "yes").astype(object)


def _first(chosen: Table, value: str, separator: str) -> pd.Series:
    del separator
    return _picked(chosen, value, first=True).set_index("patient_id")[value]


def _last(chosen: Table, value: str, separator: str) -> pd.Series:
    del separator
    return _picked(chosen, value, first=False).set_index("patient_id")[value]


def _max(chosen: Table, value: str, separator: str) -> pd.Series:
    del separator
    return chosen.frame.groupby("patient_id")[value].max()


def _min(chosen: Table, value: str, separator: str) -> pd.Series:
    del separator
    return chosen.frame.groupby("patient_id")[value].min()


def _join(chosen: Table, value: str, separator: str) -> pd.Series:
    rows = _by_date(chosen, value, first=False).dropna(subset=[value])
    return rows.groupby("patient_id")[value].agg(separator.join)


_BY_DATE: Final = ("first", "last", "join")
_TAKE: Final = {
    "count": _count,
    "any": _any,
    "first": _first,
    "last": _last,
    "max": _max,
    "min": _min,
    "join": _join,
}
