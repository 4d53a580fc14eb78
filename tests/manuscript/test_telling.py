"""Each number of a manuscript falls in one class: by its id, by our sentence, by value and words."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from manuscripts import alterable, altered, as_markdown, as_text, spoken, without_ids

from carreport.manuscript.audit import audit_manuscript, known_build
from carreport.manuscript.model import KINDS, OWNERS, Block, Manuscript, Mark
from carreport.manuscript.reading import read
from carreport.manuscript.telling import Teller
from carreport.saved.build import opened


def only(audit, text):
    """The one finding of this text."""
    (found,) = [one for one in audit.findings if one.text == text]
    return found


def found(audit):
    return [one for one in audit.findings if one.found]


def page_of(builds, build="now"):
    return next((builds / build).glob("*.html"))


# Our own documents


def test_our_own_page_is_matched_as_a_whole(builds, tmp_path):
    """Every number by its id; nothing is stale, unmatched or ambiguous."""
    audit = audit_manuscript(builds / "now", page_of(builds), out=tmp_path)

    assert not audit.found
    assert {one.word for one in audit.findings} == {"matches", "not a statistic"}
    assert {one.by for one in audit.findings if one.word == "matches"} == {"id"}


def test_a_pdf_of_ours_is_matched_as_a_whole(built, tmp_path):
    """Numbers with links by their ids, axes and the appendix by what stands before them."""
    (file,) = built.glob("*.pdf")
    audit = audit_manuscript(built, file, out=tmp_path)

    assert not audit.found
    assert audit.counts["matches"] > 100
    assert not audit.counts["ambiguous"]


def test_a_page_of_the_earlier_build_is_stale(builds, tmp_path):
    """Where its numbers were what they no longer are; the rest still matches."""
    audit = audit_manuscript(builds / "now", page_of(builds, "then"), out=tmp_path)

    assert audit.counts["stale"] > 20
    assert not audit.counts["altered"]
    assert not audit.counts["unmatched"]
    stale = next(one for one in audit.findings if "survival.os.logrank_p" in one.ids)
    assert stale.word == "stale"
    assert "in the earlier build it was" in stale.reason


def test_the_latest_earlier_build_beside_it_is_found_by_itself(builds, tmp_path):
    """It need not be named."""
    audit = audit_manuscript(builds / "now", page_of(builds), out=tmp_path)

    assert audit.previous["cutoff"] == "2019-12-31"
    assert not audit_manuscript(builds / "then", page_of(builds, "then"), out=tmp_path).previous


def test_an_altered_digit_beside_its_id_is_altered(builds, tmp_path):
    """The document says itself which result it is."""
    page = page_of(builds).read_text(encoding="utf-8")
    old = ">0.214</data>"
    assert old in page
    file = tmp_path / "page.html"
    file.write_text(page.replace(old, ">0.215</data>", 1), encoding="utf-8")
    audit = audit_manuscript(builds / "now", file, out=tmp_path)

    (one,) = found(audit)
    assert (one.word, one.text, one.by, one.ours) == ("altered", "0.215", "id", "0.214")


COPIES = {"txt": as_text, "md": as_markdown}


@pytest.mark.parametrize("kind", COPIES)
def test_twenty_altered_digits_in_a_copy_without_ids_are_found_and_no_other(builds, tmp_path, kind):
    """Sentences and cells of ours are known again by their letters and by what is before them."""
    blocks = spoken(read(page_of(builds)).blocks)
    places = alterable(blocks)
    where = places[:: len(places) // 20][:20]
    file = tmp_path / f"copy.{kind}"
    file.write_text(COPIES[kind](altered(blocks, where)), encoding="utf-8")
    audit = audit_manuscript(builds / "now", file, out=tmp_path)
    wrong = [altered(blocks, [place])[place[0]].text for place in where]

    assert not any(block.marks for block in audit.manuscript.blocks)
    assert len(where) == 20
    assert len(found(audit)) == 20, [(one.place, one.text, one.reason) for one in found(audit)]
    for (at, place), text in zip(where, wrong, strict=True):
        assert any(
            one.start <= place < one.end and audit.manuscript.blocks[one.block].text == text
            for one in found(audit)
        ), (at, text)


def test_a_faithful_copy_of_a_page_without_ids_is_matched(builds, tmp_path):
    """As a word processor might save it."""
    file = tmp_path / "copy.html"
    file.write_text(without_ids(page_of(builds).read_text(encoding="utf-8")), encoding="utf-8")
    audit = audit_manuscript(builds / "now", file, out=tmp_path)

    assert not any(block.marks for block in audit.manuscript.blocks)
    assert not audit.found
    assert not audit.counts["ambiguous"]


# Anybody's words


def test_a_number_is_told_by_its_value_and_the_words_around_it(audited):
    """Which result it is stands beside it."""
    audit = audited(
        "The log-rank test of overall survival gave p = 0.214 between the groups.\n\n"
        "The hazard ratio for overall survival was 0.35 (95% CI 0.06 to 1.95).\n"
    )

    assert only(audit, "0.214").ids == ("survival.os.logrank_p",)
    assert only(audit, "0.35").ids == ("survival.os.hazard_ratio",)
    assert only(audit, "0.06").ids == ("survival.os.hazard_ratio_lower",)
    assert only(audit, "1.95").ids == ("survival.os.hazard_ratio_upper",)
    assert not audit.found


def test_a_number_no_result_has_is_unmatched(audited):
    """And so is one that agrees by chance with a result about something else."""
    audit = audited(
        "The weather had 31.7% more sunshine than in Paris.\n\nThe bridge was 0.214 miles long.\n"
    )

    assert {one.text for one in found(audit)} == {"31.7%", "0.214"}
    assert {one.word for one in found(audit)} == {"unmatched"}


def test_a_number_of_the_earlier_build_is_stale_in_anybodys_words(audited):
    """Its words go with a result that had this value, and no longer has."""
    audit = audited("The log-rank test of overall survival gave p = 0.098 between the groups.")
    stale = only(audit, "0.098")

    assert (stale.word, stale.ids, stale.ours) == ("stale", ("survival.os.logrank_p",), "0.214")


def test_a_bare_count_is_stale_only_where_the_earlier_words_lead_clearly(audited):
    """Many results have the value of a small count by chance: then it is ambiguous, not out of date."""
    clear = audited("Overall survival: 5 censored in MRD-positive.", "clear.txt")
    chance = audited("Overall survival: 5 patients in MRD-positive.", "chance.txt")

    assert only(clear, "5").word == "stale"
    assert only(chance, "5").word == "ambiguous"


def test_the_cutoff_is_matched_and_the_earlier_one_is_stale(audited):
    """Other dates are no statistics."""
    audit = audited("Data as of 19 August 2020, not of December 31, 2019, nor of 1 May 2019.")

    assert [one.word for one in audit.findings] == ["matches", "stale", "not a statistic"]


def test_a_small_count_that_many_results_have_is_ambiguous_and_names_them(audited):
    """Chance is not passed off as agreement."""
    audit = audited("Among MRD-positive patients there were 6 with one infusion.")
    six = only(audit, "6")

    assert six.word == "ambiguous"
    assert len(six.ids) > 1


def test_a_result_is_matched_in_other_units_and_to_fewer_digits(audited):
    """Months for days, whole percent for one decimal."""
    audit = audited("Overall survival: the longest follow-up was 31.3 months in MRD-positive.")

    assert only(audit, "31.3").ids[0].startswith("survival.os.followup_max")


def test_every_digit_stands_in_one_finding_or_name(audited):
    """The classes add up to all numbers, and no digit is dropped."""
    text = (
        "CD19 in 12/14 (85.7%) [3, 4] at day 28; IL-6 1.5×10⁶, p<0.001, see Table 2 and "
        "https://x.org/10.1/2 from 2019-03-04 to 5 May 2020 by 2-year rates of two patients."
    )
    audit = audited(text)
    spans = [(one.start, one.end) for one in audit.findings]

    assert sum(audit.counts.values()) == len(audit.findings)
    assert audit.names == {"CD19": 1, "IL-6": 1}
    for at, sign in enumerate(text):
        if sign.isdigit() and at not in {2, 3, text.index("IL-6") + 3}:
            assert sum(start <= at < end for start, end in spans) == 1, at


SIGNS = "0123456789.,–-%/ ()[]⁶² abcDay CD19 p= patients Table 2 \n"
IDS = ["survival.os.logrank_p", "disposition.enrolled.n", "no.such.id"]


@pytest.fixture(scope="module")
def now(builds):
    """The later build, opened once."""
    return known_build(opened(builds / "now"), Manuscript("", "text", ()))


@st.composite
def blocks(draw):
    """Blocks with marks anywhere in them."""
    found = []
    for _ in range(draw(st.integers(1, 3))):
        text = draw(st.text(st.sampled_from(SIGNS), max_size=40))
        cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=4)))
        marks = tuple(
            Mark(start, end, draw(st.sampled_from(IDS)), draw(st.sampled_from(OWNERS)))
            for start, end in zip(cuts[::2], cuts[1::2], strict=False)
        )
        found.append(Block(draw(st.sampled_from(KINDS)), text, "line 1", marks))
    return found


@given(blocks())
def test_findings_never_overlap_and_leave_no_digit_behind(now, blocks):
    """Whatever a document says, and wherever its marks stand."""
    teller = Teller(Manuscript("x", "text", tuple(blocks)), now, now)
    findings = list(teller.findings())
    digits = sum(map(str.isdigit, "".join(one.text for one in blocks)))
    named = sum(sum(map(str.isdigit, name)) * count for name, count in teller.names.items())

    for at in range(len(blocks)):
        mine = [one for one in findings if one.block == at]
        assert all(left.end <= right.start for left, right in pairwise(mine))
    assert digits == named + sum(sum(map(str.isdigit, one.text)) for one in findings)
