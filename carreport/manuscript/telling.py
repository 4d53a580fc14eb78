"""Block by block: every number of a manuscript and what became of it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from carreport.manuscript.around import scene
from carreport.manuscript.by_sentence import Place, by_sentence
from carreport.manuscript.entries import TEXTS, form
from carreport.manuscript.index import Index, has_value
from carreport.manuscript.kinds import (
    BOUND,
    HIDDEN,
    OF_OWNERS,
    Stretch,
    is_everyday,
    name_reason,
    not_a_statistic,
    stretches,
)
from carreport.manuscript.linked import is_unlinked, since_written
from carreport.manuscript.matching import told
from carreport.manuscript.numbers import Number, decimal_comma, names_in, numbers_in
from carreport.manuscript.sentences import Sentences, met
from carreport.manuscript.words import abbreviations

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from carreport.manuscript.answer import Finding
    from carreport.manuscript.entries import Entry
    from carreport.manuscript.linked import Link, Linkage
    from carreport.manuscript.matching import Told
    from carreport.manuscript.model import Manuscript, Mark

FEW: Final = 3
BETTER: Final = 0.1
"""By so much an earlier build's result has to go better with the words than one of this build."""


@dataclass(frozen=True, slots=True)
class Build:
    """A build: its results, and the sentences of its documents."""

    index: Index
    sentences: Sentences


class Teller:
    """Tells what became of the numbers of one manuscript."""

    def __init__(
        self,
        manuscript: Manuscript,
        now: Build,
        then: Build | None,
        links: Linkage | None = None,
    ) -> None:
        texts = [one.text for one in manuscript.blocks]
        self._blocks = manuscript.blocks
        self._now = now
        self._then = then
        self._links = links
        self._comma = decimal_comma(texts)
        self._short = abbreviations(texts)
        references = sum(one.kind == "reference" for one in manuscript.blocks)
        self._cited = references + FEW if references else 150
        self.names: Counter[str] = Counter()

    def findings(self) -> Iterator[Finding]:
        """Every number, in reading order."""
        heading = caption = ""
        earlier = self._then.sentences if self._then else None
        parts = met(self._blocks, self._now.sentences, earlier)
        for at, (block, found) in enumerate(zip(self._blocks, parts, strict=True)):
            if block.kind in {"heading", "title"}:
                heading = block.text
            if block.kind == "caption":
                caption = block.text
            place = Place(at, block, heading, caption, found)
            for one in sorted(self._block(place), key=lambda one: one.start):
                unlinked = self._links and self._links.written and is_unlinked(one)
                yield replace(one, link="unlinked") if unlinked else one

    def _block(self, place: Place) -> Iterator[Finding]:
        block = place.block
        if not block.text.strip():
            return
        marked = [*self._marked(place)]
        yield from marked
        text = _hidden(block.text, [(one.start, one.end) for one in block.marks])
        if block.kind == "cell" and not marked and (whole := self._whole_cell(place)):
            yield whole
            return
        plain = stretches(replace(block, text=text), self._cited)
        for one in plain:
            yield self._stretch(place, one)
        text = _hidden(text, [(one.start, one.end) for one in plain])
        numbers = numbers_in(text, comma=self._comma)
        yield from self._numbers(place, numbers)
        for name in names_in(text, numbers):
            span = (name.start, name.end)
            if (found := by_sentence(place, span)) and found.found:
                yield found
            elif reason := name_reason(text, name.start, name.end):
                yield place.finding((name.start, name.end), "not a statistic", reason)
            else:
                self.names[block.text[name.start : name.end]] += 1

    # What carries an id

    def _marked(self, place: Place) -> Iterator[Finding]:
        text = place.block.text
        for mark in place.block.marks:
            said = text[mark.start : mark.end]
            digits = any(map(str.isdigit, said))
            if mark.owner != "number":
                if digits:
                    reason = OF_OWNERS[mark.owner]
                    yield place.finding((mark.start, mark.end), "not a statistic", reason)
                continue
            if said.strip() == mark.id:
                reason = "it belongs to the id of a result"
                if digits:
                    yield place.finding((mark.start, mark.end), "not a statistic", reason)
                continue
            entry = self._now.index.entries.get(mark.id)
            link, was = self._link(place, mark)
            if link:
                if digits or link == "changed" or (entry and entry.unit.kind not in TEXTS):
                    found = self._by_id(place, mark, entry)
                    yield since_written(found, link, was, self._links.cutoff if self._links else "")
            elif digits or (entry and entry.unit.kind not in TEXTS and numbers_in(said)):
                yield self._by_id(place, mark, entry)

    def _link(self, place: Place, mark: Mark) -> tuple[Link, str]:
        """What became of the link of a mark, and what was written there."""
        states = self._links.states if self._links else {}
        return states.get((place.at, mark.start), ("", ""))

    def _by_id(self, place: Place, mark: Mark, entry: Entry | None) -> Finding:
        said, span = place.block.text[mark.start : mark.end], (mark.start, mark.end)
        then = self._then.index.entries.get(mark.id) if self._then else None
        if entry is None:
            reason = f"the document says it is {mark.id}, and the build has no such result"
            if then and _prints(then, said):
                return place.finding(
                    span, "stale", f"{reason}; an earlier build had", "id", [mark.id]
                )
            return place.finding(span, "unmatched", reason, "id", [mark.id])
        if _prints(entry, said):
            reason = f"the document says it is {entry.id}"
            return place.finding(span, "matches", reason, "id", [entry.id], entry.display)
        reason = f"the document says it is {entry.id}, which is {entry.display}"
        if then and _prints(then, said):
            reason = f"{reason}; in the earlier build it was {then.display}"
            return place.finding(span, "stale", reason, "id", [entry.id], entry.display)
        return place.finding(span, "altered", reason, "id", [entry.id], entry.display)

    # What is known by its words

    def _whole_cell(self, place: Place) -> Finding | None:
        """A cell that is a text of ours as a whole, digits and all."""
        text = place.block.text.strip()
        if not any(map(str.isdigit, text)):
            return None
        span = (0, len(place.block.text))
        if form(text) in self._now.index.names:
            return place.finding(span, "not a statistic", "it is a label of the study")
        entries = self._now.index.texts(text)
        if not (entries and any(map(str.isalpha, text))):
            return None
        if found := by_sentence(place, span):
            return found
        ids = [one.id for one in entries[:FEW]]
        reason = "a result is this text"
        return place.finding(span, "matches", reason, "words", ids, text)

    def _stretch(self, place: Place, one: Stretch) -> Finding:
        span = (one.start, one.end)
        if found := by_sentence(place, span):
            return found
        if one.date:
            now = _dated(self._now, one.date)
            if now:
                reason = f"it is the day of {now.id}"
                return place.finding(span, "matches", reason, "words", [now.id], now.display)
            then = _dated(self._then, one.date) if self._then else None
            if then and (entry := self._now.index.entries.get(then.id)):
                reason = (
                    f"it is what {entry.id} was in the earlier build; now it is {entry.display}"
                )
                return place.finding(span, "stale", reason, "words", [entry.id], entry.display)
        return place.finding(span, "not a statistic", one.reason)

    def _numbers(self, place: Place, numbers: Sequence[Number]) -> Iterator[Finding]:
        left: list[Number] = []
        text = place.block.text
        for one in numbers:
            span = (one.start, one.end)
            if found := by_sentence(place, span):
                yield found
            elif _within(text, span, self._now.index.titles):
                yield place.finding(span, "not a statistic", "it is part of the study’s title")
            elif reason := not_a_statistic(one, self._now.index.units):
                yield place.finding(span, "not a statistic", reason)
            else:
                left.append(one)
        if not left:
            return
        block = place.block
        caption = place.caption if block.kind == "cell" else ""
        here = scene(block.text, block.header, place.heading, caption, self._short)
        now = told(here, left, self._now.index)
        open_ = not all(one.sure for one in now)
        then = told(here, left, self._then.index) if self._then and open_ else ()
        for at, number in enumerate(left):
            yield self._by_words(place, number, now[at], then[at] if then else None)

    def _by_words(self, place: Place, number: Number, now: Told, then: Told | None) -> Finding:
        span, text = (number.start, number.end), place.block.text
        first = now.candidates[0].entry if now.candidates else None
        if now.sure and first:
            reason = f"the words go with {first.id}, and it has this value"
            return place.finding(span, "matches", reason, "words", [first.id], first.display)
        if then and then.sure and not (now.likely and _is_as_close(number, now, then)):
            was = then.candidates[0].entry
            entry = self._now.index.entries.get(was.id)
            if entry and not has_value(entry, number):
                reason = (
                    f"{was.id} was {was.display} in the earlier build; now it is {entry.display}"
                )
                return place.finding(span, "stale", reason, "words", [entry.id], entry.display)
        if is_everyday(text, number):
            reason = "it is an everyday word, and no result decides that it is a count"
            return place.finding(span, "not a statistic", reason)
        ids = [one.entry.id for one in now.candidates]
        if now.likely:
            reason = (
                f"{len(ids)} results have this value and words like these"
                if len(ids) > 1
                else (f"{ids[0]} has this value, but only some of the words go with it")
            )
            return place.finding(span, "ambiguous", reason, "words", ids)
        if number.relation in {"<", ">", "≤", "≥"}:
            return place.finding(span, "not a statistic", BOUND)
        reason = "no result has this value"
        if ids:
            reason = f"{ids[0]} has this value, but the words do not go with it"
        return place.finding(span, "unmatched", reason)


def _is_as_close(number: Number, now: Told, then: Told) -> bool:
    """
    Whether a result of now with words like these is as good a reason as one of before.

    Of a bare count many results have the value by chance, so the earlier words must lead by more.
    """
    bare = not (number.decimals or number.percent or number.power or number.unit)
    return now.score + (2 * BETTER if bare else BETTER) > then.score


def _prints(entry: Entry, said: str) -> bool:
    """Whether a text is what a result prints, in any style or to any precision."""
    if form(said) in entry.forms:
        return True
    if entry.unit.kind in TEXTS:
        part = form(said).rstrip("-")  # a text broken over lines carries its id in each
        return len(part) >= FEW and part in form(entry.display)
    numbers = numbers_in(said)
    return len(numbers) == 1 and has_value(entry, numbers[0])


def _dated(build: Build, day: str) -> Entry | None:
    """The date a study states that is this day."""
    stated = (one for one in build.index.entries.values() if one.unit.kind == "date")
    return next((one for one in stated if one.value == day and one.id.startswith("study.")), None)


def _within(text: str, span: tuple[int, int], parts: Iterable[str]) -> bool:
    """Whether a stretch lies within one of these parts of a text."""
    return any(
        found.start() <= span[0] and span[1] <= found.end()
        for part in parts
        for found in re.finditer(re.escape(part), text)
    )


def _hidden(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """A text with some stretches hidden, as long as before."""
    signs = list(text)
    for start, end in spans:
        signs[start:end] = HIDDEN * (end - start)
    return "".join(signs)
