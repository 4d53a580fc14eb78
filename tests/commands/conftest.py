"""A place to stand in: the tiny study in `data`, its build in `out/<cutoff>`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from asking import Desk
from folders import write_folder

from carreport.pipeline import build

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def built_desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The tiny study and its build; read it only."""
    desk = Desk(tmp_path_factory.mktemp("desk") / "here")
    write_folder(desk.path / "data", interim=None)
    build(desk.study.path, out=desk.out, formats=("html",))
    return desk


@pytest.fixture
def here(built_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Standing where study and build are."""
    monkeypatch.chdir(built_desk.path)
    return built_desk


@pytest.fixture
def mine(built_desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The same, to be spoilt."""
    desk = built_desk.copy_to(tmp_path / "mine")
    monkeypatch.chdir(desk.path)
    return desk
