"""A number of a block by our own sentence: what our documents print there."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from carreport.manuscript.answer import Finding
from carreport.manuscript.sentences import Met, best

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from carreport.manuscript.answer import By, Word
    from carreport.manuscript.model import Block
    from carreport.manuscript.sentences import Run

_WORD: Final = "our own documents have this sentence, and there it is a word without an id"
_OURS: Final = "our own documents have this sentence, and there it is"


@dataclass(frozen=True, slots=True)
class Place:
    """The block that is told."""

    at: int
    block: Block
    heading: str
    caption: str
    sentences: Sequence[Met]

    def finding(
        self,
        span: tuple[int, int],
        word: Word,
        reason: str,
        by: By = "",
        ids: Sequence[str] = (),
        ours: str = "",
    ) -> Finding:
        """One finding of this block."""
        said = self.block.text[slice(*span)]
        return Finding(self.at, *span, said, self.block.place, word, reason, by, tuple(ids), ours)


def by_sentence(place: Place, span: tuple[int, int]) -> Finding | None:
    """What our own sentence says of a stretch of text; None where it is none of ours."""
    at = bisect_right(place.sentences, span[0], key=lambda one: one.sentence.start) - 1
    if at < 0 or not place.sentences[at].now:
        return None
    known = place.sentences[at]
    runs = known.sentence.runs
    inside = [at for at, (start, end) in enumerate(runs) if start < span[1] and span[0] < end]
    if not inside:
        return place.finding(span, "not a statistic", _WORD, "sentence")
    said = known.sentence.said(place.block.text)
    heard = [said[at] for at in inside]
    sure = [each for each in known.now if len(each) == 1] or known.now[:1]
    ours = [[best(each, said).runs[at] for at in inside] for each in sure]
    for mine in ours:
        if [run.said for run in mine] == heard:
            return _agreeing(place, span, mine)
    if not ours[0][0].id:
        return None
    earlier = [[each.runs[at] for at in inside] for like in known.then for each in like]
    return _apart(place, span, ours[0], heard, earlier)


def _apart(
    place: Place,
    span: tuple[int, int],
    mine: Sequence[Run],
    heard: Sequence[str],
    earlier: Iterable[Sequence[Run]],
) -> Finding:
    """A number that our own sentence has otherwise."""
    ids = [run.id for run in mine]
    ours = mine[0].whole
    reason = f"{_OURS} {ours} ({ids[0]})"
    for runs in earlier:
        if [run.said for run in runs] == heard and [run.id for run in runs] == ids:
            reason = f"{reason}; in the earlier build it was {runs[0].whole}"
            return place.finding(span, "stale", reason, "sentence", ids, ours)
    return place.finding(span, "unmatched", reason, "sentence", ids, ours)


def _agreeing(place: Place, span: tuple[int, int], mine: Sequence[Run]) -> Finding:
    ids = tuple(dict.fromkeys(run.id for run in mine if run.id))
    if not ids:
        owner = mine[0].why
        reason = f"our own documents have this sentence, and there it {_OWNED.get(owner, owner)}"
        return place.finding(span, "not a statistic", reason, "sentence")
    reason = "our own documents have this sentence with this number"
    return place.finding(span, "matches", reason, "sentence", ids, mine[0].whole)


_OWNED: Final[Mapping[str, str]] = {
    "axis": "is part of an axis",
    "reference": "is the number of a reference",
    "method": "is part of a method",
    "label": "is part of a label",
    "trace": "is part of a trace",
}
