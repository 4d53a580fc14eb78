"""ADaM data sets with the standard's names, and their files in every form that is read."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat

if TYPE_CHECKING:
    from pathlib import Path

FORMS = ("xpt5", "xpt8", "json", "ndjson", "parquet", "csv")
LABELS = {
    "AGE": "Age", "SEX": "Sex", "ECOGBL": "ECOG", "WEIGHTBL": "Baseline Weight (kg)",
    "TRTSDT": "Date of First Exposure to Treatment",
}  # fmt: skip


def day(start: dt.date, days: int) -> dt.date:
    return start + dt.timedelta(days=days)


def trial() -> dict[str, pd.DataFrame]:
    """
    Twenty patients in two arms, five endpoints' worth of habits.

    OS in days with the first day counted; PFS in months from randomisation, censored before the
    last contact; DOR from the response on, of responders only; adverse events, laboratory, doses.
    """
    subjects, times, events, values, given = [], [], [], [], []
    for n in range(20):
        who, treated = f"T-{n + 1:03d}", dt.date(2021, 1, 4) + dt.timedelta(days=9 * n)
        long, dead, responds = 60 + 31 * n, n % 3 == 0, n % 2 == 1
        end, last = day(treated, long), day(treated, long - 20)
        subjects.append(
            {
                "STUDYID": "ÄRZTE-1", "USUBJID": who, "TRT01P": "Drug" if n % 2 else "Placebo",
                "TRT01PN": 2.0 if n % 2 else 1.0, "TRTSDT": treated,
                "RANDDT": day(treated, -2), "AGE": 40.0 + n, "AGEU": "YEARS",
                "SEX": "F" if n % 3 else "M", "ECOGBL": float(n % 3), "WEIGHTBL": 60.5 + n,
                "ITTFL": "Y", "DTHDT": end if dead else None, "LSTALVDT": None if dead else end,
                "EOSSTT": "DISCONTINUED",
            }
        )  # fmt: skip
        common = {"STUDYID": "ÄRZTE-1", "USUBJID": who}
        times.append(
            {**common, "PARAMCD": "OS", "PARAM": "Overall Survival (days)", "AVAL": long + 1.0,
             "STARTDT": treated, "ADT": end, "CNSR": 0.0 if dead else 1.0,
             "EVNTDESC": "Death" if dead else "Alive"}
        )  # fmt: skip
        randomised = day(treated, -2)
        times.append(
            {**common, "PARAMCD": "PFS", "PARAM": "Progression-free Survival (months)",
             "AVAL": ((last - randomised).days + 1) / 30.4375, "STARTDT": randomised,
             "ADT": last, "CNSR": float(n % 4 == 1),
             "EVNTDESC": "Progression" if n % 4 != 1 else "Last assessment"}
        )  # fmt: skip
        if responds:
            first = day(treated, 30)
            times.append(
                {**common, "PARAMCD": "DOR", "PARAM": "Duration of Response (days)",
                 "AVAL": float((last - first).days), "STARTDT": first, "ADT": last,
                 "CNSR": float(n % 4 == 1), "EVNTDESC": "Progression" if n % 4 != 1 else ""}
            )  # fmt: skip
        events.append(
            {**common, "AEDECOD": "Nausea", "AEBODSYS": "Gastrointestinal", "AETOXGR": "2",
             "ASTDT": day(treated, 3), "AENDT": day(treated, 5), "TRTEMFL": "Y" if n else "",
             "AESER": "N", "AREL": "Related"}
        )  # fmt: skip
        for visit, value in ((-1, 4.0), (14, 9.5 + n), (28, None)):
            values.append(
                {**common, "PARAMCD": "CRP", "PARAM": "C-reactive Protein (mg/L)",
                 "ADT": day(treated, visit), "AVAL": value, "AVALC": "" if value else "<5",
                 "ABLFL": "Y" if visit < 0 else ""}
            )  # fmt: skip
        given += [
            {**common, "ASTDT": day(treated, 21 * cycle), "EXDOSE": 2.5, "EXDOSU": "mg"}
            for cycle in range(2)
        ]
    tables = {"adsl": subjects, "adtte": times, "adae": events, "adlb": values, "adex": given}
    return {name: pd.DataFrame(rows) for name, rows in tables.items()}


def write(frame: pd.DataFrame, name: str, form: str, folder: Path) -> Path:
    """One data set in one form."""
    path = folder / f"{name}.{form.rstrip('58')}"
    labels = [LABELS.get(column, column) for column in frame]
    match form:
        case "xpt5" | "xpt8":
            pyreadstat.write_xport(
                frame, str(path), table_name=name.upper(), file_format_version=int(form[-1]),
                column_labels=labels,
            )  # fmt: skip
        case "parquet":
            table = pa.Table.from_pandas(frame, preserve_index=False)
            fields = [
                field.with_metadata({"label": label})
                for field, label in zip(table.schema, labels, strict=True)
            ]
            pq.write_table(table.cast(pa.schema(fields)), path)
        case "csv":
            frame.to_csv(path, index=False)
        case _:
            path.write_text(as_json(frame, name, labels, lines=form == "ndjson"), encoding="utf-8")
    return path


def as_json(frame: pd.DataFrame, name: str, labels: list[str], *, lines: bool = False) -> str:
    """A data set as Dataset-JSON 1.1."""
    kinds = {column: kind(frame[column]) for column in frame}
    about = {
        "datasetJSONCreationDateTime": "2024-12-05T00:00:00", "datasetJSONVersion": "1.1.0",
        "itemGroupOID": f"IG.{name}", "records": len(frame), "name": name.upper(), "label": name,
        "columns": [
            {"itemOID": f"IT.{column}", "name": column, "label": label, "dataType": kinds[column],
             **({"targetDataType": "integer"} if kinds[column] == "date" else {})}
            for column, label in zip(frame, labels, strict=True)
        ],
    }  # fmt: skip
    rows = [
        [None if cell is None or cell != cell else str(cell) if kinds[column] == "date" else cell  # noqa: PLR0124
         for column, cell in zip(frame, row, strict=True)]
        for row in frame.astype(object).itertuples(index=False)
    ]  # fmt: skip
    if lines:
        return "".join(f"{json.dumps(one)}\n" for one in [about, *rows])
    return json.dumps({**about, "rows": rows})


def kind(column: pd.Series) -> str:
    first = next(one for one in column if one is not None)
    return {dt.date: "date", float: "float"}.get(type(first), "string")
