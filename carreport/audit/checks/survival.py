"""Skeleton of survival; to be written."""

from __future__ import annotations

from carreport.audit.checks.answer import Answer
from carreport.audit.checks.inversion import Inversion, invert

__all__ = ["Inversion", "event_free", "events_implied", "greenwood", "invert", "km_inversion"]


def greenwood(rate: str | None, se: str | None, n: str | None) -> Answer:  # noqa: ARG001 - skeleton
    """To be written."""
    return Answer("not testable", "it is not written yet")


def km_inversion(rate: str | None, se: str | None, n: str | None) -> Answer:  # noqa: ARG001 - skeleton
    """To be written."""
    return Answer("not testable", "it is not written yet")


def event_free(rate: str | None, se: str | None, n: str | None, event_free: str | None) -> Answer:  # noqa: ARG001 - skeleton
    """To be written."""
    return Answer("not testable", "it is not written yet")


def events_implied(rate: str | None, se: str | None, n: str | None, events: str | None) -> Answer:  # noqa: ARG001 - skeleton
    """To be written."""
    return Answer("not testable", "it is not written yet")
