"""Statements of one quantity that stand together, by their roles."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from carreport.audit.model import Side
from carreport.audit.rules.quantities import Quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carreport.audit.claims import Claim
    from carreport.audit.rules.statements import Statement
    from carreport.audit.rules.world import World


@dataclass(frozen=True, slots=True)
class Gathered:
    """
    What one place says of one quantity.

    Attributes:
        quantity: Of what, in whom, within which scope.
        place: Where.
        roles: By role, the first statement there that has it.
    """

    quantity: Quantity
    place: str
    roles: dict[str, Statement]

    def text(self, role: str) -> str | None:
        """The number in a role, or None."""
        one = self.roles.get(role)
        return one.text if one else None

    def has(self, *roles: str) -> bool:
        """Whether every role is filled."""
        return all(role in self.roles for role in roles)

    def claims(self, *roles: str) -> tuple[Claim, ...]:
        """The claims in these roles; in all without any."""
        return tuple(
            one.claim
            for role, one in self.roles.items()
            if not roles or role.partition(" ")[0] in roles
        )

    def side(self, world: World, *roles: str) -> Side:
        """What this place says in these roles, as a side of a trial."""
        named = [(role, one) for role, one in self.roles.items() if not roles or role in roles]
        told = ", ".join(f"{ROLE_NAMES.get(role, role)} {one.text}" for role, one in named)
        return Side(f"{told}: {world.told_of(self.quantity)}", self.claims(*roles))

    @property
    def subject(self) -> tuple[str, ...]:
        """What tells it from other quantities, wherever it stands."""
        when = ";".join(f"{key}={value}" for key, value in sorted(self.quantity.when))
        return self.quantity.population, self.quantity.about, when, "measured"


ROLE_NAMES: Final = {
    "min": "minimum", "max": "maximum", "q1": "first quartile", "q3": "third quartile",
    "se": "SE", "sd": "SD", "lower": "lower limit", "upper": "upper limit",
}  # fmt: skip


def gathered(world: World) -> Iterator[Gathered]:
    """What each place says of each quantity; single patients' values are left out."""
    found: dict[tuple[Quantity, str], dict[str, Statement]] = defaultdict(dict)
    for one in world.told:
        if one.says not in {"count", "size", "value", "label", "identifier"}:
            quantity = Quantity(one.population, one.about, one.when)
            found[quantity, one.place].setdefault(one.says, one)
    for (quantity, place), roles in found.items():
        yield Gathered(quantity, place, roles)


def merged(world: World) -> Iterator[Gathered]:
    """The same, whatever the place: what is said first in each role."""
    found: dict[Quantity, dict[str, Statement]] = defaultdict(dict)
    for one in gathered(world):
        for role, said in one.roles.items():
            found[one.quantity].setdefault(role, said)
    for quantity, roles in found.items():
        yield Gathered(quantity, "", roles)
