"""`carreport replay`: one number computed anew, and compared bit for bit."""

import json
import math

import pytest
from asking import CUTOFF, ask, lines, refused

from carreport.analyses import ANALYSES
from carreport.errors import UnknownId
from carreport.results import replay as replays
from carreport.results.replay import replay

RATE = "survival.os.rate@day=365,group=mrd_positive"


def test_the_same_study_gives_the_same_bits(here):
    """Both are printed, the float's bits beside it; exit code 0."""
    value = here.rows()[RATE]["value"]

    result = ask("replay", RATE)

    assert (result.exit_code, result.stderr) == (0, "")
    said = lines(result)
    assert said["saved"] == said["now"] == f"{value!r} ({value.hex()})"
    assert said["result"] == "the same, bit for bit"


def test_one_bit_is_a_difference(mine):
    """The smallest there is; exit code 1."""
    value = mine.rows()[RATE]["value"]
    mine.put(RATE, value=math.nextafter(value, 1))

    result = ask("replay", RATE)

    assert result.exit_code == 1
    assert lines(result)["result"] == "differs"
    assert lines(result)["now"] == f"{value!r} ({value.hex()})"


@pytest.mark.parametrize(
    ("id_", "fields"),
    [
        ("disposition.enrolled.n", {"value": 12.0}),
        ("disposition.enrolled.n", {"value": "12"}),
        ("survival.rel.median@group=mrd_positive", {"missing": "NE"}),
        ("survival.rel.median@group=mrd_positive", {"value": 0, "missing": None}),
        ("study.cutoff.date", {"value": "2020-08-18"}),
    ],
    ids=["a float for an int", "a text", "another nothing", "nought for nothing", "another day"],
)
def test_kinds_are_told_apart(id_, fields, mine):
    """A whole number, a float, a text and either kind of nothing are different things."""
    assert ask("replay", id_).exit_code == 0
    mine.put(id_, **fields)

    assert ask("replay", id_).exit_code == 1


def test_numbers_of_every_kind_are_the_same_again(built_desk):
    """Each by the only call that gives it: its value, and what it is when there is none."""
    snapshot = built_desk.study.snapshot()

    for id_, row in list(built_desk.rows().items())[::5]:
        again = replay(ANALYSES, snapshot, id_)[id_]
        assert (repr(again.value), again.missing or None) == (repr(row["value"]), row["missing"])


def test_only_the_call_that_gives_it_is_made(built_desk, monkeypatch):
    """Not the whole plan."""
    made = []
    called = replays.called
    monkeypatch.setattr(
        replays, "called", lambda snapshot, call: made.append(call.id) or called(snapshot, call)
    )

    replay(ANALYSES, built_desk.study.snapshot(), RATE)

    assert made == ["survival.os:time_to_event@group=mrd_positive"]


def test_nobody_s_number_is_unknown(built_desk):
    """With the nearest there are."""
    with pytest.raises(UnknownId, match=r"did you mean survival\.os\.n"):
        replay(ANALYSES, built_desk.study.snapshot(), "survival.os.m")


def test_changed_data_give_another_number(mine):
    """And the file that changed is named."""
    mine.study.replace("events.csv", "P03,death,2018-11-30", "P03,death,2020-01-30")

    result = ask("replay", RATE)

    assert result.exit_code == 1
    assert result.stderr == "changed since the build: events.csv\n"
    assert lines(result)["now"].startswith("1.0 ")


def test_nothing_of_the_build_but_the_value_is_used(mine):
    """Not even its rows of patients."""
    for path in mine.out.iterdir():
        if path.name not in ("results.json", "manifest.json") and path.is_file():
            path.unlink()

    assert ask("replay", RATE).exit_code == 0


def test_a_listing_and_its_cells_are_replayed_too(mine):
    """The first row that differs is shown."""
    listing = "survival.os.curve@group=mrd_positive"
    assert ask("replay", listing).exit_code == 0
    assert ask("replay", "survival.os.curve.survival@day=242,group=mrd_positive").exit_code == 0
    mine.rewrite("[242.0, 6.0, 1.0", "[242.0, 6.0, 2.0")

    result = ask("replay", listing)

    assert result.exit_code == 1
    assert lines(result)["first change"].startswith("[242.0, 6.0, 2.0")
    assert ask("replay", "survival.os.curve.events@day=242,group=mrd_positive").exit_code == 1


def test_json_is_for_programs(mine):
    """Both values, whether they are the same, and what changed since the build."""
    mine.study.append("events.csv", "P01,relapse,2020-01-01,")

    result = ask("replay", "disposition.enrolled.n", "--json")

    assert json.loads(result.stdout) == {
        "id": "disposition.enrolled.n",
        "same": True,
        "saved": {"value": 12, "missing": None},
        "now": {"value": 12, "missing": None},
        "changed": ["events.csv"],
    }


def test_another_cutoff_s_build_is_replayed_at_its_own(mine):
    """A build that is named brings its cutoff."""
    elsewhere = mine.path / "elsewhere"
    ask(
        "build", "data", "--cutoff", "2018-06-30", "--out", elsewhere, "--format", "html", "--quiet"
    )

    result = ask("replay", "disposition.enrolled.n", "--build", elsewhere)

    assert result.exit_code == 0
    assert lines(result)["now"] == "7"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("survival.os.m",), "did you mean survival.os.n"),
        (("",), "no analysis produces ''"),
        ((RATE, "nowhere"), "'nowhere' is no folder"),
        ((RATE, "data", "--cutoff", "2019-06-30"), "there is no build in out/2019-06-30"),
        ((RATE, "--build", "data"), "'data' holds no build"),
        ((RATE, "--build", f"out/{CUTOFF}", "--cutoff", "2019-06-30"), f"the build of {CUTOFF}"),
        ((RATE, "--cutoff", "soon"), "'soon' is no date"),
    ],
)
@pytest.mark.usefixtures("here")
def test_what_cannot_be_replayed_gets_one_message(words, says):
    """Exit code 2."""
    refused(ask("replay", *words), says)


def test_another_study_s_build_is_not_compared(mine):
    """Wherever it lies."""
    mine.study.replace("study.toml", '"A study"', '"Another study"')

    refused(ask("replay", RATE), "a build of another study, 'A study'")


def test_a_number_the_data_no_longer_give_is_unknown(mine):
    """There is nothing to compare with."""
    mine.study.remove("adverse_events.csv")
    settings = mine.study.text("study.toml")
    start = settings.index("[adverse_events]")
    end = settings.index("[[endpoint]]", start)
    mine.study.write("study.toml", settings[:start] + settings[end:])

    refused(
        ask("replay", "safety.ae.patients@grade=any,group=mrd_positive,term=fever"),
        "no analysis produces",
    )
