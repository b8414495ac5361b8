"""Paths of optimisers on the contour lines of the loss that they descend, with matplotlib."""

import math
import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from autograd.errors import require

from .plots import COLOURS, MARKERS, _figure, _finished, _listed, _plain, _ticks
from .style import GREY, INK
from .text import plain_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["plot_paths"]

STARS = ("*", "X", "p")
"""The markers of further points."""

MARKED = 60
"""Most steps of a path that have a marker each."""


def plot_paths(
    loss: Callable[[float, float], float],
    paths: Mapping[str, Sequence[Sequence[float]]],
    path: str | os.PathLike[str] | None = None,
    *,
    names: tuple[str, str] = ("w", "b"),
    marks: Mapping[str, tuple[float, float]] | None = None,
    steps: int = 80,
    levels: int = 16,
    title: str = "",
) -> "Figure":
    """Lines of equal loss over the plane of two parameters, and on it the ways that optimisers took (lectures, L6).

    loss: of two floats, a float. paths: by name, the parameters (a, b) before each step and after the last.
    names: of the two parameters. marks: further points by name, such as the minimum.
    Neighbouring lines differ by one factor in their distance from the lowest loss of the grid, so that a valley's
    floor is seen too. steps: points of the grid along each side. levels: how many lines.
    path: also write the figure there, as .svg, .png or .pdf.

    Raises TypeError and ValueError for what is no such path, and for a loss that is not finite, naming the place.

    >>> figure = plot_paths(lambda w, b: w * w + 4 * b * b, {"descent": [(1.0, 1.0), (0.5, 0.1)]}, steps=9)
    """
    given: Any = paths
    if not isinstance(given, Mapping) or not given:
        raise TypeError("paths must be a dict from names to lists of pairs, with at least one in it")
    for word, number in (("steps", steps), ("levels", levels)):
        if type(number) is not int or number < 2:
            raise ValueError(f"{word} must be a whole number of at least 2, got {number!r}")
    ways = {str(name): _pairs(points, f"path {name!r}") for name, points in paths.items()}
    others = {plain_text(str(name)): _pairs([point], f"mark {name!r}")[0] for name, point in (marks or {}).items()}
    everywhere = [point for way in ways.values() for point in way] + list(others.values())
    across, down = (_ticks([point[axis] for point in everywhere], steps) for axis in (0, 1))
    heights = [[_height(loss, a, b) for a in across] for b in down]
    figure = _figure(7.6, 5.0)
    axes: Axes = figure.add_subplot()
    _contours(axes, across, down, heights, levels)
    for index, (name, way) in enumerate(ways.items()):
        colour, marker = COLOURS[index % len(COLOURS)], MARKERS[index % len(MARKERS)]
        xs, ys = [point[0] for point in way], [point[1] for point in way]
        every = max(1, math.ceil(len(way) / MARKED))
        axes.plot(
            *(xs, ys, "-"),
            color=colour,
            linewidth=1.2,
            marker=marker,
            markersize=4.5,
            markeredgecolor=INK,
            markeredgewidth=0.4,
            markevery=every,
            label=plain_text(name),
        )
    for place, (name, (a, b)) in enumerate(others.items()):
        marker = STARS[place % len(STARS)]
        axes.scatter([a], [b], s=120, marker=marker, color="white", edgecolors=INK, zorder=5, label=name)
    axes.set_xlim(across[0], across[-1])
    axes.set_ylim(down[0], down[-1])
    axes.set_xlabel(plain_text(names[0]))
    axes.set_ylabel(plain_text(names[1]))
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize=8, frameon=False)
    _plain(axes)
    return _finished(figure, plain_text(title), path)


def _contours(axes: "Axes", across: list[float], down: list[float], heights: list[list[float]], levels: int) -> None:
    flat = [height for row in heights for height in row]
    low, high = min(flat), max(flat)
    if low == high:
        return
    # On the grid, the place nearest to the minimum is about 1/10,000 of the whole height above it.
    lines = [low + (high - low) * 1e-4 ** (1 - level / levels) for level in range(1, levels + 1)]
    numpy: Any = require("numpy", extra="examples")
    drawn = axes.contour(across, down, numpy.array(heights), levels=lines, colors=GREY, linewidths=0.6)
    # Near the minimum there are the paths, and no room for numbers.
    axes.clabel(drawn, levels=lines[levels // 2 :: 2], fontsize=6, fmt=lambda level: f"{level:.2g}")


def _height(loss: Callable[[float, float], float], a: float, b: float) -> float:
    height = float(loss(a, b))
    if not math.isfinite(height):
        raise ValueError(f"the loss is {height} at ({a:g}, {b:g}); contour lines need finite numbers")
    return height


def _pairs(points: Any, what: str) -> list[tuple[float, float]]:
    found = []
    for place, point in enumerate(_listed(points, what)):
        try:
            a, b = map(float, point)
        except (TypeError, ValueError) as error:
            raise ValueError(f"{what}: step {place} must be two numbers, got {point!r}") from error
        if not (math.isfinite(a) and math.isfinite(b)):
            raise ValueError(f"{what}: step {place} is not finite: {point!r}")
        found.append((a, b))
    if not found:
        raise ValueError(f"{what} is empty")
    return found
