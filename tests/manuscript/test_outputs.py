"""What an audit of a manuscript writes: an annotated copy, data and JUnit XML."""

import json

import pytest
from lxml import etree, html

from carreport.errors import BadInput, WritingFailed
from carreport.manuscript.audit import audit_manuscript

TEXT = (
    "Overall survival: log-rank p = 0.214 between the groups.\n\n"
    "It was 0.098 in the log-rank test of overall survival (p = 0.098).\n\n"
    "The moon is 384.4 Mm away [1].\n"
)
HOSTILE = (
    '<script>alert(1)</script> 31.7% & "quotes" <img src=x onerror=alert(2)> '
    "\u202e77.7%\u202c ]]> <!-- 5 -->\n"
)


def page_of(audit):
    return audit.files[0].read_text(encoding="utf-8")


def test_the_page_shows_each_number_with_its_class_and_says_why(audited):
    """Colour, kind of line and word; findings first, with a link to each."""
    audit = audited(TEXT)
    tree = html.document_fromstring(page_of(audit))
    numbers = tree.xpath("//article//span[contains(@class, 'n ')]")

    assert len(numbers) == len(audit.findings)
    stale = tree.xpath("//article//span[contains(@class, 'stale')]")
    assert stale
    assert all(one.xpath("./span[@class='word']/text()") == ["stale"] for one in stale)
    assert all(one.xpath("./span[@class='why']") for one in stale)
    for link in tree.xpath("//section[@id='found']//a/@href"):
        assert len(tree.xpath(f"//*[@id='{link[1:]}']")) == 1
    assert audit.coverage[1:] in tree.text_content()


def test_the_page_escapes_the_manuscript_and_runs_nothing(audited):
    """Nor does it ask for anything, and no sign turns the direction of the text."""
    page = page_of(audited(HOSTILE, name="a<b>&.txt"))
    tree = html.document_fromstring(page)

    assert not tree.xpath("//script | //img | //*[@onerror] | //link | //iframe")
    assert "\u202e" not in page
    assert "default-src &#39;none&#39;" in page
    assert "&lt;script&gt;alert(" in page
    assert "&lt;img src=x onerror=alert(" in page


def test_a_table_stays_a_table(audited):
    """Cells of one row in one row."""
    page = page_of(audited("| a | b |\n|---|---|\n| 31.7 | 2 |\n| x | 4 |\n", name="t.md"))
    tree = html.document_fromstring(page)

    assert [len(row.xpath("./td")) for row in tree.xpath("//article//tr")] == [2, 2, 2]


def test_the_data_say_everything_and_name_no_folder_of_this_machine(audited, tmp_path):
    """Coverage, every number, names; the classes add up."""
    audit = audited(TEXT)
    text = audit.files[1].read_text(encoding="utf-8")
    told = json.loads(text)
    coverage = told["coverage"]

    assert coverage.pop("numbers") == len(told["numbers"]) == len(audit.findings)
    coverage.pop("accepted")
    assert sum(coverage.values()) == len(audit.findings)
    assert told["ok"] is False
    assert str(tmp_path) not in text


def test_junit_has_a_case_for_each_number_and_fails_those_to_look_at(audited, tmp_path):
    """Ambiguous ones are skipped, what is no statistic is no case."""
    file = tmp_path / "junit.xml"
    audit = audited(TEXT, junit=file)
    suite = etree.fromstring(file.read_bytes())[0]
    cases = suite.findall("testcase")
    numbers = [one for one in audit.findings if one.word != "not a statistic"]

    assert len(cases) == len(numbers) == int(suite.get("tests"))
    assert int(suite.get("failures")) == sum(one.found for one in numbers)
    assert {one.find("failure").get("type") for one in cases if one.find("failure") is not None} == {
        "stale", "unmatched",
    }  # fmt: skip
    assert file in audit.files


def test_junit_holds_what_xml_cannot_say(audited, tmp_path):
    """Control signs become something harmless."""
    file = tmp_path / "junit.xml"
    audited("A \x01 sign: 31.7% of \x0b all <b> & so on\n", junit=file)

    assert etree.fromstring(file.read_bytes()) is not None


def test_the_same_audit_writes_the_same_bytes(audited, tmp_path):
    """No clock, no chance."""
    first, second = (audited(TEXT, out=tmp_path / name) for name in ("one", "two"))

    for left, right in zip(first.files, second.files, strict=True):
        assert left.read_bytes() == right.read_bytes()


def test_the_audit_stands_beside_the_build_by_itself(builds, tmp_path):
    """So that the next build does not replace it."""
    file = tmp_path / "paper.txt"
    file.write_text(TEXT, encoding="utf-8")
    audit = audit_manuscript(builds / "now", file)

    assert {one.parent for one in audit.files} == {builds.resolve() / "manuscript"}
    assert [one.name for one in audit.files] == ["paper.txt.audit.html", "paper.txt.audit.json"]


def test_a_folder_inside_a_build_is_refused(audited, builds):
    """Whatever stands there goes with the next build."""
    with pytest.raises(BadInput, match="lies in a build"):
        audited(TEXT, out=builds / "now" / "audit")


def test_a_disk_that_does_not_take_it_leaves_what_was_there(audited, tmp_path):
    """The old page and the old data, both whole."""
    audit = audited(TEXT)
    before = [one.read_bytes() for one in audit.files]
    (tmp_path / "junit.xml").mkdir()
    with pytest.raises(WritingFailed):
        audited("Another 5 words.", junit=tmp_path / "junit.xml")

    assert [one.read_bytes() for one in audit.files] == before
    assert not [one for one in (tmp_path / "audit").iterdir() if one.name.endswith(".new")]


def test_the_terminal_has_the_coverage_first(audited):
    """How many numbers, and what became of them."""
    first, *_ = audited(TEXT).lines()

    assert first.startswith("5 numbers: 1 matched, 2 stale, 1 unmatched")


def test_folders_that_cannot_be_compared_are_refused(builds, tmp_path):
    """Neither a build nor a study; another study's build; a cutoff for a build."""
    import datetime as dt

    file = tmp_path / "paper.txt"
    file.write_text(TEXT, encoding="utf-8")
    with pytest.raises(BadInput, match="neither a build"):
        audit_manuscript(tmp_path, file)
    with pytest.raises(BadInput, match="leave the cutoff out"):
        audit_manuscript(builds / "now", file, cutoff=dt.date(2019, 1, 1))
    with pytest.raises(BadInput, match="holds no build"):
        audit_manuscript(builds / "now", file, previous=tmp_path)


def test_a_study_folder_is_built_for_the_audit(folder, tmp_path, monkeypatch):
    """Where no build of it stands in the folder of builds."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "paper.txt"
    file.write_text(TEXT, encoding="utf-8")
    audit = audit_manuscript(folder.path, file)

    assert audit.build["folder"] == "(made for this)"
    assert [one.as_posix() for one in audit.files] == [
        "out/manuscript/paper.txt.audit.html", "out/manuscript/paper.txt.audit.json",
    ]  # fmt: skip
