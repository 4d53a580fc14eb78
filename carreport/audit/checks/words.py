"""Skeleton of words; to be written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carreport.audit.checks.answer import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence


def same_label(labels: Sequence[str | None]) -> Answer:  # noqa: ARG001 - skeleton
    """To be written."""
    return Answer("not testable", "it is not written yet")


def same_identifier(descriptions: Sequence[str | None]) -> Answer:  # noqa: ARG001 - skeleton
    """To be written."""
    return Answer("not testable", "it is not written yet")
