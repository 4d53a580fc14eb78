"""The SVG that goes into the page: traced, self-contained, the same every time."""

import datetime as dt
import io
import os
import pickle
import re
import subprocess
import sys
from pathlib import Path

import pytest
from figures.marks import SVG, marked_texts, parsed
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from PIL import Image
from pydantic import ValidationError

from carreport.figures import draw, png
from carreport.figures.canvas import NO_DATA
from carreport.figures.colours import contrast, ramp, readable, text_on
from carreport.study.settings import Settings

FIGURES = ["figure1", "figure2", "figure3"]
REPOSITORY = Path(__file__).resolve().parents[2]
DIGIT = re.compile(r"\d")


def with_changed(settings, **changes):
    return Settings.model_validate(settings.model_dump(by_alias=True) | changes)


@pytest.mark.parametrize("figure", FIGURES)
def test_text_under_an_id_is_what_the_result_prints(figure, drawings, bundled):
    """A number in a figure is the number of its id, as displayed, and ids lists exactly those."""
    traced = [(text, mark) for text, mark in marked_texts(drawings[figure]) if "." in mark]

    assert traced
    assert all(text == bundled[mark].display for text, mark in traced)
    assert {mark for _, mark in traced} == set(drawings[figure].ids)


@pytest.mark.parametrize("figure", FIGURES)
def test_no_digit_is_without_a_mark(figure, drawings):
    """What is no result is a scale value or words of study.toml, and says so."""
    assert [
        text for text, mark in marked_texts(drawings[figure]) if not mark and DIGIT.search(text)
    ] == []


@pytest.mark.parametrize("figure", FIGURES)
def test_tick_labels_say_they_are_scale_values(figure, drawings):
    """Each tick label with words in it is marked as one, and nothing else's text is."""
    labels = [
        label.get_text()
        for ax in drawings[figure].figure.axes
        for axis in (ax.xaxis, ax.yaxis)
        for label in axis.get_ticklabels()
        if label.get_text()
    ]
    marked = [text for text, mark in marked_texts(drawings[figure]) if mark == "axis"]

    assert set(labels) <= set(marked)
    assert all(DIGIT.search(text) for text in marked)


@pytest.mark.parametrize("figure", FIGURES)
def test_listings_drawn_are_named_in_the_svg(figure, drawings, bundled):
    """The marks of each listing are in a group that names it."""
    named = {element.get("data-listing") for element in parsed(drawings[figure]).iter(f"{SVG}g")}

    assert named - {None} == set(drawings[figure].listings)
    assert set(drawings[figure].listings) <= set(bundled.listings)


def test_no_id_is_used_twice_in_a_page(drawings):
    """All figures can stand in one page; what is referred to is there."""
    page = [element for one in drawings.values() for element in parsed(one).iter()]
    ids = [element.get("id") for element in page if element.get("id")]
    wanted = [element.get("href") for element in page if element.tag == f"{SVG}use"]
    wanted += [
        f"#{name}"
        for e in page
        for v in e.attrib.values()
        for name in re.findall(r"url\(#(.*?)\)", v)
    ]

    assert len(ids) == len(set(ids))
    assert {name.removeprefix("#") for name in wanted} <= set(ids)


def test_svg_brings_nothing_that_reaches_beyond_it(drawings):
    """No prolog, style element, script, comment, metadata or address."""
    for one in drawings.values():
        assert one.svg.startswith("<svg ")
        assert not re.search(r"<\?|<!|<style|<script|<metadata|<image| style=|xlink", one.svg)
        assert "http" not in one.svg.replace('xmlns="http://www.w3.org/2000/svg"', "")


def test_figure_has_its_size_and_its_alternative(drawings):
    """Width in millimetres, and a title that is the text alternative."""
    for one in drawings.values():
        root = parsed(one)
        title = root[0]
        assert root.get("width") == "174mm"
        assert (title.tag, title.text) == (f"{SVG}title", one.alt)
        assert root.get("aria-labelledby") == title.get("id")
        assert root.get("role") == "graphics-document"


def test_alternative_quotes_results(drawings, bundled):
    """The words beside the figure give the main numbers as they are printed."""
    alt = drawings["figure1"].alt

    for id_ in ("survival.efs.rate@day=730,group=mrd_positive", "survival.efs.logrank_p"):
        assert bundled[id_].display in alt


def letters(text, renderer):
    """The room of the letters themselves: lines are set closer than their full heights."""
    box = text.get_window_extent(renderer)
    return box if text.get_rotation() else box.padded(-0.4, -box.height / 4)


@pytest.mark.parametrize("figure", FIGURES)
def test_no_words_stand_on_others(figure, drawings):
    """No text touches another or leaves the paper."""
    drawn = drawings[figure].figure
    renderer = FigureCanvasAgg(drawn).get_renderer()
    texts = [one for one in drawn.findobj(Text) if one.get_text().strip() and one.get_visible()]
    boxes = [letters(one, renderer) for one in texts]
    touching = [
        (texts[i].get_text(), texts[j].get_text())
        for i, one in enumerate(boxes)
        for j in range(i)
        if one.overlaps(boxes[j])
    ]
    paper = drawn.bbox

    assert touching == []
    assert all(b.x0 >= 0 and b.y0 >= 0 and b.x1 <= paper.x1 and b.y1 <= paper.y1 for b in boxes)


def test_drawing_again_gives_the_same_bytes(drawings, bundled, bundled_snapshot):
    """SVG and picture do not depend on when they are made."""
    again = {one.id: one for one in draw(bundled, bundled_snapshot.settings)}

    assert {i: one.svg for i, one in again.items()} == {i: one.svg for i, one in drawings.items()}
    assert png(again["figure3"], 50) == png(drawings["figure3"], 50)
    assert png(drawings["figure3"], 50).startswith(b"\x89PNG")


def test_folder_hash_seed_and_home_do_not_matter(drawings, tmp_path, bundled, bundled_snapshot):
    """Another process in another folder, with another hash seed and no caches, draws the same."""
    (tmp_path / "results.pickle").write_bytes(pickle.dumps((bundled, bundled_snapshot.settings)))
    script = (
        "import pickle; from pathlib import Path; from carreport.figures import draw\n"
        "for one in draw(*pickle.loads(Path('results.pickle').read_bytes())):\n"
        "    Path(one.id + '.svg').write_text(one.svg, encoding='utf-8')\n"
    )
    elsewhere = {
        "PYTHONPATH": str(REPOSITORY),
        "PYTHONHASHSEED": "7",
        "MPLCONFIGDIR": str(tmp_path / "cache"),
    }
    subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", script], cwd=tmp_path, env=os.environ | elsewhere, check=True
    )

    for one in drawings.values():
        assert (tmp_path / f"{one.id}.svg").read_text(encoding="utf-8") == one.svg


def test_hostile_labels_stay_text(bundled, bundled_snapshot):
    """Markup, quotes, dollars and signs the fonts lack in a group's label are only words."""
    hostile = "<script>alert('1')</script> & \"$x_1$\" 患者 \x0b"
    groups = bundled_snapshot.settings.groups.model_dump()
    groups["level"][1]["label"] = hostile
    settings = with_changed(bundled_snapshot.settings, groups=groups)

    for one in draw(bundled, settings):
        assert "<script" not in one.svg
        assert not [e for e in parsed(one).iter() if str(e.tag).endswith("script")]
    texts = " ".join(text for text, _ in marked_texts(draw(bundled, settings)[0]))
    assert "<script>alert('1')</script> & \"$x_1$\" 患者" in texts


@pytest.mark.parametrize("cutoff", ["2018-01-20", "2018-02-01", "2018-07-01", "2019-06-30"])
def test_early_cutoffs_draw(cutoff, bundled_folder):
    """A panel without data says so; nothing fails."""
    day = dt.date.fromisoformat(cutoff)
    snapshot = bundled_folder.snapshot(day)
    drawn = draw(bundled_folder.results(day), snapshot.settings)

    assert [one.id for one in drawn] == FIGURES
    late = [text for text, _ in marked_texts(drawn[2])]
    assert (NO_DATA in late) == (day < dt.date(2018, 9, 1))


def test_study_without_figures_gets_the_usual_ones(tiny_results, tiny_snapshot):
    """Curves of the first endpoints, and every analyte by group."""
    assert not tiny_snapshot.settings.figure
    drawn = {one.id: one for one in draw(tiny_results, tiny_snapshot.settings)}

    assert list(drawn) == ["figure_survival", "figure_distribution"]
    assert len(drawn["figure_survival"].figure.axes) == 2
    assert "biomarkers.crp.values@group=active_disease" in drawn["figure_distribution"].listings


def test_study_without_groups_draws_the_whole_cohort(tiny, tmp_path):
    """One curve, one box, no test."""
    text = tiny.text("study.toml")
    begin, end = text.index("[groups]"), text.index("[[endpoint]]")
    text = (text[:begin] + text[end:]).replace('groups = ["mrd_positive"]', "")
    folder = type(tiny)(tmp_path)
    for file in tiny.path.glob("*.csv"):
        folder.write(file.name, file.read_bytes())
    folder.write("study.toml", text)
    survival, distribution = draw(folder.results(), folder.snapshot().settings)

    assert "survival.os.curve" in survival.listings
    assert "biomarkers.crp.values" in distribution.listings
    assert not [id_ for id_ in survival.ids if id_.endswith("logrank_p")]


def test_colour_that_is_none_is_refused(bundled_snapshot):
    """What would be an address in the SVG never comes as far as a figure."""
    groups = bundled_snapshot.settings.groups.model_dump()
    groups["level"][1]["colour"] = "url(javascript:1)"

    with pytest.raises(ValidationError, match=r"groups\.level\.1\.colour"):
        with_changed(bundled_snapshot.settings, groups=groups)


def test_picture_is_on_white(drawings):
    """A picture put on another ground, or into a viewer, stays readable."""
    picture = Image.open(io.BytesIO(png(drawings["figure1"], 50)))

    assert picture.convert("RGBA").getchannel("A").getextrema() == (255, 255)
    assert picture.convert("RGB").getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.parametrize("cutoff", ["2018-01-20", "2019-06-30"])
def test_tests_that_could_not_be_done_are_left_out(cutoff, bundled_folder):
    """No figure prints a p-value or a hazard ratio that is not estimable."""
    day = dt.date.fromisoformat(cutoff)
    results = bundled_folder.results(day)
    tests = [
        results[id_]
        for one in draw(results, bundled_folder.snapshot(day).settings)
        for id_ in one.ids
        if id_.endswith(("_p", "hazard_ratio"))
    ]

    assert all(one.value is not None for one in tests)
    assert bool(tests) == (day > dt.date(2019, 1, 1))


def test_colours_of_text_can_be_read():
    """Words in a group's colour, and counts on any step of the ramp, reach 4.5 to 1."""
    for colour in ("#e69f00", "#c8500a", "#ffff00", "#0b4f8a"):
        assert contrast(readable(colour), "#ffffff") >= 4.5
    for steps in range(2, 9):
        for colour in ramp(steps):
            assert contrast(text_on(colour), colour) >= 4.5
