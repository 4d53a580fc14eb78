"""Groups that are compared without being declared: the column's own values stand for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carreport.errors import Problem
from carreport.study.settings import SETTINGS_FILE, GroupLevel
from carreport.study.words import slug

if TYPE_CHECKING:
    from carreport.study.files import Sheet
    from carreport.study.settings import Settings


def with_compared(settings: Settings, patients: Sheet) -> tuple[Settings, list[Problem]]:
    """
    The settings with a level for every group that is compared.

    A compared group without a level is the value of the grouping column that reads like its id;
    where one group and one value are left over, they belong together.

    Args:
        settings: study.toml.
        patients: patients as written.

    Returns:
        The settings, and a problem for every compared group that is no value either.
    """
    groups = settings.groups
    if groups is None or groups.column not in patients.header:
        return settings, []
    declared = {level.id for level in groups.level}
    open_ids = [one for one in groups.compare if one not in declared]
    at = patients.header.index(groups.column)
    spoken_for = {level.value for level in groups.level} | {""}
    values = sorted({row[at] for row in patients.rows} - spoken_for)
    found = {id_: value for id_ in open_ids for value in values if slug(value) == id_}
    left = [one for one in open_ids if one not in found]
    spare = [one for one in values if one not in found.values()]
    if len(left) == len(spare) == 1:
        found[left[0]] = spare[0]
    names = ", ".join(sorted(declared))
    problems = [
        Problem(
            SETTINGS_FILE,
            0,
            "groups.compare",
            f"compare names {one}, which is no level and no value of {groups.column}; levels are "
            f"{names}",
            "declare it with [[groups.level]]",
        )
        for one in open_ids
        if one not in found
    ]
    added = [GroupLevel(id=one, value=found[one], label=found[one]) for one in found]
    level = [*groups.level, *added]
    known = {one.id for one in level}
    compare = [one for one in groups.compare if one in known]
    whole = groups.model_copy(update={"level": level, "compare": compare})
    return settings.model_copy(update={"groups": whole}), problems
