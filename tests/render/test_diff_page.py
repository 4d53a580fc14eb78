"""The page of a comparison: what it says, in which order, and that nothing of the data runs in it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re

import pytest
from lxml import html

from carreport.changes import (
    CellChange,
    Changes,
    Contribution,
    Differing,
    Effects,
    FigureChange,
    Flip,
    ListingChange,
    Named,
    Number,
    NumberChange,
    PatientChange,
    Place,
    RowChange,
    Said,
)
from carreport.figures.overlaid import ends_at, overlaid
from carreport.render.diff_page import diff_page
from carreport.render.environment import environment
from carreport.render.lint import lint
from carreport.render.literals import Literals
from carreport.saved.made_from import templates_folder
from carreport.units import COUNT, SURVIVAL

HOSTILE = "</td><script>alert(1)</script>\u202e&amp;"
RATE = "survival.os.rate@day=365"
CURVE = "survival.os.curve@group=mrd_positive"


def number(value, display, unit=SURVIVAL):
    return Number(
        value, display, unit, "", 12, "all patients", "Estimate for a day. More.", "Kaplan-Meier"
    )


RATE_CHANGE = NumberChange(
    id=RATE,
    kind="print",
    old=number(0.6667, "66.7%"),
    new=number(0.5833, "58.3%"),
    difference=-0.0834,
    difference_shown="−8.3 points",
    flips=(Flip("significance", "significant before, not now"),),
    effects=Effects(code=0.0, definition=0.0, data=-0.0834, residual=0.01),
    contributions=(
        Contribution("P03", -0.1, 0.5667, "56.7%", 1),
        Contribution("P05", 0.0066, 0.6733, "67.3%", 2),
    ),
    places=(Place("new", "interim", "Efficacy", "u7", "58.3%", "Survival was 58.3%."),),
)
RAW = NumberChange(
    id="baseline.age.mean", kind="raw", old=number(41.01, "41.0"), new=number(41.02, "41.0")
)
NEW = NumberChange(id="response.new.k", kind="new", old=None, new=number(3, "3", COUNT))
GONE = NumberChange(id="response.old.k", kind="gone", old=number(5, "5", COUNT), new=None)
RETROACTIVE = RowChange(
    "events",
    "P03",
    "death",
    "corrected",
    retroactive=True,
    old_date="2018-11-30",
    new_date="2018-10-30",
    old_line=5,
    new_line=6,
    cells=(CellChange("date", "2018-11-30", "2018-10-30", "corrected"),),
)
ADDED = RowChange(
    "measurements",
    "P12",
    "CRP",
    "added",
    retroactive=False,
    new_date="2020-01-02",
    new_line=16,
    new={"patient_id": "P12", "value": "35.6"},
)


def side(cutoff):
    return Named(f"out/{cutoff}", "A study", cutoff, "0123456789ab", "c0ffee", "0.1.0", patients=12)


def made(**parts):
    given = {
        "old": side("2019-06-30"),
        "new": side("2020-08-19"),
        "notices": (),
        "rows": (RETROACTIVE, ADDED),
        "numbers": (RATE_CHANGE, GONE, NEW, RAW),
        "unchanged": 300,
        "listings": (),
        "listings_unchanged": 4,
        "figures": (FigureChange("figure_survival", "Survival", (RATE,), (CURVE,)),),
        "said": (Said("new", "interim", "Efficacy", "u7", "Survival was 58.3%.", (RATE,)),),
        "settings": (),
        "columns": (),
        "code": (),
        "environment": (),
        "patients": (PatientChange("P03", {"retroactive": 1}, (RATE,)),),
    }
    return Changes(**given | parts)


@pytest.fixture(scope="module")
def page(tiny_snapshot):
    """A function: changes to the page."""
    return lambda changes: diff_page(changes, tiny_snapshot.settings)


@pytest.fixture(scope="module")
def usual(page):
    """The page of one retroactive row and one number in print."""
    return page(made())


def text_of(element):
    return " ".join(element.text_content().split())


def section(page, id_):
    (found,) = html.document_fromstring(page).xpath(f"//section[@id='{id_}']")
    return found


def test_old_and_new_value_difference_cause_and_patients_of_a_number(usual):
    (row,) = section(usual, "printed").xpath(".//tbody/tr")
    cells = [text_of(cell) for cell in row]

    assert cells[0].startswith(RATE)
    assert cells[1:4] == ["66.7%", "58.3%", "−8.3 points"]
    assert cells[4] == "data −8.3 pointsP03−10.0 pointsP05+0.7 pointsresidual+1.0 points"


def test_a_bar_is_as_long_as_the_patient_moved_the_number(usual):
    """The longest fills its half; less goes to the left of the middle, more to the right."""
    (row,) = section(usual, "printed").xpath(".//tbody/tr")
    bars = [
        (one.get("class"), float(one[1].get("x")), float(one[1].get("width")))
        for one in row.iter("svg")
    ]

    assert bars == [("bar down", 0.0, 30.0), ("bar up", 30.0, 1.98), ("bar up", 30.0, 3.0)]


def test_rows_changed_retroactively_come_first_with_their_cells(usual):
    order = [one.get("id") for one in html.document_fromstring(usual).xpath("//main/section")]
    (row,) = section(usual, "alarming").xpath(".//tbody/tr")

    assert order[:4] == ["compared", "alarming", "flips", "printed"]
    assert "date 2018-11-30 → 2018-10-30" in text_of(row)
    assert "line 6 of the new file" in text_of(row)
    assert "2018-10-30" not in text_of(section(usual, "rows"))


def test_a_row_on_one_side_only_shows_its_cells(usual):
    (row,) = section(usual, "rows").xpath(".//details//tbody/tr")

    assert "value 35.6" in text_of(row)
    assert "patient_id" not in text_of(row)


def test_what_turned_over_is_said(usual, page):
    still = dataclasses.replace(RATE_CHANGE, flips=())

    assert "significant before, not now" in text_of(section(usual, "flips"))
    assert "Nothing" in text_of(section(page(made(numbers=(still,))), "flips"))


def test_numbers_beneath_the_printed_digits_are_shown_in_full_and_folded(usual):
    folds = section(usual, "others").xpath("./details")

    assert [text_of(one[0]) for one in folds] == [
        "gone: 1",
        "new: 1",
        "changed beneath the printed digits: 1",
    ]
    assert "41.01" in text_of(folds[2])
    assert all(one.get("open") is None for one in folds)


def test_a_sentence_is_quoted_with_the_old_and_the_new_number(usual):
    said = text_of(section(usual, "reached"))

    assert "Survival was 58.3%." in said
    assert f"{RATE} 66.7% → 58.3%" in said
    assert "Survival (figure_survival): 1 changed numbers, 1 changed listings" in said


def test_a_sentence_whose_digits_are_the_same_is_not_quoted(page):
    only_raw = Said("new", "interim", "Baseline", "u9", "Mean age was 41.0.", (RAW.id,))
    both = Said("new", "interim", "Efficacy", "u7", "Both.", (RAW.id, RATE))
    found = text_of(section(page(made(said=(only_raw, both))), "reached"))

    assert "Mean age" not in found
    assert f"Both. {RATE}" in found


def test_what_it_was_made_from_is_compared(page):
    code = Differing("stats/kaplan_meier.py", "aaa", "bbb")
    found = section(page(made(code=(code,))), "compared")
    rows = [[text_of(cell) for cell in row] for row in found.xpath(".//tbody/tr")]

    assert ["Compared", "out/2019-06-30", "out/2020-08-19"] in rows
    assert text_of(found.find("details")[0]) == "Code of the package: 1 differ"
    assert ["stats/kaplan_meier.py", "aaa", "bbb"] in rows


def test_nothing_that_differs_is_said_so(page):
    same = made(rows=(), numbers=(), figures=(), said=(), patients=())
    found = page(same)

    assert "Nothing differs between the two" in found
    assert "None: no row" in found
    assert "No curve differs." in found
    assert "<tbody>" not in text_of(section(found, "printed"))


def test_no_text_of_the_data_is_taken_for_a_tag(page):
    """Patients, keys, cells, sentences, labels, names of files: each as hostile as it may be."""
    cell = CellChange(HOSTILE, HOSTILE, HOSTILE, "corrected")
    row = dataclasses.replace(
        RETROACTIVE, patient=HOSTILE, key=HOSTILE, table=HOSTILE, cells=(cell,)
    )
    whole = dataclasses.replace(ADDED, patient=HOSTILE, new={HOSTILE: HOSTILE})
    change = dataclasses.replace(
        RATE_CHANGE,
        old=number(None, HOSTILE),
        new=dataclasses.replace(number(0.5, HOSTILE), definition=HOSTILE, population=HOSTILE),
        difference_shown=HOSTILE,
        contributions=(Contribution(HOSTILE, None, None, HOSTILE, 1),),
        alone=(HOSTILE,),
        unattributed=HOSTILE,
        redefined=(HOSTILE,),
    )
    named = dataclasses.replace(side("2019-06-30"), label=HOSTILE, title=HOSTILE, cutoff=HOSTILE)
    found = page(
        made(
            old=named,
            new=named,
            notices=(HOSTILE,),
            disclosure=HOSTILE,
            rows=(row, whole),
            numbers=(change,),
            said=(Said("old", HOSTILE, HOSTILE, "", HOSTILE, (RATE,)),),
            figures=(FigureChange(HOSTILE, HOSTILE, (), ()),),
            settings=(Differing(HOSTILE, HOSTILE, HOSTILE),),
            patients=(PatientChange(HOSTILE, {}, ()),),
        )
    )

    assert "alert(1)</script>" not in found
    assert "\u202e" not in found
    assert len(html.document_fromstring(found).xpath("//script")) == 1
    assert found.count("&lt;script&gt;alert(1)") > 20


def test_the_page_allows_only_what_it_brought(usual):
    """Its policy names digests; no attribute styles or runs anything, nothing is fetched."""
    tree = html.document_fromstring(usual)
    (policy,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")

    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert not tree.xpath("//main//@style")
    assert not tree.xpath("//@*[starts-with(name(), 'on')]")
    assert not tree.xpath("//link | //img | //iframe | //*[starts-with(@href, 'http')]")


def test_the_page_can_be_read_without_seeing_it(usual):
    tree = html.document_fromstring(usual)

    assert tree.get("lang") == "en"
    assert tree.findtext(".//title") == "A study: what changed"
    assert len(tree.xpath("//h1")) == 1
    assert all(one.get("scope") for one in tree.iter("th"))
    for table in tree.iter("table"):
        named = table.find("caption") is not None or table.getparent().get("aria-label")
        assert named
    for region in tree.xpath("//*[@role='region']"):
        label = region.get("aria-label") or tree.xpath(
            f"//*[@id='{region.get('aria-labelledby')}']"
        )
        assert label
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    for link in tree.xpath("//nav//a/@href"):
        assert link.removeprefix("#") in ids


def test_everything_can_be_read_without_javascript(usual):
    """Nothing is hidden but by `<details>`, which every browser unfolds."""
    tree = html.document_fromstring(usual)

    assert not tree.xpath("//main//*[@hidden]")
    assert all(one[0].tag == "summary" for one in tree.iter("details"))


def test_no_number_is_typed_into_a_template():
    jinja = environment(templates_folder())

    for name in ("diff/page.html.j2", "diff/_parts.html.j2"):
        assert lint(jinja, name, Literals(())) == []


def test_same_changes_same_bytes(page):
    assert page(made()) == page(made())


@pytest.fixture(scope="module")
def curves(tiny):
    """Two curves that differ and one listing that is no curve."""
    old, new = tiny.results(dt.date(2019, 6, 30)), tiny.results()
    ids = (
        CURVE,
        "survival.os.curve",
        "survival.rel.curve@group=active_disease",
        "listing.patients",
    )
    return tuple(
        ListingChange(id_, old.listings.get(id_), new.listings[id_], 1, 0, 2) for id_ in ids
    )


def test_old_and_new_curves_lie_over_each_other(curves, tiny_snapshot):
    """Pale and dashed the old one, solid the new one, each to the end of its follow-up."""
    first, second = overlaid(curves, tiny_snapshot.settings, "the old", "the new")
    old, new = first.pairs[0].old, first.pairs[0].new

    assert [pair.label for pair in first.pairs] == ["MRD-positive", "All patients"]
    assert (old[0].tolist(), new[0].tolist()) == ([0.0, 1.0], [0.0, 1.0])
    assert new[-1, 1] == pytest.approx(0.625)
    assert old[-1, 0] < new[-1, 0]
    assert "Overall survival in two builds." in first.drawing.alt
    assert "the new, 62.5% at 31.3 months" in first.drawing.alt
    assert first.drawing.svg.count("stroke-dasharray") == 2
    assert [pair.label for pair in second.pairs] == ["Active disease"]


def test_a_curve_that_is_new_has_nothing_beneath_it(curves, tiny_snapshot):
    alone = dataclasses.replace(curves[0], old=None)
    (only,) = overlaid([alone], tiny_snapshot.settings, "the old", "the new")

    assert ends_at(only.pairs[0].old) == "no curve"
    assert "stroke-dasharray" not in only.drawing.svg


def test_curves_stand_in_the_page_with_what_they_show(curves, page):
    found = page(made(listings=curves))
    figures = section(found, "curves").xpath(".//figure")

    assert len(figures) == 2
    assert figures[0].xpath(".//*[local-name()='svg']/@aria-labelledby") == ["overlaid1-title"]
    # One of the five who were followed that long had died: 4 of 5.
    assert "MRD-positive: 80.0% at 17.6 months → 62.5% at 31.3 months" in text_of(figures[0])
    assert len(set(re.findall(r' id="([^"]+)"', found))) == len(re.findall(r' id="([^"]+)"', found))


def test_what_is_too_much_for_a_page_is_counted(page):
    """2,000 rows and 3,000 numbers: the page stays small and says what it leaves out."""
    rows = tuple(dataclasses.replace(ADDED, patient=f"P{at:04}") for at in range(2000))
    told = tuple(Contribution(f"P{at:04}", 0.01, 0.5, "50.0%", 1) for at in range(300))
    numbers = tuple(
        dataclasses.replace(RATE_CHANGE, id=f"safety.ae.percent@term=t{at}", contributions=told)
        for at in range(3000)
    )
    found = page(made(rows=rows, numbers=numbers))

    assert len(found) < 3_000_000
    assert "and 1,800 more; carreport diff --json gives all 2,000." in text_of(
        section(found, "rows")
    )
    assert "and 2,800 more;" in text_of(section(found, "printed"))
    assert "and 234 more" in text_of(section(found, "printed"))
