"""The figures of a document that comes back: their pictures are replaced by those of a build."""

from __future__ import annotations

import posixpath
import re
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from lxml import etree

from carreport.word.record import FIGURE
from carreport.word.splicing import Edit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from carreport.saved.build import Saved
    from carreport.word.controls import Drawing
    from carreport.word.edited import Package

_EMBEDDED: Final = re.compile(rb'\br:embed="([^"]+)"')
_HEIGHT: Final = re.compile(rb'(<(?:\w+:)?ext(?:ent)?\s[^>]*?\bcx="(\d+)"[^>]*?\bcy=")(\d+)(")')
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_HEAD: Final = 24
"""So many bytes of a PNG say how large it is."""
_AS_HIGH: Final = 0.002
_FOLDER: Final = "figures"
_KINDS: Final = (".png", ".svg", ".emf")


@dataclass(frozen=True, slots=True)
class Redrawn:
    """
    What becomes of the drawings of a document.

    Attributes:
        files: Pictures in it that are others now.
        edits: By part, drawings that have another height now.
        names: The figures that were replaced.
        left: Of each that was not, its place and why.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    edits: dict[str, list[Edit]] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)


def redrawn(package: Package, saved: Saved) -> Redrawn:
    """
    Put a build's pictures in the place of a document's.

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
    pictures = {target: _picture(saved, name, target) for target in targets if target}
    fresh = {target: new for target, new in pictures.items() if new is not None}
    if len(fresh) < max(1, len(pictures)):
        done.left.append((one.place, f"figure {name}: {_why(saved, name, pictures)}"))
    elif any(package.files.get(target) != new for target, new in fresh.items()):
        done.files.update(fresh)
        done.names.append(name)
        new = _shape(_picture(saved, name, ".png"))
        old = next(
            (_shape(package.files.get(target)) for target in fresh if target.endswith(".png")), 0.0
        )
        if old and new and abs(new / old - 1) > _AS_HIGH:
            edits = [
                Edit(one.start + found.start(3), one.start + found.end(3),
                     b"%d" % round(int(found[3]) * new / old))
                for found in _HEIGHT.finditer(inside)
            ]  # fmt: skip
            done.edits.setdefault(part, []).extend(edits)


def _shape(picture: bytes | None) -> float:
    """How high a PNG is for its width; 0 for what is none."""
    if picture is None or not picture.startswith(_PNG) or len(picture) < _HEAD:
        return 0.0
    width, height = struct.unpack(">II", picture[16:_HEAD])
    return float(height / width) if width else 0.0


def _why(saved: Saved, name: str, pictures: Mapping[str, bytes | None]) -> str:
    if not pictures:
        return "its picture is no file of the document"
    if not (saved.folder / _FOLDER / f"{name}.png").is_file():
        return "this build has none of this name"
    return f"its picture is of a kind that is not written ({', '.join(pictures)})"


def _picture(saved: Saved, name: str, target: str) -> bytes | None:
    """The build's picture of the kind that a file of the document is."""
    suffix = posixpath.splitext(target)[1].lower()
    file = saved.folder / _FOLDER / f"{name}{suffix}"
    return file.read_bytes() if suffix in _KINDS and file.is_file() else None


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
