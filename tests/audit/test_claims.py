"""claims.csv: what is read, and everything that can be wrong with it, at once."""

import pytest

from carreport.audit import read_claims
from carreport.errors import BadInput

HEADER = "claim_id,reported,result_id,kind,location,quote,scope,check,note,expected"


def problems(folder, *lines, header=HEADER):
    """What is said about a claims file of these lines."""
    folder.write("claims.csv", "\n".join([header, *lines]) + "\n")
    with pytest.raises(BadInput) as caught:
        read_claims(folder.path)
    return str(caught.value).splitlines()


def test_study_without_claims_has_none(folder):
    """No file, no claims."""
    assert read_claims(folder.path) == ()


def test_file_with_a_header_alone_has_none(folder):
    """Nor does an empty table."""
    folder.write("claims.csv", HEADER + "\n")

    assert read_claims(folder.path) == ()


def test_claim_keeps_its_string_and_its_place(folder):
    """The printed digits stay as they are; the line is the one an editor shows."""
    folder.write(
        "claims.csv",
        f'{HEADER}\na,0.50,,ratio,Abstract,"a ratio of 0.50, printed",all,,,\n',
    )
    (claim,) = read_claims(folder.path)

    assert (claim.reported, claim.location, claim.line) == ("0.50", "Abstract", 2)
    assert claim.quote == "a ratio of 0.50, printed"
    assert claim.number is not None
    assert claim.number.decimals == 2


def test_only_four_columns_must_be_there(folder):
    """The others are empty, and columns stand in any order."""
    folder.write("claims.csv", "kind,location,claim_id,reported\ncount,Table 1,a,14\n")
    (claim,) = read_claims(folder.path)

    assert (claim.claim_id, claim.result_id, claim.expected) == ("a", "", "")


SPOILT = [
    ("a,14,,cuont,Abstract,,,,,", "line 2, column 'kind': 'cuont' is no kind of claim; did you mean count?"),
    ("a,14,,colour,Abstract,,,,,", "column 'kind': 'colour' is no kind of claim; use one of count, percent"),
    ("a,some,,count,Abstract,,,,,", "column 'reported': 'some' holds no number; write the number as it is printed"),
    ("a,61.2 ± 14.0%,,percent,Abstract,,,,,", "'61.2 ± 14.0%' holds 2 numbers; give each a row of its own: 61.2% and 14.0%"),
    ("a,61.2%,,count,Abstract,,,,,", "column 'kind': '61.2%' is a percentage, the kind is count; write percent"),
    ("a,22.9 months,,days,Abstract,,,,,", "column 'kind': '22.9 months' is in months, the kind is days; write months"),
    ("a,14,,count,,,,,,", "column 'location': is empty; write where it is printed"),
    ("a,,,count,Abstract,,,,,", "column 'reported': is empty; write the printed number"),
    (",14,,count,Abstract,,,,,", "column 'claim_id': is empty; write its name"),
    ("a,14,,count,Abstract,,,,,agrees", "column 'expected': 'agrees' is no verdict; use one of reproduced"),
    ("a,14,,count,Abstract,,,,,reproducd", "'reproducd' is no verdict; did you mean reproduced?"),
    ("a,14,,count,Abstract,,,grim,,", "column 'check': 'grim' is no check; leave it empty or write copied"),
    ("a,higher,x.y.z,words,Abstract,,,,,", "column 'check': is empty; write what the words require of the result"),
    ("a,higher,x.y.z,words,Abstract,,,low; x.y.z > a.b.c,,", "is no condition; write what the words require"),
    ("a,higher,x.y.z,words,Abstract,,,low,,", "column 'check': 'low' is no condition; write what the words require"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "says"), SPOILT, ids=lambda one: str(one)[:30])
def test_bad_cell_is_named_with_what_to_do(folder, line, says):
    """File, line, column, what stands there, what to do."""
    (told,) = problems(folder, line)

    assert told.startswith("claims.csv, line 2, column ")
    assert says in told


def test_name_that_stands_twice_is_named_with_both_lines(folder):
    """Each claim has a name of its own."""
    (told,) = problems(folder, "a,14,,count,Abstract,,,,,", "a,15,,count,Abstract,,,,,")

    assert "claims.csv, line 3, column 'claim_id': 'a' stands in line 2 too" in told


def test_columns_that_are_missing_or_unknown_are_named(folder):
    """A misspelt column is a missing and an unknown one."""
    told = problems(folder, "a,14,count,Abstract,b", header="claim_id,reported,knd,location,qoute")

    assert any("line 1, column 'kind': has no such column" in one for one in told)
    assert any("'qoute': is no column of claims; did you mean quote?" in one for one in told)
    assert any("'knd': is no column of claims; did you mean kind?" in one for one in told)


def test_everything_wrong_is_said_at_once(folder):
    """Not the first problem alone."""
    told = problems(folder, "a,x,,count,Abstract,,,,,", "a,14,,cuont,,,,,,maybe")

    assert len(told) == 5
