"""A study built as Word documents: a document, and every table by itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from folders import write_least

from carreport.manuscript.audit import audit_manuscript
from carreport.manuscript.reading.from_docx import read_docx
from carreport.pipeline import build

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("study")
    write_least(folder)
    return build(folder, out=folder.parent / "built", formats=("docx",)).out


def test_the_document_and_every_table_stand_in_the_folder_and_in_its_manifest(built: Path) -> None:
    listed = json.loads((built / "manifest.json").read_text())["files"]
    tables = {path.stem for path in (built / "tables").glob("*.csv")}
    assert tables
    assert {f"tables/{one}.docx" for one in tables} | {"interim.docx"} <= set(listed)
    assert not {"interim.html", "interim.pdf"} & set(listed)


def test_a_table_by_itself_has_its_title_its_numbers_and_no_number_of_its_own(built: Path) -> None:
    blocks = read_docx(built / "tables" / "interim_disposition.docx").blocks
    assert blocks[0].text == "Disposition"
    marks = [mark for one in blocks for mark in one.marks]
    assert {"disposition.enrolled.n", "study.cutoff.date"} <= {one.id for one in marks}


def test_the_linked_numbers_of_the_document_are_those_of_the_results(built: Path) -> None:
    results = {
        one["id"]: one["display"]
        for one in json.loads((built / "results.json").read_text())["results"]
    }
    blocks = read_docx(built / "interim.docx").blocks
    linked = [(mark.id, one.text[mark.start : mark.end]) for one in blocks for mark in one.marks]
    assert len(linked) > 50
    assert ("disposition.enrolled.n", results["disposition.enrolled.n"]) in linked
    assert {id_ for id_, _ in linked} <= set(results)


def test_its_sentences_are_known_without_a_page(built: Path, tmp_path: Path) -> None:
    """A build that wrote Word documents alone is compared with by those."""
    audit = audit_manuscript(built, built / "interim.docx", out=tmp_path)

    assert not {one.text for one in audit.findings if one.word in ("unmatched", "ambiguous")}
    assert sum(one.word == "matches" for one in audit.findings) > 50
