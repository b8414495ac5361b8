"""Writes a film as an animated GIF that loops: one frame per step, the step's text below the picture."""

import io
from typing import Any

from tqdm import tqdm

from autograd.errors import require

from .frames import BACKWARD, START, Film, State
from .frames_layout import Layout
from .gif_raster import EXTRA, Painter, text_width

__all__ = ["animation"]

PIXELS = (2400, 1500)
"""Most pixels that the picture may be wide and high."""

POINT, SMALLEST = 1.5, 0.9
"""Pixels of a point, at best and at least: below that, numbers can't be read."""

FRAMES = 150
LINES = 12
COLOURS = 255


def animation(film: Film, layout: Layout) -> bytes:
    """The GIF's bytes. ValueError where it would be too large to be read, MissingExtraError without Pillow."""
    ends = film.ends
    pixels = min(POINT, PIXELS[0] / layout.width, PIXELS[1] / layout.height)
    if pixels < SMALLEST or len(ends) > FRAMES:
        raise ValueError(
            f"a .gif of {len(ends)} steps and {len(film.names)} nodes would be too long, or its numbers too small: "
            "save it as .html, which zooms, or trace an inner node"
        )
    image = require("PIL.Image", EXTRA)
    states = [film.state(end) for end in ends]
    lines = min(LINES, max(len(state.lines) for state in states))
    longest = max(text_width(line) for state in states for line in state.lines)
    width = min(max(layout.width, longest), PIXELS[0] / pixels)
    painter = Painter(film, layout, pixels)
    colours = _palette(image, [painter.frame(states[place], width, lines) for place in {1, len(states) - 1}])
    shown = tqdm(states, "frames", delay=2, leave=False)
    frames = [painter.frame(state, width, lines).quantize(palette=colours, dither=0) for state in shown]
    _whiten(frames)
    output = io.BytesIO()
    frames[0].save(
        output,
        format="GIF",
        save_all=True,
        append_images=frames[1:],
        duration=[*map(_milliseconds, states[:-1]), 5000],
        loop=0,
    )
    return output.getvalue()


def _palette(image: Any, frames: list[Any]) -> Any:
    """One set of colours for all frames, so that nothing flickers that does not change."""
    both = image.new("RGB", (frames[0].width, frames[0].height * len(frames)))
    for place, frame in enumerate(frames):
        both.paste(frame, (0, place * frame.height))
    return both.quantize(COLOURS, dither=0)


def _whiten(frames: list[Any]) -> None:
    """Make the background white again: averaging colours has made it nearly so."""
    values, corner = frames[0].getpalette(), 3 * frames[0].getpixel((0, 0))
    for frame in frames:
        frame.putpalette([*values[:corner], 255, 255, 255, *values[corner + 3 :]])


def _milliseconds(state: State) -> int:
    """How long a frame stays: as long as it takes to read."""
    if state.phase == START:
        return 1200
    return 1500 + (500 * len(state.lines) if state.phase == BACKWARD else 0)
