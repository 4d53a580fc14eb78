"""Files are written whole or not at all, and never through what somebody else put in their way."""

from __future__ import annotations

import pytest

from carreport.placing import passing_name, put


def test_what_cannot_all_be_written_leaves_what_was_there(tmp_path):
    """The second is a folder: the first stays as it was, and nothing lies about."""
    first, second = tmp_path / "a.txt", tmp_path / "b"
    first.write_text("old")
    second.mkdir()

    with pytest.raises(IsADirectoryError):
        put({first: b"new", second: b"new"})

    assert first.read_text() == "old"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.txt", "b"]


def test_a_link_stays_a_link_and_its_file_is_replaced(tmp_path):
    """Whoever named a link meant what it leads to."""
    file, link = tmp_path / "file.txt", tmp_path / "link.txt"
    file.write_text("old")
    link.symlink_to(file)

    put({link: b"new"})

    assert link.is_symlink()
    assert file.read_text() == "new"


def test_a_file_in_the_way_is_not_written_through(tmp_path):
    """Somebody who knew the passing name made it a link to a file of ours."""
    precious = tmp_path / "precious.txt"
    precious.write_text("old")
    (tmp_path / f"{passing_name()}-00000000").symlink_to(precious)

    with pytest.raises(FileExistsError):
        put({tmp_path / "a.txt": b"new"})

    assert precious.read_text() == "old"
