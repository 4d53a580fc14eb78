"""The audit as a document's templates see it: verdicts by section, conflicts, checks, gaps."""

from __future__ import annotations

from functools import cached_property
from itertools import groupby
from types import SimpleNamespace
from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape

from carreport.audit.claims import COPIED
from carreport.audit.record import standing
from carreport.audit.tally import (
    SHOWN,
    TESTED,
    by_claim,
    clashes,
    gaps,
    headline,
    plain_note,
    plain_reason,
    recurring,
    sections,
    tallies,
    told_apart,
)
from carreport.ids import fragment
from carreport.render.audit_marks import marks
from carreport.render.audited import (
    DOT,
    PAIR,
    QUOTES,
    WITNESSES,
    Quoted,
    clean,
    folded,
    once,
    printed_in,
    quoted,
)
from carreport.render.printing import marked as with_marks
from carreport.render.printing import traced

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carreport.audit import Audit, Claim, Verdict
    from carreport.audit.model import Clash, Conflict, Finding, Side
    from carreport.audit.tally import Gap, Section, Tally
    from carreport.results import Result, Results
    from carreport.study.snapshot import Snapshot

FEW: Final = 12
"""So many figures are named where something is missing; of more, the places."""
SOLUTIONS: Final = 6
"""So many sets of what would give the printed numbers are listed; the rest is counted."""


def _bears(conflict: Conflict, verdict: Verdict) -> bool:
    """Whether a claim's row names a conflict: of what is explained, not all the cells behind it."""
    copied = verdict.claim.check == COPIED and conflict.name not in verdict.conflicts
    return not copied or conflict.answer == "contradicted"


class AuditView:
    """
    An audit, told to templates.

    Args:
        audit: What it found.
        snapshot: The study as of the cutoff.
        results: Every number.
    """

    def __init__(self, audit: Audit, snapshot: Snapshot, results: Results) -> None:
        self._audit = audit
        self._results = results
        self._said = Quoted(audit)
        self.texts = self._said.texts
        self.standing = standing(audit, snapshot)

    # How many

    @property
    def judged(self) -> bool:
        """Whether claims were judged at all."""
        return self.standing == "judged"

    def count(self, key: str) -> Markup:
        """How many of something: a verdict, "all", "findings", "conflicts/contradicted"."""
        return self._said(key if key in self.texts else f"count/{key}")

    def some(self, key: str) -> bool:
        """Whether there is any of it, for conditions."""
        return self._number(key) > 0

    def one(self, key: str) -> bool:
        """Whether there is exactly one, for the words that follow."""
        return self._number(key) == 1

    def _number(self, key: str) -> int:
        return int(self.texts[key if key in self.texts else f"count/{key}"])

    def verdicts(self) -> list[SimpleNamespace]:
        """The kinds of verdicts with how many there are of each."""
        return [self._word(word, f"count/{word}") for word in SHOWN]

    def _word(self, word: str, key: str = "") -> SimpleNamespace:
        """A verdict, its class, and how many there are."""
        return SimpleNamespace(
            word=word,
            style=f"v-{word.replace(' ', '-')}",
            count=self._said(key) if key else "",
            any=bool(key) and self.texts[key] != "0",
        )

    # Claims

    @cached_property
    def _links(self) -> dict[str, str]:
        return {name: fragment(anchor) for name, anchor in self._anchors.items()}

    @cached_property
    def _anchors(self) -> dict[str, str]:
        """Where each claim stands on the page: its name, as far as an address can hold it."""
        found: dict[str, str] = {}
        for at, one in enumerate(self._audit.verdicts, start=1):
            anchor = f"claim-{'-'.join(clean(one.claim.claim_id).split())}"
            taken = anchor in found.values()
            found[one.claim.claim_id] = f"{anchor}-{at}" if taken else anchor
        return found

    @cached_property
    def _letters(self) -> dict[str, str]:
        return recurring(self._audit)

    def reasons(self) -> list[SimpleNamespace]:
        """Reasons that recur, each with its letter."""
        return [
            SimpleNamespace(letter=one, text=self._said(f"reason/{one}"))
            for one in self._letters.values()
        ]

    @cached_property
    def _conflicts(self) -> dict[str, tuple[Conflict, ...]]:
        return by_claim(self._audit.conflicts)

    def sections(self) -> list[SimpleNamespace]:
        """The sections of the paper with everything it prints there."""
        return self._sections

    @cached_property
    def _sections(self) -> list[SimpleNamespace]:
        return [self._section(at, one) for at, one in enumerate(sections(self._audit.verdicts))]

    def _section(self, at: int, section: Section) -> SimpleNamespace:
        key = f"section/{at}"
        title = ", ".join(
            f"{sum(one.verdict == word for one in section.verdicts)} {word}" for word in SHOWN
        )
        return SimpleNamespace(
            anchor=f"section-{at}",
            name=self._said(key),
            count=self.count(f"{key}/all"),
            verdicts=[self._word(word, f"{key}/{word}") for word in SHOWN],
            marks=marks(section.verdicts, self._links, f"{clean(section.name)}: {title}"),
            places=[
                SimpleNamespace(
                    name=self._said(f"{key}/place/{n}"),
                    rows=self._rows(some),
                )
                for n, (_, some) in enumerate(section.places)
            ],
        )

    def _rows(self, verdicts: Sequence[Verdict]) -> list[SimpleNamespace]:
        """Claims of one place; those that say the same of the same words share a row."""
        judged = [self._judged(one) for one in verdicts]
        return [
            SimpleNamespace(**vars(some[0]), figures=some, several=len(some) > 1)
            for _, group in groupby(judged, key=lambda one: one.alike)
            if (some := list(group))
        ]

    def _judged(self, verdict: Verdict) -> SimpleNamespace:
        claim = verdict.claim
        key = f"claim/{claim.claim_id}"
        conflicts = self._conflicts.get(claim.claim_id, ())
        reading, recurs = told_apart(verdict, plain_reason(verdict))
        remark = plain_note(verdict)
        stub, _, head = quoted(claim).rpartition(DOT)[0].partition(DOT)
        words = stub if "|" in claim.quote and head else quoted(claim) or claim.claim_id
        letter = self._letters.get(recurs, "")
        return SimpleNamespace(
            **vars(self._quoted(claim)),
            stub=self._said.part(key, stub) if words == stub else "",
            head=self._said.part(key, head) if words == stub else "",
            verdict=self._word(verdict.verdict),
            recomputed=self._recomputed(verdict),
            same=clean(verdict.recomputed) == clean(claim.reported),
            fold=folded(clean(verdict.recomputed)),
            reading=self._said(f"{key}/reading") if reading else "",
            reason=self._said(f"{key}/reason"),
            letter=letter,
            recurs=self._said(f"reason/{letter}") if letter else "",
            note=self._said(f"{key}/remark") if remark else "",
            conflicts=[self._link(one) for one in conflicts if _bears(one, verdict)],
            alike=(words, verdict.verdict, reading, letter or claim.claim_id, remark),
        )

    def _quoted(self, claim: Claim) -> SimpleNamespace:
        key = f"claim/{claim.claim_id}"
        anchor = self._anchors.get(claim.claim_id, "")
        return SimpleNamespace(
            anchor=anchor,
            link=fragment(anchor),
            quote=self._said.within(f"{key}/quote", claim.reported) if claim.quote else "",
            cell="|" in claim.quote,
            printed=self._said(f"{key}/reported"),
            place=self._said(f"{key}/location"),
        )

    def _places(self, claims: Sequence[Claim]) -> list[Markup]:
        """Where claims stand, each place once."""
        first = {one.location: one for one in reversed(claims)}
        ordered = dict.fromkeys(one.location for one in claims)
        return [self._quoted(first[one]).place for one in ordered]

    def _recomputed(self, verdict: Verdict) -> Markup | str:
        """Our number as a link to its trace, in the words of the printed one."""
        text, at, parts, shown = clean(verdict.recomputed), 0, [Markup()], []
        behind = self._behind(verdict.claim) if text else []
        for result in behind:
            for start, end, style in printed_in(text, at, result):
                parts += [escape(text[at:start]), traced(result, style)]
                shown.append((result, style))
                at = end
        key = f"claim/{verdict.claim.claim_id}/recomputed"
        if behind and not shown:
            return self._said(key) + ": " + traced(behind[0]) + with_marks((behind[0], ""))
        whole = Markup('<span data-audit="{}">{}</span>').format(
            key, Markup().join([*parts, escape(text[at:])])
        )
        return whole + with_marks(*shown) if shown else ""

    def _behind(self, claim: Claim) -> list[Result]:
        """The numbers that recompute a claim, in the order in which they are told."""
        own = [claim.result_id] if claim.number is not None or not claim.orders else []
        pairs = [(one.left or claim.result_id, one.right) for one in claim.orders]
        return [self._results[id_] for id_ in (*own, *(id_ for pair in pairs for id_ in pair))]

    def _link(self, conflict: Conflict) -> SimpleNamespace:
        anchor = f"conflict-{conflict.name}"
        return SimpleNamespace(
            link=fragment(anchor),
            number=self._said(f"conflict/{conflict.name}/number"),
        )

    def conflicts(self, answer: Clash) -> list[SimpleNamespace]:
        """What cannot all hold, what a reading explains, or what is worth a question."""
        return [self._conflict(one) for one in clashes(self._audit, answer)]

    def _conflict(self, conflict: Conflict) -> SimpleNamespace:
        key, reading = f"conflict/{conflict.name}", conflict.reading
        sides = [self._side(f"{key}/side/{at}", one) for at, one in enumerate(conflict.sides)]
        listed = len(conflict.solutions[:SOLUTIONS])
        return SimpleNamespace(
            anchor=f"conflict-{conflict.name}",
            **vars(self._link(conflict)),
            headline=self._said(f"{key}/headline"),
            plain=clean(headline(conflict)),
            pairs=[sides[at : at + PAIR] for at in range(0, len(sides), PAIR)],
            only=len(conflict.sides) == PAIR + 1,
            others=self._said(f"{key}/sides") if len(conflict.sides) > PAIR else "",
            reason=self._said(f"{key}/reason"),
            formula=self._said(f"{key}/formula") if conflict.formula else "",
            solutions=[self._said(f"{key}/solution/{at}") for at in range(listed)],
            more=len(conflict.solutions) > listed,
            of_solutions=self._said(f"{key}/solutions"),
            reading=self._said(f"{key}/reading") if reading else "",
            holds=reading is not None and reading.holds,
            fills=reading is not None and reading.fills,
        )

    def _side(self, key: str, side: Side) -> SimpleNamespace:
        """What a side amounts to, and its quotes, each once."""
        claims = once(side.claims)
        more, witnesses = claims[QUOTES:], once(side.witnesses)
        return SimpleNamespace(
            says=self._said(key),
            claims=[self._quoted(one) for one in claims[:QUOTES]],
            more_places=self._places(more),
            more=self._said(f"{key}/more") if more else "",
            witnesses=[self._quoted(one) for one in witnesses[:WITNESSES]],
            more_witnesses=self._places(witnesses[WITNESSES:]),
            implying=self._said(f"{key}/implying") if witnesses[WITNESSES:] else "",
        )

    def checks(self) -> list[SimpleNamespace]:
        """Each check that was run, with how often it answered what."""
        return [self._tally(one) for one in tallies(self._audit.findings)]

    def _tally(self, tally: Tally) -> SimpleNamespace:
        key = f"check/{tally.check}"
        return SimpleNamespace(
            title=self._said(f"{key}/title"),
            formula=self._said(f"{key}/formula"),
            source=self._said(f"{key}/source"),
            counts=[
                (answer, self._said(f"{key}/{answer}") if tally.counts[answer] else "")
                for answer in TESTED
            ],
        )

    def open_findings(self) -> list[SimpleNamespace]:
        """Checks that could not be run, those with the same reason together."""
        found: dict[str, list[tuple[int, Finding]]] = {}
        for at, one in enumerate(self._audit.findings):
            if one.answer == "not testable":
                found.setdefault(one.reason, []).append((at, one))
        return [
            SimpleNamespace(
                reason=self._said(f"finding/{some[0][0]}/reason"),
                titles=[*dict.fromkeys(self._said(f"check/{one.check}/title") for _, one in some)],
                claims=[
                    SimpleNamespace(
                        link=self._links[id_],
                        printed=self._said(f"claim/{id_}/reported"),
                        place=self._said(f"claim/{id_}/location"),
                    )
                    for id_ in self._said.each_once(id_ for _, one in some for id_ in one.claims)
                ],
            )
            for some in found.values()
        ]

    def gaps(self) -> list[SimpleNamespace]:
        """What is missing, and what could be tested with it."""
        return [self._gap(at, one) for at, one in enumerate(gaps(self._audit.verdicts))]

    def _gap(self, at: int, gap: Gap) -> SimpleNamespace:
        return SimpleNamespace(
            missing=self._said(f"gap/{at}/missing"),
            count=self._said(f"gap/{at}/count"),
            few=len(gap.verdicts) <= FEW,
            claims=[self._quoted(one.claim) for one in gap.verdicts],
            places=self._places([one.claim for one in gap.verdicts]),
        )
