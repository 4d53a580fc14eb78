"""Skeleton of pvalues; to be written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carreport.audit.checks.answer import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence


def p_from_r(r: str | None, p: str | None, n: str | None) -> Answer:  # noqa: ARG001 - skeleton
    """To be written."""
    return Answer("not testable", "it is not written yet")


def n_from_r(r: str | None, p: str | None, candidates: Sequence[str]) -> Answer:  # noqa: ARG001 - skeleton
    """To be written."""
    return Answer("not testable", "it is not written yet")


def p_from_t(t: str | None, df: str | None, p: str | None) -> Answer:  # noqa: ARG001 - skeleton
    """To be written."""
    return Answer("not testable", "it is not written yet")


def p_from_z(z: str | None, p: str | None) -> Answer:  # noqa: ARG001 - skeleton
    """To be written."""
    return Answer("not testable", "it is not written yet")


def p_from_chi2(x: str | None, df: str | None, p: str | None) -> Answer:  # noqa: ARG001 - skeleton
    """To be written."""
    return Answer("not testable", "it is not written yet")


def p_from_f(f: str | None, df1: str | None, df2: str | None, p: str | None) -> Answer:  # noqa: ARG001 - skeleton
    """To be written."""
    return Answer("not testable", "it is not written yet")
