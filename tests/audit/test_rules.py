"""What is checked among claims, each rule on as few claims as show it."""

import pytest

from tests.audit.stated import answers, checked

WHOM = """
[[population]]
id = "all"
label = "patients"
[[population]]
id = "old"
label = "old patients"
within = "all"
where = ["is_old"]
[[population]]
id = "young"
label = "young patients"
within = "all"
where = ["is_young"]
[[partition]]
of = "all"
parts = ["old", "young"]
[[scope]]
id = "infusion"
label = "{} infusion"
[[scope]]
id = "grade"
exclusive = true
[[scope]]
id = "since"
[[scope]]
id = "day"
[[predicate]]
id = "is_old"
label = "old"
opposite = "is_young"
[[predicate]]
id = "is_young"
label = "young"
[[predicate]]
id = "relapsed"
label = "relapsed"
[[predicate]]
id = "dead"
label = "dead"
any_of = ["killed"]
[[predicate]]
id = "killed"
label = "dead of treatment"
[[predicate]]
id = "well"
label = "in remission"
excludes = ["relapsed", "dead"]
[[predicate]]
id = "severe"
label = "with severe fever"
sum_of = ["fever; grade=3", "fever; grade=4"]
[[predicate]]
id = "feverish"
label = "feverish"
implies = ["severe"]
[[predicate]]
id = "few"
label = "with few cycles"
[[predicate]]
id = "transplanted"
label = "transplanted"
[[predicate]]
id = "fever"
label = "with fever"
[[column]]
id = "outcome"
label = "outcome"
read = [
    { equals = "well", says = ["well", "!dead"] },
    { equals = "relapse", says = ["relapsed", "!dead"] },
    { contains = "death", says = ["dead"] },
]
[[column]]
id = "cycles"
label = "cycles"
read = [{ min = 2, max = 3, says = ["few"] }, { min = 4, says = ["!few"] }]
[[column]]
id = "therapy"
label = "therapy"
read = [{ lacks = "transplant", says = ["!transplanted"] }]
[[measure]]
id = "age"
label = "age"
step = "1"
[[measure]]
id = "level_and_time"
label = "level and time"
of = "old"
[[endpoint]]
id = "os"
label = "overall survival"
event = "dead"
free = ["well"]
[[origin]]
id = "infusion"
label = "infusion"
[[origin]]
id = "transplant"
label = "transplantation"
after = "infusion"
lag = "28 days"
[[levels]]
about = "grades"
order = ["fever; grade=1", "fever; grade=2", "fever; grade=3"]
[[sequence]]
first = "registration"
then = "enrolment"
"""
TEN = "10 | all | | size"

CASES = {
    "the same count twice": (
        "same_count",
        "six | all | relapsed | count",
        "6 | all | relapsed | count",
    ),
    "no more than there are": ("nested", "10 | all | relapsed | count", ""),
    "part of the patients": ("nested", "4 | old | relapsed | count", "4 | all | relapsed | count"),
    "a narrower scope": (
        "nested",
        "3 | all | relapsed | count | infusion=first",
        "3 | all | relapsed | count",
    ),
    "what is implied": ("nested", "3 | all | killed | count", "3 | all | dead | count"),
    "exclusive predicates": ("exclusive", "6 | all | well | count", "4 | all | relapsed | count"),
    "exclusive values of a scope": (
        "exclusive",
        "60% | all | fever | percent | grade=1",
        "40% | all | fever | percent | grade=2",
    ),
    "populations that add up": ("partition", "6 | old | | size", "4 | young | | size"),
    "percentages that add up": (
        "percent_partition",
        "60% | all | is_old | percent",
        "40% | all | is_young | percent",
    ),
    "a percentage of n": ("grim", "30% | all | relapsed | percent", ""),
    "a count with its percentage": (
        "count_percent",
        "3 | all | relapsed | count",
        "30% | all | relapsed | percent",
    ),
    "minimum and median": ("ordered", "40 | all | age | median", "20 | all | age | min"),
    "one value in two places": (
        "same_value",
        "40 | all | age | median",
        "40.0 | all | age | median",
    ),
    "ranges of some and of all": (
        "within",
        "20 | all | age | min\n80 | all | age | max",
        "20 | old | age | min\n80 | old | age | max",
    ),
    "r and p": ("p_from_r", "0.640 | all | expansion | r", "0.046 | all | expansion | p"),
    "t, degrees of freedom and p": (
        "p_from_t",
        "2.23 | all | a | t\n10 | all | a | df",
        "0.050 | all | a | p",
    ),
    "z and p": ("p_from_z", "1.96 | all | b | z", "0.050 | all | b | p"),
    "chi-squared and p": (
        "p_from_chi2",
        "3.84 | all | c | chi2\n1 | all | c | df",
        "0.050 | all | c | p",
    ),
    "F and p": (
        "p_from_f",
        "4.96 | all | d | f\n1 | all | d | df\n10 | all | d | df2",
        "0.050 | all | d | p",
    ),
    "a ratio and its interval": (
        "ratio_interval",
        "2.00 | all | e | ratio\n1.00 | all | e | lower",
        "4.00 | all | e | upper",
    ),
    "standard deviation and range": (
        "spread",
        "2.0 | all | age | sd\n20 | all | age | min",
        "26 | all | age | max",
    ),
    "dates in their order": (
        "date_order",
        "March 11, 2017 | | registration | date",
        "January 2018 | | enrolment | date",
    ),
    "an estimate without censoring": (
        "km_inversion",
        "70.0% | all | os | rate | day=730",
        "14.5% | all | os | se | day=730",
    ),
    "events by survival": (
        "events_implied",
        "70.0% | all | os | rate | day=730\n14.5% | all | os | se | day=730",
        "3 | all | dead | count",
    ),
    "free of the event": (
        "event_free",
        "70.0% | all | os | rate | day=730\n14.5% | all | os | se | day=730",
        "7 | all | well | count",
    ),
}
BROKEN = {
    "the same count twice": "7 | all | relapsed | count",
    "no more than there are": "11 | all | dead | count",
    "part of the patients": "3 | all | relapsed | count",
    "a narrower scope": "no | all | relapsed | count",
    "what is implied": "1 | all | dead | count",
    "exclusive predicates": "5 | all | relapsed | count",
    "exclusive values of a scope": "50% | all | fever | percent | grade=2",
    "populations that add up": "5 | young | | size",
    "percentages that add up": "50% | all | is_young | percent",
    "a percentage of n": "35% | all | dead | percent",
    "a count with its percentage": "40% | all | relapsed | percent",
    "minimum and median": "50 | all | age | min",
    "one value in two places": "41 | all | age | median",
    "ranges of some and of all": "19 | old | age | min\n80 | old | age | max",
    "r and p": "0.064 | all | expansion | p",
    "t, degrees of freedom and p": "0.005 | all | a | p",
    "z and p": "0.500 | all | b | p",
    "chi-squared and p": "0.500 | all | c | p",
    "F and p": "0.500 | all | d | p",
    "a ratio and its interval": "6.00 | all | e | upper",
    "standard deviation and range": "22 | all | age | max",
    "dates in their order": "January 2016 | | enrolment | date",
    "an estimate without censoring": "4.5% | all | os | se | day=730",
    "events by survival": "2 | all | dead | count",
    "free of the event": "8 | all | well | count",
}


@pytest.mark.parametrize("case", CASES)
def test_what_can_hold_is_consistent(case, tmp_path):
    """Found from what the claims are about, with nobody saying what belongs together."""
    check, one, other = CASES[case]

    assert answers(tmp_path, f"{TEN}\n{one}\n{other}", WHOM)[check] == "consistent"


@pytest.mark.parametrize("case", CASES)
def test_what_cannot_hold_is_not(case, tmp_path):
    """The same with one number changed."""
    check, one, _ = CASES[case]

    assert answers(tmp_path, f"{TEN}\n{one}\n{BROKEN[case]}", WHOM)[check] == "inconsistent"


@pytest.mark.parametrize(("cells", "answer"), [(3, "consistent"), (2, "inconsistent")])
def test_parts_make_up_a_whole_that_nobody_states(cells, answer, tmp_path):
    """Feverish implies severe, and severe is grade 3 or 4."""
    rows = f"""
    {TEN}
    {cells} | all | feverish | count
    1 | all | fever | count | grade=3
    2 | all | fever | count | grade=4
    """
    more = rows.replace(f"{cells} | all | feverish", "4 | all | feverish") if cells == 2 else rows

    assert answers(tmp_path, more, WHOM)["nested"] == answer


ROWS = """
3 | all | | size
well | all | outcome | value | | 1
relapse | all | outcome | value | | 2
relapse, death | all | outcome | value | | 3
"""


@pytest.mark.parametrize(("count", "answer"), [("one", "consistent"), ("two", "inconsistent")])
def test_rows_of_a_table_are_counted(count, answer, tmp_path):
    """By what audit.toml says their cells mean."""
    assert answers(tmp_path, f"{ROWS}{count} | all | dead | count", WHOM)["same_count"] == answer


def test_rows_count_as_witnesses(tmp_path):
    """Nobody knows which cell is not as it should be; the rarer ones are told first."""
    (conflict,) = checked(tmp_path, f"{ROWS}two | all | dead | count", WHOM)[1]
    stated, counted = sorted(conflict.sides, key=lambda side: not side.claims)

    assert [one.claim_id for one in stated.claims] == ["e"]
    assert counted.says == "1 dead among patients"
    assert not counted.claims
    assert [one.claim_id for one in counted.witnesses] == ["d", "b", "c"]


def test_rows_that_are_not_all_there_set_one_limit_alone(tmp_path):
    """Of three patients one is dead; of the fourth nothing is known."""
    rows = ROWS.replace("3 | all | | size", "4 | all | | size")

    assert answers(tmp_path, f"{rows}two | all | dead | count", WHOM)["same_count"] == "consistent"
    assert answers(tmp_path, f"{rows}no | all | dead | count", WHOM)["same_count"] == "inconsistent"


def test_numbers_in_cells_are_read_by_their_limits(tmp_path):
    """Two and three cycles are few, five are not."""
    rows = """
    3 | all | | size
    2 | all | cycles | value | | 1
    3 | all | cycles | value | | 2
    5 | all | cycles | value | | 3
    three | all | few | count
    """
    assert answers(tmp_path, rows, WHOM)["same_count"] == "inconsistent"


def test_cell_can_speak_by_what_it_lacks(tmp_path):
    """A therapy without a transplantation."""
    rows = """
    2 | all | | size
    none | all | therapy | value | | 1
    transplant | all | therapy | value | | 2
    two | all | transplanted | count
    """
    assert answers(tmp_path, rows, WHOM)["same_count"] == "inconsistent"


def test_patients_that_a_sentence_names_are_those_and_no_others(tmp_path):
    """Two patients (2 and 3): then 1 is not among them."""
    rows = f"{ROWS}two | all | killed | count | | 2, 3"
    conflicts = checked(tmp_path, rows, WHOM)[1]

    assert any(
        "patient 2 cannot be both dead of treatment and not" in one.reason for one in conflicts
    )


def test_summaries_are_held_against_the_single_values(tmp_path):
    """The median of 20, 30 and 50 is 30."""
    rows = """
    3 | all | | size
    20 | all | age | value | | 1
    30 | all | age | value | | 2
    50 | all | age | value | | 3
    """
    for median, answer in (("30", "consistent"), ("33", "inconsistent")):
        found = answers(tmp_path, f"{rows}{median} | all | age | median", WHOM)
        assert found["from_patients"] == answer


def test_single_values_lie_in_the_range_of_all(tmp_path):
    """Patient 1 is older than anybody."""
    rows = "80 | old | age | value | | 1\n20 | all | age | min\n70 | all | age | max"

    assert answers(tmp_path, rows, WHOM)["within"] == "inconsistent"


AFTER = """
945 days | all | followup | max | since=infusion
172 days | all | followup | min | since=infusion
{0} days | old | followup | max | since=transplant
{1} days | old | followup | min | since=transplant
"""


def test_times_from_a_later_day_are_shorter(tmp_path):
    """By the days that lie between the two at the least."""
    assert answers(tmp_path, AFTER.format(917, 100), WHOM)["bounds"] == "consistent"
    assert answers(tmp_path, AFTER.format(918, 100), WHOM)["bounds"] == "inconsistent"


def test_one_range_from_two_days_is_asked_about(tmp_path):
    """The same two numbers, counted from another day."""
    assert answers(tmp_path, AFTER.format(945, 172), WHOM)["same_range"] == "inconsistent"
    assert answers(tmp_path, AFTER.format(900, 172), WHOM)["same_range"] == "consistent"


def test_one_range_of_some_and_of_all_is_not(tmp_path):
    """Some of the patients can hold both extremes."""
    rows = AFTER.format(945, 172).replace("transplant", "infusion")

    assert "same_range" not in answers(tmp_path, rows, WHOM)


def test_no_time_is_longer_than_the_study(tmp_path):
    """From January 2018 to August 2020 there are 961 days."""
    calendar = '[calendar]\nstart = "a"\ncutoff = "b"\nsince = "infusion"\n'
    dates = "January 2018 | all | enrolment | date\nAugust 19, 2020 | | cutoff | date"
    for longest, since, answer in (
        (961, "infusion", "consistent"),
        (933, "transplant", "consistent"),
        (945, "transplant", "inconsistent"),
    ):
        rows = f"{dates}\n{longest} days | all | followup | max | since={since}"
        assert answers(tmp_path, rows, WHOM + calendar)["until_cutoff"] == answer


def test_correlation_without_a_population_is_of_whom_it_is_defined(tmp_path):
    """r = 0.640 gives p = 0.046 among ten, and not among the six old."""
    rows = f"{TEN}\n6 | old | | size\n0.640 | | level_and_time | r\n0.046 | | level_and_time | p"

    assert answers(tmp_path, rows, WHOM)["p_from_r"] == "inconsistent"


def test_mean_lies_within_the_range(tmp_path):
    """Whatever the values are."""
    for mean, answer in (("25.0", "consistent"), ("27.0", "inconsistent")):
        rows = f"{mean} | all | age | mean\n20 | all | age | min\n26 | all | age | max"
        assert answers(tmp_path, rows, WHOM)["ordered"] == answer


def test_median_lies_on_the_grid_of_its_values(tmp_path):
    """Ten whole numbers have a median of a half at the most."""
    for median, answer in (("40.5", "consistent"), ("40.3", "inconsistent")):
        found = answers(tmp_path, f"{TEN}\n{median} | all | age | median", WHOM)
        assert found["median_grid"] == answer


def test_correlation_of_nobody_in_particular_is_not_tested(tmp_path):
    """No other population's size is tried in its place."""
    rows = f"{TEN}\n0.640 | | expansion | r\n0.500 | | expansion | p"
    found = answers(tmp_path, rows, WHOM)

    assert (found["p_from_r"], found.get("n_from_r")) == ("not testable", None)


def test_groups_are_compared_by_their_counts(tmp_path):
    """Fisher's test of 3 of 6 against 1 of 4."""
    rows = """
    10 | all | | size
    6 | old | | size
    4 | young | | size
    3 | old | relapsed | count
    1 | young | relapsed | count
    {} | old|young | relapsed | p
    """
    for p, answer in (("0.571", "consistent"), ("0.002", "inconsistent")):
        found = answers(tmp_path, rows.format(p), WHOM)
        assert found["p_from_table"] == answer


def test_lists_of_names_may_leave_names_out(tmp_path):
    """A like name that only the other list has is another matter."""
    full = "CRP, IL-2R, IL-6 and ferritin | | markers | label"
    for short, answer in (
        ("CRP and IL-6 | | markers | label", "consistent"),
        ("CRP, IL-2, IL-6 and ferritin | | markers | label", "inconsistent"),
    ):
        assert answers(tmp_path, f"{full}\n{short}", WHOM)["same_label"] == answer


def test_one_identifier_for_patients_who_exclude_each_other(tmp_path):
    """And not for patients of whom some are the others."""
    known = WHOM.replace('label = "old patients"', 'label = "old patients"\nexcludes = ["young"]')
    for whom, answer in (("young", "inconsistent"), ("all", "consistent")):
        rows = f"NCT1 | old | trial | identifier\nNCT1 | {whom} | trial | identifier"
        assert answers(tmp_path, rows, known)["same_identifier"] == answer


def test_percentage_without_a_denominator_is_not_tested(tmp_path):
    """Nothing is guessed."""
    (finding,) = checked(tmp_path, "35% | all | relapsed | percent", WHOM)[0]

    assert (finding.check, finding.answer) == ("grim", "not testable")


def test_without_knowledge_there_are_the_checks_that_need_none(tmp_path):
    """One number twice, order, percentages of a size that is stated."""
    rows = """
    10 | all | | size
    35% | all | relapsed | percent
    40 | all | age | median
    50 | all | age | min
    41 | all | age | median
    """
    found = answers(tmp_path, rows)

    assert {name for name, answer in found.items() if answer == "inconsistent"} == {
        "grim", "ordered", "same_value",
    }  # fmt: skip


def test_claims_that_say_nothing_of_this_are_not_checked(tmp_path):
    """The columns are optional."""
    assert checked(tmp_path, "10 | | |", WHOM) == ((), ())


UNITS = {
    "median in months": """
        21.3 months | all | time | median
        172 days | all | time | min
        945 days | all | time | max
    """,
    "one figure in days and in months": """
        647 days | all | time | median
        21.3 months | all | time | median
    """,
    "single values in weeks": """
        2 | all | time | min
        945 | all | time | max
        30 weeks | all | time | value | | 1
        100 days | all | time | value | | 2
    """,
    "part of the range in years": """
        0.5 years | old | time | min
        2 years | old | time | max
        172 days | all | time | min
        945 days | all | time | max
    """,
}


@pytest.mark.parametrize("case", UNITS)
def test_true_figures_in_several_units_are_no_conflict(case, tmp_path):
    """Days, weeks, months and years."""
    assert "inconsistent" not in answers(tmp_path, UNITS[case], WHOM).values()


def test_wrong_figure_in_another_unit_is_found(tmp_path):
    """31.3 months are no 647 days."""
    rows = "647 days | all | time | median\n31.3 months | all | time | median"

    assert answers(tmp_path, rows, WHOM)["same_value"] == "inconsistent"


FATES = """
[[population]]
id = "all"
label = "patients"
[[predicate]]
id = "relapsed"
label = "relapsed"
sum_of = ["kept", "lost"]
[[predicate]]
id = "kept"
label = "relapsed with the antigen"
excludes = ["lost"]
[[predicate]]
id = "lost"
label = "relapsed without the antigen"
[[predicate]]
id = "treated"
label = "transplanted"
opposite = "untreated"
[[predicate]]
id = "untreated"
label = "not transplanted"
[[predicate]]
id = "killed"
label = "dead of transplantation"
implies = ["treated"]
[[column]]
id = "type"
label = "type"
read = [{ equals = "kept", says = ["kept"] }, { equals = "lost", says = ["lost"] }]
[[column]]
id = "therapy"
label = "therapy"
read = [{ equals = "transplant", says = ["treated"] }, { equals = "none", says = ["!treated"] }]
[[column]]
id = "end"
label = "end"
read = [{ equals = "alive", says = ["!killed"] }]
"""


def test_nothing_follows_from_what_is_contested(tmp_path):
    """One slip in a type of relapse does not make the relapse itself doubtful."""
    rows = """
    3 | all | | size
    kept | all | type | value | | 1
    lost | all | type | value | | 1
    two | all | relapsed | count | | 1, 2
    """
    _, conflicts = checked(tmp_path, rows, FATES)

    assert {one.check for one in conflicts} == {"one_patient"}
    assert not any("cannot be both relapsed and not" in one.reason for one in conflicts)


def test_whoever_says_the_same_or_its_opposite_is_told(tmp_path):
    """A cell, and a sentence that names the patient."""
    rows = """
    3 | all | | size
    transplant | all | therapy | value | | 1
    none | all | therapy | value | | 2
    none | all | therapy | value | | 3
    two | all | untreated | count | | 2, 3
    three | all | treated | count
    """
    (conflict, *_) = checked(tmp_path, rows, FATES)[1]
    sides = [one for one in conflict.sides if one.says.startswith("1 transplanted")]

    assert [[one.claim_id for one in side.witnesses] for side in sides] == [["b", "e", "c", "d"]]


def test_patients_who_could_be_are_told_before_the_others(tmp_path):
    """That nobody else died of a transplantation tells nothing."""
    rows = """
    3 | all | | size
    none | all | therapy | value | | 1
    alive | all | end | value | | 1
    alive | all | end | value | | 2
    transplant | all | therapy | value | | 3
    alive | all | end | value | | 3
    two | all | killed | count
    """
    (conflict, *_) = checked(tmp_path, rows, FATES)[1]
    (side,) = [one for one in conflict.sides if one.says.startswith("0 dead")]

    assert side.witnesses[0].claim_id == "f"
