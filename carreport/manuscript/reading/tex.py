r"""
What is left of LaTeX in text: `$61.2\% \pm 14.0\%$` is read as 61.2% ± 14.0%.

Only what can touch a number is translated; an unknown command stays as it is written.
"""

from __future__ import annotations

import re
from typing import Final

from carreport.manuscript.reading.words import HAIR, raised_text

_COMMANDS: Final = {
    "pm": "±", "mp": "∓", "times": "×", "cdot": "·", "div": "÷", "le": "≤", "leq": "≤",
    "leqslant": "≤", "ge": "≥", "geq": "≥", "geqslant": "≥", "ll": "≪", "gg": "≫", "lt": "<",
    "gt": ">", "ne": "≠", "neq": "≠", "approx": "≈", "sim": "∼", "simeq": "≈", "equiv": "≡",
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "Delta": "Δ", "kappa": "κ",
    "lambda": "λ", "mu": "μ", "micro": "µ", "rho": "ρ", "sigma": "σ", "tau": "τ", "chi": "χ",
    "omega": "ω", "infty": "∞", "degree": "°", "circ": "°", "dagger": "†", "ddagger": "‡",
    "to": "→", "rightarrow": "→", "ldots": "…", "dots": "…", "percent": "%", "quad": " ",
    "qquad": " ", "left": "", "right": "", "displaystyle": "", "small": "",
}  # fmt: skip
_WRAPPERS: Final = (
    "text", "textrm", "textit", "textbf", "textsf", "emph", "mathrm", "mathit", "mathbf", "mathsf",
    "mathbb", "mathcal", "operatorname", "mbox", "hbox", "boldsymbol", "num", "unit", "ensuremath",
)  # fmt: skip
_DEPTH: Final = 6
"""How deep braces are opened; deeper ones stay as written."""
_MATH: Final = re.compile(
    r"(?<![\\$])\$\$(?P<display>[^$]{1,2000})\$\$"
    r"|(?<![\\$\w])\$(?P<inline>[^\s$](?:[^$\n]{0,500}[^\s$\\])?)\$(?![0-9$])"
    r"|(?<![\w\\])\\\((?P<round>.{1,500}?)\\\)(?!\w)|\\\[(?P<square>.{1,2000}?)\\\]",
    re.DOTALL,
)
_FRACTION: Final = re.compile(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_WRAPPED: Final = re.compile(rf"\\(?:{'|'.join(_WRAPPERS)})\s*\{{([^{{}}]*)\}}")
_ROOT: Final = re.compile(r"\\sqrt\s*\{([^{}]*)\}")
_RAISED: Final = re.compile(r"\^\s*(?:\{([^{}]*)\}|\\circ\b|([0-9+*†]))")
_LOWERED: Final = re.compile(r"_\s*(?:\{([^{}]*)\}|([0-9]))")
_COMMAND: Final = re.compile(r"\\([A-Za-z]+)(?![A-Za-z])")
_ESCAPED: Final = re.compile(r"\\([%$&#_{}])")
_THIN: Final = re.compile(r"\\[,;:!]|~")
_BRACES: Final = re.compile(r"\{([^{}]*)\}")
_BARE_POWER: Final = re.compile(
    r"(?<![\w.])10\s?(?:\^\s?\{\s?([-+−–]?[0-9]{1,2})\s?\}|\^([-+−–]?[0-9]{1,2})\^?(?![\w^]))"
)
_BARE: Final = re.compile(r"\\(?:pm|times|leq?|geq?|approx|sim|cdot|%)(?![A-Za-z])")
_LOOSE_RAISED: Final = re.compile(r"(?<=[\w.,;:)\]])\^\{([0-9a-z,–\- ]{1,20})\}")
_DIGIT_BEFORE: Final = re.compile(r"[0-9%]$")


def without_tex(text: str) -> str:
    r"""
    A text with what is left of LaTeX read.

    >>> without_tex(r"OS was $61.2\% \pm 14.0\%$, $\geq 5\%$; 2 \times 10^{6}/kg")
    'OS was 61.2% ± 14.0%, ≥ 5%; 2 × 10⁶/kg'
    >>> without_tex("from $5 to $10")
    'from $5 to $10'
    """
    if not any(sign in text for sign in "$\\^"):
        return text
    text = _MATH.sub(lambda found: _math(next(filter(None, found.groups()), "")), text)
    text = _BARE_POWER.sub(lambda found: "10" + _power(found[1] or found[2]), text)
    text = _LOOSE_RAISED.sub(_set_apart, text)
    return _BARE.sub(_command_or_percent, text)


def _command_or_percent(found: re.Match[str]) -> str:
    return "%" if found[0] == r"\%" else _COMMANDS[found[0][1:]]


def _set_apart(found: re.Match[str]) -> str:
    before = found.string[max(0, found.start() - 1) : found.start()]
    return (HAIR if _DIGIT_BEFORE.search(before) else "") + raised_text(found[1])


def _power(digits: str) -> str:
    return raised_text(digits.replace("–", "−"))


def _math(text: str) -> str:
    """What a formula prints, on one line."""
    text = _ESCAPED.sub(r"\1", _THIN.sub(" ", text))
    for _ in range(_DEPTH):
        before = text
        text = _WRAPPED.sub(r"\1", text)
        text = _FRACTION.sub(r"\1/\2", text)
        text = _ROOT.sub(r"√(\1)", text)
        text = _RAISED.sub(_raised, text)
        text = _LOWERED.sub(lambda found: next(filter(None, found.groups()), ""), text)
        text = _COMMAND.sub(_command, text)
        text = _BRACES.sub(r"\1", text)
        if text == before:
            break
    return " ".join(text.split(" "))


def _raised(found: re.Match[str]) -> str:
    inner = found[1] if found[1] is not None else found[2]
    if inner is None or inner.strip() == r"\circ":
        return "°"
    base = found.string[: found.start()].rstrip()
    if base.endswith("10"):
        return _power(inner.replace(" ", ""))
    return (HAIR if _DIGIT_BEFORE.search(base) else "") + raised_text(inner)


def _command(found: re.Match[str]) -> str:
    """A command as its character; one that is not known stays as it is."""
    return _COMMANDS.get(found[1], found[0])
