"""The appendix of traces on paper: lines that fit, blocks that stay together, pages named."""

import pytest

from carreport.render.columns import (
    ACCENT,
    INK,
    MM,
    QUIET,
    Appendix,
    by_paragraph,
)
from carreport.render.lettering import SANS_BOLD, SANS_ITALIC, letters

COLUMN = 84 * MM
HIGH = 252 * MM
NUMBER = (
    '<span id="{id}"><i>{id}</i>: 0.5, <span class="pages"><a href="#{id}-1"></a>'
    '<a href="#{id}-2" data-in="figure"></a></span></span>'
)


def measure(text, face):
    """Widths as on paper."""
    return letters(face).width(text)


def set_(body, numbers=None, sheets=0):
    """The sheets of an appendix."""
    return Appendix(f"<section>{body}</section>", measure).sheets(numbers, sheets)


def texts(sheet):
    """Its lines as text."""
    return ["".join(run.piece.text for run in one.line.runs) for one in sheet]


def paragraphs(count, kind="p", words=60):
    """Paragraphs of the same word."""
    return "".join(f'<p class="{kind}">{"survival " * words}</p>' for _ in range(count))


def test_no_line_is_wider_than_its_column():
    """Words that are too long are broken where their parts meet, or anywhere."""
    ids = "survival.overall/" * 9 + "x" * 200
    (sheet,) = set_(f"<p>{ids} {'word ' * 50}{'W' * 300}</p>")

    for placed in sheet:
        last = placed.line.runs[-1]
        assert (
            last.x + letters(last.piece.look.face).width(last.piece.text.rstrip()) * 6.8e-3
            <= COLUMN
        )
    joined = "".join(texts(sheet))
    assert "survival.overall/" * 9 + "x" * 200 in joined
    assert joined.endswith("W" * 300)
    assert texts(sheet)[0].endswith("/")


def test_lines_fill_two_columns_and_then_another_sheet():
    """From the top of each; none goes below its end."""
    first, second = set_(paragraphs(30))

    left = [one for one in first if one.x == 0]
    right = [one for one in first if one.x > COLUMN]
    assert left[0].y == pytest.approx(right[0].y)
    assert len(left) + len(right) == len(first)
    assert all(0 < one.y < HIGH for one in (*first, *second))
    assert [one.line.paragraph for one in (*first, *second)] == sorted(
        one.line.paragraph for one in (*first, *second)
    )


def test_a_heading_stands_with_what_follows():
    """Headings, functions and calls, down to the first two lines of their numbers."""
    for count in range(20, 40):
        body = paragraphs(count) + "<h3>Chapter</h3>" + '<p class="method">m</p>'
        body += '<p class="call">c</p>' + paragraphs(1)
        sheets = set_(body)
        columns = [
            texts([one for one in sheet if (one.x > 0) == right])
            for sheet in sheets
            for right in (False, True)
        ]
        (column,) = [one for one in columns if "Chapter" in one]
        assert len(column) - column.index("Chapter") >= 5


def test_no_line_of_a_paragraph_is_left_alone():
    """Neither its first at the end of a column, nor its last at the beginning of one."""
    for words in range(40, 60):
        for sheet in set_(paragraphs(60, words=words)):
            for right in (False, True):
                column = [one for one in sheet if (one.x > 0) == right]
                assert all(len(group) > 1 for group in by_paragraph(column))


def test_pages_are_named_once_and_in_order():
    """A number of a drawing is found where the drawing is; what is on no page is not named."""
    numbers = {"a-1": 12, "figure": 7}
    body = f"<p>{NUMBER.format(id='a')} · {NUMBER.format(id='b')}</p>"
    (sheet,) = set_(body, numbers)

    assert texts(sheet) == ["a: 0.5, p.\N{NO-BREAK SPACE}7, 12 · b: 0.5, p.\N{NO-BREAK SPACE}7"]
    links = [(run.piece.text, run.piece.target) for run in sheet[0].line.runs if run.piece.target]
    assert links == [("7", "figure"), ("12", "a-1"), ("7", "figure")]
    names = [run.piece.name for run in sheet[0].line.runs if run.piece.name]
    assert names == ["a", "b"]


def test_numbers_known_later_need_no_more_room():
    """Room is left for every page a number may be on."""
    body = "".join(f"<p>{NUMBER.format(id=f'n{at}')}</p>" for at in range(400))
    appendix = Appendix(f"<section><h2>h</h2>{body}</section>", measure)
    before = appendix.sheets()
    after = appendix.sheets({f"n{at}-1": 99 for at in range(400)}, len(before))

    assert len(after) == len(before)
    assert sum(map(len, after)) <= sum(map(len, before))
    assert "n399: 0.5, p.\N{NO-BREAK SPACE}99" in texts(after[-1])


def test_the_last_sheet_is_never_empty():
    """Where less is to be said than there was room for, the last column moves."""
    assert len(set_(paragraphs(15))) == 1
    sheets = set_(paragraphs(15), sheets=2)

    assert [bool(sheet) for sheet in sheets] == [True, True]
    assert set_("") == []


def test_words_look_as_they_are_marked():
    """Bold, italic, quiet, a link."""
    (sheet,) = set_('<p class="call">Whom <b>Title</b> <i>name</i> <a href="#x">here</a></p>')
    looks = {run.piece.text.strip(): run.piece.look for run in sheet[0].line.runs}

    assert looks["Whom"].colour == QUIET
    assert (looks["Title"].face, looks["Title"].colour) == (SANS_BOLD, INK)
    assert looks["name"].face == SANS_ITALIC
    assert looks["here"].colour == ACCENT
