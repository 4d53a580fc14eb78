"""One report verified."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pypdfium2

from carreport.errors import BadInput, Problem
from carreport.render.reread import reading
from carreport.verify.inside import as_put_in, opened, unusable
from carreport.verify.printed import linked_numbers
from carreport.verify.verdict import Check, Verified

if TYPE_CHECKING:
    from pathlib import Path

    from carreport.render.reread import Reading
    from carreport.verify.inside import Inside

_OF_ITSELF: Final = ("study", "cutoff", "session", "carreport", "commit", "dirty")


def verify(path: Path, study: Path | None = None, previous: Path | None = None) -> Verified:
    """
    Ask whether a report is as it was built, and whether it would be built so again.

    Args:
        path: A PDF of ours.
        study: Its study folder; without one, only the file itself is looked at.
        previous: The earlier build it was compared with, if it was.

    Returns:
        What was asked and found.

    Raises:
        BadInput: The file is no PDF of ours, or the study another one or not usable.
    """
    try:
        with reading(path.read_bytes()) as found:
            inside = opened(found.files())
            checks = [as_put_in(inside), linked_numbers(found, inside)]
            checks += _against(study, inside, found, previous) if study else [_unasked()]
    except (pypdfium2.PdfiumError, OSError) as error:
        why = f"{path.name!r} cannot be read as a PDF ({getattr(error, 'strerror', None) or error})"
        raise unusable(why) from error
    report = {name: inside.manifest.get(name) for name in _OF_ITSELF}
    return Verified({"document": inside.document, **report}, tuple(checks))


def _unasked() -> Check:
    return Check("data, code and numbers", "name the study folder to compare them", done=False)


def _against(study: Path, inside: Inside, pdf: Reading, previous: Path | None) -> list[Check]:
    """The report against the study folder and the code that are here."""
    compared = "previous" in inside.manifest
    if previous and not compared:
        found = "the report was not compared with an earlier build"
        raise BadInput([Problem("", 0, "--previous", found, "leave it out")])
    # All that computes; the file alone is looked at without.
    from carreport.names import CLOSED, OPEN
    from carreport.results import plan, run
    from carreport.study.load import load
    from carreport.study.session import snapshot_of
    from carreport.verify.again import (
        compared_again,
        computed_again,
        made_from,
        printed_again,
        unasked,
    )

    loaded = load(study)
    title = loaded.settings.study.title
    if title != inside.manifest["study"]:
        found = f"{str(study)!r} holds {title!r}, the report is of {inside.manifest['study']!r}"
        raise BadInput([Problem("", 0, "STUDY", found, "name the study of the report")])
    session = OPEN if inside.manifest.get("session") == OPEN else CLOSED
    snapshot = snapshot_of(loaded, dt.date.fromisoformat(inside.manifest["cutoff"]), session)
    results = run(plan(snapshot), snapshot)
    made = made_from(inside, study)
    data, code, templates, libraries, *own = (not one.findings for one in made)
    checks = [*made]
    if previous:
        same_build, since = compared_again(inside, previous, study, snapshot, results)
        results = since.results
        snapshot = replace(snapshot, notices=(*snapshot.notices, *since.notices))
        checks.append(same_build)
    elif compared:
        checks.append(unasked(inside))
    earlier = bool(previous) or not compared
    same_code = code and libraries and all(own)
    checks.append(computed_again(inside, results, same_code=same_code, earlier=earlier))
    if data and code and templates and all(own) and earlier:
        checks.append(printed_again(inside, pdf, study, snapshot, results))
    else:
        why = "only numbers that lead to a trace could be compared: "
        why += "what the pages are made from differs" if earlier else "the earlier build is needed"
        checks.append(Check("all digits", why, done=False))
    return checks
