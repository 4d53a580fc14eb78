"""A workbook and a mapping file to a study folder that is not yet written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carreport.errors import BadInput, Problem
from carreport.intake.draft import Unused
from carreport.intake.excel import Workbook
from carreport.intake.mapping.draw import drawn
from carreport.intake.mapping.model import read_mapping

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from carreport.intake.draft import Draft


def drawn_from_excel(file: Path, mapping_file: Path, cutoff: dt.date | None = None) -> Draft:
    """
    Read a workbook as a mapping says.

    Args:
        file: The workbook.
        mapping_file: Says which sheet and column feeds what.
        cutoff: The last day that counts; the mapping's, or the latest that occurs, without one.

    Raises:
        BadInput: Everything that keeps it from being read so, with sheet and cell.
    """
    book = Workbook(file)
    mapping = read_mapping(mapping_file, "sheet")
    unknown = [
        Problem(
            mapping_file.name,
            0,
            f"sheet.{number}.name",
            f"{file.name} has no sheet {part.name!r}",
            f"name one of {', '.join(book.names)}",
        )
        for number, part in enumerate(mapping.sheet, start=1)
        if part.name not in book.names
    ]
    if unknown:
        raise BadInput(unknown)
    named = {part.name for part in mapping.sheet}
    others = [
        Unused(f"{file.name} {name}", "", "the mapping does not name this sheet" + hidden)
        for name in book.names
        if name not in named
        for hidden in [", which is hidden" if name in book.hidden else ""]
    ]
    return drawn(
        mapping,
        book.sources(mapping.sheet),
        mapping_file=mapping_file.name,
        title=file.stem,
        cutoff=cutoff,
        others=others,
    )
