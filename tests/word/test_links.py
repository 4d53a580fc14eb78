"""Which entry each control is, what a mark is of, what turned over, what a part holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carreport.word.controls import Mark, Piece
from carreport.word.linking import There, linked
from carreport.word.marks import Standing, remarked
from carreport.word.record import Written
from carreport.word.scanning import scanned

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def written(name, printed, control=""):
    return Written(name, name, printed, control=control)


def links(entries, controls):
    return linked(entries, controls, lambda one: one.key)


def test_entries_and_controls_of_one_name_are_paired_by_text_then_by_order():
    """One in the middle was deleted, another changed."""
    entries = [written("a", one) for one in ("1", "2", "3")]
    found = links(entries, [There("a", "1"), There("a", "3")])
    changed = links(entries, [There("a", "1"), There("a", "9"), There("a", "3")])

    assert found.deleted == (entries[1],)
    assert [one.entry for one in found.found] == [entries[0], entries[2]]
    assert not changed.deleted
    assert changed.found[1].entry is entries[1]


def test_a_number_that_word_kept_says_which_control_is_the_original():
    """The other one is the copy, wherever it stands."""
    entry = written("a", "1", "7")
    found = links([entry], [There("a", "1", "99"), There("a", "1", "7")])

    assert [one.copied for one in found.found] == [True, False]


def test_an_empty_control_is_a_deleted_number_and_an_unknown_one_has_no_entry():
    """A control may come from another document of ours."""
    entry = written("a", "1")
    found = links([entry], [There("a", " "), There("b", "2")])

    assert found.deleted == (entry,)
    assert [one.entry for one in found.found] == [None, None]


NAMES = st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("123")), max_size=8)


@given(entries=NAMES, controls=NAMES)
def test_every_entry_is_found_once_or_deleted(entries, controls):
    """And every control that has a name of the record is an entry or a copy of one."""
    record = [written(*one) for one in entries]
    found = links(record, [There(*one) for one in controls])
    originals = [one.entry for one in found.found if one.entry and not one.copied]

    assert len(originals) + len(found.deleted) == len(record)
    for (name, _), one in zip(controls, found.found, strict=True):
        assert (one.entry is not None) == (name in {each for each, _ in entries})


def mark(at, text="□"):
    return Mark((_piece(text),), 0, at, "w:", tracked=False)


def _piece(text):
    return Piece(0, 0, text, (0, 0), (0, 0))


@pytest.mark.parametrize(
    ("said", "origins", "expected"),
    [
        ("12□ patients", [("12", "simulated", "reconstructed")], "△"),
        ("12□ patients", [("12", "simulated", "published")], ""),
        ("640 days□", [("640", "simulated", "simulated")], "□"),
        ("5–7□", [("5", "simulated", "reconstructed"), ("7", "derived", "derived")], "△"),
        ("12 (85.7%)□", [("12", "simulated", "derived"), ("85.7%", "derived", "simulated")], "□"),
        ("1 of 2; 3□", [("2", "simulated", "simulated"), ("3", "simulated", "published")], ""),
    ],
)
def test_a_mark_is_of_the_weakest_of_the_numbers_that_stand_together(said, origins, expected):
    """What stands apart has a mark of its own."""
    numbers = [
        Standing(said.index(text), said.index(text) + len(text), old, new)
        for text, old, new in origins
    ]
    ((_, glyph, _),) = remarked(said, [mark(said.index("□"))], numbers)

    assert glyph == expected


def test_a_mark_of_no_number_is_left():
    """As in the note that explains it, or where the numbers before it were surer."""
    number = Standing(0, 2, "published", "simulated")

    assert not [*remarked("□ rests on simulated data", [mark(0)], [])]
    assert not [*remarked("12□", [mark(2)], [number])]


def test_a_control_is_found_by_its_title_alone_and_wherever_it_stands():
    """In cells, in deletions, around a whole paragraph, twice in two forms."""
    control = (
        '<w:sdt><w:sdtPr><w:alias w:val="carreport:{0}"/></w:sdtPr><w:sdtContent>{1}'
        "</w:sdtContent></w:sdt>"
    )
    run = "<w:r><w:rPr><w:b/></w:rPr><w:t>1</w:t></w:r>"
    gone = f"<w:del w:id='4'>{control.format('d', run.replace('w:t>', 'w:delText>'))}</w:del>"
    part = (
        f"<w:document {W}><w:body><w:p>{control.format('a', run + run)}{gone}</w:p>"
        f"<w:tbl><w:tr><w:tc/><w:tc><w:p>{control.format('b', run)}</w:p></w:tc></w:tr></w:tbl>"
        f"{control.format('c', f'<w:p>{run}</w:p>')}</w:body></w:document>"
    ).encode()
    found = {one.key: one for one in scanned("document", part).controls}

    assert found.keys() == {"a", "b", "c", "d"}
    assert (found["a"].text, found["a"].inline, found["a"].place) == ("11", True, "paragraph 1")
    assert (found["b"].in_table, found["b"].place) == (True, "table 1, row 1, column 2")
    assert not found["c"].inline
    assert found["d"].deleted
    first, second = found["a"].pieces
    assert part[slice(*first.run)] == run.encode()
    assert part[slice(*second.properties)] == b"<w:rPr><w:b/></w:rPr>"
    assert part[second.start : second.end] == b"<w:t>1</w:t>"


def test_a_control_in_which_word_asks_for_a_text_is_empty():
    """Somebody deleted the number and left the control."""
    part = (
        f'<w:document {W}><w:p><w:sdt><w:sdtPr><w:tag w:val="carreport:a"/><w:showingPlcHdr/>'
        "</w:sdtPr><w:sdtContent><w:r><w:t>Click here</w:t></w:r></w:sdtContent></w:sdt></w:p>"
        "</w:document>"
    ).encode()
    (one,) = scanned("document", part).controls

    assert (one.key, one.text) == ("a", "")


@pytest.mark.parametrize(
    "part",
    [b"<w:document", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "<a/>".encode("utf-16")],
    ids=["cut short", "a document type", "UTF-16"],
)
def test_a_part_that_no_program_writes_is_refused(part):
    """Entities may hide anything."""
    with pytest.raises(ValueError, match=r".+"):
        scanned("document", part)
