"""A document of ours with the numbers of another build, and nothing else changed."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from carreport.errors import BadInput, Problem
from carreport.word.drawings import redrawn
from carreport.word.edited import opened, packed
from carreport.word.fresh import fresh_of
from carreport.word.linking import Linked, There, linked, same
from carreport.word.marks import Standing, remarked
from carreport.word.record import Record, Written, record_xml
from carreport.word.refreshed import KINDS, Left, Refreshed
from carreport.word.rereading import Renewed, turned
from carreport.word.splicing import Tracker, spliced, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from carreport.saved.build import Saved
    from carreport.word.controls import Control, Mark
    from carreport.word.edited import Package
    from carreport.word.fresh import Fresh
    from carreport.word.refreshed import Kind
    from carreport.word.splicing import Edit

_AROUND: Final = 45
_DIGEST: Final = "study.data.digest"
_CONFIDENCE: Final = "study.confidence.level"
_USUAL: Final = 0.95
_CHANGED: Final = "◆"
_NAMED: Final = 3
_STATED: Final = "study."


def refresh(
    path: Path, saved: Saved, *, tracked: bool = False, overwrite: bool = False
) -> Refreshed:
    """
    Print every linked number of a document anew.

    Args:
        path: A Word document of ours, edited or not.
        saved: The build that has the new numbers.
        tracked: Whether each change is a tracked one.
        overwrite: Whether numbers changed by hand are replaced as well.

    Returns:
        The new file, in which all but numbers, figures and the record is as it was, and what is
        left to the reader.

    Raises:
        BadInput: The document is damaged, none of ours, or of another study.
    """
    package = opened(path)
    study = str(saved.record["study"])
    if not same(package.record.study, study):
        found = f"was written for the study {package.record.study!r}, the build is of {study!r}"
        raise BadInput([Problem(path.name, 0, "", found, "name the study it was written for")])
    return _Refresh(package, saved, tracked=tracked, overwrite=overwrite).done(path)


@dataclass(slots=True)
class _Told:
    """What has come of the document so far."""

    edits: dict[str, list[Edit]] = field(default_factory=dict)
    entries: list[Written] = field(default_factory=list)
    renewed: dict[tuple[str, int], list[Renewed]] = field(default_factory=dict)
    left: list[Left] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


class _Refresh:
    """One document and one build."""

    def __init__(self, package: Package, saved: Saved, *, tracked: bool, overwrite: bool) -> None:
        self._package, self._saved, self._overwrite = package, saved, overwrite
        self._fresh = fresh_of(saved, package.record.numbers)
        self._told = _Told()
        self._tracker = None
        if tracked:
            taken = (one for text in package.texts.values() for one in text.numbers)
            last = max(taken, default=0)
            self._tracker = Tracker(f"{saved.record['cutoff']}T00:00:00Z", last)

    def done(self, path: Path) -> Refreshed:
        """All of it."""
        told, package = self._told, self._package
        controls = [one for text in package.texts.values() for one in text.controls]
        counted = [one for one in controls if not (one.deleted or one.again)]
        there = [There(one.key, one.text, one.number) for one in counted]
        links = linked(package.record.numbers, there, lambda one: one.key)
        for control, link in zip(counted, links.found, strict=True):
            self._number(control, link)
        self._seconds(controls, counted, links.found)
        tracked = Counter(one.key for one in controls if one.deleted)
        for entry in links.deleted:
            self._deleted(entry, still_there=tracked[entry.key] > 0)
            tracked[entry.key] -= 1
        self._read_again()
        self._remark(counted, links.found)
        told.left.extend(self._came())
        figures = redrawn(package, self._saved)
        for name, edits in figures.edits.items():
            told.edits.setdefault(name, []).extend(edits)
        told.left += [Left("figure", place, words) for place, words in figures.left]
        changed = {name: spliced(package.files[name], edits) for name, edits in told.edits.items()}
        changed |= figures.files
        record = self._record()
        if record != package.record:
            changed |= dict.fromkeys(package.record_files, record_xml(record))
        order = list(KINDS)
        return Refreshed(
            packed(path, changed),
            package.record,
            record,
            told.counts["refreshed"],
            told.counts["unchanged"],
            told.counts["marks"],
            tuple(figures.names),
            tuple(sorted(told.left, key=lambda one: order.index(one.kind))),
            tuple(self._notices()),
        )

    # Number by number

    def _number(self, control: Control, link: Linked) -> None:
        """Print one anew, or say why not."""
        entry = link.entry
        if entry is None:
            if control.text.strip():
                self._leave("foreign", control, control.key, f"“{control.text}”")
            return
        fresh = self._fresh.get(entry.id)
        if fresh is None:
            words = f"“{control.text}”: there is no {entry.id} now"
            self._leave("gone", control, entry.id, words)
            self._told.entries.append(replace(entry, control=control.number))
            return
        new = fresh.printed(entry.style)
        self._told.entries.append(_entry(entry, control, fresh, new))
        old = control.text
        by_hand = not (same(old, entry.printed) or same(old, new))
        if by_hand and not self._overwrite:
            words = f"“{old}” stands there, written was “{entry.printed}”, now it is “{new}”"
            self._leave("changed", control, entry.id, words)
            return
        shown = old if same(old, new) else new
        self._told.counts["unchanged" if shown == old else "refreshed"] += 1
        if shown != old:
            self._write(control.part, control, new)
        renewed = Renewed(control, entry, fresh, old, shown)
        self._told.renewed.setdefault((control.part, control.paragraph), []).append(renewed)

    def _write(self, part: str, place: Control | Mark, text: str) -> None:
        edits = written(self._package.files[part], place, text, self._tracker)
        self._told.edits.setdefault(part, []).extend(edits)

    def _seconds(
        self, controls: Sequence[Control], counted: Sequence[Control], found: Sequence[Linked]
    ) -> None:
        """What stands there in two forms, for newer and older programs, says the same in both."""
        entries = {one.key: link.entry for one, link in zip(counted, found, strict=True)}
        for control in controls:
            entry = entries.get(control.key)
            if not control.again or control.deleted or entry is None or not control.pieces:
                continue
            fresh = self._fresh.get(entry.id)
            if fresh and same(control.text, entry.printed):
                new = fresh.printed(entry.style)
                if not same(control.text, new):
                    self._write(control.part, control, new)

    def _deleted(self, entry: Written, *, still_there: bool) -> None:
        words = f"“{entry.printed}” ({entry.id})"
        if still_there:  # whoever rejects the deletion gets a number that is still linked
            self._told.entries.append(entry)
            words += ", by a tracked change"
        self._told.left.append(Left("deleted", "", words, entry.id))

    # Sentence by sentence

    def _read_again(self) -> None:
        """Paragraphs in which something turned over; a cell of a table says nothing else."""
        level = next((row["value"] for row in self._saved.like(_row_of(_CONFIDENCE))), _USUAL)
        confidence = level if isinstance(level, float) else _USUAL
        for (part, at), numbers in self._told.renewed.items():
            if numbers[0].control.in_table:
                continue
            said = self._package.texts[part].paragraphs[at]
            now = {one.control.at: one for one in numbers}
            for one in turned(said, numbers, self._fresh, confidence):
                around = _around(said, now[one.control.at], numbers)
                left = Left("read", one.control.place, one.why, one.id, around)
                self._told.left.append(left)

    def _remark(self, controls: Sequence[Control], found: Sequence[Linked]) -> None:
        """Marks of origins, where the numbers before them are surer now, or less sure."""
        keys = self._package.record.keys
        paragraphs: dict[tuple[str, int], list[tuple[Control, Standing]]] = {}
        for control, link in zip(controls, found, strict=True):
            if link.entry is not None and control.pieces:
                end = control.at + len(control.text)
                fresh = self._fresh.get(link.entry.id)
                old = link.entry.origin
                standing = Standing(control.at, end, old, fresh.origin if fresh else old)
                paragraphs.setdefault((control.part, control.paragraph), []).append(
                    (control, standing)
                )
        for (part, at), numbers in paragraphs.items():
            text = self._package.texts[part]
            marks = [one for one in text.marks if one.paragraph == at]
            there = [one for _, one in numbers]
            right: set[Standing] = set()
            open_ = len(marks)
            for mark, glyph, mine in remarked(text.paragraphs[at], marks, there):
                open_ -= 1
                right.update(mine)
                if glyph != mark.text:
                    self._told.counts["marks"] += 1
                    self._write(part, mark, glyph)
            for control, one in numbers:
                if one.turned and one not in right and (open_ or not one.marked):
                    words = (
                        f"“{control.text}” was {one.old or 'stated'} and is {one.new or 'stated'}"
                    )
                    self._leave("mark", control, keys.get(control.key, control.key), words)

    def _came(self) -> Iterator[Left]:
        """Numbers that the new build prints in tables and sentences that the document has."""
        document = self._package.record.document
        have = {one.id for one in self._package.record.numbers}
        figures = {one.stem for one in (self._saved.folder / "figures").glob("*.png")}
        new: dict[str, list[str]] = {}
        held: set[str] = set()
        for row in self._saved.printed():
            id_, uses = row["id"], [one for one in row["uses"] if one["document"] == document]
            places = [*dict.fromkeys(one["place"] for one in uses)]
            if id_.startswith(_STATED):
                continue
            if id_ not in have:
                for place in places:
                    new.setdefault(place, []).append(id_)
            elif len(places) == 1:  # a number of many places says of none that it is there
                held.update(places)
        for place, ids in new.items():
            if place in held - figures:
                more = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
                yield Left("new", place, f"{', '.join(ids[:_NAMED])}{more}")

    def _leave(self, kind: Kind, control: Control, id_: str, words: str) -> None:
        self._told.left.append(Left(kind, control.place, words, id_))

    # The whole

    def _record(self) -> Record:
        saved = self._saved
        digest = next((row["value"] for row in saved.like(_row_of(_DIGEST))), "")
        return Record(
            study=str(saved.record["study"]),
            cutoff=str(saved.record["cutoff"]),
            document=self._package.record.document,
            digest=str(digest or ""),
            numbers=tuple(self._told.entries),
            session=self._package.record.session,
        )

    def _notices(self) -> Iterator[str]:
        texts = self._package.texts.values()
        if any(_CHANGED in one for text in texts for one in text.paragraphs):
            yield f"the marks {_CHANGED} tell what changed before this document was written; they were left"
        if self._told.counts["marks"]:
            yield "notes that explain the marks of origins were left as they are: read them again"
        if self._tracker and any(
            one.tracked for text in texts for one in text.controls if not one.deleted
        ):
            yield "numbers that stand in tracked changes were renewed without one more"


def _entry(entry: Written, control: Control, fresh: Fresh, new: str) -> Written:
    """What the record says of a number from now on."""
    return Written(
        id=entry.id,
        key=control.key,
        printed=new,
        style=entry.style,
        control=control.number,
        value=fresh.said,
        origin=fresh.origin,
    )


def _around(said: str, one: Renewed, numbers: Sequence[Renewed]) -> str:
    """What stands around a number now."""
    start, end = one.control.at, one.control.at + len(one.control.text)
    low, high = max(0, start - _AROUND), min(len(said), end + _AROUND)
    parts: list[str] = []
    at = low
    for each in sorted(numbers, key=lambda each: each.control.at):
        first, last = each.control.at, each.control.at + len(each.control.text)
        if first >= at and last <= high:
            parts += (said[at:first], each.new)
            at = last
    whole = "".join((*parts, said[at:high]))
    return f"{'…' if low else ''}{' '.join(whole.split())}{'…' if high < len(said) else ''}"


def _row_of(id_: str) -> re.Pattern[bytes]:
    """Finds the line of a result."""
    return re.compile(rb'^\{"id": "' + re.escape(id_.encode()) + rb'",.*$', re.MULTILINE)
