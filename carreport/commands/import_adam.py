"""`carreport import adam`: ADaM data sets to a study folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from carreport.commands.finding import JsonOption, QuietOption
from carreport.commands.importing import say_imported
from carreport.commands.messages import messages, the_date

_FORMS = "SAS XPT (v5, v8), sas7bdat, Dataset-JSON 1.1, Parquet or CSV"


def import_adam(  # noqa: PLR0913 - one option a parameter
    out: Annotated[
        Path, typer.Argument(metavar="OUT", help="Study folder to write; new or empty.")
    ],
    *,
    adsl: Annotated[Path, typer.Option("--adsl", metavar="FILE", help=f"Subjects: {_FORMS}.")],
    adtte: Annotated[Path, typer.Option("--adtte", metavar="FILE", help="Times to events.")],
    adae: Annotated[
        Path | None, typer.Option("--adae", metavar="FILE", help="Adverse events.")
    ] = None,
    adlb: Annotated[
        Path | None, typer.Option("--adlb", metavar="FILE", help="Laboratory values.")
    ] = None,
    adex: Annotated[
        Path | None, typer.Option("--adex", metavar="FILE", help="Dated doses.")
    ] = None,
    cutoff: Annotated[
        str,
        typer.Option(
            help="Data cutoff, YYYY-MM-DD; else the latest date that occurs.", metavar="DATE"
        ),
    ] = "",
    population: Annotated[
        str, typer.Option(metavar="FLAG", help="Flag of ADSL whose Y are the patients.")
    ] = "",
    arm: Annotated[
        str, typer.Option(metavar="VARIABLE", help="Variable of ADSL that divides them.")
    ] = "",
    origin: Annotated[
        str, typer.Option(metavar="VARIABLE", help="Date of ADSL that is time zero.")
    ] = "",
    param: Annotated[
        list[str] | None,
        typer.Option("--param", metavar="PARAMCD", help="Endpoint of ADTTE; all without any."),
    ] = None,
    analyte: Annotated[
        list[str] | None,
        typer.Option("--analyte", metavar="PARAMCD", help="Analyte of ADLB; all without any."),
    ] = None,
    baseline: Annotated[
        list[str] | None,
        typer.Option(metavar="VARIABLE", help="One more variable of ADSL known at the start."),
    ] = None,
    title: Annotated[
        str, typer.Option(help="The study's title; STUDYID without one.", metavar="TEXT")
    ] = "",
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Make a study folder from ADaM data sets; import.md in it tells what became of what."""
    with messages(writes=True):
        from carreport.intake.adam.asked import Asked
        from carreport.intake.adam.study import import_adam as drafted
        from carreport.intake.folder import check_out, write_draft

        check_out(out)
        asked = Asked(
            adsl, adtte, adae, adlb, adex, the_date(cutoff), population, arm, origin,
            _listed(param), _listed(analyte), _listed(baseline), title,
        )  # fmt: skip
        draft = drafted(asked)
        write_draft(draft, out)
    say_imported(draft.report, out, as_json=as_json, quiet=quiet)


def _listed(given: list[str] | None) -> tuple[str, ...]:
    """Names given one an option, or several with commas."""
    return tuple(one.strip() for name in given or () for one in name.split(",") if one.strip())
