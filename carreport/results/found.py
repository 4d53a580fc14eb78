"""What analyses are repeated over and no list of study.toml names: causes of death, checks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from carreport.study import schema
from carreport.study.populations import EVERYBODY, membership_columns
from carreport.study.settings import Cause, Check, CheckKind, Infusion, Range
from carreport.study.words import distinct_keys, slug

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carreport.study.settings import Where
    from carreport.study.snapshot import Snapshot

NOT_RECORDED: Final = "not_recorded"
KINDS: Final = {
    "missing": "Missing values",
    "implausible": "Values out of range",
    "undated": "Adverse events without onset date",
    "unordered": "Adverse events that end before they begin",
    "overdue": "Overdue assessments",
}
"""Kinds of checks, in the order they are told in."""


NUMBERS: Final = (
    "No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten",
)  # fmt: skip
ORDINALS: Final = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
)  # fmt: skip


def given(snapshot: Snapshot) -> tuple[Infusion, ...]:
    """The infusions that were given, by their number."""
    table = snapshot.tables.get("infusions")
    numbers = [] if table is None else sorted({int(one) for one in table.frame["infusion"]})
    return tuple(_infusion(snapshot, number, _ordinal(number)) for number in numbers)


def had(snapshot: Snapshot) -> tuple[Infusion, ...]:
    """How many infusions a patient can have had: none, one, up to the most of any patient."""
    table = snapshot.tables.get("infusions")
    if table is None:
        return ()
    most = int(table.frame.groupby("patient_id").size().max()) if len(table) else 0
    return tuple(_infusion(snapshot, number, _so_many(number)) for number in range(most + 1))


def _ordinal(number: int) -> str:
    if number > len(ORDINALS):
        return f"Infusion {number}"
    return f"{ORDINALS[number - 1].capitalize()} infusion"


def _so_many(number: int) -> str:
    spoken = NUMBERS[number] if number < len(NUMBERS) else str(number)
    return f"{spoken} infusion{'' if number < 2 else 's'}"


def _infusion(snapshot: Snapshot, number: int, label: str) -> Infusion:
    dose = snapshot.settings.exposure
    return Infusion(
        id=str(number), label=label, number=number, unit=dose.unit, decimals=dose.decimals
    )


def causes(snapshot: Snapshot) -> tuple[Cause, ...]:
    """Causes of death, as the rows of the deaths name them; those without one last."""
    frame = snapshot.tables["events"].frame
    died = frame[frame["event"] == schema.DEATH]
    told = died["detail"].isna() if "detail" in died else died["event"].isna()
    named = sorted(str(one) for one in died["detail"].dropna().unique()) if "detail" in died else []
    where: Where = {"event": schema.DEATH}
    found = [
        Cause(id=key, label=label, where={**where, "detail": label})
        for key, label in zip(distinct_keys(named, taken=(NOT_RECORDED,)), named, strict=True)
    ]
    if len(died) and (told.any() or "detail" not in died):
        silent: Where = {**where, "detail": Range(missing=True)} if "detail" in died else where
        found.append(Cause(id=NOT_RECORDED, label="Not recorded", where=silent))
    return tuple(found)


def kinds(snapshot: Snapshot) -> tuple[CheckKind, ...]:
    """The kinds of checks there are, each with its checks."""
    asked = checks(snapshot)
    return tuple(
        CheckKind(id=kind, label=label, checks=mine)
        for kind, label in KINDS.items()
        if (mine := tuple(one for one in asked if one.kind == kind))
    )


def checks(snapshot: Snapshot) -> tuple[Check, ...]:
    """
    Every question asked of the quality of the data.

    Args:
        snapshot: The study as of the cutoff; a table it does not have is not asked about.
    """
    asked = [
        *_missing(snapshot), *_implausible(snapshot), *_dates(snapshot), *_assessments(snapshot),
    ]  # fmt: skip
    keys = distinct_keys([f"{one.kind} {one.id}" for one in asked])
    return tuple(_placed(snapshot, one, key) for one, key in zip(asked, keys, strict=True))


def _placed(snapshot: Snapshot, check: Check, key: str) -> Check:
    """The check with its id, the patients it is asked of, and the columns that chose these."""
    population = check.population or EVERYBODY
    patients = with_infusion(snapshot, snapshot.members[population], check.infusion)
    inside = {one for name in check.groups for one in snapshot.members[f"group:{name}"]}
    settings = snapshot.settings
    return check.model_copy(
        update={
            "id": key,
            "patients": tuple(one for one in patients if not check.groups or one in inside),
            "among": membership_columns(settings, population, grouped=bool(check.groups)),
        }
    )


def with_infusion(
    snapshot: Snapshot, patients: tuple[str, ...], infusion: int | None
) -> tuple[str, ...]:
    """Of these patients, those who had the infusion, where infusions are recorded."""
    table = snapshot.tables.get("infusions")
    if infusion is None or table is None:
        return patients
    had = set(table.frame.loc[table.frame["infusion"] == infusion, "patient_id"])
    return tuple(one for one in patients if one in had)


def _missing(snapshot: Snapshot) -> Iterator[Check]:
    """Baseline variables, analytes and recorded columns of listings; doses, causes of death."""
    settings, patients = snapshot.settings, snapshot.patients
    asked: set[str] = set()
    for variable in settings.baseline:
        if variable.column in patients.frame and variable.column not in asked:
            asked.add(variable.column)
            yield _of("missing", variable.id, variable.label, "patients", variable.column,
                      groups=variable.groups)  # fmt: skip
    for listing in sorted(settings.listing, key=lambda one: one.population is not None):
        for column in listing.columns:
            own = patients.lineage.get(column.column) == (f"patients.{column.column}",)
            if own and column.column not in asked | {"patient_id"}:
                asked.add(column.column)
                yield _of("missing", column.column, column.label, "patients", column.column,
                          population=listing.population)  # fmt: skip
    for analyte in settings.analyte:
        if analyte.id in patients.frame:
            yield _of("missing", analyte.id, analyte.label, "patients", analyte.id,
                      place=("measurements", analyte.analyte), groups=analyte.groups,
                      infusion=analyte.infusion)  # fmt: skip
    infusions, events = snapshot.tables.get("infusions"), snapshot.tables["events"]
    if infusions is not None and "dose" in infusions.frame:
        yield _of("missing", "dose_given", settings.exposure.label, "infusions", "dose")
    if "detail" in events.frame:
        where: Where = {"event": schema.DEATH}
        yield _of("missing", "cause_of_death", "Cause of death", "events", "detail", where=where)


def _implausible(snapshot: Snapshot) -> Iterator[Check]:
    settings = snapshot.settings
    for variable in settings.baseline:
        if variable.plausible and variable.column in snapshot.patients.frame:
            yield _of("implausible", variable.id, variable.label, "patients", variable.column,
                      bounds=variable.plausible, groups=variable.groups)  # fmt: skip
    if "measurements" not in snapshot.tables:
        return
    asked: set[tuple[str, tuple[float, float]]] = set()
    for analyte in settings.analyte:
        bounds = analyte.plausible
        if bounds and (analyte.analyte, bounds) not in asked:
            asked.add((analyte.analyte, bounds))
            yield _of("implausible", analyte.id, analyte.label, "measurements", "value",
                      bounds=bounds, where={"analyte": analyte.analyte})  # fmt: skip


def _dates(snapshot: Snapshot) -> Iterator[Check]:
    table = snapshot.tables.get("adverse_events")
    if table is None:
        return
    named = ("term", "start_date")
    yield _of("undated", "adverse_events", "Onset of adverse events", "adverse_events", *named)
    if "end_date" in table.frame:
        yield _of("unordered", "adverse_events", "End of adverse events", "adverse_events",
                  *named, "end_date")  # fmt: skip


def _assessments(snapshot: Snapshot) -> Iterator[Check]:
    for one in snapshot.settings.assessment:
        table = "events" if one.event else "measurements"
        where: Where = {"event": one.event} if one.event else {"analyte": str(one.analyte)}
        if table in snapshot.tables:
            yield _of("overdue", one.id, one.label, table, "date", where=where,
                      place=(table, str(one.event or one.analyte)), bounds=(one.day, one.until),
                      population=one.population, groups=one.groups)  # fmt: skip


def _of(kind: str, name: str, label: str, table: str, *columns: str, **more: Any) -> Check:
    """A check of the last column named; the others help to tell its rows apart."""
    place = more.pop("place", (table, columns[-1]))
    return Check(
        id=slug(name), kind=kind, label=label, table=table, columns=columns, place=place, **more
    )
