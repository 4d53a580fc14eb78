"""One saved build: its results.json as it stands on the disk, and the rows found in it."""

from __future__ import annotations

import difflib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from carreport.errors import BadInput, Problem, UnknownId
from carreport.ids import join_id, key_text, split_id
from carreport.names import MANIFEST, RESULTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

CACHE: Final = ".carreport"
"""What earlier builds computed stands in a folder of this name beside theirs."""
LITTER: Final = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
"""What file managers leave behind."""
_HEADER: Final = b'{"build": '
_RECORD: Final = {
    "study": str, "cutoff": str, "inputs": dict, "package": dict, "templates": dict,
    "versions": dict,
}  # fmt: skip
_NUMBERS: Final = b'"results": ['
_END: Final = b"\n]}\n"
_LISTINGS: Final = b'\n],\n"listings": ['
_PRINTED: Final = b'"uses": [{'
OPTION: Final = "--build"
"""As commands name a build; a few name it otherwise."""
_ID: Final = re.compile(rb'^\{"id": ("(?:[^"\\]|\\.)*")', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Saved:
    """
    What a build saved.

    A row of results.json is a line, so that one of a hundred thousand is found without reading
    the others.

    Attributes:
        folder: Where it stands.
        record: What it was made from.
        numbers: The lines of its numbers.
        listed: The lines of its listings.
        option: Where a command line names it.
    """

    folder: Path
    record: Mapping[str, Any]
    numbers: bytes
    listed: bytes
    option: str = OPTION

    def row(self, id_: str) -> dict[str, Any] | None:
        """The number or listing with this id, or None."""
        return self._found(self.numbers, id_) or self._found(self.listed, id_)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Every number."""
        return (self._read(line) for line in self.numbers.splitlines() if line)

    def printed(self) -> Iterator[dict[str, Any]]:
        """Every number that stands in a document."""
        return (self._read(line) for line in self.numbers.splitlines() if _PRINTED in line)

    def like(self, line: re.Pattern[bytes]) -> list[dict[str, Any]]:
        """The numbers whose line is like this."""
        return [self._read(found) for found in line.findall(self.numbers)]

    def odd(self, why: object, name: str = RESULTS) -> BadInput:
        """The message for a file that says what no build would."""
        return _damaged(self.folder, name, why, self.option)

    def listings(self) -> Iterator[dict[str, Any]]:
        """Every listed table of numbers."""
        return (self._read(line) for line in self.listed.splitlines() if line)

    def cell(self, id_: str) -> Cell | None:
        """The cell of a listing with this id, or None."""
        return next((one for one in self._cells_like(id_) if one.id == id_), None)

    def unknown(self, id_: str) -> UnknownId:
        """The answer to an id that nothing here has."""
        ids = [json.loads(one) for part in (self.numbers, self.listed) for one in _ID.findall(part)]
        ids += [one.id for one in self._cells_like(id_)]
        return UnknownId(id_, difflib.get_close_matches(id_, ids, n=3))

    def _cells_like(self, id_: str) -> Iterator[Cell]:
        """The cells of the listings whose name an id begins with."""
        stem, _, _ = id_.partition("@")[0].rpartition(".")
        start = b'{"id": ' + _quoted(stem)[:-1]
        for line in self.listed.splitlines():
            if line.startswith((start + b'"', start + b"@")):
                yield from _cells(self._read(line))

    def json(self, name: str) -> dict[str, Any]:
        """
        Another of its files.

        Raises:
            BadInput: It is missing or not as a build writes it.
        """
        try:
            found = parsed((self.folder / name).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise self.odd(error, name) from error
        if not isinstance(found, dict):
            why = "not an object"
            raise self.odd(why, name)
        return found

    def _found(self, lines: bytes, id_: str) -> dict[str, Any] | None:
        start = b'\n{"id": ' + _quoted(id_) + b","
        at = lines.find(start)
        if at < 0:
            return None
        end = lines.find(b"\n", at + 1)
        return self._read(lines[at + 1 : end if end >= 0 else None])

    def _read(self, line: bytes) -> dict[str, Any]:
        try:
            found = parsed(line.rstrip(b",\r\n"))
        except ValueError as error:
            raise self.odd(error) from error
        if not (isinstance(found, dict) and isinstance(found.get("id"), str)):
            why = "a row without an id"
            raise self.odd(why)
        return found


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a listing."""

    id: str
    value: float | str | None


def parsed(text: str | bytes) -> Any:
    """
    JSON as a build writes it.

    Raises:
        ValueError: It is none, holds NaN or Infinity, or is nested deeper than anybody writes.
    """
    try:
        return json.loads(text, parse_constant=_no_number)
    except RecursionError:
        why = "nested too deeply"
        raise ValueError(why) from None


def _no_number(text: str) -> None:
    why = f"{text} is no number"
    raise ValueError(why)


def opened(folder: Path, option: str = OPTION) -> Saved:
    """
    The build in a folder.

    Args:
        folder: An output folder.
        option: Where a command line names it, for messages.

    Raises:
        BadInput: There is none, or its results.json is not as a build writes it.
    """
    path = folder / RESULTS
    if not (path.is_file() and (folder / MANIFEST).is_file()):
        found = f"{str(folder)!r} holds no build"
        remedy = "name a folder that `carreport build` wrote"
        raise BadInput([Problem("", 0, option, found, remedy)])
    try:
        text = path.read_bytes()
    except OSError as error:
        raise _damaged(folder, RESULTS, error.strerror, option) from error
    head, _, body = text.partition(b"\n")
    numbers, divided, listed = body.partition(_LISTINGS)
    if not (head.startswith(_HEADER) and divided and listed.endswith(_END)):
        raise _damaged(folder, RESULTS, "incomplete", option)
    try:
        record = parsed(head.rstrip(b",\r") + b"}")["build"]
        whole = all(isinstance(record[name], kind) for name, kind in _RECORD.items())
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(folder, RESULTS, error, option) from error
    if not whole:
        raise _damaged(folder, RESULTS, "its header", option)
    return Saved(folder, record, numbers.removeprefix(_NUMBERS), listed.removesuffix(_END), option)


def _damaged(folder: Path, name: str, why: object, option: str) -> BadInput:
    found = f"{name} in {str(folder)!r} is not as a build writes it ({why})"
    return BadInput([Problem("", 0, option, found, "build again")])


def _quoted(text: str) -> bytes:
    return json.dumps(text, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _cells(listing: Mapping[str, Any]) -> Iterator[Cell]:
    base, outer = split_id(listing["id"])
    names = [one["name"] for one in listing["columns"]]
    for row in listing["rows"]:
        own = {key: key_text(row[names.index(key)]) for key in listing["key"]}
        for name, value in zip(names, row, strict=True):
            yield Cell(join_id(f"{base}.{name}", outer | own), value)
