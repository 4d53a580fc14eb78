"""Elements of an SVG and their attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml import etree

SVG: Final = "{http://www.w3.org/2000/svg}"


def parent_of(element: etree._Element) -> etree._Element:
    """The element around one that is not the root."""
    parent = element.getparent()
    if parent is None:
        msg = "the root of an SVG has no parent"
        raise ValueError(msg)
    return parent


def take(element: etree._Element, name: str) -> str:
    """An attribute's value, which it then no longer has."""
    value = element.get(name, "")
    if value:
        del element.attrib[name]
    return value


def attributes(element: etree._Element) -> dict[str, str]:
    """All attributes, as they stand."""
    return {str(name): str(value) for name, value in element.attrib.items()}


def say(element: etree._Element, said: Mapping[str, str]) -> None:
    """Set attributes; empty ones are left out."""
    for name in filter(said.get, said):
        element.set(name, said[name])


def shortened(value: float, digits: int = 3) -> str:
    """A length without zeros at its end."""
    return f"{value:.{digits}f}".rstrip("0").rstrip(".")
