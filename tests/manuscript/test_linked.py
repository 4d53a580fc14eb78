"""A document of ours that was edited: which linked numbers were changed, deleted, copied, typed."""

from __future__ import annotations

import json
import re

import pytest
from linked import FIXTURES, a_build, control_of, edited, files_of, packed
from lxml import etree
from typer.testing import CliRunner

from carreport.cli import app
from carreport.manuscript.audit import audit_manuscript

WRITTEN = FIXTURES / "written.docx"
SAVED = FIXTURES / "libreoffice.docx"


@pytest.fixture(scope="module")
def builds(tmp_path_factory):
    folder = tmp_path_factory.mktemp("builds")
    return {cutoff: a_build(folder / cutoff, cutoff) for cutoff in ("then", "now")}


@pytest.fixture(scope="module")
def audited(builds, tmp_path_factory):
    """A co-author's copy against the build it was written from."""
    folder = tmp_path_factory.mktemp("edited")
    n, days = control_of(WRITTEN, "12"), control_of(WRITTEN, "488")
    document = edited(
        WRITTEN, folder / "edited.docx",
        (">0.19</w:t>", ">0.91</w:t>"),
        (">toxicity</w:t>", ">unknown</w:t>"),
        (days, ""),
        (n, n + n),
        ("\N{NO-BREAK SPACE}months.</w:t>", " months; a trial of 2.5 mg/kg and 17.4% gave none.</w:t>"),
    )  # fmt: skip
    files = folder / "audit"
    return audit_manuscript(builds["then"], document, out=files, junit=files / "junit.xml"), files


def told(audit, link):
    return [one.text for one in audit.of_link(link)]


@pytest.mark.parametrize("document", [WRITTEN, SAVED], ids=["ours", "LibreOffice"])
def test_a_copy_nobody_edited_is_as_it_was_written(builds, tmp_path, document):
    """Every number is linked, none is new, nothing has to be looked at."""
    audit = audit_manuscript(builds["then"], document, out=tmp_path)

    assert audit.links == (
        "40 linked numbers written for 2019-12-31: 40 as written, 0 changed, 0 deleted, "
        "0 copied; 0 numbers have no link"
    )
    assert not audit.found
    assert not audit.notices


def test_changed_deleted_copied_and_typed_numbers_are_told(audited):
    """A text that is no number is linked as well; a copy is still linked."""
    audit, _ = audited

    assert told(audit, "changed") == ["0.91", "unknown"]
    assert [one.printed for one in audit.deleted] == ["488"]
    assert told(audit, "copied") == ["12"]
    assert "17.4%" in told(audit, "unlinked")
    assert audit.found
    changed = audit.of_link("changed")[0]
    assert (changed.word, changed.ours) == ("altered", "0.19")
    assert changed.reason.endswith("it was changed: 0.19 was written")


def test_every_output_tells_them(audited):
    """Words, data, JUnit and the annotated copy."""
    audit, files = audited
    text = "\n".join(audit.lines())
    data = json.loads((files / "edited.docx.audit.json").read_text(encoding="utf-8"))
    page = (files / "edited.docx.audit.html").read_text(encoding="utf-8")
    suite = etree.parse(files / "junit.xml").getroot()

    assert "deleted:\n  '488': survival.os.followup_median" in text
    assert "copied, and still linked:\n" in text
    assert data["links"]["changed"] == 2
    assert data["links"]["deleted"][0]["id"] == "survival.os.followup_median"
    assert {one["link"] for one in data["numbers"]} >= {
        "as written",
        "changed",
        "copied",
        "unlinked",
    }
    assert [one.get("type") for one in suite.iter("failure")].count("changed") == 2
    assert suite.get("failures") == str(len([*suite.iter("failure")]))
    assert [one.get("name").partition(": ")[2] for one in suite.iter("testcase")
            if one.get("classname") == "deleted"] == ["488"]  # fmt: skip
    assert "Linked numbers that were deleted" in page
    assert '<span class="word">changed, altered</span>' in page


def test_a_document_of_an_earlier_cutoff_is_stale_by_its_own_record(builds, tmp_path):
    """No earlier build has to be named; numbers that read the same match."""
    audit = audit_manuscript(builds["now"], WRITTEN, out=tmp_path, previous=None)
    stale = {one.ids[0]: one.reason for one in audit.findings if one.word == "stale"}

    assert not told(audit, "changed")
    assert "survival.os.logrank_p" in stale
    assert "survival.os.rate@day=365" not in stale
    assert any("for the data cutoff 2019-12-31" in one for one in audit.notices)


def test_a_changed_number_that_is_right_is_told_all_the_same(builds, tmp_path):
    """It matches, and it is not what was written."""
    document = edited(WRITTEN, tmp_path / "edited.docx", (">58.3%</w:t>", ">58%</w:t>"))
    (one,) = audit_manuscript(builds["then"], document, out=tmp_path).of_link("changed")

    assert (one.word, one.found) == ("matches", True)


def test_a_tracked_deletion_is_a_deletion(builds, tmp_path):
    """Of the control, or of what is in it."""
    days, ratio = control_of(WRITTEN, "488"), control_of(WRITTEN, "0.19")
    gone = '<w:del w:id="{}" w:author="B">{}</w:del>'
    run = ratio[ratio.index("<w:r>") : ratio.index("</w:sdtContent>")]
    deleted = run.replace("w:t>", "w:delText>").replace("<w:t ", "<w:delText ")
    document = edited(
        WRITTEN, tmp_path / "edited.docx",
        (days, gone.format(8, days.replace("w:t>", "w:delText>").replace("<w:t ", "<w:delText "))),
        (ratio, ratio.replace(run, gone.format(9, deleted))),
    )  # fmt: skip
    audit = audit_manuscript(builds["then"], document, out=tmp_path)

    assert [one.printed for one in audit.deleted] == ["488", "0.19"]


def test_a_control_in_which_word_asks_for_a_text_is_a_deleted_number(builds, tmp_path):
    """What it asks is no text of the paper."""
    ratio = control_of(WRITTEN, "0.19")
    empty = ratio.replace("<w:text/>", "<w:showingPlcHdr/><w:text/>").replace(
        "0.19", "Type 5 words"
    )
    document = edited(WRITTEN, tmp_path / "edited.docx", (ratio, empty))
    audit = audit_manuscript(builds["then"], document, out=tmp_path)

    assert [one.printed for one in audit.deleted] == ["0.19"]
    assert not told(audit, "unlinked")


def test_without_a_record_nothing_is_told_of_links(builds, tmp_path):
    """A number is held against its id as ever."""
    files = files_of(WRITTEN) | {"customXml/item1.xml": b"<none/>"}
    document = packed(tmp_path / "bare.docx", files)
    audit = audit_manuscript(builds["then"], document, out=tmp_path)

    assert audit.links == ""
    assert audit.record()["links"] is None
    assert audit.counts["matches"] > 20
    assert not any(one.link for one in audit.findings)


def test_a_number_in_the_title_of_the_study_is_no_statistic(tmp_path):
    """Wherever it is repeated, as in the head of every page."""
    build = a_build(tmp_path / "now", "now")
    settings = {"settings": {"study": {"title": "A trial of 2 doses", "short_title": "2 doses"}}}
    (build / "snapshot.json").write_text(json.dumps(settings), encoding="utf-8")
    file = tmp_path / "paper.txt"
    file.write_text(
        "A trial of 2 doses\n\nOur 2 doses were given to 17 patients.\n", encoding="utf-8"
    )
    audit = audit_manuscript(build, file, out=tmp_path / "audit")

    assert [(one.text, one.word) for one in audit.findings] == [
        ("2", "not a statistic"), ("2", "not a statistic"), ("17", "unmatched")
    ]  # fmt: skip


@pytest.fixture
def of_an_open_session(tmp_path):
    """The document, if it had been written for an open session."""
    files = files_of(WRITTEN)
    part = next(
        name for name, blob in files.items() if b"urn:carreport:ids" in blob and b"<id " in blob
    )
    files[part] = files[part].replace(b" cutoff=", b' session="open" cutoff=', 1)
    document = tmp_path / "open.docx"
    packed(document, files)
    return document


def test_a_document_of_an_open_session_is_not_told_to_be_stale_only(
    builds, of_an_open_session, tmp_path
):
    """What it is held against is of another session, and that is said."""
    audit = audit_manuscript(builds["then"], of_an_open_session, out=tmp_path)

    assert ["different sessions" in one for one in audit.notices] == [True]


def test_no_number_of_a_closed_session_reaches_a_document_of_an_open_one(
    builds, of_an_open_session, tmp_path
):
    """Those who may not see the groups are sent the document."""
    target = tmp_path / "new.docx"
    asked = [
        "refresh",
        str(of_an_open_session),
        "--build",
        str(builds["now"]),
        "--out",
        str(target),
    ]
    done = CliRunner().invoke(app, asked)

    assert done.exit_code == 2
    assert "the document is of the open one" in done.stderr
    assert not target.exists()


def test_an_audit_says_that_its_quotes_are_no_results(builds, tmp_path):
    """Its numbers without a link are those of the paper."""
    files = files_of(WRITTEN)
    part = next(
        name for name, blob in files.items() if b"urn:carreport:ids" in blob and b"<id " in blob
    )
    files[part] = re.sub(rb' document="[^"]*"', b' document="audit"', files[part], count=1)
    document = tmp_path / "audit.docx"
    packed(document, files)

    audit = audit_manuscript(builds["then"], document, out=tmp_path)

    assert ["quotes of that paper" in one for one in audit.notices] == [True]
