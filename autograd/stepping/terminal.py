"""The terminal that text is shown on, if it is one: its size, whether it wants colour, how many columns a text takes.

Everything is asked at the moment of printing. A file, a pipe and a notebook are no terminals: 80 columns, no colour.
"""

import builtins
import os
import re
import shutil
import sys
import unicodedata
from typing import Any

__all__ = ["HARD_SPACE", "echoing", "is_terminal", "screen", "wants_color", "width_of"]

HARD_SPACE = "\xa0"
"""A space at which no line is broken. Names cannot contain one (`wording.visible` escapes it)."""

UNKNOWN = (80, 24)
NARROWEST = 20

_ESCAPE = re.compile("\x1b\\[[0-9;]*m")


def is_terminal(stream: Any = None) -> bool:
    """Whether a stream, else standard output as it is now, is a terminal itself, not only something that says so."""
    stream = sys.stdout if stream is None else stream
    try:
        return bool(stream.isatty()) and os.isatty(stream.fileno())
    except (AttributeError, OSError, ValueError):
        return False


def screen(stream: Any = None) -> tuple[int, int]:
    """Columns and lines of a stream's terminal, or as COLUMNS and LINES say; 80 and 24 where they are not known."""
    if is_terminal(stream) or "COLUMNS" in os.environ or "LINES" in os.environ:
        columns, lines = shutil.get_terminal_size(UNKNOWN)
    else:
        columns, lines = UNKNOWN
    return max(columns, NARROWEST), lines


def wants_color(stream: Any = None) -> bool:
    """Whether a stream is a terminal that shows colour and whose user wants it (https://no-color.org)."""
    if os.environ.get("NO_COLOR") or (os.environ.get("TERM") in (None, "", "dumb") and os.name != "nt"):
        return False
    # Only the newer one of the two consoles of Windows is sure to read the codes.
    return is_terminal(stream) and (os.name != "nt" or "WT_SESSION" in os.environ)


def echoing() -> bool:
    """Whether Python's prompt is about to show the value of what was typed.

    While it asks for that value's repr, and only then, `builtins._` is None (documented at `sys.displayhook`).
    """
    return hasattr(sys, "ps1") and getattr(builtins, "_", "") is None


def width_of(text: str) -> int:
    r"""How many columns a text takes: wide characters two, combining ones and colour codes none.

    >>> width_of("∂L/∂d"), width_of("重み"), width_of("\x1b[33m-2\x1b[0m")
    (5, 4, 2)
    """
    if "\x1b" in text:
        text = _ESCAPE.sub("", text)
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else not unicodedata.combining(c) for c in text)
