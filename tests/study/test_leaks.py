"""
No future leaks: whatever a cell dated after the cutoff says, what is written stays the same.

Every column of every table is walked. The walk compares what the cut hands on, field by field;
builds show that what is written is made of that alone, byte by byte.
"""

import csv
import datetime as dt
import hashlib
import io
import json
import re
from dataclasses import dataclass, fields

import pytest
from folders import StudyFolder, tree, write_folder

from carreport.names import OPEN
from carreport.pipeline import build
from carreport.results import save as saving
from carreport.study import cutoff as cutting
from carreport.study import load as loading
from carreport.study import schema
from carreport.study.load import load
from carreport.study.session import snapshot_of
from carreport.study.snapshot import Snapshot

NOT_HANDED_ON = {"account", "inputs"}
"""The list of what was cut, which is cutoff.csv and nothing else, and the digests of files."""


# A study that would leak wherever it can ---------------------------------------------------------


ODD = """
[[companion]]
column = "best"
date = "best_date"

[columns]
visit = "date"

[[derived]]
column = "route"
from = "infusions"
value = "way"
take = "last"

[[derived]]
column = "volume"
from = "infusions"
value = "volume_ml"
take = "first"

[[baseline]]
id = "stage"
column = "stage"
label = "Stage"
kind = "categorical"

[[proportion]]
id = "response.best"
label = "Best response"
where = { best = "CR" }
by = ["stage"]

[[listing]]
id = "listing.more"
label = "More"
columns = [
    { column = "visit", label = "Visit" }, { column = "note", label = "Note" },
    { column = "best", label = "Best" }, { column = "route", label = "Route" },
]
"""

RULES = """
[[rule]]
table = "events"
where = { event = "death" }
origin = "reconstructed"
because = "x"

[[rule]]
table = "events"
columns = ["date"]
where = { event = "relapse", detail = "other" }
origin = "simulated"

[[rule]]
table = "patients"
columns = ["age"]
where = { best = "CR" }
origin = "simulated"

[[rule]]
table = "measurements"
group = { column = "best", value = "CR" }
where = { value = "9" }
origin = "derived"
because = "x"

[[rule]]
table = "infusions"
group = { column = "cohort", value = "Active" }
where = { infusion = "2" }
origin = "simulated"
"""


@pytest.fixture(scope="module")
def odd(tmp_path_factory):
    """The tiny study with every column there may be, and with none of the usual safeguards."""
    folder = write_folder(tmp_path_factory.mktemp("odd") / "study")
    declared = (
        '[[groups.level]]\nid = "active_disease"\nvalue = "Active"\nlabel = "Active disease"\n'
    )
    folder.replace("study.toml", declared, "")  # its value is read off the data
    folder.replace("study.toml", "[study]\n", "[study]\nassume_alive = true\n")
    folder.append("study.toml", ODD)
    folder.write("origins.toml", RULES)
    folder.append("infusions.csv", "P12,2,2020-06-01,2.0", "P06,2,2019-03-30,1.0")
    folder.append("adverse_events.csv", "P05,Rash,Skin,2,,,1", "P12,Rash,Skin,3,,,2")
    folder.append("adverse_events.csv", "P06,Rash,Skin,3,2019-01-20,2020-02-02,")
    more = {
        "patients": ("best,best_date,visit,note,stage", late_outcomes),
        "infusions": ("way,volume_ml", lambda number: ["iv" if number % 2 else "", str(number)]),
        "events": ("", lambda _: []),
        "adverse_events": (
            "serious,related",
            lambda number: [["yes", "no", ""][number % 3], "yes"],
        ),
        "measurements": ("below_lloq", lambda number: [["no", ""][number % 2]]),
    }
    for table, (header, cells) in more.items():
        lines = list(csv.reader(io.StringIO(folder.text(f"{table}.csv"))))
        rows = [[*row, *cells(number)] for number, row in enumerate(lines[1:])]
        rows_to_file(folder, table, [lines[0] + header.split(",") * bool(header), *rows])
    return folder


def late_outcomes(number):
    """Best response with its date, a visit, a note that is a date, and a stage."""
    month = 1 + number % 9
    best = ["CR", "PR", ""][number % 3]
    note = f"2020-0{month}-11" if number % 2 else "seen"
    year = 2018 + number % 2
    return [best, f"{year}-0{month}-01" if number else "", f"{year}-0{month}-20", note, "III"]


def rows_to_file(folder, table, lines):
    """Write a table."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(lines)
    folder.write(f"{table}.csv", stream.getvalue())


@pytest.fixture(scope="module")
def copies(bundled_folder, odd, tmp_path_factory):
    """Both studies in folders that may be spoilt; of the bundled measurements every fifth."""
    whole = StudyFolder(tmp_path_factory.mktemp("bundled") / "study")
    for file, text in tree(bundled_folder.path).items():
        if "/" not in file:
            whole.write(file, text)
    header, *rows = whole.text("measurements.csv").splitlines()
    whole.write("measurements.csv", "\n".join([header, *rows[::5]]) + "\n")
    return {"bundled": whole, "odd": odd}


# Which cells are dated after the cutoff ----------------------------------------------------------


@dataclass(frozen=True)
class Cell:
    """One cell of a file: row 1 is the first below the header."""

    table: str
    row: int
    column: str


@dataclass(frozen=True)
class Tables:
    """The tables of a study as text."""

    lines: dict[str, list[list[str]]]

    @classmethod
    def of(cls, folder):
        """As they stand in the files."""
        return cls({
            table: list(csv.reader(io.StringIO(folder.text(f"{table}.csv"))))
            for table in schema.TABLES
        })  # fmt: skip

    def row(self, table, row):
        """Cells of a row by column."""
        return dict(zip(self.lines[table][0], self.lines[table][row], strict=True))

    def changed(self, cells):
        """Tables with other cells, and the names of those tables."""
        lines = {table: [list(row) for row in rows] for table, rows in self.lines.items()}
        for cell, text in cells.items():
            lines[cell.table][cell.row][lines[cell.table][0].index(cell.column)] = text
        return lines, {cell.table for cell in cells}


def split(tables, cutoff, companions):
    """Cells dated after the cutoff, and those of rows that were known by then."""
    day = cutoff.isoformat()
    starts = {row[0]: row[1] for row in tables.lines["patients"][1:]}
    given = {tuple(row[:2]) for row in tables.lines["infusions"][1:] if row[2] <= day}
    late, early = [], []
    for table, lines in tables.lines.items():
        date = schema.CUT_DATE.get(table, "start_date")
        for number in range(1, len(lines)):
            row = tables.row(table, number)
            gone = starts[row["patient_id"]] > day or row[date] > day
            if table == "adverse_events" and not row[date] and row["infusion"]:
                gone |= (row["patient_id"], row["infusion"]) not in given
            for column, text in row.items():
                own = is_date(text) and text > day and column != date
                when = row.get(companions.get(column, column), "")
                if column in companions and not when:
                    continue  # never known
                own |= column in companions and when > day
                cell = Cell(table, number, column)
                (late if gone or own else early).append(cell)
    return late, early


def is_date(text):
    """Whether it is written as a date."""
    return bool(re.fullmatch(r"\d{4}-\d{2}-\d{2}", text))


def later(text):
    """A date forty days later."""
    return (dt.date.fromisoformat(text) + dt.timedelta(days=40)).isoformat()


def others(tables, cell, cutoff):
    """What else a late cell might say: always two texts, of which one may be what it says."""
    text = tables.row(cell.table, cell.row)[cell.column]
    known = schema.TABLES[cell.table].columns.get(cell.column, schema.Column("text", ""))
    if cell.column in GROUPS:
        return [GROUPS[cell.column].get(text, text), text]
    if cell.column == "event":
        return EVENTS.get(text, ["death", "last_contact"])
    if is_date(text) or known.kind == "date":
        return later_dates(text, cutoff)
    kind = "number" if cell.column in NUMBERS else known.kind
    return by_kind(text, kind, blank="" if known.blank else f"{text} 2")


EVENTS = {"death": ["last_contact", "relapse"], "last_contact": ["death", "quite other"]}
GROUPS = {
    "sex": {"F": "M", "M": "F"},
    "cohort": {},  # its only other level stands for a group that is not declared
    "stratum": {"MRD-positive": "Active disease", "Active disease": "MRD-positive"},
}
NUMBERS = {"age", "blast_pct", "n_prior", "volume_ml"}


def later_dates(text, cutoff):
    """Two other dates after the cutoff."""
    far = later(max(text, cutoff.isoformat()))
    return [far, later(far)]


def by_kind(text, kind, blank):
    """Two other cells of a kind; the second is empty where one may be."""
    match kind:
        case "ordinal":
            return [str(int(text or 1) + 1), str(int(text or 1) + 3)]
        case "grade":
            return [str(int(text) % 5 + 1), "5"]
        case "flag":
            return ["no" if text == "yes" else "yes", ""]
        case "number":
            return ["9", blank if blank == "" else "0.001"]
        case _:
            return ["Quite other", blank]


# The walk ----------------------------------------------------------------------------------------


CUTOFFS = [
    ("odd", dt.date(2018, 4, 9)),
    ("odd", dt.date(2018, 12, 31)),
    ("bundled", dt.date(2019, 6, 30)),
]
COMPANIONS = {"odd": {"best": "best_date"}, "bundled": {}}


@pytest.fixture
def bare(monkeypatch):
    """
    The cut up to what it hands on, of studies that may contradict themselves.

    Whatever is computed afterwards is a function of what is handed on. That a later row makes a
    study contradict itself would be a message, not a number; here the cut must do without it.
    """
    monkeypatch.setattr(loading, "across", lambda *_: ())
    monkeypatch.setattr(cutting, "completed", lambda snapshot: snapshot)


@pytest.mark.parametrize(("name", "cutoff"), CUTOFFS, ids=str)
@pytest.mark.usefixtures("bare")
def test_no_cell_dated_after_the_cutoff_changes_anything(name, cutoff, copies):
    """
    Column by column, all its later cells at once, in two ways; then one by one for a sample.

    The last sentence of each pass shows that the walk can fail: a cell that was known changes
    what is handed on, whatever its column.
    """
    folder = copies[name]
    tables = Tables.of(folder)
    before = content(folder.snapshot(cutoff))
    late, _ = split(tables, cutoff, COMPANIONS[name])
    walked = {(cell.table, cell.column) for cell in late}
    assert walked >= EVERYWHERE

    for columns in together(walked):
        for way in (0, 1):
            changes = {}
            for one in columns:
                cells = [cell for cell in late if (cell.table, cell.column) == one]
                changes |= spoilt(tables, cells, cutoff, way)
            assert after(folder, tables, changes, cutoff) == before, columns
    for cell in [one for one in late if one.column != "patient_id"][:: len(late) // 12]:
        changes = {cell: others(tables, cell, cutoff)[0]}
        assert after(folder, tables, changes, cutoff) == before, cell


@pytest.mark.usefixtures("bare")
def test_every_cell_known_by_the_cutoff_counts(copies):
    """The walk above can fail: a cell of any column that was known changes what is handed on."""
    name, cutoff = "odd", dt.date(2018, 12, 31)
    folder = copies[name]
    tables = Tables.of(folder)
    before = content(folder.snapshot(cutoff))
    _, early = split(tables, cutoff, COMPANIONS[name])
    columns = {(one.table, one.column) for one in early} - KEYS
    assert len(columns) == 30

    for table, column in sorted(columns):
        cell = next(one for one in early if (one.table, one.column) == (table, column))
        changes = {cell: EARLY.get(column, others(tables, cell, cutoff)[0])}
        assert changes[cell] != tables.row(table, cell.row)[column], cell
        assert after(folder, tables, changes, cutoff) != before, cell


@pytest.mark.parametrize(("name", "cutoff"), CUTOFFS[1:], ids=str)
def test_an_open_session_knows_nothing_later_either(name, cutoff, copies, monkeypatch):
    """What it withholds is decided by what was known; every later cell is spoilt at once."""
    monkeypatch.setattr(loading, "across", lambda *_: ())
    folder = copies[name]
    tables = Tables.of(folder)
    late, _ = split(tables, cutoff, COMPANIONS[name])

    def seen(lines):
        for table, rows in lines.items():
            rows_to_file(folder, table, rows)
        return content(snapshot_of(load(folder.path), cutoff, OPEN))

    before = seen({})
    for way in (0, 1):
        changes = {}
        for one in sorted({(cell.table, cell.column) for cell in late}):
            cells = [cell for cell in late if (cell.table, cell.column) == one]
            changes |= spoilt(tables, cells, cutoff, way)
        lines, _ = tables.changed(changes)
        try:
            assert seen(lines) == before
        finally:
            for table, rows in tables.lines.items():
                rows_to_file(folder, table, rows)


EVERYWHERE = {
    ("patients", "start_date"), ("patients", "age"), ("patients", "sex"),
    ("infusions", "date"), ("infusions", "dose"), ("infusions", "infusion"),
    ("events", "event"), ("events", "date"), ("events", "detail"),
    ("adverse_events", "term"), ("adverse_events", "category"), ("adverse_events", "grade"),
    ("adverse_events", "start_date"), ("adverse_events", "end_date"),
    ("adverse_events", "infusion"), ("measurements", "analyte"), ("measurements", "date"),
    ("measurements", "value"), ("measurements", "unit"), ("measurements", "infusion"),
    ("measurements", "below_lloq"), ("events", "patient_id"), ("measurements", "patient_id"),
}  # fmt: skip
"""Columns that must have been walked, lest the walk skip one."""
KEYS = {*((table, "patient_id") for table in schema.TABLES), ("patients", "cohort")}
EARLY = {"start_date": "2018-01-20", "date": "2018-01-30", "end_date": "2018-02-02",
         "visit": "2018-01-01", "best_date": "2018-05-05"}  # fmt: skip
"""Other days before the cutoff."""


def together(walked):
    """Columns of different tables that can be spoilt in one go."""
    tables = sorted({table for table, _ in walked})
    columns = {table: sorted(one for other, one in walked if other == table) for table in tables}
    for number in range(max(map(len, columns.values()))):
        yield [(table, own[number]) for table, own in columns.items() if number < len(own)]


def spoilt(tables, cells, cutoff, way):
    """Other texts for all these cells; patients change places."""
    if cells[0].column != "patient_id":
        return {cell: others(tables, cell, cutoff)[way] for cell in cells}
    if cells[0].table == "patients":
        return {}
    # That a patient has a later event at all proves that follow-up went on: this much of a later
    # row is read. Which of the patients with later events it belongs to is not.
    starts = {row[0]: row[1] for row in tables.lines["patients"][1:]}
    date, day = schema.CUT_DATE[cells[0].table], cutoff.isoformat()
    owners = {cell: tables.row(cell.table, cell.row)["patient_id"] for cell in cells}
    moved = [
        cell
        for cell, owner in owners.items()
        if starts[owner] <= day < tables.row(cell.table, cell.row)[date]
    ]
    ids = [owners[cell] for cell in moved]
    if way and cells[0].table != "events":
        ids = ids[:1] * len(ids)
    return dict(zip(moved, reversed(ids), strict=True))


def after(folder, tables, changes, cutoff):
    """What the cut hands on with other cells in the files; the files are as before afterwards."""
    lines, touched = tables.changed(changes)
    for table in touched:
        rows_to_file(folder, table, lines[table])
    try:
        return content(folder.snapshot(cutoff))
    finally:
        for table in touched:
            rows_to_file(folder, table, tables.lines[table])


def content(snapshot):
    """Every field of a snapshot that is handed on, in a form that can be compared."""
    found = {
        one.name: getattr(snapshot, one.name)
        for one in fields(Snapshot)
        if one.name not in NOT_HANDED_ON
    }
    for name in ("tables", "recorded"):
        found[name] = {table.name: table_content(table) for table in found[name].values()}
    return found


def table_content(table):
    """A table's cells with their types, texts, origins, lines and lineage."""
    parts = (table.frame, table.text, table.origins)
    cells = [repr(part.to_dict("list")) for part in parts]
    return cells, str(table.frame.dtypes.to_dict()), table.lines.tolist(), dict(table.lineage)


# What is written ---------------------------------------------------------------------------------


def test_what_is_written_is_made_of_what_was_known(copies, tmp_path, monkeypatch):
    """
    Whole builds, on screen and paper, of files that differ in all they say of later days.

    With the digests of the input files held fixed, every byte of every file is the same but for
    cutoff.csv, which lists what was removed, and its digest in the manifest.
    """
    folder, cutoff = copies["odd"], dt.date(2018, 12, 31)
    monkeypatch.setattr(loading, "digest", lambda _path: "0" * 64)
    for name in ("study_digests", "package_digests", "template_digests"):
        monkeypatch.setattr(saving, name, lambda *_: {})
    tables = Tables.of(folder)
    late, early = split(tables, cutoff, COMPANIONS["odd"])
    age = next(one for one in early if one.column == "age")

    before = built(folder, cutoff, tmp_path / "before")
    with_late = built_with(folder, tables, sound(tables, late, cutoff), cutoff, tmp_path / "late")
    with_early = built_with(folder, tables, {age: "44"}, cutoff, tmp_path / "early", ["html"])

    assert set(before) == set(with_late)
    assert differing(before, with_late) == {"cutoff.csv", "manifest.json"}
    renamed = {digest(before["cutoff.csv"]): digest(with_late["cutoff.csv"])}
    assert replaced(before["manifest.json"], renamed) == with_late["manifest.json"]
    assert {name for name in WRITTEN if before[name] != with_early[name]} == WRITTEN


WRITTEN = {"interim.html", "results.json", "results.csv", "rows.json", "snapshot.json", "ars.json"}
"""What a cell that was known changes, and a later one does not."""


def test_digests_of_files_are_all_that_tells_of_later_cells(copies, tmp_path):
    """Nothing held fixed: put the other digests in their places, and the files are the same."""
    folder, cutoff = copies["odd"], dt.date(2018, 12, 31)
    tables = Tables.of(folder)
    late, _ = split(tables, cutoff, COMPANIONS["odd"])
    changes = sound(tables, late, cutoff)

    before = built(folder, cutoff, tmp_path / "before", ["html"])
    other = built_with(folder, tables, changes, cutoff, tmp_path / "after", ["html"])

    inputs = [json.loads(one["results.json"])["build"]["inputs"] for one in (before, other)]
    changed = {name for name, sha in inputs[0].items() if sha != inputs[1][name]}
    assert changed == {f"{table}.csv" for table in schema.TABLES}
    renamed = {inputs[0][name]: inputs[1][name] for name in changed}
    written = differing(before, other)
    assert written == {"cutoff.csv", "manifest.json", "results.json", "ars.json"}
    for file in ("results.json", "ars.json"):
        assert replaced(before[file], renamed) == other[file], file
    renamed |= {digest(before[file]): digest(other[file]) for file in written}
    assert replaced(before["manifest.json"], renamed) == other["manifest.json"]


def digest(content):
    """SHA-256 as it is written."""
    return hashlib.sha256(content).hexdigest()


def replaced(content, texts):
    """A file with other texts in the place of some."""
    for old, new in texts.items():
        content = content.replace(old.encode(), new.encode())
    return content


def sound(tables, late, cutoff):
    """Other texts for later cells, such that the study does not contradict itself."""
    changes = {}
    for cell in late:
        text = tables.row(cell.table, cell.row)[cell.column]
        if is_date(text):
            changes[cell] = later(text)
        elif cell.column == "event":
            changes[cell] = {"relapse": "hsct", "death": "last_contact"}.get(text, text)
        elif cell.column not in ("patient_id", "infusion", "unit"):
            changes[cell] = others(tables, cell, cutoff)[0]
    return changes


def built(folder, cutoff, out, formats=("html", "pdf")):
    """Every file of a build."""
    return tree(build(folder.path, cutoff=cutoff, out=out, formats=formats).out)


def built_with(folder, tables, changes, cutoff, out, formats=("html", "pdf")):
    """Every file of a build with other cells in the files."""
    lines, touched = tables.changed(changes)
    try:
        for table in touched:
            rows_to_file(folder, table, lines[table])
        return built(folder, cutoff, out, formats)
    finally:
        for table in touched:
            rows_to_file(folder, table, tables.lines[table])


def differing(one, two):
    """Files whose bytes differ."""
    return {file for file in one if one[file] != two.get(file)}
