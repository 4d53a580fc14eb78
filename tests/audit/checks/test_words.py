"""Names and identifiers that should be the same everywhere."""

from carreport.audit.checks import same_identifier, same_label


def test_names_that_are_written_otherwise_are_the_same():
    """Capitals, hyphens, spaces, Greek letters, compatible characters."""
    assert same_label(["IL-2R", "IL‑2R", "il 2r", "IL2R"]).answer == "consistent"
    assert same_label(["TNF-α", "TNF alpha"]).answer == "consistent"
    assert same_label(["C-reactive protein", "C reactive  protein"]).answer == "consistent"


def test_other_names_are_told():
    """Each once, as it is first printed."""
    assert (
        same_label(["CRP", "IL-2", "crp", "IL-2"]).reason == "one thing is called “CRP” and “IL-2”"
    )
    assert same_label(["IL-6", "IL-6R"]).answer == "inconsistent"
    assert same_label(["alphabet", "αbet"]).answer == "inconsistent"


def test_one_name_says_nothing():
    """Two places are needed."""
    assert same_label(["IL-2R", None]).answer == "not testable"
    assert same_label(["IL-2R", " – "]).answer == "not testable"
    assert same_identifier([]).answer == "not testable"


def test_descriptions_of_one_identifier():
    """Whether they can be of one trial is for a reader to judge."""
    old, new = "relapsed or refractory MRD", "newly diagnosed high-risk B-ALL"

    assert same_identifier([old, new]).reason == f"one identifier stands for “{old}” and “{new}”"
    assert same_identifier([old, old.upper() + "."]).answer == "consistent"
