"""Every mark says which row or result it is, and stands where that puts it."""

from dataclasses import replace
from itertools import pairwise
from urllib.parse import unquote

import pytest
from figures.marks import (
    LINK,
    SVG,
    corners_of,
    mark_of,
    marked_texts,
    on_svg,
    parsed,
    rows_of,
)
from lxml import etree
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.path import Path
from matplotlib.text import Text

from carreport.figures import draw
from carreport.figures.marks import ROWS_AT_MOST
from carreport.figures.style import styled
from carreport.figures.svg import _say_once
from carreport.results import Results
from carreport.units import DAYS_PER_MONTH

FIGURES = ["figure1", "figure2", "figure3"]
GROUPS = ["mrd_positive", "active_disease"]
CURVES = [
    (letter, f"survival.{endpoint}.curve@group={group}")
    for letter, endpoint in (("a", "os"), ("b", "efs"))
    for group in GROUPS
]
ANALYTES = list(
    zip("bcdefgh", ("crp", "il2r", "il6", "il8", "il10", "ferritin", "cart"), strict=True)
)
COURSES = [("a", "kinetics.second_infusion.course"), ("b", "kinetics.peaks.peak")]
FINE = 2e-3
"""What an SVG's coordinates are rounded to, in points; areas are rounded to ten times as much."""


def place(use):
    return float(use.get("x")), float(use.get("y"))


def near(point, *, within=FINE):
    return pytest.approx(point, abs=within)


def columns(listing, *names):
    return list(zip(*(listing.column(name) for name in names), strict=True))


def copied(listing, patients):
    """The listing as if it were of so many patients, all with the first one's values."""
    at = [column.name for column in listing.columns].index("patient")
    rows = [row for row in listing.rows if row[at] == listing.rows[0][at]]
    return replace(
        listing,
        rows=tuple((*row[:at], name, *row[at + 1 :]) for name in patients for row in rows),
        shown=(),
        origins=(listing.origins[0],) * (len(rows) * len(patients)),
    )


def drawn_with(listing, kind, bundled, settings):
    """The one panel that draws a listing, with another listing in its place."""
    chapter = listing.id.partition("@")[0].rpartition(".")[0]
    (item,) = [one for one in settings.figure if one.kind == kind]
    panels = [
        one
        for one in item.panels
        if chapter in (one.course, one.peaks, f"biomarkers.{one.analyte}")
    ]
    results = Results(dict(bundled), {**bundled.listings, listing.id: listing})
    only = item.model_copy(update={"panels": panels})
    (drawing,) = draw(results, settings.model_copy(update={"figure": [only]}))
    return drawing


def assert_everything_is_said(drawing, results):
    """What is drawn at places of the axes is named, and what it is named exists."""
    artists = [
        artist
        for ax in drawing.figure.axes
        for artist in (*ax.lines, *ax.patches, *ax.collections)
        if artist.get_transform().contains_branch(ax.transData)
    ]
    names = [artist.get_gid() or "" for artist in artists]
    assert all(name.startswith("mark:") for name in names)
    assert len(set(names)) == len(names)

    listings, marks = set(), set()
    for element in parsed(drawing).iter():
        if (listing := element.get("data-listing")) is not None:
            listings.add(listing)
            assert 0 <= int(element.get("data-row", "0")) < len(results.listing(listing).rows)
        elif (result := element.get("data-mark")) is not None:
            marks.add(result)
            assert results[result].value is not None
    assert listings == set(drawing.listings)
    assert marks == set(drawing.marks)


@pytest.mark.parametrize("figure", FIGURES)
def test_everything_drawn_from_data_says_what_it_shows(figure, drawings, bundled):
    """Nothing stands on the axes that is not a listing the results know, or one of them."""
    assert_everything_is_said(drawings[figure], bundled)


def test_a_study_without_figures_of_its_own_says_it_too(tiny_results, tiny_snapshot):
    """So do the figures every study gets."""
    for drawing in draw(tiny_results, tiny_snapshot.settings):
        assert_everything_is_said(drawing, tiny_results)


@pytest.mark.parametrize(("letter", "id_"), CURVES)
def test_each_tick_stands_at_the_time_and_height_of_its_row(letter, id_, drawings, panel, bundled):
    """The rows with somebody censored have a tick each, and no other has."""
    ax, listing = panel("figure1", letter), bundled.listing(id_)
    ticks = rows_of(drawings["figure1"], id_, "use")
    rows = columns(listing, "day", "survival", "censored")

    assert list(ticks) == [row for row, (_, _, censored) in enumerate(rows) if censored]
    for row, tick in ticks.items():
        day, survival, _ = rows[row]
        assert place(tick) == near(on_svg(ax, day / DAYS_PER_MONTH, survival))


@pytest.mark.parametrize(("letter", "id_"), CURVES)
def test_each_step_is_found_from_its_fall_to_the_next(letter, id_, drawings, panel, bundled):
    """On the line, down its fall and a finger's width beside it the topmost area is the row's."""
    ax, listing = panel("figure1", letter), bundled.listing(id_)
    areas = {
        row: Path(corners_of(path))
        for row, path in rows_of(drawings["figure1"], id_, "path").items()
    }
    rows = columns(listing, "day", "survival")
    steps = [on_svg(ax, 0, 1), *(on_svg(ax, day / DAYS_PER_MONTH, height) for day, height in rows)]

    def found(x, y):
        return max(
            (row for row, area in areas.items() if area.contains_point((x, y))), default=None
        )

    assert list(areas) == list(range(len(rows)))
    for row, ((before, above), (x, y)) in enumerate(pairwise(steps)):
        until = steps[row + 2][0] if row + 2 < len(steps) else x + 4
        assert found(x + 0.05, y) == row
        assert found(x + 0.4 * (until - x), y) == row
        assert found(x + 0.05, (above + y) / 2) == row
        assert found(x - 0.9 * min(2, (x - before) / 2), (above + y) / 2) == row
        assert found(x + 0.4 * (until - x), y + 3.9) == row
        assert found(x + 0.4 * (until - x), y + 4.1) is None
        if until - x > 12:
            assert found(x + 0.4 * (until - x), y - 3.9) == row
            assert found(x + 0.4 * (until - x), y - 4.1) is None
    assert found(steps[1][0] - 2.1, steps[0][1]) is None


@pytest.mark.parametrize(("letter", "endpoint"), [("a", "os"), ("b", "efs")])
@pytest.mark.parametrize("group", GROUPS)
def test_the_point_on_a_curve_is_its_landmark(letter, endpoint, group, drawings, panel, bundled):
    """It stands at the day and the probability it is an estimate of."""
    id_ = f"survival.{endpoint}.rate@day=730,group={group}"
    area, point = sorted(mark_of(drawings["figure1"], id_), key=lambda one: one.tag)
    expected = on_svg(panel("figure1", letter), 730 / DAYS_PER_MONTH, bundled[id_].value)

    assert place(point) == near(expected)
    assert corners_of(area) == [near(expected, within=10 * FINE)] * 2


@pytest.mark.parametrize(("letter", "analyte"), ANALYTES)
@pytest.mark.parametrize("at", range(2))
def test_each_point_stands_at_the_value_of_its_row(letter, analyte, at, drawings, panel, bundled):
    """Every row is a point once, as high as its value and in its group's place."""
    ax = panel("figure2", letter)
    listing = bundled.listing(f"biomarkers.{analyte}.values@group={GROUPS[at]}")
    points = rows_of(drawings["figure2"], listing.id, "use")

    assert sorted(points) == list(range(len(listing.rows)))
    for row, value in enumerate(listing.column("value")):
        x, y = place(points[row])
        assert y == near(on_svg(ax, at, value)[1])
        assert on_svg(ax, at - 0.5, value)[0] < x < on_svg(ax, at + 0.5, value)[0]


@pytest.mark.parametrize(("letter", "analyte"), ANALYTES)
@pytest.mark.parametrize("at", range(2))
def test_each_part_of_a_box_reaches_what_it_shows(letter, analyte, at, drawings, panel, bundled):
    """Whiskers to the extremes, halves of the box to the quartiles, the bar at the median."""
    ax = panel("figure2", letter)
    heights = {}
    for name in ("min", "q1", "median", "q3", "max"):
        id_ = f"biomarkers.{analyte}.{name}@group={GROUPS[at]}"
        heights[id_] = on_svg(ax, at, bundled[id_].value)[1]
    low, q1, median, q3, high = heights.values()
    between = [(q1, low), (median, q1), (median, median), (q3, median), (high, q3)]

    for id_, (top, bottom) in zip(heights, between, strict=True):
        for path in mark_of(drawings["figure2"], id_):
            across, down = zip(*corners_of(path), strict=True)
            assert (min(down), max(down)) == near((top, bottom), within=10 * FINE)
            middle = on_svg(ax, at, 1)[0]
            assert (min(across) + max(across)) / 2 == near(middle, within=10 * FINE)


@pytest.mark.parametrize("at", range(2))
def test_each_bar_is_as_high_as_the_share_it_shows(at, drawings, panel, bundled):
    """Shares stand on each other from the lowest grade up; a grade nobody has is no mark."""
    ax, bottom = panel("figure2", "a"), 0.0
    for grade in range(5):
        share = bundled[f"safety.crs.percent@group={GROUPS[at]},level={grade}"]
        if not share.value:
            assert share.id not in drawings["figure2"].marks
            continue
        (bar,) = mark_of(drawings["figure2"], share.id)
        across, down = zip(*corners_of(bar), strict=True)
        left, low = on_svg(ax, at - 0.5, bottom)
        right, high = on_svg(ax, at + 0.5, bottom + share.value)
        assert (min(down), max(down)) == near((high, low))
        assert left < min(across) < max(across) < right
        bottom += share.value
    assert bottom == pytest.approx(1)


@pytest.mark.parametrize(("letter", "id_"), COURSES)
def test_each_value_of_a_course_stands_at_its_row(letter, id_, drawings, panel, bundled):
    """At its day and value; zeros at their day on the floor, one patient above another."""
    ax, listing = panel("figure3", letter), bundled.listing(id_)
    points = rows_of(drawings["figure3"], id_, "use")
    rows = columns(listing, listing.key[1], "value")
    lowest = min(value for _, value in rows if value)
    floors = {}

    assert sorted(points) == list(range(len(rows)))
    for row, (x, value) in enumerate(rows):
        across, down = place(points[row])
        assert across == near(on_svg(ax, x, lowest)[0])
        if value:
            assert down == near(on_svg(ax, x, value)[1])
        else:
            assert on_svg(ax, x, lowest)[1] < down < on_svg(ax, x, ax.get_ylim()[0])[1]
            floors.setdefault(x, []).append(down)
    assert all(heights == sorted(heights, reverse=True) for heights in floors.values())


@pytest.mark.parametrize("figure", FIGURES)
def test_each_number_and_each_mark_is_in_a_link_to_it(figure, drawings):
    """The nearest link around it leads to its id; no link stands in another."""
    linked = 0
    for element in parsed(drawings[figure]).iter():
        shown = [element.get(f"data-{name}") for name in ("id", "listing", "mark")]
        around = [unquote(one.get("href")) for one in element.iterancestors(LINK)]
        if any(shown):
            linked += 1
            assert around == [f"#{one}" for one in shown if one]
        elif element.tag == LINK:
            assert around == []
    assert linked > 10


@pytest.mark.parametrize("figure", FIGURES)
def test_the_keyboard_stops_at_each_number_and_once_for_each_listing(figure, drawings):
    """What a listing's link is called can be heard; other marks are for the pointer."""
    links = list(parsed(drawings[figure]).iter(LINK))
    stops = [one for one in links if one.get("tabindex") is None]
    named = [one for one in stops if one.get("aria-label")]
    numbers = [one for one in stops if one not in named]

    assert {(one.get("tabindex"), one.get("aria-hidden")) for one in links if one not in stops} <= {
        ("-1", "true")
    }
    assert sorted(one.get("href") for one in named) == sorted(
        f"#{id_}" for id_ in drawings[figure].listings
    )
    assert [one.get("href") for one in numbers] == [
        f"#{mark}" for _, mark in marked_texts(drawings[figure]) if "." in mark
    ]
    assert all(one.get("class") == "trace" for one in numbers)


def test_a_curve_and_its_ticks_share_a_link(drawings):
    """Of a listing's marks only those that something else comes between have links apart."""
    for _, id_ in CURVES:
        links = [
            one for one in parsed(drawings["figure1"]).iter(LINK) if one.get("href")[1:] == id_
        ]
        assert [len(one) for one in links] == [1, 3]


def test_a_listing_drawn_twice_has_one_stop(bundled, bundled_snapshot):
    """The keyboard passes its second drawing, which leads to the same rows."""
    (item,) = [one for one in bundled_snapshot.settings.figure if one.kind == "course"]
    twice = item.model_copy(update={"panels": item.panels[1:] * 2})
    settings = bundled_snapshot.settings.model_copy(update={"figure": [twice]})
    (drawing,) = draw(bundled, settings)
    links = [one for one in parsed(drawing).iter(LINK) if "marks" in one.get("class")]

    assert len([one for one in links if one.get("tabindex") is None]) == 1
    assert len(links) == 4


def test_a_listings_link_is_called_by_its_panel_and_its_group(drawings):
    """As study.toml names them."""
    names = {
        one.get("href").removeprefix("#"): one.get("aria-label")
        for drawing in drawings.values()
        for one in parsed(drawing).iter(LINK)
        if one.get("aria-label")
    }

    assert names["survival.efs.curve@group=mrd_positive"] == (
        "Event-free survival, MRD-positive: values behind this curve"
    )
    assert names["biomarkers.il6.values@group=active_disease"] == (
        "IL-6, Active disease: values behind these points"
    )
    assert names["kinetics.peaks.peak"] == "Peak after each infusion: values behind these points"


@pytest.mark.parametrize("figure", FIGURES)
def test_what_a_pointer_finds_is_not_seen(figure, drawings):
    """Areas have neither surface nor line, and nothing in the SVG has a style of its own."""
    root = parsed(drawings[figure])
    groups = [one for one in root.iter(f"{SVG}g") if one.get("pointer-events")]

    assert bool(groups) == (figure != "figure3")
    assert {(one.get("fill"), one.get("stroke")) for one in groups} <= {("none", "none")}
    for group in groups:
        for one in group.iterdescendants():
            assert one.get("fill") is one.get("stroke") is None
    assert not [one for one in root.iter() if one.get("style")]


@pytest.mark.parametrize("patients", [ROWS_AT_MOST, ROWS_AT_MOST + 1])
def test_marks_of_a_long_listing_lead_to_the_listing(patients, bundled, bundled_snapshot):
    """Beyond some hundred rows the page would grow by megabytes; the listing is still named."""
    id_ = "biomarkers.crp.values@group=active_disease"
    many = copied(bundled.listing(id_), range(patients))
    drawing = drawn_with(many, "distribution", bundled, bundled_snapshot.settings)
    said = [one for one in parsed(drawing).iter() if one.get("data-listing") == id_]

    assert len(rows_of(drawing, id_, "use")) == (patients if patients == ROWS_AT_MOST else 0)
    assert len(list(said[0].iter(f"{SVG}use"))) == patients
    assert [one.get("href") for one in said[0].iterancestors(LINK)] == [f"#{id_}"]


def test_hostile_names_stay_names(bundled, bundled_snapshot):
    """Quotes, ampersands, per cent signs in ids and labels lead where they should, as text."""
    hostile = "A \"%41\" & 'b' <i>"
    id_ = "kinetics.second_infusion.course"
    settings = bundled_snapshot.settings
    items = [
        one.model_copy(
            update={"panels": [p.model_copy(update={"title": hostile}) for p in one.panels]}
        )
        for one in settings.figure
    ]
    named = settings.model_copy(update={"figure": items})
    drawing = drawn_with(
        copied(bundled.listing(id_), [hostile, hostile[::-1]]), "course", bundled, named
    )
    links = list(parsed(drawing).iter(LINK))
    names = [one.get("aria-label") for one in links if one.get("aria-label")]
    shown = [link[0].get("data-id") or link[0].get("data-listing") for link in links]

    assert names == [f"{hostile}: values behind these points"]
    assert [one for one in shown if hostile.replace("%", "%25") in one]
    assert [unquote(one.get("href")) for one in links] == [f"#{one}" for one in shown]


@pytest.mark.parametrize("figure", FIGURES)
def test_places_are_where_the_numbers_stand(figure, drawings):
    """One for each number, in the order of the SVG, as shares of the drawing from its upper left."""
    drawing = drawings[figure]
    paper = drawing.figure.bbox
    renderer = FigureCanvasAgg(drawing.figure).get_renderer()
    texts = [one for one in drawing.figure.findobj(Text) if (one.get_gid() or "") in drawing.ids]

    assert [one.id for one in drawing.places] == [one.get_gid() for one in texts]
    assert [one.id for one in drawing.places] == [
        mark for _, mark in marked_texts(drawing) if "." in mark
    ]
    for one, text in zip(drawing.places, texts, strict=True):
        with styled(figure):
            box = text.get_window_extent(renderer)
        left, width = one.left * paper.width, one.width * paper.width
        top, height = (1 - one.top) * paper.height, one.height * paper.height
        baseline = text.get_position()[1]
        assert (left, left + width) == pytest.approx((box.x0, box.x1), abs=1.0)
        assert (top - height, top) == pytest.approx(
            (baseline - 0.2 * text.get_fontsize(), baseline + 0.66 * text.get_fontsize())
        )


def test_a_shape_says_its_line_once():
    """What those who use it say differently they still say."""
    root = etree.fromstring(
        f'<svg xmlns="{SVG[1:-1]}"><path id="m" stroke="#111111" stroke-width="1"/>'
        '<use href="#m" fill="#222222" stroke="#111111" stroke-width="2"/></svg>'
    )
    _say_once(root)

    assert dict(root[1].attrib) == {"href": "#m", "fill": "#222222", "stroke-width": "2"}
    assert dict(root[0].attrib) == {"id": "m", "stroke": "#111111", "stroke-width": "1"}
