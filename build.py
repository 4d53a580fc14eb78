"""Build the bundled study: the same as `carreport build data`."""

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent

try:
    from carreport.cli import app
except ModuleNotFoundError:
    # Run by a Python that set-up did not fill: go on with the one it did.
    python = HERE / ".venv" / "bin" / "python"
    if not python.exists() or Path(sys.prefix) == HERE / ".venv":
        sys.exit("carreport is not set up here; run: make report")
    os.execv(python, [str(python), *sys.argv])  # noqa: S606 - the same script and arguments

if __name__ == "__main__":
    app(["build", str(HERE / "data"), *sys.argv[1:]])
