"""What a page may print of an audit: its texts, each under a key that the scan looks up again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape

from carreport.audit import by_result, foremost
from carreport.audit.checks import CHECKS
from carreport.audit.rules import TITLES
from carreport.audit.tally import (
    CLASHES,
    SHOWN,
    TESTED,
    clashes,
    counts,
    gaps,
    headline,
    numbered,
    of_made_data,
    plain_note,
    plain_reason,
    recurring,
    sections,
    tallies,
    told_apart,
)
from carreport.render.appendix import Printed
from carreport.render.literals import has_digit
from carreport.study.origins import Origin
from carreport.units import STYLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from carreport.audit import Audit, Claim, Verdict
    from carreport.audit.model import Conflict
    from carreport.render.appendix import Reported
    from carreport.results import Result

_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
"""What HTML cannot hold, or turns the direction of what follows."""
DOT: Final = " · "
_CELL: Final = re.compile(r"\s*\|\s*")
NARROW: Final = 14
"""So many signs stand in one line of a column."""
QUOTES: Final = 3
WITNESSES: Final = 2
"""So many quotes stand on a side of a conflict, and of what implies it; the rest is counted."""
PAIR: Final = 2
_WIDEST: Final = 20
"""So many letters fit into the narrowest column on paper."""
_WIDE: Final = re.compile(rf"\S{{{_WIDEST + 1},}}")
_JOINT: Final = re.compile(r"[-+&/=;:)_](?=\S)|[.,](?=[^\W\d])")
_RUN: Final = re.compile(rf"[^\s\u200b]{{{_WIDEST + 1},}}")
_SHORT: Final = 16
"""What is longer may break over lines, and is not set apart within its quote."""
_FORMULA: Final = re.compile(r"[≤≥⊆≈Σ√Φ∪²]|P\(")
_YEAR: Final = re.compile(r"\b(18|19|20)\d\d\b")
_FIELDS: Final = ("claim_id", "reported", "quote", "location", "note")


def once(claims: Iterable[Claim]) -> list[Claim]:
    """The claims without those that quote the same words of the same place again, or some."""
    found: dict[tuple[str, str], Claim] = {}
    for one in claims:
        found.setdefault((one.location, one.quote or one.reported), one)
    return [
        one
        for (place, quote), one in found.items()
        if not any(place == other and quote in longer != quote for other, longer in found)
    ]


def reported(verdicts: Sequence[Verdict]) -> Reported:
    """For each number what a paper printed, as a page says it; the worst verdict first."""
    found: dict[str, tuple[Printed, ...]] = {}
    for id_, judged in by_result(verdicts).items():
        worst = foremost(judged)
        ordered = [worst, *(one for one in judged if one is not worst)]
        found[id_] = tuple(Printed(one.verdict, one.sentence) for one in ordered)
    return found


def clean(text: str) -> str:
    """A text of the claims on one line: harmless signs only, and no word too long to set."""
    whole = " ".join(_UNSEEN.sub("\N{REPLACEMENT CHARACTER}", text).split())
    return _WIDE.sub(_breakable, whole)


def quoted(claim: Claim) -> str:
    """The words around a figure; the cells of a table apart by dots."""
    return _CELL.sub(DOT, clean(claim.quote))


def _breakable(found: re.Match[str]) -> str:
    """A long word that a narrow column can break without breaking a number in it."""
    word = _JOINT.sub("\\g<0>\N{ZERO WIDTH SPACE}", found[0])
    return _RUN.sub(lambda run: " ".join(_pieces(run[0])), word)


def _pieces(run: str) -> list[str]:
    return [run[at : at + _WIDEST] for at in range(0, len(run), _WIDEST)]


def marked(key: str, text: str) -> Markup:
    """A text of an audit; marked with its key where it holds digits."""
    if not has_digit(text):
        return escape(text)
    return Markup('<span data-audit="{}">{}</span>').format(key, text)


def audit_texts(audit: Audit) -> dict[str, str]:
    """
    Everything a page may print of an audit, by key.

    The scan of a finished page asks whether what carries a key is what stands here.
    """
    found = {key: clean(text) for key, text in _texts(audit)}
    claims = [one.claim for one in audit.verdicts]
    return found | {f"claim/{one.claim_id}/quote": quoted(one) for one in claims}


def _texts(audit: Audit) -> Iterator[tuple[str, str]]:
    yield from _counted("count", audit.verdicts)
    for at, section in enumerate(sections(audit.verdicts)):
        yield f"section/{at}", section.name
        yield from _counted(f"section/{at}", section.verdicts)
        yield from ((f"section/{at}/place/{n}", name) for n, (name, _) in enumerate(section.places))
    yield from _weaker(audit.verdicts)
    for one in audit.verdicts:
        key = f"claim/{one.claim.claim_id}"
        yield from ((f"{key}/{name}", getattr(one.claim, name)) for name in _FIELDS)
        yield f"{key}/recomputed", one.recomputed
        yield f"{key}/remark", plain_note(one)
        reason = plain_reason(one)
        yield f"{key}/reason", reason
        yield f"{key}/reading", told_apart(one, reason)[0]
    yield from ((f"reason/{letter}", text) for text, letter in recurring(audit).items())
    pairs = numbered(audit.conflicts)
    for answer in CLASHES:
        found = clashes(audit, answer)
        yield f"conflicts/{answer}", str(len(found))
        for conflict in found:
            yield f"conflict/{conflict.name}/number", str(pairs[conflict.name])
            yield from _conflict(f"conflict/{conflict.name}", conflict)
    yield from _checks(audit)
    for at, gap in enumerate(gaps(audit.verdicts)):
        yield f"gap/{at}/missing", gap.missing
        yield f"gap/{at}/count", str(len(gap.verdicts))


def _counted(key: str, verdicts: Sequence[Verdict]) -> Iterator[tuple[str, str]]:
    found = counts(verdicts)
    yield f"{key}/all", str(len(verdicts))
    yield from ((f"{key}/{word}", str(found[word])) for word in SHOWN)


def _weaker(verdicts: Sequence[Verdict]) -> Iterator[tuple[str, str]]:
    """How many figures agree or differ by weaker data, and where most that no data test stand."""
    found = of_made_data(verdicts)
    made = [Origin.RECONSTRUCTED.label, Origin.SIMULATED.label]
    yield "count/differs/made", str(sum(found["differs", origin] for origin in made))
    for origin in (Origin.DERIVED.label, *made):
        yield f"count/consistent/{origin}", str(found["consistent", origin])
    untested = {one.name: counts(one.verdicts)["not testable"] for one in sections(verdicts)}
    name = max(untested, key=lambda one: untested[one], default="")
    most = bool(name) and 2 * untested[name] >= sum(untested.values())
    yield "untested/section", name if most else ""
    yield "untested/most", str(untested[name]) if most else "0"


def _conflict(key: str, conflict: Conflict) -> Iterator[tuple[str, str]]:
    yield f"{key}/headline", headline(conflict)
    yield f"{key}/reason", conflict.reason
    yield f"{key}/formula", conflict.formula
    yield from _solutions(key, conflict.solutions)
    if conflict.reading:
        yield f"{key}/reading", conflict.reading.text
    yield f"{key}/sides", str(len(conflict.sides) - PAIR)
    for at, side in enumerate(conflict.sides):
        yield f"{key}/side/{at}", side.says
        yield f"{key}/side/{at}/more", str(len(once(side.claims)) - QUOTES)
        yield f"{key}/side/{at}/implying", str(len(once(side.witnesses)) - WITNESSES)
        for claim in (*side.claims, *side.witnesses):
            yield from (
                (f"claim/{claim.claim_id}/{name}", getattr(claim, name)) for name in _FIELDS
            )


def _solutions(key: str, solutions: Sequence[str]) -> Iterator[tuple[str, str]]:
    yield f"{key}/solutions", str(len(solutions))
    yield from ((f"{key}/solution/{at}", one) for at, one in enumerate(solutions))


def _checks(audit: Audit) -> Iterator[tuple[str, str]]:
    yield "findings", str(len(audit.findings))
    found = tallies(audit.findings)
    yield "checks", str(len(found))
    for answer in TESTED:
        yield f"findings/{answer}", str(sum(one.counts[answer] for one in found))
    for one in found:
        known, key = CHECKS.get(one.check), f"check/{one.check}"
        yield f"{key}/title", known.title if known else TITLES.get(one.check, one.check)
        yield f"{key}/formula", known.formula if known else ""
        yield f"{key}/source", reference(known.source) if known else ""
        yield from ((f"{key}/{answer}", str(one.counts[answer])) for answer in TESTED)
    for at, finding in enumerate(audit.findings):
        yield f"finding/{at}/reason", finding.reason
        yield f"finding/{at}/formula", finding.formula


def reference(source: str) -> str:
    """Where a formula is from, without the formula, which stands beside it."""
    found = []
    for part in source.replace("`", "").rstrip(".").split("; "):
        cited, _, after = part.partition(": ")
        if not _FORMULA.search(part):
            found.append(part)
        elif _YEAR.search(cited) and not _FORMULA.search(cited):
            found.append(cited)
        elif cited.endswith(" R"):
            found.append(f"R: {after}")
    return "; ".join(found)


class Quoted:
    """
    The texts of an audit, marked for a page.

    Args:
        audit: What it found.
    """

    def __init__(self, audit: Audit) -> None:
        self.texts: Mapping[str, str] = audit_texts(audit)

    def __call__(self, key: str) -> Markup:
        """The text with this key; marked with it where it holds digits."""
        return marked(key, self.texts[key])

    def part(self, key: str, part: str) -> Markup:
        """A part of a quoted cell: its row, or its column."""
        if not has_digit(part):
            return escape(part)
        return Markup('<span data-part="{}/quote">{}</span>').format(key, part)

    def each_once(self, ids: Iterable[str]) -> list[str]:
        """The claims without those that print again what one before them printed."""
        found: dict[str, str] = {}
        for id_ in ids:
            if f"claim/{id_}/reported" in self.texts:
                found.setdefault(self.texts[f"claim/{id_}/reported"], id_)
        return [*found.values()]

    def within(self, key: str, part: str) -> Markup:
        """The same with *part* in bold, if that is short and stands there once."""
        text, sought = self.texts[key], clean(part)
        if len(sought) > _SHORT or text.count(sought or "\n") != 1:
            return self(key)
        before, _, after = text.partition(sought)
        inner = Markup("{}<b>{}</b>{}").format(before, sought, after)
        if not has_digit(text):
            return inner
        return Markup('<span data-audit="{}">{}</span>').format(key, inner)


def folded(text: str) -> str:
    """Where a recomputed text may break: nowhere, between words, or anywhere."""
    if len(text) <= NARROW:
        return ""
    return "folds" if has_digit(text) else "breaks"


def printed_in(text: str, since: int, result: Result) -> Iterator[tuple[int, int, str]]:
    """Where a number stands in a text, and in which of its styles; once or never."""
    forms = [(" ".join(result.styled(style).split()), style) for style in STYLES]
    for form, style in _longest_first(forms):
        sought = re.compile(rf"(?<![\w.,]){re.escape(form)}(?!\w|[.,]\d)")
        if match := sought.search(text, since):
            yield match.start(), match.end(), style
            return


def _longest_first(forms: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted((one for one in forms if one[0]), key=lambda one: -len(one[0]))
