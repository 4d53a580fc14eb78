"""Every number the bundled claims report is found where their quotes stand: none is dropped."""

import re

import pytest

from carreport.audit.claims import read_claims
from carreport.manuscript.kinds import name_reason, not_a_statistic, stretches
from carreport.manuscript.model import Block
from carreport.manuscript.numbers import names_in, numbers_in

NO_NUMBER = frozenset({"words", "text"})


@pytest.fixture(scope="module")
def claims(bundled_folder):
    """Claims that report a number their own quote has."""
    found = []
    for claim in read_claims(bundled_folder.path):
        numbers = numbers_in(claim.reported)
        if (
            claim.kind not in NO_NUMBER
            and numbers
            and _letters(claim.reported) in _letters(claim.quote)
        ):
            found.append((claim, numbers[0]))
    return found


def _letters(text):
    return re.sub(r"[^\w%]", "", text.casefold())


def test_the_claims_are_many(claims):
    """The test is about something."""
    assert len(claims) > 150


def test_the_number_of_every_claim_is_told_in_some_class(claims):
    """As a number that may be a statistic, or as none with the reason."""
    dropped = []
    for claim, number in claims:
        text = claim.quote
        plain = stretches(Block("prose", text, "line 1"), 40)
        numbers = numbers_in(text)
        told = any(one.value == number.value for one in numbers)
        inside = any(
            each.value == number.value
            for one in plain
            for each in numbers_in(text[one.start : one.end])
        )
        if not (told or inside):
            dropped.append((claim.claim_id, claim.reported, text))

    assert not dropped


def test_every_reason_is_a_clause(claims):
    """It can follow "because"."""
    reasons = set()
    for claim, _ in claims:
        text = claim.quote
        reasons |= {one.reason for one in stretches(Block("prose", text, "line 1"), 40)}
        numbers = numbers_in(text)
        reasons |= {not_a_statistic(one, frozenset()) for one in numbers}
        reasons |= {name_reason(text, one.start, one.end) for one in names_in(text, numbers)}

    assert all(one.startswith("it ") for one in reasons - {""})
