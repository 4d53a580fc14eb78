"""What the study and the build state about themselves, as results with ids."""

from __future__ import annotations

import hashlib
import json
import platform
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from carreport.ids import join_id
from carreport.results.rows import Result, Trace, Value
from carreport.study.account import ACTIONS, REMOVED, ROLLED_BACK, TRUNCATED
from carreport.study.origins import ORIGINS_FILE, Origin
from carreport.study.settings import SETTINGS_FILE
from carreport.units import COUNT, DATE, DAYS, LEVEL, PATIENTS, TEXT, Unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from carreport.study.settings import Settings
    from carreport.study.snapshot import Snapshot, Table

LIBRARIES: Final = (
    "scipy",
    "numpy",
    "pandas",
    "matplotlib",
    "jinja2",
    "weasyprint",
    "pydyf",
    "pydantic",
    "lxml",
    "openpyxl",
    "pyarrow",
)
DIGEST_LENGTH: Final = 12
SETTINGS: Final = (SETTINGS_FILE, ORIGINS_FILE)
"""Files that are no data; nothing in them is dated."""
MEANINGS: Final = {
    REMOVED: "Rows of {} that were removed: dated after the cutoff, or of a patient who had not started.",
    ROLLED_BACK: "Cells of {} that were emptied, as they were known only after the cutoff.",
    TRUNCATED: "Patients followed beyond the cutoff, whose follow-up ends there by a row made in {}.",
}


def facts(snapshot: Snapshot) -> Iterator[Result]:
    """The cutoff, the confidence level, digests, what was cut, and the versions that computed."""
    study = snapshot.settings.study
    cutoff = snapshot.cutoff
    written = f"{cutoff.day} {cutoff:%B %Y}"
    yield _fact("study.cutoff.date", cutoff.isoformat(), DATE, "The data cutoff.", written)
    yield _fact("study.confidence.level", study.confidence, LEVEL, "Two-sided confidence level.")
    yield from _digests(snapshot)
    yield from _cut(snapshot)
    few = study.few_at_risk
    yield _fact("study.few_at_risk.n", few, COUNT, "A curve is dashed below this number at risk.")
    for day in sorted({day for one in snapshot.settings.endpoint for day in one.landmarks}):
        id_ = join_id("study.landmark.days", {"day": str(day)})
        yield _fact(id_, day, DAYS, "A landmark, counted from the start.")
    yield from _scopes(snapshot.settings)
    for library, number in versions().items():
        id_ = join_id("study.software.version", {"library": library})
        yield _fact(id_, number, TEXT, f"Version of {library} in this build.")


def _scopes(settings: Settings) -> Iterator[Result]:
    """Which days an analyte is of, and which infusion adverse events are of, where declared."""
    for one in settings.analyte:
        for name, day in zip(("first_day", "last_day"), one.window or (), strict=False):
            id_ = join_id(f"study.window.{name}", {"analyte": one.id})
            yield _fact(id_, day, DAYS, "The window that counts, in days after the infusion.")
    scope = settings.adverse_events
    if scope and scope.infusion is not None:
        said = "The infusion whose adverse events are in scope."
        yield _fact("study.adverse_events.infusion", scope.infusion, COUNT, said)


def _digests(snapshot: Snapshot) -> Iterator[Result]:
    """Of what was known by the cutoff, and of the settings: nothing later changes them."""
    digests = {name: table_digest(table) for name, table in snapshot.recorded.items()}
    digest = _joint(digests)[:DIGEST_LENGTH]
    told = "First digits of the SHA-256 of the data as they were known by the cutoff."
    yield _fact("study.data.digest", digest, TEXT, told)
    for name, of_table in digests.items():
        id_ = join_id("study.table.digest", {"table": name})
        told = f"First digits of the SHA-256 of {name} as known by the cutoff."
        yield _fact(id_, of_table[:DIGEST_LENGTH], TEXT, told)
    for name in SETTINGS:
        if sha := snapshot.inputs.get(name):
            id_ = join_id("study.input.digest", {"file": name.replace(".", "_")})
            yield _fact(id_, sha[:DIGEST_LENGTH], TEXT, f"First digits of the SHA-256 of {name}.")


def _cut(snapshot: Snapshot) -> Iterator[Result]:
    """What the cutoff took away: how much, not what."""
    counts = snapshot.cut_counts
    method = "entries in the account of the cut, cutoff.csv"
    told = "Patients who had not started by the cutoff; they left with all their rows."
    gone = counts.get((REMOVED, "patients"), 0)
    id_ = "study.cut.patients"
    yield _fact(id_, gone, PATIENTS, told, method=method, origin=_dated(snapshot, "patients"))
    for (action, table), count in counts.items():
        id_ = join_id("study.cut.rows", {"action": ACTIONS[action], "table": table})
        told = MEANINGS[action].format(table)
        yield _fact(id_, count, COUNT, told, method=method, origin=_dated(snapshot, table))


def _dated(snapshot: Snapshot, table: str) -> Origin:
    """The weakest origin of the dates that decided what of a table was cut."""
    return max(snapshot.dated_by.get(table, {}).values(), default=Origin.COLLECTED)


def versions() -> dict[str, str]:
    """Versions of Python and of each library that computes or renders."""
    return {"python": platform.python_version(), **{one: version(one) for one in LIBRARIES}}


def data_digest(snapshot: Snapshot) -> str:
    """
    One SHA-256 over everything recorded by the cutoff: the tables' names and digests.

    Args:
        snapshot: The study as of the cutoff.

    Returns:
        Hexadecimal digits. Rows dated later, computed columns, settings and origins have no part
        in it; neither have file names, line ends or the kind of file.
    """
    return _joint({name: table_digest(one) for name, one in snapshot.recorded.items()})


def _joint(digests: Mapping[str, str]) -> str:
    lines = "\n".join(f"{name} {one}" for name, one in digests.items())
    return hashlib.sha256(lines.encode()).hexdigest()


def table_digest(table: Table) -> str:
    """
    SHA-256 of a table's header and rows, each as a JSON list of its cells' text on a line.

    Columns and rows count in the order of the file, as they do for listings and ties. The text of
    a cell is what a reader sees, without surrounding spaces: 2.50 and 2.5 are two texts.
    """
    found = hashlib.sha256()
    rows = table.text.itertuples(index=False, name=None)
    as_text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    found.update(as_text([str(column) for column in table.text]).encode() + b"\n")
    for cells in rows:
        found.update(as_text(cells).encode() + b"\n")
    return found.hexdigest()


def _fact(
    id_: str,
    value: Value,
    unit: Unit,
    definition: str,
    shown: str = "",
    *,
    method: str = "stated by study.toml or by the build",
    origin: Origin = Origin.COLLECTED,
) -> Result:
    trace = Trace(
        population="the study",
        method=method,
        source="",
        analysis=definition,
        function="",
        file="",
        line=0,
        tables=(),
        columns=(),
        patients=(),
        excluded={},
        origin=origin,
    )
    return Result(id_, value, unit, "", 0, trace, {}, shown)
