"""`carreport audit`: what a paper prints against the data and itself; a manuscript against a build."""

from __future__ import annotations

import difflib
import gc
import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from carreport.again import Asked, stated, up_to_date
from carreport.commands.build import PATIENT_GC, Stages
from carreport.commands.finding import JsonOption, QuietOption
from carreport.commands.messages import (
    FOUND,
    check_folder,
    messages,
    say,
    say_aligned,
    say_json,
    say_own,
    the_date,
)
from carreport.errors import BadInput, Problem
from carreport.names import AUDIT, AUDIT_DOCUMENT, USUAL_DOCUMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Record = Mapping[str, Any]

LINES: Final = 12
"""So many lines of one kind fit on a screen beside the others."""
LONGEST: Final = 110
NAMED: Final = 4
_ODD: Final = frozenset({"inconsistent", "explained"})
_WHY: Final = {
    "no claims": "the study folder has no claims.csv: there is nothing to audit",
    "other cutoff": "the paper speaks of the study’s own cutoff; at another one nothing is judged",
    "open session": "what a paper prints of the groups is withheld in an open session",
}


def audit(  # noqa: PLR0913 - one for every option
    study: Annotated[Path, typer.Argument(metavar="STUDY", help="Study folder.")],
    cutoff: Annotated[str, typer.Option(help="Data cutoff, YYYY-MM-DD.", metavar="DATE")] = "",
    out: Annotated[
        Path | None,
        typer.Option(help="Folder to write; default out/<cutoff>, of a manuscript out/manuscript."),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(help="Tell what this check found, and nothing else.", metavar="CHECK"),
    ] = None,
    no_files: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--no-files", help="Write nothing.")
    ] = False,
    manuscript: Annotated[
        Path | None,
        typer.Option(
            help="Find every number of a manuscript (DOCX, PDF, HTML, Markdown, text) instead.",
            metavar="FILE",
        ),
    ] = None,
    accepted: Annotated[
        Path | None,
        typer.Option(help="Numbers of the manuscript that need no result.", metavar="FILE"),
    ] = None,
    previous: Annotated[
        Path | None,
        typer.Option(help="An earlier build, to tell stale numbers by.", metavar="DIR"),
    ] = None,
    junit: Annotated[
        Path | None, typer.Option(help="Write JUnit XML of the manuscript.", metavar="FILE")
    ] = None,
    as_json: JsonOption = False,  # noqa: FBT002 - a flag
    quiet: QuietOption = False,  # noqa: FBT002 - a flag
) -> None:
    """
    Hold every figure a paper prints against the data, and the figures against each other.

    Builds the study's documents and the audit, and says what came of it. Ends with 0 if every
    verdict is the one that claims.csv expects, 1 if not, 2 if it cannot be done. With --manuscript
    every number of a manuscript is held against the build: 1 if one is stale or unmatched.
    """
    with messages(writes=not no_files):
        day = the_date(cutoff)
        named = {"--accepted": accepted, "--previous": previous, "--junit": junit}
        others = {"--only": only, "--no-files": no_files}
        _check_options(others if manuscript else named, of_manuscript=manuscript is None)
        gc.set_threshold(*PATIENT_GC)
        if manuscript is not None:
            from carreport.manuscript.audit import audit_manuscript

            told = audit_manuscript(
                study,
                manuscript,
                cutoff=day,
                previous=previous,
                accepted=accepted,
                out=out,
                junit=junit,
                building=say_own,
            )
            found = told.found
            if as_json:
                say_json(told.record())
            elif not quiet:
                for line in told.lines():
                    say(line)
        else:
            check_folder(study)
            asked = Asked(study, day, out, with_audit(study))
            where, record = _audited(asked, files=not no_files, quiet=quiet or as_json)
            record = _limited(record, only) if only else record
            found = any(not one["as_expected"] for one in record["claims"])
            if as_json:
                say_json(record)
            elif not quiet:
                _tell(record, where, in_detail=bool(only))
    if found:
        raise typer.Exit(FOUND)


def _check_options(given: Mapping[str, object], *, of_manuscript: bool) -> None:
    """
    Refuse options of the one kind of audit for the other.

    Raises:
        BadInput: There are some.
    """
    remedy = "name a manuscript, or leave it out" if of_manuscript else "leave it out"
    found = "is for a manuscript" if of_manuscript else "is for the claims of a study"
    problems = [Problem("", 0, name, found, remedy) for name, one in given.items() if one]
    if problems:
        raise BadInput(problems)


def with_audit(study: Path) -> tuple[str, ...]:
    """The study's own documents and the audit; none named where it is among them."""
    try:
        own = stated(study, "documents")
    except KeyError:
        own = USUAL_DOCUMENTS
    except (OSError, ValueError, LookupError, TypeError):
        return ()  # the build says what is wrong
    if not isinstance(own, list | tuple) or AUDIT_DOCUMENT in own:
        return ()
    return tuple(dict.fromkeys((*map(str, own), AUDIT_DOCUMENT)))


def _audited(asked: Asked, *, files: bool, quiet: bool) -> tuple[Path | None, Record]:
    """Where the audit stands, if it is written, and what it found."""
    if not files:
        from carreport.pipeline import audited

        say_own(asked.folder)
        return None, audited(asked)
    there = up_to_date(asked)
    if there is None:
        from carreport.pipeline import build

        say_own(asked.folder)
        stages = Stages(quiet=quiet)
        built = build(
            asked.folder,
            cutoff=asked.cutoff,
            out=asked.out,
            documents=asked.documents,
            stage=stages.begin,
            keep=True,
        )
        stages.end()
        there = built.out
    record: Record = json.loads((there / AUDIT).read_text(encoding="utf-8"))
    return there, record


def _limited(record: Record, only: Sequence[str]) -> Record:
    """
    What some checks found.

    Raises:
        BadInput: There is no such check.
    """
    from carreport.audit.checks import CHECKS
    from carreport.audit.rules import TITLES

    known = {*CHECKS, *TITLES}
    problems = []
    for name in only:
        if name not in known:
            near = difflib.get_close_matches(name, sorted(known), n=1)
            remedy = (
                f"did you mean {near[0]}?" if near else f"name one of {', '.join(sorted(known))}"
            )
            problems.append(Problem("", 0, "--only", f"there is no check {name!r}", remedy))
    if problems:
        raise BadInput(problems)
    checks, findings = (
        [one for one in record[part] if one["check"] in only] for part in ("checks", "findings")
    )
    odd = [set(one["claims"]) for one in findings if one["answer"] in _ODD]
    conflicts = [
        one
        for one in record["conflicts"]
        if one["check"] in only or any(claims <= _claims_of(one) for claims in odd)
    ]
    said = {id_ for one in findings for id_ in one["claims"]}
    said |= {id_ for one in conflicts for id_ in _claims_of(one)}
    claims = [one for one in record["claims"] if one["claim_id"] in said]
    parts = {"checks": checks, "findings": findings, "conflicts": conflicts, "claims": claims}
    return {**record, **parts}


def _claims_of(conflict: Record) -> set[str]:
    """The claims of all sides, and what implies them."""
    return {id_ for side in conflict["sides"] for id_ in (*side["claims"], *side["witnesses"])}


def _tell(record: Record, where: Path | None, *, in_detail: bool) -> None:
    if where is not None:
        names = " ".join(f"{AUDIT_DOCUMENT}.{one}" for one in ("html", "pdf", "json"))
        say(f"{where.as_posix()}/  {names}")
    if record["standing"] in _WHY:
        say(_WHY[record["standing"]])
        return
    if in_detail:
        _findings(record)
    else:
        _sections(record)
    _conflicts(record)
    _changes(record["claims"])


def _sections(record: Record) -> None:
    """How many of each verdict, by section."""
    words = [*record["verdicts"]]
    rows = [(one["name"], one["verdicts"]) for one in record["sections"]]
    rows.append(("together", record["verdicts"]))
    say_aligned(
        [
            ("", *words, "all"),
            *(
                (name, *(f"{found[one] or '–':>{len(one)}}" for one in words), f"{sum(found.values()):>3}")
                for name, found in rows
            ),
        ]
    )  # fmt: skip


def _findings(record: Record) -> None:
    """What some checks found, and what they object to or could not test."""
    for one in record["checks"]:
        told = ", ".join(f"{one[name]} {name}" for name in one if name != "check" and one[name])
        say(f"{one['check']}: {told}")
    printed = {one["claim_id"]: one["reported"] for one in record["claims"]}
    odd = [one for one in record["findings"] if one["answer"] != "consistent"]
    for one in odd[:LINES]:
        named = [*dict.fromkeys(printed.get(id_, id_) for id_ in one["claims"])]
        more = f" and {len(named) - NAMED} more" if len(named) > NAMED else ""
        say(f"  {one['answer']} ({'; '.join(named[:NAMED])}{more}): {one['reason']}")
    _more(odd)


def _conflicts(record: Record) -> None:
    contradicted = [one for one in record["conflicts"] if one["answer"] == "contradicted"]
    told = Counter(one["answer"] for one in record["conflicts"])
    explained, asked = told["explained"], told["question"]
    more = f"; {explained} more {'is' if explained == 1 else 'are'} explained by a reading"
    more = (more if explained else "") + (f"; {asked} worth asking" if asked else "")
    if contradicted:
        say(f"what cannot both be true ({len(contradicted)}{more}):")
        _listed(f"  {one['headline']}" for one in contradicted)
    else:
        say(f"no two statements exclude each other{more}")


def _changes(claims: Sequence[Record]) -> None:
    """Verdicts that are not the expected ones."""
    changed = [one for one in claims if not one["as_expected"]]
    if not changed:
        say("every verdict is the expected one")
        return
    say(f"{len(changed)} not as claims.csv expects:")
    _listed(
        f"  {one['claim_id']} ({one['reported']}): expected {one['expected'] or 'nothing'}, "
        f"now {one['verdict']}, because {one['reason']}"
        for one in changed
    )


def _listed(lines: Iterator[str]) -> None:
    told = list(lines)
    for one in told[:LINES]:
        plain = " ".join(one.split())
        say(f"  {plain}" if len(plain) <= LONGEST else f"  {plain[: LONGEST - 1]}…")
    _more(told)


def _more(told: Sequence[object]) -> None:
    if len(told) > LINES:
        say(f"  and {len(told) - LINES} more (--json for all)")
