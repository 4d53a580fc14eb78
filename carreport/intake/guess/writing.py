"""A proposed mapping as a commented TOML file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carreport.intake.guess import words
from carreport.intake.guess.long import guess_long, guess_visits, table_of
from carreport.intake.guess.looking import columns_of
from carreport.intake.guess.model import GuessedPart, GuessedSettings
from carreport.intake.guess.quoting import array, comment, key, quoted
from carreport.intake.guess.wide import guess_wide
from carreport.study.forms import is_missing_word
from carreport.study.words import slug

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from carreport.intake.guess.looking import Column
    from carreport.intake.guess.model import Guessed
    from carreport.intake.mapping.source import Source

EVENT = "redcap_event_name"
_WIDTH = 48
"""Where comments behind a line begin."""


def proposed(
    sources: Sequence[Source],
    *,
    file: str,
    parts: str,
    command: str,
    title: str,
    missing: Sequence[str] = (),
    patient: str = "",
) -> str:
    """
    A mapping for somebody's file, guessed from names and cells.

    Args:
        sources: Its sheets or instruments.
        file: Its name.
        parts: What they are called: sheet or instrument.
        command: What imports the file with the mapping, for the head.
        title: Of the study.
        missing: Words that say that there is no value.
        patient: The column of the patient, where the file says which it is.

    Returns:
        TOML that `read_mapping` reads, unless no sheet has a patient.
    """
    settings = GuessedSettings()
    looked = sorted(
        (_part(source, patient) for source in sources), key=lambda one: bool(one[1])
    )  # what is known of patients first
    started = False
    guessed: dict[str, GuessedPart] = {}
    for source, kind, part in looked:
        columns = _own_columns(source, part.patient)
        part.left += [
            (one.name, f'rows can be chosen by it: where = {{ {one.name} = ["…"] }}')
            for one in source.fields
            if one.name == EVENT
        ]
        if not part.patient:
            part.left += [(one.name, "") for one in columns]
        elif kind:
            guess_long(part, kind, columns, settings)
        elif part.repeats:
            if not guess_visits(part, columns, settings):
                part.left += [(one.name, "") for one in columns]
                part.why += "; several rows a patient, and no word says of what"
        else:
            started = guess_wide(part, columns, settings, started=started)
        guessed[source.name] = part
    # Where no sheet knows anything of the patients, the first with a row for each says who they are.
    known = any(part.patients for part in guessed.values())
    first = next((part for part in guessed.values() if part.wide), None)
    for part in guessed.values():
        part.wide = bool(part.patients) or (not known and part is first)
    words_of_none = sorted(
        {
            cell
            for source in sources
            for column in columns_of(source)
            if column.kind in ("date", "number", "levels") and not column.field.choices
            for cell in column.cells
            if is_missing_word(cell)
        }
        | set(missing)
    )
    lines = [*_head(file, command), *_missing(words_of_none), *_settings(settings, title)]
    for source in sources:
        lines += _written(guessed[source.name], parts)
    return "\n".join(lines) + "\n"


def _part(source: Source, patient: str) -> tuple[Source, str, GuessedPart]:
    names = source.names()
    found = patient if patient in names else next(
        (one.name for one in source.fields if words.is_like(words.PATIENT, one.name, one.label)), ""
    )  # fmt: skip
    part = GuessedPart(source.name, found, source.header, "")
    if not found:
        part.why = "no column names a patient"
        return source, "", part
    cells = [one for one in source.column(found) if one]
    repeats = source.repeats or len(set(cells)) < len(cells)
    columns = _own_columns(source, found)
    kind = table_of(source.name, columns, repeats=repeats)
    part.why = f"{len(cells)} rows of {len(set(cells))} patients"
    part.repeats = repeats
    return source, kind, part


def _own_columns(source: Source, patient: str) -> list[Column]:
    """The columns that say something of a patient."""
    return [
        one
        for one in columns_of(source)
        if one.name != patient and not one.name.startswith("redcap_")
    ]


def _head(file: str, command: str) -> Iterator[str]:
    yield f"# What becomes of {comment(file)}: proposed by carreport from names and cells, and not checked by"
    yield "# anybody. READ EVERY LINE, correct it, and then:"
    yield "#"
    yield f"#   {comment(command)}"
    yield "#"
    yield '# A column is filled by a column of the file ("Name"), by one value for all ({ is = "…" }), or by a'
    yield '# day after the start ({ day = 7 }). { column = "Sex", values = { "1" = "male" } } says what codes mean,'
    yield '# { column = "…", order = "day first" } how dates are written, { column = "…", unit = "months" } that'
    yield "# times stand where a date is wanted. Lines that begin with # are not read."
    yield ""
    yield "version = 1"


def _missing(missing: Sequence[str]) -> Iterator[str]:
    if missing:
        yield f"missing = {array(*map(quoted, missing))}    # cells that say there is no value"
    else:
        yield '# missing = ["NA", "n/a"]                # cells that say there is no value'


def _settings(settings: GuessedSettings, title: str) -> Iterator[str]:
    yield ""
    yield "# What study.toml will say: see docs/reference/study-folder.md ----------------------------------------------"
    yield ""
    yield "[settings.study]"
    yield _line("title", quoted(title), "the name of the file: write the study's own")
    yield "# cutoff = 2025-03-31                   # the latest date that occurs, without it"
    if settings.groups:
        yield ""
        yield "[settings.groups]"
        yield from settings.groups
    yield from ("", "[[settings.endpoint]]", 'id = "os"', 'label = "Overall survival"',
                'events = ["death"]', "landmarks = [365, 730]")  # fmt: skip
    for name, label, why in dict.fromkeys(settings.endpoints):
        yield ""
        yield f"# {comment(why)}"
        yield "[[settings.endpoint]]"
        yield f"id = {quoted(slug(name))}"
        yield f"label = {quoted(label)}"
        yield f"events = {array(quoted(name))}"
        yield 'competing = ["death"]'
    for name, label in settings.timed.items():
        yield from (
            "",
            "# of a time and a status; those without the event are censored at its own time",
        )
        yield from ("[[settings.endpoint]]", f"id = {quoted(name)}", f"label = {quoted(label)}",
                    f"events = {array(quoted(f'{name}_event'))}",
                    f"censored_by = {array(quoted(f'{name}_censored'))}")  # fmt: skip
    for block in settings.blocks:
        yield ""
        yield from block.splitlines()


def _written(part: GuessedPart, parts: str) -> Iterator[str]:
    feeds = bool(part.wide or part.rows)
    yield ""
    yield f"# {comment(part.name)}: {comment(part.why)} {'-' * max(0, 88 - len(part.name) - len(part.why))}"
    if feeds:
        yield from _fed(part, parts)
    if part.left:
        yield ""
        for name, why in part.left:
            yield f"# not used: {comment(name)}" + (f" ({comment(why)})" if why else "")


def _fed(part: GuessedPart, parts: str) -> Iterator[str]:
    """A part that feeds something."""
    yield from ("", f"[[{parts}]]", f"name = {quoted(part.name)}")
    yield _line("patient", quoted(part.patient), "who a row is about")
    if parts == "sheet":
        first, last = part.header[0], part.header[-1]
        where = f"header_row = {first}" if first == last else f"header_rows = [{first}, {last}]"
        yield f"{where:<{_WIDTH}}  # where the names of the columns stand"
    if part.wide:
        yield ""
        yield _line(f"[{parts}.patients]", "", "one row is one patient")
        for one in part.patients:
            yield _filled(key(one.column), one)
    for rows in part.rows:
        yield ""
        if rows.why:
            yield f"# {comment(rows.why)}"
        yield from (f"[[{parts}.rows]]", f"table = {quoted(rows.table)}")
        if rows.where:
            yield f"where = {rows.where}"
        for one in rows.columns:
            yield _filled(f"columns.{one.column}", one)


def _filled(name: str, one: Guessed) -> str:
    return _line(name, one.given, one.why)


def _line(name: str, value: str, why: str) -> str:
    text = f"{name} = {value}" if value else name
    return f"{text:<{_WIDTH}}  # {comment(why)}" if why else text
