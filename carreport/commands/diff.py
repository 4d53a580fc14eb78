"""`carreport diff`: what two builds or studies differ in, and because of whom."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from carreport.commands.build import PATIENT_GC
from carreport.commands.finding import JsonOption, QuietOption
from carreport.commands.messages import (
    FOUND,
    check_page,
    messages,
    say,
    say_aligned,
    say_json,
    say_own,
    the_date,
)
from carreport.placing import put

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from carreport.changes import Changes, Differing, NumberChange, RowChange

ROWS: Final = 5
FLIPS: Final = 5
NUMBERS: Final = 8
PATIENTS: Final = 3
NAMES: Final = 4
LONGEST: Final = 56
ALL: Final = "--json or --html FILE for all"
TO: Final = "→"
STATED: Final = "study."


def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="A build, or a study folder.")],
    new: Annotated[
        Path | None, typer.Argument(metavar="NEW", help="The same; may be left out, see --cutoff.")
    ] = None,
    cutoff: Annotated[
        list[str] | None,
        typer.Option(
            metavar="DATE",
            help="Data cutoff of study folders, YYYY-MM-DD; twice for OLD and NEW, or for one "
            "folder on two days.",
        ),
    ] = None,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a page of it.")] = None,
    as_json: JsonOption = False,  # noqa: FBT002 - a flag
    found: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--exit-code", help="End with 1 if anything differs.")
    ] = False,
    quiet: QuietOption = False,  # noqa: FBT002 - a flag
) -> None:
    """
    Say what two builds or studies differ in, row by row and number by number.

    Tells who moved each number, and whether data, definitions or code did. Ends with 0, with
    --exit-code 1 if anything differs, and with 2 if a side cannot be read.
    """
    with messages():
        days = [day for one in cutoff or () if (day := the_date(one)) is not None]
        check_page(html)
        gc.set_threshold(*PATIENT_GC)
        from carreport.diff import asked
        from carreport.diff import diff as run_diff

        sides = asked(old, new, days)
        for folder in dict.fromkeys(one.folder for one in sides if not one.is_build):
            say_own(folder)
        changes, settings = run_diff(*sides)
        if html is not None:
            from carreport.render.diff_page import diff_page

            put({html: diff_page(changes, settings).encode()})
        if not quiet:
            _tell(changes, as_json=as_json)
    if found and changes.anything:
        raise typer.Exit(FOUND)


def _tell(changes: Changes, *, as_json: bool) -> None:
    if as_json:
        from carreport.changes.record import changes_record

        say_json(changes_record(changes))
        return
    for notice in changes.notices:
        say(f"notice: {notice}", err=True)
    if changes.disclosure:
        say(f"disclosure: {changes.disclosure}", err=True)
    say(f"{_side(changes.old.label, changes.old.patients)} {TO} "
        f"{_side(changes.new.label, changes.new.patients)}")  # fmt: skip
    if not changes.anything:
        say("nothing differs")
        return
    _rows(changes)
    _numbers(changes)
    _made_by(changes)


def _side(label: str, patients: int) -> str:
    return f"{label} ({patients} {'patient' if patients == 1 else 'patients'})"


def _rows(changes: Changes) -> None:
    from carreport.changes.model import ROW_CLASSES, ROW_WORDS

    tables = changes.by_row_class
    say("rows" if changes.rows else "rows: none differs")
    for name in ROW_CLASSES:
        mine = {table: count for (one, table), count in tables.items() if one == name}
        if mine:
            where = ", ".join(f"{table.replace('_', ' ')} {count}" for table, count in mine.items())
            mark = "! " if name == "retroactive" else "  "
            say(f"{mark}{sum(mine.values())} {ROW_WORDS[name]}: {where}")
    alarming = [one for one in changes.rows if one.retroactive]
    say_aligned(("   ", _row_name(one), _what(one)) for one in alarming[:ROWS])
    _more(alarming, ROWS)


def _row_name(one: RowChange) -> str:
    words = [one.table.replace("_", " "), f"patient {one.patient}", one.key]
    return _cut(", ".join(word for word in words if word))


def _what(one: RowChange) -> str:
    if not one.cells:
        return one.kind
    cells = (
        f"{cell.column} {cell.old or 'missing'} {TO} {cell.new or 'missing'}" for cell in one.cells
    )
    return "; ".join(_cut(cell) for cell in cells)


def _numbers(changes: Changes) -> None:
    from carreport.changes.model import NUMBER_KINDS, NUMBER_WORDS

    kinds = changes.by_number_kind
    said = [f"{kinds[kind]} {NUMBER_WORDS[kind]}" for kind in NUMBER_KINDS if kinds[kind]]
    say(f"numbers: {', '.join([*said, f'{changes.unchanged} unchanged'])}")
    if changes.flips:
        say(f"turned over: {_turned(changes)}")
        say_aligned(_flipped(changes.flips[:FLIPS]))
        _more(changes.flips, FLIPS)
    shown = [one for one in changes.numbers if _is_shown(one)]
    if shown:
        say("changed in print, what is printed most first")
        say_aligned(_number(one) for one in sorted(shown, key=_weight)[:NUMBERS])
        _more(shown, NUMBERS)
    if changes.figures:
        say(f"figures: {_some([one.title or one.id for one in changes.figures])}")


def _turned(changes: Changes) -> str:
    """How many in which way."""
    from carreport.changes.model import FLIP_WORDS

    return ", ".join(f"{count} {FLIP_WORDS[kind]}" for kind, count in changes.by_flip_kind.items())


def _flipped(numbers: Iterable[NumberChange]) -> Iterator[Sequence[str]]:
    for one in numbers:
        words = "; ".join(flip.words for flip in one.flips)
        yield "   ", one.id, f"{words}{_by(one)}"


def _is_shown(one: NumberChange) -> bool:
    return one.kind == "print" and not one.flips and not one.id.startswith(STATED)


def _weight(one: NumberChange) -> tuple[int, float]:
    """Printed most often first, then moved most for its size."""
    values = [side.value for side in (one.old, one.new) if side is not None]
    sizes = [abs(value) for value in values if isinstance(value, (int, float))]
    size = max(sizes, default=0.0)
    return -len(one.places), -abs(one.difference or 0.0) / size if size else 0.0


def _number(one: NumberChange) -> Sequence[str]:
    old, new = (side.display if side else "" for side in (one.old, one.new))
    return "   ", one.id, f"{_cut(old)} {TO} {_cut(new)}", f"{one.difference_shown}{_by(one)}"


def _by(one: NumberChange) -> str:
    """Who moved a number most, and what else did."""
    from carreport.changes.showing import difference_shown

    parts = [
        f"{by.patient} {by.change_shown}" if by.change_shown else by.patient
        for by in one.contributions[:PATIENTS]
    ]
    if len(one.contributions) > PATIENTS:
        parts.append(f"{len(one.contributions) - PATIENTS} more")
    effects = one.effects
    if effects.code:
        parts.append("code")
    if effects.definition:
        parts.append("definitions")
    if effects.cutoff:
        parts.append(f"the cutoff {difference_shown(effects.cutoff, one.unit)}")
    if effects.residual:
        parts.append(f"together {difference_shown(effects.residual, one.unit)}")
    if not parts and one.unattributed:
        parts.append(one.unattributed)
    return f"  [{', '.join(parts)}]" if parts else ""


def _made_by(changes: Changes) -> None:
    """Settings, columns, code and libraries that differ, a line each."""
    for name, parts in (
        ("definitions", changes.settings),
        ("columns of", changes.columns),
        ("code", changes.code),
    ):
        if parts:
            say(f"{name}: {_some([one.name for one in parts])}")
    if changes.environment:
        say(f"libraries: {_some(list(map(_version, changes.environment)))}")


def _version(one: Differing) -> str:
    return f"{one.name} {one.old} {TO} {one.new}"


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMES} more" if len(names) > NAMES else ""
    return ", ".join(map(_cut, names[:NAMES])) + more


def _more(all_of_them: Sequence[object], shown: int) -> None:
    if len(all_of_them) > shown:
        say(f"    and {len(all_of_them) - shown} more ({ALL})")


def _cut(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 1]}…"
