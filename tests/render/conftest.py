"""A page of one sentence, rendered from the tiny study."""

import pytest
from folders import StudyFolder

from carreport.render import render
from carreport.render.literals import Literals

PAGE = "<!doctype html><html><head><title>t</title></head><body>{}</body></html>"


@pytest.fixture
def page(tmp_path, tiny_snapshot, tiny_results):
    """A function: the body of a template to the finished page."""

    def rendered(
        body, snapshot=tiny_snapshot, results=tiny_results, tables=(), audit=None, **templates
    ):
        folder = StudyFolder(tmp_path)
        folder.write("documents/note/note.html.j2", PAGE.format(body))
        for name, text in templates.items():
            folder.write(f"documents/note/{name}.html.j2", text)
        (finished,) = render(folder.path, snapshot, results, tables, (), ["note"], audit)
        return finished

    return rendered


@pytest.fixture
def literals():
    """The short list of digits allowed in prose."""
    return Literals(("CTCAE version 5.0", "CD19", "IL-6"))
