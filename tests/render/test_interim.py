"""The interim report: of any study, at any cutoff, every section there or missed in one line."""

import datetime as dt
import re
import tomllib
from pathlib import Path

import pypdf
import pytest
from folders import ADVERSE_EVENTS, EVENTS, MORE, PATIENTS, SMALLEST, StudyFolder, write_folder
from lxml import html

import carreport
from carreport.analyses import ANALYSES
from carreport.errors import UntracedNumber
from carreport.figures import draw
from carreport.pipeline import build
from carreport.render import render
from carreport.render.environment import templates_folder
from carreport.render.listings import LONGEST
from carreport.render.literals import Literals
from carreport.render.scan import scan
from carreport.results import run
from carreport.study.load import load
from carreport.study.session import snapshot_of
from carreport.tables import lay_out

DOCUMENT = "interim"
SECTIONS = {
    "Patients": ["Enrolment", "Disposition", "Exposure"],
    "Follow-up and maturity": [],
    "Baseline": ["Characteristics", "Listing"],
    "Efficacy": ["Response and other proportions", "Endpoints", "Cumulative incidence"],
    "Safety": ["Adverse events", "Deaths"],
    "Markers and kinetics": [],
    "Course of each patient": [],
    "Quality of the data": [],
    "Since the previous cut": [],
    "What the cut took away": [],
    "Appendix": ["Notices", "How the numbers were computed", "What went into this build"],
}
"""Headings every interim report has, in their order."""
NAMED = ("title", "short_title", "citation", "id", "label", "column", "value", "term", "terms",
         "analyte", "event", "events", "levels", "population", "scale", "data_statement")  # fmt: skip
"""Keys of study.toml whose texts name what the study is about."""
PAPER = ("CAR", "MRD", "CRS", "HSCT", "leukaemia", "leukemia", "lymphoblastic", "relapse",
         "relapsed", "remission", "transplant", "transplantation", "blasts", "cytokine",
         "lymphocyte", "aplasia", "Philadelphia", "CRP", "ferritin")  # fmt: skip
"""What the paper of the bundled study is about."""
BARE = """\
[study]
title = "Bare"
cutoff = 2020-08-19
"""
NO_GROUPS = re.sub(r"\[groups\].*?(?=\[\[endpoint)", "", SMALLEST, flags=re.DOTALL).replace(
    'groups = ["mrd_positive"]', ""
)
WITHOUT_TABLES = """
[[endpoint]]
id = "os"
label = "Overall survival"
events = ["death"]
landmarks = [365]
"""
ONE_GROUP = (
    NO_GROUPS
    + """
[groups]
column = "cohort"
[[groups.level]]
id = "all_of_them"
value = "MRD-positive"
label = "Arm A"
[[groups.level]]
id = "others"
value = "Active"
label = "Arm B"
"""
)
NOBODY_YET = """
[[groups.level]]
id = "empty"
value = "Not yet"
label = "Arm C"
"""


def page_of(folder, cutoff=None, session="closed"):
    """The interim report of a study folder."""
    snapshot = snapshot_of(load(folder.path), cutoff, session)
    results = run(ANALYSES, snapshot)
    tables = lay_out(results, snapshot, [DOCUMENT])
    figures = draw(results, snapshot.settings, [DOCUMENT])
    (page,) = render(folder.path, snapshot, results, tables, figures, [DOCUMENT])
    return page


def main_of(page):
    """The page's own chapters, without those the traces make."""
    (main,) = html.document_fromstring(page.text.partition('<section id="trace"')[0]).xpath(
        "//main"
    )
    return main


def plain(element):
    """An element's text, its spaces plain ones."""
    return " ".join("".join(element.itertext()).replace("\N{WORD JOINER}", "").split())


def said(page):
    """For each heading what stands below it: paragraphs as text, tables and figures by their id."""
    found, heading = {}, ""
    for element in main_of(page).iter("h2", "h3", "h4", "p", "div", "figure", "table", "li"):
        names = (element.get("class") or "").split()
        if element.tag in ("h2", "h3", "h4"):
            heading = plain(element)
            found[heading] = []
        elif element.tag == "figure" or "table-block" in names:
            found[heading].append(f"#{element.get('id')}")
        elif element.tag in ("p", "li") and not element.xpath(
            "ancestor::figcaption or ancestor::*[@class='table-notes']"
        ):
            found[heading].append(plain(element))
    return found


def sentences(page, heading):
    """What is said in words below a heading, as one text."""
    return " ".join(one for one in said(page)[heading] if not one.startswith("#"))


def study(path, patients=PATIENTS, events=EVENTS, toml=SMALLEST + MORE, **tables):
    """A study folder without a document of its own."""
    return write_folder(path, interim=None, study=toml, patients=patients, events=events, **tables)


def many_groups(path, number, rest=NO_GROUPS):
    """The tiny study divided into so many groups."""
    levels = "".join(
        f'[[groups.level]]\nid = "g{one}"\nvalue = "G{one}"\nlabel = "Arm {one}"\n'
        for one in range(number)
    )
    lines = PATIENTS.splitlines()
    moved = [
        re.sub("MRD-positive|Active", f"G{at % number}", line) for at, line in enumerate(lines)
    ]
    toml = f'{rest}\n[groups]\ncolumn = "cohort"\ncompare = ["g0", "g1"]\n{levels}'
    return study(path, "\n".join(moved) + "\n", toml=toml)


STUDIES = {
    "tiny": study,
    "no groups": lambda path: study(path, toml=NO_GROUPS),
    "groups nobody compares": lambda path: study(path, toml=ONE_GROUP),
    "ten groups": lambda path: many_groups(path, 10),
    "an empty group": lambda path: study(
        path, toml=SMALLEST.replace("\n[[endpoint]]", NOBODY_YET + "\n[[endpoint]]", 1)
    ),
    "no more than must be": lambda path: study(
        path, toml=BARE, infusions=None, measurements=None, adverse_events=None
    ),
    "no infusions": lambda path: study(
        path,
        toml=SMALLEST.replace("infusion = 1", ""),
        infusions=None,
        adverse_events=re.sub(r",infusion$|,\d$", "", ADVERSE_EVENTS, flags=re.MULTILINE),
        measurements=None,
    ),
    "no adverse events": lambda path: study(path, toml=SMALLEST, adverse_events=None),
    "nobody died": lambda path: study(
        path,
        events="patient_id,event,date,detail\n"
        + "".join(f"P{one:02},last_contact,2020-08-19,\n" for one in range(1, 13)),
        toml=SMALLEST,
    ),
}
DAYS = ("2018-01-10", "2018-07-04", "2020-08-19")
"""When the first patient enters, when a few have been seen for months, and the end."""


@pytest.fixture(scope="module", params=[(one, day) for one in STUDIES for day in DAYS[::2]]
                + [("tiny", DAYS[1]), ("an empty group", DAYS[1])],
                ids=" on ".join)  # fmt: skip
def any_page(request, tmp_path_factory):
    """The interim report of an odd study at a cutoff."""
    name, day = request.param
    folder = STUDIES[name](tmp_path_factory.mktemp("odd") / "study")
    return page_of(folder, dt.date.fromisoformat(day))


def test_every_section_is_there_or_says_in_one_line_why_not(any_page):
    """No heading without a word below it; what is missing is missed in one sentence."""
    found = said(any_page)
    main = main_of(any_page)

    headings = [plain(one) for one in main.iter("h2")]
    assert [one for one in headings if one != "Further measures"] == list(SECTIONS)
    for chapter, parts in SECTIONS.items():
        for heading in parts or [chapter]:
            assert found[heading], f"nothing is said below {heading}"
    for one in main.iter("p"):
        if one.get("class") == "absent":
            text = plain(one)
            assert text.endswith(".")
            assert text.count(". ") == 0


def test_prose_is_whole(any_page):
    """No blank before a stop, no empty brackets, no word of a program, no doubled stop."""
    for paragraphs in said(any_page).values():
        for text in paragraphs:
            assert not re.search(r" [.,;:)]|\( ?\)|\.\.|,,|;\.|[a-z] {2}", text), text
            assert not re.search(
                r"\b(None|True|False|nan|undefined)\b", text.removeprefix("None of")
            ), text
            assert not re.search(r"\b1 (patients|infusions|events|values|rows)\b", text), text


def test_what_is_printed_is_also_referred_to(any_page):
    """Each table and figure is named before it stands; what goes on in parts, by its first."""
    text = any_page.text.partition('<section id="trace"')[0]
    for id_ in re.findall(
        r'<(?:div|figure) class="[^"]*(?:table|figure)-block[^"]*" id="([^"]+)"', text
    ):
        first = id_.partition("_part_")[0]
        assert text.index(f'href="#{first}"') < text.index(f'id="{first}"'), id_


def test_the_poorest_study_says_what_it_lacks(tmp_path):
    """Patients and events alone: exact lines."""
    page = page_of(STUDIES["no more than must be"](tmp_path / "study"))
    lines = {
        "Exposure": "The study has no table of infusions, so exposure is not described.",
        "Follow-up and maturity": "No endpoint is declared, so no follow-up is computed.",
        "Characteristics": "No baseline variable is declared.",
        "Response and other proportions": "The study declares no response or other proportion.",
        "Endpoints": "No endpoint is declared.",
        "Cumulative incidence": "No endpoint is declared.",
        "Adverse events": "The study has no table of adverse events.",
        "Markers and kinetics": "The study declares no marker.",
        "Since the previous cut": "No previous build was given, so nothing is compared.",
    }

    found = said(page)

    assert {heading: found[heading] for heading in lines} == {
        heading: [line] for heading, line in lines.items()
    }


PATIENTS_THREE = """\
patient_id,start_date,cohort,age
1,2020-01-01,A,40
2,2020-02-01,A,50
3,2020-03-01,B,60
"""
EVENTS_THREE = """\
patient_id,event,date
1,relapse,2020-03-11
1,last_contact,2020-08-19
2,death,2020-05-01
3,last_contact,2020-08-19
"""
INFUSIONS_THREE = """\
patient_id,infusion,date
1,1,2020-01-01
1,2,2020-02-10
2,1,2020-02-01
3,1,2020-03-01
"""
ADVERSE_THREE = """\
patient_id,term,category,grade,start_date
1,Fever,General,3,2020-01-02
1,Fever,General,1,2020-02-20
2,Fever,General,2,2020-02-03
"""
TOML_THREE = """\
[study]
title = "Three"
cutoff = 2020-08-19
[groups]
column = "cohort"
compare = ["a", "b"]
[[groups.level]]
id = "a"
value = "A"
label = "Arm A"
[[groups.level]]
id = "b"
value = "B"
label = "Arm B"
[[endpoint]]
id = "os"
label = "Overall survival"
events = ["death"]
landmarks = [90, 100, 365]
[[endpoint]]
id = "rel"
label = "Progress"
events = ["relapse"]
competing = ["death"]
landmarks = [100]
[adverse_events]
"""


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    """Three patients, small enough to say everything by hand."""
    return study(
        tmp_path_factory.mktemp("three") / "study", PATIENTS_THREE, EVENTS_THREE, TOML_THREE,
        infusions=INFUSIONS_THREE, adverse_events=ADVERSE_THREE, measurements=None,
    )  # fmt: skip


def test_sentences_about_several(three):
    """Three patients on the last day."""
    page = page_of(three)

    assert sentences(page, "Enrolment") == (
        "3 patients had entered the study by 19 August 2020 (Arm A: 2; Arm B: 1). "
        "Figure 1 shows when."
    )
    assert sentences(page, "Disposition") == (
        "Of 3 patients, all had been given an infusion, 1 of them more than one; 1 had died "
        "(33.3%) and 2 were not known to have died by the cutoff. "
        "Figure 2 and Table 1 give the counts by group."
    )
    assert sentences(page, "Exposure") == (
        "4 infusions had been given by the cutoff (Arm A: 3; Arm B: 1), at most 2 to one patient. "
        "Table 2 gives patients and intervals by infusion."
    )
    assert sentences(page, "Follow-up and maturity") == (
        "For Overall survival the median follow-up by the reverse Kaplan–Meier method was 201 days "
        "(6.6 months); patients had been observed for 90–231 days, up to the event or the last "
        "contact. Table 3 gives every endpoint by group. "
        "Maturity, as the share of patients whose event had been seen: Overall survival, 1 of 3 "
        "(33.3%); Progress, 1 of 3 (33.3%). "
        "How much is known at each landmark of Overall survival: at 3 months, the state of 3 of 3 "
        "(100.0%), all of them still at risk; at 100 days, the state of 3 of 3 (100.0%), 2 of them "
        "still at risk; at 1 year, the state of 1 of 3 (33.3%), none of them still at risk."
    )
    assert sentences(page, "Overall survival").startswith(
        "1 of 3 patients had had the event by the cutoff (Arm A: 1; Arm B: 0); the median time was "
        "not reached (95% CI 90 to NR days), and free of it were 66.7% (95% CI 5.4–94.5%) at "
        "3 months and 66.7% (95% CI 5.4–94.5%) at 100 days. Arm A and Arm B compared: log-rank p"
    )
    assert sentences(page, "Cumulative incidence").endswith(
        "Progress. 1 of 3 patients had had the event by the cutoff (Arm A: 1; Arm B: 0); its "
        "cumulative incidence was 33.3% (95% CI 0.1–83.2%) at 100 days. Gray’s test between Arm A "
        "and Arm B: p = 0.480. Figure 4 draws the curves."
    )
    assert sentences(page, "Adverse events").startswith(
        "2 of 3 patients had had an adverse event, 1 of them one of grade three or higher."
    )
    assert sentences(page, "Deaths") == (
        "1 of 3 patients had died by the cutoff, 33.3% (Arm A: 1; Arm B: 0). "
        "Causes are as recorded: Table 8 and Table 9."
    )


def test_sentences_about_one(three):
    """The first patient, on the fifth day."""
    page = page_of(three, dt.date(2020, 1, 5))

    assert sentences(page, "Enrolment").startswith("1 patient had entered the study by 5 January")
    assert sentences(page, "Disposition").startswith(
        "The only patient had been given one infusion and was not known to have died."
    )
    assert sentences(page, "Exposure").startswith("1 infusion had been given by the cutoff")
    assert sentences(page, "Follow-up and maturity").startswith(
        "For Overall survival the only patient had been followed for 4 days."
    )
    assert "at 3 months, nothing yet; at 100 days, nothing yet" in sentences(
        page, "Follow-up and maturity"
    )
    assert sentences(page, "Listing") == "Table 4 lists the patient as of the cutoff."
    assert sentences(page, "Overall survival") == (
        "The only patient had not had the event by the cutoff. The groups cannot be compared yet."
    )
    assert (
        "Progress. The only patient had not had the event by the cutoff; no landmark can be "
        in (sentences(page, "Cumulative incidence"))
    )
    assert sentences(page, "Adverse events").startswith(
        "The only patient had had an adverse event, one of grade three or higher."
    )
    assert sentences(page, "Deaths") == "Nobody had died by the cutoff."
    assert sentences(page, "Course of each patient") == (
        "Figure 5 draws the patient from start to death or the last contact."
    )


def test_sentences_about_none(three):
    """Two patients and no event yet."""
    page = page_of(three, dt.date(2020, 2, 15))

    assert "1 of them more than one; none had died by the cutoff." in (
        sentences(page, "Disposition")
    )
    assert sentences(page, "Overall survival") == (
        "None of 2 patients had had the event by the cutoff; the median time was not reached; "
        "no landmark can be estimated yet. The groups cannot be compared yet."
    )
    assert sentences(page, "Since the previous cut") == (
        "No previous build was given, so nothing is compared."
    )


def test_nobody_affected_is_said_so(tmp_path, three):
    """One patient without, of several one with: a mild and a severe event."""
    quiet = study(
        tmp_path / "study", PATIENTS_THREE, EVENTS_THREE, TOML_THREE, infusions=INFUSIONS_THREE,
        adverse_events=ADVERSE_THREE.replace("\n1,Fever,General,3,2020-01-02", ""),
        measurements=None,
    )  # fmt: skip

    assert sentences(page_of(quiet, dt.date(2020, 1, 5)), "Adverse events").startswith(
        "The only patient had not had an adverse event. Table"
    )
    assert sentences(page_of(quiet, dt.date(2020, 2, 15)), "Adverse events").startswith(
        "1 of 2 patients had had an adverse event, but not one of grade three or higher."
    )
    assert sentences(page_of(three, dt.date(2020, 2, 1)), "Adverse events").startswith(
        "1 of 2 patients had had an adverse event, and one of grade three or higher."
    )


def test_an_open_session_says_what_it_is_and_names_no_group(three):
    """Its title, one line for what compares, and no arm anywhere on the page."""
    page = page_of(three, session="open")
    text = plain(html.document_fromstring(page.text))

    assert "Open session. All results are pooled." in text
    assert sentences(page, "Efficacy").startswith("Open session: results by group are withheld")
    assert (
        sentences(page, "Response and other proportions")
        == "Responses are withheld, or none is declared."
    )
    assert not re.search(
        r"Arm [AB]|by group[^ ]|log-rank|Gray’s test between|hazard ratio of", text
    )
    assert "Arm A" in plain(html.document_fromstring(page_of(three).text))


def test_what_an_interim_report_is_told_to_show_is_shown(three, tmp_path):
    """Declared tables and figures follow in the appendix; with another document they are its own."""
    declared = (
        '[[baseline]]\nid = "age"\ncolumn = "age"\nlabel = "Age"\nkind = "continuous"\n'
        '[[table]]\nid = "own_table"\nkind = "baseline"\ntitle = "Own"\n'
        '[[figure]]\nid = "own_figure"\nkind = "survival"\ntitle = "Own"\n'
        'panels = [{ endpoint = "os" }]\n'
    )
    folder = StudyFolder(tmp_path / "study")
    for file in ("patients.csv", "events.csv", "infusions.csv", "adverse_events.csv"):
        folder.write(file, three.text(file))
    folder.write("study.toml", TOML_THREE + declared)

    found = said(page_of(folder))
    folder.replace("study.toml", "[groups]", 'documents = ["interim", "mine"]\n[groups]')

    assert found["Tables of the study’s own"] == ["#own_table"]
    assert found["Figures of the study’s own"] == ["#own_figure"]
    assert not {"Tables of the study’s own", "Figures of the study’s own"} & set(
        said(page_of(folder))
    )


def many(folder, number=LONGEST + 1):
    """A study of very many patients."""
    patients = "".join(f"{one},2020-01-01\n" for one in range(number))
    events = "".join(f"{one},last_contact,2020-08-01\n" for one in range(number))
    return study(
        folder, f"patient_id,start_date\n{patients}",
        f"patient_id,event,date\n{events}", BARE,
        infusions=None, measurements=None, adverse_events=None,
    )  # fmt: skip


def test_the_listing_of_very_many_patients_is_in_the_document(tmp_path):
    """In tables of a hundred rows with a head each; its cells have ids, the listing has the entry."""
    tree = html.document_fromstring(page_of(many(tmp_path / "study")).text)
    (listing,) = tree.xpath("//*[@id='interim_patients']")
    tables = listing.xpath(".//table")
    first = listing.xpath(".//tbody/tr/th//*[@data-cell]")

    assert [len(one.xpath("./tbody/tr")) for one in tables] == [100] * (LONGEST // 100) + [1]
    assert all(one.xpath("./thead//th[@scope='col']") for one in tables)
    assert [one.text for one in first] == [str(one) for one in range(LONGEST + 1)]
    assert first[7].get("data-cell") == "listing.patients.patient@patient=7"
    assert not tree.xpath("//*[@data-id='listing.patients.patient@patient=7']")
    assert tree.xpath("//*[@data-listing-entry='listing.patients']")


def test_a_false_cell_of_a_long_listing_is_found(tmp_path):
    """A text that is not the result's is refused, as everywhere."""
    snapshot = many(tmp_path / "study").snapshot()
    results = run(ANALYSES, snapshot)
    cell = '<html><body><p><span data-cell="listing.patients.patient@patient=7">{}</span></p>'
    literals = Literals(())

    assert scan(cell.format("7"), "interim", results, literals) == ()
    with pytest.raises(UntracedNumber, match="which prints '7'"):
        scan(cell.format("8"), "interim", results, literals)


def strings(value, *, named=False):
    """Every text of a study.toml that names something of the study."""
    match value:
        case dict():
            for key, one in value.items():
                yield from strings(one, named=key in NAMED)
        case list():
            for one in value:
                yield from strings(one, named=named)
        case str() if named:
            yield value


def words(text):
    """The words of a text, without their digits."""
    return set(re.findall(r"[^\W\d_]{3,}", text.lower()))


def test_no_word_of_the_bundled_study_stands_in_the_templates(bundled_folder):
    """Neither its labels and ids nor what its paper is about, not even in a comment."""
    everyday = set()  # Python of ours holds no word of a study
    for path in Path(carreport.__file__).parent.rglob("*.py"):
        everyday |= words(path.read_text(encoding="utf-8"))
    named = words(" ".join(strings(tomllib.loads(bundled_folder.text("study.toml")))))
    forbidden = (named - everyday) | {one.lower() for one in PAPER}

    texts = {one.name: one.read_text("utf-8") for one in (templates_folder() / DOCUMENT).iterdir()}
    found = {(name, one) for name in texts for one in words(texts[name]) & forbidden}

    assert len(forbidden) > 80
    assert not found


def test_cutoff_and_digest_stand_on_every_page(tmp_path):
    """The first, those across, and those of the traces; on the screen they stay in sight."""
    folder = many_groups(tmp_path / "study", 10, BARE + WITHOUT_TABLES)
    folder.remove("measurements.csv").remove("adverse_events.csv").remove("infusions.csv")
    out = tmp_path / "out"
    build(folder.path, out=out, documents=[DOCUMENT])
    results = run(ANALYSES, snapshot_of(load(folder.path), None))
    wanted = f"Data cutoff 19 August 2020 · snapshot {results['study.data.digest'].display}"

    pages = pypdf.PdfReader(out / "interim.pdf").pages
    assert {page.mediabox.width > page.mediabox.height for page in pages} == {True, False}
    for number, page in enumerate(pages, start=1):
        assert wanted in " ".join(page.extract_text().split()), f"page {number}"
    tree = html.document_fromstring((out / "interim.html").read_text(encoding="utf-8"))
    (standing,) = tree.xpath("//div[@class='running-head']/div[@class='standing']")
    assert plain(standing) == wanted
