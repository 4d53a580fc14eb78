"""What computed columns hold, in words."""

from carreport.study.meanings import meanings


def test_every_computed_column_that_is_read_has_a_meaning(bundled_snapshot):
    """Whatever is no column of a file says what it holds."""
    patients = bundled_snapshot.patients
    computed = {name for name in patients.frame if patients.lineage[name] != (f"patients.{name}",)}

    assert computed <= set(meanings(bundled_snapshot.settings))


def test_codes_are_spelled_out(bundled_snapshot):
    """A reader of the cells needs to know what 0, 1 and 2 mean."""
    told = meanings(bundled_snapshot.settings)

    assert told["relapse:code"].startswith("0 censored, 1 relapse, 2 death")
    assert told["os:status"] == "1 with death, 0 censored"


def test_a_marker_says_which_value_and_in_what_unit(bundled_snapshot):
    """Peak, infusion, window, unit."""
    told = meanings(bundled_snapshot.settings)

    assert told["crp"] == "peak of CRP after infusion 1, days 0 to 30, mg/L"


def test_a_label_is_preferred_to_the_recipe(bundled_snapshot):
    """The study's own words know more."""
    settings = bundled_snapshot.settings
    labelled = next(one for one in settings.derived if one.label)

    assert meanings(settings)[labelled.column] == labelled.label
