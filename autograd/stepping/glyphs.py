"""The signs of a trace's text: mathematical ones where the output can show them, ASCII elsewhere; colour on request.

`choose` decides at the moment of printing. What may end up in a file, such as `str(trace)`, is never coloured.
"""

from typing import Any, NamedTuple

from ..wording import ascii_text, can_print
from .terminal import HARD_SPACE, echoing, wants_color

__all__ = ["ASCII", "UNICODE", "Glyphs", "choose", "for_echo", "for_terminal"]

SIGNS = "∂→×…∈≡₀₁₂₃₄₅₆₇₈₉"

COLORS = {"value": "36", "local": "33", "grad": "35", "changed": "1;32", "wrong": "1;31"}
"""ANSI codes of what a number is: a value, a local derivative, a gradient, what it has become, what is wrong."""


class Glyphs(NamedTuple):
    """One way of writing: the signs, whether the text around them must be ASCII, and whether numbers are coloured."""

    d: str
    arrow: str
    times: str
    ascii: bool
    color: bool = False

    def text(self, text: str) -> str:
        """A stored text (a formula, a note) in this way of writing.

        >>> ASCII.text("kink: subgradient 0 ∈ [0, 1]"), ASCII.text("δ")
        ('kink: subgradient 0 in [0, 1]', '\\\\u03b4')
        """
        return ascii_text(text) if self.ascii else text

    def name(self, text: str) -> str:
        """A name, which no line break may cut."""
        return self.text(text).replace(" ", HARD_SPACE)

    def mark(self, which: int) -> str:
        """Which of an operation's equal operands is meant: `₁`, or `[1]` in ASCII, since `a_1` may be a name.

        >>> UNICODE.mark(12), ASCII.mark(12), ASCII.mark(0)
        ('₁₂', '[12]', '')
        """
        if not which:
            return ""
        return f"[{which}]" if self.ascii else "".join(chr(0x2080 + int(digit)) for digit in str(which))

    def paint(self, what: str, text: str) -> str:
        """A text in the colour of `what` it is, a key of `COLORS`; as it is where no colour is wanted."""
        return f"\x1b[{COLORS[what]}m{text}\x1b[0m" if self.color and text else text


UNICODE = Glyphs("∂", "→", "×", False)
ASCII = Glyphs("d", "->", "x", True)


def choose(stream: Any = None) -> Glyphs:
    """The way of writing for a stream, by its encoding; for standard output as it is now where none is given.

    >>> import io
    >>> choose(io.TextIOWrapper(io.BytesIO(), encoding="latin-1")) is ASCII
    True
    """
    return UNICODE if can_print(SIGNS, stream) else ASCII


def for_terminal(stream: Any = None) -> Glyphs:
    """As `choose`, for text that goes to this stream and nowhere else: in colour, if it is a terminal that wants it."""
    return choose(stream)._replace(color=wants_color(stream))


def for_echo() -> Glyphs:
    """For a repr: as `for_terminal` if Python's prompt asks for it to show it, else as `choose`."""
    return for_terminal() if echoing() else choose()
