"""The figures of a document that comes back: their pictures are replaced by those of a build."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import quoteattr

from lxml import etree

from carreport.word.pictures import taken_out
from carreport.word.record import FIGURE
from carreport.word.splicing import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from carreport.saved.build import Saved
    from carreport.word.controls import Drawing
    from carreport.word.edited import Package

_PNG: Final = ".png"
_SVG: Final = ".svg"
_FOLDER: Final = "figures"
_EMBEDDED: Final = re.compile(rb'\br:embed="([^"]+)"')
_SIZE: Final = re.compile(
    rb'<(?:\w+:)?ext(?:ent)?\s[^>]*?\bcx="(?P<width>[0-9]+)"[^>]*?\bcy="(?P<height>[0-9]+)"'
)
_DESCRIBED: Final = re.compile(
    rb'<(?:\w+:)?(?:docPr|cNvPr)\s[^>]*?\bdescr=(?P<text>"[^"]*"|\'[^\']*\')'
)
_AS_HIGH: Final = 0.002
"""Sizes are rounded: so little is no other height."""


@dataclass(frozen=True, slots=True)
class Redrawn:
    """
    What becomes of the drawings of a document.

    Attributes:
        files: Pictures in it that are others now.
        edits: By part, what is said of drawings: how high they are, what they show.
        names: The figures that were replaced.
        left: Of each that was not, its place and why.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    edits: dict[str, list[Edit]] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)


def redrawn(package: Package, saved: Saved) -> Redrawn:
    """
    Put a build's pictures in the place of a document's, and what they show in words.

    A figure keeps the width it has; one that is higher now for its width is given more height.

    Args:
        package: The document.
        saved: The build.
    """
    done = Redrawn()
    for part, text in package.texts.items():
        related = _related(package, part)
        for one in text.drawings:
            if one.name.startswith(FIGURE):
                _redraw(package, saved, (part, one), related, done)
    return done


def _redraw(
    package: Package,
    saved: Saved,
    drawing: tuple[str, Drawing],
    related: Mapping[str, str],
    done: Redrawn,
) -> None:
    part, one = drawing
    name = one.name.removeprefix(FIGURE)
    inside = package.files[part][one.start : one.end]
    targets = [related.get(id_.decode(), "") for id_ in _EMBEDDED.findall(inside)]
    kinds = {target: posixpath.splitext(target)[1].lower() for target in targets if target}
    fresh = _pictures(saved, name)
    if fresh is None:
        done.left.append((one.place, f"figure {name}: this build has none of this name"))
        return
    if not kinds or not fresh.files.keys() >= set(kinds.values()):
        found = ", ".join(kinds) or "no file of the document"
        why = "a PNG or SVG file is written only where there was one"
        done.left.append((one.place, f"figure {name}: its picture is {found}; {why}"))
        return
    files = {target: fresh.files[kind] for target, kind in kinds.items()}
    if all(package.files.get(target) == new for target, new in files.items()):
        return
    done.names.append(name)
    done.files.update(files)
    edits = [*_higher(inside, fresh.shape), *_said(inside, fresh.alt)]
    moved = (Edit(one.start + edit.start, one.start + edit.end, edit.content) for edit in edits)
    done.edits.setdefault(part, []).extend(moved)


@dataclass(frozen=True, slots=True)
class _Pictures:
    """A figure of a build: its files by their kind, what it shows, its height for its width."""

    files: dict[str, bytes]
    alt: str
    shape: float


def _pictures(saved: Saved, name: str) -> _Pictures | None:
    bitmap, drawing = (saved.folder / _FOLDER / f"{name}{kind}" for kind in (_PNG, _SVG))
    # A document that came back may name anything, "../../x" too.
    if "/" in name or "\\" in name or not (bitmap.is_file() and drawing.is_file()):
        return None
    _, (read, *_) = taken_out(drawing.read_text(encoding="utf-8"))
    if read is None or not read.width:
        return None
    files = {_PNG: bitmap.read_bytes(), _SVG: read.svg.encode()}
    return _Pictures(files, read.alt, read.height / read.width)


def _higher(inside: bytes, shape: float) -> Iterator[Edit]:
    """The height of a drawing, where its width asks for another."""
    for found in _SIZE.finditer(inside):
        height = round(int(found["width"]) * shape)
        if abs(height - int(found["height"])) > _AS_HIGH * height:
            yield Edit(*found.span("height"), b"%d" % height)


def _said(inside: bytes, alt: str) -> Iterator[Edit]:
    """What a drawing shows, where it is said."""
    content = quoteattr(alt).encode() if alt else b""
    for found in _DESCRIBED.finditer(inside) if content else ():
        if found["text"] != content:
            yield Edit(*found.span("text"), content)


def _related(package: Package, part: str) -> dict[str, str]:
    """The files that a part is related to, by the relation."""
    folder, name = posixpath.split(part)
    blob = package.files.get(f"{folder}/_rels/{name}.rels")
    if blob is None:
        return {}
    root = etree.fromstring(blob, etree.XMLParser(resolve_entities=False, no_network=True))
    return {
        one.get("Id") or "": posixpath.normpath(posixpath.join(folder, one.get("Target") or ""))
        for one in root
        if one.get("TargetMode") != "External"
    }
