"""The reference of macros: complete, as the code has it, and every example prints what it says."""

from __future__ import annotations

import re

import pytest
from docmacros import NOTHING, Entry, entries, printed
from docpages import DOCS, ROOT
from folders import write_folder
from jinja2 import Environment, nodes

from carreport.audit import Audit
from carreport.render.environment import environment
from carreport.render.naming import signature
from carreport.render.pages import Desk

PAGE = (DOCS / "reference" / "macros.md").read_text(encoding="utf-8")
ENTRIES = entries(PAGE)
WORDS = ROOT / "templates" / "interim" / "_words.html.j2"
FRAMES = {"base.html.j2", "table.html.j2", "figure.html.j2"}
"""What is extended, or set by `table()` and `figure()`: told of in words."""
OF_BUILD = {"_trace.html.j2", "_trace_paper.html.j2"}
"""The appendix of traces, which `trace()` places."""


@pytest.fixture(scope="module")
def context(tmp_path_factory, tiny_snapshot, tiny_results):
    """What a template may call."""
    jinja = environment(tmp_path_factory.mktemp("study"))
    desk = Desk(jinja, "note", tiny_snapshot, tiny_results, (), (), Audit(), frozenset())
    return desk.context()


def test_every_name_a_template_may_use_is_documented_as_it_is_called(context):
    """No function or variable more or less than there are; a new parameter is one, too."""
    heads = {
        name: name + (signature(one) if callable(one) else "") for name, one in context.items()
    }
    told = {
        one.name: one.head for one in ENTRIES if "/" not in one.name and one.name not in macros()
    }

    assert told == heads


def test_every_macro_and_every_partial_is_documented():
    """Those of the shared folder and of the interim report."""
    folders = {name: ROOT / "templates" / name for name in ("shared", "interim")}
    there = {f"{name}/{one.name}" for name, at in folders.items() for one in at.glob("_*.j2")
             if one.name not in OF_BUILD and one != WORDS}  # fmt: skip

    assert {one.name for one in ENTRIES if "/" in one.name} == there
    assert {one.name: one.head.partition("(")[2] for one in ENTRIES if one.name in macros()} == {
        name: f"{arguments})" for name, arguments in macros().items()
    }
    assert all(f"shared/{name}" in PAGE for name in FRAMES)


def macros() -> dict[str, str]:
    """The macros of the interim report's words, each with its arguments."""
    source = WORDS.read_text(encoding="utf-8")
    names = [one.name for one in Environment(autoescape=True).parse(source).find_all(nodes.Macro)]
    return {name: re.search(rf"macro {name}\((.*?)\)", source)[1] for name in names}


def test_every_example_prints_what_the_page_says(tmp_path):
    """In the tiny study; an end of … is left open."""
    chapters = [one for one in ENTRIES if "/" in one.name]
    others = [one for one in ENTRIES if one not in chapters]

    for document, some in (("note", others), ("interim", chapters)):
        study = write_folder(tmp_path / document)
        seen = printed(study, [one.example for one in some], document)
        wrong = [
            (one.head, text) for one, text in zip(some, seen, strict=True) if differs(one, text)
        ]
        assert not wrong

    assert len(re.findall(r"^```jinja$", PAGE, re.MULTILINE)) == len(ENTRIES)


def differs(entry: Entry, text: str) -> bool:
    """Whether an example prints something else."""
    if entry.prints.endswith(" …"):
        return not text.startswith(entry.prints.removesuffix(" …"))
    return (text or NOTHING) != entry.prints
