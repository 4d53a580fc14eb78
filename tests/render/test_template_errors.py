"""What a user is told of a template that is wrong: file, line, what, and what was meant."""

import pytest

from carreport.commands.messages import explained
from carreport.errors import CarreportError

NOTE = "documents/note/note.html.j2"
# The template's second line, what must be said of it, and what to do.
WRONG = {
    "id": ('{{ num("survival.os.rat@day=365") }}', "no analysis produces", "survival.os.rate@day"),
    "function": ('{{ nmu("x") }}', "there is no function or variable 'nmu'", "did you mean num?"),
    "quotes": ("{{ num(survival.os.n) }}", "variable 'survival'", "an id stands in quotes"),
    "filter": ("{{ num('x') | rond }}", "there is no filter 'rond'", "round"),
    "test": ("{% if groups() is definde %}{% endif %}", "there is no test", "defined"),
    "if": ("{% if groups() %}", "the if that begins here is never closed", "{% endif %}"),
    "for": ("{% for g in groups() %}", "the for that begins here", "{% endfor %}"),
    "end": ("{% endif %}", "unknown tag 'endif'", "there is no {% if %} before it"),
    "tag": ("{% fi x %}", "unknown tag 'fi'", "correct the name of the tag"),
    "brace": ('{{ num("survival.os.n" </p>', "unexpected '/'", "not closed"),
    "missing": ("{{ count('x') }}", "count(): missing", 'write count(id, one, many, none="")'),
    "many": ("{{ num('x', 'whole', 'y') }}", "num(): too many", 'write num(id, style="")'),
    "keyword": ("{{ num('x', stile='one') }}", "keyword argument 'stile'", "write num("),
    "style": ("{{ num('survival.os.n', 'wholes') }}", "'wholes' is no style", "whole, one, two"),
    "include": ('{% include "note/_prat.html.j2" %}', "no template 'note/_prat", "note/_part.html"),
    "extends": ('{% extends "shared/bas.html.j2" %}', "no template", "shared/base.html.j2"),
    "macro": (
        '{% from "interim/_words.html.j2" import somme %}',
        "no macro 'somme' in interim/_words.html.j2",
        "did you mean some?",
    ),
    "digit": ("<p>In 61.2%</p>", "'61.2%' is typed into the text", "num("),
    "sum": ("{{ value('a') / value('b') }}", "calculates while printing", "in an analysis"),
    "constant": ("{{ 3 }}", "holds a number", "num("),
    "value": ("{{ value('survival.os.n') }}", "the bare number 12 is printed", "num()"),
    "list": ("{{ groups() }}", "a list is printed", "{% for %}"),
    "table": ('{{ table("baselin") }}', "no table or figure is called 'baselin'", ""),
    "interval": ('{{ ci("disposition.enrolled.n") }}', "no confidence interval is computed", ""),
    "range": ('{{ span("disposition.enrolled.n") }}', "neither min nor max is computed", ""),
    "part": ("{{ study().titel }}", "there is no 'titel' here", "did you mean title"),
    "listing": ('{% for r in rows("listing.patient") %}{% endfor %}', "no analysis", "patients"),
    "column": ('{% for r in rows("listing.patients") %}{{ r.agee }}{% endfor %}', "agee", ".age"),
    "brackets": ("{{ cutoff() }}", "cutoff is no function", "without brackets"),
    "css": ('{{ style("note/my.css") }}', "there is no file 'note/my.css'", "NAME/file"),
    "circle": ('{% include "note/note.html.j2" %}', "includes itself", "break the circle"),
}


@pytest.mark.parametrize(("line", "found", "remedy"), WRONG.values(), ids=WRONG)
def test_a_wrong_template_is_told_with_file_line_and_what_was_meant(line, found, remedy, page):
    """One message; never a traceback, and never the name of a Python class."""
    with pytest.raises((CarreportError, ExceptionGroup)) as caught:
        page(f"<p>\n{line}</p>", _part="words")
    said = "\n".join(explained(caught.value))

    assert f"{NOTE}, line " in said
    assert found in said
    assert remedy in said
    assert "<class" not in said


def test_all_unknown_ids_of_a_document_are_told_at_once(page):
    """In the order of the page, those in conditions and included templates among them."""
    with pytest.raises(ExceptionGroup) as caught:
        page(
            '<p>{{ num("a.b") }}\n{% if value("c.d") > value("e.f") %}x{% endif %}</p>'
            '{% include "note/_part.html.j2" %}',
            _part='{{ qty("g.h") }}{% for row in rows("i.j") %}{{ row.k }}{% endfor %}',
        )
    said = [str(one) for one in caught.value.exceptions]

    assert [one.split("'")[1] for one in said] == ["a.b", "c.d", "e.f", "g.h", "i.j"]
    assert all(one.startswith(f"{NOTE}, line ") for one in said[:3])
    assert all("documents/note/_part.html.j2, line 1" in one for one in said[3:])


def test_an_unknown_id_in_a_branch_nobody_takes_is_none(page):
    """Whether a number is there depends on the data; `exists` asks before it is printed."""
    made = page('<p>{% if exists("survival.no.n") %}{{ num("survival.no.n") }}{% endif %}y</p>')

    assert "y</p>" in made.text


def test_names_a_template_gets_from_the_one_that_includes_it_are_known(page):
    """Loops, macros' arguments and what `set` gives reach an included template."""
    made = page(
        "{% set word = study().title %}{% for one in groups() %}"
        '{% include "note/_part.html.j2" %}{% endfor %}',
        _part="{{ one.label }} of {{ word }}{% if other is defined %}{{ other }}{% endif %}",
    )

    assert "of A study" in made.text
