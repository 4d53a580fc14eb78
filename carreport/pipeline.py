"""The pipeline, one line an arrow: files, Study, Snapshot, Results, tables and figures, pages."""

from __future__ import annotations

import pickle
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from carreport.again import FORMATS, USUAL_FORMATS, Asked, Memory, memory
from carreport.audit import audit
from carreport.audit.record import audit_record
from carreport.beside import unswept
from carreport.errors import BadInput, Problem
from carreport.figures import draw
from carreport.made import Built, Made, Numbers
from carreport.names import CLOSED, OPEN, USUAL_DOCUMENTS, Session
from carreport.previous import compared_with, usable
from carreport.render import render
from carreport.render.environment import environment, fit_for_open, has_document
from carreport.render.folder import target_problems
from carreport.results import plan, run
from carreport.results.save import build_record
from carreport.study.load import load
from carreport.study.session import snapshot_of
from carreport.tables import lay_out
from carreport.tables.changes import change_tables
from carreport.writing import write

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from jinja2 import Environment

    from carreport.render import Page
    from carreport.study.snapshot import Snapshot

__all__ = [
    "FORMATS",
    "Built",
    "audited",
    "build",
    "compute",
    "documents_of",
    "recall",
    "say_it",
    "write",
]


def build(  # noqa: PLR0913 - one for every option
    folder: Path,
    *,
    cutoff: dt.date | None = None,
    out: Path | None = None,
    documents: Sequence[str] = (),
    formats: Sequence[str] = USUAL_FORMATS,
    stage: Callable[[str], None] = lambda _name: None,
    keep: bool = False,
    session: Session = CLOSED,
    previous: Path | None = None,
) -> Built:
    """
    Build a study's documents.

    Args:
        folder: The study folder.
        cutoff: Data cutoff; the study's own without one.
        out: Where to write; `out/<cutoff>` without one.
        documents: Names of documents; the study's own without any.
        formats: html, pdf, docx or several of them.
        stage: Told the name of each stage as it begins.
        keep: Whether to use what earlier builds computed from the same, and to keep for later
            ones what this one computes, beside the folder it writes.
        session: `open` for a committee's open session: nothing by group.
        previous: A folder with an earlier build, to say what changed since.

    Returns:
        Where everything is, and a summary.

    Raises:
        BadInput: The study, the cutoff, a document or the folder cannot be used.
        CarreportError: A template or an analysis is wrong, or the disk; nothing was changed.
    """
    names = tuple(dict.fromkeys(documents))
    asked = Asked(folder, cutoff, out, names, tuple(formats), session, previous)
    known = memory(asked) if keep else Memory()
    with unswept():
        numbers = recall(asked, known, stage) or compute(asked, stage)
        made = say_it(asked, numbers, stage)
        stage("write")
        return write(asked, made, known)


def compute(asked: Asked, stage: Callable[[str], None] = lambda _name: None) -> Numbers:
    """
    Files to numbers, tables and figures.

    What is read here must be part of `again.Basis.numbers`: nothing else decides the outcome.
    """
    stage("load")
    study = load(asked.folder)
    stage("cut")
    snapshot = snapshot_of(study, asked.cutoff, asked.session)
    documents = documents_of(asked, snapshot)
    _check_request(asked, snapshot.cutoff, documents)
    if asked.previous:
        usable(asked.previous, snapshot)
    stage("analyse")
    results = run(plan(snapshot), snapshot)
    previous: Mapping[str, Any] = {}
    if asked.previous:
        stage("compare")
        found = compared_with(asked.previous, asked.folder, snapshot, results)
        results, previous = found.results, found.record
        snapshot = replace(snapshot, notices=(*snapshot.notices, *found.notices))
    stage("lay out")
    tables = (*lay_out(results, snapshot, documents), *change_tables(results, snapshot.settings))
    stage("draw")
    figures = draw(results, snapshot.settings, documents)
    return Numbers(snapshot, results, tables, figures, documents, previous=previous)


def audited(asked: Asked) -> dict[str, Any]:
    """What an audit finds, as in audit.json; nothing is drawn, rendered or written."""
    snapshot = snapshot_of(load(asked.folder), asked.cutoff, asked.session)
    return audit_record(audit(asked.folder, snapshot, run(plan(snapshot), snapshot)), snapshot)


def recall(
    asked: Asked, known: Memory, stage: Callable[[str], None] = lambda _name: None
) -> Numbers | None:
    """What an earlier build computed from the same; None where none did."""
    if known.numbers is None:
        return None
    stage("from cache")
    try:
        found = pickle.loads(known.numbers.content)  # noqa: S301 - see carreport.cache
    except Exception:  # noqa: BLE001 - whatever is wrong with it, it can be computed
        return None
    if not isinstance(found, Numbers) or found.documents != documents_of(asked, found.snapshot):
        return None
    _check_request(asked, found.snapshot.cutoff, found.documents)
    return found


def say_it(
    asked: Asked,
    numbers: Numbers,
    stage: Callable[[str], None] = lambda _name: None,
    first: Sequence[str] = (),
    done: Callable[[Page], None] = lambda _page: None,
) -> Made:
    """
    Numbers to verdicts and pages.

    Args:
        asked: For the study folder.
        numbers: What was computed.
        stage: Told the name of each stage as it begins.
        first: Documents to be rendered before the others.
        done: Given each page as soon as it is finished.
    """
    snapshot, results, folder = numbers.snapshot, numbers.results, asked.folder
    stage("audit")
    found = audit(folder, snapshot, results)
    stage("render")
    pages = {}
    for name in sorted(numbers.documents, key=lambda one: one not in first):
        tables, figures = numbers.tables, numbers.figures
        (page,) = render(folder, snapshot, results, tables, figures, (name,), found)
        pages[name] = page
        done(page)
    record = build_record(snapshot, folder)
    if numbers.previous:
        record["previous"] = dict(numbers.previous)
    return Made(numbers, found, [pages[one] for one in numbers.documents], record)


def documents_of(asked: Asked, snapshot: Snapshot) -> tuple[str, ...]:
    """The documents asked for; otherwise the study's own, in an open session those fit for it."""
    stated = tuple(dict.fromkeys(snapshot.settings.study.documents))
    if asked.documents or snapshot.session != OPEN:
        return asked.documents or stated
    jinja = environment(asked.folder)
    fit = [one for one in stated if has_document(jinja, one) and fit_for_open(jinja, one)]
    return tuple(fit) or USUAL_DOCUMENTS


def _check_request(asked: Asked, cutoff: dt.date, documents: Sequence[str]) -> None:
    folder, target = asked.folder, asked.target(cutoff)
    jinja = environment(folder)
    ours = sorted({name.split("/")[0] for name in jinja.list_templates() if "/" in name})
    ours = [one for one in ours if has_document(jinja, one)]
    problems = [
        Problem(
            "", 0, "--document", f"there is no document {name!r}", f"name one of {', '.join(ours)}"
        )
        for name in documents
        if not has_document(jinja, name)
    ]
    if not problems and asked.session == OPEN:
        problems += _unfit(jinja, documents, ours)
    problems += [Problem("", 0, "--out", *one) for one in target_problems(folder, target)]
    if asked.previous and asked.previous.resolve().is_relative_to(target.resolve()):
        found = f"{asked.previous.as_posix()!r} is the folder that is written to"
        remedy = "name another with --out, the earlier build would be lost"
        problems.append(Problem("", 0, "--previous", found, remedy))
    if problems:
        raise BadInput(problems)


def _unfit(jinja: Environment, documents: Sequence[str], ours: Sequence[str]) -> Iterator[Problem]:
    """Documents that do not say of themselves that an open session may see them."""
    fit = [one for one in ours if has_document(jinja, one) and fit_for_open(jinja, one)]
    for name in documents:
        if not fit_for_open(jinja, name):
            found = f"the document {name!r} is not for an open session"
            remedy = f"name one of {', '.join(fit)}, or leave out --session open"
            yield Problem("", 0, "--document", found, remedy)
