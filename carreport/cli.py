"""The command line: every command of `carreport`; heavy imports wait until one needs them."""

from __future__ import annotations

from typing import Annotated

import typer

from carreport.commands.audit import audit
from carreport.commands.build import build
from carreport.commands.check import check
from carreport.commands.cut import cut
from carreport.commands.diff import diff
from carreport.commands.history import history
from carreport.commands.import_adam import import_adam
from carreport.commands.import_excel import import_excel
from carreport.commands.import_redcap import import_redcap
from carreport.commands.importing import importing
from carreport.commands.messages import say
from carreport.commands.new import new
from carreport.commands.refresh import refresh
from carreport.commands.replay import replay
from carreport.commands.trace import trace
from carreport.commands.verify import verify

app = typer.Typer(
    name="carreport",
    help="Patient-level study data to a report whose every number can be followed back.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        say(f"carreport {version('carreport')}")
        raise typer.Exit


@app.callback()
def main(
    *,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version.", is_eager=True, callback=_print_version
        ),
    ] = False,
) -> None:
    """Patient-level study data to a report whose every number can be followed back."""


for command in (new, build, check, audit, cut, diff, history, trace, replay, verify, refresh):
    app.command()(command)
importing.command("adam")(import_adam)
importing.command("excel")(import_excel)
importing.command("redcap")(import_redcap)
app.add_typer(importing)
