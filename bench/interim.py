"""
How long the interim report of a large study takes, and in how much memory.

    python bench/interim.py                 5,000 patients, 40,000 adverse events, 200,000 measurements
    python bench/interim.py --patients 500
    python bench/interim.py --keep DIR      the study and what is built of it stay in DIR

Builds the HTML, then the PDF, each from process start and with nothing kept of an earlier build;
then has Chromium print the same HTML, as a comparison. For each: wall and CPU seconds (user and
system, of all processes) and the largest memory of all processes together, pages they share
counted once. Wall time is that of the machine as it was; CPU seconds depend less on who else is
at work on it. Then the CPU seconds of each stage of the HTML, and the sizes of the files.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from large import PATIENTS, write

ROOT = Path(__file__).resolve().parents[1]
COMMAND = "from carreport.cli import app; app()"
LIMITS = {"HTML": (15.0, None), "PDF": (60.0, 1536.0)}
"""Wall seconds and MB that a study of this size may take on two cores."""
LOOK = 1.0
"""Seconds from one look at the memory to the next; to look costs the kernel time."""
STAGES = """
import json, resource, sys
from pathlib import Path
from carreport.pipeline import build
def cpu():
    used = [resource.getrusage(one) for one in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)
marks = [("import", 0.0)]
build(Path(sys.argv[1]), out=Path(sys.argv[2]), formats=("html",),
      stage=lambda name: marks.append((name, cpu())))
marks.append(("", cpu()))
print(json.dumps([(a, e - s) for (a, s), (_, e) in zip(marks, marks[1:])]))
"""


class Measured(NamedTuple):
    """What a command took: seconds, and the most MB at once."""

    wall: float
    cpu: float
    memory: float


def measured(command: list[str]) -> Measured:
    """Run a command to its end and measure it with all its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start, most = time.perf_counter(), 0.0
    ticks: dict[int, int] = {}
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(  # noqa: S603 - our own commands
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment
    ) as process:
        while process.poll() is None:
            most = max(most, memory(process.pid, ticks))
            time.sleep(LOOK)
        said = process.stderr.read().decode() if process.stderr else ""
    if process.returncode:
        sys.exit(f"{' '.join(command[:4])} failed: {said}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    seen = sum(ticks.values()) / os.sysconf("SC_CLK_TCK")  # of processes nobody waits for, too
    return Measured(time.perf_counter() - start, max(used, seen), most)


def memory(pid: int, ticks: dict[int, int]) -> float:
    """MB of a process and of all below it, shared pages once; *ticks* are told what each used."""
    total = 0.0
    with contextlib.suppress(OSError):  # it may have ended by now
        told = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
        total = (
            next(int(line.split()[1]) for line in told.splitlines() if line[:4] == "Pss:") / 1024
        )
        used = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        ticks[pid] = int(used[11]) + int(used[12])
        below = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
        total += sum(memory(int(one), ticks) for one in below.split())
    return total


def line(name: str, found: Measured) -> None:
    """One printed line, with the limit where there is one."""
    told = f"{name:<26}{found.wall:8.1f} s wall{found.cpu:8.1f} s cpu{found.memory:8.0f} MB"
    seconds, room = LIMITS.get(name, (None, None))
    if seconds is not None:
        within = found.wall < seconds and (room is None or found.memory < room)
        aim = f"{seconds:g} s" + (f", {room:g} MB" if room else "")
        told += f"   {'within' if within else 'OVER'} the aim of {aim}"
    print(told, flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--patients", type=int, default=PATIENTS)
    parser.add_argument("--keep", type=Path, help="leave everything here")
    parser.add_argument("--no-pdf", action="store_true", help="measure the HTML alone")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (asked.keep or Path(temporary)).resolve()
        study, out = folder / "study", folder / "out"
        write(study, asked.patients)
        build = [sys.executable, "-c", COMMAND, "build", str(study), "--no-cache", "--quiet"]
        line("HTML", measured([*build, "--format", "html", "--out", str(out / "html")]))
        if not asked.no_pdf:
            line("PDF", measured([*build, "--format", "pdf", "--out", str(out / "pdf")]))
        chromium = shutil.which("chromium")
        if chromium and not asked.no_pdf:
            printed = f"--print-to-pdf={out / 'chromium.pdf'}"
            quiet = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/c"]
            page = (out / "html" / "interim.html").as_uri()
            line("Chromium, the same HTML", measured([chromium, *quiet, printed, page]))
        done = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-c", STAGES, str(study), str(out / "stages")],
            cwd=ROOT, check=True, capture_output=True, text=True,
        )  # fmt: skip
        for name, seconds in json.loads(done.stdout):
            print(f"  stage {name:<20}{seconds:8.1f} s cpu")
        for path in sorted(path for path in out.glob("*/*.*") if path.stat().st_size > 1e6):
            if path.parent.name != "stages":
                size = path.stat().st_size / 1e6
                print(f"  {path.relative_to(out).as_posix():<28}{size:8.1f} MB")


if __name__ == "__main__":
    main()
