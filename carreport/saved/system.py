"""What a build runs on: Python, its libraries, those of the system, the fonts beside ours."""

from __future__ import annotations

import functools
import hashlib
import os
import platform
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from carreport.saved.made_from import files_below

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAPS: Final = Path("/proc/self/maps")
LOADER: Final = Path("/etc/ld.so.cache")
"""Where the system's libraries are looked up; any that is installed is written into it."""
PROCESSOR: Final = Path("/proc/cpuinfo")
TELLING: Final = ("flags", "features", "model name", "cpu part")
"""Lines of it on which a library chooses its code."""
FONTS: Final = ("/etc/fonts", "/usr/share/fonts", "/usr/local/share/fonts")
OWN_FONTS: Final = (".fonts", ".local/share/fonts", ".config/fontconfig", ".fonts.conf")
NAMED_FONTS: Final = {
    "FONTCONFIG_PATH": "", "XDG_CONFIG_HOME": "fontconfig", "XDG_DATA_HOME": "fonts",
    "XDG_DATA_DIRS": "fonts",
}  # fmt: skip
"""Variables that name folders, and what in each of them says which fonts there are."""
CONFIGURING: Final = (".conf", ".xml", "")
_FOLDER: Final = re.compile(rb"<(?:dir|include)\b[^>]*>\s*([^<]*?)\s*<")
VARIABLES: Final = (
    "BLIS_", "CARREPORT_", "DYLD_", "FC_", "FONTCONFIG_", "G_", "GOTO_", "HB_", "LANG", "LC_",
    "LD_", "MKL_", "MPL", "NPY_", "NUMEXPR_", "OMP_", "OPENBLAS_", "PANGO_", "PYTHON",
    "XDG_CONFIG", "XDG_DATA",
)  # fmt: skip
"""How names of variables begin that change what a library does, or which one is found."""
DISTRIBUTION: Final = (".dist-info", ".egg-info", ".egg-link", ".pth")
RECORDS: Final = ("METADATA", "RECORD", "PKG-INFO", "direct_url.json")


def system() -> dict[str, Any]:
    """
    Python, everything installed for it, what steers them both, the processor.

    Files of an installed library are not read; its RECORD is, which has the digest of each.
    """
    return {
        "python": sys.version,
        "implementation": platform.python_implementation(),
        "optimise": sys.flags.optimize,
        "machine": platform.machine(),
        "processor": _processor(),
        "loader": file_digest(str(LOADER)),
        "variables": {
            name: value for name, value in sorted(os.environ.items()) if name.startswith(VARIABLES)
        },
        "installed": [
            {place: found}
            for place in dict.fromkeys(sys.path)
            if (found := dict(_installed(Path(place or "."))))
        ],
    }


def fonts() -> dict[str, tuple[int, int]]:
    """
    Size and time of each font of the system, and of what says which there are.

    A sign that ours lack is set in one of them.
    """
    home = Path(os.path.expanduser("~"))  # noqa: PTH111 - without a home it stays as it is
    named = list(_named_places())
    places = [*map(Path, FONTS), *(home / one for one in OWN_FONTS), *named]
    places += [one for place in named for path in _below(place) for one in _named_in(path, home)]
    found = {}
    for path in (one for place in dict.fromkeys(places) for one in _below(place)):
        try:
            known = path.stat()
        except OSError:
            continue
        found[path.as_posix()] = (known.st_size, known.st_mtime_ns)
    return found


def _below(place: Path) -> Iterator[Path]:
    yield from [place] if place.is_file() else files_below(place)


def _named_places() -> Iterator[Path]:
    """What variables name; a file is looked for in the folders of FONTCONFIG_PATH."""
    for variable, inner in NAMED_FONTS.items():
        found = filter(None, os.environ.get(variable, "").split(os.pathsep))
        yield from (Path(one) / inner for one in found)
    if file := os.environ.get("FONTCONFIG_FILE"):
        folders = filter(None, os.environ.get("FONTCONFIG_PATH", "").split(os.pathsep))
        yield from (Path(one) / file for one in (*folders, FONTS[0], "."))


def _named_in(path: Path, home: Path) -> Iterator[Path]:
    """Folders of fonts, and further files of their kind, that one of them names."""
    if path.suffix not in CONFIGURING:
        return
    try:
        text = path.read_bytes()
    except OSError:
        return
    for one in _FOLDER.findall(text):
        name = os.fsdecode(one)
        own = name.startswith("~/")
        yield home / name[2:] if own else path.parent / name


@dataclass(frozen=True, slots=True)
class Library:
    """
    A library as it was when a process had loaded it.

    Attributes:
        digest: SHA-256 of the file.
        known: What the file system says of it; whatever writes to the file changes that.
    """

    digest: str
    known: tuple[int, ...]


def libraries() -> Mapping[str, Library] | None:
    """
    The system's libraries that this process has loaded.

    Those that came with a Python library are left out, see `system`.

    Returns:
        By path; None where the system does not say, or one of them is no longer there.
    """
    try:
        lines = MAPS.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return None
    mapped = [line.split(None, 5) for line in lines]
    paths = {one[5] for one in mapped if len(one) == 6 and "x" in one[1] and one[5][0] == "/"}
    system_s = sorted(path for path in paths if "/site-packages/" not in path)
    found = {path: Library(file_digest(path), _known(path)) for path in system_s}
    return found if all(one.digest for one in found.values()) else None


def same_library(path: str, then: Library) -> bool:
    """Whether it is today what it was then."""
    now = _known(path)
    return bool(now) and (now == then.known or file_digest(path) == then.digest)


def file_digest(path: str) -> str:
    """SHA-256 of a file; nothing where it cannot be read."""
    try:
        return _digest(path, *_known(path))
    except OSError:
        return ""


def _known(path: str) -> tuple[int, ...]:
    try:
        known = os.stat(path)  # noqa: PTH116 - paths of libraries are plain text
    except OSError:
        return ()
    return known.st_ino, known.st_size, known.st_mtime_ns, known.st_ctime_ns


@functools.lru_cache(maxsize=512)
def _digest(path: str, *_known: int) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def _installed(place: Path) -> Iterator[tuple[str, str]]:
    """Every distribution of a folder, and what Python reads there when it starts."""
    try:
        entries = sorted(os.scandir(place), key=lambda one: one.name)
    except OSError:
        return
    for entry in entries:
        if entry.name.endswith(DISTRIBUTION) or entry.name.endswith("customize.py"):
            path = Path(entry.path)
            files = [path / one for one in RECORDS] if entry.is_dir() else [path]
            yield entry.name, " ".join(file_digest(str(one)) for one in files)


def _processor() -> str:
    try:
        text = PROCESSOR.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return platform.processor()
    first = text.partition("\n\n")[0].lower().splitlines()
    return "\n".join(line for line in first if line.startswith(TELLING))
