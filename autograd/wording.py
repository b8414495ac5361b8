"""How numbers, counts and labels are written, wherever the library shows them: steps, reports, models, pictures.

Labels are data: whatever a user wrote in one comes out as visible text, on one line. Imports nothing of the library.
"""

import sys
from collections.abc import Mapping
from typing import Any

__all__ = ["IN_ASCII", "ascii_text", "bounded", "can_print", "count_of", "number", "visible"]

JOINERS = "\u200c\u200d"
"""Not printable on their own, but they hold emoji and some scripts together."""

IN_ASCII: dict[str, str] = {"∂": "d", "→": "->", "×": "x", "…": "...", "∈": "in", "≡": "=="}
"""How the signs of a trace are written in ASCII."""


def number(x: float, digits: int = 6) -> str:
    """`x` in at most `digits` significant digits; negative zero is just zero.

    >>> number(2 / 3), number(-0.0), number(1e-30, digits=4)
    ('0.666667', '0', '1e-30')
    """
    return f"{x + 0.0:.{digits}g}"


def count_of(count: int, noun: str) -> str:
    """`count` and its noun, grouped by thousands and in the right number.

    >>> count_of(1, "node"), count_of(12345, "node")
    ('1 node', '12,345 nodes')
    """
    return f"{count:,} {noun}{'s' * (count != 1)}"


def visible(text: str) -> str:
    r"""`text` with everything unprintable (line ends, controls, direction overrides) written as Python escapes it.

    >>> visible("two\nlines"), visible("caf\u00e9 \u202e")
    ('two\\nlines', 'café \\u202e')
    """
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() or char in JOINERS else char.encode("unicode_escape").decode() for char in text
    )


def bounded(text: str, limit: int = 32) -> str:
    """`text`, made visible, and cut with an ellipsis where it is then longer than `limit` characters.

    >>> bounded("a very long label", 10)
    'a very lo…'
    """
    text = visible(text)
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def ascii_text(text: str, signs: Mapping[str, str] = IN_ASCII) -> str:
    r"""`text` in ASCII: `signs` says how signs are written, whatever else is not ASCII is escaped as Python does.

    >>> ascii_text("kink: subgradient 0 ∈ [0, 1]"), ascii_text("δ")
    ('kink: subgradient 0 in [0, 1]', '\\u03b4')
    """
    if text.isascii():
        return text
    return "".join(signs.get(char, char) for char in text).encode("ascii", "backslashreplace").decode()


def can_print(signs: str, stream: Any = None) -> bool:
    """Whether a stream's encoding has these signs; standard output as it is now where no stream is given.

    A stream without an encoding, such as `io.StringIO`, takes every sign.

    >>> import io
    >>> can_print("∂", io.TextIOWrapper(io.BytesIO(), encoding="latin-1")), can_print("∂", io.StringIO())
    (False, True)
    """
    encoding = getattr(sys.stdout if stream is None else stream, "encoding", None)
    try:
        signs.encode(encoding or "utf-8")
    except (LookupError, UnicodeError):
        return False
    return True
