"""
Three nets under every printed number.

Lint reads the template before it runs, finalize sees each value as it is printed, scan reads the
finished page. Each catches something that slips through the other two.
"""

import pytest
from folders import StudyFolder

from carreport.errors import TemplateProblem, UntracedNumber
from carreport.render.environment import environment
from carreport.render.lint import lint
from carreport.render.scan import scan

RATE = "survival.os.rate@day=365"
DATA = f'<data data-id="{RATE}">58.3%</data>'


@pytest.fixture
def linted(tmp_path, literals):
    """A function: a template's text to what lint says, one string a problem."""

    def found(text):
        StudyFolder(tmp_path).write("documents/note/note.html.j2", text)
        problems = lint(environment(tmp_path), "note/note.html.j2", literals)
        return [str(problem) for problem in problems]

    return found


@pytest.fixture
def scanned(tiny_results, literals):
    """A function: a page's body to its uses."""

    def found(body):
        html = f"<html><head><title>t</title></head><body>{body}</body></html>"
        return scan(html, "note", tiny_results, literals)

    return found


TYPED = [
    ("Of 14 patients", "14"),
    ("<p>survival was 58.3%</p>", "58.3%"),
    ("10⁶ cells", "10⁶"),
    ("H₂O", "H₂O"),
    ("CD20 is not CD19", "CD20"),
    ("{% if true %}in 2020{% endif %}", "2020"),
    ("{% set x %}12{% endset %}{{ x }}", "12"),
    ("{% macro m() %}n = 5{% endmacro %}", "5"),
    ("IL-6{{ num('a.b') }}7", "7"),
]


@pytest.mark.parametrize(("text", "number"), TYPED)
def test_lint_catches_a_number_typed_into_the_text(text, number, linted):
    """In prose, blocks, macros, beside a printed number; raised and lowered digits too."""
    (problem,) = linted(text)

    assert f"the number {number!r} is typed into the text" in problem
    assert 'print it with num("…")' in problem


EXPRESSIONS = [
    "{{ 3 }}",
    "{{ 15/148 }}",
    "{{ 0.5 }}",
    "{{ '12 of 14' }}",
    "{{ num('a.b') ~ 'x' }}",
    "{{ value('a.b') + value('a.c') }}",
    "{{ value('a.b') * 100 }}",
    "{{ -value('a.b') }}",
    "{{ num('a.b' ~ 365) }}",
    "{{ num('survival.os.rate@day=' ~ (one.day + one.day)) }}",
    "{{ value('a.b')|round(1) }}",
    "{{ '%.1f'|format(value('a.b')) }}",
    "{{ num('a.b', 3) }}",
    "{{ [1, 2] }}",
    "{{ x == 1 }}",
]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_lint_catches_an_expression_that_makes_a_number(expression, linted):
    """Constants, arithmetic, filters and concatenation, on values and on ids."""
    assert linted(f"<p>\n{expression}</p>")
    assert all(
        "note/note.html.j2, line 2" in problem for problem in linted(f"<p>\n{expression}</p>")
    )


FREE = [
    '<h2 class="c12" id="s1" style="width:50%" data-n=7>words</h2>',
    "<!-- in 2020 -->",
    "{# 14 patients #}",
    "<style>p { margin: 12px }</style>",
    "<script>let x = 12;</script>",
    "CD19 and IL-6 by CTCAE version 5.0",
    "a&nbsp;b&#160;c",
    "{{ num('survival.os.rate@day=365') }}",
    "{{ num('baseline.age.median', 'whole') }}",
    "{% if value('response.p') < 0.05 %}yes{% endif %}",
    "{% for one in endpoints() %}{{ one.label }}{% endfor %}",
    "{{ ci('a.b') if has('a.b') else cutoff }}",
]


@pytest.mark.parametrize("text", FREE)
def test_lint_lets_pass_what_prints_no_number(text, linted):
    """Digits in tags, attributes, comments, styles and literals; printing by id; conditions."""
    assert linted(text) == []


def test_lint_names_the_line(linted):
    """Of the number itself, not of the block it stands in."""
    (problem,) = linted("<p>\nwords\n{{ cutoff }} more\nand 14 of them</p>")

    assert problem.startswith("documents/note/note.html.j2, line 4:")


BARE = [
    "{% for g in groups() %}{{ loop.index }}{% endfor %}",
    '{{ value("survival.os.n") }}',
    "{% set n = groups()|length %}{{ n }}",
]


@pytest.mark.parametrize("body", BARE)
def test_finalize_catches_a_bare_number(body, page):
    """A counter, a raw value, a length: whatever an expression came to."""
    with pytest.raises(TemplateProblem, match=r"note/note\.html\.j2, line 1: the bare number"):
        page(body)


UNTRACED = [
    ("<p>of 14 patients</p>", "14"),
    ("<p>a<b>b</b> 7 c</p>", "7"),
    ("<p>10⁶</p>", "10⁶"),
    ("<p>x₂</p>", "x₂"),
    ("<p>&#49;&#50;</p>", "12"),
    ("<p>１２</p>", "１２"),
    ("<p>٣</p>", "٣"),
    ("<p>½ of them</p>", "½"),
    ("<p>①</p>", "①"),
    ("<svg><text>0.5</text></svg>", "0.5"),
    ("<figure><figcaption>Figure 1</figcaption></figure>", "1"),
    ("<!-- 5 --> 6", "6"),
    ("<style>p{margin:5px}</style> 6", "6"),
    ("<p>CD19 CD20</p>", "CD20"),
]


@pytest.mark.parametrize(("body", "number"), UNTRACED)
def test_scan_catches_a_digit_without_an_id(body, number, scanned):
    """In text, tails, drawings; raised, lowered, full-width, other scripts, fractions."""
    with pytest.raises(UntracedNumber) as caught:
        scanned(body)

    assert len(caught.value.findings) == 1
    assert repr(number) in caught.value.findings[0]


def test_scan_reports_a_token_once(scanned):
    """However many runs of digits it has."""
    with pytest.raises(UntracedNumber) as caught:
        scanned("<p>58.3 of 1,000.5</p>")

    assert [finding.split()[0] for finding in caught.value.findings] == ["'58.3'", "'1,000.5'"]


@pytest.mark.parametrize(
    ("title", "allowed"), [("Trial 12", True), ("12", True), ("Trial 13", False)]
)
def test_the_page_s_title_quotes_the_study_or_holds_no_digit(
    title, allowed, tiny_results, literals
):
    """A browser's tab and a PDF's properties show it."""
    page = f"<html><head><title>{title}</title></head><body><p>x</p></body></html>"
    quoting = literals.quoting(["Trial 12", "12"])

    if allowed:
        assert scan(page, "note", tiny_results, quoting) == ()
    else:
        with pytest.raises(UntracedNumber, match="title of the page"):
            scan(page, "note", tiny_results, quoting)


def test_a_study_s_words_are_known_however_they_are_spaced(tiny_results, literals):
    """Browsers fold white space, and so does the comparison."""
    quoting = literals.quoting(["Study  12\nof CD20"])

    for text in ("Study 12 of CD20", "Study  12\n of\u00a0CD20"):
        assert scan(f"<html><body><p>{text}</p></body></html>", "n", tiny_results, quoting) == ()


def test_scan_catches_an_unknown_id(scanned):
    """An id that no analysis produces owns nothing."""
    with pytest.raises(UntracedNumber, match="which no analysis produces"):
        scanned('<data data-id="survival.os.rat@day=365">58.3%</data>')


@pytest.mark.parametrize("printed", ["58.4%", "12", "", "58.3% (n = 7)"])
def test_scan_catches_an_id_with_another_number_s_text(printed, scanned):
    """The text must be what the result prints, in one of its formats, and nothing more."""
    with pytest.raises(UntracedNumber, match=r"prints '58\.3%'"):
        scanned(f'<data data-id="{RATE}">{printed}</data>')


@pytest.mark.parametrize("printed", ["58.3%", "58.3", "58%", "58.33%"])
def test_scan_knows_every_format_of_a_number(printed, scanned):
    """Default, bare, whole and two decimals are the same number."""
    (use,) = scanned(f'<data data-id="{RATE}">{printed}</data>')

    assert (use.id, use.printed, use.document) == (RATE, printed, "note")


def test_scan_reports_everything_at_once(scanned):
    """Three mistakes are three findings."""
    with pytest.raises(UntracedNumber) as caught:
        scanned("<p>14</p><p>29</p><data data-id='x'>4</data>")

    assert len(caught.value.findings) == 3
    assert "3 untraced number(s)" in str(caught.value)


def test_scan_catches_a_method_no_result_states(scanned):
    """A method section may quote methods, and only those."""
    with pytest.raises(UntracedNumber, match="no method or source of any result"):
        scanned("<span data-method>99% interval by Wald</span>")


def test_scan_says_where(scanned):
    """The heading, table or figure a number stands under."""
    uses = scanned(
        f"<h2>Survival</h2><p>{DATA}</p>"
        f'<div class="table-block" id="baseline"><table><tr><td>{DATA}</td></tr></table></div>'
        f'<figure id="figure1"><figcaption>{DATA}</figcaption></figure><p>{DATA}</p>'
    )

    # After a figure the text goes on where it was.
    assert [use.place for use in uses] == ["Survival", "baseline", "figure1", "Survival"]


def passes_lint(linted, body):
    """Lint finds nothing."""
    return linted(body) == []


def test_only_lint_catches_a_number_typed_with_its_id(linted, page, scanned):
    """Right today, wrong at the next cutoff: nothing computes it, yet id and text agree."""
    assert scanned(DATA)
    assert not passes_lint(linted, DATA)
    with pytest.raises(ExceptionGroup) as caught:
        page(DATA)
    assert "58.3%" in str(caught.value.exceptions[0])


def test_only_finalize_catches_a_bare_number_in_an_attribute(linted, page, scanned):
    """The template holds no number and the page's text neither; a screen reader speaks it."""
    body = '{% set n = groups()|length %}<p aria-label="{{ n }} groups">words</p>'

    assert passes_lint(linted, body)
    assert scanned('<p aria-label="2 groups">words</p>') == ()
    with pytest.raises(TemplateProblem, match="the bare number 2 is printed"):
        page(body)


def test_only_scan_catches_a_number_inside_words(linted, page):
    """A string is no number to finalize, and an argument no text to lint."""
    body = '<p>{{ plural("survival.os.n", "one", "12 or more") }}</p>'

    assert passes_lint(linted, body)
    with pytest.raises(UntracedNumber, match="'12' in '12 or more'"):
        page(body)


def test_our_own_templates_pass_the_lint():
    """Every shipped template, with the shipped literals and those of the bundled study."""
    from pathlib import Path

    from carreport.render.environment import templates_folder
    from carreport.render.literals import read_literals

    data = Path(__file__).resolve().parents[2] / "data"
    allowed = read_literals([templates_folder() / "literals.csv", data / "literals.csv"])
    jinja = environment(data)

    names = [name for name in jinja.list_templates() if name.endswith(".j2")]
    problems = [str(one) for name in names for one in lint(jinja, name, allowed)]

    assert len(names) > 5
    assert problems == []
