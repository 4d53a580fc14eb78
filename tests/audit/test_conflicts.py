"""What checks find, put together: conflicts, their sides, and readings that are tried."""

import pytest

from carreport.audit import read_claims
from carreport.audit.knowledge import read_knowledge
from carreport.audit.model import Conflict, Side
from carreport.audit.rules import statement_problems
from carreport.audit.verdicts import Verdict, weigh
from tests.audit.stated import checked, write

WHOM = """
[[population]]
id = "all"
label = "patients"
[[population]]
id = "few"
label = "few patients"
within = "all"
where = ["is_few"]
[[scope]]
id = "infusion"
label = "{} infusion"
[[predicate]]
id = "is_few"
label = "few"
[[predicate]]
id = "relapsed"
label = "relapsed"
[[predicate]]
id = "ill"
label = "ill"
[[predicate]]
id = "well"
label = "well"
excludes = ["relapsed", "ill"]
"""
READING = """
[[reading]]
text = "A reading."
fills = {fills}
change = [{{ where = {{ {where} }}, to = {{ {to} }} }}]
"""
TWICE = """
10 | all | | size
six | all | relapsed | count
five | all | relapsed | count
"""
FIRST = READING.format(
    fills="true", where='about = "relapsed", unstated = "infusion"', to='when = "infusion=first"'
)


def read_so(fills, where, to):
    """Knowledge with one reading."""
    return WHOM + READING.format(fills=fills, where=where, to=to)


def test_one_quantity_is_one_conflict(tmp_path):
    """Three checks object to the same number; it is told once, with each other number a side."""
    rows = """
    10 | all | | size
    nine | all | well | count
    two | all | relapsed | count
    three | all | ill | count
    eight | all | well | count
    """
    (conflict,) = checked(tmp_path, rows, WHOM)[1]

    assert len([side for side in conflict.sides if "well" in side.says]) == 2
    assert {one.claim_id for side in conflict.sides for one in side.claims} >= {"b", "c", "d", "e"}


def test_several_places_of_one_statement_are_one_side(tmp_path):
    """Five is said twice, six once."""
    (conflict,) = checked(tmp_path, f"{TWICE}5 | all | relapsed | count", WHOM)[1]
    sides = {side.says: [one.claim_id for one in side.claims] for side in conflict.sides}

    assert sides == {"6 relapsed among patients": ["b"], "5 relapsed among patients": ["c", "d"]}
    assert conflict.reason == "one statement gives 6, another 5 relapsed among patients"


def test_two_quantities_are_two_conflicts(tmp_path):
    """Each with a name of its own."""
    rows = f"{TWICE}one | all | ill | count\nthree | all | ill | count"
    found = checked(tmp_path, rows, WHOM)[1]

    assert [one.name for one in found] == ["all-relapsed-same-count", "all-ill-same-count"]


def test_reading_that_fills_what_is_open_explains(tmp_path):
    """Nobody is ill after the first infusion; somebody is after the third."""
    rows = """
    10 | all | | size
    no | all | relapsed | count
    two | all | relapsed | count | infusion=third
    none | all | relapsed | count | infusion=first
    """
    (conflict,) = checked(tmp_path, rows, WHOM + FIRST)[1]
    assert (conflict.answer, conflict.reading.holds) == ("explained", True)

    findings = checked(tmp_path, rows, WHOM + FIRST)[0]
    assert "explained" in {one.answer for one in findings}
    assert "inconsistent" not in {one.answer for one in findings}


def test_reading_that_replaces_what_is_said_stays_beside_the_conflict(tmp_path):
    """It is fair to tell it, and the paper says otherwise."""
    known = read_so("false", 'claim_id = "c"', 'about = "ill"')
    (conflict,) = checked(tmp_path, f"{TWICE}five | all | ill | count", known)[1]

    assert conflict.answer == "contradicted"
    assert (conflict.reading.text, conflict.reading.fills) == ("A reading.", False)


@pytest.mark.parametrize("fills", ["true", "false"])
def test_reading_that_does_not_hold_is_not_told(fills, tmp_path):
    """Read so, the numbers differ still."""
    known = read_so(fills, 'claim_id = "c"', 'means = "7"')
    (conflict,) = checked(tmp_path, TWICE, known)[1]

    assert (conflict.answer, conflict.reading) == ("contradicted", None)


def test_reading_that_makes_another_conflict_is_not_told(tmp_path):
    """Five ill instead of five relapsed, where three are ill."""
    known = read_so("true", 'claim_id = "c"', 'about = "ill"')
    (conflict,) = checked(tmp_path, f"{TWICE}three | all | ill | count", known)[1]

    assert (conflict.answer, conflict.reading) == ("contradicted", None)


def test_reading_of_other_claims_explains_nothing(tmp_path):
    """A conflict that it does not touch is not resolved by it."""
    known = read_so("true", 'about = "ill"', 'about = "sick"')
    (conflict,) = checked(tmp_path, f"{TWICE}three | all | ill | count", known)[1]

    assert conflict.reading is None


def test_hint_alone_is_a_finding_and_no_conflict(tmp_path):
    """An interval that is not symmetric may be of another kind."""
    rows = "1.50 | all | effect | ratio\n1.00 | all | effect | lower\n4.00 | all | effect | upper"
    findings, conflicts = checked(tmp_path, rows, WHOM)

    assert ("ratio_interval", "inconsistent") in {(one.check, one.answer) for one in findings}
    assert conflicts == ()


def test_estimate_outside_its_interval_is_a_conflict(tmp_path):
    """Whatever the method."""
    rows = "0.50 | all | effect | ratio\n1.00 | all | effect | lower\n4.00 | all | effect | upper"
    (conflict,) = checked(tmp_path, rows, WHOM)[1]

    assert "0.50 does not lie within 1.00 to 4.00" in conflict.reason


WHERE = {
    'location = "Res"': True,
    'location = "Meth"': False,
    'about = "relapsed", population = "all"': True,
    'says = "size"': False,
    'when = "infusion=first"': False,
    'unstated = "infusion"': True,
}


@pytest.mark.parametrize(("where", "found"), WHERE.items())
def test_reading_finds_its_claims(where, found, tmp_path):
    """By where they stand, what they are about, what they leave unsaid."""
    known = read_so("true", where, 'means = "≥1"')
    (conflict,) = checked(tmp_path, TWICE, known)[1]

    assert (conflict.answer == "explained") is found


def judged(folder, word, conflicts, rows=TWICE):
    """The verdict on claim b, in the light of conflicts."""
    write(folder, rows, WHOM)
    claim = {one.claim_id: one for one in read_claims(folder)}["b"]
    (one,) = weigh([Verdict(claim, word, "it is")], conflicts)
    return one


def clash(folder, answer="contradicted", *, witness=False):
    """A conflict with claim b on a side."""
    write(folder, TWICE, WHOM)
    claim = {one.claim_id: one for one in read_claims(folder)}["b"]
    side = Side("six", () if witness else (claim,), (claim,) if witness else ())
    return Conflict("name", "same_count", answer, (side,), "both cannot be")


@pytest.mark.parametrize("word", ["consistent", "differs", "not testable"])
def test_contradicted_outranks_the_other_verdicts(word, tmp_path):
    """And says what cannot both be."""
    one = judged(tmp_path, word, [clash(tmp_path)])

    assert (one.verdict, one.conflicts) == ("contradicted", ("name",))
    assert one.reason.endswith("both cannot be (pair 1 of the audit)")


def test_what_was_recomputed_is_told_first_where_it_differs(tmp_path):
    """Both speak against the figure."""
    assert (
        judged(tmp_path, "differs", [clash(tmp_path)]).reason
        == "it is; both cannot be (pair 1 of the audit)"
    )


def test_what_is_reproduced_stays_so(tmp_path):
    """The other side is the one without support."""
    one = judged(tmp_path, "reproduced", [clash(tmp_path)])

    assert (one.verdict, one.conflicts) == ("reproduced", ("name",))


def test_witness_keeps_its_verdict(tmp_path):
    """It is not in question itself."""
    one = judged(tmp_path, "consistent", [clash(tmp_path, witness=True)])

    assert (one.verdict, one.conflicts) == ("consistent", ())


def test_explained_conflict_changes_no_verdict(tmp_path):
    """It is told beside it."""
    one = judged(tmp_path, "consistent", [clash(tmp_path, "explained")])

    assert (one.verdict, one.conflicts) == ("consistent", ("name",))


WRONG = {
    "5 | some | relapsed | count": "'some' is no population of audit.toml; use one of all, few",
    "5 | al | relapsed | count": "'al' is no population of audit.toml; did you mean all?",
    "5 | all | relapsed | counts": "'counts' is no part a number can have; did you mean count?",
    "5 | all | | count": "is empty; write what is counted or measured, or leave says empty",
    "5 | all | relapsed |": "is empty; write what part the number has in it, such as count",
    "5 | all | relapsed | count | first": "'first' is no scope; write key=value; key=value",
    "5 | all | relapsed | count | infusio=1": (
        "'infusio' is no [[scope]] of audit.toml; did you mean infusion?"
    ),
    "5 | all | relapsed | count | | | some": (
        "'some' is no number; write one number, such as 0 or ≥1, or all"
    ),
}


@pytest.mark.parametrize(("row", "said"), WRONG.items())
def test_what_is_wrong_with_a_claim_is_said(row, said, tmp_path):
    """File, line, column, what stands there, what to do."""
    write(tmp_path, row, WHOM)
    (problem,) = statement_problems(read_claims(tmp_path), read_knowledge(tmp_path))

    assert str(problem).startswith("claims.csv, line 2, column ")
    assert str(problem).endswith(said)


def test_reading_of_a_claim_that_is_not_there_is_said(tmp_path):
    """A misspelling is a message and not a default."""
    write(tmp_path, TWICE, read_so("true", 'claim_id = "z"', 'about = "ill"'))
    (problem,) = statement_problems(read_claims(tmp_path), read_knowledge(tmp_path))

    assert "no claim is called 'z'" in str(problem)


def test_hostile_cells_are_only_text(tmp_path):
    """Markup, formulas and patterns are compared as they stand."""
    rows = """
    <script>alert(1)</script> | all | markers | label
    =1+1, (.*)+$ | all | markers | label
    \\x00[ | all | outcome | value | | 1
    999999999999999999999999 | all | relapsed | count
    """
    findings, _ = checked(tmp_path, rows, WHOM)

    assert {one.answer for one in findings} <= {"consistent", "not testable", "inconsistent"}
