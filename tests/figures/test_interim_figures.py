"""The interim report's own figures: which are made, and that they pass every net."""

import datetime as dt
import re

import pytest
from figures.many import STUDY, drawn, many
from figures.marks import SVG, marked_texts, parsed
from matplotlib.text import Text

from carreport.figures import draw, png
from carreport.figures.canvas import HIGHEST
from carreport.figures.interim import interim_figures
from carreport.pipeline import build

DIGIT = re.compile(r"\d")
MADE = [
    "interim_swimmer", "interim_flow", "interim_enrolment", "interim_survival",
    "interim_incidence_curves", "interim_kinetics", "interim_distribution",
]  # fmt: skip
CUTOFFS = ["2018-01-17", "2019-06-30", ""]
"""One patient, some, and all."""


@pytest.fixture(scope="module", params=CUTOFFS)
def case(request, bundled_folder, bundled, interim):
    """The bundled study's interim figures on a day, with its results."""
    if not request.param:
        return interim, bundled
    day = dt.date.fromisoformat(request.param)
    results = bundled_folder.results(day)
    settings = bundled_folder.snapshot(day).settings
    return {one.id: one for one in draw(results, settings, ["interim"])}, results


def test_every_figure_is_made_on_every_day(case):
    """From the day of the first start on; those of the report as well."""
    figures, _ = case

    assert [one for one in figures if one.startswith("interim_")] == MADE


def test_text_under_an_id_is_what_the_result_prints(case):
    """And no digit is without an owner: an id, a scale, or words of the study."""
    figures, results = case
    for id_ in MADE:
        texts = marked_texts(figures[id_])
        traced = [(text, mark) for text, mark in texts if "." in mark]
        assert all(text == results[mark].display for text, mark in traced)
        assert {mark for _, mark in traced} == set(figures[id_].ids)
        assert [text for text, mark in texts if not mark and DIGIT.search(text)] == []


def test_listings_and_rows_drawn_exist(case):
    """A mark that names a row names one of its listing."""
    figures, results = case
    for id_ in MADE:
        assert set(figures[id_].listings) <= set(results.listings)
        for element in parsed(figures[id_]).iter():
            if (row := element.get("data-row")) is not None:
                assert int(row) < len(results.listing(element.get("data-listing")).rows)


def test_figures_are_of_a_page_and_their_words_of_a_size(case):
    """Not wider than the text, not higher than a page; letters of 7 to 9 points."""
    figures, _ = case
    for id_ in MADE:
        root = parsed(figures[id_])
        wide, high = (float(root.get(name).removesuffix("mm")) for name in ("width", "height"))
        assert wide <= 174.01
        assert high <= HIGHEST + 0.01
        letters = [one for one in figures[id_].figure.findobj(Text) if one.get_text()]
        assert all(7 <= one.get_fontsize() <= 9 for one in letters)


def test_the_same_bytes_every_time(interim, bundled, bundled_snapshot):
    """Drawn again, nothing differs, ids of one page included."""
    again = {one.id: one for one in draw(bundled, bundled_snapshot.settings, ["interim"])}

    assert [one.svg for one in interim.values()] == [one.svg for one in again.values()]
    assert png(interim["interim_swimmer"], 50) == png(again["interim_swimmer"], 50)
    ids = [e.get("id") for one in interim.values() for e in parsed(one).iter() if e.get("id")]
    assert len(ids) == len(set(ids))


def test_no_other_document_has_them(bundled, bundled_snapshot):
    """A declared figure that begins so is the interim's as well."""
    settings = bundled_snapshot.settings

    assert [one.id for one in draw(bundled, settings, ["report"])] == [
        "figure1",
        "figure2",
        "figure3",
    ]
    assert "interim_swimmer" in {item.id for item in settings.figure}


def test_a_declared_figure_takes_the_place_of_the_made_one(folder):
    """The flow as study.toml calls it; there is one."""
    folder.append(
        "study.toml", "[[figure]]", 'id = "interim_flow"', 'kind = "flow"', 'title = "Ours"'
    )
    figures = draw(folder.results(), folder.snapshot().settings, ["interim"])

    assert [one.title for one in figures if one.id == "interim_flow"] == ["Ours"]


def test_figures_without_data_are_not_made(tmp_path):
    """No measurements, no competing event: neither kinetics nor incidence."""
    folder = many(tmp_path, 3, study=STUDY.replace('competing = ["death"]\n', ""))

    assert list(drawn(folder)) == [
        "interim_flow", "interim_enrolment", "interim_swimmer", "interim_survival"
    ]  # fmt: skip


def test_more_panels_than_a_page_holds_go_on_in_parts(tmp_path):
    """Seven endpoints: four on the first page, three on the next."""
    more = "".join(
        f'[[endpoint]]\nid = "e{i}"\nlabel = "Endpoint"\nevents = ["relapse"]\n' for i in range(6)
    )
    figures = drawn(many(tmp_path, 4, study=STUDY + more))

    assert len(figures["interim_survival"].figure.axes) == 4
    assert len(figures["interim_survival_part_2"].figure.axes) == 3
    assert figures["interim_survival_part_2"].title == "Survival, continued"
    assert "interim_survival_part_3" not in figures


LABELS = ["Arm 1 of the treatment with 2.5 million cells", "Arm 2", "<b>$x_3$ & more</b>"]
"""Labels that wrap and have digits, or are hostile."""
HOSTILE = STUDY.replace(
    "[[endpoint]]",
    "[[derived]]\ncolumn = 'odd'\nfrom = 'events'\nwhere = { event = ['=a & b $\\frac$ %1', 'relapse_2'] }\n"
    "take = 'any'\n[[endpoint]]",
    1,
)


@pytest.mark.parametrize("labels", [[], LABELS, [f"Group {i} of eleven" for i in range(11)]])
def test_pages_of_any_groups_and_hostile_words_pass_the_net(labels, tmp_path):
    """Words of the data and the study are quoted as they are, each digit owned."""
    folder = many(tmp_path / "study", 24, study=HOSTILE, labels=labels)
    folder.append(
        "events.csv",
        '"N001","=a & b $\\frac$ %1",2019-01-03,',
        "N002,relapse_2,2019-01-04,",
    )
    build(folder.path, out=tmp_path / "out", formats=["html"])
    page = (tmp_path / "out" / "interim.html").read_text(encoding="utf-8")

    assert "interim_swimmer" in page
    assert "=a &amp; b $\\frac$ %1" in page
    assert "=a & b" not in page


def test_very_many_groups_stay_on_their_pages(tmp_path):
    """The flow goes on in parts; names stand beside lines and above lanes as long as they fit."""
    figures = drawn(many(tmp_path, 80, labels=[f"Group {i}" for i in range(40)]))
    flows = [one for id_, one in figures.items() if id_.startswith("interim_flow")]
    shown = {id_ for one in flows for id_ in one.ids if id_.startswith("disposition.enrolled.n@")}

    assert len(flows) == 3
    assert len(shown) == 40
    assert "too many groups" in figures["interim_swimmer"].alt
    for one in (*flows, figures["interim_enrolment"], figures["interim_swimmer"]):
        assert float(parsed(one).get("height").removesuffix("mm")) <= HIGHEST + 0.01
        assert all(0 <= place.top <= 1 - place.height for place in one.places)


def test_a_label_in_several_lines_is_one_label(tmp_path):
    """Read from the SVG its lines are the label again."""
    figures = drawn(many(tmp_path, 5, labels=[LABELS[0] * 2, *LABELS[1:]]))
    labels = [
        " ".join("".join(one.itertext()).split())
        for one in parsed(figures["interim_flow"]).iter(f"{SVG}g")
        if one.get("data-label")
    ]

    assert labels.count(" ".join((LABELS[0] * 2).split())) == 1
    assert (
        max(len(one) for one, mark in marked_texts(figures["interim_flow"]) if mark == "label") < 60
    )


@pytest.mark.parametrize("lived", [None, 0])
def test_one_patient_and_a_death_on_day_zero(lived, tmp_path):
    """The smallest study there is."""
    figures = drawn(many(tmp_path, 1, lived=lived))

    assert "interim_incidence_curves" in figures
    assert "1 patient" in figures["interim_swimmer"].alt


def test_alternatives_quote_results(case):
    """The words beside a figure give its main numbers as they are printed."""
    figures, results = case
    n = results["disposition.enrolled.n"].display

    for id_ in ("interim_swimmer", "interim_flow", "interim_enrolment"):
        assert re.search(rf"\b{n}\b", figures[id_].alt)
    for one in figures.values():
        assert one.alt.endswith(".")
        assert "  " not in one.alt


def test_made_figures_are_known_before_they_are_drawn(tiny_results, tiny_snapshot):
    """Names and titles need no drawing; no title holds a digit."""
    made = list(interim_figures(tiny_results, tiny_snapshot.settings))

    assert len({one.id for one in made}) == len(made)
    assert not [one.title for one in made if DIGIT.search(one.title)]
