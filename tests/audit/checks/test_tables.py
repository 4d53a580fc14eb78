"""p from counts: which variant of which test gives it, against R."""

import pytest
from oracles.reading import rows

from carreport.audit.checks import p_from_levels, p_from_table
from carreport.audit.checks.rank_sums import rank_sums
from carreport.stats.ranks import mann_whitney

VARIANTS = {
    "fisher": "by Fisher's exact test, two-sided",
    "fisher_one_sided": "by Fisher's exact test, one-sided",
    "mid_p": "by Fisher's exact test, mid-p (twice the smaller tail)",
    "chi_squared": "by the chi-squared test",
    "yates": "by the chi-squared test with Yates's correction",
    "n_minus_1": "by the N − 1 chi-squared test",
    "likelihood_ratio": "by the likelihood-ratio test",
}
RANKS = {
    "exact": "by the exact Mann-Whitney test, two-sided",
    "coin": "by the exact Mann-Whitney test, two-sided",
    "exact_one_sided": "by the exact Mann-Whitney test, one-sided",
    "plain": "without continuity correction, two-sided",
    "plain_one_sided": "without continuity correction, one-sided",
    "corrected": "with continuity correction, two-sided",
}


def named(found, variant):
    """Whether a variant is among those that agree."""
    return any(solution.endswith(variant) for solution in found.solutions)


@pytest.mark.parametrize("row", rows("audit/tables.csv"), ids=lambda row: row["counts"])
def test_p_is_that_of_r(row):
    """Each variant has R's p, to ten digits."""
    counts = [line.split() for line in row["counts"].split("/")]
    for column, variant in VARIANTS.items():
        if row[column]:
            found = p_from_table(counts, f"{float(row[column]):.10f}")
            assert named(found, variant), (column, found)


@pytest.mark.parametrize(
    "row", rows("audit/levels.csv"), ids=lambda row: f"{row['left']}/{row['right']}"
)
def test_rank_sums_are_those_of_r(row):
    """Exact p as exactRankTests and coin have it, approximations as wilcox.test."""
    for column, variant in RANKS.items():
        found = p_from_levels(
            row["left"].split(), row["right"].split(), f"{float(row[column]):.10f}"
        )
        assert named(found, variant), (column, found)


@pytest.mark.parametrize(
    "row", rows("audit/levels.csv"), ids=lambda row: f"{row['left']}/{row['right']}"
)
def test_rank_sums_are_our_own_mann_whitney(row):
    """The same as `carreport.stats.ranks` from single values."""
    left, right = ([int(k) for k in row[side].split()] for side in ("left", "right"))
    values = [[level for level, k in enumerate(side) for _ in range(k)] for side in (left, right)]

    assert rank_sums(left, right).two_sided == pytest.approx(
        mann_whitney(*values).mannwhitney_p, rel=1e-9
    )


def test_a_p_that_no_variant_gives():
    """The usual variant is told, and how far the others reach."""
    found = p_from_table([["8", "6"], ["2", "12"]], "0.001")

    assert found.answer == "inconsistent"
    assert found.reason.startswith("the table 8, 6 / 2, 12 gives p = 0.0461 by Fisher's exact test")
    assert "by any of 10 variants, not p = 0.001" in found.reason


def test_tables_that_cannot_be_tested():
    """Empty groups, unknown cells, counts that are not exact."""
    assert p_from_table([["8", "6"], ["0", "0"]], "0.5").answer == "not testable"
    assert p_from_table([["8", None], ["2", "12"]], "0.5").answer == "not testable"
    assert p_from_table([["8", ">6"], ["2", "12"]], "0.5").answer == "not testable"
    assert p_from_table([], "0.5").answer == "not testable"
    assert p_from_levels(["1", "2"], ["0", "0"], "0.5").answer == "not testable"
    assert p_from_levels(["1", "0"], ["3", "0"], "0.5").answer == "not testable"
    assert p_from_table([["8", "6"], ["2", "12"]], "n.s.").answer == "not testable"


def test_a_ragged_table_is_a_mistake_of_the_caller():
    """A programming error is told as one."""
    with pytest.raises(ValueError, match="equally long"):
        p_from_table([["1", "2"], ["3"]], "0.5")
    with pytest.raises(ValueError, match="same levels"):
        p_from_levels(["1", "2"], ["3"], "0.5")


def test_large_tables_take_no_time():
    """Where exact tests would take long, approximations are compared alone."""
    big = [["4000000", "3000000"], ["3990000", "3000000"]]

    assert p_from_table(big, "<0.001").answer in {"consistent", "inconsistent"}
    assert p_from_levels(["40000"] * 5, ["40000"] * 5, "1.0").answer == "consistent"
    assert p_from_table([["30"] * 8, ["31"] * 8, ["29"] * 8], "1.00").answer == "consistent"
