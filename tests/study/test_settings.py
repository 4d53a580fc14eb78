"""study.toml: what it names must exist, and must not mean two things at once."""

import pytest
from typer.testing import CliRunner

from carreport.cli import app
from carreport.results import split_id

TABLE = '[[table]]\nid = "t"\ntitle = "T"\n'
FIGURE = '[[figure]]\nid = "f"\ntitle = "F"\n'
DERIVED = '[[derived]]\nfrom = "events"\ntake = "count"\n'

# What is wrong, the lines added to study.toml, and the word the message must name.
WRONG = {
    "a table row of an unknown variable": (
        TABLE + 'kind = "baseline"\nrows = [{ variable = "weight", show = "median_range" }]\n', "weight"),
    "a table row of an unknown level": (
        TABLE + 'kind = "baseline"\nrows = [{ variable = "sex", level = "x", show = "count" }]\n', "'x'"),
    "a median of a categorical variable": (
        TABLE + 'kind = "baseline"\nrows = [{ variable = "sex", show = "median_range" }]\n', "sex"),
    "a table row in an unknown style": (
        TABLE + 'kind = "baseline"\nrows = [{ variable = "age", show = "median_range", style = "hole" }]\n', "hole"),
    "a table column of an unknown group": (TABLE + 'kind = "baseline"\ncolumns = ["nobody"]\n', "nobody"),
    "an adverse-event column of an unknown group": (
        TABLE + 'kind = "adverse_events"\ncolumns = ["nobody"]\n', "nobody"),
    "a table of an unknown listing": (TABLE + 'kind = "listing"\nlisting = "a.b"\n', "a.b"),
    "a listing table without a listing": (TABLE + 'kind = "listing"\n', "listing"),
    "a panel of an unknown endpoint": (
        FIGURE + 'kind = "survival"\npanels = [{ endpoint = "pfs" }]\n', "pfs"),
    "a panel of an unknown analyte": (
        FIGURE + 'kind = "distribution"\npanels = [{ analyte = "il6" }]\n', "il6"),
    "a panel of an unknown course": (FIGURE + 'kind = "course"\npanels = [{ course = "a.b" }]\n', "a.b"),
    "a panel of nothing": (FIGURE + 'kind = "survival"\npanels = [{}]\n', "panels"),
    "a panel of what its kind does not draw": (
        FIGURE + 'kind = "survival"\npanels = [{ analyte = "crp" }]\n', "survival"),
    "a cumulative incidence without a competing event": (
        FIGURE + 'kind = "incidence"\npanels = [{ endpoint = "os" }]\n', "competing"),
    "a figure without the panels of its kind": (FIGURE + 'kind = "kinetics"\n', "panels"),
    "a figure with panels it cannot have": (
        FIGURE + 'kind = "swimmer"\npanels = [{ endpoint = "os" }]\n', "panels"),
    "a figure that marks no events": (
        FIGURE + 'kind = "flow"\nevents = [{ event = "death" }]\n', "events"),
    "an event marked twice": (
        FIGURE + 'kind = "swimmer"\nevents = [{ event = "death" }, { event = "death" }]\n', "death"),
    "a derived column over the patient's id": (DERIVED + 'column = "patient_id"\n', "patient_id"),
    "a derived column over time zero": (DERIVED + 'column = "start_date"\n', "start_date"),
    "a derived column over a column of the file": (DERIVED + 'column = "age"\n', "age"),
    "a maximum of words": (
        '[[derived]]\ncolumn = "z"\nfrom = "events"\ntake = "max"\nvalue = "detail"\n', "detail"),
    "words joined from numbers": (
        '[[derived]]\ncolumn = "z"\nfrom = "infusions"\ntake = "join"\nvalue = "dose"\n', "dose"),
    "a derived column from patients": (
        '[[derived]]\ncolumn = "z"\nfrom = "patients"\ntake = "count"\n', "patients"),
    "an analyte over a column of the file": (
        '[[analyte]]\nid = "age"\nlabel = "A"\nanalyte = "CRP"\n', "age"),
    "an analyte with a window that ends before it begins": (
        '[[analyte]]\nid = "z"\nlabel = "Z"\nanalyte = "CRP"\nwindow = [30, 0]\n', "window"),
    "an analyte whose plausible range ends before it begins": (
        '[[analyte]]\nid = "z"\nlabel = "Z"\nanalyte = "CRP"\nplausible = [3, 3]\n', "plausible"),
    "a plausible range of levels": (
        ('[[baseline]]\nid = "z"\nlabel = "Z"\ncolumn = "sex"\nkind = "categorical"\n'
        "plausible = [0, 1]\n"), "plausible"),
    "an assessment of nothing": (
        '[[assessment]]\nid = "z"\nlabel = "Z"\nday = 1\nuntil = 2\n', "event"),
    "an assessment of two things": (
        ('[[assessment]]\nid = "z"\nlabel = "Z"\nevent = "scan"\nanalyte = "CRP"\n'
        "day = 1\nuntil = 2\n"), "analyte"),
    "an assessment due before it may be done": (
        '[[assessment]]\nid = "z"\nlabel = "Z"\nevent = "scan"\nday = 9\nuntil = 2\n', "due"),
    "an assessment of an unknown group": (
        ('[[assessment]]\nid = "z"\nlabel = "Z"\nevent = "scan"\nday = 1\nuntil = 2\n'
        'groups = ["nobody"]\n'), "nobody"),
    "an assessment of an unknown population": (
        ('[[assessment]]\nid = "z"\nlabel = "Z"\nevent = "scan"\nday = 1\nuntil = 2\n'
        'population = "nobody"\n'), "nobody"),
    "a proportion under the id of the deaths": (
        '[[proportion]]\nid = "safety.death"\nlabel = "Z"\nwhere = { sex = "F" }\n', "safety.death"),
    "a proportion in the chapter of the checks": (
        '[[proportion]]\nid = "quality.check"\nlabel = "Z"\nwhere = { sex = "F" }\n', "quality.check"),
    "an event that precludes itself": (
        ('[[endpoint]]\nid = "z"\nlabel = "Z"\nevents = ["death"]\ncompeting = ["death"]\n'
        "landmarks = [365]\n"), "death"),
    "a landmark twice": (
        '[[endpoint]]\nid = "z"\nlabel = "Z"\nevents = ["death"]\nlandmarks = [365, 365]\n', "365"),
    "levels that are one in ids": (
        ('[[baseline]]\nid = "z"\nlabel = "Z"\ncolumn = "sex"\nkind = "categorical"\n'
        'levels = ["F", "M", "Stage II", "stage_ii"]\n'), "stage_ii"),
    "terms that are one in ids": (
        '[[adverse_events.category]]\nlabel = "General"\nterms = ["Fever", "fever"]\n', "fever"),
    "a grading that omits a grade of the data": (
        '[[grading]]\nid = "safety.g"\nlabel = "G"\ncolumn = "n_infusions"\nlevels = ["1", "5"]\n', "2"),
    "a grading under the id of a baseline variable": (
        '[[grading]]\nid = "baseline.age"\nlabel = "G"\ncolumn = "n_infusions"\nlevels = ["1", "2"]\n',
        "baseline.age"),
    "a population called enrolled": (
        '[[population]]\nid = "enrolled"\nlabel = "P"\nwhere = { sex = "F" }\n', "enrolled"),
    "a population called all": (
        '[[population]]\nid = "all"\nlabel = "P"\nwhere = { sex = "F" }\n', "all"),
}  # fmt: skip


def check(folder):
    """`carreport check`, as a user calls it."""
    return CliRunner().invoke(app, ["check", str(folder.path)])


@pytest.mark.parametrize("wrong", WRONG)
def test_settings_that_cannot_be_meant_are_refused(wrong, folder):
    """At the border: `check` finds it, and names study.toml and what stands there."""
    lines, named = WRONG[wrong]
    folder.append("study.toml", lines)

    result = check(folder)

    assert result.exit_code == 1, result.output
    assert "study.toml" in result.stdout
    assert named in result.stdout


def test_wrong_recipes_are_all_named_at_once(folder):
    """Two columns derived from unknown moments are two problems."""
    folder.append(
        "study.toml",
        '[[derived]]\ncolumn = "a"\ndays = { to = "relapse" }',
        '[[derived]]\ncolumn = "b"\ndays = { to = "infusion:two" }',
    )

    result = check(folder)

    assert result.exit_code == 1
    assert "'relapse' is no moment" in result.stdout
    assert "'infusion:two' is no moment" in result.stdout


@pytest.mark.parametrize("column", ["start_date", "os:days", "followup:days", "crp", "n_infusions"])
def test_a_listing_shows_any_patient_column(column, folder):
    """The file's own, the start, and every computed one."""
    folder.append(
        "study.toml",
        f'[[listing]]\nid = "x.l"\nlabel = "L"\ncolumns = [{{ column = "{column}", label = "C" }}]',
    )

    listed = folder.results().listing("x.l")

    assert len(listed.rows) == 12
    if column == "start_date":
        assert listed.cell(0, column).display == "2018-01-10"


def test_an_analyte_may_bear_the_name_of_a_column_nothing_reads(folder):
    """Only a column that is read could be taken for it."""
    folder.replace("patients.csv", "cohort,age,sex", "cohort,age,sex,crp")
    header, *rows = folder.text("patients.csv").splitlines()
    folder.write("patients.csv", "\n".join([header, *(f"{row},7" for row in rows)]))
    folder.replace("study.toml", 'y = "crp"', 'y = "age"')

    assert folder.results()["biomarkers.crp.max"].value == 210


def test_levels_without_order_are_alphabetical(folder):
    """A categorical variable without declared levels has those found."""
    folder.replace("study.toml", 'levels = ["F", "M"]\n', "")
    folder.replace("patients.csv", "27,F", "27,X")

    results = folder.results()

    counts = [id_ for id_ in results if id_.startswith("baseline.sex.count@level")]
    assert [id_.rpartition("=")[2] for id_ in counts] == ["F", "M", "X"]
    assert [results[id_].value for id_ in counts] == [5, 6, 1]


def test_a_computed_column_has_the_levels_found_too(folder):
    """A categorical variable of a derived column is counted like any other."""
    folder.append(
        "study.toml",
        '[[baseline]]\nid = "relapse"\nlabel = "R"\ncolumn = "relapsed"\nkind = "categorical"',
    )

    results = folder.results()

    assert results["baseline.relapse.count@level=yes"].value == 5
    assert results["baseline.relapse.count@level=no"].value == 7


def test_levels_with_signs_make_ids_without(folder):
    """A level written with a comma or an equals sign does not break the id it stands in."""
    folder.replace("study.toml", 'levels = ["F", "M"]\n', "")
    folder.replace("patients.csv", "27,F", '27,"x=1, y"')

    results = folder.results()

    (id_,) = [id_ for id_ in results if id_.startswith("baseline.sex.count@level=x")]
    assert split_id(id_) == ("baseline.sex.count", {"level": "x_1_y"})
    assert results[id_].value == 1


# R 4.2.2, survival 3.5-3: survfit(Surv(days, status) ~ 1, conf.type = …) of the tiny study, day 365.
LIMITS = {
    "log-log": (0.2701389241, 0.8009401923),
    "log": (0.3616137052, 0.9409980122),
    "plain": (0.3043936882, 0.8622729785),
}


@pytest.mark.parametrize("interval", LIMITS)
def test_interval_type_is_the_one_asked_for(interval, folder):
    """The limits are those of R for it, and the method names it."""
    folder.replace("study.toml", 'interval = "log-log"', f'interval = "{interval}"')

    results = folder.results()

    lower, upper = (results[f"survival.os.{end}@day=365"] for end in ("lower", "upper"))
    assert (lower.value, upper.value) == pytest.approx(LIMITS[interval], abs=5e-10)
    assert f"95% {interval} pointwise interval" in lower.trace.method


def test_confidence_level_reaches_every_interval(folder):
    """At 90% each limit lies inside the 95% one, and says so."""
    wide = folder.results()
    folder.replace("study.toml", "confidence = 0.95", "confidence = 0.9")
    narrow = folder.results()

    assert narrow["study.confidence.level"].display == "90%"
    for name in ("survival.os.{}@day=365", "response.relapsed.{}", "response.age_and_crp.{}"):
        for end, order in (("lower", 1), ("upper", -1)):
            one, other = narrow[name.format(end)].value, wide[name.format(end)].value
            assert order * (one - other) > 0, name
    assert (
        narrow["survival.os.hazard_ratio_lower"].value
        > wide["survival.os.hazard_ratio_lower"].value
    )


# R 4.2.2: quantile(c(34, 51, 27, 45, 62, 38, 29, 57, 41, 19, 66), 0.25, type = …)
@pytest.mark.parametrize(("kind", "quartile"), [(7, 31.5), (6, 29.0), (2, 29.0)])
def test_quantile_type_is_the_one_asked_for(kind, quartile, folder):
    """Types 2, 6 and 7 of Hyndman and Fan differ, and the method says which."""
    folder.replace("study.toml", "[study]\n", f"[study]\nquantile_type = {kind}\n")

    result = folder.results()["baseline.age.q1"]

    assert f"quartiles (type {kind})" in result.trace.method
    assert result.value == quartile
