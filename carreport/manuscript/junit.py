"""
What became of a manuscript's numbers for continuous integration: JUnit XML.

Each number that matches, is ambiguous or must be looked at is a test case; what is no statistic is
counted in a property. An ambiguous number and an accepted one are skipped, with the reason.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lxml import etree

if TYPE_CHECKING:
    from carreport.manuscript.answer import Finding, ManuscriptAudit

NO_CASE: Final = "not a statistic"
_UNSEEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold."""


def junit_xml(audit: ManuscriptAudit) -> bytes:
    """
    The report.

    Args:
        audit: What became of each number.

    Returns:
        UTF-8, the same bytes for the same audit.

    Source:
        The schema of Jenkins' xUnit plugin, junit-10.xsd.
    """
    cases = [one for one in audit.findings if one.word != NO_CASE]
    failed = sum(one.found for one in cases)
    skipped = sum(one.word == "ambiguous" or bool(one.accepted) for one in cases)
    counts = {"tests": str(len(cases)), "failures": str(failed), "errors": "0"}
    root = etree.Element("testsuites", counts)
    suite = etree.SubElement(
        root,
        "testsuite",
        {"name": _clean(audit.manuscript.name), **counts, "skipped": str(skipped)},
    )
    properties = etree.SubElement(suite, "properties")
    said = {"coverage": audit.coverage, "build": audit.build["cutoff"]}
    for name, value in said.items():
        etree.SubElement(properties, "property", {"name": name, "value": _clean(value)})
    for at, one in enumerate(cases, start=1):
        _case(suite, one, at)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _case(suite: etree._Element, one: Finding, at: int) -> None:
    named = {"classname": _clean(one.place), "name": _clean(f"{at}: {one.text}")}
    case = etree.SubElement(suite, "testcase", named)
    if one.found:
        failure = {"type": one.word, "message": _clean(f"{one.text}: {one.reason}")}
        etree.SubElement(case, "failure", failure).text = _clean(", ".join(one.ids))
    elif one.accepted:
        etree.SubElement(case, "skipped", {"message": _clean(f"accepted: {one.accepted}")})
    elif one.word == "ambiguous":
        etree.SubElement(case, "skipped", {"message": _clean(f"ambiguous: {one.reason}")})


def _clean(text: str) -> str:
    return _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", text)
