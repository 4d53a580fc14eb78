"""Nested plain values as TOML, with comments: what tomllib reads back is what was given."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_ESCAPES: Final = {
    '"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r",
}  # fmt: skip
_UNPRINTABLE: Final = re.compile(r'["\\\x00-\x1f\x7f]')
WIDTH: Final = 96
"""An array that is longer has a line for each of its values."""


def to_toml(values: Mapping[str, Any], comments: Mapping[str, str] | None = None) -> str:
    """
    Nested plain values as TOML.

    Dictionaries become tables and lists of them arrays of tables, one level down as well; what
    lies deeper is written inline.

    Args:
        values: str, int, float, bool, dt.date, lists and dicts of them.
        comments: Dotted key to the comment above it; see `Draft.comments`.

    Raises:
        TypeError: A value TOML does not have.

    >>> print(to_toml({"study": {"title": "A"}, "endpoint": [{"id": "os"}]}, {"endpoint": "All."}))
    [study]
    title = "A"
    <BLANKLINE>
    # All.
    [[endpoint]]
    id = "os"
    <BLANKLINE>
    """
    said = comments or {}
    blocks = [[*_comment(said.get(""))], *_table("", values, said)]
    return "\n".join("".join(f"{line}\n" for line in block) for block in blocks if block)


def _comment(text: str | None) -> Iterator[str]:
    for line in (text or "").splitlines():
        yield f"# {_UNPRINTABLE.sub(_plain, line)}".rstrip()


def _plain(sign: re.Match[str]) -> str:
    """A comment holds quotes and backslashes as they are, and no control character."""
    return sign[0] if sign[0] in '"\\\t' else " "


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _table(
    path: str, values: Mapping[str, Any], said: Mapping[str, str], depth: int = 0
) -> Iterator[list[str]]:
    """A table's own keys, then those below it; each a block of lines."""
    inner = {
        key: value
        for key, value in values.items()
        if depth < 2 and (_is_tables(value) or (depth == 0 and isinstance(value, dict)))
    }
    own = [
        line
        for key, value in values.items()
        if key not in inner
        for line in (*_comment(said.get(_joined(path, key))), f"{_key(key)} = {_value(value)}")
    ]
    yield own
    for key, value in inner.items():
        name = f"{_key(path)}.{_key(key)}" if path else _key(key)
        here = _joined(path, key)
        if isinstance(value, dict):
            first, *rest = _table(here, value, said, depth + 1)
            yield [*_comment(said.get(here)), f"[{name}]", *first]
            yield from rest
            continue
        for number, one in enumerate(value):
            heads = [here, f"{here}.{number}"] if number == 0 else [f"{here}.{number}"]
            above = [line for head in heads for line in _comment(said.get(head))]
            first, *_ = _table(f"{here}.{number}", one, said, 2)
            yield [*above, f"[[{name}]]", *first]


def _joined(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _string(key)


def _string(text: str) -> str:
    return f'"{_UNPRINTABLE.sub(_escape, text)}"'


def _escape(sign: re.Match[str]) -> str:
    return _ESCAPES.get(sign[0], f"\\u{ord(sign[0]):04X}")


def _value(value: object) -> str:
    match value:
        case list() | tuple():
            return _array([_value(one) for one in value])
        case dict():
            inside = ", ".join(f"{_key(key)} = {_value(one)}" for key, one in value.items())
            return f"{{ {inside} }}" if inside else "{}"
        case str():
            return _string(value)
        case _:
            return _scalar(value)


def _scalar(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float() if math.isfinite(value):
            return repr(value)
        case dt.date() if not isinstance(value, dt.datetime):
            return value.isoformat()
        case _:
            msg = f"TOML has no value for {value!r}"
            raise TypeError(msg)


def _array(parts: Sequence[str]) -> str:
    line = f"[{', '.join(parts)}]"
    return line if len(line) <= WIDTH else "[\n" + "".join(f"    {one},\n" for one in parts) + "]"
