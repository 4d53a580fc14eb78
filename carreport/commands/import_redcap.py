"""`carreport import redcap`: an export and its data dictionary to a study folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from carreport.commands.finding import JsonOption, QuietOption
from carreport.commands.importing import say_imported
from carreport.commands.mapping import (
    GuessOption,
    GuessOutOption,
    LastDayOption,
    MappingOption,
    OutArgument,
    check_asked,
    say_guess,
)
from carreport.commands.messages import messages, the_date


def import_redcap(  # noqa: PLR0913 - one for every option
    file: Annotated[Path, typer.Argument(metavar="EXPORT", help="Records as CSV, raw or labels.")],
    out: OutArgument = None,
    dictionary: Annotated[
        Path, typer.Option(help="The project's data dictionary, CSV.", metavar="FILE")
    ] = ...,  # type: ignore[assignment]  # typer's sign for an option that must be given
    mapping: MappingOption = None,
    guess: GuessOption = False,  # noqa: FBT002 - a flag
    guess_out: GuessOutOption = None,
    cutoff: LastDayOption = "",
    identifiers: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--identifiers", help="Read fields marked as identifiers as well.")
    ] = False,
    as_json: JsonOption = False,  # noqa: FBT002 - a flag
    quiet: QuietOption = False,  # noqa: FBT002 - a flag
) -> None:
    """
    Make a study folder of a REDCap export.

    First --guess proposes a mapping; read and correct it. Then --mapping imports with it. Fields
    that the dictionary marks as identifiers are left out.
    """
    with messages(writes=True):
        day = the_date(cutoff)
        check_asked(out, mapping, guess_out, guess=guess, as_json=as_json)
        from carreport.intake.redcap import drawn_from_redcap, guessed_from_redcap

        if guess:
            text = guessed_from_redcap(file, dictionary, identifiers=identifiers)
            say_guess(text, guess_out, quiet=quiet)
            return
        assert out is not None  # noqa: S101 - check_asked has seen to it
        assert mapping is not None  # noqa: S101 - the same
        from carreport.intake.folder import check_out, write_draft

        check_out(out)
        draft = drawn_from_redcap(file, dictionary, mapping, day, identifiers=identifiers)
        write_draft(draft, out)
    say_imported(draft.report, out, as_json=as_json, quiet=quiet)
