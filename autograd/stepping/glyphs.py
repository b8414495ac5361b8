"""How numbers, names and signs are written: in mathematical signs where the output can show them, in ASCII elsewhere.

`choose` decides at the moment of printing. Labels are data: whatever is in one comes out visible, on one line.
"""

import sys
from typing import Any, NamedTuple

__all__ = ["ASCII", "UNICODE", "Glyphs", "choose", "number", "visible"]

SIGNS = "∂→×…∈≡₀₁₂₃₄₅₆₇₈₉"
NAME_LIMIT = 60
"""Characters of a name that are shown."""


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
        if not self.ascii or text.isascii():
            return text
        for sign, plain in (("∈", "in"), ("…", "..."), ("≡", "=="), ("∂", "d"), ("→", "->"), ("×", "x")):
            text = text.replace(sign, plain)
        return text.encode("ascii", "backslashreplace").decode()

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
    encoding = getattr(sys.stdout if stream is None else stream, "encoding", None)
    if not encoding:
        return UNICODE
    try:
        SIGNS.encode(encoding)
    except (LookupError, UnicodeError):
        return ASCII
    return UNICODE


def number(x: float) -> str:
    """`x` in at most six significant digits; negative zero is just zero.

    >>> number(2 / 3), number(-0.0), number(-8.0)
    ('0.666667', '0', '-8')
    """
    return f"{x + 0.0:.6g}"


def visible(name: str) -> str:
    r"""`name` on one line, everything unprintable escaped, and cut where it is very long.

    >>> visible("two\nlines"), len(visible("w" * 1000))
    ('two\\nlines', 60)
    """
    if not name.isprintable():
        name = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in name)
    return name if len(name) <= NAME_LIMIT else name[: NAME_LIMIT - 1] + "…"
