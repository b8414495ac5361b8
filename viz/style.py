"""The look of the pictures. Colours are Okabe and Ito's, for colour-blind readers too, and never the only sign."""

import math

__all__ = ["BLUE", "CHIPS", "FONT", "GREY", "INK", "PALE", "RED", "VERMILION", "flow_colour", "flow_width"]

INK = "#222222"
GREY = "#767676"
PALE = "#B8B8B8"
BLUE = "#0072B2"
RED = "#B00020"  # what is wrong on purpose
VERMILION = "#C04F00"  # the darker end of Okabe and Ito's vermilion: small text needs the contrast

# One name, not a list: Graphviz knows the widths of these letters without any font file.
FONT = "Helvetica"

CHIPS = {
    "leaf": ("input", "#CDE6F5", INK),
    "parameter": ("parameter", "#F8DDB0", INK),
    "constant": ("constant", "#E4E4E4", INK),
    "computed": ("", "#34495E", "#FFFFFF"),
}
"""For each kind of node: its word, the colour behind the word, the colour of the word."""


def flow_colour(contribution: float | None) -> str:
    """The colour of an edge by what flows back along it: blue if positive, vermilion if negative, pale if nothing."""
    if contribution is None:
        return GREY
    if contribution == 0.0:
        return PALE
    return BLUE if contribution > 0 else VERMILION


def flow_width(contribution: float | None, largest: float) -> float:
    """The line's width in points, from 1 to 3, by the share of the picture's largest contribution."""
    if not contribution or not largest:
        return 1.0
    return round(1.0 + 2.0 * math.sqrt(min(1.0, abs(contribution) / largest)), 2)
