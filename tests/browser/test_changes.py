"""What changed, as a reader meets it in a browser: the page of a comparison, the marks of a report."""

import datetime as dt

import pytest
from asking import ask
from axe_playwright_python.sync_playwright import Axe
from folders import write_folder
from playwright.sync_api import expect

from carreport.pipeline import build

PHONE = {"width": 390, "height": 844}
RATE = "survival.os.rate@day=365,group=mrd_positive"
UNFOLDED = """() => {
  for (const one of document.querySelectorAll("details")) one.open = true;
  for (const body of document.querySelectorAll("tbody")) {
    for (const row of [...body.children].slice(4)) row.remove();
  }
}"""


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """Two builds of the tiny study, one compared with the other, and the page of their diff."""
    root = tmp_path_factory.mktemp("changes")
    study = write_folder(root / "study", interim=None)
    build(study.path, cutoff=dt.date(2019, 6, 30), out=root / "old", formats=["html"])
    build(study.path, out=root / "new", previous=root / "old", formats=["html"])
    told = ask("diff", root / "old", root / "new", "--html", root / "diff.html")
    assert told.exit_code == 0, told.output
    return root


def grave(page):
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    return {
        f"{one['id']}: {node['html'][:160]}"
        for one in found.response["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_of_a_comparison_fits_and_can_be_read(browse, pair, scheme, width):
    """No sideways scrolling, nothing illegible, everything unfolded."""
    size = {"width": width, "height": 900}
    page = browse(pair / "diff.html", viewport=size, color_scheme=scheme)
    page.evaluate(UNFOLDED)

    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert grave(page) == set()


def test_the_field_leaves_only_rows_that_mention_a_word(browse, pair):
    page = browse(pair / "diff.html")
    rows = page.locator("main section:not(#compared) tbody tr:visible")
    page.get_by_label("Only what mentions").fill(RATE)

    expect(page.get_by_role("status")).to_contain_text("rows on this page")
    assert rows.count() > 0
    assert all(RATE in text for text in rows.all_text_contents())


def test_without_javascript_everything_is_there(browse, pair):
    page = browse(pair / "diff.html", java_script_enabled=False)

    expect(page.locator("#filter")).to_have_count(0)
    expect(page.locator("#printed")).to_contain_text(RATE)
    expect(page.locator("#curves svg").first).to_be_visible()


def test_the_panel_of_a_changed_number_says_what_it_was(browse, pair):
    page = browse(pair / "new" / "interim.html", viewport=PHONE)
    link = page.locator(f'main a.trace:has([data-id="{RATE}"])').first
    link.click()

    expect(page.get_by_role("dialog")).to_contain_text(
        "before: 0.8, printed 80.0% by the build of 30 June 2019; changed by data; moved by P06"
    )
