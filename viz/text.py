"""Texts that a user wrote, in pictures: escaped for Graphviz' HTML-like labels and for matplotlib, and their room.

Every text of every plot that is not the library's own goes through `plain_text`.
"""

import html
import unicodedata

from autograd.wording import bounded, visible

__all__ = ["html_text", "plain_text", "width_in_ems"]


def html_text(text: str) -> str:
    r"""`text` for an HTML-like label of DOT: visible, nothing in it read as markup.

    >>> html_text("<b>\\N</b>")
    '&lt;b&gt;\\\\N&lt;/b&gt;'
    """
    # Graphviz replaces \N, \G... by names in HTML-like labels too, after reading the markup; two backslashes are one.
    return html.escape(visible(text)).replace("\\", "\\\\")


class _Plain(str):
    """What `plain_text` has made, and need not make again."""

    __slots__ = ()


def plain_text(text: object) -> str:
    r"""A name, title or caption as matplotlib shows it letter for letter: on one line, and not too long.

    It would read what stands between two dollar signs as mathematics, and leave out of a legend what begins with `_`.

    >>> plain_text("from $5 to $9"), plain_text("_hidden"), plain_text("two\nlines")
    ('from \\$5 to \\$9', ' _hidden', 'two\\nlines')
    """
    if isinstance(text, _Plain):
        return text
    shown = bounded(str(text), 200).replace("$", r"\$")
    return _Plain(f" {shown}" if shown.startswith("_") else shown)


def width_in_ems(text: str, *, bold: bool = False) -> float:
    """About how wide `text` is in a wide font, in units of the font size; letters of East Asia take a whole square."""
    letter = 0.66 if bold else 0.6
    return sum(1.05 if unicodedata.east_asian_width(char) in "WF" else letter for char in text)
