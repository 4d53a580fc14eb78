"""Skeleton of percentages; to be written."""

from __future__ import annotations

from carreport.audit.checks.answer import Answer


def grim(percent: str | None, n: str | None) -> Answer:  # noqa: ARG001 - skeleton
    """To be written."""
    return Answer("not testable", "it is not written yet")


def count_percent(count: str | None, percent: str | None, n: str | None) -> Answer:  # noqa: ARG001 - skeleton
    """To be written."""
    return Answer("not testable", "it is not written yet")
