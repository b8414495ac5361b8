"""Where everything stands in a training film: the same places, in CSS pixels, for the page and for the animation.

On the left the network with a map for each neuron, on the right the plane and below it the curve of the losses.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from autograd.wording import bounded, number, visible

from .style import GREY, INK

__all__ = ["SHOWN", "Box", "Line", "Sheet", "Words", "laid_out"]

WIDTH, HEIGHT = 960.0, 520.0

SHOWN = 12
"""Most neurons of a layer that are shown."""

TOP, BOTTOM, LEFT, RIGHT = 84.0, 478.0, 24.0, 610.0
"""The room of the network."""

LARGEST = 46.0
"""Side of a neuron's map, at most."""

REGION = (656.0, 56.0, 280.0, 280.0)
CURVE = (690.0, 384.0, 246.0, 94.0)
"""Left, top, width and height of the plane and of the losses."""


@dataclass(frozen=True, slots=True)
class Box:
    """A neuron or input: its map's place, and what it is called."""

    x: float
    y: float
    size: float
    column: int
    index: int
    name: str


@dataclass(frozen=True, slots=True)
class Line:
    """A weight: from one box to another, by their places in the list of boxes."""

    tail: int
    head: int


@dataclass(frozen=True, slots=True)
class Words:
    """A text that stays; the anchor is "start", "middle" or "end", y its baseline."""

    x: float
    y: float
    text: str
    anchor: str = "start"
    size: float = 12.0
    colour: str = GREY


@dataclass(slots=True)
class Sheet:
    """The places of one film."""

    boxes: list[Box] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)
    curve: list[tuple[float, float]] = field(default_factory=list)
    """The loss after each epoch that was recorded by `fit`, as points of the picture."""

    def point(self, place: tuple[float, float]) -> tuple[float, float]:
        """Where a point of the plane, given as shares 0 to 1 of its width and height from below, is drawn."""
        left, top, width, height = REGION
        return left + place[0] * width, top + (1 - place[1]) * height


def laid_out(
    sizes: Sequence[int],
    titles: Sequence[str],
    inputs: Sequence[str],
    losses: Sequence[float],
    ranges: Sequence[tuple[float, float]],
) -> Sheet:
    """The places for layers of these sizes, inputs first. ranges: lowest and highest x1 and x2 of the plane."""
    sheet = Sheet()
    rows = max(min(size, SHOWN) for size in sizes)
    step = min(LARGEST * 1.36, (BOTTOM - TOP) / rows)
    size = step / 1.36
    names = max((len(name) for name in inputs), default=0)
    first = LEFT + min(90.0, 8.0 + 7.0 * names) + size / 2
    apart = (RIGHT - size / 2 - first) / max(1, len(sizes) - 1)
    columns: list[list[int]] = []
    for column, count in enumerate(sizes):
        shown = min(count, SHOWN)
        x = first + column * apart
        top = (TOP + BOTTOM) / 2 - shown * step / 2
        columns.append([])
        for index in range(shown):
            name = inputs[index] if column == 0 else f"layer {column - 1}, neuron {index}"
            box = Box(x - size / 2, top + index * step + (step - size) / 2, size, column, index, visible(name))
            columns[-1].append(len(sheet.boxes))
            sheet.boxes.append(box)
            if column == 0:
                at = box.x - 6, box.y + size / 2 + 4
                sheet.words.append(Words(*at, bounded(visible(name), 12), "end", 12, INK))
        sheet.words.append(Words(x, 62, titles[column], "middle"))
        if count > shown:
            sheet.words.append(Words(x, BOTTOM + 16, f"… {count - shown:,} more", "middle"))
    for tails, heads in pairwise(columns):
        sheet.lines += [Line(tail, head) for head in heads for tail in tails]
    _axes(sheet, ranges)
    _losses(sheet, losses)
    sheet.words.append(
        Words(LEFT, HEIGHT - 10, "line: weight, dashed −; square: what the neuron says; blue +, orange −, white 0")
    )
    return sheet


def _axes(sheet: Sheet, ranges: Sequence[tuple[float, float]]) -> None:
    left, top, width, height = REGION
    (x_low, x_high), (y_low, y_high) = ranges
    below = top + height + 14
    sheet.words += [
        Words(left, below, number(x_low, 2), "start", 10),
        Words(left + width / 2, below, "x1", "middle", 11),
        Words(left + width, below, number(x_high, 2), "end", 10),
        Words(left - 4, top + height, number(y_low, 2), "end", 10),
        Words(left - 4, top + height / 2, "x2", "end", 11),
        Words(left - 4, top + 9, number(y_high, 2), "end", 10),
    ]


def _losses(sheet: Sheet, losses: Sequence[float]) -> None:
    """The curve, logarithmic where it spans decades, and its axes."""
    left, top, width, height = CURVE
    if not losses:
        return
    low, high = min(losses), max(losses)
    logarithmic = low > 0 and high / low > 30
    scaled = [math.log(loss) if logarithmic else loss for loss in losses]
    bottom = min(scaled) if logarithmic else min(0.0, *scaled)
    span = (max(scaled) - bottom) or 1.0
    across = max(1, len(losses) - 1)
    sheet.curve = [
        (left + width * place / across, top + height * (1 - (loss - bottom) / span))
        for place, loss in enumerate(scaled)
    ]
    lowest = number(low if logarithmic else bottom, 2)
    sheet.words += [
        Words(left + width / 2, top - 8, "loss, logarithmic" if logarithmic else "loss", "middle", 11),
        Words(left - 5, top + 9, number(high, 2), "end", 10),
        Words(left - 5, top + height, lowest, "end", 10),
        Words(left, top + height + 14, "1", "start", 10),
        Words(left + width / 2, top + height + 14, "epoch", "middle", 11),
        Words(left + width, top + height + 14, str(len(losses)), "end", 10),
    ]
