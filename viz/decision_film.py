"""A decision region that moves: the plane coloured by what a model says at each moment of its training, as a GIF."""

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from tqdm import tqdm

from .animation import painted, write_gif
from .plots import _decision, _figure, _grid, _labels_on, _listed, _plain, _samples
from .style import INK
from .text import plain_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["animate_decision"]

Predict: TypeAlias = Callable[..., Any]


def animate_decision(
    frames: Sequence[tuple[str, Predict]],
    points: Any,
    labels: Any,
    path: str | os.PathLike[str],
    *,
    feature_names: tuple[str, str] = ("x1", "x2"),
    class_names: Mapping[Any, str] | None = None,
    ringed: Sequence[Sequence[float]] | None = None,
    milliseconds: int | Sequence[int] = 300,
    steps: int = 100,
) -> Path:
    """Write a GIF of decision regions, as `plot_decision` draws them, one for each moment of a training.

    frames: (caption, predict) for each moment; predict is what `plot_decision` takes, as it was then.
    points, labels: the samples and their true classes. ringed: for each frame, a point to draw a ring around, such as
    the sample that was learned from, or an empty list. milliseconds: how long a frame stays, or a list of it.
    steps: points of the grid along each side. Gives the path back.

    Raises TypeError and ValueError as `plot_decision` does, for no frames, and for another suffix than .gif.
    """
    listed = _listed(frames, "frames")
    if not listed:
        raise ValueError("frames is empty: give at least one pair (caption, predict)")
    rings = [[] for _ in listed] if ringed is None else _listed(ringed, "ringed")
    if len(rings) != len(listed):
        raise ValueError(f"there are {len(listed)} frames but {len(rings)} points to ring")
    rows, classes = _samples(listed[0][1], points, labels, steps)
    grid = _grid(rows, steps)
    shown = tqdm(listed, "frames", delay=2, leave=False)
    predicted = [_labels_on(grid, predict, classes, None) for _, predict in shown]
    known = sorted({*classes, *(label for frame in predicted for label in frame)})
    images = []
    shown = tqdm(listed, "pictures", delay=2, leave=False)
    for (caption, _), regions, ring in zip(shown, predicted, rings, strict=True):
        figure = _figure(5.0, 4.6)
        axes: Axes = figure.add_subplot()
        _decision(axes, grid, regions, rows, classes, known, class_names or {})
        if len(ring):
            axes.scatter([ring[0]], [ring[1]], s=150, facecolors="none", edgecolors=INK, linewidths=1.6)
        axes.set_xlabel(plain_text(feature_names[0]))
        axes.set_ylabel(plain_text(feature_names[1]))
        figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=6, frameon=False, fontsize=9)
        axes.set_title(plain_text(caption), fontsize=10)
        _plain(axes)
        images.append(painted(figure))
    return write_gif(images, path, milliseconds)
