"""What is checked among claims, found from what they say they are about and from audit.toml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from carreport.audit.rules.cardinality import no_more_than, one_number, outside_a_part
from carreport.audit.rules.logic import Logic
from carreport.audit.rules.parts import exclude_each_other, opposites, partitions, sums
from carreport.audit.rules.patients import lists, named_patients, one_patient
from carreport.audit.rules.percents import parts_of_a_hundred, percentages
from carreport.audit.rules.quantities import Trial
from carreport.audit.rules.readings import reading_problems
from carreport.audit.rules.statements import changed_by
from carreport.audit.rules.statements import statement_problems as _of_claims
from carreport.audit.rules.statistics import comparisons, correlations, statistics
from carreport.audit.rules.survival import one_endpoint_within_another, survival
from carreport.audit.rules.times import (
    before_the_cutoff,
    from_later_origins,
    one_after_another,
    ranges_twice,
)
from carreport.audit.rules.values import (
    from_patients,
    in_order,
    inside,
    one_value,
    single_values,
    spreads,
)
from carreport.audit.rules.words import identifiers, labels
from carreport.audit.rules.world import World, survey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from carreport.audit.claims import Claim
    from carreport.audit.knowledge import Knowledge, Reading
    from carreport.errors import Problem

__all__ = ["TITLES", "Logic", "Trial", "World", "changed_by", "run", "statement_problems", "survey"]

RULES: Final[tuple[Callable[[World], Iterator[Trial]], ...]] = (
    percentages, parts_of_a_hundred, one_number, no_more_than, outside_a_part, exclude_each_other, opposites,
    sums, partitions,
    one_patient, named_patients, lists, survival,
    one_endpoint_within_another, in_order, spreads, inside, single_values, one_value,
    from_patients,
    from_later_origins, before_the_cutoff, ranges_twice, one_after_another, correlations, statistics, comparisons,
    labels, identifiers,
)  # fmt: skip
"""In the order in which their findings are told."""

TITLES: Final[Mapping[str, str]] = {
    "same_value": "One figure in several places",
    "from_patients": "A summary against the single values behind it",
    "full_list": "A count beside a list of patients",
    "one_patient": "One patient in several places",
    "date_order": "Dates in their order",
}
"""Names of what is checked here and not in `carreport.audit.checks`, for a reader."""


def statement_problems(claims: Sequence[Claim], known: Knowledge) -> Iterator[Problem]:
    """What is wrong with the columns that statements are read from, and with the readings."""
    yield from _of_claims(claims, known)
    yield from reading_problems(claims, known)


def run(claims: Sequence[Claim], logic: Logic, reading: Reading | None = None) -> list[Trial]:
    """
    Run every check that claims and knowledge allow.

    Args:
        claims: What the paper prints.
        logic: What audit.toml says, and what follows from it.
        reading: How the claims are read; None for as printed.

    Returns:
        Every check with its answer, without repeats.
    """
    world = survey(claims, logic, reading)
    found: dict[object, Trial] = {}
    for rule in RULES:
        for one in rule(world):
            found.setdefault((one.key, one.answer.answer, one.sides), one)
    return list(found.values())
