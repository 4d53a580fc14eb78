"""An edited document gets the numbers of another cutoff, and nothing else of it changes."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linked import (
    FIXTURES,
    MAIN,
    PNG,
    a_build,
    control_of,
    edited,
    files_of,
    main_of,
    packed,
    rows_of,
    unpacked,
    with_figure,
)

from carreport.errors import BadInput
from carreport.saved.build import opened
from carreport.word import edited as documents
from carreport.word.record import record_of
from carreport.word.refresh import refresh

WRITTEN = FIXTURES / "written.docx"
SAVED = FIXTURES / "libreoffice.docx"
RATE = "survival.os.rate@day=365"
TEXT = re.compile(r"<w:t(?: [^>]*)?>[^<]*</w:t>")


@pytest.fixture(scope="module")
def then(tmp_path_factory):
    return opened(a_build(tmp_path_factory.mktemp("then") / "out", "then"))


@pytest.fixture(scope="module")
def now(tmp_path_factory):
    return opened(a_build(tmp_path_factory.mktemp("now") / "out", "now"))


def put(content, path):
    path.write_bytes(content)
    return path


def left(done, kind):
    return [one for one in done.left if one.kind == kind]


def said(path):
    """What every paragraph says."""
    texts = documents.opened(path).texts.values()
    return [one for text in texts for one in text.paragraphs]


@pytest.mark.parametrize("document", [WRITTEN, SAVED], ids=["ours", "LibreOffice"])
def test_the_same_cutoff_changes_no_byte(document, then):
    """Every file in the document is as it was, but for the record's own writing."""
    done = refresh(document, then)
    files = files_of(document)

    assert (done.refreshed, done.unchanged) == (0, 40)
    with_content = {
        name: blob for name, blob in unpacked(done.content).items() if files[name] != blob
    }
    assert with_content.keys() <= {name for name in files if name.startswith("customXml/item")}
    assert not [one for one in done.left if one.kind not in {"figure", "new"}]


@pytest.mark.parametrize("document", [WRITTEN, SAVED], ids=["ours", "LibreOffice"])
def test_there_and_back_is_the_first_document(document, then, now, tmp_path):
    """Byte for byte where it says anything."""
    there = put(refresh(document, now).content, tmp_path / "there.docx")
    back = put(refresh(there, then).content, tmp_path / "back.docx")

    assert main_of(there) != main_of(document)
    assert main_of(back) == main_of(document)
    assert said(back) == said(document)


@pytest.mark.parametrize("document", [WRITTEN, SAVED], ids=["ours", "LibreOffice"])
def test_every_number_has_the_value_of_the_new_cut_in_its_form(document, now, tmp_path):
    """Months stay months, whole percent whole, the date is written out."""
    done = refresh(document, now)
    text = "\n".join(said(put(done.content, tmp_path / "new.docx"))).replace(
        "\N{NO-BREAK SPACE}", " "
    )

    assert "At the cutoff, 19 August 2020, 12 patients had started and 6 patients had died" in text
    assert "the median follow-up 791 days, 26.0 months" in text
    assert "Of MRD-positive patients 83% were alive" in text
    assert done.new.cutoff == "2020-08-19"
    assert {one.id: one.printed for one in done.new.numbers}[RATE] == rows_of("now")[RATE][
        "display"
    ]


def test_only_the_text_of_controls_changes(now):
    """Whatever stands outside of them, and how they look, is the same."""
    before = files_of(WRITTEN)
    after = unpacked(refresh(WRITTEN, now).content)
    changed = {name for name in before if before[name] != after[name]}

    assert changed == {MAIN, "customXml/item1.xml"}
    one, other = (
        re.sub(r"<w:sdtContent>.*?</w:sdtContent>", lambda found: TEXT.sub("", found[0]), text)
        for text in (before[MAIN].decode(), after[MAIN].decode())
    )
    assert one == other


def test_prose_a_coauthor_wrote_stays(tmp_path):
    """And the number in it is renewed all the same, wherever it was moved to."""
    rate = control_of(WRITTEN, "58.3%")
    document = edited(
        WRITTEN, tmp_path / "edited.docx",
        (rate, ""),
        ('<w:t xml:space="preserve">Of MRD-positive patients </w:t></w:r>',
         f"<w:t>We know that &lt;one year&gt; saw </w:t></w:r>{rate}<w:r><w:t>; </w:t></w:r>"),
    )  # fmt: skip
    done = refresh(document, opened(a_build(tmp_path / "out", "now", {
        RATE: {"value": 0.5, "display": "50.0%"}})))  # fmt: skip
    text = "\n".join(said(put(done.content, tmp_path / "new.docx")))

    assert "We know that <one year> saw 50.0%; " in text
    assert not left(done, "deleted")


def test_a_number_changed_by_hand_is_left_and_listed(now, tmp_path):
    """Unless it is asked for; one that was set to the new value is no such number."""
    document = edited(
        WRITTEN, tmp_path / "edited.docx", (">488</w:t>", ">490</w:t>"), (">5</w:t>", ">6</w:t>")
    )
    done = refresh(document, now)
    (one,) = left(done, "changed")

    assert "“490” stands there, written was “488”, now it is “791”" in one.words
    assert one.place == "Survival, paragraph 1"
    assert ">490</w:t>" in unpacked(done.content)[MAIN].decode()
    again = refresh(put(done.content, tmp_path / "again.docx"), now)
    assert [each.words[:5] for each in left(again, "changed")] == ["“490”"]
    forced = refresh(document, now, overwrite=True)
    assert not left(forced, "changed")
    assert ">791</w:t>" in unpacked(forced.content)[MAIN].decode()


def test_a_deleted_number_is_listed_once_and_a_copy_is_renewed(tmp_path):
    """The copy is linked from then on like any other."""
    n, days = control_of(WRITTEN, "12"), control_of(WRITTEN, "488")
    copy = n.replace('<w:id w:val="', '<w:id w:val="77')
    document = edited(WRITTEN, tmp_path / "edited.docx", (days, ""), (n, n + copy))
    build = opened(a_build(tmp_path / "out", "now", {"disposition.enrolled.n": {"display": "13"}}))
    done = refresh(document, build)
    (one,) = left(done, "deleted")

    assert one.words.startswith("“488” (survival.os.followup_median)")
    assert unpacked(done.content)[MAIN].decode().count(">13</w:t>") == 2
    again = put(done.content, tmp_path / "again.docx")
    assert not left(refresh(again, build), "deleted")
    entries = [each for each in done.new.numbers if each.id == "disposition.enrolled.n"]
    assert [each.printed for each in entries] == ["13", "13"]


def test_a_tracked_deletion_counts_and_can_still_be_rejected(now, tmp_path):
    """The record keeps its entry, so that the number is linked again."""
    days = control_of(WRITTEN, "488")
    gone = days.replace("<w:t ", "<w:delText ").replace("</w:t>", "</w:delText>")
    tracked = f'<w:del w:id="9" w:author="B" w:date="2026-01-01T00:00:00Z">{gone}</w:del>'
    done = refresh(edited(WRITTEN, tmp_path / "edited.docx", (days, tracked)), now)

    assert left(done, "deleted")[0].words.endswith("by a tracked change")
    assert "survival.os.followup_median" in {one.id for one in done.new.numbers}


def test_what_the_build_does_not_have_is_left_and_what_is_not_estimable_says_so(tmp_path):
    """NR stands where the result is there without a value."""
    none = {"value": None, "display": "NR", "missing": "NR"}
    build = a_build(tmp_path / "out", "now", {
        "survival.os.logrank_p": None, "survival.os.followup_median": none})  # fmt: skip
    done = refresh(WRITTEN, opened(build))
    text = unpacked(done.content)[MAIN].decode()

    assert [one.id for one in left(done, "gone")] == ["survival.os.logrank_p"]
    assert ">0.098</w:t>" in text
    assert text.count(">NR</w:t>") == 2
    assert "survival.os.followup_median" in {one.id for one in left(done, "read")}


def test_sentences_in_which_something_turned_are_to_be_read_again(tmp_path):
    """Significance, the side of no effect, who is ahead, one and many."""
    build = a_build(tmp_path / "out", "now", {
        "survival.os.logrank_p": {"value": 0.01, "display": "0.010"},
        "survival.os.hazard_ratio": {"value": 1.4, "display": "1.40"},
        "survival.os.rate@day=365,group=active_disease": {"value": 0.9, "display": "90.0%"},
        "survival.os.events": {"value": 1, "display": "1"},
    })  # fmt: skip
    told = {one.id: one for one in left(refresh(WRITTEN, opened(build)), "read")}

    assert "p fell below 0.05" in told["survival.os.logrank_p"].words
    assert "crossed one" in told["survival.os.hazard_ratio"].words
    assert "have changed places" in told["survival.os.rate@day=365,group=active_disease"].words
    assert "5 became 1: the word after it" in told["survival.os.events"].words
    assert "started and 1 patients had died" in told["survival.os.events"].around


def test_rows_that_came_and_rows_that_went_are_listed(tmp_path):
    """A row of a table is cells of its own; none is made and none is taken away."""
    build = a_build(tmp_path / "out", "now", {
        one: None for one in rows_of("now") if one.endswith("@patient=P11")})  # fmt: skip
    done = refresh(WRITTEN, opened(build))

    assert {one.id.partition("@")[2] for one in left(done, "gone")} == {"patient=P11"}
    (came,) = left(done, "new")
    assert came.place == "interim_deaths_listed"
    assert "safety.deaths.day@patient=P05" in came.words


def test_tracked_changes_have_an_author_and_no_clock(now, tmp_path):
    """Accepted they give the new text, rejected the old one."""
    document = put(refresh(WRITTEN, now, tracked=True).content, tmp_path / "tracked.docx")
    text = main_of(document)
    stamps = re.findall(r"<w:(?:ins|del) ([^>]*)>", text)
    numbers = re.findall(r'<w:(?:ins|del) w:id="(\d+)"', text)

    assert {re.sub(r'w:id="\d+" ', "", one) for one in stamps} == {
        'w:author="carreport" w:date="2020-08-19T00:00:00Z"'
    }
    assert len(numbers) == len(set(numbers))
    deleted = r"<w:del [^>]*>(?:(?!</w:del>).)*</w:del>"
    old, new = said(WRITTEN), said(put(refresh(WRITTEN, now).content, tmp_path / "plain.docx"))
    accepted = edited_text(document, tmp_path / "a.docx", re.sub(deleted, "", text))
    assert said(accepted) == new
    rejected = re.sub(r"<w:ins [^>]*>(?:(?!</w:ins>).)*</w:ins>", "", text)
    rejected = rejected.replace("w:delText", "w:t").replace("</w:del>", "")
    assert (
        said(edited_text(document, tmp_path / "r.docx", re.sub("<w:del [^>]*>", "", rejected)))[:8]
        == old[:8]
    )
    assert refresh(document, now).refreshed == 0


def edited_text(path, target, text):
    return packed(target, files_of(path) | {MAIN: text.encode()})


@pytest.mark.parametrize("document", [WRITTEN, SAVED], ids=["ours", "LibreOffice"])
def test_figures_of_ours_are_drawn_anew_and_keep_their_width(document, tmp_path):
    """What they show in words is renewed too; LibreOffice keeps the bitmap alone."""
    build = opened(with_figure(a_build(tmp_path / "out", "now")))
    done = refresh(document, build)
    files = unpacked(done.content)
    extent = re.search(r'<wp:extent cx="(\d+)" cy="(\d+)"', files[MAIN].decode())

    assert done.figures == ("interim_survival",)
    assert PNG in files.values()
    assert int(extent[2]) == 2 * int(extent[1])
    assert 'descr="Four curves &amp; more"' in files[MAIN].decode()
    assert not left(done, "figure")


def test_a_figure_the_build_does_not_have_is_listed(now):
    """And stays as it is."""
    (one,) = left(refresh(WRITTEN, now), "figure")

    assert one.words == "figure interim_survival: this build has none of this name"


def test_a_document_of_another_study_or_without_links_is_refused(tmp_path, then):
    """What was found, and what to do."""
    files = files_of(WRITTEN)
    item = files["customXml/item1.xml"]
    other = packed(tmp_path / "other.docx", files | {
        "customXml/item1.xml": item.replace(b'study="A study"', b'study="Another"')})  # fmt: skip
    bare = packed(tmp_path / "bare.docx", files | {"customXml/item1.xml": b"<none/>"})
    plain = re.sub(rb"carreport:", b"somebody:", files[MAIN])
    foot = {one: files[one].replace(b"carreport:", b"x:") for one in files if "word/footer" in one}
    unlinked = packed(tmp_path / "plain.docx", files | {MAIN: plain} | foot)

    for document, words in (
        (other, "'Another'"),
        (bare, "no record"),
        (unlinked, "no linked numbers"),
    ):
        with pytest.raises(BadInput, match=words):
            refresh(document, then)


TYPED = st.text(st.sampled_from("abc 01.%<>&\N{WHITE SQUARE}é"), max_size=12)


@settings(max_examples=25)
@given(prose=st.lists(TYPED, min_size=3, max_size=3))
def test_whatever_is_typed_between_numbers_stays(prose, now, tmp_path_factory):
    """Refreshed, every paragraph differs from the edited one in its linked numbers alone."""
    folder = tmp_path_factory.mktemp("typed")
    a, b, c = (f'<w:t xml:space="preserve">{escape(one)}</w:t>' for one in prose)
    document = edited(
        WRITTEN, folder / "edited.docx",
        ('<w:t xml:space="preserve">At the cutoff, </w:t>', a),
        ('<w:t xml:space="preserve">) and the median follow-up </w:t>', b),
        ('<w:t xml:space="preserve">Of MRD-positive patients </w:t>', c),
    )  # fmt: skip
    done = refresh(document, now)
    before, after = (
        re.split(TEXT, main) for main in (main_of(document), unpacked(done.content)[MAIN].decode())
    )

    assert before == after
    for typed in (a, b, c):
        assert typed in unpacked(done.content)[MAIN].decode()


def test_the_record_of_the_copy_says_what_it_was_written_with(now):
    """In document order, with the controls LibreOffice numbered anew."""
    done = refresh(SAVED, now)
    (item,) = [one for name, blob in unpacked(done.content).items()
               if name.startswith("customXml/item") and (one := record_of(blob))]  # fmt: skip
    numbers = re.findall(r'<w:id w:val="(\d+)"/>', main_of(SAVED))

    assert item == done.new
    assert [one.control for one in item.numbers[: len(numbers)]] == numbers


def test_a_mark_of_origin_goes_and_comes_back(tmp_path):
    """It stands outside of the control; a number that has none and needs one is listed."""
    id_ = "disposition.enrolled.n"
    weak, sure = ({id_: {"origin": one}} for one in ("simulated", "derived"))
    then = opened(a_build(tmp_path / "then", "then", weak))
    now = opened(a_build(tmp_path / "now", "now", sure))
    n = control_of(WRITTEN, "12")
    mark = '<w:r><w:rPr><w:rStyle w:val="OriginMark"/></w:rPr><w:t>□</w:t></w:r>'

    unmarked = refresh(WRITTEN, then)
    assert [one.id for one in left(unmarked, "mark")] == [id_]
    first = put(unmarked.content, tmp_path / "first.docx")
    marked = edited(first, tmp_path / "marked.docx", (n, n + mark))
    there = refresh(marked, now)
    back = refresh(put(there.content, tmp_path / "there.docx"), then)

    assert there.marks == 1
    assert n + mark.replace("□", "") in unpacked(there.content)[MAIN].decode()
    assert not left(there, "mark")
    assert unpacked(back.content)[MAIN].decode() == main_of(marked)
