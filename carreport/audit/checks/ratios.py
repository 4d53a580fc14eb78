"""Skeleton of ratios; to be written."""

from __future__ import annotations

from carreport.audit.checks.answer import Answer


def ratio_interval(
    ratio: str | None, lower: str | None, upper: str | None, level: str | None = "95%"
) -> Answer:
    """To be written."""
    return Answer("not testable", "it is not written yet")


def ratio_p(
    lower: str | None, upper: str | None, p: str | None, level: str | None = "95%"
) -> Answer:
    """To be written."""
    return Answer("not testable", "it is not written yet")


def logrank_from_ratio(
    lower: str | None, upper: str | None, events: str | None, level: str | None = "95%"
) -> Answer:
    """To be written."""
    return Answer("not testable", "it is not written yet")


def wald_outside(lower: str | None, upper: str | None) -> Answer:  # noqa: ARG001 - skeleton
    """To be written."""
    return Answer("not testable", "it is not written yet")
