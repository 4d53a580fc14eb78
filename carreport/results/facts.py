"""What the study and the build state about themselves, as results with ids."""

from __future__ import annotations

import hashlib
import platform
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from carreport.ids import join_id
from carreport.results.rows import Result, Trace, Value
from carreport.study.origins import Origin
from carreport.units import COUNT, DATE, DAYS, LEVEL, TEXT, Unit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carreport.study.snapshot import Snapshot

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


def facts(snapshot: Snapshot) -> Iterator[Result]:
    """The cutoff, the confidence level, the data digest, and the versions that computed."""
    study = snapshot.settings.study
    cutoff = snapshot.cutoff
    written = f"{cutoff.day} {cutoff:%B %Y}"
    yield _fact("study.cutoff.date", cutoff.isoformat(), DATE, "The data cutoff.", written)
    yield _fact("study.confidence.level", study.confidence, LEVEL, "Two-sided confidence level.")
    digest = data_digest(snapshot)[:DIGEST_LENGTH]
    yield _fact("study.data.digest", digest, TEXT, "First digits of the SHA-256 of the data files.")
    for name, sha in sorted(snapshot.inputs.items()):
        id_ = join_id("study.input.digest", {"file": name.replace(".", "_")})
        yield _fact(id_, sha[:DIGEST_LENGTH], TEXT, f"First digits of the SHA-256 of {name}.")
    few = study.few_at_risk
    yield _fact("study.few_at_risk.n", few, COUNT, "A curve is dashed below this number at risk.")
    for day in sorted({day for one in snapshot.settings.endpoint for day in one.landmarks}):
        id_ = join_id("study.landmark.days", {"day": str(day)})
        yield _fact(id_, day, DAYS, "A landmark, counted from the start.")
    for library, number in versions().items():
        id_ = join_id("study.software.version", {"library": library})
        yield _fact(id_, number, TEXT, f"Version of {library} in this build.")


def versions() -> dict[str, str]:
    """Versions of Python and of each library that computes or renders."""
    return {"python": platform.python_version(), **{one: version(one) for one in LIBRARIES}}


def data_digest(snapshot: Snapshot) -> str:
    """One SHA-256 over the names and digests of every input file."""
    lines = "\n".join(f"{name} {sha}" for name, sha in sorted(snapshot.inputs.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def _fact(id_: str, value: Value, unit: Unit, definition: str, shown: str = "") -> Result:
    trace = Trace(
        population="the study",
        method="stated by study.toml or by the build",
        source="",
        analysis=definition,
        function="",
        file="",
        line=0,
        tables=(),
        columns=(),
        patients=(),
        excluded={},
        origin=Origin.COLLECTED,
    )
    return Result(id_, value, unit, "", 0, trace, {}, shown)
