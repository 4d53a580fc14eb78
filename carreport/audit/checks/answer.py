"""What a check answers, and how it says that something cannot be tested."""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Literal, ParamSpec

if TYPE_CHECKING:
    from collections.abc import Callable

Word = Literal["consistent", "inconsistent", "not testable"]
Given = ParamSpec("Given")


@dataclass(frozen=True, slots=True)
class Answer:
    """
    What a check found.

    Attributes:
        answer: Whether what is printed can all be true. Inconsistent means that no usual rounding
            (half up, half down, half to even, half away from zero) gives the printed numbers.
        reason: A clause that can follow "because", with the numbers in it.
        formula: The formula with the numbers in it, as plain text.
        solutions: What would give the printed numbers, each in words.
    """

    answer: Word
    reason: str
    formula: str = ""
    solutions: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The answer and its reason."""
        return f"{self.answer.capitalize()}, because {self.reason}."


class NotTestable(Exception):
    """Raised inside a check where what is printed does not suffice; `answers` catches it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def answers(check: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """A check that answers "not testable" where it would have raised `NotTestable`."""

    @wraps(check)
    def answering(*args: Given.args, **named: Given.kwargs) -> Answer:
        try:
            return check(*args, **named)
        except NotTestable as missing:
            return Answer("not testable", missing.reason)

    return answering


def weighed(holds: bool, reason: str, formula: str = "", solutions: tuple[str, ...] = ()) -> Answer:
    """Consistent if it *holds*, otherwise inconsistent."""
    return Answer("consistent" if holds else "inconsistent", reason, formula, solutions)
