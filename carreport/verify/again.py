"""Whether the data, the code and the templates that are here still give a report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from carreport.audit import audit
from carreport.figures import draw
from carreport.ids import OF_EARLIER
from carreport.previous import compared_with
from carreport.render import render
from carreport.render.pdf import pango_version
from carreport.render.reread import differences
from carreport.results.facts import versions
from carreport.results.save import listing_record, result_row, to_json
from carreport.saved.made_from import package_digests, study_digests, template_digests
from carreport.study.own import SUFFIX
from carreport.tables import lay_out
from carreport.tables.changes import change_tables
from carreport.verify.verdict import Check

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from carreport.previous import Since
    from carreport.render.reread import Reading
    from carreport.results import Results
    from carreport.study.snapshot import Snapshot
    from carreport.verify.inside import Inside

_OWN: Final = frozenset({"uses", "claims"})
"""What a row knows from the pages, not from its analysis."""
OWN: Final = "own analyses"
_EARLIER: Final = "previous"
"""What a row knows from an earlier build."""


def made_from(inside: Inside, study: Path) -> tuple[Check, ...]:
    """
    Whether the files and libraries here are those the report was made from.

    Data, package, templates and libraries, and the study's own analyses if it has any.

    Args:
        inside: What the report carries.
        study: The study folder.
    """
    manifest = inside.manifest
    (data, own), (data_here, own_here) = map(_apart, (manifest["inputs"], study_digests(study)))
    checks = (
        _files("data", data, data_here),
        _files("package", manifest["package"], package_digests()),
        _files("templates", manifest["templates"], template_digests()),
        _libraries(manifest["versions"]),
    )
    return (*checks, _files(OWN, own, own_here)) if own or own_here else checks


def _apart(files: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Files of a study, and those of them that are analyses of its own."""
    own = {name: sha for name, sha in files.items() if name.endswith(SUFFIX)}
    return {name: sha for name, sha in files.items() if name not in own}, own


def _files(name: str, then: Mapping[str, str], now: Mapping[str, str]) -> Check:
    findings = [f"{one} differs" for one in sorted({*then} & {*now}) if then[one] != now[one]]
    findings += [f"{one} is not here" for one in sorted({*then} - {*now})]
    findings += [f"{one} is new here" for one in sorted({*now} - {*then})]
    same = f"the {len(then)} files that are here" if len(then) > 1 else "the file that is here"
    return Check(name, "not those that are here" if findings else same, tuple(findings))


def _libraries(then: Mapping[str, str]) -> Check:
    now = {**versions(), "pango": pango_version()}
    findings = tuple(
        f"{name} {now.get(name, 'not')} here, {number} then"
        for name, number in then.items()
        if now.get(name) != number
    )
    said = "not those that are here" if findings else f"the {len(then)} that are here"
    return Check("libraries", said, findings)


def compared_again(
    inside: Inside, previous: Path, study: Path, snapshot: Snapshot, results: Results
) -> tuple[Check, Since]:
    """
    Whether an earlier build is the one the report was compared with, and what changed since.

    Args:
        inside: What the report carries.
        previous: The earlier build.
        study: The study folder.
        snapshot: The study as of the cutoff.
        results: Every number, computed here and now.
    """
    since = compared_with(previous, study, snapshot, results)
    then = inside.manifest[_EARLIER]
    findings = tuple(
        f"{name}: {now!r} in {previous.as_posix()}, {then.get(name)!r} in the report"
        for name, now in since.record.items()
        if then.get(name) != now
    )
    said = "not the one" if findings else "the one"
    return Check("earlier build", f"{said} the report was compared with", findings), since


def unasked(inside: Inside) -> Check:
    """What is needed to look at the numbers of an earlier build."""
    then = inside.manifest[_EARLIER]
    why = f"name the build of {then.get('cutoff')} (snapshot {then.get('digest')}) with --previous"
    return Check("earlier build", f"{why} to compare with it again", done=False)


def computed_again(
    inside: Inside, results: Results, *, same_code: bool, earlier: bool = True
) -> Check:
    """
    Whether every number and listing comes out the same, bit for bit.

    Args:
        inside: What the report carries.
        results: Every number, computed here and now.
        same_code: Whether the code is that of the report; all else known of a number is then
            compared, too.
        earlier: Whether the results say what they were in an earlier build.
    """
    numbers = {
        id_: row for id_, row in inside.numbers.items() if earlier or not id_.startswith(OF_EARLIER)
    }
    findings = [
        finding
        for id_, row in numbers.items()
        for finding in _number_apart(id_, row, results, same_code=same_code)
    ]
    findings += [f"{id_} is not inside" for id_ in results if id_ not in inside.numbers]
    for id_, row in inside.listings.items():
        findings += _listing_apart(id_, row, results, same_code=same_code)
    findings += [f"{id_} is not inside" for id_ in results.listings if id_ not in inside.listings]
    count = f"{len(numbers)} numbers and {len(inside.listings)} listings computed again"
    said = f"{count}; {'not all' if findings else 'all'} the same, bit for bit"
    return Check("results", said, tuple(findings))


def _number_apart(
    id_: str, row: Mapping[str, Any], results: Results, *, same_code: bool
) -> Iterator[str]:
    if id_ not in results:
        yield f"{id_}: nothing computes it here"
        return
    now = result_row(results[id_])
    fields = [name for name in now if name not in _OWN] if same_code else ["value", "missing"]
    for name in fields:
        if to_json(row.get(name)) != to_json(now[name]):
            yield _told(id_, name, row.get(name), now[name])


def _listing_apart(
    id_: str, row: Mapping[str, Any], results: Results, *, same_code: bool
) -> Iterator[str]:
    if id_ not in results.listings:
        yield f"{id_}: nothing computes it here"
        return
    now = listing_record(results.listings[id_])
    for name in now if same_code else ["rows"]:
        if to_json(row.get(name)) != to_json(now[name]):
            yield _told(id_, name, row.get(name), now[name])


def _told(id_: str, name: str, then: object, now: object) -> str:
    plain = (str, int, float, type(None))
    if name == "value" or (isinstance(then, plain) and isinstance(now, plain)):
        what = "" if name == "value" else f" {name}"
        return f"{id_}:{what} {then!r} inside, {now!r} here"
    return f"{id_}: its {name} differ"


def printed_again(
    inside: Inside, pdf: Reading, study: Path, snapshot: Snapshot, results: Results
) -> Check:
    """
    Whether the pages print all numbers the report prints when it is made again, and no others.

    Args:
        inside: What the report carries.
        pdf: The report.
        study: The study folder.
        snapshot: The study as of the cutoff.
        results: Every number, computed here and now.
    """
    tables = lay_out(results, snapshot, [inside.document])
    tables += change_tables(results, snapshot.settings)
    figures = draw(results, snapshot.settings, [inside.document])
    found = audit(study, snapshot, results)
    (page,) = render(study, snapshot, results, tables, figures, [inside.document], found)
    findings = tuple(differences(pdf, page.paper, page.traces))
    return Check(
        "all digits", "not those" if findings else "those of the report made again", findings
    )
