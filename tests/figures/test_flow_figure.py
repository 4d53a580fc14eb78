"""Boxes of counts, enrolment, incidence and measurements: what is drawn is what is listed."""

import datetime as dt

import pytest
from figures.many import drawn, many
from figures.marks import corners_of, lines_of, marked_texts, rows_of, steps_of
from matplotlib.patches import Rectangle

from carreport.figures.placing import apart
from carreport.figures.sampled import courses
from carreport.units import DAYS_PER_MONTH


@pytest.fixture(scope="module")
def figures(interim):
    """The bundled study's interim figures."""
    return interim


def axes_of(figure, letter):
    return next(ax for ax in figure.figure.axes if ax.get_label() == letter)


GROUPS = ["below_threshold", "mrd_positive", "active_disease"]


def test_flow_prints_the_disposition_of_every_group(figures, bundled):
    """From entry to death, each number by its id, the events of every endpoint between."""
    names = ["disposition.enrolled.n", "disposition.course.infused", "disposition.course.reinfused",
             "survival.os.events", "survival.efs.events", "survival.relapse.events",
             "disposition.course.alive", "disposition.course.died"]  # fmt: skip
    wanted = {f"{name}@group={group}" for name in names for group in GROUPS}
    printed = set(figures["interim_flow"].ids)

    assert printed == wanted | {"disposition.enrolled.n", "study.cutoff.date"}
    assert "Died 3." in figures["interim_flow"].alt
    assert bundled["disposition.course.died@group=mrd_positive"].value == 3


def test_flow_without_groups_is_one_column(tmp_path):
    """Everybody, then what became of them; not infused where nobody says so."""
    flow = drawn(many(tmp_path, 6))["interim_flow"]

    assert not [id_ for id_ in flow.ids if "group=" in id_ or "infus" in id_]
    assert {"disposition.enrolled.n", "survival.os.events", "disposition.course.died"} <= set(
        flow.ids
    )


def test_flow_counts_who_has_not_been_infused_yet(folder):
    """A line that stands where there is somebody."""
    without = drawn(folder)["interim_flow"]
    folder.write(
        "infusions.csv", folder.text("infusions.csv").replace("P12,1,2019-02-07,2.4\n", "")
    )
    waiting = drawn(folder)["interim_flow"]

    assert "Not infused yet" not in without.alt
    assert "Not infused yet 1" in waiting.alt


@pytest.mark.parametrize("groups", [1, 2, 5, 6, 13])
def test_boxes_of_any_number_of_groups_lie_on_the_paper_apart(groups, tmp_path):
    """No box touches another or leaves the paper."""
    flow = drawn(many(tmp_path, 14, labels=[f"Group {i}" for i in range(groups)]))["interim_flow"]
    boxes = [one.get_bbox() for one in flow.figure.findobj(Rectangle) if one.get_width() > 20
             and one.get_edgecolor()[3]]  # fmt: skip
    boxes = [one for one in boxes if one.width < flow.figure.bbox.width - 1]
    wide, high = flow.figure.get_size_inches() * 72

    assert len(boxes) >= 1 + 3 * groups
    for i, box in enumerate(boxes):
        assert 0 <= box.x0 < box.x1 <= wide
        assert 0 <= box.y0 < box.y1 <= high
        assert not [other for other in boxes[:i] if box.overlaps(other)]


def test_enrolment_steps_up_on_every_listed_day(figures, bundled):
    """From nobody on the first day to everybody on the cutoff."""
    (ax,) = figures["interim_enrolment"].figure.axes
    for id_ in ("disposition.starts", "disposition.starts@group=mrd_positive"):
        listing = bundled.listing(id_)
        (line,) = lines_of(ax, id_)
        x, y = line.get_data()
        days = [dt.date.fromisoformat(one).toordinal() for one in listing.column("date")]
        assert list(x) == [days[0], *days, dt.date(2020, 8, 19).toordinal()]
        assert list(y) == [0, *listing.column("cumulative"), listing.column("cumulative")[-1]]


@pytest.mark.parametrize(
    ("figure", "id_"),
    [("interim_enrolment", "disposition.starts"),
     ("interim_incidence_curves", "survival.relapse.incidence_curve@group=active_disease")],
)  # fmt: skip
def test_every_step_up_is_found_by_its_row(figure, id_, figures, bundled):
    """An unseen outline about each step, which the pointer finds, names the listing's row."""
    listing = bundled.listing(id_)
    found = rows_of(figures[figure], id_, "path")

    assert set(found) == set(range(len(listing.rows)))
    for row in (0, len(listing.rows) - 1):
        across, up = zip(*corners_of(found[row]), strict=True)
        assert max(across) - min(across) >= 4
        assert max(up) - min(up) >= 4


def test_enrolment_ticks_are_first_days_of_months(figures):
    """The axis is a calendar."""
    (ax,) = figures["interim_enrolment"].figure.axes
    days = [dt.date.fromordinal(int(at)) for at in ax.get_xticks()]

    assert all(day.day == 1 for day in days)
    assert [one.get_text() for one in ax.get_xticklabels()][:2] == ["Jul 2018", "Jan 2019"]


@pytest.mark.parametrize(
    ("places", "moved"),
    [([], []), ([5.0], [5.0]), ([0.0, 0.0], [-1.5, 1.5]), ([0.0, 1.0, 2.0], [-2.0, 1.0, 4.0]),
     ([0.0, 10.0, 11.0], [0.0, 9.0, 12.0]), ([0.0, 2.0, 4.0, 20.0], [-1.0, 2.0, 5.0, 20.0])],
)  # fmt: skip
def test_places_are_moved_apart_about_where_they_were(places, moved):
    """Three apart, each cluster about its own middle."""
    assert apart(places, 3.0) == pytest.approx(moved)


@pytest.mark.parametrize(("letter", "cause"), [("a", "relapse"), ("b", "death")])
@pytest.mark.parametrize("group", ["mrd_positive", "active_disease"])
def test_incidence_rises_through_every_listed_time(letter, cause, group, figures, bundled):
    """From zero at time zero, one vertex per row of that cause."""
    listing = bundled.listing(f"survival.relapse.incidence_curve@group={group}")
    parts = steps_of(axes_of(figures["interim_incidence_curves"], letter), listing.id)
    drawn_ = [point for part in parts for point in zip(*part.get_data(), strict=True)]
    drawn_ = list(dict.fromkeys((float(x), float(y)) for x, y in drawn_))
    rows = zip(*(listing.column(one) for one in ("cause", "day", "incidence")), strict=True)

    assert drawn_ == [(0.0, 0.0), *((day / DAYS_PER_MONTH, y) for c, day, y in rows if c == cause)]


def test_incidence_marks_name_rows_of_their_cause(figures, bundled):
    """The competing cause's rows come after those of the event."""
    listing = bundled.listing("survival.relapse.incidence_curve@group=mrd_positive")
    causes = listing.column("cause")
    figure = figures["interim_incidence_curves"]
    for letter, cause in (("a", "relapse"), ("b", "death")):
        (ticks,) = [
            one for one in lines_of(axes_of(figure, letter), listing.id) if one.get_marker() == "|"
        ]
        days = [x * DAYS_PER_MONTH for x in ticks.get_xdata()]
        listed = [
            day
            for c, day, censored in zip(
                causes, listing.column("day"), listing.column("censored"), strict=True
            )
            if c == cause and censored
        ]
        assert days == pytest.approx(listed)


def test_incidence_prints_gray_and_the_landmark(figures, bundled):
    """Gray's p of each cause, and the estimates at the last landmark."""
    ids = set(figures["interim_incidence_curves"].ids)

    assert {f"survival.relapse.gray_p@cause={one}" for one in ("relapse", "death")} <= ids
    assert "survival.relapse.incidence@cause=relapse,day=730,group=mrd_positive" in ids
    assert (
        bundled["survival.relapse.gray_p@cause=relapse"].display
        in figures["interim_incidence_curves"].alt
    )


def test_panels_are_analytes_by_infusion(figures, bundled, bundled_snapshot):
    """Seven after the first infusion; after later ones where two or more patients were followed."""
    names = [one.id for one in bundled_snapshot.settings.analyte]
    found = [
        (one.analyte.analyte, one.infusion)
        for one in courses(names, bundled, bundled_snapshot.settings)
    ]

    assert found[:3] == [("CRP", 1), ("IL-2R", 1), ("IL-6", 1)]
    assert found[-3:] == [("CAR-T", 1), ("CAR-T", 2), ("CAR-T", 3)]
    assert len(figures["interim_kinetics"].figure.axes) == len(found) == 9


def test_medians_pass_through_the_listed_days(figures, bundled):
    """On days on which three or more patients of the group have a value."""
    listing = bundled.listing("biomarkers.crp.by_day@group=mrd_positive")
    (line,) = lines_of(axes_of(figures["interim_kinetics"], "a"), listing.id)
    rows = zip(*(listing.column(one) for one in ("infusion", "day", "n", "median")), strict=True)

    assert list(zip(*line.get_data(), strict=True)) == [
        (day, median) for infusion, day, n, median in rows if infusion == 1 and n >= 3
    ]


def test_every_value_of_every_patient_is_a_point(figures, bundled):
    """Also those of zero, which are hollow and stand under the axis' break."""
    listing = bundled.listing("biomarkers.cart.course")
    points = [
        line for line in lines_of(axes_of(figures["interim_kinetics"], "g"), listing.id)
        if line.get_linestyle() == "None"
    ]  # fmt: skip
    days = sorted(float(x) for line in points for x in line.get_xdata())
    rows = list(
        zip(listing.column("infusion"), listing.column("day"), listing.column("value"), strict=True)
    )
    hollow = [line for line in points if line.get_markerfacecolor() == "#ffffff"]

    assert days == sorted(day for infusion, day, _ in rows if infusion == 1)
    assert sum(len(line.get_xdata()) for line in hollow) == sum(
        infusion == 1 and value == 0 for infusion, _, value in rows
    )
    assert "Hollow: zero." in " ".join(
        text for text, _ in marked_texts(figures["interim_kinetics"])
    )
