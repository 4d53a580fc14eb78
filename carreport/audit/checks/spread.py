"""Skeleton of spread; to be written."""

from __future__ import annotations

from carreport.audit.checks.answer import Answer


def spread(sd: str | None, low: str | None, high: str | None, n: str | None) -> Answer:  # noqa: ARG001 - skeleton
    """To be written."""
    return Answer("not testable", "it is not written yet")


def grimmer(mean: str | None, sd: str | None, n: str | None, step: str | None = "1") -> Answer:  # noqa: ARG001 - skeleton
    """To be written."""
    return Answer("not testable", "it is not written yet")


def debit(mean: str | None, sd: str | None, n: str | None) -> Answer:  # noqa: ARG001 - skeleton
    """To be written."""
    return Answer("not testable", "it is not written yet")
