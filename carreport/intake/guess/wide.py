"""Sheets with one row a patient: what is known at the start, events, times, repeated columns."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from carreport.intake.guess import words
from carreport.intake.guess.model import Guessed, GuessedPart, GuessedRows, GuessedSettings, analyte
from carreport.intake.guess.quoting import array, key, quoted, table
from carreport.intake.mapping.model import UNDECIDED
from carreport.study.words import slug

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carreport.intake.guess.looking import Column

_MOST_GROUPS: Final = 6


def guess_wide(
    part: GuessedPart, columns: Sequence[Column], settings: GuessedSettings, *, started: bool
) -> bool:
    """
    Write down what a sheet with one row a patient feeds.

    Args:
        part: Grows.
        columns: Without the patient's.
        settings: Grows.
        started: Whether another sheet has given the start already.

    Returns:
        Whether the start is given now.
    """
    part.wide = True
    rest = [one for one in columns if not _told(part, one)]
    rest, pairs = _times(part, rest, settings)
    rest = _vital(part, rest, settings)
    rest = _repeated(part, rest, settings)
    start = None if started else next((one for one in rest if one.kind == "date" and words.is_like(words.START, *one.names)), None)  # fmt: skip
    if start:
        part.patients.append(Guessed("start_date", *_date(start, "time zero")))
    cause = next((one for one in rest if words.is_like(words.CAUSE, *one.names)), None)
    for column in rest:
        if column is start or column is cause:
            continue
        if column.kind == "date":
            _event(part, column, cause, settings)
        else:
            _known(part, column, settings)
    if cause and not any(quoted(cause.name) in one.given for rows in part.rows for one in rows.columns):  # fmt: skip
        part.left.append((cause.name, "a cause of death, and no date of death was found"))
    if pairs and not started and not start:
        part.why += "; no date of a start was found, so times are counted from a nominal day"
    return started or start is not None


def _told(part: GuessedPart, column: Column) -> bool:
    """What is not proposed, with the reason."""
    why = ""
    if words.is_like(words.IDENTIFYING, *column.names):
        why = "seems to identify a person; nothing in a report needs it"
    elif column.kind == "empty":
        why = "is empty"
    if why:
        part.left.append((column.name, why))
    return bool(why)


def _date(column: Column, why: str) -> tuple[str, str]:
    unsure = column.unsure and f'; say order = "day first" or "month first": {column.unsure}'
    return quoted(column.name), why + unsure


def _event(
    part: GuessedPart, column: Column, cause: Column | None, settings: GuessedSettings
) -> None:
    """A column of dates, as events."""
    if words.is_like(words.LAST, *column.names):
        name, why = "last_contact", "until when a patient was followed"
    elif words.is_like(words.DEATH, *column.names):
        name, why = "death", "a date of death"
    else:
        known = next((event for event, like in words.EVENTS if words.is_like(like, *column.names)), "")  # fmt: skip
        name = known or slug(
            words.plain(column.name).removeprefix("date of ").removesuffix(" date")
        )
        why = "a date after the start" if known else "a date: is it an event? Otherwise remove it"
        _endpoint(settings, name, column)
    given, said = _date(column, why)
    made = [Guessed("event", table(("is", quoted(name))), ""), Guessed("date", given, said)]
    if name == "death" and cause:
        made.append(Guessed("detail", quoted(cause.name), "the cause"))
    part.rows.append(GuessedRows("events", made, ""))
    settings.events.append(name)


def _endpoint(settings: GuessedSettings, name: str, column: Column) -> None:
    if all(one[0] != name for one in settings.endpoints):
        label = name.replace("_", " ").capitalize()
        settings.endpoints.append((name, label, f"of {column.name!r}; delete it if it is none"))


def _vital(part: GuessedPart, columns: Sequence[Column], settings: GuessedSettings) -> list[Column]:
    """One date for death or last contact, and a status that says which of them it is."""
    dates = [one for one in columns if one.kind == "date"]
    last = [one for one in dates if words.is_like(words.LAST, *one.names)]
    dead = [one for one in dates if words.is_like(words.DEATH, *one.names) and one not in last]
    status = next(
        (one for one in columns if one.kind == "levels" and words.is_like(words.VITAL, *one.names)),
        None,
    )
    if status is None or len(last) != 1 or dead:
        return list(columns)
    happened, open_ = _values(status, status.levels)
    for name, values in (("death", happened), ("last_contact", open_)):
        given, said = _date(last[0], "by the status; check which value is which")
        where = table((status.name, array(*map(quoted, values))))
        made = [Guessed("event", table(("is", quoted(name))), ""), Guessed("date", given, said)]
        part.rows.append(GuessedRows("events", made, "", where))
    settings.events += ["death", "last_contact"]
    return [one for one in columns if one not in (status, last[0])]


def _times(
    part: GuessedPart, columns: Sequence[Column], settings: GuessedSettings
) -> tuple[list[Column], bool]:
    """Pairs of a time and a status, as events: death for overall survival, else the endpoint's own."""
    by_endpoint: dict[str, dict[str, Column]] = {}
    for column in columns:
        text = " ".join(words.plain(one) for one in column.names)
        found = words.ENDPOINT.search(text)
        if not found:
            continue
        pair = by_endpoint.setdefault(words.SHORT.get(found[1], found[1]), {})
        if words.STATUS.search(text) and column.kind in ("levels", "number"):
            pair.setdefault("status", column)
        elif column.kind == "number" and words.TIME.search(text):
            pair.setdefault("time", column)
    if not by_endpoint and all(one.kind != "date" for one in columns):
        by_endpoint["os"] = _unnamed(columns)
    used: set[str] = set()
    whole = {name: pair for name, pair in by_endpoint.items() if len(pair) == 2}
    followed = "os" if "os" in whole else next(iter(whole), "")
    for name, pair in whole.items():
        used |= {one.name for one in pair.values()}
        _pair(part, name, pair["time"], pair["status"], settings, followed=name == followed)
    return [one for one in columns if one.name not in used], bool(whole)


def _unnamed(columns: Sequence[Column]) -> dict[str, Column]:
    """A time and a status that say of no endpoint: taken for overall survival, to be checked."""
    pair: dict[str, Column] = {}
    for column in columns:
        text = " ".join(words.plain(one) for one in column.names)
        if column.kind == "number" and words.TIME.search(text):
            pair.setdefault("time", column)
        elif column.kind in ("levels", "number") and words.STATUS.search(text):
            pair.setdefault("status", column)
    return pair


def _pair(
    part: GuessedPart,
    name: str,
    time: Column,
    status: Column,
    settings: GuessedSettings,
    *,
    followed: bool,
) -> None:
    text = " ".join(words.plain(one) for one in (*time.names, *status.names))
    unit = next((unit for unit, like in words.UNITS if re.search(like, text)), "")
    said = "" if unit else "in which unit? Write days, weeks, months or years"
    date = table(("column", quoted(time.name)), ("unit", quoted(unit or UNDECIDED)))
    happened, open_ = _values(status)
    event = "death" if name == "os" else f"{name}_event"
    why = f"time and status of {name.upper()}"
    why += "; check which value is the event" if happened != [UNDECIDED] else (
        f"; which value is the event? Write it in the place of {UNDECIDED} "
        f"(there are {', '.join(sorted(set(status.cells)))})"
    )  # fmt: skip
    pairs = [(event, happened, why)]
    if followed:
        pairs.append(("last_contact", open_, "censored: followed until then"))
    if name != "os":
        said_open = f"followed for {name.upper()} until then"
        pairs.append((f"{name}_censored", open_, said_open))
    for called, values, reason in pairs:
        where = table((status.name, array(*map(quoted, values))))
        made = [Guessed("event", table(("is", quoted(called))), ""), Guessed("date", date, said)]
        part.rows.append(GuessedRows("events", made, reason, where))
        settings.events.append(called)
    if name != "os":
        label = {"pfs": "Progression-free survival", "efs": "Event-free survival",
                 "rfs": "Relapse-free survival", "dfs": "Disease-free survival"}.get(name, name.upper())  # fmt: skip
        settings.timed[name] = label


def _values(status: Column, told: Sequence[str] = ()) -> tuple[list[str], list[str]]:
    """The values of a status that say that it happened, and the others; undecided where unsure."""
    levels = sorted({*status.cells, *told})
    if "cens" in words.plain(status.name) and set(levels) <= {"0", "1"}:
        return ["0"], ["1"]
    happened = [one for one in levels if one.lower() in words.HAPPENED_VALUES]
    open_ = [one for one in levels if one.lower() in words.OPEN_VALUES]
    sure = len(happened) + len(open_) == len(levels) and (open_ or levels == ["1"])
    if not sure:
        return [UNDECIDED], [UNDECIDED]
    return happened or ["1"], open_ or ["0"]


def _repeated(
    part: GuessedPart, columns: Sequence[Column], settings: GuessedSettings
) -> list[Column]:
    """Columns of one thing on several days, as measurements."""
    found = {one.name: words.repeated(one.name) for one in columns if one.kind in ("number", "levels")}  # fmt: skip
    times = Counter(one[0] for one in found.values() if one)
    units = {one[0]: one[2] for one in found.values() if one and one[2]}
    rest = []
    told: set[str] = set()
    for column in columns:
        day = found.get(column.name)
        if not day or times[day[0]] < 2:
            rest.append(column)
            continue
        stem, number, _ = day
        made = [
            Guessed("analyte", table(("is", quoted(stem))), ""),
            Guessed("date", table(("day", str(number))), "days after the start"),
            Guessed("value", quoted(column.name), ""),
        ]
        if stem in units:
            made.append(Guessed("unit", table(("is", quoted(units[stem]))), ""))
        part.rows.append(GuessedRows("measurements", made, "" if stem in told else f"{stem} on several days"))  # fmt: skip
        if stem not in told:
            told.add(stem)
            settings.blocks.append(analyte(stem, units.get(stem, "")))
    return rest


def _known(part: GuessedPart, column: Column, settings: GuessedSettings) -> None:
    """What was known of a patient at the start: the group, or a variable."""
    label = column.field.label or column.name
    name = slug(label.partition(" (")[0] if not column.field.label else column.name)
    if any(one.column == name for one in part.patients):
        name = slug(column.name)
    remark = words.is_like(words.REMARK, *column.names)
    if column.kind == "text" or remark or (len(column.levels) == 1 and not column.field.choices):
        why = (
            "one value only"
            if column.levels and not remark
            else "free text, or too many different values"
        )
        part.left.append((column.name, why))
        return
    grouping = not settings.groups and 2 <= len(column.levels) <= _MOST_GROUPS
    if grouping and words.is_like(words.GROUP, *column.names):
        part.patients.append(Guessed(name, quoted(column.name), "the groups" + _codes(column)))
        settings.groups += _groups(name, column.levels)
        return
    why = _codes(column).removeprefix("; ")
    given = quoted(column.name)
    part.patients.append(Guessed(name, given, why))
    lines = ["[[settings.baseline]]", f"id = {quoted(name)}", f"column = {quoted(name)}",
             f"label = {quoted(label.partition(' (')[0])}"]  # fmt: skip
    if column.kind == "number":
        unit = words.bracketed(column.name) or words.bracketed(label)
        lines += ['kind = "continuous"', *([f"unit = {quoted(unit)}"] if unit else [])]
    else:
        lines += ['kind = "categorical"', f"levels = {array(*map(quoted, column.levels))}"]
    settings.blocks.append("\n".join(lines))


def _codes(column: Column) -> str:
    """A word on values that are numbers and have no meaning in the file."""
    if not column.levels or column.field.choices or not all(one.isdigit() for one in column.levels):
        return ""
    return '; codes: say what they mean with values = { "1" = "…" }'


def _groups(column: str, levels: Sequence[str]) -> list[str]:
    ids = [slug(one) if not one.isdigit() else f"group_{one}" for one in levels]
    lines = [f"column = {quoted(column)}", f"compare = {array(*map(quoted, ids))}"]
    for id_, level in zip(ids, levels, strict=True):
        lines += ["", "[[settings.groups.level]]", f"id = {quoted(id_)}",
                  f"{key('value')} = {quoted(level)}", f"label = {quoted(level)}"]  # fmt: skip
    return lines
