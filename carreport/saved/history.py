"""The builds below some folders, study by study: what each was made of, and its headline numbers."""

from __future__ import annotations

import datetime as dt
import math
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from carreport.errors import BadInput
from carreport.house import OWN, House
from carreport.ids import split_id
from carreport.names import MANIFEST, RESULTS, SNAPSHOT
from carreport.saved.build import Saved, opened, parsed
from carreport.units import unit_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

DEPTH: Final = 3
"""How far below a folder builds are looked for."""
PATIENTS: Final = "disposition.enrolled.n"
DIGEST: Final = "study.data.digest"
EVERYBODY: Final = ""
_HEADLINE: Final = re.compile(
    rb'^\{"id": "(?:disposition\.enrolled\.n|study\.data\.digest'
    rb'|survival\.[a-z0-9_]+\.(?:events|rate|incidence|lower|upper))(?:@[^"\n]*)?",.*$',
    re.MULTILINE,
)
_ESTIMATES: Final = ("rate", "incidence")
_STATED: Final = b'{"id": "study.'
_PRINTED: Final = b'"uses": [{'
_SETTINGS: Final = '"settings":'
_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True)
class Series:
    """
    One headline number from build to build.

    Attributes:
        endpoint: Its endpoint; empty for the number of patients.
        what: `patients`, `events`, `rate` or `incidence`.
        day: The landmark; 0 for none.
        group: The group; empty for all patients.
    """

    endpoint: str
    what: str
    day: int = 0
    group: str = EVERYBODY


@dataclass(frozen=True, slots=True)
class Point:
    """A number of one build: value, as it is printed, limits of its interval, and in what house."""

    value: float | None
    display: str
    lower: float | None = None
    upper: float | None = None
    house: House = OWN


@dataclass(frozen=True, slots=True)
class Build:
    """
    One build.

    Attributes:
        folder: Where it stands.
        study: The title of the study.
        session: closed or open.
        cutoff: The data cutoff.
        commit: The commit it was built by; empty outside a checkout.
        dirty: Whether the code differed from it.
        data: First digits of the digest of the data as of the cutoff.
        printed: How many different numbers its documents print.
        points: The headline numbers.
        labels: What endpoints and groups are called, as far as the build says so.
        colours: Colours of groups, as far as it says so.
    """

    folder: Path
    study: str
    session: str
    cutoff: dt.date
    commit: str
    dirty: bool
    data: str
    printed: int
    points: Mapping[Series, Point]
    labels: Mapping[str, str]
    colours: Mapping[str, str]

    @property
    def code(self) -> str:
        """The commit as a reader sees it; a + says that there were changes beside it."""
        return f"{self.commit[:8]}{'+' if self.dirty else ''}" if self.commit else "–"


@dataclass(frozen=True, slots=True)
class History:
    """
    The builds of one study for one session, by cutoff.

    Attributes:
        study: The title of the study.
        session: closed or open.
        builds: In the order of their cutoffs, those of one day in the order of their folders.
    """

    study: str
    session: str
    builds: tuple[Build, ...]

    def series(self) -> tuple[Series, ...]:
        """The headline numbers any of the builds has, those of all patients before the groups'."""
        found = dict.fromkeys(one for build in reversed(self.builds) for one in build.points)
        places = {one: at for at, one in enumerate(dict.fromkeys(_stem(one) for one in found))}
        return tuple(sorted(found, key=lambda one: (places[_stem(one)], one.group != EVERYBODY)))

    def label(self, name: str) -> str:
        """What an endpoint or group is called, as the latest build that says so has it."""
        said = (build.labels[name] for build in reversed(self.builds) if name in build.labels)
        return next(said, name)

    def colour(self, group: str) -> str:
        """The colour of a group, or nothing."""
        said = (build.colours[group] for build in reversed(self.builds) if group in build.colours)
        return next(said, "")

    def record(self) -> dict[str, Any]:
        """All of it for programs."""
        return {
            "study": self.study,
            "session": self.session,
            "builds": [_record(one) for one in self.builds],
        }


def _stem(series: Series) -> Series:
    return Series(series.endpoint, series.what, series.day)


def _record(build: Build) -> dict[str, Any]:
    return {
        "folder": build.folder.as_posix(),
        "cutoff": build.cutoff.isoformat(),
        "session": build.session,
        "commit": build.commit or None,
        "dirty": build.dirty,
        "data": build.data,
        "printed": build.printed,
        "numbers": [
            {
                "endpoint": series.endpoint or None,
                "what": series.what,
                "day": series.day or None,
                "group": series.group or None,
                "value": point.value,
                "display": point.display,
                "lower": point.lower,
                "upper": point.upper,
            }
            for series, point in build.points.items()
        ],
    }


def histories(folders: Iterable[Path]) -> tuple[tuple[History, ...], tuple[str, ...]]:
    """
    Every build in or below some folders.

    Args:
        folders: Builds, or folders with builds below them.

    Returns:
        A history for each study and session, by title, and a message for each build that cannot
        be read.
    """
    found: dict[tuple[str, str], list[Build]] = {}
    damaged = []
    for place in dict.fromkeys(one for folder in folders for one in _builds(folder)):
        try:
            build = read(place)
        except BadInput as error:
            damaged += [one.found for one in error.problems]
        else:
            found.setdefault((build.study, build.session), []).append(build)
    told = [
        History(*key, tuple(sorted(builds, key=lambda one: (one.cutoff, one.folder.as_posix()))))
        for key, builds in sorted(found.items())
    ]
    return tuple(told), tuple(damaged)


def _builds(folder: Path) -> Iterator[Path]:
    """Folders that hold a build, or a part of one."""
    top = len(folder.parts)
    for where, below, files in os.walk(folder):
        if {RESULTS, MANIFEST} & set(files):
            yield Path(where)
            below.clear()
        deep = len(Path(where).parts) - top >= DEPTH
        below[:] = [] if deep else sorted(one for one in below if not one.startswith("."))


def read(folder: Path) -> Build:
    """
    One build.

    Raises:
        BadInput: Its files are not as a build writes them.
    """
    saved = opened(folder)
    rows = saved.like(_HEADLINE)
    try:
        labels, colours = _spoken(folder)
        return Build(
            folder=folder,
            study=str(saved.record["study"]),
            session=str(saved.record.get("session", "closed")),
            cutoff=dt.date.fromisoformat(saved.record["cutoff"]),
            commit=str(saved.record.get("commit") or ""),
            dirty=bool(saved.record.get("dirty")),
            data=next((str(row["value"]) for row in rows if row["id"] == DIGEST), ""),
            printed=_printed(saved),
            points=_points(rows),
            labels=labels,
            colours=colours,
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        why = f"{type(error).__name__}: {error}"
        raise saved.odd(why) from error


def _printed(saved: Saved) -> int:
    """Numbers that stand in a document, those apart that the study or the build states."""
    return sum(
        _PRINTED in line and not line.startswith(_STATED) for line in saved.numbers.splitlines()
    )


def _points(rows: Iterable[Mapping[str, Any]]) -> dict[Series, Point]:
    """The headline numbers; where another event competes, the incidence and not the curve."""
    values = {(*_named(row["id"]), *_keys(row["id"])): row for row in rows if row["id"] != DIGEST}
    first = {
        endpoint: cause
        for (endpoint, field, _, _, cause) in reversed(values)
        if field == "incidence"
    }
    found = {}
    for (endpoint, field, day, group, cause), row in values.items():
        if field not in ("patients", "events", "incidence" if endpoint in first else "rate"):
            continue
        if cause == first.get(endpoint, "") or field in ("patients", "events"):
            limits = [values.get((endpoint, one, day, group, cause)) for one in ("lower", "upper")]
            lower, upper = (_number(one["value"]) if one else None for one in limits)
            house = unit_of(row).house
            point = Point(_number(row["value"]), str(row["display"]), lower, upper, house)
            shown = point if field in _ESTIMATES else Point(point.value, point.display)
            found[Series(endpoint, field, day, group)] = shown
    return found


def _named(id_: str) -> tuple[str, str]:
    """Endpoint and field of an id."""
    if id_.partition("@")[0] == PATIENTS:
        return "", "patients"
    _, endpoint, field = split_id(id_)[0].split(".")
    return endpoint, field


def _keys(id_: str) -> tuple[int, str, str]:
    keys = split_id(id_)[1]
    return int(keys.get("day", 0)), keys.get("group", EVERYBODY), keys.get("cause", "")


def _number(value: object) -> float | None:
    if value is None:
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return value
    raise TypeError(value)


def _spoken(folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    """What endpoints and groups are called and drawn in; nothing where the build does not say."""
    settings = _settings(folder)
    groups = (settings.get("groups") or {}).get("level", [])
    endpoints = settings.get("endpoint", [])
    labels = {str(one["id"]): str(one["label"]) for one in [*endpoints, *groups]}
    colours = {str(one["id"]): one["colour"] for one in groups if _is_colour(one.get("colour"))}
    return labels, colours


def _is_colour(found: object) -> bool:
    return isinstance(found, str) and _COLOUR.fullmatch(found) is not None


def _settings(folder: Path) -> dict[str, Any]:
    """The settings in snapshot.json, which stand in a line of their own before the rows."""
    try:
        with (folder / SNAPSHOT).open(encoding="utf-8") as lines:
            line = next((one for one in lines if one.startswith(_SETTINGS)), "")
    except (OSError, UnicodeDecodeError):
        return {}
    text = line.removeprefix(_SETTINGS).strip().rstrip(",")
    found = parsed(text) if text else {}
    return found if isinstance(found, dict) else {}
