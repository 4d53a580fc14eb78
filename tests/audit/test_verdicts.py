"""Verdicts: agreement within printed rounding, and what the origin of the data makes of it."""

import datetime as dt
from itertools import permutations

import pytest

from carreport.audit import Audit, audit, by_result, foremost, judge, read_claims, records, weigh
from carreport.audit.claims import VERDICTS
from carreport.audit.model import Conflict, Reading, Side
from carreport.audit.tally import numbered, plain_note, plain_reason
from carreport.errors import BadInput

HEADER = "claim_id,reported,result_id,kind,location,check,note\n"
RELAPSED = "response.relapsed"
CUTOFF = dt.date(2020, 8, 19)


def verdicts(folder, results, *lines):
    """The verdicts on claims of these lines."""
    folder.write("claims.csv", HEADER + "".join(f"{line}\n" for line in lines))
    return judge(read_claims(folder.path), results)


def verdict(folder, results, reported, result_id, kind, check="", note=""):
    """The verdict on one claim."""
    line = f'a,"{reported}","{result_id}",{kind},Abstract,"{check}",{note}'
    (one,) = verdicts(folder, results, line)
    return one


@pytest.mark.parametrize(
    ("origin", "word"),
    [
        ("collected", "reproduced"),
        ("published", "reproduced"),
        ("derived", "consistent"),
        ("reconstructed", "consistent"),
        ("simulated", "consistent"),
    ],
)
def test_weakest_origin_decides_between_reproduced_and_consistent(folder, origin, word):
    """Agreement with data made to fit proves nothing, whatever the claims file expects."""
    results = folder.write("origins.toml", f'default = "{origin}"\n').results()
    one = verdict(folder, results, "41.7%", f"{RELAPSED}.rate", "percent")

    assert (one.verdict, one.recomputed, one.origin) == (word, "41.7%", origin)
    assert origin in one.reason


def test_one_weak_cell_is_enough(folder):
    """A single simulated date among collected ones: no longer reproduced."""
    rule = '[[rule]]\ntable = "events"\npatients = ["P02"]\norigin = "simulated"\n'
    results = folder.write("origins.toml", f'default = "collected"\n\n{rule}').results()
    one = verdict(folder, results, "41.7%", f"{RELAPSED}.rate", "percent")

    assert one.verdict == "consistent"
    assert one.reason == (
        "recomputing it gives 41.7%, but from simulated data, which say nothing about the paper's own"
    )


AGREES = {
    "derived": "but some of the data behind it were derived",
    "reconstructed": (
        "but from data reconstructed to agree with what is printed, which shows that it is "
        "possible, not that it is right"
    ),
    "simulated": "but from simulated data, which say nothing about the paper's own",
}


@pytest.mark.parametrize(("origin", "worth"), AGREES.items())
def test_agreement_says_what_it_is_worth(folder, origin, worth):
    """Data made to fit do so; data that were invented know nothing of the paper."""
    results = folder.write("origins.toml", f'default = "{origin}"\n').results()
    one = verdict(folder, results, "41.7%", f"{RELAPSED}.rate", "percent", note="so it is")

    assert one.reason == f"recomputing it gives 41.7%, {worth} (so it is)"


# The tiny study, all of it collected: what is printed, the number of ours, and what comes of it.
RULES = [
    ("5", f"{RELAPSED}.k", "count", "reproduced", "5"),
    ("five", f"{RELAPSED}.k", "count", "reproduced", "5"),
    ("six", f"{RELAPSED}.k", "count", "differs", "5"),
    ("42%", f"{RELAPSED}.rate", "percent", "reproduced", "42%"),
    ("41.6%", f"{RELAPSED}.rate", "percent", "differs", "41.7%"),
    ("48.6", "survival.os.rate@day=730", "percent", "reproduced", "48.6"),
    ("14.8%", "survival.os.se@day=730", "percent", "reproduced", "14.8%"),
    ("249 days", "response.time_to_relapse.mean", "days", "reproduced", "249 days"),
    ("8.2 months", "response.time_to_relapse.mean", "months", "reproduced", "8.2 months"),
    ("0.7 years", "response.time_to_relapse.mean", "years", "reproduced", "0.7 years"),
    ("−0.226", "response.age_and_crp.r", "coefficient", "reproduced", "−0.226"),
    ("−0.23", "response.age_and_crp.r", "coefficient", "reproduced", "−0.23"),
    ("0.226", "response.age_and_crp.r", "coefficient", "differs", "−0.226"),
    ("0.50", "response.age_and_crp.p", "p", "reproduced", "0.50"),
    ("0.35", "survival.os.hazard_ratio", "ratio", "reproduced", "0.35"),
    ("47.7 mg/L", "biomarkers.crp.median", "measurement", "reproduced", "47.7 mg/L"),
    ("at least 8 mg/L", "biomarkers.crp.min", "measurement", "reproduced", "8.4 mg/L"),
    ("more than 9 mg/L", "biomarkers.crp.min", "measurement", "differs", "8.4 mg/L"),
    ("545 days", "survival.os.median@group=mrd_positive", "days", "differs", "NR"),
    ("NR", "survival.os.median@group=mrd_positive", "text", "reproduced", "NR"),
    ("20%", "survival.os.rate@day=730,group=active_disease", "percent", "not testable", "NE"),
    ("19 August 2020", "study.cutoff.date", "text", "not testable", "19 August 2020"),
]


@pytest.mark.parametrize(("reported", "result_id", "kind", "word", "found"), RULES)
def test_claim_is_compared_within_its_rounding(
    folder, tiny_results, reported, result_id, kind, word, found
):
    """In the unit and with the digits the paper prints."""
    one = verdict(folder, tiny_results, reported, result_id, kind)

    assert (one.verdict, one.recomputed) == (word, found)


def test_words_hold_where_the_condition_does(folder, tiny_results):
    """What the words require of a number stands in the claim."""
    p = "biomarkers.crp.mannwhitney_p"
    held = verdict(folder, tiny_results, "higher", p, "words", "< 0.05")
    broken = verdict(folder, tiny_results, "no difference", p, "words", "≥ 0.05")
    most = verdict(folder, tiny_results, "most", f"{RELAPSED}.rate", "words", "> 50%")

    assert [one.verdict for one in (held, broken, most)] == ["reproduced", "differs", "differs"]
    assert held.reason == (
        "it is read as p < 0.05, and recomputing it from collected data gives 0.009"
    )
    assert most.reason.startswith("it is read as > 50%, and ")


def test_words_are_quoted_and_numbers_printed(folder, tiny_results):
    """A paper does not print the words that a reader made of it; without a quote they must do."""
    p = "biomarkers.crp.mannwhitney_p"
    header = HEADER.replace("kind,", "quote,kind,")
    folder.write(
        "claims.csv",
        f"{header}a,that it is,{p},but it is significant,words,Abstract,< 0.05,\n"
        f"b,five,{RELAPSED}.k,five relapsed,count,Results,,\n",
    )
    words, number = judge(read_claims(folder.path), tiny_results)
    bare = verdict(folder, tiny_results, "higher", p, "words", "< 0.05")

    assert words.sentence == (
        "The paper says “but it is significant” (Abstract): reproduced, because it is read as "
        "p < 0.05, and recomputing it from collected data gives 0.009."
    )
    assert number.sentence.startswith("The paper prints five (Results): reproduced, because ")
    assert bare.sentence.startswith("The paper says “higher” (Abstract): ")


P, MEDIAN = "biomarkers.crp.mannwhitney_p", "biomarkers.crp.median@group="
ORDERS = [
    (P, f"< 0.05; {MEDIAN}mrd_positive < {MEDIAN}active_disease", True),
    (P, f"< 0.05; {MEDIAN}mrd_positive > {MEDIAN}active_disease", False),
    (P, f"≥ 0.05; {MEDIAN}mrd_positive < {MEDIAN}active_disease", False),
    (f"{MEDIAN}mrd_positive", f"< {MEDIAN}active_disease", True),
    (f"{MEDIAN}mrd_positive", f"> {MEDIAN}active_disease", False),
    (f"{MEDIAN}mrd_positive", f"< {MEDIAN}mrd_positive", False),
]


@pytest.mark.parametrize(("result_id", "check", "holds"), ORDERS)
def test_words_may_say_which_of_two_is_the_higher(folder, tiny_results, result_id, check, holds):
    """A small p in the wrong direction is not what the words say."""
    one = verdict(folder, tiny_results, "apart", result_id, "words", check)

    assert one.verdict == ("reproduced" if holds else "differs")
    assert " against " in one.recomputed
    assert ("lower" in one.reason) is ("< biom" in check)


def test_order_is_not_estimable_without_both(folder, tiny_results):
    """One that was not reached is neither the higher nor the lower."""
    median = "survival.os.median@group="
    one = verdict(
        folder,
        tiny_results,
        "longer",
        f"{median}mrd_positive",
        "words",
        f"> {median}active_disease",
    )

    assert one.verdict == "not testable"


def test_order_of_unknown_or_unlike_results_is_named(folder, tiny_results):
    """With its line and the column it stands in."""
    with pytest.raises(BadInput) as caught:
        verdicts(
            folder,
            tiny_results,
            f"a,apart,{P},words,Abstract,< 0.05; {P} < {P}x,",
            f"b,apart,{P},words,Abstract,< {RELAPSED}.rate,",
        )
    told = str(caught.value).splitlines()

    assert f"line 2, column 'check': no analysis produces '{P}x'; did you mean {P}" in told[0]
    assert f"line 3, column 'check': {P} and {RELAPSED}.rate are not in one unit" in told[1]


def test_weakest_of_all_results_compared_decides(folder):
    """An order is worth no more than the weaker of the two."""
    rule = '[[rule]]\ntable = "measurements"\norigin = "simulated"\n'
    results = folder.write("origins.toml", f'default = "collected"\n\n{rule}').results()
    relapsed, median = f"{RELAPSED}.rate", f"{MEDIAN}mrd_positive"
    check = f"< 50%; {median} < {MEDIAN}active_disease"
    one = verdict(folder, results, "apart", relapsed, "words", check)

    assert (one.verdict, one.origin) == ("consistent", "simulated")


def test_power_of_ten_may_stand_in_the_unit_or_after_the_number(folder):
    """6.78×10⁶ cells/kg is 6.78 in ×10⁶/kg."""
    for file in ("study.toml", "measurements.csv"):
        folder.write(file, folder.text(file).replace("mg/L", "×10⁶/kg"))
    results = folder.results()

    for reported, word in [
        ("47.7×10⁶ cells/kg", "reproduced"),
        ("47.7×10^6 cells/kg", "reproduced"),
        ("47.7×10⁵ cells/kg", "differs"),
        ("47.7 cells/kg", "differs"),
    ]:
        one = verdict(folder, results, reported, "biomarkers.crp.median", "measurement")
        assert one.verdict == word, reported


def test_claim_the_data_were_copied_from_is_not_tested_by_them(folder, tiny_results):
    """Agreement tests the copy; a wrong copy still shows."""
    cell = "listing.patients.age@patient=P01"
    true = verdict(folder, tiny_results, "34", cell, "measurement", "copied")
    wrong = verdict(folder, tiny_results, "35", cell, "measurement", "copied")

    assert (true.verdict, wrong.verdict) == ("not testable", "differs")
    assert "transcribed from the paper's own statement" in true.reason


def test_claim_nothing_recomputes_says_what_is_missing(folder, tiny_results):
    """The note of the claims file is told with the reason."""
    one = verdict(folder, tiny_results, "50%", "", "percent", note="it was not measured")

    assert (one.verdict, one.recomputed, one.origin) == ("not testable", "", "")
    assert one.reason == "nothing in this build recomputes it (it was not measured)"


def test_difference_from_weak_data_leaves_the_paper_its_due(folder):
    """Data that were made cannot show a paper to be wrong; collected ones can."""
    collected = verdict(folder, folder.results(), "6", f"{RELAPSED}.k", "count")
    results = folder.write("origins.toml", 'default = "reconstructed"\n').results()
    made = verdict(folder, results, "6", f"{RELAPSED}.k", "count")

    assert collected.reason == "recomputing it from collected data gives 5"
    assert made.reason == (
        "recomputing it gives 5; the data behind ours are reconstructed, so the difference may "
        "lie in a choice that was made there"
    )


def test_patients_that_are_named_are_compared_by_their_number(folder, tiny_results):
    """The reason says so, for the number may be right and a patient wrong."""
    header = "claim_id,reported,result_id,kind,location,quote,check,patients\n"
    row = f'a,"Patients 1, 2",{RELAPSED}.k,words,Abstract,"Patients 1, 2",5,"1, 2"\n'
    folder.write("claims.csv", header + row)
    (one,) = judge(read_claims(folder.path), tiny_results)

    assert one.reason.endswith("gives 5 patients, which tells how many, not who")


@pytest.mark.parametrize("part", ["claims", "witnesses"])
def test_reading_that_explains_is_told_with_what_no_data_test(folder, tiny_results, part):
    """By the number of the pair; one that only implies a side says it as well."""
    one = verdict(folder, tiny_results, "50%", "", "percent", note="it was not measured")
    side = Side("50%", **{"claims": (), "witnesses": ()} | {part: (one.claim,)})
    reading = Reading("Only women are meant.", fills=True, holds=True)
    pair = Conflict("b", "nested", "explained", (side,), "it exceeds 40%", reading=reading)
    asked = Conflict("c", "same_label", "question", (side,), "two names")
    other = Conflict("a", "nested", "contradicted", (Side("x", ()),), "it cannot be")
    (weighed,) = weigh([one], [asked, pair, other])

    assert numbered([asked, pair, other]) == {"a": 1, "b": 2, "c": 3}
    assert weighed.verdict == "not testable"
    assert weighed.reason == (
        f"{one.reason}; against other printed figures it holds when read so: Only women are meant "
        "(pair 2 of the audit)"
    )
    assert plain_reason(weighed).endswith("when read so: Only women are meant")


def test_contradicted_claim_says_what_excludes_it_and_not_what_is_missing(folder, tiny_results):
    """A note on data that nobody has says nothing about why it cannot hold."""
    one = verdict(folder, tiny_results, "50%", "", "percent", note="it was not measured")
    side = Side("50%", (one.claim,))
    (weighed,) = weigh([one], [Conflict("a", "nested", "contradicted", (side,), "40% is all")])

    assert (weighed.verdict, plain_reason(weighed)) == ("contradicted", "40% is all")
    assert plain_note(weighed) == ""


def test_unknown_and_unlike_results_are_named_at_once(folder, tiny_results):
    """With the line, near ids, and the two kinds that do not go together."""
    with pytest.raises(BadInput) as caught:
        verdicts(
            folder,
            tiny_results,
            "a,5,response.relapsd.k,count,Abstract,,",
            "b,5,response.relapsed.rate,count,Abstract,,",
            "c,41.7%,biomarkers.crp.median,percent,Abstract,,",
            "d,41.7 days,biomarkers.crp.median,days,Abstract,,",
        )
    told = str(caught.value).splitlines()

    assert told[0].startswith(
        "claims.csv, line 2, column 'result_id': no analysis produces 'response.relapsd.k'; "
        "did you mean response.relapsed.k"
    )
    assert "response.relapsed.rate is a fraction, the claim is of kind count" in told[1]
    assert "biomarkers.crp.median is a measurement in mg/L, the claim is of kind percent" in told[2]
    assert "line 5" in told[3]


def test_other_cutoffs_are_read_and_not_judged(folder, tiny_results):
    """The paper speaks of its own cutoff; a wrong file is noticed at any."""
    folder.write("claims.csv", HEADER + f"a,5,{RELAPSED}.k,count,Abstract,,\n")
    earlier = folder.snapshot(CUTOFF - dt.timedelta(days=400))

    assert len(audit(folder.path, folder.snapshot(), tiny_results).verdicts) == 1
    assert audit(folder.path, earlier, tiny_results) == Audit()

    folder.write("claims.csv", HEADER + "a,x,,count,Abstract,,\n")
    with pytest.raises(BadInput, match="holds no number"):
        audit(folder.path, earlier, tiny_results)


def test_verdicts_are_found_by_the_number_they_are_about(folder, tiny_results):
    """In the order of the claims; claims nothing recomputes are about none."""
    found = by_result(
        verdicts(
            folder,
            tiny_results,
            f"a,5,{RELAPSED}.k,count,Abstract,,",
            f"b,42%,{RELAPSED}.rate,percent,Results,,",
            "c,50%,,percent,Results,,",
            f"d,six,{RELAPSED}.k,count,Discussion,,",
        )
    )

    assert {id_: [one.claim.claim_id for one in told] for id_, told in found.items()} == {
        f"{RELAPSED}.k": ["a", "d"],
        f"{RELAPSED}.rate": ["b"],
    }


def test_one_verdict_stands_for_several_whatever_their_order(folder, tiny_results):
    """What speaks against the paper first; "not testable" only alone."""
    three = verdicts(
        folder,
        tiny_results,
        f"agreed,5,{RELAPSED}.k,count,Abstract,,",
        f"copied,5,{RELAPSED}.k,count,Results,copied,",
        f"apart,six,{RELAPSED}.k,count,Discussion,,",
    )

    assert {foremost(order).verdict for order in permutations(three)} == {"differs"}
    assert {foremost(order).verdict for order in permutations(three[:2])} == {"reproduced"}
    assert foremost(three[1:2]).verdict == "not testable"


def test_number_is_judged_by_what_prints_it_before_words_about_it(folder, tiny_results):
    """A criterion that the number breaks does not speak against the number."""
    three = verdicts(
        folder,
        tiny_results,
        f"broken,an exclusion criterion,{RELAPSED}.k,words,Methods,0,",
        f"printed,5,{RELAPSED}.k,count,Table 1,,",
        f"copied,5,{RELAPSED}.k,count,Results,copied,",
    )

    for order in permutations(three):
        assert foremost(order).claim.claim_id == "printed"
    assert foremost([three[2], three[0]]).claim.claim_id == "broken"


def test_record_holds_what_a_reader_asks(folder, tiny_results):
    """Strings alone, ready for JSON."""
    (row,) = records([verdict(folder, tiny_results, "five", f"{RELAPSED}.k", "count")])

    assert row == {
        "claim_id": "a",
        "reported": "five",
        "location": "Abstract",
        "quote": "",
        "result_id": f"{RELAPSED}.k",
        "verdict": "reproduced",
        "recomputed": "5",
        "reason": "recomputing it from collected data gives 5",
        "origin": "collected",
        "conflicts": "",
    }


def test_words_of_verdicts_are_those_of_the_design():
    """Five, and no other."""
    assert VERDICTS == ("reproduced", "consistent", "differs", "contradicted", "not testable")
