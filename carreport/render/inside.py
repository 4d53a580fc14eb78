"""What a page may run and be styled by: only what was put into it, named by digest."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, replace
from typing import Final

from markupsafe import Markup

POLICY: Final = Markup("<!--policy-->")
"""Where the page states its policy; it is known when everything else stands."""


@dataclass(frozen=True, slots=True)
class Inside:
    """
    Digests of the style sheets and scripts put into a page.

    Attributes:
        style: Of each style sheet, in order.
        script: Of each script, in order.
    """

    style: tuple[str, ...] = ()
    script: tuple[str, ...] = ()

    def with_text(self, tag: str, text: str) -> Inside:
        """The same, and one more: a *tag* of style or script with this text."""
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        known = dict.fromkeys((*getattr(self, tag), f"'sha256-{digest}'"))
        return replace(self, **{tag: tuple(known)})

    @property
    def policy(self) -> Markup:
        """
        The Content-Security-Policy: nothing is fetched, nothing else is run.

        Source:
            W3C, Content Security Policy Level 3.
        """
        rules = {
            "default-src": ("'none'",),
            "style-src": self.style or ("'none'",),
            "script-src": self.script or ("'none'",),
            "font-src": ("data:",),
            "img-src": ("data:",),
            "base-uri": ("'none'",),
            "form-action": ("'none'",),
        }
        content = "; ".join(f"{name} {' '.join(values)}" for name, values in rules.items())
        return Markup('<meta http-equiv="Content-Security-Policy" content="{}">').format(content)
