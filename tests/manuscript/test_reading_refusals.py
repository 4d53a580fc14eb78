"""Files that cannot be read: a message that says why, and what to do."""

from __future__ import annotations

import zipfile

import pikepdf
import pytest
from papers import paragraph, pdf, texts, word
from PIL import Image

from carreport.errors import BadInput
from carreport.manuscript.reading import read


def message(path):
    with pytest.raises(BadInput) as caught:
        read(path)
    (problem,) = caught.value.problems
    assert problem.file == path.name
    assert problem.remedy
    return str(problem)


CONTENTS = {
    "empty.pdf": (b"", "is empty"),
    "blank.txt": (b" \n\t\n", "holds no text"),
    "blank.md": (b"\n\n", "holds no text"),
    "blank.html": (b"<html><body></body></html>", "holds no text"),
    "old.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "Word 97"),
    "locked.docx": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password",
    ),
    "rich.docx": (b"{\\rtf1 14}", "RTF"),
    "scan.png": (b"\x89PNG\r\n\x1a\n", "is a picture"),
    "binary.txt": (b"\x7fELF\x01\x02\0\0\x03" + b"ab\0" * 5000, "is no text"),
    "data.xml": (b"<?xml version='1.0'?><article>14</article>", "XML"),
    "torn.docx": (b"PK\x03\x04torn", "damaged"),
    "torn.pdf": (b"%PDF-1.7\nnothing", "damaged PDF"),
    "torn.txt": ("\ufeffab".encode("utf-16-le") + b"\0", "damaged"),
}  # fmt: skip


@pytest.mark.parametrize("name", CONTENTS)
def test_what_is_no_manuscript_is_refused(tmp_path, name):
    content, found = CONTENTS[name]
    (tmp_path / name).write_bytes(content)

    assert found in message(tmp_path / name)


def test_missing_files_and_folders_are_refused(tmp_path):
    assert "cannot be opened" in message(tmp_path / "nothing.docx")
    assert "is no file" in message(tmp_path)


ARCHIVES = {
    "text.odt": ({"mimetype": "application/vnd.oasis.opendocument.text"}, "ODT"),
    "book.xlsx": ({"[Content_Types].xml": "", "xl/workbook.xml": ""}, "workbook"),
    "talk.pptx": ({"[Content_Types].xml": "", "ppt/presentation.xml": ""}, "presentation"),
    "files.zip": ({"a.txt": "14"}, "archive"),
    "hollow.docx": ({"[Content_Types].xml": "<Types/>", "word/document.xml": ""}, "damaged"),
}


@pytest.mark.parametrize("name", ARCHIVES)
def test_other_archives_are_refused(tmp_path, name):
    members, found = ARCHIVES[name]
    with zipfile.ZipFile(tmp_path / name, "w") as archive:
        for member, content in members.items():
            archive.writestr(member, content)

    assert found in message(tmp_path / name)


def changed(path, member, change):
    """A Word document with one of its parts changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[member] = change(parts[member])
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    "change",
    [
        lambda xml: xml[:-40],
        lambda xml: xml.replace(
            b"<w:document", b'<!DOCTYPE x [<!ENTITY y "99">]><w:document', 1
        ),
    ],
    ids=["cut off", "document type"],
)  # fmt: skip
def test_word_documents_with_damaged_xml_are_refused(tmp_path, change):
    path = changed(word(tmp_path, paragraph("14")), "word/document.xml", change)

    assert "save it again" in message(path)


@pytest.mark.parametrize("part", ["word/document.xml", "word/styles.xml", "[Content_Types].xml"])
def test_word_documents_with_a_part_that_is_no_xml_are_refused(tmp_path, part):
    path = changed(word(tmp_path, paragraph("14")), part, lambda _: b"<w:p>")

    assert "damaged" in message(path)


def test_word_documents_whose_archive_is_torn_are_refused(tmp_path):
    path = word(tmp_path, paragraph("14"))
    content = bytearray(path.read_bytes())
    content[200:260] = bytes(60)
    path.write_bytes(content)

    assert "damaged" in message(path)


def test_word_documents_without_text_are_refused(tmp_path):
    assert "holds no text" in message(word(tmp_path, paragraph()))


def test_archives_that_unpack_without_end_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("carreport.manuscript.reading.recognising._UNPACKED", 2**20)
    path = word(tmp_path, paragraph("14"))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/large.bin", bytes(2**21))

    assert "unpacks to" in message(path)


@pytest.mark.parametrize("name", ["a.txt", "a.html"])
def test_files_of_hundreds_of_megabytes_are_refused_before_they_are_read(tmp_path, name):
    with (tmp_path / name).open("wb") as file:
        file.truncate(300 * 2**20)

    assert "300 MB" in message(tmp_path / name)


def test_encrypted_pdfs_need_no_password_to_be_refused(tmp_path):
    path = pdf(tmp_path, "<p>14</p>")
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        document.save(path, encryption=pikepdf.Encryption(user="a", owner="b"))

    assert "password" in message(path)


def test_pdfs_that_anybody_may_open_are_read(tmp_path):
    path = pdf(tmp_path, "<p>Of 14</p>")
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        document.save(path, encryption=pikepdf.Encryption(user="", owner="b"))

    assert texts(read(path).blocks) == ["Of 14"]


def test_scans_are_refused_and_single_scanned_pages_told(tmp_path):
    Image.new("RGB", (80, 80), "grey").save(tmp_path / "a.png")
    picture = f'<img src="file://{tmp_path}/a.png">'

    assert "scan" in message(pdf(tmp_path, picture))

    manuscript = read(pdf(tmp_path, f"<p style='break-after: page'>Of 14</p>{picture}"))
    assert "page 2 held a picture" in manuscript.notices[0]


def test_blank_pdfs_are_refused(tmp_path):
    assert "holds no text" in message(pdf(tmp_path, ""))


def test_the_content_decides_and_a_false_extension_is_told(tmp_path):
    path = pdf(tmp_path, "<p>Of 14</p>").rename(tmp_path / "a.docx")
    manuscript = read(path)

    assert manuscript.kind == "pdf"
    assert "named .docx" in manuscript.notices[0]


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.md"])
def test_more_than_a_manuscript_can_hold_is_refused(tmp_path, monkeypatch, name):
    monkeypatch.setattr("carreport.manuscript.reading.bad._MOST", 20)
    (tmp_path / name).write_text("<p>14</p>\n\n" * 30, "utf-8")

    assert "more than 20 paragraphs" in message(tmp_path / name)
