"""Lanes of patients: what is drawn is what is listed."""

import itertools

import numpy as np
import pytest
from figures.many import drawn, many
from figures.marks import is_of, lines_of, marked_texts, rows_of
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex

from carreport.figures.swimmer import DEATH, INFUSION, looks

LANES, EVENTS, INFUSIONS = (
    "disposition.lanes",
    "disposition.lane_events",
    "disposition.lane_infusions",
)


@pytest.fixture(scope="module")
def swimmer(interim):
    """The bundled study's lanes."""
    return interim["interim_swimmer"]


def bars_of(ax):
    """Length of each lane by its height, from above."""
    found = {}
    for one in ax.collections:
        if isinstance(one, LineCollection) and is_of(one, LANES):
            for (begin, height), (end, _) in one.get_segments():
                assert begin == 0
                found[float(height)] = float(end)
    return dict(sorted(found.items()))


def test_every_patient_has_a_lane_of_the_listed_length(swimmer, bundled):
    """By group in their order, the longest on top."""
    (ax,) = swimmer.figure.axes
    listing = bundled.listing(LANES)
    order = {"below_threshold": 0, "mrd_positive": 1, "active_disease": 2}
    rows = sorted(zip(listing.column("group"), listing.column("days"), strict=True),
                  key=lambda one: (order[one[0]], -one[1]))  # fmt: skip

    assert list(bars_of(ax).values()) == [days for _, days in rows]


def test_names_stand_by_their_lanes_in_that_order(swimmer, bundled):
    """All 47, each the listing's own cell."""
    named = [text for text, mark in marked_texts(swimmer) if mark.startswith(f"{LANES}.patient@")]
    listing = bundled.listing(LANES)
    days = dict(zip(listing.column("patient"), listing.column("days"), strict=True))

    assert sorted(named) == sorted(map(str, listing.column("patient")))
    assert len(named) == 47
    assert named[4] == "10"
    assert [days[one] for one in named[4:18]] == sorted(
        (days[one] for one in named[4:18]), reverse=True
    )


def test_every_event_is_a_mark_near_its_day(swimmer, bundled):
    """Moved aside by no more than marks are wide; every row of the listing once."""
    (ax,) = swimmer.figure.axes
    listing = bundled.listing(EVENTS)
    marks = lines_of(ax, EVENTS)
    found = sorted(float(x) for line in marks for x in line.get_xdata())
    wide = (
        marks[0].get_markersize()
        * ax.get_xlim()[1]
        / (ax.get_position().width * swimmer.width_mm * 72 / 25.4)
    )

    assert set(rows_of(swimmer, EVENTS, "use")) == set(range(len(listing.rows)))
    assert found == pytest.approx(sorted(listing.column("days")), abs=3 * wide)


def test_infusions_and_ends_are_marked(swimmer, bundled):
    """55 infusions, an arrow for everybody alive, a cross for the dead."""
    (ax,) = swimmer.figure.axes
    arrows = [line for line in lines_of(ax, LANES) if line.get_marker() == ">"]
    dead = [line for line in lines_of(ax, EVENTS) if line.get_marker() == DEATH.marker]

    assert len(rows_of(swimmer, INFUSIONS, "use")) == len(bundled.listing(INFUSIONS).rows)
    assert (
        sum(len(line.get_xdata()) for line in arrows) == bundled["disposition.course.alive"].value
    )
    assert sum(len(line.get_xdata()) for line in dead) == bundled["disposition.course.died"].value


def test_marks_differ_by_shape_and_fill_alone(bundled_snapshot):
    """In black and white no two kinds look alike: each has a shape, or a filled and a hollow one."""
    settings = bundled_snapshot.settings
    (item,) = [one for one in settings.figure if one.kind == "swimmer"]
    seen = [*looks(settings, item).values(), INFUSION]
    plain = {(one.marker, to_hex(one.face) == "#ffffff") for one in seen}

    assert len(plain) == len(seen)


def test_marks_of_one_lane_do_not_cover_each_other(swimmer, bundled):
    """A relapse and a death within days stand side by side."""
    (ax,) = swimmer.figure.axes
    points = [
        (round(y, 3), float(x), line.get_markersize())
        for line in lines_of(ax, EVENTS)
        for x, y in zip(*line.get_data(), strict=True)
    ]
    to_points = ax.get_position().width * swimmer.width_mm * 72 / 25.4 / ax.get_xlim()[1]
    for (y, x, size), (other, right, _) in itertools.pairwise(sorted(points)):
        assert y != other or (right - x) * to_points > 0.6 * size
    assert bundled.listing(EVENTS).rows


def test_the_legend_counts_patients(swimmer, bundled):
    """Each kind that is drawn with its patients, as listed."""
    kinds = bundled.listing("disposition.lane_kinds")
    printed = {mark: text for text, mark in marked_texts(swimmer)}

    for row in range(len(kinds.rows)):
        assert printed[kinds.id_of(row, "label")] == kinds.cell(row, "label").display
        assert printed[kinds.id_of(row, "patients")] == kinds.cell(row, "patients").display


@pytest.mark.parametrize(("patients", "columns", "named"), [(12, 1, 12), (70, 2, 70), (300, 2, 0)])
def test_many_lanes_stand_in_two_columns_then_without_names(patients, columns, named, tmp_path):
    """Nobody is left out, whatever the number."""
    swimmer = drawn(many(tmp_path, patients, labels=["One", "Two"]))["interim_swimmer"]
    lanes = [one for ax in swimmer.figure.axes for one in bars_of(ax)]
    names = [mark for _, mark in marked_texts(swimmer) if mark.startswith(f"{LANES}.patient@")]

    assert len(swimmer.figure.axes) == columns
    assert len(lanes) == patients
    assert len(names) == named
    assert ("too many lanes" in swimmer.alt) == (named == 0)
    assert len(rows_of(swimmer, LANES, "path")) == patients


def test_lanes_without_groups_have_no_headings(tmp_path):
    """The longest of all on top."""
    swimmer = drawn(many(tmp_path, 9))["interim_swimmer"]
    (ax,) = swimmer.figure.axes
    lengths = list(bars_of(ax).values())

    assert lengths == sorted(lengths, reverse=True) == [7 * i for i in range(9, 0, -1)]
    assert "by group" not in swimmer.alt
    assert not [mark for _, mark in marked_texts(swimmer) if "enrolled" in mark]


def test_names_too_long_to_stand_before_a_lane_are_left_out(tmp_path):
    """The lanes keep their room; the others' names stand."""
    folder = many(tmp_path, 3)
    for file in ("patients.csv", "events.csv"):
        folder.write(file, folder.text(file).replace("N002", "N002" * 40))
    swimmer = drawn(folder)["interim_swimmer"]
    names = [text for text, mark in marked_texts(swimmer) if mark.startswith(f"{LANES}.patient@")]

    assert sorted(names) == ["N001", "N003"]
    assert np.ptp(swimmer.figure.axes[0].get_position().get_points()[:, 0]) > 0.5
