"""Words that several layers must spell alike: sessions, and the files a build consists of."""

from __future__ import annotations

from typing import Final, Literal

Session = Literal["open", "closed"]
OPEN: Final[Session] = "open"
"""A committee's open session: nothing by group."""
CLOSED: Final[Session] = "closed"

RESULTS: Final = "results.json"
ROWS: Final = "rows.json"
MANIFEST: Final = "manifest.json"
SNAPSHOT: Final = "snapshot.json"
CUT: Final = "cutoff.csv"
AUDIT: Final = "audit.json"
AUDIT_DOCUMENT: Final = "audit"
SECOND_OPINION: Final = "second_opinion.json"

USUAL_DOCUMENTS: Final = ("interim",)
"""What a study builds that names no documents."""
AUDIT_FILE: Final = "audit.toml"
"""What a study folder declares so that its claims can be checked against each other."""
