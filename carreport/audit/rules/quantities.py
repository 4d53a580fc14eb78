"""Numbers of patients that claims speak of, what is said of them, and checks of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Literal, Self

if TYPE_CHECKING:
    from carreport.audit.checks.answer import Answer
    from carreport.audit.claims import Claim
    from carreport.audit.model import Side
    from carreport.audit.rules.statements import Scope

SIZE: Final = ""
"""What is counted where patients themselves are."""
NOWHERE: Final[Scope] = frozenset()


@dataclass(frozen=True, slots=True)
class Quantity:
    """
    A number of patients that several claims can speak of.

    Attributes:
        population: Among whom.
        about: Of whom it holds, or `SIZE`.
        when: Within which scope.
    """

    population: str
    about: str
    when: Scope = NOWHERE
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Quantities are looked up very often: what they are hashed by is computed once."""
        object.__setattr__(self, "_hash", hash((self.population, self.about, self.when)))

    def __hash__(self) -> int:
        """As its fields have it."""
        return self._hash


@dataclass(frozen=True, slots=True)
class Count:
    """
    A number of patients, as something says or implies it.

    Attributes:
        quantity: What is counted.
        least: At least so many.
        most: At most so many; None for no limit.
        claims: The claims that say so.
        witnesses: The claims that imply it.
        source: Whether it is stated, printed as a percentage, or follows from single patients
            or from its parts.
        denials: The witnesses to whom it is due that there are no more.
    """

    quantity: Quantity
    least: int
    most: int | None
    claims: tuple[Claim, ...] = ()
    witnesses: tuple[Claim, ...] = ()
    source: Literal["stated", "percent", "patients", "parts"] = "stated"
    denials: tuple[Claim, ...] = ()

    @property
    def text(self) -> str:
        """As a check reads it."""
        if self.least == self.most:
            return str(self.least)
        return f"≥{self.least}" if self.least or self.most is None else f"≤{self.most}"

    @property
    def texts(self) -> tuple[str, ...]:
        """As a check reads it, each limit by itself."""
        between = self.least and self.most is not None and self.least != self.most
        return (f"≥{self.least}", f"≤{self.most}") if between else (self.text,)

    @property
    def spelled(self) -> str:
        """In words."""
        if self.least == self.most:
            return str(self.least)
        if self.most is None:
            return f"at least {self.least}"
        return f"{self.least} to {self.most}" if self.least else f"at most {self.most}"


@dataclass(frozen=True, slots=True)
class Trial:
    """
    One check that was run.

    Attributes:
        check: Its name.
        answer: What it found.
        sides: What went into it.
        subjects: The quantities and measures it is about, to tell which trials belong together.
    """

    check: str
    answer: Answer
    sides: tuple[Side, ...]
    subjects: frozenset[tuple[str, ...]]

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Every claim that went into it."""
        every = (one for side in self.sides for one in (*side.claims, *side.witnesses))
        return tuple(dict.fromkeys(every))

    @property
    def key(self) -> tuple[str, frozenset[str]]:
        """
        What it is known by, whatever reading it is run under.

        Which patients' cells are counted may change with the reading, so what is stated decides.
        """
        stated = [claim for side in self.sides for claim in side.claims] or self.claims
        return self.check, frozenset(one.claim_id for one in stated)

    def because(self, reason: str) -> Self:
        """The same with another reason."""
        return replace(self, answer=replace(self.answer, reason=reason))


def subject(quantity: Quantity) -> tuple[str, ...]:
    """What tells one quantity from another."""
    when = ";".join(f"{key}={value}" for key, value in sorted(quantity.when))
    return quantity.population, quantity.about, when
