"""Breaks a picture that is hundreds of boxes long and hardly any wide into rows, as a text is broken into lines."""

import math

from .model import Picture

__all__ = ["LONG", "rows_of"]

LONG = 100
"""Boxes in a row above which a narrow picture is broken."""

THICK = 3
"""Boxes above each other, on average, up to which it is narrow."""

ASPECT = 2.5
"""Widths of a box, with its arrow, in its height."""


def rows_of(picture: Picture) -> tuple[set[int], list[str]]:
    """The numbers of the arrows that lead from row to row, and a first box of each; none where a page has the room."""
    tails: dict[str, list[str]] = {}
    for arrow in picture.arrows:
        tails.setdefault(arrow.head, []).append(arrow.tail)
    ranks: dict[str, int] = {}
    for box in picture.boxes:  # inputs first; a leaf stands right before its first use, and in the same row
        if box.name in tails:
            rank = 1 + max(ranks.get(tail, -1) for tail in tails[box.name])
            ranks[box.name] = rank
            for tail in tails[box.name]:
                ranks.setdefault(tail, rank)
    length = max(ranks.values(), default=0)
    thickness = len(picture.boxes) / max(1, length)
    if length < LONG or thickness > THICK or picture.clusters:
        return set(), []
    row = math.ceil(math.sqrt(length * thickness / ASPECT))
    places = [(ranks.get(arrow.tail, 0), ranks.get(arrow.head, 0)) for arrow in picture.arrows]
    breaks = {number for number, (tail, head) in enumerate(places) if tail // row != head // row}
    starts: dict[int, str] = {}
    for name in tails:
        if ranks.get(name, 0) % row == 0:
            starts.setdefault(ranks.get(name, 0), name)
    return breaks, [starts[rank] for rank in sorted(starts)]
