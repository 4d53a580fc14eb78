"""TOML of a proposed mapping, which is written with its comments line by line."""

from __future__ import annotations

import re
from typing import Final

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_ESCAPED: Final = re.compile(r'["\\\x00-\x1f\x7f]')


def quoted(text: str) -> str:
    r"""
    A TOML string.

    >>> print(quoted('a "b"'))
    "a \"b\""
    """
    return '"' + _ESCAPED.sub(_escape, text) + '"'


def _escape(sign: re.Match[str]) -> str:
    return f"\\{sign[0]}" if sign[0] in '"\\' else f"\\u{ord(sign[0]):04X}"


def key(text: str) -> str:
    """A TOML key."""
    return text if _BARE.fullmatch(text) else quoted(text)


def table(*pairs: tuple[str, str]) -> str:
    """An inline table of keys and TOML values."""
    return "{ " + ", ".join(f"{key(name)} = {value}" for name, value in pairs) + " }"


def array(*values: str) -> str:
    """An array of TOML values."""
    return "[" + ", ".join(values) + "]"


def comment(text: str) -> str:
    """What can stand behind a #."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", text).split())
