"""The second engine: what it compares, and that it would notice."""

import dataclasses
import datetime as dt
from pathlib import Path

import pytest

from carreport.analyses import ANALYSES
from carreport.results import Results, run
from carreport.second_opinion import second_opinion
from carreport.study.cutoff import cut
from carreport.study.load import load

DATA = Path(__file__).resolve().parents[1] / "data"


@pytest.fixture(scope="module")
def computed():
    snapshot = cut(load(DATA))
    return snapshot, run(ANALYSES, snapshot)


def test_both_engines_agree_on_the_bundled_study(computed):
    """Every landmark of every endpoint and group, and every log-rank p, to the last bits."""
    opinion = second_opinion(*computed)

    assert opinion.compared >= 20
    assert opinion.largest < 1e-12
    assert opinion.apart == {}
    assert len(opinion.values) == opinion.compared


def test_a_wrong_number_is_noticed(computed):
    """A probability that is off by a thousandth is named with the other engine's value."""
    snapshot, results = computed
    id_ = "survival.os.rate@day=365,group=mrd_positive"
    rows = {one: results[one] for one in results}
    rows[id_] = dataclasses.replace(rows[id_], value=rows[id_].value + 0.001)

    opinion = second_opinion(snapshot, Results(rows, results.listings))

    assert list(opinion.apart) == [id_]
    assert opinion.apart[id_] == pytest.approx(results[id_].value)


def test_nothing_is_asked_of_a_day_with_nobody_at_risk():
    """On the first day there is nothing to compare, and nothing fails."""
    snapshot = cut(load(DATA), dt.date(2018, 1, 17))

    assert second_opinion(snapshot, run(ANALYSES, snapshot)).compared == 0
