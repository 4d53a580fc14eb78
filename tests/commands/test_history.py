"""`carreport history`: the builds of a study, and how its headline numbers went."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from asking import ask, refused
from folders import StudyFolder, write_folder

from carreport.pipeline import build
from carreport.saved.charts import Dot, Line, chart, spark
from carreport.saved.history import Series, histories, read

if TYPE_CHECKING:
    from pathlib import Path

CUTOFFS = ("2018-07-01", "2019-03-01", "2020-08-19")
TITLE = 'title = "A study"'
HEAVY = {"pandas", "numpy", "scipy", "matplotlib", "jinja2", "weasyprint", "lxml", "rich"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three builds of the tiny study, an open one, and one of another study."""
    here = tmp_path_factory.mktemp("place")
    study = write_folder(here / "data", interim=None)
    for day in CUTOFFS:
        build(study.path, cutoff=dt.date.fromisoformat(day), out=here / "out" / day,
              formats=("html",))  # fmt: skip
    build(study.path, out=here / "out" / f"{CUTOFFS[-1]}-open", formats=("html",), session="open")
    other = write_folder(here / "other")
    other.replace("study.toml", TITLE, 'title = "Zweite <b>Studie</b>"')
    build(other.path, out=here / "out" / "more" / "other", formats=("html",))
    return here


@pytest.fixture
def here(place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Standing there."""
    monkeypatch.chdir(place)
    return place


@pytest.fixture
def mine(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, to be spoilt."""
    shutil.copytree(place, tmp_path / "mine")
    monkeypatch.chdir(tmp_path / "mine")
    return tmp_path / "mine"


def told():
    """What is said for programs, by study and session."""
    result = ask("history", "--json")
    assert result.exit_code == 0, result.output
    return {(one["study"], one["session"]): one for one in json.loads(result.stdout)["studies"]}


def rows_of(folder: Path) -> dict[str, dict[str, object]]:
    """The numbers of a build by id."""
    content = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    return {row["id"]: row for row in content["results"]}


def test_each_build_stands_at_its_cutoff_with_what_it_was_made_of(here):
    """In the order of the cutoffs: commit, digest of the data, printed numbers, folder."""
    builds = told()["A study", "closed"]["builds"]

    assert [one["cutoff"] for one in builds] == list(CUTOFFS)
    for one in builds:
        folder = here / one["folder"]
        record = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        rows = rows_of(folder)
        assert one["commit"] == record["commit"]
        assert one["dirty"] == record["dirty"]
        assert one["data"] == rows["study.data.digest"]["value"]
        printed = [id_ for id_, row in rows.items() if row["uses"] and not id_.startswith("study.")]
        assert one["printed"] == len(printed) > 0
    assert len({one["data"] for one in builds}) == len(CUTOFFS)


def test_headline_numbers_are_those_of_the_builds(here):
    """Patients, events and landmark estimates with their limits, of everybody and of each group."""
    for one in told()["A study", "closed"]["builds"]:
        rows = rows_of(here / one["folder"])
        found = {}
        for number in one["numbers"]:
            keys = {"day": number["day"], "group": number["group"]}
            if number["what"] == "incidence":
                keys["cause"] = "relapse"
            tail = ",".join(f"{key}={keys[key]}" for key in sorted(keys) if keys[key] is not None)
            base = "disposition.enrolled.n"
            if number["endpoint"]:
                base = f"survival.{number['endpoint']}.{number['what']}"
            found[f"{base}@{tail}" if tail else base] = number
        for id_, number in found.items():
            assert (number["value"], number["display"]) == (
                rows[id_]["value"], rows[id_]["display"])  # fmt: skip
            if number["what"] in ("rate", "incidence"):
                for limit in ("lower", "upper"):
                    beside = re.sub(r"\.(rate|incidence)", f".{limit}", id_)
                    assert number[limit] == rows[beside]["value"]
        assert {"disposition.enrolled.n", "survival.os.events@group=active_disease",
                "survival.os.rate@day=365", "survival.os.rate@day=730,group=mrd_positive",
                "survival.rel.incidence@cause=relapse,day=365",
                } <= set(found)  # fmt: skip
        assert not [id_ for id_ in found if id_.startswith("survival.rel.rate")]


@pytest.mark.usefixtures("here")
def test_open_and_closed_builds_and_other_studies_stand_apart():
    """One table each; builds are found in folders below folders."""
    found = told()

    assert set(found) == {
        ("A study", "closed"), ("A study", "open"), ("Zweite <b>Studie</b>", "closed"),
    }  # fmt: skip
    (opened,) = found["A study", "open"]["builds"]
    assert not [one for one in opened["numbers"] if one["group"]]
    assert [len(one["builds"]) for one in found.values()] == [3, 1, 1]


@pytest.mark.usefixtures("here")
def test_the_table_shows_numbers_as_they_are_printed_and_a_bar_for_each_build():
    """What endpoints and groups are called is as the study says."""
    said = ask("history", "--study", "a study").stdout

    assert said.startswith("A study (3 builds)\n")
    lines = {" ".join(line.split()[:-4]): line.split()[-4:] for line in said.splitlines() if line}
    patients = lines["Patients all"]
    assert patients[1:] == ["7", "12", "12"]
    assert len(patients[0]) == 3
    assert patients[0][-1] == "█"
    assert lines["MRD-positive"]
    assert "Overall survival, free of the event on day 365 all" in lines
    assert "Relapse, incidence by day 365 all" in lines
    assert "A study (open session, 1 build)" in said
    assert "Zweite" not in said


@pytest.mark.usefixtures("here")
def test_folders_can_be_named():
    """A build itself, or several folders; each build once."""
    one = json.loads(ask("history", f"out/{CUTOFFS[1]}", "--json").stdout)
    two = json.loads(ask("history", f"out/{CUTOFFS[1]}", "out", "--json").stdout)

    assert [b["cutoff"] for s in one["studies"] for b in s["builds"]] == [CUTOFFS[1]]
    assert sum(len(s["builds"]) for s in two["studies"]) == 5


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nowhere",), "'nowhere' is no folder"),
        (("data",), "no build in or below data"),
        (("--study", "Another"), "name one of 'A study', 'Zweite <b>Studie</b>'"),
    ],
)
def test_nothing_to_list_is_a_message(words, said):
    """Exit code 2, and what to do."""
    refused(ask("history", *words), said)


def test_without_any_build_it_says_so(tmp_path, monkeypatch):
    """Neither is there a folder."""
    monkeypatch.chdir(tmp_path)

    refused(ask("history"), "'out' is no folder")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda out: out.write("results.json", ""),
        lambda out: out.write("results.json", out.text("results.json")[:900]),
        lambda out: out.replace("results.json", '"cutoff": "2019-03-01"', '"cutoff": "soon"'),
        lambda out: out.replace("results.json", '{"id": "disposition.enrolled.n", "value": 12',
                                '{"id": "disposition.enrolled.n", "value": "12"'),
        lambda out: out.replace("results.json", '"id": "disposition.enrolled.n"',
                                '"id": "disposition.enrolled.n@day=x"'),
        lambda out: out.replace("results.json", '{"id": "disposition.enrolled.n", "value": 12',
                                '{"id": "disposition.enrolled.n", "value": NaN'),
        lambda out: out.replace("results.json", '{"id": "disposition.enrolled.n", "value": 12',
                                '{"id": "disposition.enrolled.n", "value": 1e999'),
        lambda out: out.replace("results.json", '{"id": "disposition.enrolled.n", "value": 12',
                                '{"id": "disposition.enrolled.n", "value": ' + "[" * 99999),
        lambda out: out.replace("snapshot.json", '"settings": ', '"settings": ' + "[" * 99999),
        lambda out: out.remove("manifest.json"),
        lambda out: out.remove("results.json"),
    ],
    ids=["empty", "cut off", "no date", "a text for a number", "an odd key", "not a number",
         "without end", "too deep", "too deep settings", "no manifest", "no results"],
)  # fmt: skip
def test_a_damaged_build_is_named_and_the_others_are_listed(spoil, mine):
    """On stderr, with the folder; exit code 0."""
    spoil(StudyFolder(mine / "out" / CUTOFFS[1]))

    result = ask("history", "--json")

    assert result.exit_code == 0
    content = json.loads(result.stdout)
    (closed,) = [one for one in content["studies"]
                 if (one["study"], one["session"]) == ("A study", "closed")]  # fmt: skip
    assert [one["cutoff"] for one in closed["builds"]] == [CUTOFFS[0], CUTOFFS[2]]
    (named,) = content["left_out"]
    assert CUTOFFS[1] in named
    assert named in result.stderr
    assert "Traceback" not in result.stderr


def test_where_every_build_is_damaged_it_says_so(mine):
    """That there is none would be untrue."""
    (mine / "out" / CUTOFFS[1] / "results.json").write_text("")

    result = ask("history", f"out/{CUTOFFS[1]}")

    refused(result, "can be read", "left out", "build again")
    assert "there is no build" not in result.stderr


def test_a_build_of_an_earlier_version_is_listed_by_ids(mine):
    """Without snapshot.json nobody says what endpoints are called, nor the session."""
    for day in CUTOFFS:
        (mine / "out" / day / "snapshot.json").unlink()
    text = StudyFolder(mine / "out" / CUTOFFS[0]).text("results.json")
    StudyFolder(mine / "out" / CUTOFFS[0]).write(
        "results.json", text.replace('"session": "closed", ', "", 1)
    )

    said = ask("history", "--study", "A study").stdout

    assert "os, events" in said
    assert "mrd_positive" in said
    assert "A study (3 builds)" in said


def test_builds_of_one_cutoff_stand_in_the_order_of_their_folders(mine):
    """Both are listed."""
    shutil.copytree(mine / "out" / CUTOFFS[0], mine / "out" / "again")

    builds = told()["A study", "closed"]["builds"]

    assert [one["folder"] for one in builds][:2] == [f"out/{CUTOFFS[0]}", "out/again"]


class _Page(HTMLParser):
    """Tags that are open, and everything a page would load or run."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.asked: list[str] = []
        self.policy = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag not in ("meta", "!doctype"):
            self.open.append(tag)
        if told.get("http-equiv"):
            self.policy = told["content"] or ""
        self.asked += [
            name for name in told if name in ("src", "href", "style") or name[:2] == "on"
        ]
        self.asked += [tag] if tag in ("script", "link", "img", "iframe") else []

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.usefixtures("here")
def test_the_page_needs_nothing_beside_itself(tmp_path):
    """Its policy allows its own style and nothing else; no word of a study is markup."""
    result = ask("history", "--html", tmp_path / "history.html")

    assert result.exit_code == 0
    text = (tmp_path / "history.html").read_text(encoding="utf-8")
    page = _Page(text)
    assert page.open == []
    assert page.asked == []
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert page.policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}'")
    assert "<b>Studie" not in text
    assert "Zweite &lt;b&gt;Studie&lt;/b&gt;" in text


@pytest.mark.usefixtures("here")
def test_the_page_has_each_number_and_draws_what_changes(tmp_path):
    """A row for each number as printed; charts where there are two builds or more."""
    ask("history", "--html", tmp_path / "history.html")

    text = (tmp_path / "history.html").read_text(encoding="utf-8")
    first, *rest = text.split("<section")[1:]
    numbers = told()["A study", "closed"]["builds"][0]["numbers"]
    kinds = {(one["endpoint"], one["what"], one["day"]) for one in numbers}
    assert first.count("<svg") == len(kinds)
    assert not any("<svg" in one for one in rest)
    for one in numbers:
        assert f"<td>{one['display']}" in first
    assert "<title>2020-08-19: 12</title>" in first


def test_the_same_page_every_time(here, tmp_path):
    """No clock, no path."""
    for name in ("one.html", "two.html"):
        ask("history", here / "out", "--html", tmp_path / name)

    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()


def test_a_page_that_cannot_be_written_is_a_message(here):
    """Exit code 2."""
    refused(ask("history", "--html", here / "no" / "such" / "folder.html"), "cannot be written")
    refused(ask("history", "--html", here / "out"), "'--html'", "is no name of a page")
    assert not (here / "page.txt").exists()


def test_history_imports_nothing_heavy(here):
    """That is what makes it quick."""
    code = (
        "import sys\nfrom carreport.cli import app\nsys.argv = ['carreport', 'history']\n"
        "try:\n    app()\nfinally:\n    print(sorted(sys.modules), file=sys.stderr)"
    )

    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code], cwd=here, capture_output=True, text=True, check=True
    )

    modules = {one.split(".")[0] for one in done.stderr.strip("[]\n'").split("', '")}
    assert modules.isdisjoint(HEAVY)


def test_of_each_build_only_a_few_lines_are_read(mine, monkeypatch):
    """Those of the headline numbers; so that many builds take no time."""
    for number in range(20):
        shutil.copytree(mine / "out" / CUTOFFS[2], mine / "many" / f"{number:02}")

    read = []
    monkeypatch.setattr(
        "carreport.saved.build.parsed", lambda text: read.append(text) or json.loads(text)
    )

    (found,), damaged = histories([mine / "many"])

    lines = (mine / "out" / CUTOFFS[2] / "results.json").read_text("utf-8").count("\n")
    assert 20 < len(read) < 20 * lines / 10
    assert len(found.builds) == 20
    assert damaged == ()


def test_a_line_is_broken_where_there_is_no_value():
    """Two points beside a gap are not joined."""
    days = [dt.date(2019, month, 1) for month in (1, 3, 5)]
    dots = [Dot(day, 0.5, 0.2, 0.8, "half") for day in days]
    whole = chart([Line("all", "#123456", tuple(dots))], days, share=True)
    broken = chart([Line("all", "#123456", (dots[0], None, dots[2]))], days, share=True)

    assert (whole.count('class="line"'), broken.count('class="line"')) == (2, 0)
    assert (whole.count('class="interval"'), broken.count('class="interval"')) == (3, 2)


def test_labels_of_lines_that_end_together_stand_apart():
    """None on another, none below the chart."""
    day = dt.date(2020, 1, 1)
    lines = [Line(f"group {n}", "#123456", (Dot(day, 0.0, None, None, "none"),)) for n in range(4)]

    places = [float(one) for one in
              re.findall(r'class="name" x="[\d.]+" y="([\d.]+)"', chart(lines, [day], share=False))]  # fmt: skip

    assert len(places) == 4
    assert min(b - a for a, b in pairwise(places)) >= 12.9
    assert max(places) <= 230


def test_bars_say_nothing_where_there_is_nothing():
    """A dot for no value; the lowest bar for nought, however much the most is."""
    assert spark([None, 0.0, 1.0], 1.0) == "·▁█"
    assert spark([0.0, 0.0], 0.0) == "▁▁"
    assert spark([], 1.0) == ""


def test_the_colour_of_a_group_is_the_study_s(place, tmp_path):
    """Where it is one; anything else would stand in the page as it is."""
    shutil.copytree(place / "out" / CUTOFFS[2], tmp_path / "build")
    folder = StudyFolder(tmp_path / "build")
    folder.replace("snapshot.json", '"colour":""', '"colour":"#0b4f8a"')
    folder.replace("snapshot.json", '"colour":""', '"colour":"red\\" onload=\\"x"')

    found = read(tmp_path / "build")

    assert found.colours == {"mrd_positive": "#0b4f8a"}
    assert Series("os", "rate", 365, "mrd_positive") in found.points
