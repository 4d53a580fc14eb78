"""A study folder to begin with: the shipped example, under a title of one's own."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Final

from carreport.errors import BadInput, Problem
from carreport.saved.build import LITTER
from carreport.study.settings import SETTINGS_FILE

EXAMPLE: Final = Path(__file__).parents[1] / "examples" / "new"
_TITLES: Final = ("title = ", "short_title = ")
_LONGEST: Final = 48
"""Signs of a title that still stands in the head of a page."""
_NAMED: Final = 3


def write_example(folder: Path, title: str = "") -> tuple[str, ...]:
    """
    Write the example study.

    Args:
        folder: A new or an empty folder; made if need be.
        title: The study's title; that of the example without one.

    Returns:
        The names of the files, in alphabetical order.

    Raises:
        BadInput: The folder holds something or cannot be one, or the title cannot be printed.
        OSError: The disk refuses; what was written until then is removed.
    """
    contents = {
        path.relative_to(EXAMPLE).as_posix(): path.read_bytes()
        for path in sorted(EXAMPLE.rglob("*"))
        if path.is_file() and path.name not in LITTER
    }
    problems = [*_title_problems(title), *_folder_problems(folder)]
    if problems:
        raise BadInput(problems)
    if title:
        settings = contents[SETTINGS_FILE].decode()
        contents[SETTINGS_FILE] = _titled(settings, " ".join(title.split())).encode()
    folder.mkdir(parents=True, exist_ok=True)
    # In place, and not by a move: the folder may be the one the user stands in.
    written: list[Path] = []
    try:
        for name, content in contents.items():
            target = folder / name
            with target.open("xb") as stream:
                written.append(target)
                stream.write(content)
    except BaseException:
        for target in written:
            with suppress(OSError):
                target.unlink()
        raise
    return tuple(contents)


def _title_problems(title: str) -> list[Problem]:
    if not title:
        return []
    plain = " ".join(title.split())
    if plain and plain.isprintable():
        return []
    found = f"{title!r} is empty" if not plain else f"{title!r} holds a sign that is not printed"
    return [Problem("", 0, "--title", found, "write the title as plain text, or leave it out")]


def _folder_problems(folder: Path) -> list[Problem]:
    shown = repr(folder.as_posix())
    above = next((one for one in (folder, *folder.parents) if one.exists()), folder)
    if not above.is_dir():
        found = f"{above.as_posix()!r} is a file"
        return [Problem("", 0, "DIR", found, "name a new or an empty folder")]
    there = sorted(one.name for one in folder.iterdir()) if folder.is_dir() else []
    there = [name for name in there if name not in LITTER]
    if not there:
        return []
    more = f" and {len(there) - _NAMED} more" if len(there) > _NAMED else ""
    found = f"{shown} is not empty (it holds {', '.join(there[:_NAMED])}{more})"
    return [Problem("", 0, "DIR", found, "name a new or an empty folder; nothing was written")]


def _titled(settings: str, title: str) -> str:
    """
    study.toml with another title in its head; the comments of the lines stay.

    A title too long for the head of a page leaves the short one to be written.
    """
    lines = settings.splitlines(keepends=True)
    for at, line in enumerate(lines):
        key = next((one for one in _TITLES if line.startswith(one)), None)
        if key is None:
            continue
        comment = line[line.index("#") :]
        text = json.dumps(title, ensure_ascii=False)
        hidden = "# " if key == _TITLES[1] and len(title) > _LONGEST else ""
        shown = '"…"' if hidden else text
        lines[at] = f"{hidden}{key}{shown}      {comment}"
    return "".join(lines)
