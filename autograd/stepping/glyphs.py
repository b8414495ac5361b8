"""The signs of a trace's text: mathematical ones where the output can show them, ASCII elsewhere.

`choose` decides at the moment of printing.
"""

from typing import Any, NamedTuple

from ..wording import ascii_text, can_print

__all__ = ["ASCII", "UNICODE", "Glyphs", "choose"]

SIGNS = "∂→×…∈≡₀₁₂₃₄₅₆₇₈₉"


class Glyphs(NamedTuple):
    """One way of writing: the signs, and whether the text around them must be ASCII."""

    d: str
    arrow: str
    times: str
    ascii: bool

    def text(self, text: str) -> str:
        """A stored text (a name, a formula, a note) in this way of writing.

        >>> ASCII.text("kink: subgradient 0 ∈ [0, 1]"), ASCII.text("δ")
        ('kink: subgradient 0 in [0, 1]', '\\\\u03b4')
        """
        return ascii_text(text) if self.ascii else text

    def mark(self, which: int) -> str:
        """Which of an operation's equal operands is meant: `₁`, or `[1]` in ASCII, since `a_1` may be a name.

        >>> UNICODE.mark(12), ASCII.mark(12), ASCII.mark(0)
        ('₁₂', '[12]', '')
        """
        if not which:
            return ""
        return f"[{which}]" if self.ascii else "".join(chr(0x2080 + int(digit)) for digit in str(which))


UNICODE = Glyphs("∂", "→", "×", False)
ASCII = Glyphs("d", "->", "x", True)


def choose(stream: Any = None) -> Glyphs:
    """The way of writing for a stream, by its encoding; for standard output as it is now where none is given.

    >>> import io
    >>> choose(io.TextIOWrapper(io.BytesIO(), encoding="latin-1")) is ASCII
    True
    """
    return UNICODE if can_print(SIGNS, stream) else ASCII
