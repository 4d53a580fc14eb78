"""Alternatives: one thing changed that gives the printed figure, and none where nothing does."""

import re
from dataclasses import replace

import numpy as np
import pytest
from pydantic import ValidationError
from scipy import stats

from carreport.audit import judge, read_claims
from carreport.audit.alternatives import Alternative, Alternatives, check
from carreport.audit.methods import QUANTILES
from carreport.errors import BadInput
from carreport.results import Results

HEADER = "claim_id,reported,result_id,kind,location,check\n"
RELAPSED = "response.relapsed"
TIME = "response.time_to_relapse"
RATE = "survival.os.rate@day=365,group=mrd_positive"


@pytest.fixture
def reason(folder, tiny_results, tiny_snapshot):
    """Why a claim of the tiny study differs."""

    def told(reported, result_id, kind, *, check="", declared=(), results=tiny_results):
        folder.write("claims.csv", f'{HEADER}a,"{reported}","{result_id}",{kind},Text,"{check}"\n')
        others = Alternatives(results, tuple(declared), tiny_snapshot)
        (one,) = judge(read_claims(folder.path), results, others.told)
        assert one.verdict == "differs"
        return one.reason

    return told


def with_value(results, id_, value):
    """The results, one of them with another value."""
    return Results({**results, id_: replace(results[id_], value=value)}, {})


def test_rounded_down(reason):
    """5 of 12 is 41.666…%."""
    assert reason("41.6%", f"{RELAPSED}.rate", "percent") == (
        "recomputing it from collected data gives 41.7%; rounded down, it is 41.6%"
    )


@pytest.mark.parametrize(
    ("value", "printed", "how"),
    [
        (0.4162, "41.7%", "rounded up"),
        (0.4169, "41.6%", "rounded down"),
        (0.4165, "41.6%", "rounded half to even"),
        (0.4175, "41.7%", "rounded down"),  # to even gives 41.8, as away from zero does
        (-0.4162, "−41.7%", "rounded up"),
    ],
)
def test_other_roundings(reason, tiny_results, value, printed, how):
    """Half to even, down and up, each with its sign; the first that gives it is told."""
    id_ = f"{RELAPSED}.rate"
    results = with_value(tiny_results, id_, value)

    assert reason(printed, id_, "percent", results=results).endswith(
        f"; {how}, it is {printed.replace('-', '−')}"
    )


# 85, 101, 227, 380 and 450 days; first quartiles by the definitions of Hyndman and Fan (1996):
# positions 1 (type 3), 1.25 (4), 1.75 (5), 1.5 (6), 2 (7), 1.6667 (8) and 1.6875 (9).
QUARTILES = [
    ("85 days", "with quantiles of type 3, it is 85 days"),
    ("89 days", "with quantiles of type 4, it is 89 days"),
    ("97 days", "with quantiles of type 5, it is 97 days"),
    ("93 days", "with quantiles of type 6, it is 93 days"),
    ("96 days", "with quantiles of type 8, or with quantiles of type 9, it is 96 days"),
]


@pytest.mark.parametrize(("printed", "told"), QUARTILES)
def test_other_quantile_types(reason, printed, told):
    """From the patients' own values; ours is type 7, 101 days."""
    assert told in reason(printed, f"{TIME}.q1", "days")


def test_quantiles_need_the_patients(folder, tiny_results):
    """Without them other things are tried, and quantiles are not."""
    folder.write("claims.csv", f"{HEADER}a,93 days,{TIME}.q1,days,Text,\n")
    (one,) = judge(read_claims(folder.path), tiny_results, Alternatives(tiny_results).told)

    assert one.reason == "recomputing it from collected data gives 101 days"


SPREADS = [
    ("29.0%", "survival.os.se@day=730", "as half the width of a 95% interval"),
    ("26.9%", "survival.os.se@day=730", "as half the width of the interval"),
    ("29.4%", "survival.os.se@day=730", "as the distance to the lower limit"),
    ("24.4%", "survival.os.se@day=730", "as the distance to the upper limit"),
    ("68.1%", "survival.os.lower@day=365,group=mrd_positive", "one standard error below"),
    ("53.5%", "survival.os.lower@day=365,group=mrd_positive", "by the plain interval"),
    ("58.3%", "survival.os.lower@day=365,group=mrd_positive", "by the log interval"),
    ("98.5%", "survival.os.upper@day=365,group=mrd_positive", "one standard error above"),
    ("69.6%", f"{RELAPSED}.upper", "by the normal approximation"),
    ("68.0%", f"{RELAPSED}.upper", "by the Wilson interval"),  # R: prop.test(5, 12, correct = F)
    ("19.3%", f"{RELAPSED}.lower", "by the Wilson interval"),
]


@pytest.mark.parametrize(("printed", "result_id", "how"), SPREADS)
def test_standard_error_for_an_interval_and_the_reverse(reason, printed, result_id, how):
    """Greenwood's standard error, the limits around it, and other limits."""
    assert f"; {how}" in reason(printed, result_id, "percent")


@pytest.mark.parametrize(
    ("printed", "how"),
    [("17.8", "as the standard error of the mean"), ("59.0", "with n in the denominator")],
)
def test_standard_deviation_for_another_spread(reason, printed, how):
    """61.66 over the root of 12; and times the root of 11/12."""
    assert f"; {how}, it is {printed}" in reason(printed, "biomarkers.crp.sd", "measurement")


def test_percentage_of_another_number_of_patients(reason):
    """One relapsed patient in five, of the twelve; of the six women it would be 83.3%."""
    women = Alternative(of=RELAPSED, size="disposition.women.n", text="of the women")

    assert reason("83.3%", f"{RELAPSED}.rate", "percent", declared=[women]).endswith(
        "; of the women (disposition.women.n), it is 83.3%"
    )
    assert "women" not in reason("83.3%", f"{RELAPSED}.rate", "percent")


def test_percentage_of_all_patients(reason):
    """Three of the six patients of a group are women; of all twelve that is a quarter."""
    id_ = "baseline.sex.percent@group=mrd_positive,level=F"

    assert reason("25.0%", id_, "percent").endswith(
        "; of all patients (baseline.sex.n), it is 25.0%"
    )


def test_percentage_with_the_missing_in_the_denominator(reason, tiny_results):
    """Six of twelve; with three more of whom it is not known, of fifteen."""
    results = with_value(tiny_results, "baseline.sex.missing", 3)
    told = reason("40.0%", "baseline.sex.percent@level=F", "percent", results=results)

    assert told.endswith("; with those without a value in the denominator, it is 40.0%")


def groups(snapshot):
    """Peak CRP of the two groups."""
    patients = snapshot.tables["patients"].frame
    return [
        patients.loc[patients["cohort"] == one, "crp"].to_numpy(float)
        for one in ("MRD-positive", "Active")
    ]


def test_p_value_by_another_variant(reason, tiny_snapshot):
    """Exact conditional on the ties is 0.009."""
    one, other = groups(tiny_snapshot)
    id_ = "biomarkers.crp.mannwhitney_p"
    normal = stats.mannwhitneyu(one, other, use_continuity=False, method="asymptotic").pvalue
    corrected = stats.mannwhitneyu(one, other, use_continuity=True, method="asymptotic").pvalue

    assert f"{normal:.4f}" == "0.0104"
    assert "; by the normal approximation, it is 0.0104" in reason("0.0104", id_, "p")
    assert f"continuity correction, it is {corrected:.4f}" in reason(f"{corrected:.4f}", id_, "p")
    assert "Student's t test, it is" in reason(
        f"{stats.ttest_ind(one, other).pvalue:.4f}", id_, "p"
    )
    assert "; one-sided, it is 0.004" in reason("0.004", id_, "p")


def test_sibling_test_of_the_same_table(bundled, bundled_snapshot, folder):
    """Fisher's exact test of the grades beside the rank test of them."""
    p = f"{bundled['safety.crs.fisher_p'].value:.4f}"
    folder.write("claims.csv", f"{HEADER}a,{p},safety.crs.mannwhitney_p,p,Text,\n")
    others = Alternatives(bundled, (), bundled_snapshot)
    (one,) = judge(read_claims(folder.path), bundled, others.told)

    assert f"; by Fisher's exact test, it is {p}; " in one.reason


def test_correlation_by_ranks(reason, tiny_snapshot):
    """Spearman's instead of Pearson's."""
    known = tiny_snapshot.tables["patients"].frame[["age", "crp"]].dropna().astype(float)
    rho, p = stats.spearmanr(known["age"], known["crp"])
    printed = f"{rho:.3f}".replace("-", "−")

    assert f"Spearman's rank correlation, it is {printed}" in reason(
        printed, "response.age_and_crp.r", "coefficient"
    )
    assert "Spearman's" in reason(f"{p:.3f}", "response.age_and_crp.p", "p")


TIMES = [
    ("8.3 months", "months", "; in months of 30 days, it is 8.3 months"),
    ("8.9 months", "months", "; in months of 28 days, it is 8.9 months"),
    ("35.5 months", "months", "; in weeks, it is 35.5"),
    ("248.6 months", "months", "; in days, it is 248.6"),
    ("35.5 days", "days", "; in weeks, it is 35.5"),
    ("8.2 days", "days", "; in months, it is 8.2"),
    ("0.691 years", "years", "; in years of 360 days, it is 0.691 years"),
]


@pytest.mark.parametrize(("printed", "kind", "told"), TIMES)
def test_time_in_another_unit(reason, printed, kind, told):
    """The mean of 248.6 days; ours is 8.2 months of 30.4375 days."""
    assert reason(printed, f"{TIME}.mean", kind).endswith(told)


FOLLOW_UP = [
    ("791 days", "survival.os.observed_median", "as the median of follow-up by reverse"),
    ("509 days", "survival.os.followup_median", "as the middle of the observed times"),
    ("756 days", "survival.os.observed_median", "of those without the event alone"),
    ("249 days", f"{TIME}.median", "as the mean"),
]


@pytest.mark.parametrize(("printed", "result_id", "how"), FOLLOW_UP)
def test_other_statistic_by_the_same_word(reason, printed, result_id, how):
    """Median follow-up has more than one definition."""
    assert f"; {how}" in reason(printed, result_id, "days")


def test_other_patients(reason):
    """The rate of all patients, or of the other group, for that of one."""
    assert "; for all patients (survival.os.rate@day=365), it is 58.3%" in reason(
        "58.3%", RATE, "percent"
    )
    assert "; for Active disease (survival.os.rate@day=365,group=active_disease)" in reason(
        "33.3%", RATE, "percent"
    )


def test_another_day_is_no_other_population(reason):
    """The patients are the same; that the day is another has to be declared."""
    later = "survival.os.rate@day=730,group=mrd_positive"
    declared = Alternative(of=RATE, instead=later, text="at two years")

    assert "62.5" not in reason("62.5%", RATE, "percent").partition("gives")[2]
    assert reason("62.5%", RATE, "percent", declared=[declared]).endswith(
        f"; at two years ({later}), it is 62.5%"
    )


SINCE = Alternative(of="survival.rel", instead="survival.os", text="counted for survival")


def test_declared_sibling_keeps_field_and_keys(reason):
    """Declared once for every number of an analysis."""
    id_ = "survival.rel.rate@day=365,group=mrd_positive"

    assert reason("83.3%", id_, "percent", declared=[SINCE]).endswith(
        f"; counted for survival ({RATE}), it is 83.3%"
    )
    assert "counted for" not in reason("83.4%", id_, "percent", declared=[SINCE])


def test_declared_sum(reason):
    """Several numbers that together are what was printed."""
    ids = [f"safety.ae.patients@grade={grade},group=mrd_positive,term=fever" for grade in (1, 2)]
    declared = Alternative(
        of="safety.ae.patients@grade=3,group=mrd_positive,term=fever",
        instead=" + ".join(ids),
        text="counting grades 1 and 2",
    )

    assert reason("2", declared.of, "count", declared=[declared]).endswith(
        f"; counting grades 1 and 2 ({ids[0]} + {ids[1]}), it is 2"
    )


def test_words_are_tried_too(reason):
    """No patient of one group, while the cohort has them."""
    told = reason("none", "safety.death.count@cause=toxicity", "words", check="0")

    assert "gives 1 patient; for MRD-positive (" in told
    assert told.endswith("it is 0 patients")


@pytest.mark.parametrize(
    ("printed", "result_id", "kind"),
    [
        ("43.0%", f"{RELAPSED}.rate", "percent"),
        ("7", f"{RELAPSED}.k", "count"),
        ("92 days", f"{TIME}.q1", "days"),
        ("9.9 months", f"{TIME}.mean", "months"),
        ("0.301", "biomarkers.crp.mannwhitney_p", "p"),
    ],
)
def test_nothing_is_claimed_where_nothing_gives_it(reason, printed, result_id, kind):
    """Only our own number is told."""
    told = reason(printed, result_id, kind)

    assert told.startswith("recomputing it from collected data gives ")
    assert ";" not in told


@pytest.mark.parametrize(
    ("printed", "result_id", "kind"),
    [
        ("58.4%", RATE, "percent"),  # all patients, and rounded up
        ("92 days", f"{TIME}.q1", "days"),  # type 6, and off by one
        ("3.0 months", f"{TIME}.q1", "months"),  # type 4, and months of 30 days
        ("0.0052", "biomarkers.crp.mannwhitney_p", "p"),  # approximated, and one-sided
        ("14.1%", "survival.os.se@day=730,group=mrd_positive", "percent"),
    ],
)
def test_two_changes_at_once_are_not_told(
    folder, tiny_results, tiny_snapshot, printed, result_id, kind
):
    """They would explain almost anything."""
    folder.write("claims.csv", f'{HEADER}a,{printed},"{result_id}",{kind},Text,\n')
    others = Alternatives(tiny_results, (), tiny_snapshot)
    (one,) = judge(read_claims(folder.path), tiny_results, others.told)

    assert one.verdict == "differs"
    assert ";" not in one.reason


CONSTANT = [
    ("biomarkers.crp.mannwhitney_p", "p"),
    ("response.age_and_crp.p", "p"),
    ("response.age_and_crp.r", "coefficient"),
    ("biomarkers.crp.sd", "measurement"),
]


@pytest.mark.parametrize(("result_id", "kind"), CONSTANT)
def test_values_that_are_all_the_same(folder, result_id, kind):
    """No method is asked for what it cannot give."""
    lines = folder.text("measurements.csv").splitlines()
    values = [re.sub(r",[0-9.]+,mg/L", ",5.0,mg/L", line) for line in lines]
    folder.write("measurements.csv", "\n".join(values) + "\n")
    folder.write("claims.csv", f"{HEADER}a,0.1234,{result_id},{kind},Text,\n")
    (claim,) = read_claims(folder.path)

    assert Alternatives(folder.results(), (), folder.snapshot()).told(claim) == ""


def test_weaker_origin_is_told(folder):
    """What stands instead may rest on worse data than ours."""
    rule = '[[rule]]\ntable = "events"\npatients = ["P03"]\norigin = "simulated"\n'
    folder.write("origins.toml", f'default = "collected"\n\n{rule}')
    results = folder.results()
    declared = Alternative(
        of="disposition.women.n", instead="survival.os.events@group=mrd_positive", text="deaths"
    )
    folder.write("claims.csv", f"{HEADER}a,2,disposition.women.n,count,Text,\n")
    (one,) = judge(read_claims(folder.path), results, Alternatives(results, (declared,)).told)

    assert one.reason.endswith("(survival.os.events@group=mrd_positive, simulated), it is 2")


def test_declared_names_must_exist(tiny_results):
    """Every wrong one at once, with the nearest."""
    declared = [
        Alternative(of="response.relapse", instead=f"{TIME}.mean", text="a"),
        Alternative(of=RELAPSED, instead="survival.os + response.relapsd.k", text="b"),
        Alternative(of=RELAPSED, size="disposition.women.m", text="c"),
    ]

    with pytest.raises(BadInput) as caught:
        check(declared, tiny_results, "audit.toml")

    found = [str(one) for one in caught.value.problems]
    assert len(found) == 3
    assert all(one.startswith("audit.toml, 'alternative': no analysis produces ") for one in found)
    assert any("did you mean disposition.women.n" in one for one in found)


@pytest.mark.parametrize("more", [{}, {"instead": "a.b", "size": "c.d"}])
def test_alternative_says_one_thing(more):
    """Another number or another size."""
    with pytest.raises(ValidationError, match="names either another number or another size"):
        Alternative(of="a.b", text="so", **more)


def test_all_nine_types_are_numpys(tiny_snapshot):
    """The names are those numpy knows."""
    values = tiny_snapshot.tables["patients"].frame["crp"].to_numpy(float)

    assert list(QUANTILES) == [*range(1, 10)]
    assert all(np.quantile(values, 0.25, method=name) > 0 for name in QUANTILES.values())
