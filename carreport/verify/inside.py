"""What a PDF carries: its results and what it was made from."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from carreport.errors import BadInput, Problem
from carreport.names import MANIFEST, RESULTS
from carreport.verify.verdict import Check

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from carreport.render.reread import Carried

_STATED: Final = {
    "study": str, "cutoff": str, "carreport": str, "inputs": dict, "package": dict,
    "templates": dict, "versions": dict,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Inside:
    """
    What a PDF carries.

    Attributes:
        manifest: What the report was made from.
        header: The same as the results have it.
        numbers: Every number, by id.
        listings: Every listed table of numbers, by id.
        files: The files as they are.
    """

    manifest: Mapping[str, Any]
    header: Mapping[str, Any]
    numbers: Mapping[str, Mapping[str, Any]]
    listings: Mapping[str, Mapping[str, Any]]
    files: Mapping[str, Carried]

    @property
    def document(self) -> str:
        """
        Which of the study's documents it is.

        Raises:
            BadInput: It does not say.
        """
        uses = (use["document"] for row in self.numbers.values() for use in row["uses"])
        names = {self.manifest["document"]} if "document" in self.manifest else {*uses}
        if len(names) != 1:
            found = f"{MANIFEST} inside does not say which document it is"
            raise unusable(found)
        return str(names.pop())


def unusable(found: str) -> BadInput:
    """A file that nothing can be said of."""
    return BadInput([Problem("", 0, "FILE.pdf", found, "name a PDF that `carreport build` wrote")])


def opened(files: Mapping[str, Carried]) -> Inside:
    """
    Read what a PDF carries.

    Args:
        files: The files inside, by name.

    Raises:
        BadInput: The results or the manifest are missing, or cannot be read.
    """
    missing = [name for name in (RESULTS, MANIFEST) if name not in files]
    if missing:
        found = f"there is no {' and no '.join(missing)} inside"
        raise unusable(found)
    manifest, results = _read(files, MANIFEST), _read(files, RESULTS)
    try:
        whole = all(isinstance(manifest[name], kind) for name, kind in _STATED.items())
        numbers = {row["id"]: row for row in results["results"]}
        listings = {row["id"]: row for row in results["listings"]}
        shown = all(
            isinstance(use[name], str)
            for row in numbers.values()
            for use in row["uses"]
            for name in ("document", "place", "anchor", "printed")
        )
        header = results["build"]
    except (KeyError, TypeError):
        whole = False
    if not (whole and shown and isinstance(header, dict)):
        found = "what is inside is not as a build writes it"
        raise unusable(found)
    return Inside(manifest, header, numbers, listings, files)


def _read(files: Mapping[str, Carried], name: str) -> dict[str, Any]:
    try:
        found = json.loads(files[name].content)
    except ValueError as error:
        why = f"{name} inside cannot be read ({error})"
        raise unusable(why) from error
    if not isinstance(found, dict):
        why = f"{name} inside is not as a build writes it"
        raise unusable(why)
    return found


def as_put_in(inside: Inside) -> Check:
    """Whether the files are those that were put in, and speak of one build."""
    findings = tuple(_altered(inside))
    names = ", ".join(sorted(inside.files))
    return Check("files inside", f"{names}; {'altered' if findings else 'as put in'}", findings)


def _altered(inside: Inside) -> Iterator[str]:
    for name, file in sorted(inside.files.items()):
        digest = hashlib.md5(file.content, usedforsecurity=False).hexdigest().upper()
        if file.stated != digest:
            yield f"{name} is not the file that was put in: its checksum differs"
    for name, value in inside.header.items():
        stated = inside.manifest.get(name)
        if name == "versions" and isinstance(value, dict):
            # The manifest names what only the PDF needs, too.
            stated = {one: stated.get(one) for one in value} if isinstance(stated, dict) else None
        if stated != value:
            yield f"{RESULTS} and {MANIFEST} inside state another {name}"
