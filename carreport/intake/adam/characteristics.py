"""Variables of ADSL that were known at the start, as baseline variables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from carreport.intake.adam.source import an_id
from carreport.study.cells import NUMBER
from carreport.study.words import key_of, written
from carreport.units import round_half_away

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carreport.intake.adam.asked import Asked
    from carreport.intake.adam.source import Source
    from carreport.intake.adam.subjects import Subjects

_AT_START: Final = re.compile(
    r"AGE|SEX|A?RACE|ETHNIC|COUNTRY|(AGE|RACE|REGION|COUNTRY|ETHNIC)GR\d|REGION\d|STRAT\w*"
    r"|[A-Z0-9]+BL|[A-Z0-9]+BLGR\d"
)
"""Names CDISC gives to what is known at the start."""
_NEVER: Final = re.compile(
    r"STUDYID|USUBJID|SUBJID|SITEID|SITEGR\d|INVID|INVNAM|DOMAIN|AGEU|TRT\d\d[AP]N?|(ACT)?ARM(CD)?"
    r"|STRAT(AR|VR)N?|(STRAT|STRV)\w*V"
)
_LABELS: Final = {
    "AGE": "Age", "SEX": "Sex", "RACE": "Race", "ETHNIC": "Ethnicity", "COUNTRY": "Country",
    "AGEGR1": "Age group", "HEIGHTBL": "Height", "WEIGHTBL": "Weight", "BMIBL": "Body mass index", "ECOGBL": "ECOG",
}  # fmt: skip
"""What is printed where the file has no label."""
_SEXES: Final = {"F": "Female", "M": "Male", "U": "Unknown"}
_IN_BRACKETS: Final = re.compile(r"\s*\(([^()]*)\)\s*$")
MOST_LEVELS: Final = 20
FEW_NUMBERS: Final = 5
"""A variable of so few different whole numbers is a code or a grade, not a measurement."""


def characteristics(
    found: Subjects, asked: Asked
) -> tuple[dict[str, list[str]], list[dict[str, Any]]]:
    """
    Baseline variables.

    Args:
        found: The patients; what was not used of ADSL is noted.
        asked: Further variables that were known at the start.

    Returns:
        Columns of `patients`, a cell a patient, and the parts [[baseline]] of study.toml.
    """
    source = found.source
    wanted = [one.upper() for one in asked.baseline]
    source.need(*wanted, hint="correct --baseline")
    columns: dict[str, list[str]] = {}
    parts: list[dict[str, Any]] = []
    taken = {"patient_id", "start_date", "arm", "all"}
    for name in source.names:
        chosen = name in wanted
        if not chosen and (not _AT_START.fullmatch(name) or _NEVER.fullmatch(name)):
            continue
        if not chosen and name.endswith("N") and source.has(name[:-1]):
            continue
        texts = source.texts(name)
        cells = [texts[row] for row in found.rows]
        if not any(cells):
            source.leave(name, "has no value")
            continue
        if all(not one or NUMBER.match(one) for one in cells):
            cells = [written(float(one)) if one else "" for one in cells]  # 63.0 is 63
        part = _part(source, name, cells, taken)
        if part is None:
            source.leave(name, f"has more than {MOST_LEVELS} different texts")
            continue
        columns[part["column"]] = cells
        parts.append(part)
        source.use(name, f"patients.{part['column']}", sum(map(bool, cells)))
    return columns, parts


def _part(
    source: Source, name: str, cells: Sequence[str], taken: set[str]
) -> dict[str, Any] | None:
    given = [one for one in cells if one]
    numeric = all(NUMBER.match(one) for one in given)
    few = len(set(given)) <= FEW_NUMBERS and all(
        float(one).is_integer() for one in given if numeric
    )
    continuous = numeric and (name == "AGE" or not few)
    if not continuous and len(set(given)) > MOST_LEVELS:
        return None
    label, unit = labelled(source, name)
    id_ = an_id(name, taken)
    kind = "continuous" if continuous else "categorical"
    part: dict[str, Any] = {"id": id_, "column": id_, "label": label, "kind": kind}
    if continuous:
        unit = unit or (_age_unit(source) if name == "AGE" else "")
        decimals = decimals_of([float(one) for one in given])
        return (
            part | ({"unit": unit} if unit else {}) | ({"decimals": decimals} if decimals else {})
        )
    if numeric:
        source.notes.assume(
            f"{name} is categorical",
            f"it has no more than {FEW_NUMBERS} different whole numbers",
            "change its kind in study.toml",
        )
    return part | {"levels": _levels(source, name, given)}


def _levels(source: Source, name: str, given: Sequence[str]) -> list[Any]:
    """Levels in the order of the numeric twin, of their numbers, or of the alphabet."""
    twin = f"{name}N"
    rank: dict[str, float] = {}
    if source.has(twin) and not NUMBER.match(given[0]):
        for text, number in zip(source.texts(name), source.numbers(twin), strict=True):
            if text and number is not None:
                rank.setdefault(text, number)
        source.use(twin, f"the order of the levels of {name}", len(rank))
    numeric = all(NUMBER.match(one) for one in given)
    order = sorted(set(given), key=lambda one: (rank.get(one, float(one) if numeric else 0.0), one))
    labels = _SEXES if name == "SEX" else {}
    keys = [key_of(one).lower() for one in order]
    used: set[str] = set()
    levels: list[Any] = []
    for value, key in zip(order, keys, strict=True):
        told = {"value": value}
        if keys.count(key) > 1:
            told["id"] = an_id(key, used)
        if value in labels:
            told["label"] = labels[value]
        levels.append(told if len(told) > 1 else value)
    return levels


def labelled(source: Source, name: str) -> tuple[str, str]:
    """The label of a variable, and the unit in brackets at its end."""
    label = source.label(name) or _LABELS.get(name, name)
    return split_unit(label)


def split_unit(label: str) -> tuple[str, str]:
    """
    A label and the unit in brackets at its end.

    >>> split_unit("Baseline Weight (kg)"), split_unit("Race")
    (('Baseline Weight', 'kg'), ('Race', ''))
    """
    found = _IN_BRACKETS.search(label)
    if not found or found.start() == 0:
        return label, ""
    return label[: found.start()].strip(), found[1].strip()


def decimals_of(values: Sequence[float]) -> int:
    """Decimals the values are written with, two at most."""
    return next((n for n in (0, 1) if all(float(round_half_away(v, n)) == v for v in values)), 2)


def _age_unit(source: Source) -> str:
    units = {one for one in source.texts("AGEU") if one}
    if len(units) != 1:
        return ""
    source.use("AGEU", "the unit of age", len(source))
    return units.pop().lower()
