"""Our own report, in each of its formats: every number carries its id."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from lxml import html

from carreport.manuscript.reading import read


def shown(manuscript, owner="number"):
    """How often each id stands on which text."""
    return Counter(
        (mark.id, block.text[mark.start : mark.end].replace("\xa0", " "))
        for block in manuscript.blocks
        for mark in block.marks
        if mark.owner == owner
    )


@pytest.fixture(scope="module")
def page(built):
    return read(built / "interim.html")


@pytest.fixture(scope="module")
def paper(built):
    return read(built / "interim.pdf")


def test_every_number_of_the_page_is_a_mark(built, page):
    tree = html.parse(built / "interim.html").getroot()
    wanted = Counter(one.get("data-id") for one in tree.iter() if one.get("data-id"))

    assert wanted == Counter(id_ for id_, _ in shown(page).elements())


@pytest.mark.parametrize("document", ["page", "paper"])
def test_marks_stand_in_order_and_do_not_overlap(document, request):
    for block in request.getfixturevalue(document).blocks:
        edges = [edge for mark in block.marks for edge in (mark.start, mark.end)]
        assert edges == sorted(edges)
        assert all(0 <= edge <= len(block.text) for edge in edges)


def test_every_number_of_the_pdf_carries_the_id_it_has_on_the_page(page, paper):
    on_page, on_paper = shown(page), shown(paper)
    digits = {key: times for key, times in on_page.items() if any(map(str.isdigit, key[1]))}

    assert digits
    for (id_, text), times in digits.items():
        assert on_paper[id_, text] >= times or _broken(id_, text, on_paper), (id_, text)


def _broken(id_, text, on_paper):
    """A number of several words may go over two lines."""
    parts = "".join(part for own, part in on_paper if own == id_)
    return all(word in parts for word in text.split())


def test_the_pdf_says_what_it_was_made_from(paper):
    assert paper.made_by.startswith("carreport ")
    assert paper.record["cutoff"]
    assert paper.record["inputs/patients.csv"]


def test_pages_of_traces_are_marked_as_such(paper):
    traced = [block for block in paper.blocks if any(one.owner == "trace" for one in block.marks)]

    assert traced
    for block in traced:
        assert {one.owner for one in block.marks} <= {"trace", "number"}
        covered = sum(one.end - one.start for one in block.marks)
        assert covered == len(block.text)


def test_axes_of_drawings_are_marked_in_both(page, paper):
    def axes(manuscript, *owners):
        return {
            number
            for block in manuscript.blocks
            for mark in block.marks
            if mark.owner in owners
            for number in re.findall(r"\d+", block.text[mark.start : mark.end])
        }

    assert axes(page, "axis")
    assert axes(page, "axis") <= axes(paper, "axis", "label")
