"""Figures as the frames of an animated GIF that loops; every frame has the same colours, so that nothing flickers."""

import io
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograd.errors import require
from autograd.files import write_atomically

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["painted", "write_gif"]

EXTRA = "examples"

COLOURS = 128

LAST = 3000
"""Milliseconds that the last frame stays, before the film begins again."""


def painted(figure: "Figure", dpi: int = 80) -> Any:
    """The figure as a Pillow image, `dpi` pixels an inch."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=dpi)
    buffer.seek(0)
    return require("PIL.Image", EXTRA).open(buffer).convert("RGB")


def write_gif(images: Iterable[Any], path: str | os.PathLike[str], milliseconds: int | Sequence[int] = 300) -> Path:
    """Write Pillow images of one size as a film. milliseconds: how long a frame stays, or a list of it for each frame.

    Raises ValueError for another suffix than .gif, for no images, and for images of several sizes.
    """
    if Path(path).suffix.lower() != ".gif":
        raise ValueError(f"an animation's suffix must be .gif, got {os.fspath(path)!r}")
    listed = list(images)
    if not listed:
        raise ValueError("an animation needs at least one frame")
    if len({image.size for image in listed}) > 1:
        raise ValueError("the frames of an animation must have one size")
    times = [milliseconds] * (len(listed) - 1) + [LAST] if isinstance(milliseconds, int) else list(milliseconds)
    if len(times) != len(listed):
        raise ValueError(f"there are {len(listed)} frames but {len(times)} times")
    palette = _palette(listed)
    frames = [image.quantize(palette=palette, dither=0) for image in listed]
    _whiten(frames)
    output = io.BytesIO()
    frames[0].save(output, format="GIF", save_all=True, append_images=frames[1:], duration=times, loop=0)
    write_atomically(path, output.getvalue())
    return Path(path)


def _whiten(frames: list[Any]) -> None:
    """Make the background white again: averaging colours has made it nearly so."""
    values, corner = frames[0].getpalette(), 3 * frames[0].getpixel((0, 0))
    for frame in frames:
        frame.putpalette([*values[:corner], 255, 255, 255, *values[corner + 3 :]])


def _palette(images: list[Any]) -> Any:
    """The colours of the first frame, the middle one and the last together."""
    image = require("PIL.Image", EXTRA)
    chosen = [images[place] for place in sorted({0, len(images) // 2, len(images) - 1})]
    whole = image.new("RGB", (chosen[0].width, chosen[0].height * len(chosen)))
    for place, frame in enumerate(chosen):
        whole.paste(frame, (0, place * frame.height))
    return whole.quantize(COLOURS, dither=0)
