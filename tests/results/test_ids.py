"""The ids others rely on: design.md, section 3, letter by letter."""

import re

import pytest
from folders import SMALLEST, write_folder
from hypothesis import given
from hypothesis import strategies as st
from strategies import slugs

from carreport.errors import UnknownId
from carreport.results import join_id, split_id

G = "group=mrd_positive"
DISTRIBUTION = ("n", "missing", "mean", "sd", "median", "q1", "q3", "min", "max")
IDS = [
    *(f"survival.os.{f}@day=730,{G}" for f in ("rate", "se", "lower", "upper", "at_risk")),
    *(f"survival.os.{f}@day=730" for f in ("rate", "se", "lower", "upper", "at_risk")),
    *(f"survival.os.{f}@{G}" for f in ("n", "events", "censored")),
    *(f"survival.os.{f}@{G}" for f in ("median", "median_lower", "median_upper")),
    *(f"survival.os.followup_{f}@{G}" for f in ("median", "min", "max")),
    f"survival.os.observed_median@{G}",
    "survival.os.logrank_chi2",
    "survival.os.logrank_p",
    "survival.os.hazard_ratio",
    "survival.os.hazard_ratio_lower",
    "survival.os.hazard_ratio_upper",
    f"survival.rel.incidence@cause=relapse,day=365,{G}",
    f"survival.rel.incidence@cause=death,day=365,{G}",
    "survival.rel.incidence@cause=death,day=365",
    "survival.rel.gray_p@cause=relapse",
    "survival.rel.gray_p@cause=death",
    *(f"baseline.age.{f}@{G}" for f in DISTRIBUTION),
    *(f"baseline.age.{f}" for f in DISTRIBUTION),
    f"baseline.sex.count@{G},level=F",
    f"baseline.sex.percent@{G},level=F",
    f"baseline.sex.missing@{G}",
    *(
        f"safety.ae.{field}@grade={grade},{G},term=fever"
        for grade in ("1", "2", "3", "4", "5", "any", "ge3")
        for field in ("patients", "percent")
    ),
    *(f"biomarkers.crp.{f}@{G}" for f in ("median", "q1", "q3", "min", "max", "n")),
    "biomarkers.crp.mannwhitney_p",
    "biomarkers.crp.mannwhitney_u",
    *(f"response.relapsed.{f}" for f in ("k", "n", "rate", "lower", "upper")),
    *(f"response.age_and_crp.{f}" for f in ("r", "p", "n")),
]


@pytest.mark.parametrize("id_", IDS)
def test_promised_id_exists(id_, tiny_results):
    """Each id of the contract is a result of a study that asks for it."""
    assert tiny_results[id_].id == id_


def test_every_id_has_a_chapter_an_analysis_a_field_and_sorted_keys(tiny_results, bundled):
    """Ids read general to particular, in lower case, keys in alphabetical order."""
    shape = re.compile(r"[a-z]\w*(\.[a-z]\w*){1,2}(@[a-z]\w*=[^,=@]+(,[a-z]\w*=[^,=@]+)*)?")
    for id_ in (*tiny_results, *bundled):
        base, keys = split_id(id_)
        assert shape.fullmatch(id_), id_
        assert list(keys) == sorted(keys), id_
        assert base == base.lower(), id_


def test_ids_are_unique_listing_cells_included(tiny_results, bundled):
    """No two numbers share an id, printed from a table of results or not."""
    for results in (tiny_results, bundled):
        cells = [
            listing.id_of(row, column.name)
            for listing in results.listings.values()
            for row in range(len(listing.rows))
            for column in listing.columns
        ]
        every = [*results, *cells]
        assert len(every) == len(set(every))


@given(
    base=st.lists(slugs(), min_size=2, max_size=3).map(".".join),
    keys=st.dictionaries(slugs(), slugs(), max_size=4),
)
def test_splitting_an_id_inverts_joining_it(base, keys):
    """An id says exactly what it was made from, whatever the order it was given in."""
    id_ = join_id(base, keys)

    assert split_id(id_) == (base, keys)
    assert join_id(*split_id(id_)) == id_
    assert join_id(base, dict(reversed(keys.items()))) == id_


def test_unknown_id_names_the_nearest_ones(tiny_results):
    """A misspelt id is an error that offers the id that was meant."""
    with pytest.raises(UnknownId) as caught:
        tiny_results["survival.os.medain"]

    assert "survival.os.median" in caught.value.near
    assert "did you mean survival.os.median" in str(caught.value)


def test_misspelt_listing_names_the_nearest_ones(tiny_results):
    """The same holds for listed tables of results."""
    with pytest.raises(UnknownId, match=r"did you mean survival\.os\.curve"):
        tiny_results.listing("survival.os.curves")


def test_smallest_study_needs_patients_and_events_only(tmp_path):
    """Without the other three tables their numbers are absent and the rest is there."""
    folder = write_folder(
        tmp_path, study=SMALLEST, infusions=None, adverse_events=None, measurements=None
    )

    results = folder.results()

    assert results["survival.os.n"].value == 12
    assert not [id_ for id_ in results if id_.startswith(("safety.ae", "exposure."))]
    assert "disposition.course.infused" not in results
    assert results["safety.death.died"].value == results["survival.os.events"].value
    assert results["baseline.age.n"].value == 11


def test_a_study_without_groups_has_one(tmp_path):
    """Without [groups] every number is of the whole cohort and nothing is compared."""
    head, _, rest = SMALLEST.partition("[groups]")
    study = head + rest[rest.index("[[endpoint]]") :].replace('groups = ["mrd_positive"]', "")

    results = write_folder(tmp_path, study=study).results()

    assert results["survival.os.rate@day=365"].n == 12
    assert results["safety.ae.patients@grade=any,term=fever"].value == 4
    assert not [id_ for id_ in results if "group=" in id_]
    assert "survival.os.logrank_p" not in results


def test_three_compared_groups_have_a_test_and_no_hazard_ratio(folder):
    """A hazard ratio is of two groups; the log-rank test is of two or more."""
    folder.replace(
        "study.toml",
        '[[groups.level]]\nid = "active_disease"',
        '[[groups.level]]\nid = "none"\nvalue = "None"\nlabel = "None"\n'
        '[[groups.level]]\nid = "active_disease"',
    )
    folder.replace("study.toml", '"active_disease"]', '"active_disease", "none"]')
    for patient in ("P02,2018-02-14,MRD-positive", "P08,2018-03-08,Active"):
        folder.replace("patients.csv", patient, patient.rpartition(",")[0] + ",None")

    results = folder.results()

    assert results["survival.os.logrank_df"].value == 2
    assert "survival.os.hazard_ratio" not in results
    assert "biomarkers.crp.kruskal_p" in results


def test_the_design_s_own_smallest_study_builds(tmp_path):
    """It compares a group it does not declare: the value that is left over stands for it."""
    declared = (
        '[[groups.level]]\nid = "active_disease"\nvalue = "Active"\nlabel = "Active disease"\n'
    )
    assert declared in SMALLEST
    (tmp_path / "whole").mkdir()
    (tmp_path / "short").mkdir()
    whole = write_folder(tmp_path / "whole", study=SMALLEST)
    short = write_folder(tmp_path / "short", study=SMALLEST.replace(declared, ""))

    ours, theirs = short.results(), whole.results()

    assert set(ours) - {"study.data.digest"} == set(theirs) - {"study.data.digest"}
    id_ = "survival.os.rate@day=365,group=active_disease"
    assert ours[id_].value == theirs[id_].value
    assert ours["survival.os.hazard_ratio"].value == theirs["survival.os.hazard_ratio"].value
    assert any("active_disease" in notice for notice in short.snapshot().notices)
