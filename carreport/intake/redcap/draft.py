"""An export, its dictionary and a mapping to a study folder; or to a mapping that is proposed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carreport.errors import BadInput, Problem
from carreport.intake.draft import Unused
from carreport.intake.guess import proposed
from carreport.intake.mapping.draw import drawn
from carreport.intake.mapping.model import read_mapping
from carreport.intake.redcap.dictionary import read_dictionary
from carreport.intake.redcap.export import Export

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from carreport.intake.draft import Draft


def drawn_from_redcap(
    file: Path,
    dictionary: Path,
    mapping_file: Path,
    cutoff: dt.date | None = None,
    *,
    identifiers: bool = False,
) -> Draft:
    """
    Read an export as a mapping says.

    Args:
        file: Records, raw or with labels, as CSV.
        dictionary: The project's data dictionary, as CSV.
        mapping_file: Says which instrument and field feeds what.
        cutoff: The last day that counts; the mapping's, or the latest that occurs, without one.
        identifiers: Whether fields marked as identifiers may be read.

    Raises:
        BadInput: Everything that keeps it from being read so, with line and field.
    """
    export = Export(file, read_dictionary(dictionary), identifiers=identifiers)
    mapping = read_mapping(mapping_file, "instrument")
    sources = {one.name: one for one in export.sources(mapping.missing)}
    unknown = [
        Problem(
            mapping_file.name,
            0,
            f"instrument.{number}.name",
            f"{file.name} has no instrument {part.name!r} with data",
            f"name one of {', '.join(sources)}",
        )
        for number, part in enumerate(mapping.sheet, start=1)
        if part.name not in sources
    ]
    if unknown:
        raise BadInput(unknown)
    named = {part.name for part in mapping.sheet}
    others = [
        *(
            Unused(f"{file.name} {name}", "", "the mapping does not name this instrument")
            for name in sources
            if name not in named
        ),
        *export.unused,
    ]
    return drawn(
        mapping,
        sources,
        mapping_file=mapping_file.name,
        title=file.stem,
        cutoff=cutoff,
        others=others,
    )


def guessed_from_redcap(file: Path, dictionary: Path, *, identifiers: bool = False) -> str:
    """
    A mapping for an export, guessed from the dictionary and the cells.

    Raises:
        BadInput: The export or the dictionary cannot be read.
    """
    export = Export(file, read_dictionary(dictionary), identifiers=identifiers)
    missing = export.missing_codes()
    return proposed(
        export.sources(missing),
        file=file.name,
        parts="instrument",
        command=(
            f"carreport import redcap {file.name} OUT --dictionary {dictionary.name} --mapping FILE"
        ),
        title=file.stem,
        missing=missing,
        patient=export.record.name,
    )
