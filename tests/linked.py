"""Word documents with linked numbers, edited by a co-author, and the builds they belong to."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

FIXTURES = Path(__file__).parent / "word" / "fixtures"
MAIN = "word/document.xml"
PNG = b"\x89PNG\r\n\x1a\n another picture"
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 20" width="80mm" height="160mm">'
    '<title>Four curves &amp; more</title><path d="M0 0"/></svg>'
)
_HEADER = {"inputs": {}, "package": {}, "templates": {}, "versions": {}}


def rows_of(cutoff: str) -> dict[str, dict[str, Any]]:
    """The results of the fixtures' study at a cutoff, "then" or "now", by id."""
    whole = json.loads((FIXTURES / f"{cutoff}.json").read_text(encoding="utf-8"))
    return {row["id"]: row for row in whole["results"]}


def a_build(
    folder: Path, cutoff: str, changes: Mapping[str, Mapping[str, Any] | None] | None = None
) -> Path:
    """
    A build of the fixtures' study with as much as a document can be held against.

    Args:
        folder: Where it is written.
        cutoff: "then" or "now".
        changes: By id what is otherwise; None where the build does not have the result.
    """
    head = json.loads((FIXTURES / f"{cutoff}.json").read_text(encoding="utf-8"))["build"] | _HEADER
    rows = rows_of(cutoff)
    for id_, change in (changes or {}).items():
        if change is None:
            del rows[id_]
        else:
            rows[id_] = rows[id_] | change
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows.values())
    text = f'{{"build": {json.dumps(head)},\n"results": [\n{lines}\n],\n"listings": [\n\n]}}\n'
    (folder / "figures").mkdir(parents=True)
    (folder / "results.json").write_text(text, encoding="utf-8")
    (folder / "manifest.json").write_text(json.dumps(head), encoding="utf-8")
    return folder


def with_figure(folder: Path) -> Path:
    """The build with the figure of the document, drawn anew and twice as high as wide."""
    (folder / "figures" / "interim_survival.png").write_bytes(PNG)
    (folder / "figures" / "interim_survival.svg").write_text(SVG, encoding="utf-8")
    return folder


def files_of(path: Path) -> dict[str, bytes]:
    """What each file in a document holds."""
    return unpacked(path.read_bytes())


def unpacked(content: bytes) -> dict[str, bytes]:
    """What each file in a document holds, of which these are the bytes."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def main_of(path: Path) -> str:
    """The XML of a document's text."""
    return files_of(path)[MAIN].decode()


def edited(path: Path, target: Path, *changes: tuple[str, str]) -> Path:
    """A copy of a document with some of its XML replaced; each must stand there once."""
    files = files_of(path)
    text = files[MAIN].decode()
    for old, new in changes:
        assert text.count(old) == 1, f"{text.count(old)} times {old!r}"
        text = text.replace(old, new)
    return packed(target, files | {MAIN: text.encode()})


def packed(target: Path, files: Mapping[str, bytes]) -> Path:
    """A document of these files."""
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target


def control_of(path: Path, text: str) -> str:
    """The XML of the one control that says this."""
    main = main_of(path)
    end = main.index(f">{text}</w:t></w:r></w:sdtContent></w:sdt>")
    start = main.rindex("<w:sdt>", 0, end)
    return main[start : main.index("</w:sdt>", end) + len("</w:sdt>")]
