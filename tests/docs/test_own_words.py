"""What the page on own words says of wrong templates is what is said."""

from __future__ import annotations

import pytest
from docpages import DOCS, blocks

from carreport.commands.messages import explained
from carreport.render import render

PAGE = DOCS / "how-to" / "own-words.md"


def test_the_messages_of_the_page_are_those_a_user_gets(tmp_path, tiny_snapshot, tiny_results):
    """Letter for letter."""
    found = list(blocks(PAGE))
    wrong = next(one for one in found if one.told.endswith("wrong.html.j2"))
    shown = next(one for one in found if one.language == "text")
    file = tmp_path / wrong.told.removeprefix("study/")
    file.parent.mkdir(parents=True)
    file.write_text(wrong.text, encoding="utf-8")

    with pytest.raises(ExceptionGroup) as caught:
        render(tmp_path, tiny_snapshot, tiny_results, (), (), ["wrong"])

    assert "\n".join(explained(caught.value, writes=True)) == shown.text.strip()
