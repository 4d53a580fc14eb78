"""Courses and peaks: each patient a line with a name, zeros shown."""

from dataclasses import replace
from itertools import pairwise

import pytest
from figures.marks import lines_of, marked_texts

from carreport.figures import draw
from carreport.figures.scales import scale
from carreport.results import Results


def rows(listing, patient):
    names = listing.column("patient")
    x = listing.column("day" if "day" in listing.key else "infusion")
    return sorted(
        (x[i], listing.column("value")[i]) for i, name in enumerate(names) if name == patient
    )


@pytest.mark.parametrize(
    ("letter", "id_"), [("a", "kinetics.second_infusion.course"), ("b", "kinetics.peaks.peak")]
)
def test_every_value_is_a_mark(letter, id_, panel, bundled):
    """Every row of the listing is drawn: positive values in their place, zeros below the break."""
    ax, listing = panel("figure3", letter), bundled.listing(id_)
    drawn = [tuple(map(float, point)) for one in lines_of(ax, id_) for point in one.get_xydata()]
    lowest = min(value for value in listing.column("value") if value)

    listed = list(zip(listing.column(listing.key[1]), listing.column("value"), strict=True))
    positive = sorted((x, y) for x, y in listed if y)
    assert len(drawn) == len(listed)
    assert sorted(point for point in drawn if point[1] >= 0.999 * lowest) == [
        (pytest.approx(x), pytest.approx(y)) for x, y in positive
    ]
    assert sorted(x for x, y in drawn if y < 0.999 * lowest) == sorted(
        x for x, y in listed if not y
    )


def test_lines_join_one_patients_values_in_order(panel, bundled):
    """The pieces of a line go from each infusion to the next of the same patient."""
    ax, listing = panel("figure3", "b"), bundled.listing("kinetics.peaks.peak")
    pieces = {
        tuple((round(float(x), 6), round(float(y), 6)) for x, y in piece)
        for lines in ax.collections
        for run in lines.get_segments()
        for piece in pairwise(run)
    }
    patients = dict.fromkeys(listing.column("patient"))

    assert pieces == {pair for patient in patients for pair in pairwise(rows(listing, patient))}


def test_every_patient_is_named_in_both_panels(drawings):
    """Each line carries its patient's name, which is a cell of the listing."""
    printed = marked_texts(drawings["figure3"])
    for id_ in ("kinetics.second_infusion.course.patient@", "kinetics.peaks.peak.patient@"):
        names = [text for text, mark in printed if mark.startswith(id_)]
        assert names == ["2", "3", "4", "7", "9"]
    assert [text for text, mark in printed if not mark].count("Patient") == 10


def test_patients_at_zero_do_not_hide_each_other(panel):
    """On the same day at zero, each patient has a height of their own below the break."""
    ax = panel("figure3", "a")
    hollow = [
        tuple(map(float, point))
        for one in lines_of(ax, "kinetics.second_infusion.course")
        if one.get_markerfacecolor() == "#ffffff"
        for point in one.get_xydata()
    ]

    assert len(set(hollow)) == len(hollow) > 10


def test_zero_stands_below_every_positive_value_of_a_logarithmic_axis():
    """Zeros have a tick of their own under the smallest value; without zeros there is none."""
    with_zero = scale([0.0, 0.1, 30.0], logarithmic=True)

    assert with_zero.place(0.0) < 0.1 == with_zero.place(0.1)
    assert scale([0.1, 30.0], logarithmic=True).zero is None


def test_axis_is_linear_where_a_value_is_negative():
    """A logarithm of a negative number would have to be left out; nothing is left out."""
    chosen = scale([-2.0, 5.0], logarithmic=True)

    assert not chosen.logarithmic
    assert chosen.low <= -2.0
    assert chosen.high >= 5.0


@pytest.mark.parametrize(("patients", "named"), [(40, 40), (300, 0)])
def test_more_names_than_can_be_read_are_left_out(patients, named, bundled, bundled_snapshot):
    """Every value of every patient is a mark; names stand there as long as there is room."""
    id_ = "kinetics.second_infusion.course"
    listing = bundled.listing(id_)
    at = [column.name for column in listing.columns].index("patient")
    (first, *_) = listing.column("patient")
    rows_of_one = [i for i, row in enumerate(listing.rows) if row[at] == first]
    copies = [(i, f"P{n}") for n in range(patients) for i in rows_of_one]
    many = replace(
        listing,
        rows=tuple((*listing.rows[i][:at], name, *listing.rows[i][at + 1 :]) for i, name in copies),
        shown=tuple(listing.shown[i] for i, _ in copies) if listing.shown else (),
        origins=tuple(listing.origins[i] for i, _ in copies),
    )
    results = Results(dict(bundled), {id_: many})
    settings = bundled_snapshot.settings
    (item,) = [one for one in settings.figure if one.kind == "course"]
    only = item.model_copy(update={"panels": item.panels[:1]})
    (drawn,) = draw(results, settings.model_copy(update={"figure": [only]}))

    marks = [one for ax in drawn.figure.axes for one in lines_of(ax, id_)]
    assert sum(len(one.get_xdata()) for one in marks) == len(many.rows)
    assert len(drawn.ids) == named
