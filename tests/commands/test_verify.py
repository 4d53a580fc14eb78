"""`carreport verify`: what the command makes of a verdict."""

import json
import sys
from dataclasses import dataclass
from types import SimpleNamespace

import pytest
from asking import ask, refused

from carreport.errors import BadInput, Problem


@dataclass(frozen=True)
class Verdict:
    """What a verification found."""

    ok: bool

    def lines(self):
        """In words."""
        yield "digits on the pages: \x1b[2Jas embedded"
        yield "numbers: the same"

    def record(self):
        """For programs."""
        return {"ok": self.ok}


@pytest.fixture
def verdict(monkeypatch):
    """Make every verification end so."""

    def put(answer):
        asked = []
        monkeypatch.setitem(
            sys.modules,
            "carreport.verify",
            SimpleNamespace(verify=lambda *words: asked.append(words) or answer()),
        )
        return asked

    return put


@pytest.mark.parametrize(("ok", "code"), [(True, 0), (False, 1)])
def test_a_verdict_is_an_exit_code(ok, code, verdict, tmp_path):
    """And lines, none of which steers a terminal."""
    asked = verdict(lambda: Verdict(ok))

    result = ask("verify", "report.pdf", tmp_path)

    assert result.exit_code == code
    assert result.stdout == "digits on the pages: \\x1b[2Jas embedded\nnumbers: the same\n"
    assert [(str(file), study, earlier) for file, study, earlier in asked] == [
        ("report.pdf", tmp_path, None)
    ]


def test_without_a_study_only_the_report_is_looked_at(verdict):
    """The number of words decides, not a folder called data."""
    asked = verdict(lambda: Verdict(ok=True))

    ask("verify", "report.pdf")

    assert asked[0][1] is None


def test_json_is_for_programs(verdict):
    """The exit code stays."""
    verdict(lambda: Verdict(ok=False))

    result = ask("verify", "report.pdf", "--json")

    assert (json.loads(result.stdout), result.exit_code) == ({"ok": False}, 1)


def test_what_cannot_be_read_is_a_message(verdict):
    """Exit code 2."""

    def refuse():
        raise BadInput([Problem("", 0, "FILE.pdf", "is no report", "name one")])

    verdict(refuse)

    refused(ask("verify", "report.pdf"), "'FILE.pdf': is no report; name one")
    refused(ask("verify", "report.pdf", "nowhere"), "'nowhere' is no folder")
    refused(ask("verify"))
