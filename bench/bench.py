"""
How long a build takes, and against what floor.

    make bench            5 runs of everything
    python bench/bench.py --runs 3
    python bench/bench.py --against ../before     a checkout of an earlier commit, in turns

Prints the median wall and CPU seconds and the peak memory of the whole build from process
start, of its stages, and of the floor: importing the libraries it cannot do without, plus
WeasyPrint alone on the finished HTML without its traces. Then what a reader waits for: the trace
of one number on the command line. Then what an author waits for: a build where nothing changed,
one where only words changed, and under --watch the time from saving a template to the new HTML.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
STUDY = ROOT / "data"

COMMAND = "from carreport.cli import app; app()"
GLANCE = 3.0
"""Seconds in which the rest of a folder is written; nobody waits for that."""
NUMBER = "survival.efs.rate@day=730,group=mrd_positive"

IMPORTS = """
import jinja2, lifelines, lxml.html, matplotlib.figure, pandas, pydantic, rich, scipy.special, typer
import matplotlib.backends.backend_agg, matplotlib.backends.backend_svg, weasyprint
"""
WEASYPRINT = """
import logging, re, sys, weasyprint
logging.getLogger("weasyprint").setLevel(logging.ERROR)
html = open(sys.argv[1], encoding="utf-8").read()
html = re.sub(r'<section id="trace".*?(?=</main>)|<script.*?</script>', "", html, flags=re.DOTALL)
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


def measured(command: list[str], folder: Path = ROOT) -> dict[str, float]:
    """Wall and CPU seconds of a process and of its children, and the largest one's memory."""
    start = time.perf_counter()
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    with subprocess.Popen(  # noqa: S603 - our own commands
        command, cwd=folder, stdout=subprocess.DEVNULL, env=environment
    ) as process:
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


def anywhere(folder: Path) -> Path:
    """A folder to build into, with nothing beside it that an earlier build left."""
    return Path(tempfile.mkdtemp(dir=folder)) / "out"


def compare(before: Path, folder: Path, runs: int) -> None:
    """This checkout and an earlier one, in turns, so that both see the same machine."""
    told: dict[Path, list[dict[str, float]]] = {ROOT: [], before: []}
    for _ in range(runs):
        for checkout, figures in told.items():
            out = anywhere(folder)
            command = [sys.executable, "build.py", "--quiet", "--out", str(out)]
            figures.append(measured(command, checkout))
            shutil.rmtree(out.parent)
    now, then = (median_of(figures) for figures in told.values())
    line("build, here", now)
    line(f"build, {before.name}", then)
    print(f"{'ratio':<34}{now['wall'] / then['wall']:8.2f} wall{now['cpu'] / then['cpu']:9.2f} cpu")


class Author:
    """Somebody who writes at the abstract of the bundled study, in a copy of it."""

    def __init__(self, folder: Path) -> None:
        self.study = Path(shutil.copytree(STUDY, folder / "study"))
        self.out = folder / "written" / "out"
        self.out.parent.mkdir()
        self.template = self.study / "documents" / "report" / "_abstract.html.j2"
        self.template.parent.mkdir(parents=True)
        shutil.copy(ROOT / "templates" / "report" / self.template.name, self.template)
        self._saved = 0

    def save(self) -> None:
        """Another word in the heading."""
        self._saved += 1
        words = self.template.read_text(encoding="utf-8")
        self.template.write_text(words.replace(">Abstract", ">Abstract "), encoding="utf-8")

    def command(self, *more: str) -> list[str]:
        """A build of the study."""
        words = ["--document", "report", "--out", str(self.out), *more]
        return [sys.executable, "-c", COMMAND, "build", str(self.study), *words]

    def after_saving(self, *more: str) -> dict[str, float]:
        """A build after a change of words."""
        self.save()
        return measured(self.command("--quiet", *more))

    def waits(self, runs: int) -> list[float]:
        """Seconds from saving to the HTML, under --watch."""
        found = []
        with self._watching() as listening:
            for _ in range(runs):
                before = (self.out / "report.html").stat().st_mtime_ns
                since = time.perf_counter()
                self.save()
                while (self.out / "report.html").stat().st_mtime_ns == before:
                    time.sleep(0.002)
                found.append(time.perf_counter() - since)
                listening.readline()
                time.sleep(GLANCE)  # and the rest of the folder is written
        return found

    @contextmanager
    def _watching(self) -> Iterator[IO[str]]:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        with subprocess.Popen(  # noqa: S603 - our own command
            self.command("--watch"), stdout=subprocess.PIPE, text=True, env=environment
        ) as process:
            if process.stdout is None or "watching" not in process.stdout.readline():
                sys.exit("--watch does not begin")
            yield process.stdout
            process.send_signal(signal.SIGINT)


def author(folder: Path, runs: int) -> None:
    """What an author waits for."""
    one = Author(folder)
    measured(one.command("--quiet"))
    line("nothing changed", median_of([measured(one.command("--quiet")) for _ in range(runs)]))
    line("only words changed, HTML and PDF", median_of([one.after_saving() for _ in range(runs)]))
    html = [one.after_saving("--format", "html") for _ in range(runs)]
    line("only words changed, HTML alone", median_of(html))
    waited = one.waits(runs)
    told = f"slowest {max(waited):.2f} s"
    print(f"{'--watch, from saving to the HTML':<34}{statistics.median(waited):8.2f} s, {told}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--against", type=Path, help="a checkout of an earlier commit")
    asked = parser.parse_args()
    runs = asked.runs
    python = sys.executable
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        build = [python, "build.py", "--quiet", "--no-cache", "--out", str(out)]
        single = [*build[:-1], str(anywhere(Path(folder))), "--document", "report"]
        measured(build)
        page = str(out / "report.html")
        commands = {
            "build, all documents": build,
            "build, report.html + report.pdf": single,
            "floor: import the libraries": [python, "-c", IMPORTS],
            "floor: WeasyPrint on report.html": [python, "-c", WEASYPRINT, page, f"{folder}/f.pdf"],
            "importing WeasyPrint alone": [python, "-c", "import weasyprint"],
        }
        found: dict[str, list[dict[str, float]]] = {name: [] for name in commands}
        for _ in range(runs):
            for name, command in commands.items():
                found[name].append(measured(command))
        if asked.against:
            compare(asked.against.resolve(), Path(folder), runs)
        asking = [python, "-c", COMMAND, "trace", NUMBER, str(STUDY), "--build", str(out)]
        line("trace of one number", median_of([measured(asking) for _ in range(runs)]))
        medians = {name: median_of(one) for name, one in found.items()}
        for name, figures in medians.items():
            line(name, figures)
        author(Path(folder), runs)
        _, whole, imports, alone, counted_twice = (one["wall"] for one in medians.values())
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
