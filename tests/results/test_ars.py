"""ars.json against the published model of the Analysis Results Standard, and against our rows."""

import copy
import datetime as dt
import json

import ars_model
import pytest
from folders import write_folder

from carreport.analyses import ANALYSES
from carreport.results import join_id
from carreport.results.ars import Display, ars_json, reporting_event, selection
from carreport.results.runner import calls
from carreport.results.save import results_rows
from carreport.study.settings import Range

ENROLLED = "disposition.enrolled.n"
RECORD = {
    "carreport": "0.1.0",
    "study": "A study",
    "cutoff": "2020-08-19",
    "commit": None,
    "dirty": None,
    "inputs": {"patients.csv": "a" * 64, "study of ours.toml": "b" * 64},
    "package": {"analyses/survival.py": "c" * 64},
    "versions": {"python": "3.11.7"},
}


PLAIN = """\
[study]
title = "A study without groups"
cutoff = 2020-08-19
[[endpoint]]
id = "os"
label = "Overall survival"
events = ["death"]
landmarks = [365]
[[baseline]]
id = "sex"
column = "sex"
label = "Sex"
kind = "categorical"
[[proportion]]
id = "response.women"
label = "Women"
where = { sex = "F" }
by = ["cohort"]
"""


class Exported:
    """A study's rows, printed everywhere, and its reporting event."""

    def __init__(self, results, snapshot):
        cells = [
            listing.id_of(number, column.name)
            for listing in results.listings.values()
            for number in range(len(listing.rows))
            for column in listing.columns
        ]
        plain = list(results)
        uses = {
            id_: [{"document": "report", "place": "Abstract", "anchor": f"u{at}", "printed": "1"}]
            for at, id_ in enumerate([*plain[plain.index(ENROLLED) % 2 :: 2], *cells])
        }
        self.rows = results_rows(results, uses)
        self.snapshot = snapshot
        ids = tuple(row["id"] for row in self.rows)
        self.displays = (
            Display(
                "table/one", "A table", ("tables/one.csv",), ids[20:60], {"Legend": ("n (%)",)}
            ),
            Display("figure/one", "A figure", ("figures/one.svg", "a b.pdf"), ids[60:90]),
        )
        self.event = self.export(self.rows)

    def export(self, rows):
        settings = self.snapshot.settings
        asked = calls(ANALYSES, self.snapshot)
        return reporting_event(RECORD, rows, settings, asked, self.displays)

    def results(self, event=None):
        """Every exported result: our id, put together from the event, its analysis, itself."""
        event = event or self.event
        factors = {one["id"]: one for one in event["analysisGroupings"]}
        found = []
        for one in event["analyses"]:
            name = one["id"].partition(":")[0]
            for result in one["results"]:
                field = result["operationId"].removeprefix(f"{one['methodId']}.")
                keys = {}
                for group in result.get("resultGroups", []):
                    factor = factors[group["groupingId"]]
                    value = group.get("groupValue") or group["groupId"].removeprefix(
                        f"{factor['id']}="
                    )
                    keys[factor["name"].replace(" ", "_")] = value
                found.append((join_id(f"{name}.{field}", keys), one, result))
        return found


@pytest.fixture(scope="module")
def tiny_export(tiny_results, tiny_snapshot):
    return Exported(tiny_results, tiny_snapshot)


@pytest.fixture(scope="module")
def bundled_export(bundled, bundled_snapshot):
    return Exported(bundled, bundled_snapshot)


@pytest.fixture(scope="module", params=["tiny_export", "bundled_export"])
def exported(request):
    return request.getfixturevalue(request.param)


def analysis(exported, id_):
    (found,) = (one for one in exported.event["analyses"] if one["id"] == id_)
    return found


def parameters(found):
    return {one["name"]: one["value"][0] for one in found["programmingCode"]["parameters"]}


def test_event_is_as_the_published_model_has_it(exported):
    """Required slots are there, no other slot is, terms are permitted, references resolve."""
    assert ars_model.problems(exported.event) == []


@pytest.mark.parametrize("day", [dt.date(2018, 1, 10), dt.date(2018, 6, 1), None])
def test_a_study_of_little_fits_the_model_too(tmp_path, day):
    """No groups, no declared levels, one patient: nobody's population is a set without a rule."""
    folder = write_folder(
        tmp_path, study=PLAIN, infusions=None, adverse_events=None, measurements=None
    )
    exported = Exported(folder.results(day), folder.snapshot(day))

    assert ars_model.problems(exported.event) == []
    assert len(exported.results()) == len(exported.rows)


def test_levels_are_groups_and_values_of_any_other_column_are_not(tmp_path):
    """The levels of a variable are fixed at the cutoff; a column's values are the data's own."""
    folder = write_folder(tmp_path, study=PLAIN, measurements=None, adverse_events=None)
    exported = Exported(folder.results(), folder.snapshot())
    factors = {one["id"]: one for one in exported.event["analysisGroupings"]}
    sex, cohort = factors["baseline.sex:level"], factors["patients:cohort"]

    assert (sex["groupingVariable"], sex["dataDriven"]) == ("sex", False)
    assert [one["condition"]["value"] for one in sex["groups"]] == [["F"], ["M"]]
    assert (cohort["groupingVariable"], cohort["dataDriven"]) == ("cohort", True)
    assert "groups" not in cohort


@pytest.mark.parametrize(
    ("condition", "comparisons"),
    [
        (1, [("EQ", ["1"])]),
        (True, [("EQ", ["yes"])]),
        (["a"], [("EQ", ["a"])]),
        (["a", 2.0], [("IN", ["a", "2"])]),
        (Range(min=0, max=30), [("GE", ["0"]), ("LE", ["30"])]),
        (Range(differs="x"), [("NE", ["x"])]),
        (Range(missing=True), [("EQ", [])]),
        (Range(missing=False), [("NE", [])]),
    ],
)
def test_a_condition_is_comparisons(condition, comparisons):
    """Each condition study.toml can make, as the standard says it."""
    assert list(selection._comparisons(condition)) == comparisons


def test_every_row_is_exactly_one_result_with_its_raw_and_printed_value(exported):
    """Put together again, operation and groups give our id; nothing is lost and nothing twice."""
    found = exported.results()
    printed = {id_: (result.get("rawValue"), result["formattedValue"]) for id_, _, result in found}

    assert len(found) == len(exported.rows)
    assert printed == {row["id"]: (raw(row["value"]), row["display"]) for row in exported.rows}


def raw(value):
    """A value as text with every digit; nothing for none."""
    return value if value is None or isinstance(value, str) else repr(value)


def test_raw_values_read_back_as_the_very_same_number(exported):
    """Full precision: a program that reads the text has our float."""
    by_id = {id_: result for id_, _, result in exported.results()}
    numbers = [row for row in exported.rows if isinstance(row["value"], (int, float))]

    assert numbers
    assert all(float(by_id[row["id"]]["rawValue"]) == row["value"] for row in numbers)


def test_what_was_not_reached_has_no_raw_value(tiny_export):
    """NR is printed; there is no number behind it."""
    by_id = {id_: result for id_, _, result in tiny_export.results()}
    median = by_id["survival.os.median@group=mrd_positive"]

    assert "rawValue" not in median
    assert median["formattedValue"] == "NR"


def test_operands_are_operations_of_the_method_and_results_of_a_named_analysis(exported):
    """From a percentage to its denominator: relationship, operation, analysis, result."""
    methods = {one["id"]: one for one in exported.event["methods"]}
    found = {id_: (one, result) for id_, one, result in exported.results()}
    asked = [(row["id"], row["operands"]) for row in exported.rows if row["operands"]]

    assert asked
    for id_, operands in asked:
        one, result = found[id_]
        (operation,) = (
            each
            for each in methods[one["methodId"]]["operations"]
            if each["id"] == result["operationId"]
        )
        told = {
            each["referencedOperationRelationshipId"]: each["analysisId"]
            for each in one["referencedAnalysisOperations"]
        }
        reached = {
            role_of(each): (told[each["id"]], each["operationId"])
            for each in operation["referencedOperationRelationships"]
        }
        assert reached == {
            role: (found[operand][0]["id"], found[operand][1]["operationId"])
            for role, operand in operands.items()
        }
        assert {each for _, each in reached.values()} <= {
            each["id"] for each in methods[one["methodId"]]["operations"]
        }


def role_of(relation):
    """Our word for the role of an operand."""
    return (
        relation["referencedOperationRole"]
        .get("controlledTerm", relation.get("description"))
        .lower()
    )


def test_a_percentage_points_to_the_count_of_the_analysis_without_levels(tiny_export):
    """The denominator is counted once per group, the numerator at each level."""
    one = analysis(tiny_export, "baseline.sex:categorical@group=mrd_positive/level")

    assert one["orderedGroupings"] == [
        {"order": 1, "groupingId": "group", "resultsByGroup": True},
        {"order": 2, "groupingId": "baseline.sex:level", "resultsByGroup": True},
    ]
    assert [each["analysisId"] for each in one["referencedAnalysisOperations"]] == [
        "baseline.sex:categorical@group=mrd_positive/level",
        "baseline.sex:categorical@group=mrd_positive",
    ]


def test_a_comparison_is_grouped_without_results_by_group(tiny_export):
    """The log-rank test sets the groups against each other and gives one result."""
    one = analysis(tiny_export, "survival.os:log_rank_test")

    assert one["orderedGroupings"] == [{"order": 1, "groupingId": "group", "resultsByGroup": False}]
    assert all("resultGroups" not in each for each in one["results"])


def test_an_analysis_names_its_variable_population_rows_and_code(tiny_export):
    """What the standard has slots for stands in them."""
    one = analysis(tiny_export, "safety.ae:adverse_events@group=mrd_positive,term=anemia/grade")
    sets = {each["id"]: each for each in tiny_export.event["analysisSets"]}
    subsets = {each["id"]: each for each in tiny_export.event["dataSubsets"]}

    assert (one["dataset"], one["variable"]) == ("adverse_events", "grade")
    assert one["purpose"] == {"sponsorTermId": "purpose/safety"}
    assert sets[one["analysisSetId"]]["condition"] == {
        "dataset": "patients",
        "variable": "patient_id",
        "comparator": "IN",
        "value": ["P01", "P02", "P03", "P04", "P05", "P06"],
    }
    clauses = subsets[one["dataSubsetId"]]["compoundExpression"]["whereClauses"]
    assert [(each["condition"]["variable"], each["condition"]["value"]) for each in clauses] == [
        ("term", ["Anemia"]),
        ("infusion", ["1"]),
    ]
    code = one["programmingCode"]
    assert code["context"] == "Python 3.11.7"
    assert code["documentRef"] == {"referenceDocumentId": "program/carreport/analyses/safety.py"}
    assert parameters(one)["function"] == "carreport.analyses.safety.adverse_events"
    assert len(parameters(one)["sha256"]) == 64


def test_excluded_patients_are_parameters_with_their_reason(tiny_export):
    """The standard has no slot for who was left out."""
    one = analysis(tiny_export, "baseline.age:continuous@group=mrd_positive")

    assert parameters(one)["excluded patients"] == "P04: no age"


def test_origins_are_categories_of_the_analyses(bundled_export):
    """Simulated markers say so; the standard has no slot for it either."""
    (origins,) = bundled_export.event["analysisOutputCategorizations"]
    one = analysis(bundled_export, "biomarkers.il6:analyte@group=mrd_positive")

    assert [each["label"] for each in origins["categories"]][-1] == "simulated"
    assert "origin/simulated" in one["categoryIds"]


def test_what_differs_between_analyses_of_a_method_stands_with_the_analysis(bundled_export):
    """A marker's unit is its own; patients are counted in patients everywhere."""
    method = next(
        each
        for each in bundled_export.event["methods"]
        if each["id"] == "carreport.analyses.biomarkers.analyte"
    )
    labels = {each["name"]: each["label"] for each in method["operations"]}

    assert (labels["n"], labels["median"]) == ("n (patients)", "median")
    assert (
        parameters(analysis(bundled_export, "biomarkers.il6:analyte@group=mrd_positive"))["unit"]
        == "pg/mL"
    )


def test_groups_are_conditions_on_the_study_s_own_column(tiny_export):
    """A group's condition holds the value as written in the column."""
    (group,) = (each for each in tiny_export.event["analysisGroupings"] if each["id"] == "group")

    assert (group["groupingDataset"], group["groupingVariable"]) == ("patients", "cohort")
    assert [each["condition"]["value"] for each in group["groups"]] == [
        ["MRD-positive"],
        ["Active"],
    ]


def test_places_are_named_destinations_of_the_document(tiny_export):
    """A program can jump to where a number is printed."""
    one = analysis(tiny_export, "disposition.enrolled:enrolled")
    (row,) = (each for each in tiny_export.rows if each["id"] == ENROLLED)

    assert row["uses"]
    assert one["documentRefs"] == [
        {
            "referenceDocumentId": "document/report",
            "pageRefs": [{"refType": "NamedDestination", "pageNames": [row["uses"][0]["anchor"]]}],
        }
    ]


def test_a_table_is_an_output_with_the_analyses_it_shows(tiny_export):
    """Title and legend are sections of its display; its file and its analyses are listed."""
    table, figure = tiny_export.event["outputs"]
    (listed,) = tiny_export.event["otherListsOfContents"]
    shown = listed["contentsList"]["listItems"][0]["sublist"]["listItems"]
    home = {id_: one["id"] for id_, one, _ in tiny_export.results()}

    sections = table["displays"][0]["display"]["displaySections"]
    assert [each["sectionType"] for each in sections] == ["Title", "Legend"]
    assert [each["location"] for each in figure["fileSpecifications"]] == [
        "figures/one.svg",
        "a%20b.pdf",
    ]
    assert [each["fileType"] for each in figure["fileSpecifications"]] == [
        {"sponsorTermId": "file_type/svg"},
        {"controlledTerm": "pdf"},
    ]
    assert [each["analysisId"] for each in shown] == list(
        dict.fromkeys(home[id_] for id_ in tiny_export.displays[0].ids)
    )


@pytest.mark.parametrize(
    ("field", "value"), [("value", 3), ("display", "three"), ("origin", "simulated")]
)
def test_a_row_that_changes_changes_the_export(tiny_export, field, value):
    """Raw value, printed form and origin come from the row and from nowhere else."""
    rows = copy.deepcopy(tiny_export.rows)
    at = next(at for at, row in enumerate(rows) if row["id"] == "baseline.age.n")
    rows[at][field] = value
    event = tiny_export.export(rows)
    before = {id_: (one, result) for id_, one, result in tiny_export.results()}
    apart = [
        id_
        for id_, one, result in tiny_export.results(event)
        if (result, one["categoryIds"]) != (before[id_][1], before[id_][0]["categoryIds"])
    ]

    assert rows[at]["id"] in apart
    if field != "origin":
        assert apart == [rows[at]["id"]]


def test_same_rows_same_text(tiny_export):
    """Nothing depends on a hash or a clock; the text reads back as the event."""
    text = ars_json(tiny_export.event)

    assert ars_json(tiny_export.export(tiny_export.rows)) == text
    assert json.loads(text) == tiny_export.event


def spoil_missing_slot(event):
    del event["analyses"][0]["reason"]


def spoil_unknown_slot(event):
    event["analyses"][0]["origin"] = "simulated"


def spoil_unknown_term(event):
    event["dataSubsets"][0]["condition"]["comparator"] = "="


def spoil_reference(event):
    event["analyses"][0]["results"][0]["operationId"] += "x"


def spoil_id(event):
    event["methods"][1]["id"] = event["methods"][0]["id"]


def spoil_type(event):
    event["analyses"][0]["results"][0]["rawValue"] = 47


def spoil_groups(event):
    del next(each for each in event["analyses"] if each["id"].endswith("/day"))["results"][0][
        "resultGroups"
    ]


def spoil_value(event):
    event["analysisSets"][0]["condition"]["comparator"] = "EQ"


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (spoil_missing_slot, "Analysis needs reason"),
        (spoil_unknown_slot, "Analysis has no slot origin"),
        (spoil_unknown_term, "'=' is not in ConditionComparatorEnum"),
        (spoil_reference, "there is no Operation"),
        (spoil_id, "two objects of AnalysisMethod are called"),
        (spoil_type, "47 is no string"),
        (spoil_groups, "a result is not of its groupings"),
        (spoil_value, "more than one value"),
    ],
)
def test_the_check_against_the_model_catches(tiny_export, spoil, said):
    """One fault of each kind, each found by the check."""
    event = copy.deepcopy(tiny_export.event)
    spoil(event)

    assert any(said in problem for problem in ars_model.problems(event))
