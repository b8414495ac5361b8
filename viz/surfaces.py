"""Functions of two variables with matplotlib: each as a surface in space, and as a map with lines of equal height."""

import math
import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from .heatmaps import _diverging
from .plots import _figure, _finished
from .style import GREY, INK
from .text import plain_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot_surfaces"]


def plot_surfaces(
    functions: Mapping[str, Callable[[float, float], float]],
    path: str | os.PathLike[str] | None = None,
    *,
    low: float = -3.0,
    high: float = 3.0,
    steps: int = 41,
    names: tuple[str, str] = ("a", "b"),
    title: str = "",
) -> "Figure":
    """Each function of two numbers over the square from `low` to `high`: above as a surface, below as a map.

    functions: by name; they take and give floats. steps: points of the grid along each side. names: of the variables.
    Colours are centred at zero, blue positive and orange negative; lines join points of equal height, dashed below 0.
    path: also write the figure there, as .svg, .png or .pdf.
    Raises ValueError for an empty dict or square, and for a function that gives what is not finite.

    >>> figure = plot_surfaces({"product": lambda a, b: a * b}, steps=5)
    """
    if not functions:
        raise ValueError("functions is empty: give at least one, by name")
    if type(steps) is not int or steps < 2:
        raise ValueError(f"steps must be a whole number of at least 2, got {steps!r}")
    if not -math.inf < low < high < math.inf:
        raise ValueError(f"low must be below high, both finite, got {low!r} and {high!r}")
    ticks = [low + (high - low) * index / (steps - 1) for index in range(steps)]
    first, second = map(plain_text, names)
    across, down = [ticks] * steps, [[tick] * steps for tick in ticks]
    figure = _figure(3.4 * len(functions), 6.4)
    for index, (name, function) in enumerate(functions.items()):
        heights = [[_height(function, a, b, name) for a in ticks] for b in ticks]
        largest = max(abs(height) for row in heights for height in row) or 1.0
        colours = {"cmap": _diverging(), "vmin": -largest, "vmax": largest}
        space: Any = figure.add_subplot(2, len(functions), index + 1, projection="3d")
        arrays = [_array(rows) for rows in (across, down, heights)]
        space.plot_surface(*arrays, **colours, edgecolor=INK, linewidth=0.15, rcount=steps, ccount=steps)
        space.view_init(elev=28, azim=-125)
        space.set_xlabel(first, labelpad=-6)
        space.set_ylabel(second, labelpad=-6)
        space.tick_params(labelsize=6, pad=-2, colors=GREY)
        space.set_title(plain_text(name), fontsize=10)
        flat: Any = figure.add_subplot(2, len(functions), len(functions) + index + 1)
        flat.pcolormesh(ticks, ticks, heights, **colours, shading="nearest", rasterized=True)
        if any(height != heights[0][0] for row in heights for height in row):
            flat.clabel(flat.contour(ticks, ticks, heights, levels=9, colors=INK, linewidths=0.7), fontsize=6)
        flat.set_aspect("equal")
        flat.set_xlabel(first)
        flat.set_ylabel(second)
        flat.tick_params(labelsize=7, colors=GREY)
    return _finished(figure, title, path)


def _height(function: Callable[[float, float], float], a: float, b: float, name: str) -> float:
    height = float(function(a, b))
    if not math.isfinite(height):
        raise ValueError(f"{name!r} is {height} at ({a:g}, {b:g}); a surface needs finite numbers")
    return height


def _array(rows: list[list[float]]) -> Any:
    from autograd.errors import require

    return require("numpy", extra="examples").array(rows)
