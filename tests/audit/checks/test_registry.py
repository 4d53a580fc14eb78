"""The registry of checks, its documentation, and that no string makes a check raise."""

import re
from doctest import ELLIPSIS, DocTestParser, DocTestRunner
from inspect import signature
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import carreport.audit.checks as package
from carreport.audit.checks import CHECKS, Answer, Word

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "audit-checks.md").read_text(
    encoding="utf-8"
)
INTRODUCTION, *SECTIONS = re.split(r"^## ", PAGE, flags=re.MULTILINE)
PARTS = ["Question", "Formula", "Source", "Example", "Limits"]


def examples(section):
    """The code of a section, without its fences."""
    return "\n".join(re.findall(r"```python\n(.*?)```", section, flags=re.DOTALL))


def test_the_documentation_lists_the_registry():
    """One section a check, in its order, under its title."""
    heads = [section.splitlines()[0] for section in SECTIONS]

    assert heads == [f"{check.name}: {check.title}" for check in CHECKS.values()]


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.split(":")[0])
def test_a_section_says_what_the_registry_says(section):
    """Question, formula, source, example and limits; formula and source are the registry's."""
    check = CHECKS[section.split(":")[0]]

    assert re.findall(r"^\*\*(\w+)\.\*\*", section, flags=re.MULTILINE) == PARTS
    assert f"**Formula.** `{check.formula}`\n" in section
    assert f"**Source.** {check.source}\n" in section
    assert f"{check.name}(" in examples(section)


@pytest.mark.parametrize(
    "section", [INTRODUCTION, *SECTIONS], ids=lambda section: section.split(":")[0].split("\n")[0]
)
def test_the_examples_run(section):
    """Each answers what the page says."""
    names = {name: getattr(package, name) for name in package.__all__}
    test = DocTestParser().get_doctest(examples(section), names, "page", None, 0)

    assert test.examples
    assert DocTestRunner(optionflags=ELLIPSIS).run(test).failed == 0


@pytest.mark.parametrize("check", CHECKS.values(), ids=lambda check: check.name)
def test_a_check_says_what_it_is(check):
    """Named as its function, with title, formula and source, and an example of its own."""
    assert check.function.__name__ == check.name
    assert getattr(package, check.name) is check.function
    assert check.title
    assert check.formula
    assert check.source
    assert f">>> {check.name}(" in check.function.__doc__


PRINTED = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.from_regex(r"[<>≤≥≈~]? ?[-−–+]?[0-9]{0,4}([.,][0-9]{0,4})? ?%?", fullmatch=True),
    st.integers(0, 80).map(str),
    st.sampled_from(
        ["n.s.", "<0.001", "0", "0.0", "100%", "100.0%", "1", "1.0", "nan", "inf", "−0.0", "1e400",
         "9" * 40, "0." + "0" * 29 + "1", "10^99", "6×10⁹⁹", "61.2 ± 14.0", "twenty-nine", "-",
         "\N{ARABIC-INDIC DIGIT THREE}", "½", "1,2,3", "≥", "about 14", "2018-01-01", "0000-00-00",
         "January 2018", "31 February 2018", "99999 years", "95%"]
    ),
)  # fmt: skip
LISTS = st.lists(PRINTED, max_size=4)


def arguments(data, parameter):
    """Something hostile of the kind a parameter takes."""
    if "Sequence[Sequence" in parameter.annotation:
        width = data.draw(st.integers(0, 3))
        return data.draw(st.lists(st.lists(PRINTED, min_size=width, max_size=width), max_size=3))
    if "Sequence" in parameter.annotation:
        return data.draw(LISTS)
    if "Range" in parameter.annotation:
        return data.draw(st.tuples(PRINTED, PRINTED))
    return data.draw(PRINTED)


@pytest.mark.parametrize("check", CHECKS.values(), ids=lambda check: check.name)
@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_no_string_makes_a_check_raise(check, data):
    """Whatever is printed, the answer is one of three, with a reason."""
    parameters = signature(check.function).parameters.values()
    given_ = {one.name: arguments(data, one) for one in parameters}
    if check.name == "p_from_levels":
        given_["right"] = [data.draw(PRINTED) for _ in given_["left"]]

    found = check.function(**given_)

    assert isinstance(found, Answer)
    assert found.answer in get_args(Word)
    assert found.reason.strip()


@pytest.mark.parametrize("check", CHECKS.values(), ids=lambda check: check.name)
def test_nothing_stated_is_not_testable(check):
    """A check never guesses what is not there."""
    nothing = {
        one.name: []
        if "Sequence" in one.annotation
        else (None, None)
        if "Range" in one.annotation
        else None
        for one in signature(check.function).parameters.values()
    }

    assert check.function(**nothing).answer == "not testable"


def test_the_sentence_of_an_answer():
    """As the documentation prints it."""
    assert (
        Answer("not testable", "n is not stated").sentence
        == "Not testable, because n is not stated."
    )
