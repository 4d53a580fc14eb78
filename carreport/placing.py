"""Files written whole or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PASSING: Final = ".carreport-"
"""How the names of what is made beside its place begin; its process follows."""


def passing_name() -> str:
    """What a file or folder beside the target is called while this process writes it."""
    return f"{PASSING}{os.getpid()}"


def put(files: Mapping[Path, bytes]) -> None:
    """
    Write files: each beside its place first, so that a full disk leaves what was there.

    Links are followed. What is no file to be replaced, as a device, is written to.

    Args:
        files: What each is to hold.

    Raises:
        OSError: The disk does not take it; what stood there before is unchanged.
    """
    passing: dict[Path, Path] = {}
    try:
        for number, (path, content) in enumerate(files.items()):
            target = path.resolve()
            if target.exists() and not target.is_file():
                target.write_bytes(content)  # a folder refuses
                continue
            fresh = target.with_name(f"{passing_name()}-{number:08}")
            with fresh.open("xb") as stream:  # never through somebody's link
                passing[target] = fresh
                stream.write(content)
        for target, fresh in passing.items():
            fresh.replace(target)
    finally:
        for fresh in passing.values():
            with suppress(OSError):
                fresh.unlink(missing_ok=True)
