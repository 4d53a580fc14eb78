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
    failed = sum(one.found for one in cases) + len(audit.deleted)
    skipped = sum(
        not one.found and (one.word == "ambiguous" or bool(one.accepted)) for one in cases
    )
    total = len(cases) + len(audit.deleted)
    counts = {"tests": str(total), "failures": str(failed), "errors": "0"}
    root = etree.Element("testsuites", counts)
    suite = etree.SubElement(
        root,
        "testsuite",
        {"name": _clean(audit.manuscript.name), **counts, "skipped": str(skipped)},
    )
    properties = etree.SubElement(suite, "properties")
    said = {"coverage": audit.coverage, "build": audit.build["cutoff"], "links": audit.links}
    for name, value in said.items():
        if not value:
            continue
        etree.SubElement(properties, "property", {"name": name, "value": _clean(value)})
    for at, one in enumerate(cases, start=1):
        _case(suite, one, at)
    for at, gone in enumerate(audit.deleted, start=len(cases) + 1):
        named = {"classname": "deleted", "name": _clean(f"{at}: {gone.printed}")}
        message = f"{gone.printed}: it was written, linked to {gone.id}, and was deleted"
        failure = {"type": "deleted", "message": _clean(message)}
        case = etree.SubElement(suite, "testcase", named)
        etree.SubElement(case, "failure", failure).text = _clean(gone.id)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _case(suite: etree._Element, one: Finding, at: int) -> None:
    named = {"classname": _clean(one.place), "name": _clean(f"{at}: {one.text}")}
    case = etree.SubElement(suite, "testcase", named)
    if one.found:
        failure = {
            "type": "changed" if one.link == "changed" else one.word,
            "message": _clean(f"{one.text}: {one.reason}"),
        }
        etree.SubElement(case, "failure", failure).text = _clean(", ".join(one.ids))
    elif one.accepted:
        etree.SubElement(case, "skipped", {"message": _clean(f"accepted: {one.accepted}")})
    elif one.word == "ambiguous":
        etree.SubElement(case, "skipped", {"message": _clean(f"ambiguous: {one.reason}")})


def _clean(text: str) -> str:
    return _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", text)
