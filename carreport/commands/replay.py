"""`carreport replay`: one number computed anew, compared bit for bit with the saved one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from carreport.commands.finding import (
    STUDY,
    BuildOption,
    CutoffOption,
    JsonOption,
    SessionOption,
    StudyArgument,
    Wanted,
    saved_build,
    session_of,
    some,
)
from carreport.commands.messages import (
    FOUND,
    check_folder,
    messages,
    say,
    say_json,
    say_labelled,
    say_own,
    the_date,
)
from carreport.errors import BadInput, Problem
from carreport.saved.made_from import changed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carreport.saved.build import Saved


def replay(
    id_: Annotated[str, typer.Argument(metavar="ID", help="A number, as in results.csv.")],
    study: StudyArgument = None,
    cutoff: CutoffOption = "",
    build: BuildOption = None,
    session: SessionOption = None,
    as_json: JsonOption = False,  # noqa: FBT002 - a flag
) -> None:
    """
    Compute one number anew from the study folder and compare it bit for bit with the saved one.

    Only the analysis that gives it runs, and nothing of the build is used but the saved value.
    Ends with 0 if the two are the same, 1 if they differ.
    """
    folder = study or STUDY
    with messages():
        the_date(cutoff)
        check_folder(folder)
        saved, why = saved_build(Wanted(folder, cutoff, build, session or ""))
        if saved is None:
            remedy = "build first, or name the folder of a build"
            raise BadInput([Problem("", 0, "--build", why, remedy)])
        before = _saved_value(saved, id_)
        computed = _computed(folder, saved, id_)
        now = {name: computed[name] for name in before}
        numbers, _ = changed(saved.record, folder)
        if numbers:
            say(f"changed since the build: {some(numbers)}", err=True)
        same = _bits(before) == _bits(now)
        if as_json:
            say_json({"id": id_, "same": same, "saved": before, "now": now, "changed": numbers})
        else:
            say_labelled(_told(id_, before, now, same=same))
    if not same:
        raise typer.Exit(FOUND)


def _saved_value(saved: Saved, id_: str) -> dict[str, Any]:
    """What the build has: value and kind of missing, a cell's value, or a listing's rows."""
    row = saved.row(id_)
    if row is not None:
        return {name: row[name] for name in ("value", "missing", "rows") if name in row}
    cell = saved.cell(id_)
    if cell is None:
        raise saved.unknown(id_)
    return {"value": cell.value}


def _computed(study: Path, saved: Saved, id_: str) -> dict[str, Any]:
    from carreport.results.plan import plan
    from carreport.results.replay import replay as replayed
    from carreport.study.load import load
    from carreport.study.session import snapshot_of

    day = the_date(saved.record["cutoff"])
    say_own(study)
    snapshot = snapshot_of(load(study), day, session_of(saved))
    results = replayed(plan(snapshot), snapshot, id_)
    if id_ in results.listings:
        return {"rows": [list(row) for row in results.listing(id_).rows]}
    return {"value": results[id_].value, "missing": results[id_].missing or None}


def _bits(found: object) -> str:
    """What tells any two values apart: the shortest text of a float stands for its bits."""
    return json.dumps(found)


def _told(
    id_: str, before: dict[str, Any], now: dict[str, Any], *, same: bool
) -> Iterator[tuple[str, str]]:
    yield "number", id_
    if "rows" in before:
        yield "saved", f"{len(before['rows'])} rows"
        yield "now", f"{len(now['rows'])} rows"
        pairs = zip(before["rows"], now["rows"], strict=False)
        first = next((pair for pair in pairs if _bits(pair[0]) != _bits(pair[1])), None)
        if first:
            yield "first change", f"{first[0]} became {first[1]}"
    else:
        yield "saved", _exactly(before)
        yield "now", _exactly(now)
    yield "result", "the same, bit for bit" if same else "differs"


def _exactly(found: dict[str, Any]) -> str:
    value = found["value"]
    if value is None:
        return f"none ({found['missing']})" if found.get("missing") else "none"
    return f"{value!r} ({value.hex()})" if isinstance(value, float) else repr(value)
