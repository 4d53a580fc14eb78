"""The pipeline, one line an arrow: files, Study, Snapshot, Results, tables and figures, pages."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

from carreport.again import Asked, Memory, memory
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
    from pathlib import Path

    from carreport.audit import Verdict
    from carreport.render import Reported
    from carreport.study.snapshot import Snapshot

__all__ = ["FORMATS", "Built", "build", "compute", "recall", "reported", "say_it"]


def build(
    folder: Path,
    *,
    cutoff: dt.date | None = None,
    out: Path | None = None,
    documents: Sequence[str] = (),
    formats: Sequence[str] = FORMATS,
    stage: Callable[[str], None] = lambda _name: None,
    keep: bool = False,
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
        keep: Whether to use what earlier builds computed from the same, and to keep for later
            ones what this one computes, beside the folder it writes.

    Returns:
        Where everything is, and a summary.

    Raises:
        BadInput: The study, the cutoff, a document or the folder cannot be used.
        CarreportError: A template or an analysis is wrong, or the disk; nothing was changed.
    """
    asked = Asked(folder, cutoff, out, tuple(dict.fromkeys(documents)), tuple(formats))
    known = memory(asked) if keep else Memory()
    numbers = recall(asked, known, stage) or compute(asked, stage)
    made = say_it(folder, numbers, stage)
    stage("write")
    return write(asked, made, known)


def compute(asked: Asked, stage: Callable[[str], None]) -> Numbers:
    """
    Files to numbers, tables and figures.

    What is read here must be part of `again.Basis.numbers`: nothing else decides the outcome.
    """
    stage("load")
    study = load(asked.folder)
    stage("cut")
    snapshot = cut(study, asked.cutoff)
    documents = _documents(asked, snapshot)
    _check_request(asked, snapshot.cutoff, documents)
    stage("analyse")
    results = run(ANALYSES, snapshot)
    stage("lay out")
    tables = lay_out(results, snapshot)
    stage("draw")
    figures = draw(results, snapshot.settings)
    return Numbers(snapshot, results, tables, figures, documents)


def recall(asked: Asked, known: Memory, stage: Callable[[str], None]) -> Numbers | None:
    """What an earlier build computed from the same; None where none did."""
    if known.numbers is None:
        return None
    stage("from cache")
    try:
        found = pickle.loads(known.numbers.content)  # noqa: S301 - see carreport.cache
    except Exception:  # noqa: BLE001 - whatever is wrong with it, it can be computed
        return None
    if not isinstance(found, Numbers) or found.documents != _documents(asked, found.snapshot):
        return None
    _check_request(asked, found.snapshot.cutoff, found.documents)
    return found


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


def _documents(asked: Asked, snapshot: Snapshot) -> tuple[str, ...]:
    """The documents asked for, otherwise the study's own."""
    return asked.documents or tuple(dict.fromkeys(snapshot.settings.study.documents))


def reported(verdicts: Sequence[Verdict]) -> Reported:
    """For each number what a paper printed, as a page says it; the worst verdict first."""
    found: dict[str, tuple[Printed, ...]] = {}
    for id_, judged in by_result(verdicts).items():
        worst = foremost(judged)
        ordered = [worst, *(one for one in judged if one is not worst)]
        found[id_] = tuple(Printed(one.verdict, one.sentence) for one in ordered)
    return found


def _check_request(asked: Asked, cutoff: dt.date, documents: Sequence[str]) -> None:
    folder, target = asked.folder, asked.target(cutoff)
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
