"""What the two sides were told and made by: settings, columns, code, libraries."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from carreport.changes.model import Differing
from carreport.study import schema
from carreport.study.own import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from carreport.changes.side import Side
    from carreport.study.settings import Settings
    from carreport.study.snapshot import Snapshot

SAID: Final = frozenset({"table", "figure"})
"""Sections of study.toml that say how numbers are shown; none rests on them."""
SPOKEN: Final = frozenset({
    "title", "short_title", "citation", "language", "documents", "start_label", "data_statement",
    "analyses", "nominal_dates",
})  # fmt: skip
"""The same of [study]."""
_DIGITS: Final = 12


def told(snapshot: Snapshot) -> dict[str, str]:
    """
    The settings as they were declared, by key; the cutoff is not one of them.

    Levels that were found in the data are left out: other data have others.
    """
    dumped: dict[str, Any] = json.loads(snapshot.settings.model_dump_json(by_alias=True))
    dumped["study"].pop("cutoff")
    frame = snapshot.recorded["patients"].text
    for item in dumped["baseline"]:
        column = item["column"]
        if item["kind"] == "categorical" and column in frame:
            found = {one for one in frame[column] if one}
            if {str(one) for one in item["levels"]} == found:
                item["levels"] = []
    rules = json.loads(snapshot.origins.rules.model_dump_json())
    return dict(_flat("", dumped)) | {f"origins.{key}": one for key, one in _flat("", rules)}


def _flat(key: str, part: Any) -> Iterator[tuple[str, str]]:
    """Every leaf with its key; of a list of tables each goes by its id or its number."""
    inside = f"{key}." if key else ""
    if isinstance(part, dict):
        for name, one in part.items():
            yield from _flat(f"{inside}{name}", one)
    elif isinstance(part, list) and part and all(isinstance(one, dict) for one in part):
        for number, one in enumerate(part, start=1):
            name = one.get("id") or one.get("column") or number
            yield from _flat(f"{inside}{name}", one)
    else:
        yield key, part if isinstance(part, str) else json.dumps(part, ensure_ascii=False)


def settings_changed(old: Snapshot, new: Snapshot) -> tuple[Differing, ...]:
    """Keys of study.toml and origins.toml that are not the same on both sides."""
    return _apart(told(old), told(new))


def decide_numbers(differing: tuple[Differing, ...]) -> bool:
    """Whether any of the settings that differ may change a number."""
    return not all(_is_said(one.name) for one in differing)


def _is_said(name: str) -> bool:
    section, _, rest = name.partition(".")
    return section in SAID | {"origins"} or (section == "study" and rest in SPOKEN)


def columns_changed(old: Snapshot, new: Snapshot) -> tuple[Differing, ...]:
    """Tables that only one side has, and those whose columns differ."""
    return _apart(_columns(old), _columns(new))


def _columns(side: Snapshot) -> dict[str, str]:
    return {
        name: ", ".join(sorted(str(one) for one in side.recorded[name].text))
        for name in schema.TABLES
        if name in side.recorded
    }


def code_changed(old: Side, new: Side) -> tuple[Differing, ...]:
    """Files of the study's own analyses, of the package, then of its templates, that differ."""
    own = _apart(_own(old), _own(new))
    package = _apart(_of(old, "package"), _of(new, "package"))
    templates = _apart(_of(old, "templates"), _of(new, "templates"))
    return tuple(
        Differing(f"{folder}{one.name}", one.old[:_DIGITS], one.new[:_DIGITS])
        for folder, found in (("", own), ("carreport/", package), ("templates/", templates))
        for one in found
    )


def _own(side: Side) -> dict[str, str]:
    """Files of the study's own analyses with their digests."""
    return {name: sha for name, sha in _of(side, "inputs").items() if name.endswith(SUFFIX)}


def same_code(old: Side, new: Side) -> bool:
    """Whether both sides were computed by the same package and libraries."""
    same = all(_of(old, part) == _of(new, part) for part in ("package", "versions"))
    return same and _own(old) == _own(new)


def environment_changed(old: Side, new: Side) -> tuple[Differing, ...]:
    """Libraries whose versions differ; one that only one side names took no part in the other."""
    then, now = _of(old, "versions"), _of(new, "versions")
    return _apart({one: then[one] for one in then if one in now},
                  {one: now[one] for one in now if one in then})  # fmt: skip


def _of(side: Side, part: str) -> Mapping[str, str]:
    found: Mapping[str, str] = side.record.get(part, {})
    return found


def _apart(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[Differing, ...]:
    return tuple(
        Differing(name, old.get(name, ""), new.get(name, ""))
        for name in dict.fromkeys([*old, *new])
        if old.get(name) != new.get(name)
    )


def shared_settings(settings: Settings, old: Snapshot) -> Settings:
    """The settings of the new at the old's own day."""
    study = settings.study.model_copy(update={"cutoff": old.settings.study.cutoff})
    return settings.model_copy(update={"study": study})
