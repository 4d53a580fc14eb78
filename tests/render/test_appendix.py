"""The appendix of traces: every number has its entry, and the entry says what the trace says."""

import html as text_of
import re
from types import SimpleNamespace

import pytest
from lxml import html

from carreport.audit import Audit, Verdict, read_claims
from carreport.errors import UntracedNumber
from carreport.render import appendix
from carreport.render.appendix import chapters, expected, ranges
from carreport.render.inside import Inside
from carreport.render.scan import Use, scan_appendix
from carreport.render.screen import screen

RATE = "survival.os.rate@day=365"


@pytest.fixture
def paged(page, tiny_snapshot, tiny_results):
    """A function: a template's body to the page and its parsed screen form."""

    def made(body):
        found = page(f"<main>{body}{{{{ trace() }}}}</main>")
        whole = screen(found, tiny_snapshot, tiny_results)
        return SimpleNamespace(page=found, text=whole, tree=html.document_fromstring(whole))

    return made


def test_a_number_links_to_its_entry_and_the_entry_back(paged):
    """Twice printed, it has one entry and a link for each place."""
    tree = paged(f'<h2>One</h2>{{{{ num("{RATE}") }}}}<h2>Two</h2>{{{{ num("{RATE}") }}}}').tree
    links = tree.xpath(f'//a[@class="trace" and @href="#{RATE}"]')
    (entry,) = tree.xpath(f'//*[@id="{RATE}"]')

    assert len(links) == 2
    back = [one.get("href") for one in entry.xpath('.//a[@class="page"]')]
    assert back == [f"#{one.get('id')}" for one in links]
    assert [one.text for one in entry.xpath('.//a[@class="page"]')] == ["One", "Two"]


def test_the_entry_gives_the_value_to_full_precision(paged, tiny_results):
    """What is printed is rounded; what stands behind it is not."""
    tree = paged(f'{{{{ num("{RATE}") }}}}').tree
    (exact,) = tree.xpath(f'//*[@id="{RATE}"]//*[@data-trace="exact"]')

    assert float(exact.text) == tiny_results[RATE].value


def test_operands_lead_on_where_they_are_printed_too(paged):
    """A limit leads to its estimate; an operand without an entry is named only."""
    tree = paged(f'{{{{ num("{RATE}") }}}}{{{{ num("survival.os.lower@day=365") }}}}').tree
    (lower,) = tree.xpath('//*[@id="survival.os.lower@day=365"]//*[@data-trace="operands"]')

    assert [one.get("href") for one in lower.iter("a")] == [f"#{RATE}"]
    assert "survival.os.se@day=365" in lower.text_content()


def test_numbers_of_one_call_stand_under_one_population(paged):
    """Nothing is said twice: the call says whom, its numbers what."""
    tree = paged(f'{{{{ num("{RATE}") }}}}{{{{ num("survival.os.events") }}}}').tree
    (call,) = tree.xpath('//*[@data-call="survival.os:time_to_event"]')

    assert [one.get("data-number") for one in call.iter("li")] == [RATE, "survival.os.events"]
    assert len(call.xpath('.//*[@data-trace="patients"]')) == 1


def test_the_code_of_a_printed_number_is_listed_as_the_file_has_it(paged):
    """With what it calls, so that a reader can go down to the arithmetic."""
    tree = paged(f'{{{{ num("{RATE}") }}}}').tree
    ids = [one.get("id") for one in tree.xpath('//details[@class="code"]')]
    (code,) = tree.xpath('//*[@id="code-carreport.stats.kaplan_meier._greenwood"]//pre')

    assert "code-carreport.analyses.survival.time_to_event" in ids
    assert "code-carreport.stats.contingency.fisher_exact" not in ids
    assert code.text_content().startswith("def _greenwood(")


def test_a_cell_cannot_end_the_script_it_stands_in(paged):
    """Markup in the JSON of cells is written as code points."""
    text = paged(f'{{{{ num("{RATE}") }}}}').text
    (data,) = re.findall(r'<script type="application/json" id="trace-data">(.*?)</script>', text)

    assert "<" not in data
    assert '"calls"' in data


@pytest.mark.parametrize(
    "field", ["method", "code", "title", "patients", "columns", "origin", "exact", "name"]
)
def test_only_the_scan_of_the_appendix_catches_a_changed_text(field, page, tiny_results, literals):
    """A digit added to any field of the appendix differs from the trace."""
    found = page(f'{{{{ num("{RATE}") }}}}{{{{ trace() }}}}')
    told = re.search(r'<section id="trace".*</section>', found.text, re.DOTALL)[0]
    said = expected(chapters(tiny_results, found.uses, (), (), {}, {}))
    scan_appendix(told, said, [RATE], tiny_results, literals)

    changed = re.sub(rf'(data-trace="{field}">)', r"\g<1>7", told, count=1)

    assert changed != told
    with pytest.raises(UntracedNumber, match=field):
        scan_appendix(changed, said, [RATE], tiny_results, literals)


def test_a_digit_without_an_owner_is_caught_in_the_appendix_too(tiny_results, literals):
    """Between the fields as well."""
    said = expected(
        chapters(tiny_results, [Use(RATE, "note", "One", "58.3%", "u1")], (), (), {}, {})
    )

    with pytest.raises(UntracedNumber, match="'7'"):
        scan_appendix("<div><p>7 patients</p></div>", said, [], tiny_results, literals)


def test_what_a_paper_printed_stands_at_its_number(page, tmp_path):
    """The verdict colours the number; the sentence gives the reason."""
    header = "claim_id,reported,result_id,kind,location"
    (tmp_path / "claims.csv").write_text(f"{header}\nos,58.3%,{RATE},percent,Abstract\n")
    verdict = Verdict(*read_claims(tmp_path), "not testable", "so")
    found = page(f'{{{{ num("{RATE}") }}}}{{{{ trace() }}}}', audit=Audit((verdict,)))

    assert 'class="num v-not-testable o-collected"' in found.text
    assert text_of.escape(verdict.sentence) in found.text


def test_consecutive_patients_are_a_range():
    """From three on, and only where nothing but the number differs."""
    assert ranges(["1", "2", "3"]) == "1–3"
    assert ranges(["1", "2"]) == "1, 2"
    assert ranges(["A09", "A10", "A11", "B12"]) == "A09–A11, B12"
    assert ranges(["9", "10", "11"]) == "9–11"
    assert ranges(["A9", "A10", "A11"]) == "A9–A11"
    assert ranges(["x", "y", "z"]) == "x, y, z"
    assert ranges(["001", "2", "3"]) == "001, 2, 3"


def test_the_policy_names_what_was_put_into_the_page():
    """A style sheet or script that was not put in by `style()` or `script()` is not allowed."""
    policy = str(Inside().with_text("style", "a{}").with_text("script", "b()").policy)

    assert "default-src &#39;none&#39;" in policy
    # printf 'a{}' | openssl dgst -sha256 -binary | base64
    assert "style-src &#39;sha256-X1RutGBrXCt9KkSaXMK7tHftWiRscFHOhxsS8tv8hBk=&#39;;" in policy
    assert policy.count("sha256-") == 2


def test_the_same_text_twice_is_named_once():
    """A page of several parts may ask for one style sheet several times."""
    inside = Inside().with_text("style", "a{}").with_text("style", "a{}")

    assert len(inside.style) == 1


WRONG = {
    "a value": ("exact", lambda *_: "0.5"),
    "the patients": ("ranges", lambda _: "1–3"),
    "the origin": ("_origin", lambda _: "simulated"),
}


@pytest.mark.parametrize("what", WRONG)
def test_the_appendix_is_held_against_the_results_themselves(what, page, monkeypatch):
    """What the appendix is made from may be wrong too: value, patients, origin."""
    monkeypatch.setattr(appendix, *WRONG[what])

    with pytest.raises(UntracedNumber, match="is said to"):
        page(f'{{{{ num("{RATE}") }}}}{{{{ trace() }}}}')


def test_a_number_without_an_entry_is_caught(tiny_results, literals):
    """Its link would lead nowhere."""
    with pytest.raises(UntracedNumber, match=f"{RATE} has no entry"):
        scan_appendix("<div></div>", {}, [RATE], tiny_results, literals)


def test_each_number_names_its_own_patients_and_origin(page, bundled_snapshot, bundled):
    """Cells of one listing count one patient each; what one call gave is not one population."""
    body = '{% for row in rows("response.relapses") %}{{ row.blast_pct }}{% endfor %}{{ trace() }}'
    text = page(body, bundled_snapshot, bundled).text
    tree = html.document_fromstring(text)

    entries = tree.xpath('//li[starts-with(@id, "response.relapses.blast_pct")]')
    assert len(entries) == len(bundled.listing("response.relapses").rows)
    for entry in entries:
        result = bundled[entry.get("id")]
        call = next(one for one in entry.iterancestors() if one.get("data-whom"))
        (patients,) = call.xpath('.//*[@data-trace="patients"]')
        (origin,) = call.xpath('.//*[@data-trace="origin"]')
        assert patients.text == ", ".join(result.trace.patients)
        assert origin.text.startswith(result.origin.label)


def test_every_field_of_every_analysis_says_what_it_is(bundled):
    """In a sentence, with no gap left open."""
    silent = [one.id for one in bundled.values() if one.trace.call and not one.says]
    odd = [one.says for one in bundled.values() if one.says and not one.says.endswith(".")]
    open_ = [one.says for one in bundled.values() if "{" in one.says]

    assert (silent, odd, open_) == ([], [], [])
