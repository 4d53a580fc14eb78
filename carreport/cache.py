"""
What earlier builds computed, kept beside the folders they wrote.

An entry is found by the digest of everything that decided it and is never changed, only
forgotten: the oldest first, when there are too many. Nothing here is needed; an entry that
cannot be read, is damaged or is not ours counts as missing, and what cannot be kept is not.

An entry is read with pickle, which runs what it is told to. So it is read only if nobody but this
user can have written it: from a folder that is his own and closed to everyone else (0700, no
link), out of a plain file that is his own, closed (0600) and has no second name. Folder and file
are asked once they are open, so that nobody can put another in their place in between. The digest
in an entry finds damage; it keeps nobody away.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from carreport.saved.system import Library, libraries, same_library

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

MOST_ENTRIES: Final = 48
MOST_BYTES: Final = 256 * 2**20
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_BEGIN: Final = b"carreport\n"


@dataclass(frozen=True, slots=True)
class Found:
    """
    An entry.

    Attributes:
        content: As it was kept.
        libraries: The system's libraries it was made with, which are the same today.
    """

    content: bytes
    libraries: Mapping[str, Library]


@dataclass(frozen=True, slots=True)
class Cache:
    """
    Entries by key.

    Attributes:
        folder: Where they stand; None keeps nothing and finds nothing.
    """

    folder: Path | None = None

    def get(self, key: str, *, used: bool = True) -> Found | None:
        """
        The entry of this key, or None.

        Args:
            key: What it was kept under.
            used: Whether that makes it one of the last to be forgotten.
        """
        try:
            with _opened(self.folder) as place:
                return _read(place, key, used=used)
        except (OSError, ValueError, TypeError, AttributeError):
            return None

    def put(self, key: str, content: bytes, made_with: Mapping[str, Library] | None = None) -> None:
        """
        Keep an entry, and forget the oldest if that makes them too many.

        Args:
            key: A digest of everything that decided it, but for the system's libraries: of those
                this process has loaded, the entry keeps the digests.
            content: What to keep.
            made_with: Libraries of entries it was made from.
        """
        loaded = libraries()
        if self.folder is None or loaded is None or len(content) > MOST_BYTES // 2:
            return
        with contextlib.suppress(OSError):
            with contextlib.suppress(FileExistsError):
                self.folder.mkdir(mode=stat.S_IRWXU)
            with _opened(self.folder) as place:
                _write(place, key, _packed(key, content, {**(made_with or {}), **loaded}))
                _forget(place)


@contextlib.contextmanager
def _opened(folder: Path | None) -> Iterator[int]:
    """
    The folder, if it is this user's and closed to all others.

    Raises:
        OSError: It is not there, or not as it must be.
    """
    if folder is None or not hasattr(os, "geteuid"):
        raise FileNotFoundError
    place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        _check_private(os.fstat(place))
        yield place
    finally:
        os.close(place)


def _check_private(known: os.stat_result) -> None:
    if known.st_uid != os.geteuid() or known.st_mode & _OTHERS:
        raise PermissionError


def _read(place: int, key: str, *, used: bool) -> Found | None:
    # A pipe would be waited for.
    file = os.open(key, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=place)
    with os.fdopen(file, "rb") as stream:
        known = os.fstat(file)
        _check_private(known)
        if not stat.S_ISREG(known.st_mode) or known.st_nlink != 1:
            return None
        found = _unpacked(key, stream.read(MOST_BYTES))
        if found and used:
            os.utime(file)
    return found


def _packed(key: str, content: bytes, made_with: Mapping[str, Library]) -> bytes:
    stated = {path: (one.digest, one.known) for path, one in made_with.items()}
    body = json.dumps([key, stated]).encode() + b"\n" + content
    return _BEGIN + hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def _unpacked(key: str, entry: bytes) -> Found | None:
    """What was packed; None where it is damaged, of another key, or made with other libraries."""
    begin, _, rest = entry.partition(b"\n")
    digest, _, body = rest.partition(b"\n")
    if begin + b"\n" != _BEGIN or hashlib.sha256(body).hexdigest().encode() != digest:
        return None
    head, _, content = body.partition(b"\n")
    kept_as, stated = json.loads(head)
    made_with = {path: Library(one, tuple(known)) for path, (one, known) in stated.items()}
    same = all(same_library(path, one) for path, one in made_with.items())
    return Found(content, made_with) if kept_as == key and same else None


def _write(place: int, key: str, entry: bytes) -> None:
    passing = f".{key}-{os.getpid()}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    with contextlib.suppress(FileNotFoundError):
        os.unlink(passing, dir_fd=place)
    file = os.open(passing, flags, mode=stat.S_IRUSR | stat.S_IWUSR, dir_fd=place)
    try:
        with os.fdopen(file, "wb") as stream:
            stream.write(entry)
        os.replace(passing, key, src_dir_fd=place, dst_dir_fd=place)
    except BaseException:
        os.unlink(passing, dir_fd=place)
        raise


def _forget(place: int) -> None:
    """The oldest files go until few enough are left; folders are not ours."""
    found = []
    for name in os.listdir(place):
        with contextlib.suppress(FileNotFoundError):
            known = os.stat(name, dir_fd=place, follow_symlinks=False)
            if not stat.S_ISDIR(known.st_mode):
                found.append((known.st_mtime_ns, name, known.st_size))
    kept = bytes_ = 0
    for _, name, size in sorted(found, reverse=True):
        kept, bytes_ = kept + 1, bytes_ + size
        if kept > MOST_ENTRIES or bytes_ > MOST_BYTES:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(name, dir_fd=place)
