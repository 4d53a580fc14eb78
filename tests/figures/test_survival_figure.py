"""Kaplan-Meier curves: what is drawn is what is listed."""

from itertools import combinations

import pytest
from figures.marks import is_of, lines_of, marked_texts, steps_of
from folders import SMALLEST, write_folder
from matplotlib.backends.backend_agg import FigureCanvasAgg

from carreport.figures import draw
from carreport.units import DAYS_PER_MONTH

PANELS = [("a", "os"), ("b", "efs")]
GROUPS = ["mrd_positive", "active_disease"]
CASES = [(letter, endpoint, group) for letter, endpoint in PANELS for group in GROUPS]


def curve_id(endpoint, group):
    return f"survival.{endpoint}.curve@group={group}"


@pytest.mark.parametrize(("letter", "endpoint", "group"), CASES)
def test_curve_passes_through_every_listed_time(letter, endpoint, group, panel, bundled):
    """From 1 at time zero, one vertex per row of the listing, in months."""
    listing = bundled.listing(curve_id(endpoint, group))
    parts = steps_of(panel("figure1", letter), listing.id)

    drawn = [point for part in parts for point in zip(*part.get_data(), strict=True)]
    drawn = list(dict.fromkeys((float(x), float(y)) for x, y in drawn))

    days = [float(day) / DAYS_PER_MONTH for day in listing.column("day")]
    assert drawn == [(0.0, 1.0), *zip(days, listing.column("survival"), strict=True)]


@pytest.mark.parametrize(("letter", "endpoint", "group"), CASES)
def test_curve_is_dashed_from_where_few_are_at_risk(
    letter, endpoint, group, panel, bundled, bundled_snapshot
):
    """Solid as long as enough patients are at risk, dashed after the time that leaves fewer."""
    few = bundled_snapshot.settings.study.few_at_risk
    listing = bundled.listing(curve_id(endpoint, group))
    solid, dashed = steps_of(panel("figure1", letter), listing.id)

    at_risk = dict(zip(listing.column("day"), listing.column("at_risk"), strict=True))
    begins = dashed.get_xdata()[0] * DAYS_PER_MONTH

    assert (solid.get_linestyle(), dashed.get_linestyle()) == ("-", "--")
    assert solid.get_xdata()[-1] == dashed.get_xdata()[0]
    assert all((n >= few) == (day <= begins + 1e-6) for day, n in at_risk.items())


@pytest.mark.parametrize(("letter", "endpoint", "group"), CASES)
def test_every_time_with_a_censored_patient_has_a_tick(letter, endpoint, group, panel, bundled):
    """One tick per row with somebody censored, on the curve."""
    listing = bundled.listing(curve_id(endpoint, group))
    (ticks,) = [
        one for one in lines_of(panel("figure1", letter), listing.id) if one.get_marker() == "|"
    ]

    rows = zip(*(listing.column(n) for n in ("day", "survival", "censored")), strict=True)
    expected = [(day / DAYS_PER_MONTH, height) for day, height, censored in rows if censored]
    assert list(zip(*ticks.get_data(), strict=True)) == expected


@pytest.mark.parametrize(("letter", "endpoint"), PANELS)
def test_risk_table_prints_the_listing_and_adds_up(letter, endpoint, panel, bundled, drawings):
    """Under every tick, at risk, censored and events of a group add up to the group."""
    months = [label.get_text() for label in panel("figure1", letter).get_xticklabels()]
    printed = {mark: text for text, mark in marked_texts(drawings["figure1"])}
    cells = bundled.listing(f"survival.{endpoint}.risk")

    assert months[0] == "0"
    assert set(months) <= set(cells.column("month"))
    for group in GROUPS:
        n = bundled[f"survival.{endpoint}.n@group={group}"].value
        for month in months:
            ids = [
                f"{cells.id}.{column}@group={group},month={month}"
                for column in ("at_risk", "censored", "events")
            ]
            assert [printed[id_] for id_ in ids] == [bundled[id_].display for id_ in ids]
            assert sum(int(printed[id_]) for id_ in ids) == n


def test_risk_table_stands_under_its_ticks(drawings, panel):
    """A number of the table is centred on the tick of its month."""
    renderer = FigureCanvasAgg(drawings["figure1"].figure).get_renderer()
    for letter, endpoint in PANELS:
        ax = panel("figure1", letter)
        cells = [
            text
            for text in drawings["figure1"].figure.get_children()
            if (text.get_gid() or "").startswith(f"survival.{endpoint}.risk.at_risk@")
        ]
        assert len(cells) == len(GROUPS) * len(ax.get_xticks())
        for text in cells:
            month = int(text.get_gid().rpartition("month=")[2])
            box = text.get_window_extent(renderer)
            tick = ax.transData.transform((month, 0))[0]
            assert (box.x0 + box.x1) / 2 == pytest.approx(tick, abs=0.6)


def test_panels_share_their_axes(panel):
    """Curves that are compared have the same range."""
    first, second = panel("figure1", "a"), panel("figure1", "b")

    assert (first.get_xlim(), first.get_ylim()) == (second.get_xlim(), second.get_ylim())


def test_tests_and_last_landmark_are_printed(drawings):
    """Log-rank p, hazard ratio with limits, and both groups' estimates at the last landmark."""
    for endpoint in ("os", "efs"):
        expected = {
            f"survival.{endpoint}.{name}"
            for name in (
                "logrank_p",
                "hazard_ratio",
                "hazard_ratio_lower",
                "hazard_ratio_upper",
                "hazard_ratio_level",
                *(f"rate@day=730,group={group}" for group in GROUPS),
            )
        }
        assert expected <= set(drawings["figure1"].ids)


def test_band_lies_between_the_limits(panel, bundled):
    """The pale band reaches from the lower to the upper limit of every listed time."""
    listing = bundled.listing(curve_id("os", "mrd_positive"))
    (band,) = [one for one in panel("figure1", "a").collections if is_of(one, listing.id)]
    heights = {round(float(y), 9) for path in band.get_paths() for _, y in path.vertices}

    limits = {*listing.column("lower"), *listing.column("upper"), 1.0}
    assert heights == {round(float(limit), 9) for limit in limits}


def test_estimates_of_curves_that_end_together_stand_apart(tmp_path):
    """Two, three or seven groups nobody of whom died: each number is to be read, inside the axes."""
    for number in (2, 3, 7):
        ids = [f"group_{one}" for one in range(number)]
        levels = "".join(
            f'[[groups.level]]\nid = "{one}"\nvalue = "{one}"\nlabel = "{one}"\n' for one in ids
        )
        start = SMALLEST.index("[groups]")
        endpoint = (
            '[[endpoint]]\nid = "os"\nlabel = "Survival"\nevents = ["death"]\nlandmarks = [365]\n'
        )
        study = f'{SMALLEST[:start]}[groups]\ncolumn = "cohort"\n{levels}{endpoint}'
        rows = [f"P{one},2018-01-10,{ids[one % number]}" for one in range(3 * number)]
        ends = [f"P{one},last_contact,2020-01-10," for one in range(3 * number)]
        folder = write_folder(
            tmp_path / str(number),
            study=study,
            patients="\n".join(["patient_id,start_date,cohort", *rows]) + "\n",
            events="\n".join(["patient_id,event,date,detail", *ends]) + "\n",
            infusions=None, adverse_events=None, measurements=None,
        )  # fmt: skip
        drawing = next(
            one
            for one in draw(folder.results(), folder.snapshot().settings, ["interim"])
            if one.id == "interim_survival"
        )
        places = [one for one in drawing.places if ".rate@" in one.id]

        assert len(places) == number
        for one, other in combinations(places, 2):
            across = one.left < other.left + other.width and other.left < one.left + one.width
            down = one.top < other.top + other.height and other.top < one.top + one.height
            assert not (across and down)
