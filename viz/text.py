"""Labels in the markup of pictures: escaped for Graphviz' HTML-like labels, and how much room they take."""

import html
import unicodedata

from autograd.wording import visible

__all__ = ["html_text", "width_in_ems"]


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
