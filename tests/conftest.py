"""What several test modules share: the tiny study, and the bundled one computed once."""

from __future__ import annotations

from base64 import b64decode
from pathlib import Path
from typing import TYPE_CHECKING

import lifelines  # noqa: F401 - builds import these in processes of their own: once here instead
import pytest
import weasyprint  # noqa: F401
from folders import StudyFolder, write_folder
from hypothesis import HealthCheck, settings

from carreport.figures import png
from carreport.pipeline import build

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carreport.results import Results
    from carreport.study.snapshot import Snapshot

ROOT = Path(__file__).resolve().parents[1]
DOT = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""A PNG of one dot."""

settings.register_profile(
    "carreport",
    deadline=None,  # a first call imports pandas
    derandomize=True,  # the same examples on every machine
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.load_profile("carreport")


@pytest.fixture(scope="session", autouse=True)
def _no_pictures() -> Iterator[None]:
    """
    Builds of this process write one and the same PNG: a third of a small build went into them.

    Those of other processes are as a user has them; so are these where `pictures` is asked for.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("carreport.writing.png", lambda _drawn: DOT)
        yield


@pytest.fixture
def pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Builds of this test draw their PNG files as those of other processes do."""
    monkeypatch.setattr("carreport.writing.png", png)


@pytest.fixture
def folder(tmp_path: Path) -> StudyFolder:
    """The tiny study, in a folder of its own."""
    return write_folder(tmp_path / "study")


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> StudyFolder:
    """The tiny study for tests that only read it."""
    return write_folder(tmp_path_factory.mktemp("tiny") / "study")


@pytest.fixture(scope="session")
def tiny_snapshot(tiny: StudyFolder) -> Snapshot:
    """The tiny study at its cutoff."""
    return tiny.snapshot()


@pytest.fixture(scope="session")
def tiny_results(tiny: StudyFolder) -> Results:
    """Every number of the tiny study."""
    return tiny.results()


@pytest.fixture(scope="session")
def bundled_folder() -> StudyFolder:
    """The bundled study; read it only."""
    return StudyFolder(ROOT / "data")


@pytest.fixture(scope="session")
def bundled(bundled_folder: StudyFolder) -> Results:
    """Every number of the bundled study."""
    return bundled_folder.results()


@pytest.fixture(scope="session")
def bundled_snapshot(bundled_folder: StudyFolder) -> Snapshot:
    """The bundled study at its cutoff."""
    return bundled_folder.snapshot()


@pytest.fixture(scope="session")
def built(tiny: StudyFolder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny study built once, HTML and PDF; read it only."""
    out = tmp_path_factory.mktemp("built") / "out"
    build(tiny.path, out=out)
    return out
