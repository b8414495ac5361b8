"""Paints a training film with Pillow: an animated GIF, or one frame as a PNG."""

import io
import math
from collections.abc import Iterator
from typing import Any

from tqdm import tqdm

from autograd.errors import require

from .film_reel import NEGATIVE, POSITIVE, SIDE, ZERO, Reel, Shot
from .film_sheet import CURVE, HEIGHT, LEFT, REGION, WIDTH, Words
from .gif import _palette, _whiten
from .gif_raster import EXTRA, _font
from .style import GREY, INK, PALE

__all__ = ["animation", "still"]

FINER = 2
"""Lines are painted this many times larger and then reduced, since Pillow has no smooth ones."""

WIDEST, THINNEST = 6.0, 0.4
"""Pixels of the line of the film's largest weight, and the least that can be seen."""

STRONG, LIGHT = 0.85, 0.5
"""How much of the full colour a neuron's map has at most, and the plane, on which the points must be seen."""

DASH = (7, 4)
"""Pixels of a dash and of the gap after it."""

MILLISECONDS = 120

ANCHORS = {"start": "ls", "middle": "ms", "end": "rs"}


def animation(film: Reel) -> bytes:
    """The bytes of a GIF that loops; its first and last frames stay longer."""
    image = require("PIL.Image", EXTRA)
    shots = film.shots()
    painter = _Painter(film, shots)
    colours = _palette(image, [painter.frame(shots[0]), painter.frame(shots[-1])])
    shown = tqdm(shots, "pictures", delay=2, leave=False)
    frames = [painter.frame(shot).quantize(palette=colours, dither=0) for shot in shown]
    _whiten(frames)
    output = io.BytesIO()
    duration = [1500, *[MILLISECONDS] * (len(frames) - 2), 4000] if len(frames) > 1 else 4000
    frames[0].save(output, format="GIF", save_all=True, append_images=frames[1:], duration=duration, loop=0)
    return output.getvalue()


def still(film: Reel) -> bytes:
    """The last frame's bytes as a PNG of 255 colours, which is half the size."""
    shots = film.shots(last_only=True)
    output = io.BytesIO()
    frame = _Painter(film, shots).frame(shots[0], FINER).quantize(255, dither=0)
    frame.save(output, format="PNG", optimize=True)
    return output.getvalue()


class _Painter:
    """Paints frames of one film, all on one scale of widths."""

    def __init__(self, film: Reel, shots: list[Shot]) -> None:
        self.film = film
        self.sheet = film.sheet()
        self.places = [self.sheet.point(place) for place in film.places()]
        self.classes = film.classes()
        self.largest = max((abs(weight) for shot in shots for weight in shot.weights), default=0.0) or 1.0
        self.image: Any = require("PIL.Image", EXTRA)
        self.drawing: Any = require("PIL.ImageDraw", EXTRA)
        self.diverging = [_mixed(value, STRONG) for value in range(256)]
        light = [_mixed(value, LIGHT) for value in range(256)]
        self.palette = [_light(colour) for colour in film.colours] if film.several else light

    def frame(self, shot: Shot, scale: int = 1) -> Any:
        """One frame as a Pillow image, `scale` pixels a point."""
        painted = self.image.new("RGB", (int(WIDTH) * FINER, int(HEIGHT) * FINER), "white")
        pen = self.drawing.Draw(painted)
        self._network(painted, pen, shot)
        self._plane(painted, pen, shot)
        self._curve(pen, shot)
        for words in self.sheet.words:
            self._words(pen, words)
        self._words(pen, Words(LEFT, 28, shot.title, "start", 16, INK))
        return painted if scale == FINER else painted.reduce(FINER)

    def _network(self, painted: Any, pen: Any, shot: Shot) -> None:
        boxes = self.sheet.boxes
        for line, weight in zip(self.sheet.lines, shot.weights, strict=True):
            tail, head = boxes[line.tail], boxes[line.head]
            ends = [tail.x + tail.size, tail.y + tail.size / 2, head.x, head.y + head.size / 2]
            width = max(THINNEST, WIDEST * abs(weight) / self.largest)
            colour = PALE if not weight else POSITIVE if weight > 0 else NEGATIVE
            for piece in _dashes(*ends) if weight < 0 else [ends]:
                pen.line([end * FINER for end in piece], fill=colour, width=max(1, round(width * FINER)))
        for box, values in zip(boxes, shot.maps, strict=True):
            self._map(painted, pen, values, self.diverging, (box.x, box.y, box.size, box.size))

    def _plane(self, painted: Any, pen: Any, shot: Shot) -> None:
        self._map(painted, pen, shot.region, self.palette, REGION)
        for (x, y), label in zip(self.places, self.classes, strict=True):
            r = 3.6
            at = [x - r, y - r, x + r, y + r]
            colour = self.film.colours[label]
            if label % 2:
                pen.ellipse([edge * FINER for edge in at], fill=colour, outline=INK, width=FINER)
            else:
                corners = [(x, y - 1.2 * r), (x + 1.1 * r, y + 0.8 * r), (x - 1.1 * r, y + 0.8 * r)]
                pen.polygon([(a * FINER, b * FINER) for a, b in corners], fill=colour, outline=INK, width=FINER)

    def _map(self, painted: Any, pen: Any, values: bytes, colours: list[Any], room: tuple[float, ...]) -> None:
        left, top, width, height = (round(edge * FINER) for edge in room)
        small = self.image.new("RGB", (SIDE, SIDE))
        small.putdata([colours[value] for value in values])
        painted.paste(small.resize((width, height), self.image.Resampling.BICUBIC), (left, top))
        pen.rectangle((left, top, left + width, top + height), outline=GREY, width=FINER)

    def _curve(self, pen: Any, shot: Shot) -> None:
        left, top, width, height = (edge * FINER for edge in CURVE)
        points = [(x * FINER, y * FINER) for x, y in self.sheet.curve]
        pen.line([(left, top), (left, top + height), (left + width, top + height)], fill=GREY, width=FINER)
        if len(points) > 1:
            pen.line(points, fill=PALE, width=FINER, joint="curve")
        done = points[: shot.epoch]
        if len(done) > 1:
            pen.line(done, fill=INK, width=2 * FINER, joint="curve")
        if done:
            x, y = done[-1]
            pen.ellipse((x - 4 * FINER, y - 4 * FINER, x + 4 * FINER, y + 4 * FINER), fill=INK)

    def _words(self, pen: Any, words: Words) -> None:
        font = _font("DejaVuSans", words.size * 0.92 * FINER)
        at = (words.x * FINER, words.y * FINER)
        pen.text(at, words.text, fill=words.colour, font=font, anchor=ANCHORS[words.anchor])


def _dashes(x: float, y: float, to_x: float, to_y: float) -> Iterator[list[float]]:
    """A line in dashes, as the page has them: negative weights are told by more than their colour."""
    length = math.hypot(to_x - x, to_y - y)
    for start in range(0, math.ceil(length), sum(DASH)):
        pieces = [min(1.0, end / length) for end in (start, start + DASH[0])]
        yield [part for share in pieces for part in (x + share * (to_x - x), y + share * (to_y - y))]


def _rgb(colour: str) -> tuple[int, int, int]:
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return red, green, blue


def _mixed(value: int, strongest: float) -> tuple[int, ...]:
    """The colour of a byte of a map: white at `ZERO`, at the ends this share of the full colour."""
    share = strongest * min(1.0, abs(value - ZERO) / ZERO)
    return tuple(round(255 - share * (255 - part)) for part in _rgb(POSITIVE if value > ZERO else NEGATIVE))


def _light(colour: str) -> tuple[int, ...]:
    """A class's colour, light enough for its points to be seen on it."""
    return tuple(round(255 - LIGHT * (255 - part)) for part in _rgb(colour))
