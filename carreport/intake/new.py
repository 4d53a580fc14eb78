"""A study folder to begin with: an example that comes with us, under a title of one's own."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from carreport.errors import BadInput, Problem
from carreport.saved.build import LITTER
from carreport.saved.made_from import PACKAGE, files_below
from carreport.study.settings import SETTINGS_FILE

if TYPE_CHECKING:
    from pathlib import Path

USUAL: Final = "new"
"""The example that is made to be written over."""
BESIDE: Final = {"lu2021": "data"}
"""Examples that stand in a checkout by another name than in a wheel (pyproject.toml)."""
IMPORTS: Final = frozenset({"adam", "excel", "redcap"})
"""Examples that are no study folders but files to make one of."""
_TITLES: Final = ("title = ", "short_title = ")
_LONGEST: Final = 48
"""Signs of a title that still stands in the head of a page."""
_NAMED: Final = 3


def examples() -> dict[str, Path]:
    """The examples that come with us, by name: in the package, or beside it in a checkout."""
    checkout = PACKAGE.parent
    places = [*(PACKAGE / "examples").glob("*"), *(checkout / "examples").glob("*")]
    places += [checkout / place for place in BESIDE.values()]
    names = {place: name for name, place in BESIDE.items()}
    found = {
        names.get(one.name, one.name): one
        for one in places
        if (one / SETTINGS_FILE).is_file() or (one.name in IMPORTS and one.is_dir())
    }
    return dict(sorted(found.items()))


def write_example(folder: Path, title: str = "", example: str = USUAL) -> tuple[str, ...]:
    """
    Write an example study, or example files to import.

    Args:
        folder: A new or an empty folder; made if need be.
        title: The study's title; that of the example without one.
        example: Its name.

    Returns:
        The names of the files, in alphabetical order.

    Raises:
        BadInput: The folder holds something or cannot be one, or the title cannot be printed.
        OSError: The disk refuses; what was written until then is removed.
    """
    known = examples()
    problems = [*_title_problems(title, example), *_folder_problems(folder)]
    if example not in known:
        found = f"there is no example {example!r}"
        problems.append(Problem("", 0, "--example", found, f"name one of {', '.join(known)}"))
    if problems:
        raise BadInput(problems)
    contents = {
        path.relative_to(known[example]).as_posix(): path.read_bytes()
        for path in sorted(files_below(known[example]))
        if path.name not in LITTER
    }
    if title:
        settings = contents[SETTINGS_FILE].decode()
        contents[SETTINGS_FILE] = _titled(settings, " ".join(title.split())).encode()
    folder.mkdir(parents=True, exist_ok=True)
    # In place, and not by a move: the folder may be the one the user stands in.
    written: list[Path] = []
    try:
        for name, content in contents.items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as stream:
                written.append(target)
                stream.write(content)
    except BaseException:
        for target in written:
            with suppress(OSError):
                target.unlink()
        raise
    return tuple(contents)


def _title_problems(title: str, example: str) -> list[Problem]:
    if not title:
        return []
    if example in IMPORTS:
        found = f"the example {example} has no title"
        return [Problem("", 0, "--title", found, "leave it out; the import gives the study one")]
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
    begin = next(at for at, line in enumerate(lines) if line.startswith("[study]"))
    for at, line in enumerate(lines[begin + 1 :], start=begin + 1):
        if line.startswith("["):
            break
        key = next((one for one in _TITLES if line.startswith(one)), None)
        if key is None:
            continue
        comment = line[line.index("#") :] if "#" in line else "\n"
        text = json.dumps(title, ensure_ascii=False)
        hidden = "# " if key == _TITLES[1] and len(title) > _LONGEST else ""
        shown = '"…"' if hidden else text
        lines[at] = f"{hidden}{key}{shown}      {comment}"
    return "".join(lines)
