"""A study without dates says so, and draws nothing against the calendar."""

from folders import write_least

from carreport.pipeline import build


def test_a_study_of_nominal_dates_says_so_and_draws_no_enrolment(tmp_path):
    """Its report names no day by which patients had entered."""
    study = write_least(tmp_path / "study").remove("documents/interim/interim.html.j2")
    with_dates = build(study.path, out=tmp_path / "dated", formats=("html",))
    study.replace("study.toml", "[study]\n", "[study]\nnominal_dates = true\n")
    without = build(study.path, out=tmp_path / "nominal", formats=("html",))
    dated, nominal = (
        (one.out / "interim.html").read_text(encoding="utf-8") for one in (with_dates, without)
    )

    assert (with_dates.out / "figures" / "interim_enrolment.svg").exists()
    assert not (without.out / "figures" / "interim_enrolment.svg").exists()
    assert "had entered the study by" in dated
    assert "had entered the study by" not in nominal
    assert "The dates of this study are nominal" in nominal
