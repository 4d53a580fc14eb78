"""The bundled paper: what cannot both hold, what a reading explains, what holds after all."""

import csv
import shutil

import pytest

from carreport.audit.claims import read_claims
from carreport.audit.conflicts import findings_and_conflicts
from carreport.audit.knowledge import read_knowledge
from carreport.audit.rules import statement_problems

# Each by the statements that stand on its sides; see the paper for their words.
CONTRADICTED = {
    "twelve in persistent remission beside four relapses": {"eff.ccr.n", "eff.relapse.n"},
    "the range after transplantation": {"eff.hsct.fu.max"},
    "two deaths of transplantation and Table 2": {"eff.hsct.trm.n"},
    "all five converted": {"disc.ph.converted", "eff.phneg.resp", "eff.resp.n"},
    "one consolidating infusion or three": {"eff.n.second", "reinf.consolidation.n"},
    "no response or partial response": {"reinf.third.noresponse", "eff.third.pr"},
    "central nervous system leukemia": {"methods.excl.cns", "t1.cns.n"},
    "one number of two trials": {"methods.reg.id2", "disc.trial.id"},
}
ASKED = {"IL-2R and IL-2": {"methods.il2r", "fig2.il2"}}
FAIR = {
    "eff.ccr.n": "first evaluation",
    "eff.hsct.fu.max": "from the first infusion",
    "eff.hsct.trm.n": "disease status",
    "disc.ph.converted": "after transplantation",
    "reinf.third.noresponse": "no complete response",
    "methods.excl.cns": "study group alone",
    "disc.trial.id": "one protocol",
}
EXPLAINED = {
    "disc.nohsct.n": "after relapse is not counted",
    "disc.phneg.hsct": "after relapse is not counted",
    "disc.crs.grade2": "after the first",
    "eff.phneg.ccr.n": "BCR-ABL-negative ones who responded",
    "disc.resist.resp": "gives no number",
    "disc.lowprior.n": "are not among the “other” patients",
    "disc.lowprior.maint": "not both to each",
    "disc.noadd.patients": "does not include further CAR-T cells",
    "methods.reinf.criterion": "includes MRD relapse",
    "abs.reg.date2": "enrolled under the first",
    "eff.corr.dor.p": "without a response included",
}


@pytest.fixture(scope="module")
def found(bundled_folder):
    """Findings and conflicts, from the claims and audit.toml alone."""
    folder = bundled_folder.path
    return findings_and_conflicts(read_claims(folder), read_knowledge(folder))


@pytest.fixture(scope="module")
def conflicts(found):
    """What cannot all hold."""
    return found[1]


def stated(conflict):
    """Ids of the claims that say a side outright."""
    return {one.claim_id for side in conflict.sides for one in side.claims}


def about(conflicts, claim_id, answer):
    """The conflict in which a claim stands."""
    (one,) = [each for each in conflicts if claim_id in stated(each) and each.answer == answer]
    return one


@pytest.mark.parametrize("case", CONTRADICTED)
def test_what_cannot_both_be_true_is_found(case, conflicts):
    """All that is known beforehand to contradict, with its statements side by side."""
    held = [stated(one) for one in conflicts if one.answer == "contradicted"]

    assert any(CONTRADICTED[case] <= claims for claims in held)


def test_nothing_else_is_contradicted_or_explained(conflicts):
    """No false alarm: each conflict is one of those above."""
    contradicted = [one for one in conflicts if one.answer == "contradicted"]
    explained = [one for one in conflicts if one.answer == "explained"]

    assert len(contradicted) == len(CONTRADICTED)
    assert {one.name for one in explained} == {
        about(conflicts, claim, "explained").name for claim in EXPLAINED
    }


@pytest.mark.parametrize(("claim", "words"), FAIR.items())
def test_fair_reading_replaces_what_is_said(claim, words, conflicts):
    """It is told, it holds when tried, and the conflict stays."""
    reading = about(conflicts, claim, "contradicted").reading

    assert words in reading.text
    assert (reading.fills, reading.holds) == (False, True)


@pytest.mark.parametrize("case", ASKED)
def test_what_is_worth_a_question_contradicts_nothing(case, conflicts):
    """Both can be true: two like names may be two things."""
    held = [stated(one) for one in conflicts if one.answer == "question"]

    assert held == [claims | held[0] for claims in ASKED.values()]
    assert ASKED[case] <= held[0]


def test_no_reading_makes_one_of_three(conflicts):
    """One second infusion as consolidation, or those of patients 4, 7 and 9."""
    assert about(conflicts, "reinf.consolidation.n", "contradicted").reading is None


@pytest.mark.parametrize(("claim", "words"), EXPLAINED.items())
def test_what_the_text_leaves_open_explains(claim, words, conflicts):
    """By its scope, its population or what its words may mean."""
    reading = about(conflicts, claim, "explained").reading

    assert words in reading.text
    assert (reading.fills, reading.holds) == (True, True)


def test_survival_bears_witness(conflicts):
    """The estimates imply three deaths and five events; they are not in question themselves."""
    deaths = about(conflicts, "eff.hsct.trm.n", "contradicted")
    told = {side.says: side for side in deaths.sides}
    witness = told[
        "3 events, by 78.6% ± 11.0% overall survival, by day 730 among MRD-positive patients"
    ]

    assert not witness.claims
    assert "eff.os.mrd.2y.se" in {one.claim_id for one in witness.witnesses}
    assert "78.6% ± 11.0% of 14 requires 3 events" in deaths.reason
    assert any("at 14, 13 and 12" in one or "14, 13 and 12" in one for one in deaths.solutions)


def test_transplantation_is_told_in_two_ways(conflicts):
    """Longer than from infusion, longer than the study; that the range is there twice supports it."""
    one = about(conflicts, "eff.hsct.fu.max", "contradicted")

    assert "cannot be within 945 days from the first infusion" in one.reason
    assert "at most 917 days (945 − 28) are possible" in one.reason
    assert "there are 961 days" in one.reason
    assert "both range" not in one.reason
    assert "eff.hsct.fu.min" not in stated(one)
    assert "eff.hsct.fu.min" in {claim.claim_id for side in one.sides for claim in side.witnesses}


LOOKED_SUSPICIOUS = {
    "median of the four relapses": ("from_patients", {"eff.relapse.median"}),
    "238 days twice": ("from_patients", {"eff.relapse.min", "eff.p5.relapse.day", "eff.p9.relapse.day"}),
    "median dose": ("from_patients", {"dem.dose.median"}),
    "strata": ("partition", {"t1.blast.lt001.n", "t1.blast.mrd.n", "t1.blast.active.n", "t1.n"}),
    "febrile neutropenia among severe neutropenia": (
        "nested", {"t3.febrile_neutropenia.g3", "t3.neutropenia.g3", "t3.neutropenia.g4"},
    ),
    "CRS of grade 1 in the text and in Table 3": (
        "same_count", {"ae.crs1.pct", "t3.cytokine_release_syndrome.g1"},
    ),
    "CRS of grade 1 in Table 2": ("same_count", {"t3.cytokine_release_syndrome.g1", "t2.p02.crs"}),
    "fever": ("exclusive", {"t3.fever.g1", "t3.fever.g2"}),
    "r = 0.640 among 14": ("p_from_r", {"eff.corr.expansion.r", "eff.corr.expansion.p"}),
    "longest follow-up and the cutoff": ("until_cutoff", {"abs.fu.max", "methods.cutoff"}),
    "longest response and the cutoff": ("until_cutoff", {"eff.phneg.dor.max", "methods.cutoff"}),
    "survival of 14": ("km_inversion", {"eff.os.mrd.2y", "eff.os.mrd.2y.se"}),
    "response rate": ("count_percent", {"eff.resp.n", "eff.resp.pct"}),
    "types of relapse": ("partition", {"eff.relapse.cd19neg", "eff.relapse.cd19pos"}),
    "classes of MRD": ("partition", {"dem.persistent.n", "dem.mrdrelapse.n"}),
    "reinfused patients and Table 2": ("same_count", {"dem.reinf.n", "t2.p09.infusions"}),
}  # fmt: skip


@pytest.mark.parametrize("case", LOOKED_SUSPICIOUS)
def test_what_looked_suspicious_holds(case, found):
    """Each figure was checked, and passes."""
    check, claims = LOOKED_SUSPICIOUS[case]
    held = [set(one.claims) for one in found[0] if (one.check, one.answer) == (check, "consistent")]

    assert any(claims <= ids for ids in held)


def test_every_percentage_of_the_tables_is_a_count(found):
    """28 of Table 3 and the 7 of Table 1, each with one solution."""
    grim = [one for one in found[0] if one.check == "grim"]
    tables = [one for one in grim if one.claims[0].startswith(("t1.", "t3."))]

    assert len(tables) == 35
    assert {one.answer for one in tables} == {"consistent"}
    assert all(len(one.solutions) == 1 for one in tables)


def test_what_is_written_fits_together(bundled_folder):
    """Populations, roles, scopes."""
    folder = bundled_folder.path

    assert not list(statement_problems(read_claims(folder), read_knowledge(folder)))


GREEN = """
[[reading]]
text = "Read as patients with green eyes."
fills = true
change = [{ where = { about = "persistent" }, to = { about = "green_eyes" } }]
"""


@pytest.mark.parametrize(
    ("known", "said"),
    {
        GREEN: "'green_eyes' is nothing that audit.toml declares",
        GREEN.replace("green_eyes", "aplasia"): "'aplasia' is no kind of 'persistent' in eff.ccr.n",
        GREEN.replace('to = { about = "green_eyes" }', 'to = { means = "4" }'): (
            "a number is printed in eff.ccr.n"
        ),
    }.items(),
)
def test_reading_cannot_be_said_to_fill_what_is_printed(known, said, bundled_folder, tmp_path):
    """Whether the text leaves it open follows from the claim and from what is declared."""
    folder = bundled_folder.path
    written = (folder / "audit.toml").read_text(encoding="utf-8") + known
    (tmp_path / "audit.toml").write_text(written, encoding="utf-8")
    found = statement_problems(read_claims(folder), read_knowledge(tmp_path))

    assert any(said in str(problem) for problem in found)


def test_reading_that_no_check_meets_is_not_told(bundled_folder, tmp_path):
    """That objections are gone is no sign that it holds."""
    known = GREEN.replace("true", "false").replace("green_eyes", "cns")
    folder = bundled_folder.path
    written = (
        (folder / "audit.toml")
        .read_text(encoding="utf-8")
        .replace(
            'change = [{ where = { about = "persistent" }, to = { about = "responded" } }]',
            'change = [{ where = { about = "persistent" }, to = { about = "steroids_again" } }]',
        )
    )
    written += '\n[[predicate]]\nid = "steroids_again"\nlabel = "x"\n'
    (tmp_path / "audit.toml").write_text(written + known, encoding="utf-8")
    _, conflicts = findings_and_conflicts(read_claims(folder), read_knowledge(tmp_path))

    assert about(conflicts, "eff.ccr.n", "contradicted").reading is None


def test_names_stay_the_same(conflicts):
    """They are anchors of pages."""
    assert conflicts[0].name == "mrd-persistent-same-count"
    assert len({one.name for one in conflicts}) == len(conflicts)


def test_order_of_the_claims_is_irrelevant(conflicts, bundled_folder):
    """The same conflicts with the same statements and readings."""
    folder = bundled_folder.path
    again = findings_and_conflicts(read_claims(folder)[::-1], read_knowledge(folder))[1]

    def shape(found):
        return {(one.answer, frozenset(stated(one)), one.reading) for one in found}

    assert shape(again) == shape(conflicts)


def altered(source, folder, changes):
    """The study's claims with some of the printed strings changed."""
    shutil.copy(source / "audit.toml", folder)
    with (source / "claims.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["reported"] = changes.get(row["claim_id"], row["reported"])
        if row["claim_id"] in changes and row["kind"] == "days":
            row["kind"] = next(
                (one for one in ("months", "years") if one in row["reported"]), "days"
            )
    with (folder / "claims.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return findings_and_conflicts(read_claims(folder), read_knowledge(folder))


SEEDED = {
    "digits swapped in a percentage": ({"t3.fever.g1": "51.7%"}, "grim"),
    "digits swapped in a count": ({"t1.male.n": "72"}, "count_percent"),
    "an impossible percentage": ({"eff.resp.pct": "87.5%"}, "grim"),
    "a wrong p": ({"eff.corr.expansion.p": "0.041"}, "p_from_r"),
    "digits swapped in r": ({"eff.corr.dor.r": "−0.573"}, "p_from_r"),
    "a wrong n": ({"fig2.mrd.n": "41"}, "same_count"),
    "a stratum of the wrong size": ({"t1.blast.active.n": "92"}, "partition"),
    "groups swapped": ({"dem.ph.n": "nine", "eff.phneg.n": "five"}, "same_count"),
    "responders of the groups swapped": (
        {"eff.phneg.resp": "Four", "disc.ph.converted": "eight"},
        "nested",
    ),
    "digits swapped in a median": ({"eff.relapse.median": "481 days"}, "from_patients"),
    "digits swapped in a dose": ({"dem.dose.median": "6.87×10⁶ cells/kg"}, "from_patients"),
    "minimum and maximum swapped": ({"t1.age.min": "66", "t1.age.max": "13"}, "ordered"),
    "one place differs": ({"abs.fu.median": "674 days"}, "same_value"),
    "a wrong standard error": ({"eff.os.mrd.2y.se": "10.1%"}, "km_inversion"),
    "a part larger than its whole": ({"t3.febrile_neutropenia.g3": "64.3%"}, "nested"),
    "grades that exceed everybody": ({"t3.lymphopenia.g3": "14.3%"}, "exclusive"),
    "a patient out of range": ({"t2.p07.age": "76"}, "within"),
    "a cutoff too early": ({"methods.cutoff": "June 19, 2020"}, "until_cutoff"),
    "a relapse later than the last": ({"eff.p4.relapse.day": "704 days"}, "from_patients"),
    "overall survival below event-free survival": (
        {"eff.os.mrd.2y": "50.0%", "eff.os.mrd.2y.se": "13.4%"},
        "nested",
    ),
    "fewer counted than named": ({"exp.aplasia.n": "four"}, "same_count"),
    "a table's cell": ({"t2.p08.response": "No response"}, "same_count"),
}


@pytest.mark.parametrize("case", SEEDED)
def test_seeded_error_is_caught(case, found, bundled_folder, tmp_path):
    """By the check that is named, with the changed claim among what it speaks of."""
    changes, check = SEEDED[case]
    findings, conflicts = altered(bundled_folder.path, tmp_path, changes)
    before = {(one.check, one.claims) for one in found[0] if one.answer == "inconsistent"}
    new = [
        one
        for one in findings
        if one.answer == "inconsistent" and (one.check, one.claims) not in before
    ]

    assert check in {one.check for one in new if set(changes) & set(one.claims)}
    told = {
        one.claim_id
        for conflict in conflicts
        if conflict.answer == "contradicted"
        for side in conflict.sides
        for one in (*side.claims, *side.witnesses)
    }
    assert set(changes) & told


APART = {
    "an impossible percentage beside a breach of a criterion": {"t1.cns.pct": "12.7%"},
    "ten in persistent remission, where nine can be": {"eff.ccr.n": "10"},
    "a type of relapse that differs in one sentence": {"eff.relapse.p7.type": "CD19-negative"},
}


@pytest.mark.parametrize("case", APART)
def test_new_error_is_a_conflict_of_its_own(case, found, bundled_folder, tmp_path):
    """It neither hides in one that is known nor makes one of it."""
    _, conflicts = altered(bundled_folder.path, tmp_path, APART[case])
    known = {frozenset(stated(one)) for one in found[1] if one.answer == "contradicted"}
    now = [frozenset(stated(one)) for one in conflicts if one.answer == "contradicted"]
    (changed,) = APART[case]
    new = [claims for claims in now if claims not in known]

    assert 1 <= len(new) <= 3
    assert any(changed in claims for claims in new)
    assert not any({"eff.relapse.n", "eff.hsct.trm.n"} & claims for claims in new)


def test_longer_count_than_list_is_asked(bundled_folder, tmp_path):
    """Six patients, of whom five are named: a list may be of some."""
    _, conflicts = altered(bundled_folder.path, tmp_path, {"exp.aplasia.n": "six"})

    assert any(one.answer == "question" and stated(one) == {"exp.aplasia.n"} for one in conflicts)


TRUE = {
    "a median in months": {
        "eff.fu.median": "21.3 months",
        "dem.fu.median": "21.3 months",
        "disc.fu.median": "about 21 months",
    },
    "a relapse in weeks": {"eff.p7.relapse.day": "85.3 weeks"},
    "a range in years": {"eff.hsct.fu.min": "0.47 years"},
}


@pytest.mark.parametrize("case", TRUE)
def test_true_figure_in_another_unit_raises_nothing_more(case, found, bundled_folder, tmp_path):
    """A false alarm is worse than an error that is not seen."""
    _, conflicts = altered(bundled_folder.path, tmp_path, TRUE[case])

    assert {(one.answer, frozenset(stated(one))) for one in conflicts} == {
        (one.answer, frozenset(stated(one))) for one in found[1]
    }


def test_unaltered_copy_raises_nothing_more(found, bundled_folder, tmp_path):
    """The test's own hand changes nothing."""
    again = altered(bundled_folder.path, tmp_path, {})

    assert [one.name for one in again[1]] == [one.name for one in found[1]]
    assert again[0] == found[0]
