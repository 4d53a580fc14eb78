"""Skeleton of tables; to be written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carreport.audit.checks.answer import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence


def p_from_table(counts: Sequence[Sequence[str | None]], p: str | None) -> Answer:  # noqa: ARG001 - skeleton
    """To be written."""
    return Answer("not testable", "it is not written yet")


def p_from_levels(left: Sequence[str | None], right: Sequence[str | None], p: str | None) -> Answer:  # noqa: ARG001 - skeleton
    """To be written."""
    return Answer("not testable", "it is not written yet")
