"""Debian's Chromium, driven offline, and the pages it opens: each built once."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from folders import write_folder
from playwright.sync_api import sync_playwright

from carreport.pipeline import build

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome")
WIDE = {"width": 1280, "height": 800}


@dataclass(frozen=True, slots=True)
class Report:
    """
    A built study.

    Attributes:
        page: Its HTML file.
        rows: Its results by id.
        listings: Its listings by id.
    """

    page: Path
    rows: dict[str, dict[str, Any]]
    listings: dict[str, dict[str, Any]]


def _report(out: Path, document: str) -> Report:
    saved = json.loads((out / "results.json").read_text(encoding="utf-8"))
    rows, listings = ({one["id"]: one for one in saved[part]} for part in ("results", "listings"))
    return Report(out / f"{document}.html", rows, listings)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser; without one the tests fail, unless CARREPORT_NO_BROWSER leaves them out."""
    if os.environ.get("CARREPORT_NO_BROWSER"):
        pytest.skip("CARREPORT_NO_BROWSER is set")
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        pytest.fail(
            "these tests need Chromium: on Debian, apt-get install chromium (tools/setup.sh does);"
            " CARREPORT_NO_BROWSER=1 leaves them out"
        )
    with sync_playwright() as playwright:
        # Neither a sandbox nor much shared memory is to be had in most containers.
        plain = ["--no-sandbox", "--disable-dev-shm-usage"]
        browser = playwright.chromium.launch(executable_path=path, args=plain)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def report(tmp_path_factory) -> Report:
    """The bundled study's report."""
    out = tmp_path_factory.mktemp("browser") / "out"
    build(ROOT / "data", out=out, documents=["report", "interim"], formats=["html"])
    return _report(out, "report")


@pytest.fixture(scope="session")
def plain(tmp_path_factory) -> Report:
    """The interim report of the tiny study, no number of which carries a mark."""
    folder = write_folder(tmp_path_factory.mktemp("plain") / "study", interim=None)
    out = folder.path.with_name("out")
    build(folder.path, out=out, documents=["interim"], formats=["html"])
    return _report(out, "interim")


@pytest.fixture
def browse(chromium) -> Iterator[Callable[..., Page]]:
    """A function: a file and how it is looked at, to the page opened; errors in it are errors."""
    contexts = []
    errors: list[str] = []

    def opened(file: Path, fragment: str = "", **options: Any) -> Page:
        options = {"viewport": WIDE, "reduced_motion": "reduce", "offline": True} | options
        contexts.append(chromium.new_context(**options))
        page = contexts[-1].new_page()
        page.set_default_timeout(5_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(file.as_uri() + fragment)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert errors == []
