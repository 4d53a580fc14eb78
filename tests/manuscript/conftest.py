"""The tiny study built at two cutoffs, to hold manuscripts against."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from carreport.manuscript.audit import audit_manuscript
from carreport.pipeline import build

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from folders import StudyFolder

    from carreport.manuscript.answer import ManuscriptAudit

EARLIER = dt.date(2019, 12, 31)


@pytest.fixture(scope="session")
def builds(tiny: StudyFolder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `then` and `now`, builds of the tiny study without its PDF files; read only."""
    out = tmp_path_factory.mktemp("builds")
    build(tiny.path, out=out / "now", formats=("html",))
    build(tiny.path, out=out / "then", formats=("html",), cutoff=EARLIER)
    return out


@pytest.fixture
def audited(builds: Path, tmp_path: Path) -> Callable[..., ManuscriptAudit]:
    """A manuscript of these words against the later build."""

    def audit(text: str, name: str = "paper.txt", **more: object) -> ManuscriptAudit:
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return audit_manuscript(builds / "now", file, **{"out": tmp_path / "audit", **more})

    return audit
