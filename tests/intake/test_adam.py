"""From ADaM to a study folder: the times are those of ADTTE, and nothing is silent."""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from intake.adam_sets import FORMS, trial, write
from typer.testing import CliRunner

import carreport
from carreport.analyses import ANALYSES
from carreport.cli import app
from carreport.errors import BadInput
from carreport.intake.adam.asked import Asked
from carreport.intake.adam.study import import_adam
from carreport.intake.adam.timing import counting, fits
from carreport.intake.folder import write_draft
from carreport.results import run
from carreport.stats.time_to_event import survival
from carreport.study.cutoff import cut
from carreport.study.load import load

EXAMPLE = Path(carreport.__file__).parent / "examples" / "adam"


def files(folder, tables=None, form="csv"):
    """The data sets of a trial as files, by the name of their option."""
    folder.mkdir(exist_ok=True)
    frames = trial() | (tables or {})
    return {
        name: write(frame, name, form, folder)
        for name, frame in frames.items()
        if frame is not None
    }


def imported(tmp_path, tables=None, form="csv", **chosen):
    """The draft and the snapshot of the folder written from it."""
    draft = import_adam(Asked(**files(tmp_path / form, tables, form), **chosen))
    write_draft(draft, tmp_path / "study")
    return draft, cut(load(tmp_path / "study"))


def changed(name, change):
    """A trial with one table changed."""
    frame = trial()[name]
    return {name: change(frame)}


def times_of(snapshot, endpoint):
    """Days and event by patient, as carreport has them."""
    item = next(one for one in snapshot.settings.endpoint if one.id == endpoint)
    frame = snapshot.patients.frame
    inside = frame["patient_id"].isin(snapshot.members[item.population or "all"])
    some = frame[inside]
    columns = (some[f"{endpoint}:days"], some[f"{endpoint}:status"])
    return dict(zip(some["patient_id"], zip(*columns, strict=True), strict=True))


def expected(adtte, code, days_in=1.0):
    """The same, of AVAL and CNSR."""
    rows = adtte[adtte["PARAMCD"] == code]
    days = (rows["AVAL"].astype(float) * days_in).round(6)
    return dict(
        zip(rows["USUBJID"], zip(days, (rows["CNSR"] == 0) * 1.0, strict=True), strict=True)
    )


def test_every_patients_time_and_the_curve_are_those_of_adtte(tmp_path):
    """OS counts day 1, PFS starts at randomisation, DOR at the response of responders."""
    _, snapshot = imported(tmp_path)
    adtte = trial()["adtte"]
    results = run(ANALYSES, snapshot)
    for code, days_in in (("OS", 1.0), ("PFS", 30.4375), ("DOR", 1.0)):
        want = expected(adtte, code, days_in)
        id_ = code.lower()
        assert times_of(snapshot, id_) == want

        days, status = np.array(list(want.values())).T
        direct = survival(days, status, landmarks=[], confidence=0.95, interval="log-log")
        assert results[f"survival.{id_}.n"].value == len(want) == direct.n
        assert results[f"survival.{id_}.events"].value == direct.events == status.sum()
        assert results[f"survival.{id_}.median"].value == direct.median


@given(
    spans=st.lists(st.integers(0, 4000), min_size=5, max_size=12, unique=True),
    unit=st.sampled_from(["days", "weeks", "months", "years"]),
    first=st.sampled_from([0, 1]),
)
def test_the_way_times_were_made_of_dates_is_found_again(spans, unit, first):
    """Unrounded values of any unit; what AVALU says wrongly is found out, too."""
    divisor = {"days": 1.0, "weeks": 7.0, "months": 30.4375, "years": 365.25}[unit]
    values = [(span + first) / divisor for span in spans]
    for said in (unit, "", "days"):
        way = counting(values, spans, said)
        assert (way.first_day, way.divisor, way.fits) == (first, divisor, len(spans))


def test_one_wrong_value_and_rounding_to_a_tenth_of_a_month_leave_the_way_as_it_is():
    spans = [100, 200, 300, 400, 731]
    values = [round((span + 1) / 30.4375, 1) for span in spans]
    assert counting([*values[:4], 99.0], spans, "months").fits == 4
    assert [
        fits(v, s, counting(values, spans, "months"), 0.1)
        for v, s in zip(values, spans, strict=True)
    ] == [True] * 5


def test_the_pilot_of_cdisc_comes_in_with_the_times_it_published(tmp_path):
    """AVAL and CNSR of the first patients stand in the pilot's own ADTTE (adtte.xpt)."""
    asked = Asked(EXAMPLE / "adsl.csv", EXAMPLE / "adtte.csv", EXAMPLE / "adae.csv")
    draft = import_adam(asked)
    write_draft(draft, tmp_path / "study")
    snapshot = cut(load(tmp_path / "study"))
    found = times_of(snapshot, "ttde")
    published = {"1015": (2, 1), "1034": (58, 1), "1115": (3, 1), "1146": (13, 1), "1181": (8, 0)}
    assert {one: found[f"01-701-{one}"] for one in published} == published
    assert found == expected(pd.read_csv(EXAMPLE / "adtte.csv"), "TTDE")
    emergent = (pd.read_csv(EXAMPLE / "adae.csv")["TRTEMFL"] == "Y").sum()
    assert len(snapshot.tables["adverse_events"]) == emergent > 200
    assert [one.id for one in snapshot.settings.group_levels()] == [
        "placebo", "xanomeline_low_dose", "xanomeline_high_dose",
    ]  # fmt: skip
    (died,) = draft.report.problems
    assert "there is no date" in died.found


def test_one_trial_in_any_form_is_one_study_folder(tmp_path):
    """study.toml and tables, byte by byte; only the names of the files differ."""
    folders = {}
    for form in FORMS:
        draft = import_adam(Asked(**files(tmp_path / form, form=form)))
        write_draft(draft, out := tmp_path / f"study-{form}")
        folders[form] = {
            path.name: path.read_text()
            .replace(f".{form.rstrip('58')}", "")
            .replace("Baseline Weight", "WEIGHTBL")
            for path in out.iterdir()
            if path.suffix in (".csv", ".toml")
        }
    folders["csv"]["study.toml"] = folders["csv"]["study.toml"].replace(
        'label = "Weight"\nkind = "continuous"\n',
        'label = "WEIGHTBL"\nkind = "continuous"\nunit = "kg"\n',
    )
    assert folders["xpt5"]["study.toml"].startswith("# Made by carreport import adam from adsl, ")
    assert all(folder == folders["xpt5"] for folder in folders.values())
    assert "ÄRZTE-1" in folders["xpt5"]["study.toml"]


def test_the_study_folder_says_what_the_standard_says(tmp_path):
    draft, snapshot = imported(tmp_path)
    settings = snapshot.settings
    assert settings.study.start_label == "first treatment"
    assert settings.groups.compare == ["drug", "placebo"]
    assert [one.value for one in settings.groups.level] == ["Placebo", "Drug"]
    by_id = {one.id: one for one in settings.baseline}
    assert (by_id["age"].kind, by_id["age"].unit) == ("continuous", "years")
    assert (by_id["ecogbl"].kind, by_id["ecogbl"].levels) == ("categorical", ["0", "1", "2"])
    assert (by_id["weightbl"].unit, by_id["weightbl"].decimals) == ("", 1)
    assert (by_id["crp_bl"].unit, by_id["crp_bl"].label) == (
        "mg/L", "C-reactive Protein at baseline",
    )  # fmt: skip
    assert len(snapshot.tables["infusions"]) == 40
    assert settings.exposure.unit == "mg"
    lab = snapshot.tables["measurements"].text
    assert Counter(zip(lab["value"], lab["below_lloq"], strict=True))["5", "yes"] == 20
    assert len(snapshot.tables["adverse_events"]) == 19
    assert settings.study.cutoff == max(trial()["adtte"]["ADT"])
    unused = {(one.file, one.column): one.why for one in draft.report.unused}
    assert "known only later" in unused["adsl.csv", "EOSSTT"]
    assert "not under treatment" in unused["adae.csv", "1 row"]
    assert draft.report.problems == ()


def test_no_variable_is_left_unsaid(tmp_path):
    draft, _ = imported(tmp_path)
    told = {(one.file, one.column) for one in (*draft.report.used, *draft.report.unused)}
    every = {(f"{name}.csv", column) for name, frame in trial().items() for column in frame}
    assert every <= told


def test_aval_that_the_dates_deny_is_named_with_both_values_and_the_dates_are_used(tmp_path):
    def change(frame):
        frame.loc[frame["USUBJID"].eq("T-002") & frame["PARAMCD"].eq("OS"), "AVAL"] = 95.0
        return frame

    draft, snapshot = imported(tmp_path, changed("adtte", change))
    (problem,) = draft.report.problems
    assert problem.found == "OS of T-002 is 95, its dates say 92 days"
    assert (problem.row, problem.column) == (4, "AVAL")
    assert times_of(snapshot, "os")["T-002"] == (92, 0)


def test_an_inverted_cnsr_is_told_by_the_descriptions_by_the_deaths_and_where_nobody_has_an_event(
    tmp_path,
):
    def invert(frame):
        return frame.assign(CNSR=1 - frame["CNSR"])

    draft, _ = imported(tmp_path, {**changed("adtte", invert), "adlb": None, "adex": None})
    found = " ".join(one.found for one in draft.report.problems)
    assert "CNSR of OS seems to be inverted: 20 of 20 descriptions deny it" in found
    assert "OS has events and DTHDT the other way round" in found

    out = tmp_path / "none"
    out.mkdir()
    draft, _ = imported(out, changed("adtte", lambda one: one.assign(CNSR=1.0, EVNTDESC="")))
    found = [one.found for one in draft.report.problems if one.row == 0]
    assert "PFS has no event: CNSR is 1 or above for all 20" in found


@pytest.mark.parametrize(
    ("cnsr", "said", "denied"),
    [
        (0, "Death", False),
        (0, "Alive at last contact", True),
        (0, "Withdrawal by subject", False),
        (1, "Progressive disease", True),
        (1, "Progression", True),
        (1, "Died", True),
        (1, "Death after two missed assessments", False),
        (1, "Alive without relapse", False),
        (1, "Lost to follow-up before relapse", False),
        (1, "", False),
    ],
)
def test_only_clear_words_deny_cnsr(tmp_path, cnsr, said, denied):
    """One patient in twenty, so that the parameter as a whole stands."""

    def change(frame):
        here = frame["PARAMCD"].eq("PFS") & frame["USUBJID"].eq("T-003")
        frame.loc[here, ["CNSR", "EVNTDESC"]] = [float(cnsr), said]
        return frame

    asked = Asked(**files(tmp_path / "csv", {**changed("adtte", change), "adlb": None}))
    found = [one.found for one in import_adam(asked).report.problems]
    assert found == ([f"PFS of T-003 has CNSR = {cnsr} and {said!r}"] if denied else [])


def test_a_study_of_times_alone_starts_on_a_nominal_day_and_says_so(tmp_path):
    sl, tte = trial()["adsl"], trial()["adtte"]
    sl = sl[["USUBJID", "TRT01P", "AGE", "ITTFL"]]
    tte = tte[tte["PARAMCD"] != "DOR"][["USUBJID", "PARAMCD", "PARAM", "AVAL", "CNSR"]]
    ae = trial()["adae"].drop(columns=["ASTDT", "AENDT"]).assign(ASTDY=4.0)
    tables = {"adsl": sl, "adtte": tte, "adae": ae, "adlb": None, "adex": None}
    draft, snapshot = imported(tmp_path, tables)
    assert times_of(snapshot, "os") == expected(tte, "OS")
    months = expected(tte, "PFS", 30.4375)
    assert times_of(snapshot, "pfs") == {who: (round(d), e) for who, (d, e) in months.items()}
    assert set(snapshot.patients.text["start_date"]) == {"2000-01-01"}
    assert set(snapshot.tables["adverse_events"].text["start_date"]) == {"2000-01-04"}
    assert snapshot.settings.study.data_statement == "nominal dates"
    assumed = " ".join(one.what for one in draft.report.assumed)
    assert "nominal date 2000-01-01" in assumed
    assert "PFS: AVAL is in months, of 30.4375 days" in assumed
    assert "every patient starts on 2000-01-01" in (tmp_path / "study" / "study.toml").read_text()


def test_a_death_that_adtte_does_not_have_is_named_and_left_out(tmp_path):
    def change(frame):
        return frame.assign(DTHDT=[dt.date(2021, 2, 1), *frame["DTHDT"][1:-1], dt.date(2021, 9, 1)])

    tables = {**changed("adsl", change), "adlb": None, "adex": None, "adae": None}
    draft, snapshot = imported(tmp_path, tables, parameters=("OS",))
    found = [one.found for one in draft.report.problems]
    assert found == [
        "T-001 dies on 2021-03-05 in ADTTE and on 2021-02-01 in ADSL (DTHDT)",
        "T-020 is censored on 2023-04-04 in ADTTE and died on 2021-09-01 (DTHDT)",
    ]
    assert times_of(snapshot, "os") == expected(trial()["adtte"], "OS")


def test_a_text_that_reads_like_markup_comes_in_harmless_and_is_told(tmp_path):
    tables = changed("adae", lambda one: one.assign(AEDECOD="ANC <LLN{{ 1 }}<script>"))
    draft, snapshot = imported(tmp_path, tables)
    terms = set(snapshot.tables["adverse_events"].text["term"])
    assert terms == {"ANC ‹LLN{ { 1 }}‹script>"}
    assert any("20 texts of AEDECOD are written with ‹" in one.what for one in draft.report.assumed)


def test_some_patients_without_an_endpoint_are_no_part_of_it(tmp_path):
    def change(frame):
        return frame[~(frame["PARAMCD"].eq("OS") & frame["USUBJID"].isin(["T-003", "T-004"]))]

    draft, snapshot = imported(tmp_path, changed("adtte", change), parameters=("OS",))
    assert times_of(snapshot, "os") == expected(change(trial()["adtte"]), "OS")
    assert any("analysed among 18 of 20" in one.what for one in draft.report.assumed)


def test_a_randomised_trial_counts_from_randomisation_with_all_who_were_randomised(tmp_path):
    """One was never treated; two failed screening and have no arm."""
    sl, tte = trial()["adsl"], trial()["adtte"]
    tte = tte[tte["PARAMCD"].eq("PFS")]
    sl = sl.assign(SAFFL=["N"] + ["Y"] * 19, TRTSDT=[None, *sl["TRTSDT"][1:]])
    failed = sl.iloc[:2].assign(USUBJID=["S1", "S2"], ITTFL="N", SAFFL="N", TRT01P="")
    tables = {"adsl": pd.concat([sl, failed]), "adtte": tte, "adex": None, "adlb": None}
    draft, snapshot = imported(tmp_path, tables)
    assert times_of(snapshot, "pfs") == expected(tte, "PFS", 30.4375)
    assert snapshot.settings.study.start_label == "randomisation"
    assert not snapshot.settings.endpoint[0].start_event
    assert draft.report.problems == ()
    unused = {(one.file, one.column): one.why for one in draft.report.unused}
    assert unused["adsl.csv", "2 rows"] == "ITTFL is not Y"


def drop(name, *columns):
    return lambda: changed(name, lambda frame: frame.drop(columns=list(columns)))


def twice(name):
    return lambda: changed(name, lambda frame: pd.concat([frame, frame.iloc[:1]]))


@pytest.mark.parametrize(
    ("tables", "chosen", "message"),
    [
        (drop("adsl", "USUBJID"), {}, "ADSL has no such variable (found STUDYID, TRT01P"),
        (drop("adtte", "CNSR"), {}, "CNSR is 0 for an event, 1 and above for a censored time"),
        (drop("adtte", "AVAL", "ADT"), {}, "give the times as AVAL, or their dates as ADT"),
        (drop("adae", "AETOXGR"), {}, "give the grade as AETOXGR or ATOXGR"),
        (twice("adsl"), {}, "adsl.csv, line 22, column 'USUBJID': 'T-001' stands in row 2 already"),
        (twice("adtte"), {}, "T-001 has OS in row 2 already"),
        (dict, {"parameters": ("EFS",)}, "no row has PARAMCD = 'EFS' (found OS, PFS, DOR)"),
        (dict, {"analytes": ("ALB",)}, "no row has PARAMCD = 'ALB' (found CRP)"),
        (dict, {"population": "SAFFL"}, "ADSL has no such flag (found ITTFL)"),
        (dict, {"arm": "TRT02A"}, "correct --arm"),
        (dict, {"origin": "RFSTDT"}, "correct --origin"),
        (dict, {"baseline": ("NYHA",)}, "correct --baseline"),
        (
            lambda: changed("adtte", lambda one: one.assign(CNSR=[None, *one["CNSR"][1:]])),
            {},
            "adtte.csv, line 2, column 'CNSR': is missing; write 0 for an event",
        ),
        (
            lambda: changed("adsl", lambda one: one.assign(TRTSDT="04JAN2021")),
            {},
            "'04JAN2021' is no date (YYYY-MM-DD)",
        ),
        (
            lambda: changed("adsl", lambda one: one.assign(TRT01P=["", *one["TRT01P"][1:]])),
            {},
            "adsl.csv, line 2, column 'TRT01P': is empty",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_one_message_and_nothing_is_written(
    tmp_path, tables, chosen, message
):
    with pytest.raises(BadInput) as caught:
        imported(tmp_path, tables(), **chosen)
    assert message in str(caught.value)
    assert not (tmp_path / "study").exists()


def test_the_command_says_briefly_what_it_did_and_ends_with_one_where_something_was_found(tmp_path):
    out = tmp_path / "study"
    options = [f"--{name}={EXAMPLE / name}.csv" for name in ("adsl", "adtte", "adae")]
    done = CliRunner().invoke(app, ["import", "adam", *options, str(out)])
    assert done.exit_code == 1, done.output
    assert "assumed: AESEV: MILD is grade 1, MODERATE grade 2, SEVERE grade 3" in done.stdout
    assert "1 contradiction(s), each decided as said" in done.stderr
    account = json.loads((out / "import.json").read_text())
    assert {one["became"] for one in account["used"]} >= {"patients.patient_id", "events.date"}
    assert tomllib.loads((out / "study.toml").read_text())["study"]["title"] == "Study CDISCPILOT01"

    chosen = [*options[:2], "--param", "ttde, OS", "--json", str(tmp_path / "other")]
    asked = CliRunner().invoke(app, ["import", "adam", *chosen])
    assert asked.exit_code == 2
    assert "no row has PARAMCD = 'OS' (found TTDE); correct --param" in asked.stderr

    again = CliRunner().invoke(app, ["import", "adam", *options, str(out)])
    assert again.exit_code == 2
    assert "name a new or an empty folder" in again.stderr

    wrong = ["--adsl", str(EXAMPLE / "adsl.csv"), "--adtte", str(EXAMPLE / "none.csv")]
    missing = CliRunner().invoke(app, ["import", "adam", *wrong, str(tmp_path / "other")])
    assert (missing.exit_code, "none.csv: no such file" in missing.stderr) == (2, True)
