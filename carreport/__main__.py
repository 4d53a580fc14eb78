"""`python -m carreport` is the command `carreport`."""

from __future__ import annotations

from carreport.cli import app

if __name__ == "__main__":
    app(prog_name="carreport")
