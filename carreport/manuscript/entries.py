"""Results as a manuscript may speak of them: their values, what they are printed as, their words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from carreport.errors import BadInput
from carreport.ids import split_id
from carreport.manuscript.words import stems
from carreport.units import DAYS_PER_MONTH, DAYS_PER_YEAR, STYLES, Unit, show, unit_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from carreport.saved.build import Saved

SNAPSHOT: Final = "snapshot.json"
TEXTS: Final = frozenset({"text", "date", "identifier"})
_ROLES: Final[tuple[tuple[re.Pattern[str], str], ...]] = tuple(
    (re.compile(pattern), role)
    for pattern, role in (
        (r"(?:.*_)?p", "p"),
        (r"r", "r"),
        (r".*_df|.*_chi2|.*_[uv]", "test"),
        (r"(?:.*_)?missing|undecided|not_due|overdue|late", "gap"),
        (r".*_level|level", "level"),
        (r".*_lower|lower|.*_min|min|.*_q1|q1|first_day", "low"),
        (r".*_upper|upper|.*_max|max|.*_q3|q3|last_day", "high"),
        (r"se|sd", "error"),
        (r".*_?median|.*_?mean", "middle"),
        (r"rate|percent|.*share|incidence", "share"),
        (r".*ratio", "ratio"),
        (r".*_n|n|in_analysis|entered|known", "whole"),
        (r"k|count|events|died|patients|infused|reinfused|alive|notes", "part"),
    )
)
"""What a field of a result is to the others of its call."""
_LABELLED: Final = 1.0
_KEYED: Final = 1.0
_OF_WHOM: Final = 0.5
_BY_DATE: Final = re.compile(r", by \d{4}-\d{2}-\d{2}$")
_CELL: Final = re.compile(r",? one cell of a listing")
_POWER: Final = re.compile(r"×\s*10([⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2})")
_RAISED: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One result.

    Attributes:
        id: Its id.
        value: Its value; text for a date or a name, None where it is not estimable.
        unit: Its unit.
        display: As it is printed.
        forms: Everything it is printed as, in any style and in any document of the build.
        words: Stems of what it is called and of whom it is about, and how much each says.
        more: Stems that may stand beside it as well.
        call: What computes it, without the field: results of one call belong together.
        role: What its field is to the others of the call: part, whole, share, low, high …
        whom: The patients it is about, in words.
        group: The group it is about, or empty.
        patients: Everybody it counts.
        power: The power of ten that its unit says is left out, or 0.
        patient: The one patient it is a cell of, or empty.
    """

    id: str
    value: float | str | None
    unit: Unit
    display: str
    forms: frozenset[str]
    words: Mapping[str, float]
    more: frozenset[str]
    call: str
    role: str
    whom: str
    group: str
    patients: frozenset[str]
    power: int = 0
    patient: str = ""

    @property
    def number(self) -> float | None:
        """Its value if it is a number."""
        return None if isinstance(self.value, str) else self.value

    def same_as(self, other: Entry) -> bool:
        """Whether it says the same of the same patients: how many they are, asked twice."""
        if self.value != other.value or self.unit.kind != other.unit.kind:
            return False
        same = self.patients == other.patients
        if self.role == other.role == "whole":
            return same
        return same and self.role == other.role and self.words == other.words


def entry_of(row: Mapping[str, Any], labels: Mapping[str, str]) -> Entry:
    """
    A result.

    Args:
        row: As a build saved it.
        labels: What the settings call things, by id.
    """
    id_, value = row["id"], row["value"]
    unit = unit_of(row)
    base, keys = split_id(id_)
    stem, _, name = base.rpartition(".")
    whom = _BY_DATE.sub("", row["population"])
    printed = {use["printed"] for use in row["uses"]} | {row["display"]}
    if isinstance(value, int | float):
        printed |= {show(value, unit, style) for style in STYLES}
    power = _POWER.search(f"{unit.name} {row['definition'].split('. ')[0]}")
    return Entry(
        id=id_,
        value=value,
        unit=unit,
        display=row["display"],
        forms=frozenset(map(form, printed)),
        words=dict(_words(row, base, keys, whom, labels)),
        more=stems(f"{row['definition'].split('. ')[0]} {re.sub('[._]', ' ', base)}"),
        call=f"{stem}@{','.join(f'{key}={value}' for key, value in sorted(keys.items()))}",
        role=next((role for pattern, role in _ROLES if pattern.fullmatch(name)), ""),
        whom=whom,
        group=keys.get("group", ""),
        patients=frozenset(row["patients"]),
        power=int(power[1].translate(_RAISED)) if power else 0,
        patient=keys["patient"] if keys.keys() == {"patient"} else "",
    )


def _words(
    row: Mapping[str, Any],
    base: str,
    keys: Mapping[str, str],
    whom: str,
    labels: Mapping[str, str],
) -> Iterator[tuple[str, float]]:
    """Stems of a result, the weightiest said last so that it counts."""
    said, _, rest = str(row["definition"]).partition(". ")
    label = rest.partition(". ")[0]
    found: dict[str, float] = {}
    texts = [(whom, _OF_WHOM), (label, _LABELLED)]
    if _CELL.search(said):
        texts.append((_CELL.sub("", said), _LABELLED))
    texts += [(labels.get(part, ""), _LABELLED) for part in base.split(".")]
    for key, value in keys.items():
        texts.append((labels.get(value, value.replace("_", " ")), _KEYED))
        if value.isdecimal():
            found[f"{key}{value}"] = _KEYED
        elif key == "grade":
            found |= {f"{key}{one}": _KEYED for one in re.findall(r"\d", value)}
    for text, weight in texts:
        for word in stems(text):
            found[word] = max(weight, found.get(word, 0.0))
    if keys.get("level", "").isdecimal():
        found[f"grade{keys['level']}"] = _KEYED
    if "day" in keys and keys["day"].isdecimal():
        found |= dict.fromkeys(_spoken(int(keys["day"])), _KEYED)
    yield from found.items()


def _spoken(days: int) -> Iterator[str]:
    """How papers speak of a day: of 730 as year2, month24 and day730."""
    yield f"day{days}"
    for unit, length in (("month", DAYS_PER_MONTH), ("year", DAYS_PER_YEAR)):
        number = round(days / length)
        if number and abs(days - number * length) <= 1:
            yield f"{unit}{number}"


def form(text: str) -> str:
    """A printed number without what only sets it: spaces, joiners, the kind of minus and point."""
    kept = (one for one in text.replace("·", ".") if one.isalnum() or one in ".,%<>≤≥−-+/:()×⁻")
    return "".join(kept).replace("−", "-").casefold()


def titles_of(saved: Saved) -> tuple[str, ...]:
    """The title of the study and its short one; both may hold numbers of their own."""
    study = _settings(saved).get("study", {})
    return tuple(one for name in ("title", "short_title") if (one := study.get(name)))


def _settings(saved: Saved) -> dict[str, Any]:
    try:
        found = saved.json(SNAPSHOT).get("settings", {})
    except BadInput:
        return {}
    return found if isinstance(found, dict) else {}


def labels_of(saved: Saved) -> tuple[dict[str, str], frozenset[str]]:
    """What the settings call endpoints, groups, levels and variables, by id; and each by itself."""
    settings = _settings(saved)
    found: dict[str, str] = {}
    names: set[str] = set()
    todo: list[object] = [settings]
    while todo:
        one = todo.pop()
        if isinstance(one, dict):
            if isinstance(one.get("id"), str) and isinstance(one.get("label"), str):
                short = one.get("short") if isinstance(one.get("short"), str) else ""
                names.add(form(one["label"]))
                name = str(one["id"]).rpartition(".")[2]
                found[name] = f"{found.get(name, '')} {one['label']} {short}".strip()
            todo += one.values()
        elif isinstance(one, list):
            todo += one
    return found, frozenset(names)
