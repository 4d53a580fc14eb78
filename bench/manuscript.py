"""
How long a long manuscript takes.

    python bench/manuscript.py               a PDF of 300 pages, a DOCX and a page as long
    python bench/manuscript.py --pages 500
    python bench/manuscript.py --read        reading alone, without the audit

The manuscripts are made here, the same in every run: two columns of prose with a number in every
sentence and a table on every page. Prints the wall and CPU seconds and the peak memory of reading
each in a process of its own, and of `carreport audit --manuscript` on the bundled study.
A PDF of 300 pages is audited in less than 60 seconds and 1,024 MB.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
STUDY = ROOT / "data"
READ = """
import sys
from pathlib import Path
from carreport.manuscript.reading import read
manuscript = read(Path(sys.argv[1]))
print(manuscript.blocks[-1].place, "-", len(manuscript.blocks), "blocks,", sum(map(str.isdigit, manuscript.text)), "digits")
"""
AUDIT = "from carreport.cli import app; app()"
SENTENCES = (
    "Event-free survival at two years was {a}.{b}% ± 1{b}.0% in the {c} patients of the group. ",
    "Fever of grade two or lower was seen in {c} patients ({a}.{b}%; range {b}–{a} days). ",
    "Cells were given at 2.{b} × 10<sup>6</sup>/kg, and the peak came on day {c} (p = 0.0{a}). ",
    "Relapse was less frequent where the level had been below 0.{b}% before the infusion. ",
)
STYLE = """
@page { size: A4; margin: 20mm; @bottom-center { content: counter(page) } }
body { font: 10pt/1.3 serif } div { columns: 2; column-gap: 8mm; text-align: justify }
section { break-after: page } td { padding: 0 4mm }
"""
PARAGRAPHS = 4
"""With a table, they fill a page."""


def sentences(page: int, paragraph: int) -> Iterator[str]:
    """The sentences of a paragraph, each with numbers of its own."""
    for at in range(8):
        number = 7919 * page + 104_729 * paragraph + 31 * at
        yield SENTENCES[at % 4].format(a=number % 90 + 10, b=number % 9 + 1, c=number % 47 + 1)


def rows(page: int) -> list[list[str]]:
    """The rows of a page's table."""
    return [
        [f"Event {at}", *(f"{(page * at + k) % 14} ({(page + k) % 100}.{at}%)" for k in range(3))]
        for at in range(1, 7)
    ]


def page_of(number: int) -> str:
    """A page of the manuscript, as HTML."""
    text = "".join(f"<p>{''.join(sentences(number, at))}</p>" for at in range(PARAGRAPHS))
    cells = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows(number))
    table = "".join(f"<tr>{row}</tr>" for row in cells)
    return (
        f"<section><h2>Chapter {number}</h2><div>{text}</div><p>Table {number}. Events</p>"
        f"<table>{table}</table></section>"
    )


def make(folder: Path, pages: int) -> None:
    """Write the manuscripts; in a process of its own, whose memory is not that of the others."""
    import docx
    import weasyprint

    whole = "".join(page_of(number) for number in range(1, pages + 1))
    page = f"<!DOCTYPE html><html lang=en><head><style>{STYLE}</style></head><body>{whole}</body></html>"
    html, pdf, word = (folder / f"long.{kind}" for kind in ("html", "pdf", "docx"))
    html.write_text(page, encoding="utf-8")
    weasyprint.HTML(string=page).write_pdf(pdf)
    document = docx.Document()
    for number in range(1, pages + 1):
        document.add_heading(f"Chapter {number}", 2)
        for at in range(PARAGRAPHS):
            document.add_paragraph("".join(sentences(number, at)).replace("<sup>6</sup>", "⁶"))
        for row in rows(number):
            document.add_paragraph("\t".join(row))
    document.save(str(word))


def measured(command: list[str]) -> tuple[float, float, float, int]:
    """Wall and CPU seconds of a process, its memory in MB, and how it ended."""
    start = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT) as process:  # noqa: S603 - our own commands
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - start
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, process.returncode


def main() -> None:
    """Make the manuscripts and read them."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    asked.add_argument("--pages", type=int, default=300)
    asked.add_argument("--read", action="store_true")
    asked.add_argument("--make", type=Path, help=argparse.SUPPRESS)
    options = asked.parse_args()
    if options.make:
        make(options.make, options.pages)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        itself = [sys.executable, __file__, "--make", name, "--pages", str(options.pages)]
        subprocess.run(itself, check=True)  # noqa: S603 - this file
        for path in (folder / f"long.{kind}" for kind in ("pdf", "docx", "html")):
            commands = {"read": [sys.executable, "-c", READ, str(path)]}
            if not options.read:
                study, out = str(STUDY), str(folder / "out")
                audit = ["audit", study, "--manuscript", str(path), "--out", out]
                commands["audit"] = [sys.executable, "-c", AUDIT, *audit]
            for what, command in commands.items():
                wall, cpu, memory, code = measured(command)
                size = path.stat().st_size / 2**20
                print(
                    f"{what:6} {path.suffix:6} {size:6.1f} MB: {wall:6.1f} s wall, {cpu:6.1f} s CPU, "
                    f"{memory:6.0f} MB, exit {code}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
