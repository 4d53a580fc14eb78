"""A manuscript against a build: every number, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from carreport.manuscript.answer import ManuscriptAudit


def audit_manuscript(
    folder: Path,
    file: Path,
    *,
    cutoff: dt.date | None = None,
    previous: Path | None = None,
    accepted: Path | None = None,
    out: Path | None = None,
    junit: Path | None = None,
) -> ManuscriptAudit:
    """
    Find every number of a manuscript and say what became of it.

    Args:
        folder: A study folder, or a build.
        file: The manuscript: DOCX, PDF, HTML, Markdown or plain text.
        cutoff: For a study folder; its own without one.
        previous: An earlier build; without one, the latest earlier one beside the build.
        accepted: Numbers accepted as unmatched; without one, `accepted.toml` or `accepted.csv`
            of the study folder, where there is one.
        out: Where `<name>.audit.html` and `<name>.audit.json` go; without one, the folder
            `manuscript` beside the build, for a study folder `out/manuscript`.
        junit: Where to write JUnit XML; not at all without one.

    Returns:
        What was found and what was written.

    Raises:
        BadInput: The folder, the manuscript, the earlier build or the list cannot be used.
        WritingFailed: The disk does not take it; nothing was changed.
    """
    raise NotImplementedError
