"""What an audit of a manuscript leaves on the disk: all of it, or nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from carreport.beside import reason
from carreport.errors import WritingFailed
from carreport.manuscript.junit import junit_xml
from carreport.manuscript.page import manuscript_page
from carreport.placing import put
from carreport.results.save import to_json

if TYPE_CHECKING:
    from pathlib import Path

    from carreport.manuscript.answer import ManuscriptAudit

PAGE: Final = ".audit.html"
DATA: Final = ".audit.json"


def written(audit: ManuscriptAudit, folder: Path, junit: Path | None) -> ManuscriptAudit:
    """
    Write the annotated copy and the data, and JUnit XML where it was asked for.

    Args:
        audit: What became of each number.
        folder: Where to.
        junit: Where the XML goes, if it is wanted.

    Returns:
        The audit, with the files that were written.

    Raises:
        WritingFailed: The disk does not take it; what stood there before is unchanged.
    """
    name = audit.manuscript.name
    files = {
        folder / f"{name}{PAGE}": manuscript_page(audit).encode("utf-8", "replace"),
        folder / f"{name}{DATA}": f"{to_json(audit.record())}\n".encode("utf-8", "replace"),
    }
    if junit is not None:
        files[junit] = junit_xml(audit)
    try:
        for path in files:
            path.parent.mkdir(parents=True, exist_ok=True)
        put(files)
    except OSError as error:
        raise WritingFailed(reason(error)) from error
    return replace(audit, files=tuple(files))
