"""The pipeline, one line an arrow: files, Study, Snapshot, Results, tables and figures, pages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from carreport.analyses import ANALYSES
from carreport.audit import audit, by_result, foremost
from carreport.errors import BadInput, Problem
from carreport.figures import draw
from carreport.render import Printed, render
from carreport.render.environment import environment, has_document
from carreport.render.folder import target_problems
from carreport.results import run
from carreport.study.cutoff import cut
from carreport.study.load import load
from carreport.tables import lay_out
from carreport.writing import FORMATS, Built, Made, Numbers, write

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from carreport.audit import Verdict
    from carreport.render import Reported

__all__ = ["FORMATS", "Built", "build", "compute", "reported", "say_it"]


def build(
    folder: Path,
    *,
    cutoff: dt.date | None = None,
    out: Path | None = None,
    documents: Sequence[str] = (),
    formats: Sequence[str] = FORMATS,
    stage: Callable[[str], None] = lambda _name: None,
) -> Built:
    """
    Build a study's documents.

    Args:
        folder: The study folder.
        cutoff: Data cutoff; the study's own without one.
        out: Where to write; `out/<cutoff>` without one.
        documents: Names of documents; the study's own without any.
        formats: html, pdf or both.
        stage: Told the name of each stage as it begins.

    Returns:
        Where everything is, and a summary.

    Raises:
        BadInput: The study, the cutoff, a document or the folder cannot be used.
        CarreportError: A template or an analysis is wrong, or the disk; nothing was changed.
    """
    numbers = compute(folder, cutoff, out, documents, stage)
    made = say_it(folder, numbers, stage)
    stage("write")
    return write(folder, _target(out, numbers.snapshot.cutoff), made, formats)


def compute(
    folder: Path,
    cutoff: dt.date | None,
    out: Path | None,
    documents: Sequence[str],
    stage: Callable[[str], None],
) -> Numbers:
    """Files to numbers, tables and figures; the arguments are those of `build`."""
    stage("load")
    study = load(folder)
    stage("cut")
    snapshot = cut(study, cutoff)
    names = tuple(dict.fromkeys(documents or snapshot.settings.study.documents))
    _check_request(folder, _target(out, snapshot.cutoff), names)
    stage("analyse")
    results = run(ANALYSES, snapshot)
    stage("lay out")
    tables = lay_out(results, snapshot)
    stage("draw")
    figures = draw(results, snapshot.settings)
    return Numbers(snapshot, results, tables, figures, names)


def say_it(folder: Path, numbers: Numbers, stage: Callable[[str], None]) -> Made:
    """Numbers to verdicts and pages."""
    snapshot, results = numbers.snapshot, numbers.results
    stage("audit")
    verdicts = audit(folder, snapshot, results)
    stage("render")
    pages = render(
        folder,
        snapshot,
        results,
        numbers.tables,
        numbers.figures,
        numbers.documents,
        reported(verdicts),
    )
    return Made(numbers, verdicts, pages)


def _target(out: Path | None, cutoff: dt.date) -> Path:
    return out or Path("out") / cutoff.isoformat()


def reported(verdicts: Sequence[Verdict]) -> Reported:
    """For each number what a paper printed, as a page says it; the worst verdict first."""
    found: dict[str, tuple[Printed, ...]] = {}
    for id_, judged in by_result(verdicts).items():
        worst = foremost(judged)
        ordered = [worst, *(one for one in judged if one is not worst)]
        found[id_] = tuple(Printed(one.verdict, one.sentence) for one in ordered)
    return found


def _check_request(folder: Path, target: Path, documents: Sequence[str]) -> None:
    jinja = environment(folder)
    ours = sorted(
        {name.split("/")[0] for name in jinja.list_templates() if "/" in name} - {"shared"}
    )
    problems = [
        Problem(
            "", 0, "--document", f"there is no document {name!r}", f"name one of {', '.join(ours)}"
        )
        for name in documents
        if not has_document(jinja, name)
    ]
    problems += [Problem("", 0, "--out", *one) for one in target_problems(folder, target)]
    if problems:
        raise BadInput(problems)
