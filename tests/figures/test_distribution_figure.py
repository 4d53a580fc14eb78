"""Stacked grades and points over boxes: everybody is there, once."""

from dataclasses import replace

import pytest
from figures.marks import lines_of, marked_texts
from matplotlib.patches import Rectangle

from carreport.figures.groups import Group, size_of

ANALYTES = dict(
    zip("bcdefgh", ("crp", "il2r", "il6", "il8", "il10", "ferritin", "cart"), strict=True)
)
GROUPS = ["mrd_positive", "active_disease"]


def segments(ax):
    bars = [bar for container in ax.containers for bar in container if isinstance(bar, Rectangle)]
    return {
        at: [bar for bar in bars if round(bar.get_x() + bar.get_width() / 2) == at] for at in (0, 1)
    }


def test_stacked_grades_fill_each_bar_once(panel):
    """The shares of a group's grades stand on each other and add up to one."""
    for stack in segments(panel("figure2", "a")).values():
        ends = [bar.get_y() + bar.get_height() for bar in stack]
        assert [bar.get_y() for bar in stack] == pytest.approx([0, *ends[:-1]])
        assert ends[-1] == pytest.approx(1)


def test_segment_heights_are_the_percentages(panel, bundled):
    """A grade nobody has is left out; every other is as high as its share."""
    for at, group in enumerate(GROUPS):
        shares = [
            bundled[f"safety.crs.percent@group={group},level={grade}"].value for grade in range(5)
        ]
        heights = [bar.get_height() for bar in segments(panel("figure2", "a"))[at]]
        assert heights == pytest.approx([share for share in shares if share])


def test_counts_are_written_into_the_segments(drawings, bundled):
    """Each drawn grade shows its count; counts add up to the group's n below the bar."""
    printed = {mark: text for text, mark in marked_texts(drawings["figure2"])}
    for group in GROUPS:
        counts = [
            int(text)
            for mark, text in printed.items()
            if mark.startswith(f"safety.crs.count@group={group},")
        ]
        assert 0 not in counts
        assert sum(counts) == bundled[f"safety.crs.n@group={group}"].value
        assert printed[f"disposition.enrolled.n@group={group}"] == str(sum(counts))


@pytest.mark.parametrize(("counted", "printed"), [(14, "disposition.enrolled"), (3, "safety.crs")])
def test_size_of_a_group_has_one_id_wherever_it_is_everybody(counted, printed, bundled):
    """The number enrolled where the analysis counts as many, otherwise the analysis's own."""
    group = Group("mrd_positive", "MRD-positive", "#000000", "o")
    both = [bundled[group.key(f"{base}.n")] for base in ("disposition.enrolled", "safety.crs")]
    results = {both[0].id: both[0], both[1].id: replace(both[1], value=counted)}

    assert size_of(group, "safety.crs", results).id == group.key(f"{printed}.n")


@pytest.mark.parametrize(("letter", "analyte"), ANALYTES.items())
def test_every_patient_is_a_point_at_their_value(letter, analyte, panel, bundled):
    """One point per row of the listing, at its value, in the group's own place."""
    for at, group in enumerate(GROUPS):
        listing = bundled.listing(f"biomarkers.{analyte}.values@group={group}")
        (points,) = lines_of(panel("figure2", letter), listing.id)

        assert list(points.get_ydata()) == list(listing.column("value"))
        assert all(abs(x - at) < 0.5 for x in points.get_xdata())


@pytest.mark.parametrize(("letter", "analyte"), ANALYTES.items())
def test_no_point_hides_another(letter, analyte, panel):
    """Points of one group stand at least nearly their own width apart."""
    ax = panel("figure2", letter)
    for group in GROUPS:
        (points,) = lines_of(ax, f"biomarkers.{analyte}.values@group={group}")
        places = ax.transData.transform(points.get_xydata())
        size = points.get_markersize()
        for i, (x, y) in enumerate(places):
            for other_x, other_y in places[:i]:
                assert (x - other_x) ** 2 + (y - other_y) ** 2 >= (0.95 * size) ** 2


@pytest.mark.parametrize(("letter", "analyte"), ANALYTES.items())
def test_box_and_median_are_the_results(letter, analyte, panel, bundled):
    """The box reaches from the first to the third quartile, its line is the median."""
    ax = panel("figure2", letter)
    for at, group in enumerate(GROUPS):
        of = {
            name: bundled[f"biomarkers.{analyte}.{name}@group={group}"].value
            for name in ("q1", "median", "q3")
        }
        (box,) = segments(ax)[at]
        heights = [
            y for lines in ax.collections for path in lines.get_paths() for _, y in path.vertices
        ]

        assert box.get_y() == pytest.approx(of["q1"])
        assert box.get_y() + box.get_height() == pytest.approx(of["q3"])
        assert of["median"] in heights


def test_logarithmic_axes_are_labelled_in_plain_numbers(panel):
    """1,000, not a power of ten."""
    labels = [label.get_text() for label in panel("figure2", "c").get_yticklabels()]

    assert panel("figure2", "c").get_yscale() == "log"
    assert "1,000" in labels
