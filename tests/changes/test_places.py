"""Where changed numbers are printed: sentences, rows of tables, figures."""

from __future__ import annotations

from dataclasses import replace

from folders import write_folder
from sides import side_of

from carreport.changes import Drawn, compared

PAGE = """
<html><body>
<h2>Results</h2>
<p>Eleven were asked. Their mean age was <a id="u1"><data data-id="x">42.6</data></a> years
(range <a id="u2"><data data-id="y">19</data></a>&#8288;–&#8288;66), e.g. in the first group.
Another sentence ends here.</p>
<table><tr><th>Age</th><td><a id="u3"><data data-id="x">42.6</data></a></td><td></td></tr></table>
<svg><script>nothing</script></svg>
</body></html>
"""


def use(anchor, place, printed="42.6"):
    """One place."""
    return {"document": "report", "place": place, "anchor": anchor, "printed": printed}


def compared_with_page(folder, tmp_path, page=PAGE):
    """The tiny study with one age corrected, and what its page prints."""
    other = write_folder(tmp_path / "other")
    other.replace("patients.csv", "MRD-positive,27", "MRD-positive,38")
    uses = {
        "baseline.age.mean": [use("u1", "Results"), use("u3", "table1"), use("", "figure1")],
        "baseline.age.min": [use("u2", "Results", "19")],
    }
    drawn = Drawn("figure1", "Ages", ("baseline.age.mean",), ("listing.patients",))
    new = replace(
        side_of(other.snapshot(), "new"), uses=uses, pages={"report": page}, figures=(drawn,)
    )
    return compared(side_of(folder.snapshot(), "old"), new)


def test_a_number_stands_in_a_sentence_a_row_and_a_figure(folder, tmp_path):
    change = compared_with_page(folder, tmp_path).number("baseline.age.mean")
    assert [(one.place, one.sentence, one.block) for one in change.places] == [
        ("Results", "Their mean age was 42.6 years (range 19–66), e.g. in the first group.", False),
        ("table1", "Age | 42.6", False),
        ("figure1", "", True),
    ]


def test_each_sentence_is_told_once(folder, tmp_path):
    found = compared_with_page(folder, tmp_path)
    assert [(one.sentence[:11], one.ids) for one in found.said] == [
        ("Their mean ", ("baseline.age.mean",)),
        ("Age | 42.6", ("baseline.age.mean",)),
    ]


def test_a_figure_changes_with_what_it_prints_or_draws(folder, tmp_path):
    (one,) = compared_with_page(folder, tmp_path).figures
    assert (one.title, one.numbers, one.listings) == (
        "Ages", ("baseline.age.mean",), ("listing.patients",),
    )  # fmt: skip


def test_a_place_whose_page_lost_it_has_no_sentence(folder, tmp_path):
    change = compared_with_page(folder, tmp_path, "<p>Nothing.</p>").number("baseline.age.mean")
    assert {one.sentence for one in change.places} == {""}


def test_another_form_it_is_printed_in_counts_as_print(folder, tmp_path):
    """27 to 27.1 leaves 42.6 as it was, and changes 42.64 to 42.65."""
    other = write_folder(tmp_path / "other")
    other.replace("patients.csv", "MRD-positive,27", "MRD-positive,27.1")
    old, new = side_of(folder.snapshot()), side_of(other.snapshot())
    assert compared(old, new).number("baseline.age.mean").kind == "raw"
    uses = {"baseline.age.mean": [use("u1", "Results", "42.64")]}
    assert compared(replace(old, uses=uses), new).number("baseline.age.mean").kind == "print"


def test_printed_cells_of_a_listing_are_numbers_too(folder, tmp_path):
    other = write_folder(tmp_path / "other")
    other.replace("patients.csv", "MRD-positive,27", "MRD-positive,38")
    id_ = "listing.patients.age@patient=P03"
    new = replace(side_of(other.snapshot()), uses={id_: [use("u1", "table2", "38")]})
    change = compared(side_of(folder.snapshot()), new).number(id_)
    assert (change.old.display, change.new.display, change.kind) == ("27", "38", "print")
    assert [(one.patient, one.change) for one in change.contributions] == [("P03", 11.0)]
