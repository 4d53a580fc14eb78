"""The bundled paper: every claim, its verdict, and why."""

import re
from collections import Counter
from itertools import pairwise

import pytest

from carreport.audit import audit, foremost, read_claims
from carreport.study.origins import Origin


@pytest.fixture(scope="module")
def verdicts(bundled_folder, bundled_snapshot, bundled):
    """The verdicts on the bundled paper, by claim."""
    told = audit(bundled_folder.path, bundled_snapshot, bundled).verdicts
    return {one.claim.claim_id: one for one in told}


def test_every_expected_verdict_comes_out(verdicts):
    """The claims file says what is expected; a change of data or code shows here."""
    expected = {id_: one.claim.expected for id_, one in verdicts.items()}

    assert {id_: one.verdict for id_, one in verdicts.items()} == expected


def test_claims_are_counted_by_verdict(verdicts):
    """Most of what agrees rests on data that were made to agree."""
    assert Counter(one.verdict for one in verdicts.values()) == {
        "reproduced": 51,
        "consistent": 146,
        "differs": 3,
        "contradicted": 16,
        "not testable": 284,
    }


def test_nothing_that_rests_on_made_data_is_reproduced(verdicts, bundled):
    """The weakest cell decides, for each claim."""
    origins = {
        id_: bundled[one.claim.result_id].origin
        for id_, one in verdicts.items()
        if one.verdict == "reproduced"
    }

    assert max(origins.values()) <= Origin.PUBLISHED


REPRODUCED = {
    "eff.resp.pct": "85.7%",  # 12 of 14, from Table 2
    "ae.crs1.pct": "71.4%",
    "dem.dose.median": "6.78×10⁶ cells/kg",
    "eff.relapse.median": "418 days",
    "eff.phneg.resp": "8",
    "t3.cytokine_release_syndrome.g1": "71.4%",
    "methods.dose.min": "2.20 ×10⁶/kg",
    "disc.noadd.n": "4",
    "disc.lowprior.relapse": "2",
}


@pytest.mark.parametrize(("claim", "found"), REPRODUCED.items())
def test_what_follows_from_the_printed_tables_is_reproduced(claim, found, verdicts):
    """Published rows, counted anew."""
    assert (verdicts[claim].verdict, verdicts[claim].recomputed) == ("reproduced", found)


CONSISTENT = {
    "abs.efs.mrd.2y": "61.2%",
    "abs.efs.mrd.2y.se": "14.0%",
    "abs.os.mrd.2y": "78.6%",
    "abs.os.mrd.2y.se": "11.0%",
    "abs.fu.median": "647 days",
    "eff.corr.dor.r": "−0.537",
    "eff.phneg.dor.mean": "22.9 months",
    "reinf.interval.median": "6.8 months",
    "t1.age.median": "29",
    "t3.fever.g1": "57.1%",
}


@pytest.mark.parametrize(("claim", "found"), CONSISTENT.items())
def test_what_the_data_were_made_to_fit_is_only_consistent(claim, found, verdicts):
    """It agrees, and the reason says that it could not do otherwise."""
    one = verdicts[claim]

    assert (one.verdict, one.recomputed) == ("consistent", found)
    assert one.reason.split(" (")[0].endswith(("not that it is right", "about the paper's own"))


@pytest.mark.parametrize("measure", ["os", "efs"])
def test_higher_is_not_only_different(measure, verdicts):
    """The p-value and the two probabilities at two years, both from simulated data."""
    one = verdicts[f"abs.compare.{measure}"]

    assert one.verdict == "consistent"
    assert one.reason.startswith("it is read as p < 0.05 and higher, and recomputing it gives 0.00")
    assert "% against " in one.recomputed


REPEATS = (
    "disc.relapse.cd19neg",
    "disc.relapse.cd19pos",
    "disc.steroids.relapse.p5",
    "disc.steroids.relapse.p7",
    "reinf.relapse.n",
)


@pytest.mark.parametrize("claim", REPEATS)
def test_what_the_paper_says_twice_is_not_reproduced(claim, verdicts):
    """The data were transcribed from where it says it first."""
    assert verdicts[claim].verdict == "not testable"
    assert "transcribed" in verdicts[claim].reason
    assert "the Results" in verdicts[claim].claim.note


def test_criterion_that_table_1_breaks_comes_after_table_1(verdicts):
    """Both cannot hold; the six patients with CNS disease are what the table prints."""
    cns = [
        one for one in verdicts.values() if one.claim.result_id == "baseline.cns.count@level=yes"
    ]

    assert {one.verdict for one in cns} == {"contradicted"}
    assert foremost(cns).claim.claim_id == "t1.cns.n"


GIVES_ELSE = {
    "eff.ccr.n": "8",  # "12 patients were in persistent CR"
    "disc.ph.converted": "4",  # "all five BCR-ABL-positive patients converted"
    "disc.crs.grade2": "1",  # "no patients in the MRD-positive group had grade 2 or higher CRS"
    "methods.excl.cns": "6 patients",  # an exclusion criterion that Table 1 counts
    "eff.hsct.fu.median": "362 days",  # "follow-up period after transplantation"
    "eff.hsct.fu.min": "128 days",
    "eff.hsct.fu.max": "887 days",
}
DIFFERS = {"disc.crs.grade2", "eff.hsct.fu.median", "eff.hsct.fu.min"}


def test_what_the_data_do_not_give_is_told_with_what_they_give(verdicts):
    """Whether it only differs or is contradicted by another statement too."""
    assert {id_: verdicts[id_].recomputed for id_ in GIVES_ELSE} == GIVES_ELSE
    assert {verdicts[id_].verdict for id_ in GIVES_ELSE.keys() - DIFFERS} == {"contradicted"}
    assert {id_ for id_, one in verdicts.items() if one.verdict == "differs"} == DIFFERS


def test_follow_up_from_transplantation_is_not_taken_for_that_from_infusion(verdicts):
    """The same days would agree; what they were counted from would not."""
    for field in ("median", "min", "max"):
        assert verdicts[f"eff.hsct.fu.{field}"].verdict in {"differs", "contradicted"}
        assert "may lie in a choice that was made there" in verdicts[f"eff.hsct.fu.{field}"].reason


ELSE = {
    "eff.hsct.fu.median": "counted from infusion instead of transplantation "
    "(response.followup_ph_positive.median), it is 409 days",
    "eff.hsct.fu.min": "counted from infusion instead of transplantation "
    "(response.followup_ph_positive.min), it is 172 days",
    "eff.hsct.fu.max": "counted from infusion instead of transplantation "
    "(response.followup_ph_positive.max), it is 945 days",
    "eff.ccr.n": "as at the first evaluation (disposition.responders.n), it is 12",
    "disc.crs.grade2": "after the first infusion alone (safety.crs.count@group=mrd_positive,level=2",
    "methods.excl.cns": "of the MRD-positive patients alone (baseline.cns.count@group=mrd_positive",
}


@pytest.mark.parametrize(("claim", "clause"), ELSE.items())
def test_what_else_gives_the_printed_figure_is_told(claim, clause, verdicts):
    """One thing changed, as data/audit.toml declares it."""
    assert f"; {clause}" in verdicts[claim].reason or f", {clause}" in verdicts[claim].reason


def test_reading_that_explains_a_difference_is_told_with_it(verdicts):
    """The sentence names no infusion; after the first there was none."""
    assert "holds when read so: Where no infusion is named" in verdicts["disc.crs.grade2"].reason


TESTED_BY_A_PAIR = (
    "disc.lowprior.maint",
    "disc.resist.resp",
    "methods.reinf.criterion",
    "eff.n.negative",
    "ae.p9.crs2",
)


@pytest.mark.parametrize("claim", TESTED_BY_A_PAIR)
def test_what_only_a_pair_tests_says_so(claim, verdicts):
    """No data test it; other printed figures do."""
    assert verdicts[claim].verdict == "not testable"
    assert "against other printed figures it holds when read so" in verdicts[claim].reason


def test_lists_of_patients_are_compared_by_their_number(verdicts):
    """Which is said, for it is less than it may seem."""
    assert verdicts["eff.n.third"].reason.endswith("which tells how many, not who")


def test_nothing_else_gives_five_of_the_ph_positive(verdicts):
    """Four of the five responded, however they are counted."""
    assert verdicts["disc.ph.converted"].reason.startswith(
        "recomputing it from published data gives 4; "
    )


def test_table_2_is_not_tested_by_its_own_copy(verdicts):
    """Each of its cells stands in the data as printed, which shows that, and no more."""
    cells = [one for id_, one in verdicts.items() if id_.startswith("t2.")]

    assert len(cells) == 14 * 13  # patients, columns beside their number
    assert {one.verdict for one in cells} == {"not testable"}
    assert all(one.claim.check == "copied" for one in cells)
    assert {one.claim.reported for one in cells} == {one.recomputed for one in cells}


def test_blank_cell_of_table_3_says_that_there_was_none(verdicts):
    """28 cells of 60 carry a number; only what Table 2 shows as well is more than consistent."""
    cells = {id_: one for id_, one in verdicts.items() if id_.startswith("t3.")}
    blank = {id_: one for id_, one in cells.items() if one.claim.reported == "(blank)"}
    crs = {f"t3.cytokine_release_syndrome.g{grade}" for grade in (2, 3, 4)}

    assert (len(cells), len(blank)) == (60, 32)
    assert {one.recomputed for one in blank.values()} == {"0.0%"}
    assert {id_ for id_, one in blank.items() if one.verdict == "reproduced"} == crs


LONGEST = 16
OF_A_PAIR = 22
"""Words of a quote, and of one that has to show what it is said against."""
WHOLE = {
    "eff.ccr.n": "resulting in a 2-year EFS rate of 61.2%",
    "reinf.consolidation.n": "as consolidation therapy",
    "eff.n.second": "maintained MRD negativity",
    "disc.trial.id": "our center is initiating a prospective clinical trial",
    "disc.trial.desc": "our center is initiating a prospective clinical trial",
}


@pytest.mark.parametrize(("claim", "part"), WHOLE.items())
def test_quote_holds_the_half_that_makes_the_contradiction(claim, part, verdicts):
    """Without it a reader does not see what is said against what."""
    assert part in verdicts[claim].claim.quote


ORDER = [
    "Title page", "Abstract", "Introduction", "Methods", "Table 1", "Results", "Table 2", "Fig. 1",
    "Table 3", "Fig. 2", "Fig. 3", "Discussion", "Declarations",
]  # fmt: skip


def test_claims_stand_in_the_order_of_the_paper(verdicts):
    """The sections of the page follow them; a table comes after the section that it stands in."""
    places = [one.claim.location for one in verdicts.values()]
    sections = [place.partition(",")[0] for place in places]

    assert list(dict.fromkeys(sections)) == ORDER
    assert sum(one != other for one, other in pairwise(places)) == len(set(places)) - 1


def test_quotes_are_short_and_hold_what_is_reported(bundled_folder):
    """A quote is for finding the place; a unit may stand after a second number only."""
    for one in read_claims(bundled_folder.path):
        number = re.sub(r"\s*(days|months|%)$", "", one.reported)

        assert number.casefold() in one.quote.casefold(), one.claim_id
        longest = OF_A_PAIR if one.claim_id in WHOLE else LONGEST
        assert len(one.quote.split()) <= longest, one.claim_id


def test_every_verdict_can_be_read_aloud(verdicts):
    """The reason is a clause without a full stop or an empty pair of brackets."""
    for one in verdicts.values():
        assert one.reason[0].islower()
        assert not one.reason.endswith(".")
        assert "()" not in one.reason
        assert "  " not in one.reason


def test_claims_that_nothing_recomputes_say_why(bundled_folder):
    """A claim without a number of ours has a note."""
    silent = [
        one.claim_id for one in read_claims(bundled_folder.path) if not (one.result_id or one.note)
    ]

    assert silent == []
