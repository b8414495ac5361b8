"""Paints one frame of a film with Pillow: the layout's shapes and texts, as the frame's state has them."""

import math
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from autograd.errors import require

from .frames import FORWARD, Film, State
from .frames_layout import Drawn, Layout, Point, Shape, Text
from .frames_picture import node_of
from .graph import NOT_COMPUTED
from .style import GREY, INK, PALE

__all__ = ["EXTRA", "Painter", "text_width"]

EXTRA = "examples"
"""The optional dependencies that bring Pillow, and with matplotlib a font that has ∂."""

FINER = 2
"""Lines are painted this many times larger and then reduced, since Pillow has no smooth ones."""

NARROWER = 0.87
"""DejaVu Sans in the room that the layout has for Helvetica."""

CURRENT, CURRENT_EDGE, FRESH = "#ffe08a", "#b58900", "#fff3c4"

LINE = 16.0
"""Points from one line of the step's text to the next."""

MARGIN = 10.0

TEXT = 11.0
"""The size of the step's text in points."""

HALO = 4
"""Points between a box and the frame that marks it."""


class Painter:
    """Paints frames of one film, all of one size: the picture, and below it the text of the step.

    pixels: a point's width.
    """

    def __init__(self, film: Film, layout: Layout, pixels: float) -> None:
        self.film, self.layout = film, layout
        self.scale = pixels * FINER
        self.film_boxes = [box.name for box in film.picture.boxes]
        self.image: Any = require("PIL.Image", EXTRA)
        self.drawing: Any = require("PIL.ImageDraw", EXTRA)

    def frame(self, state: State, width: float, lines: int) -> Any:
        """One frame as a Pillow image. width: in points; lines: how many lines of text there is room for."""
        layout, scale = self.layout, self.scale
        height = layout.height + MARGIN + (lines + 1) * LINE
        size = (round(width * scale / FINER) * FINER, round(height * scale / FINER) * FINER)
        image = self.image.new("RGB", size, "white")
        pen = self.drawing.Draw(image)
        heads = [node_of(arrow.head) for arrow in self.film.picture.arrows]
        for name in self.film_boxes:
            self._halo(pen, layout.boxes[name], node_of(name), state)
        for number, arrow in layout.arrows.items():
            entering = state.phase == FORWARD and heads[number] == state.node
            quiet = number not in state.flowed
            for shape in arrow.shapes:
                colour = (INK if entering else PALE) if quiet else ""
                self._shape(pen, shape, colour, (2.0 if entering else 1.0) if quiet else shape.width)
            for text in () if quiet else arrow.texts:
                self._text(pen, text, text.text, text.colour, FRESH if number in state.fresh else "")
        for name, box in layout.boxes.items():
            for shape in box.shapes:
                self._shape(pen, shape, "", shape.width)
            for text in box.texts:
                self._text(pen, text, *self._now(name, text, state))
        for text in layout.caption.texts:
            self._text(pen, text, text.text, text.colour)
        self._words(pen, state, lines)
        return image.reduce(FINER)

    def _now(self, name: str, text: Text, state: State) -> tuple[str, str]:
        """What a text says in this state, and its colour."""
        if not text.role:
            return text.text, text.colour
        node = node_of(name)
        is_known = node in (state.known if text.role == "data" else state.grads)
        said = text.text if text.role == "data" else state.grads.get(node, "")
        return (said, INK) if is_known else (NOT_COMPUTED, GREY)

    def _halo(self, pen: Any, box: Drawn, node: int, state: State) -> None:
        if node != state.node and node not in state.changed:
            return
        left, top, right, bottom = box.frame
        edges = [edge * self.scale for edge in (left - HALO, top - HALO, right + HALO, bottom + HALO)]
        fill = CURRENT if node == state.node else None
        pen.rounded_rectangle(edges, 5 * self.scale, fill=fill, outline=CURRENT_EDGE, width=round(1.5 * self.scale))

    def _shape(self, pen: Any, shape: Shape, colour: str, width: float) -> None:
        points = [(x * self.scale, y * self.scale) for x, y in _flat(shape.path)]
        if shape.fill:
            pen.polygon(points, fill=colour or shape.fill)
        if not shape.stroke:
            return
        pixels = max(1, round(width * self.scale))
        if shape.dashed:
            for start, end in _dashes(points, 4 * self.scale):
                pen.line([start, end], fill=colour or shape.stroke, width=pixels)
        else:
            pen.line(points, fill=colour or shape.stroke, width=pixels, joint="curve")

    def _text(self, pen: Any, text: Text, said: str, colour: str, behind: str = "") -> None:
        style = "-Bold" if text.bold else "-Oblique" if text.italic else ""
        font = self._font(f"DejaVuSans{style}", text.size * NARROWER)
        at = (text.x * self.scale, text.y * self.scale)
        anchor = "rs" if text.role else "ls"
        if behind:
            left, top, right, bottom = pen.textbbox(at, said, font=font, anchor=anchor)
            pen.rectangle((left - self.scale, top - self.scale, right + self.scale, bottom + self.scale), fill=behind)
        pen.text(at, said, fill=colour, font=font, anchor=anchor)

    def _words(self, pen: Any, state: State, lines: int) -> None:
        """The step's text, its last line left out for a note where there are more lines than room."""
        said = state.lines
        if len(said) > lines:
            said = [*said[: lines - 1], f"      … {len(said) - lines + 1:,} more lines"]
        font = self._font("DejaVuSansMono", TEXT)
        for row, line in enumerate(said):
            at = (MARGIN * self.scale, (self.layout.height + MARGIN + (row + 0.5) * LINE) * self.scale)
            pen.text(at, line, fill=INK, font=font, anchor="lm")

    def _font(self, name: str, size: float) -> Any:
        return _font(name, round(size * self.scale, 1))


@lru_cache(maxsize=64)
def _font(name: str, size: float) -> Any:
    fonts = Path(require("matplotlib", EXTRA).get_data_path()) / "fonts" / "ttf"
    return require("PIL.ImageFont", EXTRA).truetype(str(fonts / f"{name}.ttf"), size)


def text_width(line: str) -> float:
    """A line of the step's text in points."""
    return len(line) * TEXT * 0.602 + 2 * MARGIN


def _flat(path: list[tuple[str, list[Point]]]) -> list[Point]:
    """A path as the corners of straight lines."""
    corners: list[Point] = []
    for letter, points in path:
        if letter == "C":
            for place in range(0, len(points) - 2, 3):
                corners += _bezier((corners[-1], *points[place : place + 3]))
        elif letter == "Z":
            corners.append(corners[0])
        else:
            corners += points
    return corners


def _bezier(corners: tuple[Point, ...], pieces: int = 12) -> list[Point]:
    result = []
    for step in range(1, pieces + 1):
        t = step / pieces
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
        found = [sum(w * p[axis] for w, p in zip(weights, corners, strict=True)) for axis in (0, 1)]
        result.append((found[0], found[1]))
    return result


def _dashes(points: list[Point], length: float) -> Iterator[tuple[Point, Point]]:
    """Every other piece of a line."""
    for (x, y), (to_x, to_y) in pairwise(points):
        distance = math.dist((x, y), (to_x, to_y))
        pieces = max(1, round(distance / length))
        for piece in range(0, pieces, 2):
            a, b = piece / pieces, min(1.0, (piece + 1) / pieces)
            yield (x + (to_x - x) * a, y + (to_y - y) * a), (x + (to_x - x) * b, y + (to_y - y) * b)
