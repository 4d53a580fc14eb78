"""What a reader of the HTML can do: ask any number, by mouse, finger or key, and read the answer."""

import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from carreport.render.appendix import ranges

PHONE = {"width": 390, "height": 844}
RATE = "survival.os.rate@day=730,group=mrd_positive"
AGE = "baseline.age.median"
RATIO = "survival.os.hazard_ratio"
DOSE = "listing.mrd.dose@patient=13"
INTERVAL = "kinetics.infusion_interval.median"
LEVEL = "study.confidence.level"
STATED = "carreport.results.facts.facts"
CURVE = "survival.os.curve@group=mrd_positive"
POINTS = "biomarkers.crp.values@group=mrd_positive"
PROSE = "main p"
CELL = "main td"
DRAWN = "main svg"


def number(page, id_, where="main"):
    """The first link around a number printed somewhere."""
    return page.locator(f'{where} a.trace:has([data-id="{id_}"])').first


def mark(page, listing, row):
    """One mark of a figure."""
    return page.locator(f'svg [data-listing="{listing}"][data-row="{row}"]').first


def panel(page):
    """The panel, open."""
    return page.get_by_role("dialog")


def part(page, heading):
    """A part of the panel by its heading."""
    return panel(page).locator("section", has=page.get_by_role("heading", name=heading, exact=True))


def told(page, name):
    """A fact of the panel by the name of its field; empty if there is none."""
    return "".join(panel(page).locator(f'dd[data-trace="{name}"]').all_text_contents())


def families(report):
    """Of each function that gave a number of the report the first one printed and the last."""
    found = {}
    for id_, row in report.rows.items():
        if any(use["document"] == "report" for use in row["uses"]):
            found.setdefault((row["function"], row["method"]), []).append(id_)
    return [id_ for ids in found.values() for id_ in dict.fromkeys((ids[0], ids[-1]))]


def table(page, heading):
    """A table of the panel: what its cells say, without marks, line by line."""
    lines = part(page, heading).locator("tr")
    return lines.evaluate_all(
        """lines => lines.map(line => [...line.cells].map(cell => cell.firstChild?.data ?? ""))"""
    )


# Asking a number


@pytest.mark.parametrize(
    ("id_", "where"),
    [(RATE, PROSE), (AGE, CELL), (RATIO, DRAWN)],
    ids=["in prose", "in a table", "in a figure"],
)
def test_a_number_opens_the_panel_which_says_what_the_results_say(browse, report, id_, where):
    """Wherever it is printed, a click tells the same as its row in results.json."""
    page, row = browse(report.page), report.rows[id_]

    number(page, id_, where).click()

    expect(panel(page)).to_be_visible()
    value = panel(page).locator(".value")
    clicked = number(page, id_, where).locator("[data-id]").text_content().strip()
    expect(value.locator(".display")).to_have_text(clicked)
    expect(value).to_contain_text(f"{row['value']!r}".removesuffix(".0"))
    says = page.locator(f'[id="{id_}"] [data-trace="says"]').text_content()
    expect(panel(page).locator(".says")).to_have_text(says)
    for name in ("method", "source"):
        expect(part(page, "How it was computed")).to_contain_text(row[name])
    for library, version in row["libraries"].items():
        expect(part(page, "How it was computed")).to_contain_text(f"{library} {version}")
    expect(part(page, "How sure the data are")).to_contain_text(row["origin"])
    code = part(page, "Code").locator("details").first
    expect(code).to_contain_text(f"{row['file']}, lines {row['line']}–{row['last_line']}")
    expect(code.locator("pre")).to_contain_text(f"def {row['function'].rpartition('.')[2]}(")
    expect(part(page, "On the command line")).to_contain_text(f"carreport trace '{id_}'")


def test_the_patients_are_those_used_and_the_columns_those_read(browse, report):
    """The table in the panel has one line for each patient of the row, and marks weak cells."""
    page, row = browse(report.page), report.rows[RATE]

    number(page, RATE, PROSE).click()

    head, *lines = table(page, "From whom")
    assert head == ["patient_id", "os:days", "os:status", "stratum"]
    assert [line[0] for line in lines] == row["patients"]
    assert {line[3] for line in lines} == {"MRD-positive"}
    deaths = report.rows["survival.os.events@group=mrd_positive"]["value"]
    assert sum(line[2] == "1" for line in lines) == deaths
    marks = part(page, "From whom").locator("td .origin")
    assert marks.count()
    expect(marks.first).to_have_attribute("aria-label", row["origin"])


def test_every_family_of_numbers_says_whom_and_how_sure_as_the_results_do(browse, report):
    """The patients counted, those left out and the origin are the number's own, not its call's."""
    page, ids = browse(report.page), families(report)

    assert len(ids) > 30
    for id_ in ids:
        page.evaluate("address => { location.hash = address; }", f"#{id_}")
        expect(part(page, "On the command line")).to_contain_text(f"carreport trace '{id_}'")
        row = report.rows[id_]
        assert told(page, "patients") == ranges(row["patients"]), id_
        left_out = "; ".join(f"{who}: {why}" for who, why in row["excluded"].items())
        assert told(page, "excluded") == left_out, id_
        origin = "stated" if row["function"] == STATED else row["origin"]
        assert re.split(r"\W", told(page, "origin"))[0] == origin, id_


def test_a_patients_number_shows_that_patients_cells(browse, report):
    """One cell of a listing is about one patient, whoever else the analysis was handed."""
    page, row = browse(report.page), report.rows[DOSE]

    number(page, DOSE).click()

    assert told(page, "patients") == ", ".join(row["patients"])
    lines = part(page, "From whom").locator("tbody th").all_text_contents()
    assert set(lines) == set(row["patients"])


def test_a_point_of_a_patient_shows_that_patients_cells(browse, report):
    """So is a point of a figure that belongs to one patient."""
    page, listing = browse(report.page), report.listings[POINTS]

    mark(page, POINTS, 2).click()

    patient = listing["rows"][2][0]
    assert told(page, "patients") == patient
    assert told(page, "origin") == listing["origin"]
    assert set(part(page, "From whom").locator("tbody th").all_text_contents()) == {patient}


def test_the_headline_is_the_string_that_was_clicked(browse, report):
    """A number printed in another unit is shown as printed, then in its own; none is said twice."""
    page, row = browse(report.page), report.rows[INTERVAL]
    value = panel(page).locator(".value")

    number(page, INTERVAL).click()
    expect(value.locator(".display")).to_have_text(row["uses"][0]["printed"])
    expect(value.locator(".exact")).to_have_text(f"{row['value']:g} days")

    number(page, DOSE).click()
    expect(value).to_have_text(row_text := report.rows[DOSE]["display"])
    assert value.text_content().count(row_text) == 1


def test_columns_of_the_study_are_explained(browse, report):
    """A computed column among the cells says what it holds."""
    page = browse(report.page)

    number(page, RATE, PROSE).click()

    notes = part(page, "From whom").locator(".notes > div")
    expect(notes.filter(has_text="os:status").locator("dd")).to_contain_text("death")
    head, *_ = table(page, "From whom")
    assert set(notes.locator("dt").all_text_contents()) <= set(head)


def test_patients_left_out_are_named_with_the_reason(browse, plain):
    """Everybody in the population who did not count stands in the panel."""
    page, id_ = browse(plain.page), "baseline.age.median"

    number(page, id_).click()

    assert plain.rows[id_]["excluded"]
    for patient, reason in plain.rows[id_]["excluded"].items():
        expect(part(page, "From whom")).to_contain_text(f"{patient}: {reason}")


@pytest.mark.parametrize("row", [0, 5])
def test_a_mark_of_a_figure_opens_the_row_it_was_drawn_from(browse, report, row):
    """A step of the curve tells its values, each with its id, and shows the rows around it."""
    page, listing = browse(report.page), report.listings[CURVE]

    mark(page, CURVE, row).dispatch_event("click")

    facts = panel(page).locator(".mark > div")
    ids = facts.locator("code").all_text_contents()
    day, group = listing["rows"][row][0], "group=mrd_positive"
    names = [one["name"] for one in listing["columns"] if one["name"] not in listing["key"]]
    assert ids == [f"survival.os.curve.{name}@day={day:g},{group}" for name in names]
    assert facts.count() == len(listing["columns"])
    current = part(page, "Everything drawn").locator("tr[aria-current]")
    expect(current).to_have_count(1)
    assert current.evaluate("line => line.rowIndex") == row + 1
    assert len(table(page, "Everything drawn")) == 1 + len(listing["rows"])
    expect(part(page, "Code")).to_contain_text("def curve(")


def test_a_point_is_asked_by_a_click_and_its_link_has_the_focus_back(browse, report):
    """The points of a panel are one link for the keyboard; each is its own for the mouse."""
    page = browse(report.page)

    mark(page, POINTS, 2).click()

    current = part(page, "Everything drawn").locator("tr[aria-current]")
    assert current.evaluate("line => line.rowIndex") == 3
    page.keyboard.press("Escape")
    expect(page.locator("svg a:focus")).to_have_attribute("href", f"#{POINTS}")
    page.keyboard.press("Enter")
    expect(part(page, "Everything drawn").locator("tr")).to_have_count(
        1 + len(report.listings[POINTS]["rows"])
    )
    expect(part(page, "Everything drawn").locator("tr[aria-current]")).to_have_count(0)


def test_every_mark_of_a_figure_belongs_to_a_row(browse, report):
    """No mark names a listing or a row that the page does not have."""
    page = browse(report.page)

    marks = page.locator("svg [data-row]").evaluate_all(
        """marks => marks.map(one => [
            one.closest("[data-listing]").getAttribute("data-listing"),
            Number(one.getAttribute("data-row")),
        ])"""
    )

    assert marks
    drawn = {}
    for listing, row in marks:
        drawn.setdefault(listing, set()).add(row)
    for listing, rows in drawn.items():
        assert rows <= set(range(len(report.listings[listing]["rows"]))), listing


def test_what_the_paper_printed_stands_in_the_panel_with_its_verdict(browse, report):
    """A number that the paper prints says whether it is the same, in a word."""
    page = browse(report.page)
    claim = report.rows[RATE]["claims"][0]

    number(page, RATE, PROSE).click()

    said = part(page, "What the paper printed").locator("p").first
    expect(said).to_contain_text(claim["reported"])
    expect(said).to_contain_text(claim["verdict"])


def test_enter_opens_the_panel_and_escape_gives_the_focus_back(browse, report):
    """Nobody needs a mouse."""
    page = browse(report.page)
    asked = number(page, RATE, PROSE)
    asked.focus()

    page.keyboard.press("Enter")
    expect(panel(page).get_by_role("heading", level=2)).to_be_focused()
    page.keyboard.press("Tab")
    expect(panel(page).get_by_role("button", name="Close")).not_to_be_focused()
    page.keyboard.press("Escape")

    expect(panel(page)).to_be_hidden()
    expect(asked).to_be_focused()


def test_a_click_with_a_key_held_stays_a_plain_link(browse, report):
    """Opening in a new tab, or saving, is the browser's business."""
    page = browse(report.page)

    kept = number(page, RATE, PROSE).evaluate(
        """link => link.dispatchEvent(new MouseEvent("click",
             { bubbles: true, cancelable: true, ctrlKey: true, view: window }))"""
    )

    assert kept
    expect(panel(page)).to_be_hidden()


def test_operands_lead_on_within_the_panel_and_back(browse, report):
    """From a share to the count behind it, and back to the share."""
    page = browse(report.page)
    share = "response.mrd_negative.rate"
    number(page, share, PROSE).click()
    title = panel(page).get_by_role("heading", level=2)
    before = title.text_content()

    part(page, "Computed from").get_by_role("link").first.click()
    assert title.text_content() != before
    panel(page).get_by_role("button", name="Back").click()

    assert title.text_content() == before
    expect(panel(page).get_by_role("button", name="Back")).to_be_hidden()


def test_the_panel_leads_to_every_place_the_number_is_printed(browse, report):
    """A place is a link to the number there; the panel stays open beside it."""
    page = browse(report.page)
    number(page, RATE, PROSE).click()

    part(page, "Where it is printed").get_by_role("link").last.click()

    there = page.locator("a.trace:focus")
    expect(there).to_be_in_viewport()
    expect(there.locator(f'[data-id="{RATE}"]')).to_have_count(1)
    expect(panel(page)).to_be_visible()


def test_code_that_is_called_opens_in_turn(browse, report):
    """The function's own code is open; the statistics it calls are one click away."""
    page = browse(report.page)
    number(page, RATE, PROSE).click()

    called = part(page, "Code").locator("details", has_text="carreport.stats.time_to_event")
    expect(called.locator("pre")).to_have_count(0)
    called.locator("summary").first.click()

    expect(called.locator("pre").first).to_contain_text("def survival(")


def test_the_command_is_copied_or_left_selected(browse, report):
    """The button says which; either way the command can be pasted."""
    page = browse(report.page)
    number(page, RATE, PROSE).click()

    panel(page).get_by_role("button", name="Copy").click()

    expect(panel(page).get_by_role("status")).to_have_text(re.compile("Copied|Selected"))


# Addresses


def test_an_address_with_an_id_opens_the_panel_where_the_number_is_printed(browse, report):
    """`report.html#ID` can be sent to somebody."""
    page = browse(report.page, f"#{RATE}")

    expect(panel(page).locator(".value")).to_contain_text(report.rows[RATE]["display"])
    expect(number(page, RATE, "body")).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(panel(page)).to_be_hidden()
    assert "#" not in page.url


def test_an_address_may_name_a_listing_and_a_row(browse, report):
    """So may one mark of a figure."""
    page = browse(report.page, f"#{CURVE}:3")

    expect(mark(page, CURVE, 3)).to_be_in_viewport()
    current = part(page, "Everything drawn").locator("tr[aria-current]")
    assert current.evaluate("line => line.rowIndex") == 4


def test_the_address_follows_the_panel(browse, report):
    """What the address bar shows is what the panel tells; closing puts back what was there."""
    page = browse(report.page, "#methods")

    number(page, AGE, CELL).click()
    assert page.url.endswith(f"#{AGE}")
    page.keyboard.press("Escape")

    assert page.url.endswith("#methods")


def test_back_and_forward_open_and_close_the_panel(browse, report):
    """A number reached by an address is a step of the browser's history."""
    page = browse(report.page, "#methods")
    page.evaluate("address => { location.hash = address; }", f"#{RATE}")
    expect(panel(page)).to_be_visible()

    page.go_back()
    expect(panel(page)).to_be_hidden()
    page.go_forward()

    expect(panel(page)).to_be_visible()


def test_a_link_of_the_appendix_lands_where_it_leads(browse, report):
    """What is skipped while out of sight moves no target: to a place printed, to code, back."""
    page = browse(report.page, "#methods")
    page.wait_for_function("document.documentElement.classList.contains('settled')")

    for link in ("[data-number] a.page", "a.code-link", "[data-number] a.page"):
        chosen = page.locator(f"#trace {link}").last
        chosen.click()
        page.wait_for_timeout(100)
        expect(page.locator(":target")).to_be_in_viewport()


def test_an_address_typed_shows_where_the_number_is_printed(browse, report):
    """Rather than its entry in the appendix, which the panel repeats."""
    page = browse(report.page, "#methods")

    page.evaluate("address => { location.hash = address; }", f"#{DOSE}")

    expect(panel(page)).to_be_visible()
    expect(number(page, DOSE)).to_be_in_viewport()


def test_an_address_of_something_else_opens_nothing(browse, report):
    """A heading, an unknown id and a stray percent sign are no numbers."""
    for fragment in ("#methods", "#survival.nobody.rate", "#100%"):
        expect(panel(browse(report.page, fragment))).to_be_hidden()


# Switches


def test_the_switches_colour_every_number_and_say_what_the_colours_mean(browse, report):
    """One at a time; pressed again, prose reads as prose."""
    page = browse(report.page)
    bar = page.get_by_role("region", name="Show traces")
    simulated = page.locator("main p data.o-simulated").first

    def line():
        return simulated.evaluate("one => getComputedStyle(one).textDecorationStyle")

    assert simulated.evaluate("one => getComputedStyle(one).textDecorationLine") == "none"
    by_origin = bar.get_by_role("button", name="origin")
    by_origin.click()
    expect(by_origin).to_have_attribute("aria-pressed", "true")
    assert line() == "wavy"
    words = bar.get_by_role("listitem").all_text_contents()
    assert any(word.startswith("simulated") for word in words)

    assert any(word.startswith("stated") for word in words)
    level = page.locator(f'main data[data-id="{LEVEL}"]').first
    expect(level).to_have_class(re.compile("o-stated"))

    by_verdict = bar.get_by_role("button", name="audit verdict")
    by_verdict.focus()
    page.keyboard.press("Space")
    expect(by_origin).to_have_attribute("aria-pressed", "false")
    verdicts = {one["verdict"] for row in report.rows.values() for one in row.get("claims", ())}
    words = bar.get_by_role("listitem").all_text_contents()
    assert {word.rsplit(" ", 1)[0] for word in words} <= verdicts

    by_verdict.click()
    assert bar.get_by_role("listitem").count() == 0


# What the page keeps to itself


def test_no_request_leaves_the_page(browse, report):
    """Opening it, asking a number and switching colours fetch nothing."""
    page = browse(report.page)
    asked = []
    page.context.route("**/*", lambda route: (asked.append(route.request.url), route.continue_()))

    page.reload()
    number(page, RATE, PROSE).click()
    page.get_by_role("button", name="origin", exact=True).click()

    assert asked == [report.page.as_uri()]


def test_a_script_that_is_not_the_pages_own_does_not_run(browse, report):
    """The policy allows one script by its digest; neither a new one nor a handler runs."""
    page = browse(report.page)

    page.evaluate(
        """() => {
          const script = document.createElement("script");
          script.textContent = "window.ran = true";
          document.body.append(script);
          document.body.setAttribute("onclick", "window.ran = true");
          document.body.click();
        }"""
    )

    assert page.evaluate("window.ran") is None
    assert not re.search(r"<[^>]*\s(style|on[a-z]+)=", report.page.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("id_", "motion"),
    [(AGE, "reduce"), (DOSE, "no-preference"), (RATE, "reduce"), (LEVEL, "no-preference")],
)
def test_without_javascript_a_number_leads_to_its_entry_and_back(browse, report, id_, motion):
    """The appendix says the same; its back-links lead to where the number is printed."""
    page = browse(report.page, java_script_enabled=False, reduced_motion=motion)

    number(page, id_, "body").click()
    entry = page.locator(f'[id="{id_}"]')
    expect(entry).to_be_in_viewport()
    expect(entry).to_contain_text(repr(report.rows[id_]["value"]))
    entry.locator("a.page").last.click()

    expect(page.locator("a.trace:target")).to_be_in_viewport()
    expect(page.locator(".panel, .trace-bar")).to_have_count(0)


def test_without_javascript_the_code_is_where_its_link_leads(browse, report):
    """Below all entries, however long they are."""
    page = browse(report.page, java_script_enabled=False)

    page.locator("#trace a.code-link").first.click()

    expect(page.locator("details:target")).to_be_in_viewport()


# Small screens, paper, large studies


def test_on_a_phone_the_panel_comes_from_below(browse, report):
    """The page is as wide as the screen, the number stays in sight, the button is at the thumb."""
    page = browse(report.page, viewport=PHONE, has_touch=True)
    asked = number(page, RATE, PROSE)

    asked.tap()

    box, button = panel(page).bounding_box(), panel(page).get_by_role("button", name="Close")
    assert box["y"] > 0.2 * PHONE["height"]
    assert box["width"] == PHONE["width"]
    assert asked.bounding_box()["y"] < box["y"]
    assert button.bounding_box()["y"] > 0.8 * PHONE["height"]
    for element in ("document.documentElement", "document.querySelector('.panel-text')"):
        assert page.evaluate(f"{element}.scrollWidth") <= PHONE["width"]
    button.tap()
    expect(panel(page)).to_be_hidden()


def test_printed_from_the_browser_panel_and_switches_are_left_out(browse, report):
    """Nor does the code stand on paper; the appendix does."""
    page = browse(report.page, f"#{RATE}")
    expect(panel(page)).to_be_visible()

    page.emulate_media(media="print")

    for part_ in (".panel", ".trace-bar", "#code", ".running-head"):
        expect(page.locator(part_)).to_be_hidden()
    expect(page.locator("#trace")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).paddingRight") == "0px"


def test_a_long_table_of_patients_begins_with_its_first_rows(browse, report, tmp_path):
    """Of 5,000 patients 200 are shown at once, the others when asked for."""
    page_text = report.page.read_text(encoding="utf-8")
    data = re.search(r'(id="trace-data">)(.*?)(</script>)', page_text, re.DOTALL)
    known = json.loads(data[2])
    known["sets"] = {name: [one % 40 for one in range(5000)] for name in known["sets"]}
    changed = json.dumps(known).replace("<", "\\u003c")
    long = tmp_path / "long.html"
    long.write_text(page_text[: data.start(2)] + changed + page_text[data.end(2) :], "utf-8")
    page = browse(long)

    number(page, RATE, PROSE).click()
    assert len(table(page, "From whom")) == 201
    panel(page).get_by_role("button", name="Show all 5000 rows").click()

    assert len(table(page, "From whom")) == 5001


# Accessibility

FEWER = """() => {
  // Repetition costs axe minutes: of each kind of list a few members say the same as all.
  for (const [many, most] of [
    [".trace-chapter > .trace-method", 1], [".trace-method > .trace-call", 1],
    [".trace-numbers > li", 4], ["main tbody > tr", 4], ["#code > details", 3],
  ]) {
    const seen = new Map();
    for (const one of document.querySelectorAll(many)) {
      const before = seen.get(one.parentNode) ?? 0;
      seen.set(one.parentNode, before + 1);
      if (before >= most) one.remove();
    }
  }
}"""


def grave(page, **options):
    """Serious and critical findings of axe-core: which rule, on what."""
    found = Axe().run(page, options={"resultTypes": ["violations"], **options})
    return {
        f"{one['id']}: {node['html'][:160]}"
        for one in found.response["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    }


def coloured(page, switch):
    """The page with its numbers coloured."""
    page.get_by_role("button", name=switch, exact=True).dispatch_event("click")
    return page


def test_axe_finds_nothing_grave_in_the_report(browse, report):
    """Neither in the page as it opens, nor with the panel open and the numbers coloured."""
    page = browse(report.page)
    number(page, RATE, PROSE).click()
    page.evaluate(FEWER)

    assert grave(coloured(page, "origin")) == set()
    assert grave(coloured(page, "audit verdict")) == set()
    page.keyboard.press("Escape")
    assert grave(coloured(page, "audit verdict")) == set()


def test_axe_finds_every_text_legible_in_the_dark(browse, report):
    """Contrast is enough in the dark scheme too, whatever colours the numbers."""
    page = browse(report.page, color_scheme="dark")
    number(page, RATE, PROSE).click()
    page.evaluate(FEWER)

    assert grave(coloured(page, "origin"), runOnly=["color-contrast"]) == set()
    assert grave(coloured(page, "audit verdict"), runOnly=["color-contrast"]) == set()


def test_axe_finds_nothing_grave_on_a_phone(browse, report):
    """With the panel over the lower part of the page."""
    page = browse(report.page, viewport=PHONE)
    number(page, RATE, PROSE).click()
    page.evaluate(FEWER)

    assert grave(page) == set()


def test_axe_finds_nothing_grave_in_other_documents(browse, report, plain):
    """The interim report, and one of a study without marks."""
    for file in (report.page.with_name("interim.html"), plain.page):
        page = browse(file)
        page.locator("main a.trace").first.click()
        page.evaluate(FEWER)
        assert grave(page) == set()
