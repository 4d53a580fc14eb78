"""How conflicts are told in a line."""

from dataclasses import replace

import pytest

from carreport.audit.claims import read_claims
from carreport.audit.model import Conflict, Side
from carreport.audit.tally import headline
from tests.audit.stated import write

HEADLINES = [
    (
        ("12 of 14 in remission among women", "at most 10 in remission among women"),
        "12 of 14 in remission among women, but at most 10 by another statement",
    ),
    (
        ("5 with fever", "4 with fever", "9 with fever among men"),
        "5 with fever, but 4 by another statement",
    ),
    (("2 dead of all", "3 relapsed of all"), "2 dead of all against 3 relapsed of all"),
    (("2 with fever", "1 with cough", "2 with either"), "parts exceed the whole"),
    (("trial X: women", "trial X: men"), "trial X: women against men"),
    (("trial X: women", "trial Y: women"), "trial X: women against trial Y: women"),
    (("12", "14"), "12 against 14"),
    (("one side",), "parts exceed the whole; and more"),
]


@pytest.mark.parametrize(("says", "told"), HEADLINES)
def test_headline_says_what_stands_against_what(says, told):
    """What is shared once; the reason where the first two sides are not the whole of it."""
    sides = tuple(Side(one, ()) for one in says)

    reason = "parts exceed the whole; and more"

    assert headline(Conflict("a", "nested", "contradicted", sides, reason)) == told


def test_other_statements_are_several_where_several_say_so(tmp_path):
    """Claims and what implies them."""
    write(tmp_path, "5 | all | fever | count\n4 | all | fever | count\n4 | all | fever | count")
    one, *others = read_claims(tmp_path)
    other = replace(others[1], location="Discussion")
    sides = (Side("5 with fever", (one,)), Side("4 with fever", (others[0],), (other,)))
    conflict = Conflict("a", "same_count", "contradicted", sides, "x")

    assert headline(conflict) == "5 with fever, but 4 by other statements"
