"""Claims that say what they are about, and an audit.toml, written so that a test shows them."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

from carreport.audit.claims import read_claims
from carreport.audit.conflicts import findings_and_conflicts
from carreport.audit.knowledge import read_knowledge
from carreport.errors import BadInput

if TYPE_CHECKING:
    from pathlib import Path

    from carreport.audit.model import Conflict, Finding

COLUMNS = (
    "claim_id", "reported", "kind", "location", "population", "about", "says", "when",
    "patients", "means",
)  # fmt: skip


_BETWEEN = re.compile(r"(?<=\s)\|(?=\s|$)")


def write(folder: Path, rows: str, known: str = "") -> None:
    """
    Write claims.csv and audit.toml.

    Args:
        folder: Where to.
        rows: A claim a line: reported | population | about | says | when | patients | means, of
            which the last may be left out; they are called a, b, c … after their line.
        known: Text of audit.toml; without any there is no file.
    """
    with (folder / "claims.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for at, line in enumerate(filter(str.strip, rows.splitlines())):
            cells = [cell.strip() for cell in _BETWEEN.split(line)]
            cells += [""] * (7 - len(cells))
            place = "Results"
            writer.writerow([chr(97 + at), cells[0], "text", place, *cells[1:]])
    if known:
        (folder / "audit.toml").write_text(known, encoding="utf-8")


def checked(
    folder: Path, rows: str, known: str = ""
) -> tuple[tuple[Finding, ...], tuple[Conflict, ...]]:
    """What is found among these claims."""
    write(folder, rows, known)
    return findings_and_conflicts(read_claims(folder), read_knowledge(folder))


def answers(folder: Path, rows: str, known: str = "") -> dict[str, str]:
    """For each check what it answered last; an objection is never overwritten."""
    found: dict[str, str] = {}
    for one in checked(folder, rows, known)[0]:
        if found.get(one.check) not in {"inconsistent", "explained"}:
            found[one.check] = one.answer
    return found


def problems(folder: Path, known: str) -> list[str]:
    """What is said about an audit.toml."""
    (folder / "audit.toml").write_text(known, encoding="utf-8")
    try:
        read_knowledge(folder)
    except BadInput as error:
        return str(error).splitlines()
    return []
