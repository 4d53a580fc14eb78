"""An output folder as one side of a comparison."""

from __future__ import annotations

import csv
import hashlib
import io
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from carreport.changes.side import Drawn, Side
from carreport.errors import BadInput, Problem
from carreport.ids import OF_EARLIER, split_id
from carreport.names import MANIFEST, RESULTS, SNAPSHOT
from carreport.results import plan, run
from carreport.saved.build import OPTION, opened
from carreport.study.snapshot_file import restored

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from carreport.results.rows import Results
    from carreport.saved.build import Saved
    from carreport.study.own import OwnFile
    from carreport.study.snapshot import Snapshot

FIGURE: Final = "figure"
FIGURES: Final = "figures"
ARS: Final = "ars.json"
_DIGESTS: Final = "digests"
_PAGE: Final = ".html"
_NUMBERS: Final = "-numbers.csv"
_SIGNS: Final = str.maketrans("@=,", "---")
"""How an id stands in the name of a file."""
_TEXTS: Final = ("display", "unit", "kind", "population", "definition", "method", "call", "origin")
_SAYING: Final = ("parameters", "excluded")
_LISTS: Final = ("columns", "tables", "patients")
_USE: Final = ("document", "place", "printed")
_OPTIONAL: Final = frozenset({"format", "uses", "origin", "excluded", "tables", "patients"})


def from_build(
    folder: Path, label: str = "", option: str = OPTION, own: tuple[OwnFile, ...] = ()
) -> Side:
    """
    A build with what it saved and what the code here makes of its snapshot.

    Args:
        folder: An output folder.
        label: As messages call it; the folder's name without one.
        option: Where a command line names it, for messages.
        own: The study's own analyses as they are now: a build says what they gave, and is not run.

    Raises:
        BadInput: It holds no build, or one without a snapshot, or files of it are damaged.
        ExceptionGroup: Of AnalysisFailed: the code here cannot compute it.
    """
    saved = opened(folder, option)
    listed = _as_written(saved)
    _check_record(saved)
    snapshot = replace(_snapshot(saved), own=own)
    # What a build had from an even earlier one is no number of its own.
    rows = {row["id"]: row for row in _rows(saved) if not row["id"].startswith(OF_EARLIER)}
    results = run(plan(snapshot), snapshot, strict=False)
    return Side(
        label=label or folder.as_posix(),
        record=saved.record,
        snapshot=snapshot,
        results=results,
        saved=rows,
        uses={id_: row["uses"] for id_, row in rows.items() if row.get("uses")},
        pages=dict(_pages(saved, listed)),
        figures=tuple(_drawn(saved, results)),
    )


def _as_written(saved: Saved) -> Mapping[str, str] | None:
    """
    The digests of a build's files, those that are read here held against what stands there.

    Returns:
        By name; None for a build of a version that wrote none.

    Raises:
        BadInput: A file was changed since.
    """
    digests: dict[str, str] | None = saved.json(MANIFEST).get(_DIGESTS)
    if digests is None:
        return None
    if not _all_texts(digests):
        raise saved.odd(_DIGESTS, MANIFEST)
    changed = [name for name in digests if _is_read(name) and not _same(saved, name, digests)]
    if changed:
        where = repr(saved.folder.as_posix())
        raise BadInput([
            Problem("", 0, saved.option, f"{name!r} in {where} is not as the build wrote it",
                    "build again")
            for name in changed
        ])  # fmt: skip
    return digests


def _is_read(name: str) -> bool:
    """Whether a comparison rests on this file of a build."""
    if name in (RESULTS, SNAPSHOT, ARS):
        return True
    folder, _, file = name.rpartition("/")
    return _is_name(file) and (
        (not folder and file.endswith(_PAGE)) or (folder == FIGURES and file.endswith(_NUMBERS))
    )


def _same(saved: Saved, name: str, digests: Mapping[str, str]) -> bool:
    """Whether a file is as it was; what is missing is said where it is read."""
    try:
        found = (saved.folder / name).read_bytes()
    except FileNotFoundError:
        return True
    except OSError as error:
        raise saved.odd(error.strerror, name) from error
    return hashlib.sha256(found).hexdigest() == digests[name]


def _is_name(text: str) -> bool:
    """Whether a text names a file in the folder at hand, and nothing elsewhere."""
    return bool(text) and ".." not in text and not {*text} & {"/", "\\", "\0"}


def _snapshot(saved: Saved) -> Snapshot:
    try:
        return restored(saved.folder)
    except BadInput as error:
        raise BadInput([replace(one, column=saved.option) for one in error.problems]) from error


def _check_record(saved: Saved) -> None:
    """Refuse a header that says something else than texts where texts belong."""
    record = saved.record
    said = all(_all_texts(record.get(name)) for name in ("package", "templates", "versions"))
    known = all(isinstance(record.get(name) or "", str) for name in ("commit", "carreport"))
    if not (said and known):
        why = "its header"
        raise saved.odd(why)


def _all_texts(found: object) -> bool:
    return isinstance(found, dict) and all(isinstance(one, str) for one in found.values())


def _rows(saved: Saved) -> Iterator[dict[str, Any]]:
    """Every number, once it is what a comparison can read."""
    for row in saved.rows():
        why = _odd(row)
        if why:
            said = f"{why} of {row['id']!r}"
            raise saved.odd(said)
        yield row


def _odd(row: Mapping[str, Any]) -> str:
    """The field of a number that is not as a build writes it; empty if there is none."""
    checks: tuple[tuple[tuple[str, ...], Callable[[object], bool]], ...] = (
        (("id",), _is_id),
        (("value",), _is_value),
        (_TEXTS, _is_text),
        (("missing",), lambda found: found is None or isinstance(found, str)),
        (("n",), _is_count),
        (_SAYING, _all_texts),
        (("conditions", "format"), lambda found: isinstance(found, dict)),
        (_LISTS, _is_list_of_texts),
        (("uses",), _are_uses),
    )
    for names, is_fine in checks:
        for name in names:
            if name not in row and name not in _OPTIONAL:
                return f"no {name}"
            if name in row and not is_fine(row[name]):
                return f"the {name}"
    return ""


def _is_id(found: object) -> bool:
    try:
        split_id(str(found))
    except ValueError:
        return False
    return isinstance(found, str)


def _is_value(found: object) -> bool:
    if isinstance(found, float):
        return math.isfinite(found)
    return found is None or isinstance(found, (str, int))


def _is_text(found: object) -> bool:
    return isinstance(found, str)


def _is_count(found: object) -> bool:
    return isinstance(found, int) and not isinstance(found, bool)


def _is_list_of_texts(found: object) -> bool:
    return isinstance(found, list) and all(isinstance(one, str) for one in found)


def _are_uses(found: object) -> bool:
    return isinstance(found, list) and all(
        isinstance(one, dict)
        and all(isinstance(one.get(name), str) for name in _USE)
        and isinstance(one.get("anchor", ""), str)
        for one in found
    )


def _pages(saved: Saved, listed: Mapping[str, str] | None) -> Iterator[tuple[str, str]]:
    """Documents for the screen by name; a page that somebody put beside them is none."""
    for path in sorted(saved.folder.glob(f"*{_PAGE}")):
        if listed is None or path.name in listed:
            yield path.stem, _text(saved, path)


def _text(saved: Saved, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        found = f"{path.as_posix()!r} cannot be read ({error})"
        raise BadInput([Problem("", 0, saved.option, found, "build again")]) from error


def _drawn(saved: Saved, results: Results) -> Iterator[Drawn]:
    """What the figures of a build show, read off the files that stand beside them."""
    listings = {id_.translate(_SIGNS): id_ for id_ in results.listings}
    for name, title, files in _outputs(saved):
        drawn = (one.removesuffix(".csv").removeprefix(f"{name}-") for one in files)
        known = tuple(listings[one] for one in drawn if one in listings)
        yield Drawn(name, title, _printed(saved, name), known)


def _outputs(saved: Saved) -> Iterator[tuple[str, str, list[str]]]:
    """Name, title and files of every figure that ars.json lists."""
    try:
        for output in saved.json(ARS).get("outputs", ()):
            kind, _, name = output["id"].partition("/")
            if kind == FIGURE:
                files = [one["name"] for one in output["fileSpecifications"]]
                if not (_is_name(name) and _is_list_of_texts([output["name"], *files])):
                    why = f"the figure {name!r}"
                    raise saved.odd(why, ARS)
                yield name, output["name"], files
    except (KeyError, TypeError, AttributeError) as error:
        why = f"its outputs: {type(error).__name__}"
        raise saved.odd(why, ARS) from error


def _printed(saved: Saved, figure: str) -> tuple[str, ...]:
    """Ids of the numbers printed in a figure."""
    text = _text(saved, saved.folder / FIGURES / f"{figure}{_NUMBERS}")
    try:
        return tuple(line[0] for line in list(csv.reader(io.StringIO(text)))[1:] if line)
    except csv.Error as error:
        raise saved.odd(error, f"{FIGURES}/{figure}{_NUMBERS}") from error
