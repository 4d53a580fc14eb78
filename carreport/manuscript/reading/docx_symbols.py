"""Characters of symbol fonts as Unicode: Word writes ± of the font Symbol as U+F0B1."""

from __future__ import annotations

from typing import Final

_PRIVATE: Final = 0xF000
_SYMBOL: Final = {
    0x2D: "−", 0xA2: "′", 0xA3: "≤", 0xA5: "∞", 0xAB: "↔", 0xAC: "←", 0xAD: "↑", 0xAE: "→",
    0xAF: "↓", 0xB0: "°", 0xB1: "±", 0xB2: "″", 0xB3: "≥", 0xB4: "×", 0xB5: "∝", 0xB7: "•",
    0xB8: "÷", 0xB9: "≠", 0xBA: "≡", 0xBB: "≈", 0xBC: "…", 0xD6: "√", 0xD7: "⋅", 0x7E: "∼",
    0x61: "α", 0x62: "β", 0x63: "χ", 0x64: "δ", 0x65: "ε", 0x66: "φ", 0x67: "γ", 0x68: "η",
    0x69: "ι", 0x6B: "κ", 0x6C: "λ", 0x6D: "μ", 0x6E: "ν", 0x70: "π", 0x71: "θ", 0x72: "ρ",
    0x73: "σ", 0x74: "τ", 0x77: "ω", 0x44: "Δ", 0x53: "Σ", 0x57: "Ω",
}  # fmt: skip
_WINGDINGS_DIGITS: Final = {0x80 + at: "⓪①②③④⑤⑥⑦⑧⑨⑩"[at] for at in range(11)}
_BULLET: Final = "•"


def symbol(font: str, code: int) -> str:
    """
    A character of a symbol font.

    Args:
        font: Its name; empty for Symbol.
        code: The character, with or without Word's offset.

    >>> symbol("Symbol", 0xF0B1), symbol("Symbol", 0xF031), symbol("Wingdings", 0xF0A7)
    ('±', '1', '•')
    """
    low = code - _PRIVATE if _PRIVATE <= code <= _PRIVATE + 0xFF else code
    name = font.casefold()
    if "wingdings" in name or "webdings" in name:
        return _WINGDINGS_DIGITS.get(low, _BULLET)
    if "symbol" in name or not name:
        return _SYMBOL.get(low) or (chr(low) if 0x20 <= low < 0x7F else _BULLET)
    return chr(code)


def without_private(text: str, font: str) -> str:
    """
    A text with the characters Word keeps for symbol fonts as Unicode.

    Args:
        text: Of a run.
        font: The run's font.
    """
    if not any(_PRIVATE <= ord(one) <= _PRIVATE + 0xFF for one in text):
        return text
    return "".join(
        symbol(font, ord(one)) if _PRIVATE <= ord(one) <= _PRIVATE + 0xFF else one for one in text
    )
