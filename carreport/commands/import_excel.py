"""`carreport import excel`: a workbook to a study folder, as a mapping says."""

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


def import_excel(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A workbook, .xlsx, or a table, .csv.")
    ],
    out: OutArgument = None,
    mapping: MappingOption = None,
    guess: GuessOption = False,  # noqa: FBT002 - a flag
    guess_out: GuessOutOption = None,
    cutoff: LastDayOption = "",
    as_json: JsonOption = False,  # noqa: FBT002 - a flag
    quiet: QuietOption = False,  # noqa: FBT002 - a flag
) -> None:
    """
    Make a study folder of a workbook's sheets.

    First --guess proposes a mapping; read and correct it. Then --mapping imports with it.
    """
    with messages(writes=True):
        day = the_date(cutoff)
        check_asked(out, mapping, guess_out, guess=guess, as_json=as_json)
        from carreport.intake.excel import Workbook

        if guess:
            from carreport.intake.guess import proposed

            book = Workbook(file)
            text = proposed(
                [book.source(name) for name in book.names if name not in book.hidden],
                file=file.name,
                parts="sheet",
                command=f"carreport import excel {file.name} OUT --mapping FILE",
                title=file.stem,
            )
            say_guess(text, guess_out, quiet=quiet)
            return
        assert out is not None  # noqa: S101 - check_asked has seen to it
        assert mapping is not None  # noqa: S101 - the same
        from carreport.intake.folder import check_out, write_draft
        from carreport.intake.from_excel import drawn_from_excel

        check_out(out)
        draft = drawn_from_excel(file, mapping, day)
        write_draft(draft, out)
    say_imported(draft.report, out, as_json=as_json, quiet=quiet)
