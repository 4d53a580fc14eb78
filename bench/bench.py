"""
How long a build takes, and against what floor.

    make bench            5 runs of everything
    python bench/bench.py --runs 3

Prints the median wall and CPU seconds and the peak memory of the whole build from process
start, of its stages, and of the floor: importing the libraries it cannot do without, plus
WeasyPrint alone on the finished HTML.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STUDY = ROOT / "data"

IMPORTS = """
import jinja2, lifelines, lxml.html, matplotlib.figure, pandas, pydantic, rich, scipy.special, typer
import matplotlib.backends.backend_agg, matplotlib.backends.backend_svg, weasyprint
"""
WEASYPRINT = """
import logging, sys, weasyprint
logging.getLogger("weasyprint").setLevel(logging.ERROR)
html = open(sys.argv[1], encoding="utf-8").read()
weasyprint.HTML(string=html).write_pdf(sys.argv[2], pdf_variant="pdf/ua-1", pdf_tags=True)
"""
STAGES = """
import json, sys, time
from pathlib import Path
start = time.perf_counter()
from carreport.pipeline import build
marks = [("import", start)]
build(Path(sys.argv[1]), out=Path(sys.argv[2]), stage=lambda n: marks.append((n, time.perf_counter())))
marks.append(("", time.perf_counter()))
print(json.dumps([(a, e - s) for (a, s), (_, e) in zip(marks, marks[1:])]))
"""


def measured(command: list[str]) -> dict[str, float]:
    """Wall and CPU seconds of a process and of its children, and the largest one's memory."""
    start = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:  # noqa: S603 - our own commands
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command[1:4]} failed with {process.returncode}")
    return {
        "wall": time.perf_counter() - start,
        "cpu": usage.ru_utime + usage.ru_stime,
        "memory": usage.ru_maxrss / 1024,
    }


def median_of(runs: list[dict[str, float]]) -> dict[str, float]:
    """The median of each figure."""
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


def line(name: str, figures: dict[str, float]) -> None:
    """One printed line."""
    wall, cpu, memory = (figures[key] for key in ("wall", "cpu", "memory"))
    print(f"{name:<34}{wall:8.2f} s wall{cpu:8.2f} s cpu{memory:8.0f} MB")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    python = sys.executable
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        build = [python, "build.py", "--quiet", "--out", str(out)]
        measured(build)
        page = str(out / "report.html")
        commands = {
            "build, report.html + report.pdf": build,
            "floor: import the libraries": [python, "-c", IMPORTS],
            "floor: WeasyPrint on report.html": [python, "-c", WEASYPRINT, page, f"{folder}/f.pdf"],
            "importing WeasyPrint alone": [python, "-c", "import weasyprint"],
        }
        found: dict[str, list[dict[str, float]]] = {name: [] for name in commands}
        for _ in range(runs):
            for name, command in commands.items():
                found[name].append(measured(command))
        medians = {name: median_of(one) for name, one in found.items()}
        for name, figures in medians.items():
            line(name, figures)
        whole, imports, alone, counted_twice = (one["wall"] for one in medians.values())
        floor = imports + alone - counted_twice
        print(f"{'floor':<34}{floor:8.2f} s wall; the build takes {whole / floor:.2f} times that")
        stages = subprocess.run(  # noqa: S603 - our own command
            [python, "-c", STAGES, str(STUDY), str(out)],
            cwd=ROOT, check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
        for name, seconds in json.loads(stages):
            print(f"  stage {name:<28}{seconds:8.2f} s wall")


if __name__ == "__main__":
    main()
