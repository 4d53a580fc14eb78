"""What a paper printed, at the number of ours that recomputes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carreport.audit import by_result, foremost
from carreport.render.appendix import Printed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carreport.audit import Verdict
    from carreport.render.appendix import Reported


def reported(verdicts: Sequence[Verdict]) -> Reported:
    """For each number what a paper printed, as a page says it; the worst verdict first."""
    found: dict[str, tuple[Printed, ...]] = {}
    for id_, judged in by_result(verdicts).items():
        worst = foremost(judged)
        ordered = [worst, *(one for one in judged if one is not worst)]
        found[id_] = tuple(Printed(one.verdict, one.sentence) for one in ordered)
    return found
