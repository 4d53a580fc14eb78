"""Pages: errors that name template and line, escaping, the study's own templates."""

import re

import pytest
from folders import StudyFolder, write_folder

from carreport.errors import BadInput, TemplateProblem
from carreport.pipeline import build
from carreport.render.environment import environment, has_document, templates_folder
from carreport.render.literals import read_literals
from carreport.tables import lay_out


def test_an_undefined_name_is_an_error_with_template_and_line(page):
    """Nothing is silently printed as empty."""
    with pytest.raises(ExceptionGroup) as caught:
        page("<p>\n\n{{ surname }}</p>")

    (problem,) = caught.value.exceptions
    assert str(problem).startswith("documents/note/note.html.j2, line 3: there is no function")


def test_an_unknown_id_is_an_error_with_template_line_and_near_ids(page):
    """The template author sees which number was meant."""
    with pytest.raises(ExceptionGroup) as caught:
        page('<p>\n{{ num("survival.os.medain") }}</p>')

    (problem,) = caught.value.exceptions
    assert str(problem).startswith("documents/note/note.html.j2, line 2: no analysis produces")
    assert "did you mean survival.os.median" in str(problem)


def test_an_error_in_an_included_template_names_that_template(page):
    """Not the document that includes it."""
    with pytest.raises(ExceptionGroup) as caught:
        page('{% include "note/_part.html.j2" %}', _part='words\n{{ num("no.such") }}')

    assert str(caught.value.exceptions[0]).startswith("documents/note/_part.html.j2, line 2:")


def test_a_syntax_error_names_template_and_line(page):
    """An unclosed block is a problem of the template, not of carreport."""
    for parts in ({"body": "<p>\n{% if %}</p>"}, {"body": "x", "_part": "\n{% if %}"}):
        with pytest.raises(ExceptionGroup) as caught:
            page(**parts)
        (problem,) = caught.value.exceptions
        assert isinstance(problem, TemplateProblem)
        assert re.match(r"documents/note/\w+\.html\.j2, line 2: Expected an exp", str(problem))


def test_a_function_called_wrongly_names_template_and_line(page):
    """Python's own complaint, at the place of the call."""
    with pytest.raises(ExceptionGroup) as caught:
        page("<p>\n{{ num() }}</p>")

    (problem,) = caught.value.exceptions
    assert str(problem).startswith("documents/note/note.html.j2, line 2: num(): missing a required")
    assert str(problem).endswith('write num(id, style="")')


WORDS = {
    "unit": ('unit = "years"', ["10^9/L", "×10⁹/L", "m²", "x10^3", "%", "mm3"]),
    "baseline": ('label = "Age"', ["D2", "1", "½ h"]),
    "endpoint": ('label = "Overall survival"', ["D3", "365"]),
    "arm": ('label = "MRD-positive"', ["2", "A1"]),
    "analyte": ('label = "C-reactive protein"', ["D2", "5"]),
    "marker's unit": ('unit = "mg/L"', ["10^6/L", "m2"]),
    "title": ('title = "A study"', ["101", "X1", "Study  12  of CD19", "Study\\n12"]),
}


@pytest.mark.parametrize(
    ("old", "word"), [(old, word) for old, words in WORDS.values() for word in words]
)
def test_a_study_s_words_may_be_numbers(old, word, page, tmp_path):
    """Labels, units and titles are printed as they are, whatever digits they hold."""
    study = write_folder(tmp_path / "study")
    study.replace("study.toml", old, f'{old.partition(" = ")[0]} = "{word}"')
    study.write("measurements.csv", study.text("measurements.csv").replace(
        "mg/L", word if old.startswith('unit = "mg') else "mg/L"))  # fmt: skip
    snapshot, results = study.snapshot(), study.results()
    body = (
        '<h1>{{ study().title }}</h1>{{ qty("baseline.age.median") }}'
        '{{ qty("biomarkers.crp.median") }}'
        '{% for one in endpoints() %}<p title="{{ one.label }} by group">{{ one.label }}</p>{% endfor %}'
        "{% for one in analytes() %}{{ one.label }}, {{ one.unit }}{% endfor %}"
        "{% for one in baseline() %}{{ one.label }}{% endfor %}"
        "{% for one in groups() %}{{ one.label }}{% endfor %}"
        "{% for id in tables() %}{{ table(id) }}{% endfor %}"
    )

    html = page(body, snapshot, results, tables=lay_out(results, snapshot)).text

    assert not re.search(r'="[^"]*<', html)  # words in attributes are plain


def test_the_title_of_the_page_is_plain_text(tmp_path):
    """A browser shows it as it is."""
    folder = write_folder(tmp_path / "study").replace("study.toml", "A study", "Study 12")

    made = build(folder.path, out=tmp_path / "out", formats=["html"])

    assert "<title>Study 12</title>" in (made.out / "interim.html").read_text(encoding="utf-8")


def test_several_numbers_typed_into_a_template_are_one_group(page):
    """All are said at once, before anything is rendered."""
    with pytest.raises(ExceptionGroup) as caught:
        page("<p>14</p><p>29</p>{{ 3 }}")

    assert len(caught.value.exceptions) >= 3


def test_a_template_cannot_reach_the_machine(page):
    """The sandbox refuses attributes that lead out of it."""
    with pytest.raises(TemplateProblem):
        page("{{ num.__self__.__class__ }}")


def test_a_result_prints_as_data_with_its_id_and_value(page, tiny_results):
    """`<data>` carries id and full value; the text is the display."""
    html = page('{{ num("survival.os.rate@day=365") }}').text
    result = tiny_results["survival.os.rate@day=365"]

    assert f'value="{result.value!r}" data-id="survival.os.rate@day=365">58.3%</data>' in html


def test_hostile_labels_and_terms_are_text(tmp_path):
    """Markup in study.toml comes out escaped; in cells it is refused at the border."""
    folder = write_folder(tmp_path / "study")
    for old, new in (
        ('label = "MRD-positive"', 'label = "<i onmouseover=alert()>MRD</i>"'),
        ('label = "Age"', 'label = "</td><script>age()</script>"'),
        ('label = "Overall survival"', 'label = "O\\"S\' & <b>"'),
        ('label = "C-reactive protein"', 'label = "{{ num(x) }}"'),
    ):
        folder.replace("study.toml", old, new)

    html = (
        build(folder.path, out=tmp_path / "out", formats=["html"]).out / "interim.html"
    ).read_text()

    assert "&lt;i onmouseover=alert()&gt;MRD&lt;/i&gt;" in html
    assert "<i onmouseover" not in html
    assert "<script>age" not in html
    assert "& <b>" not in html


def test_a_study_s_own_template_wins_over_ours(folder):
    """Of the same name; ours are found where the study has none."""
    jinja = environment(folder.path)

    assert "interim" in {path.name for path in templates_folder().iterdir()}
    source, where, _ = jinja.loader.get_source(jinja, "interim/interim.html.j2")
    assert source == folder.text("documents/interim/interim.html.j2")
    assert where is not None
    assert has_document(jinja, "report")
    assert not has_document(jinja, "nonsense")


def test_a_study_s_own_part_is_used_by_our_document(tmp_path, folder):
    """One may replace a part and keep the rest."""
    own = "{% macro anything() %}{% endmacro %}<p>the study's own table</p>"
    folder.remove("documents/interim/interim.html.j2")
    folder.write("documents/shared/table.html.j2", own)

    made = build(folder.path, out=tmp_path / "out", formats=["html"])

    assert "the study's own table" in (made.out / "interim.html").read_text(encoding="utf-8")


def test_a_study_s_own_literals_are_allowed_on_its_pages(page, tmp_path):
    """literals.csv of the study folder, each with a reason."""
    StudyFolder(tmp_path).write("literals.csv", "literal,reason\nCD20,antigen\n")

    assert "CD20" in page("<p>CD20</p>").text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("literal,reason\nCD20,\n", "'CD20' has no reason; say why"),
        ("literal\nCD20\n", "give it literal,reason"),
    ],
)
def test_a_literal_without_a_reason_is_refused(text, says, tmp_path):
    """A digit in prose needs somebody who answers for it."""
    (tmp_path / "literals.csv").write_text(text)

    with pytest.raises(BadInput, match=re.escape(says)):
        read_literals([tmp_path / "literals.csv"])


def test_a_page_asks_for_nothing(built):
    """Fonts, figures and styles are inside; no address leaves the file."""
    html = (built / "interim.html").read_text(encoding="utf-8")

    assert not re.findall(r"""(?:src|href)\s*=\s*["']?(?!#|data:)[^"'\s>]+""", html)
    assert not re.findall(r"url\((?!\s*['\"]?(?:data:|#))[^)]*\)", html)
    assert "@import" not in html


def test_tables_and_figures_are_numbered_in_the_order_they_are_spoken_of(built):
    """Table 1 is the first table on the page; every reference finds its target."""
    html = (built / "interim.html").read_text(encoding="utf-8")

    for kind in ("Table", "Figure"):
        numbers = re.findall(rf'data-ref="[^"]*">(?:<[^>]*>)*{kind}\xa0(\d+)', html)
        assert sorted(set(numbers), key=int) == [str(n + 1) for n in range(len(set(numbers)))]
        assert numbers


def test_every_printed_number_has_a_row(built):
    """The contract between page and results: no use without a row, no unknown id."""
    import json

    html = (built / "interim.html").read_text(encoding="utf-8")
    rows = {r["id"]: r for r in json.loads((built / "results.json").read_text())["results"]}

    printed = set(re.findall(r'data-id="([^"]+)"', html))
    assert printed
    assert printed == {id_ for id_, row in rows.items() if row["uses"]}
