"""
Rebuild the unpublished tables of the bundled study, byte for byte.

`python tools/generate_study.py` writes them into `data/`; with `--check` it writes nothing,
compares, names the files that differ and ends with exit code 1 if there are any.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from generator.sources import read_sources
from generator.study import study_files

DATA = Path(__file__).resolve().parents[1] / "data"


def main(arguments: list[str] | None = None) -> int:
    """Write or compare the tables; 0 when done and equal, 1 when a file differs."""
    options = _options(arguments)
    files = study_files(read_sources(options.sources))
    if options.check:
        return _check(files, options.out)
    options.out.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (options.out / name).write_bytes(content)
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Rebuild the bundled study's tables.")
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    parser.add_argument("--out", type=Path, default=DATA, help="folder of the tables (data/)")
    parser.add_argument(
        "--sources", type=Path, default=DATA / "sources", help="published and chosen values"
    )
    return parser.parse_args(arguments)


def _check(files: dict[str, bytes], folder: Path) -> int:
    differing = [name for name, content in files.items() if _found(folder / name) != content]
    for name in differing:
        print(f"{folder / name} is not what the generator writes", file=sys.stderr)
    return 1 if differing else 0


def _found(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


if __name__ == "__main__":
    sys.exit(main())
