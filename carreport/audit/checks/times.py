"""Skeleton of times; to be written."""

from __future__ import annotations

from carreport.audit.checks.answer import Answer


def bounds(later: str | None, earlier: str | None, lag: str | None) -> Answer:  # noqa: ARG001 - skeleton
    """To be written."""
    return Answer("not testable", "it is not written yet")


def until_cutoff(
    longest: str | None, start: str | None, cutoff: str | None, lag: str | None = "0 days"
) -> Answer:
    """To be written."""
    return Answer("not testable", "it is not written yet")


def same_range(one: tuple[str | None, str | None], other: tuple[str | None, str | None]) -> Answer:  # noqa: ARG001 - skeleton
    """To be written."""
    return Answer("not testable", "it is not written yet")
