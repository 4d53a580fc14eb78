"""The audit as a document: every claim once, counts that agree, links that lead, nothing unescaped."""

import datetime as dt
import io
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote

import pypdf
import pytest
from folders import write_folder
from lxml import html

from carreport.again import Asked
from carreport.audit import Audit, audit, judge, read_claims
from carreport.audit.model import Conflict, Finding, Reading, Side
from carreport.audit.record import audit_json, audit_record
from carreport.errors import UntracedNumber
from carreport.names import OPEN
from carreport.pipeline import documents_of
from carreport.render import render, screen, write_pdf
from carreport.render.audit_marks import COLUMNS
from carreport.render.audited import DOT, audit_texts, clean, once, quoted, reference
from carreport.render.literals import Literals
from carreport.render.reread import reread
from carreport.render.scan import scan
from carreport.study.load import load
from carreport.study.session import snapshot_of

HEADER = "claim_id,reported,result_id,kind,location,quote,check,note\n"
HOSTILE = "<script>alert(1)</script>\"'&{{ 7 }}{% raw %}<b>99</b>"
ROOT = Path(__file__).resolve().parents[2]
CLAIMS = (
    ("n", "12", "disposition.enrolled.n", "count", "Abstract", "12 patients were enrolled"),
    ("os", "58.3%", "survival.os.rate@day=365", "percent", "Abstract", "survival was 58.3%"),
    ("wrong", "14", "disposition.enrolled.n", "count", "Results, Patients", "all 14 patients"),
    ("words", "twice", "", "words", "Results, Patients", "twice as many"),
    ("dose", "3.2", "", "measurement", "Methods, Treatment", "3.2 mg", "", "no dose is published"),
    ("cell", "7", "", "count", "Table 1", "Age | n | 7", "", "no dose is published"),
    ("bad one", "8", "", "count", "Table 1", HOSTILE, "", HOSTILE),
    *((f"bare{n}", f"{n}", "", "count", "Fig. 1", "") for n in range(2)),
    *((f"min{n}", f"{n}", "", "count", "Table 2", f"Sex | Level {n} | {n}") for n in range(4)),
    ("long", "9" * 29, "", "count", "Table 1", "x" * 90 + " and " + "1" * 29, "", ""),
)


def claims_csv(*rows):
    """A claims.csv with these rows."""
    lines = (
        ",".join('"{}"'.format(cell.replace('"', '""')) for cell in (*row, *[""] * (8 - len(row))))
        for row in rows
    )
    return HEADER + "".join(f"{line}\n" for line in lines)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """The tiny study with claims and no document of its own."""
    folder = write_folder(tmp_path_factory.mktemp("audited") / "study", interim=None)
    return folder.write("claims.csv", claims_csv(*CLAIMS))


@pytest.fixture(scope="module")
def found(study, tiny_results):
    """Verdicts on the claims, with conflicts and findings."""
    verdicts = judge(read_claims(study.path), tiny_results)
    by = {one.claim.claim_id: one.claim for one in verdicts}
    conflicts = (
        Conflict(
            "number-of-patients", "same_count", "contradicted",
            (Side("12 patients", (by["n"],)), Side("14 patients", (by["wrong"],), (by["os"],))),
            "12 and 14 patients are said to have been enrolled", "12 ≠ 14", ("13 of 14",),
            Reading("Two of the 14 were not treated.", fills=False, holds=True),
        ),
        Conflict(
            "dose", "within", "explained",
            (Side("3.2 mg", (by["dose"],)), Side(HOSTILE, (by["bad one"],))),
            "1 mg and 3 mg differ; " + HOSTILE,
            reading=Reading("One dose is meant.", fills=True, holds=True),
        ),
        Conflict(
            "label", "same_label", "question",
            (Side("analyte: IL", (by["bare0"],)), Side("analyte: IL-R", (by["bare1"],))),
            "one thing has two names",
        ),
    )  # fmt: skip
    findings = (
        Finding("grim", "consistent", ("os",), "7 of 12 is 58.3%"),
        Finding("grim", "not testable", ("cell", "dose"), "the denominator is not declared"),
        Finding("same_count", "inconsistent", ("n", "wrong"), "12 is not 14"),
    )
    return Audit(verdicts, findings, conflicts)


@pytest.fixture(scope="module")
def made(study, found, tiny_snapshot, tiny_results):
    """The document on the screen: as text, and parsed."""
    (page,) = render(study.path, tiny_snapshot, tiny_results, (), (), ["audit"], found)
    text = screen(page, tiny_snapshot, tiny_results)
    return SimpleNamespace(page=page, text=text, tree=html.document_fromstring(text))


def rows(tree):
    """The rows of claims, by anchor; one row may hold several."""
    found = tree.xpath("//table[@class='claim-table']/tbody/tr//*[@id] | //tr[@id]")
    claims = [one for one in found if one.get("id").startswith("claim-")]
    return {one.get("id"): next(one.iterancestors("tr"), one) for one in claims}


def said(element):
    """The text of an element on one line."""
    return " ".join(element.text_content().split())


def test_every_claim_stands_there_once(made, found):
    """Under its section, with its quote, what was printed and the verdict."""
    assert len(rows(made.tree)) == len(found.verdicts) == len(CLAIMS)
    for one in found.verdicts:
        row = rows(made.tree)[f"claim-{one.claim.claim_id.replace(' ', '-')}"]
        assert all(part in said(row) for part in quoted(one.claim).split(DOT))
        assert clean(one.claim.reported) in said(row)
        assert said(row.find_class("verdict")[0]) == one.verdict


def test_counts_are_those_of_the_verdicts(made, found):
    """In the strip, in the table by section, and in the picture, which has a mark a claim."""
    wanted = Counter(one.verdict for one in found.verdicts)
    strip = {
        said(one.find("dt")): int(said(one.find_class("figure")[0]))
        for one in made.tree.find_class("strip")[0].findall("div")
    }
    assert {word: count for word, count in strip.items() if count} == dict(wanted)

    drawn = Counter(
        one.get("class").removeprefix("v-").replace("-", " ")
        for one in made.tree.xpath("//div[contains(@class, 'marks')]//g")
    )
    assert drawn == wanted
    table = made.tree.xpath("//table[@class='by-section']/tbody/tr")
    counted = [[said(cell) for cell in row.findall("td")[1:]] for row in table]
    assert sum(int(one) for row in counted for one in row if one != "–") == len(CLAIMS)


def test_sections_come_in_the_order_of_the_paper(made):
    """As the claims first name them; the rest of the location is a heading below."""
    names = [said(one) for one in made.tree.xpath("//table[@class='by-section']/tbody/tr/th")]
    places = [said(one) for one in made.tree.xpath("//tr[@class='heading']")]

    assert names == ["Abstract", "Results", "Methods", "Table 1", "Fig. 1", "Table 2"]
    assert places == ["Patients", "Treatment"]


def test_figures_that_fare_alike_share_a_row(made):
    """The cells of one row of a table, with one verdict and one reason."""
    found = [rows(made.tree)[f"claim-min{n}"] for n in range(4)]
    row = found[0]

    assert len({made.tree.getroottree().getpath(one) for one in found}) == 1
    assert said(row).startswith("Sex Level 0 0; Level 1 1; Level 2 2; Level 3 3")
    assert said(row).count("not testable") == 1
    assert rows(made.tree)["claim-bare0"] is not rows(made.tree)["claim-bare1"]


def test_links_within_the_page_lead_somewhere(made):
    """From pictures, pairs and gaps to claims, from claims to pairs, from numbers to traces."""
    ids = {one.get("id") for one in made.tree.iter() if one.get("id")}
    links = [one.get("href") for one in made.tree.iter("a")]

    assert {one[1:] for one in links if one.startswith("#")} <= ids
    assert not [one for one in links if not one.startswith(("#", "https://"))]


def test_a_recomputed_number_is_a_traced_number(made):
    """By its id, with the appendix's entry behind it, so that the panel opens."""
    row = rows(made.tree)["claim-os"]
    (number,) = row.iter("data")

    assert number.get("data-id") == "survival.os.rate@day=365"
    assert made.tree.get_element_by_id(number.get("data-id")).get("data-number")
    assert not list(rows(made.tree)["claim-dose"].iter("data"))


def test_contradictions_stand_side_by_side(made):
    """Both quotes with their places, why, the formula, what would do, and the reading."""
    clash = made.tree.get_element_by_id("conflict-number-of-patients")
    sides = clash.find_class("side")

    assert [said(one.find_class("says")[0]) for one in sides] == ["12 patients", "14 patients"]
    assert [said(one) for one in sides[1].iter("blockquote")] == [
        "“all 14 patients”",
        "“survival was 58.3%”",
    ]
    text = said(clash)
    for words in ("Cannot both hold, because 12 and 14 patients", "12 ≠ 14", "13 of 14",
                  "A reading under which it would hold: Two of the 14 were not treated.",
                  "implied by", "Results, Patients"):  # fmt: skip
        assert words in text


def test_what_a_reading_explains_stands_apart(made):
    """In a section of its own, with its reason; the claim's row leads there."""
    assert made.tree.get_element_by_id("conflict-dose").getparent().get("id") == "explained"
    text = said(made.tree.get_element_by_id("explained"))
    assert "Read literally, 1 mg and 3 mg differ" in text
    assert "The reading under which it holds: One dose is meant." in text
    assert said(rows(made.tree)["claim-dose"].find_class("to-clash")[0]) == "see pair 2"
    assert said(rows(made.tree)["claim-wrong"].find_class("to-clash")[0]) == "see pair 1"


def test_what_is_worth_a_question_has_a_calm_section_of_its_own(made):
    """Not among what cannot both be true; without a verdict, counted apart."""
    conflict = made.tree.get_element_by_id("conflict-label")
    assert conflict.getparent().get("id") == "questions"
    assert said(conflict.find("h3")) == "Pair 3: analyte: IL against IL-R"
    assert "To be asked, because one thing has two names." in said(conflict)
    assert not conflict.find_class("v-contradicted")
    assert "One pair of statements can both be true" in said(made.tree.get_element_by_id("summary"))
    assert len(made.tree.get_element_by_id("contradicted").find_class("clash")) == 1


def test_checks_are_counted_and_what_could_not_be_run_is_said(made):
    """Per check how it answered; without a denominator, what is missing and for which figures."""
    table = made.tree.find_class("check-table")[0]
    counts = [[said(cell) for cell in row.findall("td")] for row in table.iter("tr")][1:]

    assert counts == [["1", "–", "–", "1"], ["–", "1", "–", "–"]]
    assert (
        "The denominator is not declared".lower()
        in said(made.tree.get_element_by_id("gaps")).lower()
    )


def test_what_is_missing_is_said_with_what_it_would_test(made):
    """Claims with one note stand together."""
    gaps = made.tree.get_element_by_id("gaps")
    told = {said(one.find("dt")): said(one.find("dd")) for one in gaps.iter("div")}

    assert told["no dose is published 2"] == "3.2 Methods, Treatment; 7 Table 1"


def test_claims_are_data_and_no_markup(made):
    """Whatever a cell holds is read, not run; signs that turn the line are replaced."""
    assert "<script>alert(1)" not in made.text
    assert "&lt;script&gt;alert(1)" in made.text
    assert not [one for one in made.tree.iter("script") if "alert" in (one.text or "")]
    assert not [one for one in made.tree.iter() for name in one.attrib if name.startswith("on")]
    assert clean("a\u202eb\x07 c") == "a\ufffdb\ufffd c"


def test_a_quote_that_is_not_the_claim_s_is_caught(tiny_results):
    """A digit that was typed in, or that another claim prints, under the name of a claim."""
    quoted = {"claim/n/reported": "12"}
    literals = Literals(())

    def page(text, key="claim/n/reported"):
        body = f'<p><span data-audit="{key}">{text}</span></p>'
        return f"<!doctype html><html><head><title>t</title></head><body>{body}</body></html>"

    assert scan(page("12"), "audit", tiny_results, literals, quoted) == ()
    for wrong in (page("13"), page("12 or 13"), page("12", "claim/m/reported")):
        with pytest.raises(UntracedNumber):
            scan(wrong, "audit", tiny_results, literals, quoted)
    with pytest.raises(UntracedNumber):
        scan(page("12"), "report", tiny_results, literals)


def test_long_words_may_break_but_no_number_in_them():
    """Between letters after a while, and where the reader expects it."""
    assert clean("A" * 45) == " ".join(["A" * 20, "A" * 20, "A" * 5])
    assert clean("ChiCTR1800015164") == "ChiCTR1800015164"
    assert clean("VTCD+Dasatinib/Imatinib") == "VTCD+\u200bDasatinib/\u200bImatinib"
    assert "\u200b" not in clean("1,234,567,890,123,456,789")


def test_many_marks_go_on_below(made):
    """No line of the picture has more than it has room for."""
    for svg in made.tree.xpath("//div[contains(@class, 'marks')]/svg"):
        marks = len(list(svg.iter("path")))
        lines = -(-marks // COLUMNS)
        assert float(svg.get("height")) == 13 * lines


@pytest.mark.parametrize(
    ("claims", "told"),
    [
        (None, "has no claims.csv"),
        (HEADER + "n,12,disposition.enrolled.n,count,Abstract,,,\n", "Nothing was found against"),
    ],
)
def test_nothing_to_tell_is_told_in_a_line(claims, told, tmp_path, tiny_snapshot, tiny_results):
    """Without claims; without anything against them."""
    folder = write_folder(tmp_path / "study", interim=None)
    if claims:
        folder.write("claims.csv", claims)
    found = Audit(judge(read_claims(folder.path), tiny_results))
    (page,) = render(folder.path, tiny_snapshot, tiny_results, (), (), ["audit"], found)

    assert told in said(html.document_fromstring(page.paper))


def test_at_another_cutoff_nothing_is_judged(study, tiny_results, tiny):
    """The document says so."""
    earlier = tiny.snapshot(dt.date(2019, 6, 30))
    (page,) = render(study.path, earlier, tiny_results, (), (), ["audit"], Audit())

    assert "Nothing was audited" in said(html.document_fromstring(page.paper))


def test_the_paper_says_the_same_in_the_same_bytes_twice(made, tiny_snapshot):
    """Its digits are read again; a claim with long words loses none."""
    first, second = (
        write_pdf(made.page.paper, tiny_snapshot.cutoff, made.page.traces) for _ in range(2)
    )
    reread(first, made.page.paper, made.page.traces)
    pages = [one.extract_text() for one in pypdf.PdfReader(io.BytesIO(first)).pages]
    text = " ".join(" ".join(pages).split())

    assert first == second
    for words in ("“all 14 patients”", "alert(1)", "cutoff 19 August 2020", "Cannot both hold"):
        assert words in text


def test_the_bundled_paper_s_audit_is_sound(bundled_folder, bundled_snapshot, bundled):
    """Every digit of it is owned, every claim stands there once, every link leads somewhere."""
    found = audit(bundled_folder.path, bundled_snapshot, bundled)
    (page,) = render(bundled_folder.path, bundled_snapshot, bundled, (), (), ["audit"], found)
    tree = html.document_fromstring(screen(page, bundled_snapshot, bundled))
    ids = [one.get("id") for one in tree.iter() if one.get("id")]
    links = {unquote(one.get("href")[1:]) for one in tree.iter("a") if one.get("href")[0] == "#"}

    assert len(rows(tree)) == len(found.verdicts)
    assert links <= {*ids}
    assert len(ids) == len({*ids})
    assert len(tree.get_element_by_id("contradicted").find_class("clash")) == sum(
        one.answer == "contradicted" for one in found.conflicts
    )


def test_programs_get_all_of_it(found, tiny_snapshot):
    """Verdict, reason and what it belongs to for each claim; conflicts with their sides."""
    record = json.loads(audit_json(audit_record(found, tiny_snapshot)))
    by = {one["claim_id"]: one for one in record["claims"]}

    assert record["standing"] == "judged"
    assert record["verdicts"] == {
        word: sum(one.verdict == word for one in found.verdicts) for word in record["verdicts"]
    }
    assert by["wrong"]["conflicts"] == ["number-of-patients"]
    assert by["os"]["checks"] == ["grim"]
    assert by["bad one"]["quote"] == HOSTILE
    assert record["conflicts"][0]["sides"][1]["witnesses"] == ["os"]
    told = (ROOT / "docs" / "explanation" / "audit.md").read_text(encoding="utf-8")
    parts = [record, *(record[name][0] for name in ("claims", "conflicts", "findings", "sections"))]
    assert [key for part in parts for key in part if f"`{key}`" not in told] == []
    assert record["checks"][0] == {
        "check": "grim", "consistent": 1, "inconsistent": 0, "explained": 0, "not testable": 1,
    }  # fmt: skip


def test_an_open_session_does_without(tmp_path):
    """The document is not fit for it: what it quotes is by group."""
    folder = write_folder(tmp_path / "study", interim=None)
    folder.replace("study.toml", "[groups]", 'documents = ["interim", "audit"]\n[groups]')

    snapshot = snapshot_of(load(folder.path), None, OPEN)

    assert documents_of(Asked(folder.path, session=OPEN), snapshot) == ("interim",)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("Σ kᵢ = N; INSPECT-SR, item 4.6.", "INSPECT-SR, item 4.6"),
        ("Anaya 2016 (GRIMMER): SD² = Q", "Anaya 2016 (GRIMMER)"),
        ("Two-sided 2·Φ(−|z|). R: 2 * pnorm(-abs(z)).", "R: 2 * pnorm(-abs(z))"),
        ("A ⊆ B gives k(A) ≤ k(B).", ""),
        ("One thing, one term.", "One thing, one term"),
    ],
)
def test_a_formula_is_told_once(source, told):
    """It stands before its source, which is told without it."""
    assert reference(source) == told


def test_a_part_of_a_quote_is_not_quoted_beside_it(found):
    """Two figures of one sentence are one witness."""
    claim = found.verdicts[0].claim
    shorter = replace(claim, claim_id="part", quote=claim.quote[:8])
    elsewhere = replace(shorter, claim_id="other", location="Discussion")

    assert once([shorter, claim, elsewhere]) == [claim, elsewhere]


def test_figures_that_weaker_data_speak_for_are_counted_apart(found):
    """By the weakest origin; and in which section most of what no data test stands."""
    first = found.verdicts[0]
    weaker = [
        replace(first, verdict=verdict, origin=origin)
        for verdict, origin in (
            ("consistent", "derived"),
            ("consistent", "simulated"),
            ("consistent", "simulated"),
            ("differs", "simulated"),
            ("differs", "published"),
            ("not testable", ""),
        )
    ]
    texts = audit_texts(Audit(tuple(weaker)))

    assert [texts[f"count/consistent/{one}"] for one in ("derived", "reconstructed", "simulated")] == [
        "1", "0", "2",
    ]  # fmt: skip
    assert (texts["count/differs"], texts["count/differs/made"]) == ("2", "1")
    assert (texts["untested/section"], texts["untested/most"]) == ("Abstract", "1")


def test_the_summary_says_what_became_of_all_checks(made):
    """None is left out of the sum."""
    text = said(made.tree.get_element_by_id("summary"))

    assert (
        "Of 3 checks of the figures against each other, which need no data, 1 found nothing to "
        "object to, 1 objects and 1 lacked something to be run with." in text
    )
