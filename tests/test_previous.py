"""A build that names an earlier one: old values, marks, the section, and what cannot be compared."""

from __future__ import annotations

import csv
import datetime as dt
import json
from typing import TYPE_CHECKING

import pytest
from asking import ask, lines, refused
from folders import StudyFolder, tree, write_folder, write_least
from lxml import html

from carreport.errors import BadInput
from carreport.pipeline import build
from carreport.render.reread import reading
from carreport.verify import verify

if TYPE_CHECKING:
    from pathlib import Path

EARLIER = dt.date(2019, 6, 30)
RATE = "survival.os.rate@day=365,group=mrd_positive"


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny study with our own interim report, built at two cutoffs; read it only."""
    root = tmp_path_factory.mktemp("pair")
    study = write_folder(root / "study", interim=None)
    build(study.path, cutoff=EARLIER, out=root / "old", formats=["html"])
    build(study.path, out=root / "new", previous=root / "old")
    return root


def rows(out: Path) -> dict[str, dict]:
    content = json.loads((out / "results.json").read_text(encoding="utf-8"))
    return {row["id"]: row for row in content["results"]}


def page(out: Path, name: str = "interim") -> html.HtmlElement:
    return html.document_fromstring((out / f"{name}.html").read_text(encoding="utf-8"))


def marks(out: Path, id_: str) -> list[str]:
    """What the marks say that follow a number in the text."""
    found = []
    for number in page(out).xpath(f'//main//a[@class="trace"][data[@data-id="{id_}"]]'):
        after = number.getnext()
        found.append(after.get("title", "") if after is not None else "")
    return found


def table(out: Path, name: str) -> list[list[str]]:
    with (out / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return [[cell.removeprefix("'") for cell in line] for line in csv.reader(stream)]


def test_old_value_has_an_id_of_its_own(pair: Path) -> None:
    """By hand: one of five followed for a year had died by then, one of six by now."""
    found = rows(pair / "new")

    assert found[RATE]["display"] == "83.3%"
    assert found[f"previous.{RATE}"]["value"] == rows(pair / "old")[RATE]["value"] == 0.8
    assert found[f"previous.{RATE}"]["display"] == "80.0%"
    assert "data cutoff 2019-06-30" in found[f"previous.{RATE}"]["parameters"]["build"]
    assert found[f"previous.{RATE}"]["population"].endswith("by 2019-06-30")


def test_a_number_says_what_it_was_and_who_moved_it(pair: Path) -> None:
    """Only the patient whose follow-up did not reach the landmark then moves the estimate."""
    previous = rows(pair / "new")[RATE]["previous"]

    assert previous == {
        "id": f"previous.{RATE}",
        "value": 0.8,
        "display": "80.0%",
        "build": "the build of 30 June 2019",
        "patients": ["P06"],
        "cause": "changed by data",
    }


def test_what_is_the_same_says_nothing_of_before(pair: Path) -> None:
    found = rows(pair / "new")

    assert "previous" not in found["disposition.enrolled.n"]
    assert "previous.disposition.enrolled.n" not in found
    assert marks(pair / "new", "disposition.enrolled.n")
    assert not any(
        one.startswith("changed") for one in marks(pair / "new", "disposition.enrolled.n")
    )


def test_a_changed_number_carries_a_mark_that_says_what_it_was(pair: Path) -> None:
    found = marks(pair / "new", RATE)

    assert found
    assert set(found) == {"changed since the build of 30 June 2019: was 80.0%"}


def test_a_number_of_a_drawing_is_marked_too(pair: Path) -> None:
    titles = page(pair / "new").xpath("//*[local-name()='path'][@class='changed']/*/text()")

    assert "changed since the build of 30 June 2019: was 0.135" in titles


def test_no_mark_without_an_earlier_build(pair: Path) -> None:
    text = (pair / "old" / "interim.html").read_text(encoding="utf-8")

    assert 'class="changed"' not in text
    assert "No previous build was given" in text


def test_the_mark_is_explained_on_the_first_page_and_under_tables(pair: Path) -> None:
    tree_ = page(pair / "new")
    (first,) = tree_.xpath("//header//p[@class='changes-legend']")
    under = tree_.xpath("//*[@id='interim_endpoints']//p[@class='source']")

    assert "was printed otherwise by the earlier build" in first.text_content()
    assert "30 June 2019" in first.text_content()
    assert "was printed otherwise" in under[0].text_content()


def test_the_appendix_says_what_it_was(pair: Path) -> None:
    (entry,) = page(pair / "new").xpath(f'//li[@data-number="{RATE}"]')
    (told,) = entry.xpath('.//*[@data-trace="before"]')

    assert " ".join(told.text_content().split()) == (
        "before: 0.8, printed 80.0% by the build of 30 June 2019; changed by data; moved by P06"
    )


def test_rows_and_numbers_that_changed_are_counted(pair: Path) -> None:
    """By hand: deaths of P05 and P11 and the relapse of P05; eight later last contacts."""
    found = rows(pair / "new")

    assert found["changes.rows.n@class=event,table=events"]["value"] == 3
    assert found["changes.rows.n@class=followup,table=events"]["value"] == 8
    assert found["changes.rows.n@class=retroactive"]["value"] == 0
    assert found["changes.rows.n"]["value"] == 11
    assert found["changes.rows.n@class=event"]["patients"] == ["P05", "P11"]
    assert found["changes.numbers.n@class=print"]["value"] == len(
        [one for one in found.values() if one.get("previous", {}).get("display") not in
         (None, one["display"]) and one["id"] in rows(pair / "old")]
    )  # fmt: skip


def test_the_section_shows_old_new_difference_and_patients(pair: Path) -> None:
    lines_ = table(pair / "new", "interim_changes")
    by_name = {line[0]: line[1:] for line in lines_}

    assert by_name["Free of the event at 1\N{NO-BREAK SPACE}year, MRD-positive"] == [
        "80.0%", "83.3%", "+3.3 points", "P06",
    ]  # fmt: skip
    assert by_name["Patients who died"] == ["4", "6", "+2 patients", "P05, P11"]
    assert table(pair / "new", "interim_changed_rows")[1:] == [
        ["Events newly observed", "3", "3"],
        ["Follow-up extended", "8", "8"],
    ]
    said = page(pair / "new").get_element_by_id("changes").text_content()
    assert "11 rows differ, of 8\N{NO-BREAK SPACE}patients" in said.replace(
        "11\N{NO-BREAK SPACE}", "11 "
    )


def test_every_digit_of_the_pdf_is_that_of_its_page(pair: Path) -> None:
    """The build reads its PDF again; the old values are in it, on the section's page."""
    with reading((pair / "new" / "interim.pdf").read_bytes()) as found:
        pages = found.pages
    (section,) = [one for one in pages if "Since the previous cut" in one and "Moved by" in one]

    assert "80.0%" in section
    assert "+3.3 points" in section
    assert "\N{BLACK DIAMOND}" in section


def test_same_inputs_same_bytes(pair: Path, tmp_path: Path) -> None:
    build(pair / "study", out=tmp_path / "again", previous=pair / "old", formats=["html"])
    first, again = tree(pair / "new"), tree(tmp_path / "again")

    assert {*first} - {*again} == {"interim.pdf"}
    assert [one for one in again if one != "manifest.json" and again[one] != first[one]] == []


@pytest.mark.parametrize("named", [("--out", "out/2020-08-19"), ()])
def test_an_earlier_build_is_not_replaced(
    named: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody could repeat the comparison, whether its folder is named or the usual one."""
    monkeypatch.chdir(tmp_path)
    study, out = write_least(tmp_path / "study"), tmp_path / "out" / "2020-08-19"
    build(study.path, cutoff=EARLIER, out=out, formats=["html"])
    before = tree(out)

    refused(ask("build", "study", *named, "--previous", "out/2020-08-19"),
            "'--previous': 'out/2020-08-19' is the folder that is written to",
            "name another with --out, the earlier build would be lost")  # fmt: skip
    assert tree(out) == before


def test_nothing_changed_is_said_in_one_line(pair: Path, tmp_path: Path) -> None:
    build(pair / "study", cutoff=EARLIER, out=tmp_path / "same", previous=pair / "old",
          formats=["html"])  # fmt: skip
    found = page(tmp_path / "same")

    assert (
        "Nothing has changed since the build" in found.get_element_by_id("changes").text_content()
    )
    assert not found.xpath("//main//sup[@class='changed']")


def test_a_row_changed_before_the_earlier_cutoff_is_named_first(pair: Path, tmp_path: Path) -> None:
    study = write_folder(tmp_path / "study", interim=None)
    study.replace("events.csv", "P03,death,2018-11-30", "P03,death,2018-10-30")
    build(study.path, out=tmp_path / "out", previous=pair / "old", formats=["html"])
    section = page(tmp_path / "out").get_element_by_id("changes").text_content()

    assert "Changed retroactively:" in section
    assert table(tmp_path / "out", "interim_changed_rows")[1][0] == (
        "Changed retroactively, before the earlier cutoff"
    )


def test_cells_of_the_data_stay_text(tmp_path: Path) -> None:
    """A patient whose name ends an attribute moves a number: it is printed, and does nothing."""
    hostile = "6\" onclick='x' &lt;b&gt;"
    study = write_folder(tmp_path / "study", interim=None)
    quoted = '"' + hostile.replace('"', '""') + '"'
    for name in ("patients", "events", "infusions", "adverse_events", "measurements"):
        file = f"{name}.csv"
        study.write(file, study.text(file).replace("P06,", f"{quoted},"))
    build(study.path, cutoff=EARLIER, out=tmp_path / "old", formats=["html"])
    build(study.path, out=tmp_path / "new", previous=tmp_path / "old", formats=["html"])
    found = page(tmp_path / "new")

    assert rows(tmp_path / "new")[RATE]["previous"]["patients"] == [hostile]
    assert hostile in found.get_element_by_id("changes").text_content()
    assert not found.xpath("//@onclick")


def test_trace_says_what_it_was(pair: Path) -> None:
    found = lines(ask("trace", RATE, pair / "study", "--build", pair / "new"))
    before = lines(ask("trace", f"previous.{RATE}", pair / "study", "--build", pair / "new"))

    assert found["before"] == (
        "0.8, printed 80.0% by the build of 30 June 2019; changed by data; moved by P06"
    )
    assert before["value"] == "0.8"


def checks(path: Path, study: Path, previous: Path | None = None) -> dict[str, tuple[bool, tuple]]:
    return {
        one.name: (one.done, one.findings) for one in verify(path, study, previous).checks
    }  # fmt: skip


def test_verify_repeats_the_comparison_where_the_earlier_build_is_named(pair: Path) -> None:
    found = checks(pair / "new" / "interim.pdf", pair / "study", pair / "old")

    assert found["earlier build"] == (True, ())
    assert found["results"] == (True, ())
    assert found["all digits"] == (True, ())


def test_verify_says_what_it_needs_without_the_earlier_build(pair: Path) -> None:
    verified = verify(pair / "new" / "interim.pdf", pair / "study")
    found = {one.name: one for one in verified.checks}

    assert verified.ok
    assert not found["earlier build"].done
    assert "--previous" in found["earlier build"].said
    assert found["results"].findings == ()
    assert not found["all digits"].done


def test_verify_notices_another_earlier_build(pair: Path, tmp_path: Path) -> None:
    study = write_folder(tmp_path / "study", interim=None)
    build(study.path, cutoff=dt.date(2019, 5, 1), out=tmp_path / "other", formats=["html"])
    found = checks(pair / "new" / "interim.pdf", pair / "study", tmp_path / "other")

    assert any(one.startswith("cutoff: '2019-05-01'") for one in found["earlier build"][1])
    assert found["results"][1]


def test_verify_of_a_build_that_was_not_compared_refuses_an_earlier_one(
    built: Path, tiny: StudyFolder, pair: Path
) -> None:
    with pytest.raises(BadInput, match="was not compared with an earlier build"):
        verify(built / "interim.pdf", tiny.path, pair / "old")


def test_a_later_build_is_compared_with_a_notice(pair: Path, tmp_path: Path) -> None:
    made = build(pair / "study", cutoff=EARLIER, out=tmp_path / "out", previous=pair / "new",
                 formats=["html"])  # fmt: skip

    assert any("has the later cutoff" in one for one in made.notices)
    assert rows(tmp_path / "out")[f"previous.{RATE}"]["display"] == "83.3%"


def test_old_values_of_an_earlier_comparison_are_no_numbers_of_that_build(
    pair: Path, tmp_path: Path
) -> None:
    """A build that was itself compared can be compared with."""
    build(pair / "study", out=tmp_path / "third", previous=pair / "new", formats=["html"])
    found = rows(tmp_path / "third")

    assert found["changes.numbers.n@class=gone"]["value"] == 0
    assert not any(id_.startswith("previous.previous.") for id_ in found)


class TestRefused:
    """What cannot be compared: exit code 2, one message, nothing changed."""

    def _refused(self, study: Path, previous: Path, tmp_path: Path, *words: str) -> None:
        out = tmp_path / "out"
        refused(
            ask("build", study, "--out", out, "--previous", previous), "--previous", *words,
            "nothing was changed",
        )  # fmt: skip
        assert not out.exists()

    def test_no_build(self, pair: Path, tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()
        self._refused(pair / "study", tmp_path / "empty", tmp_path, "holds no build")

    def test_another_study(self, pair: Path, tmp_path: Path) -> None:
        other = write_folder(tmp_path / "other")
        other.replace("study.toml", 'title = "A study"', 'title = "Another study"')
        self._refused(other.path, pair / "old", tmp_path, "another study", "'A study'")

    def test_a_build_without_its_snapshot(self, tmp_path: Path) -> None:
        study = write_least(tmp_path / "study")
        build(study.path, out=tmp_path / "old", formats=["html"])
        (tmp_path / "old" / "snapshot.json").unlink()
        self._refused(
            study.path, tmp_path / "old", tmp_path, "has no snapshot.json", "build it again"
        )

    def test_another_session(self, pair: Path, tmp_path: Path) -> None:
        """Results by group of a closed session stay out of an open one."""
        out = tmp_path / "out"
        found = ask("build", pair / "study", "--session", "open", "--out", out,
                    "--previous", pair / "old")  # fmt: skip
        refused(found, "closed session")
        assert not out.exists()
