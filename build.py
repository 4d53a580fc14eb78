"""Build the bundled study: the same as `carreport build data`."""

import sys
from pathlib import Path

from carreport.cli import app

if __name__ == "__main__":
    app(["build", str(Path(__file__).parent / "data"), *sys.argv[1:]])
