"""Skeleton of order; to be written."""

from __future__ import annotations

from carreport.audit.checks.answer import Answer


def ordered(
    *,
    low: str | None = None,
    q1: str | None = None,
    median: str | None = None,
    q3: str | None = None,
    high: str | None = None,
) -> Answer:
    """To be written."""
    return Answer("not testable", "it is not written yet")


def median_grid(median: str | None, n: str | None, step: str | None = "1") -> Answer:  # noqa: ARG001 - skeleton
    """To be written."""
    return Answer("not testable", "it is not written yet")


def within(part: tuple[str | None, str | None], whole: tuple[str | None, str | None]) -> Answer:  # noqa: ARG001 - skeleton
    """To be written."""
    return Answer("not testable", "it is not written yet")


def rounded_difference(a: str | None, b: str | None, difference: str | None) -> Answer:  # noqa: ARG001 - skeleton
    """To be written."""
    return Answer("not testable", "it is not written yet")
