"""Numbers and labels as the pictures show them.

Labels are data: whatever a user wrote in one comes out as visible text, on one line, of bounded length.
"""

import html
import unicodedata

__all__ = ["bounded", "count", "html_text", "number", "visible", "width_in_ems"]

JOINERS = "\u200c\u200d"
"""Not printable on their own, but they hold emoji and some scripts together."""


def number(x: float, digits: int = 6) -> str:
    """`x` in at most `digits` significant digits; negative zero is just zero.

    >>> number(2 / 3), number(-0.0), number(1e-30, digits=4)
    ('0.666667', '0', '1e-30')
    """
    return f"{x + 0.0:.{digits}g}"


def count(n: int, noun: str) -> str:
    """`n` and its noun, grouped by thousands and in the right number.

    >>> count(1, "node"), count(12345, "node")
    ('1 node', '12,345 nodes')
    """
    return f"{n:,} {noun}{'s' * (n != 1)}"


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


def html_text(text: str) -> str:
    r"""`text` for an HTML-like label of DOT: visible, nothing in it read as markup.

    >>> html_text("<b>\\N</b>")
    '&lt;b&gt;\\\\N&lt;/b&gt;'
    """
    # Graphviz replaces \N, \G... by names in HTML-like labels too, after reading the markup; two backslashes are one.
    return html.escape(visible(text)).replace("\\", "\\\\")


def width_in_ems(text: str, *, bold: bool = False) -> float:
    """About how wide `text` is in a wide font, in units of the font size; letters of East Asia take a whole square."""
    letter = 0.66 if bold else 0.6
    return sum(1.05 if unicodedata.east_asian_width(char) in "WF" else letter for char in text)
