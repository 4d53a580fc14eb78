"""
How long a reader waits for the panel: from the click to a page laid out anew.

    python bench/panel.py out/2020-08-19/report.html

Needs Debian's chromium. Clicks numbers all over the page at three widths, each from closed.
"""

from __future__ import annotations

import shutil
import statistics
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

WIDTHS = (1440, 1280, 390)
EVERY = 25
CLICK = """
(link) => {
  const before = performance.now();
  link.dispatchEvent(new MouseEvent("click", {bubbles: true, cancelable: true}));
  document.querySelector("[role=dialog]").getBoundingClientRect();
  return performance.now() - before;
}
"""


def waits(page: Page) -> list[float]:
    """Milliseconds for every so many-th number of the text."""
    found = []
    for link in page.query_selector_all("main a.trace > data")[::EVERY]:
        found.append(link.evaluate(CLICK))
        page.keyboard.press("Escape")
    return found


def main() -> None:
    """Measure and print."""
    report = Path(sys.argv[1]).resolve().as_uri()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for width in WIDTHS:
            page = browser.new_page(viewport={"width": width, "height": 900})
            page.goto(report)
            found = waits(page)
            print(
                f"{width:>5} px {len(found):4d} numbers, median {statistics.median(found):6.1f} ms, "
                f"slowest {max(found):6.1f} ms"
            )
        browser.close()


if __name__ == "__main__":
    main()
