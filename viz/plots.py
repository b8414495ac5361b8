"""Plots of training with matplotlib (extra `examples`): curves of a history, decision regions over two features.

Figures are made as objects, without pyplot: no window opens, no backend is chosen, nothing is left in a global list.
"""

import io
import math
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograd.errors import require
from autograd.files import write_atomically

from .classes import classes_of, listed
from .style import GREY, INK
from .text import plain_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["plot_decision", "plot_history"]

SUFFIXES = ("svg", "png", "pdf")

# Okabe and Ito's colours; each comes with a marker or dash pattern of its own, so that a plot reads without them.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00")
MARKERS = ("o", "^", "s", "D", "v", "P")
DASHES = ("-", "--", "-.", ":")

_listed = listed


def plot_history(history: Any, path: str | os.PathLike[str] | None = None, *, title: str = "") -> "Figure":
    """The training curves: losses in one panel (logarithmic where they span decades), other numbers in a second.

    history: what `nn.fit` returns, or anything with `metrics`, a dict from names to one number per epoch, or `losses`,
    a list. path: also write the figure there, as .svg, .png or .pdf.
    Raises TypeError and ValueError for a history without numbers, OSError (naming the path) for an unwritable path.
    """
    curves = _curves(history)
    losses = {name: numbers for name, numbers in curves.items() if name.endswith("loss")}
    others = {name: numbers for name, numbers in curves.items() if name not in losses}
    panels = [(word, group) for word, group in (("loss", losses), ("accuracy", others)) if group]
    figure = _figure(4.6 * len(panels), 3.6)
    for index, (word, group) in enumerate(panels, start=1):
        axes: Axes = figure.add_subplot(1, len(panels), index)
        for number, (name, numbers) in enumerate(group.items()):
            epochs = range(1, len(numbers) + 1)
            colour, dashes = COLOURS[number % len(COLOURS)], DASHES[number % len(DASHES)]
            marker = "o" if len(numbers) == 1 else None
            axes.plot(epochs, numbers, dashes, color=colour, label=plain_text(name), marker=marker)
        axes.set_xlabel("epoch")
        axes.set_ylabel(word if len(group) > 1 or word in group else plain_text(next(iter(group))))
        if word == "loss" and _spans_decades(group):
            axes.set_yscale("log")
        if word == "accuracy" and all(0 <= number <= 1 for numbers in group.values() for number in numbers):
            axes.set_ylim(-0.02, 1.02)
        if len(group) > 1:
            axes.legend(frameon=False)
        _plain(axes)
    return _finished(figure, title, path)


def plot_decision(
    predict: Callable[..., Any],
    points: Any,
    labels: Any,
    path: str | os.PathLike[str] | None = None,
    *,
    feature_names: tuple[str, str] = ("x1", "x2"),
    class_names: Mapping[Any, str] | None = None,
    title: str = "",
    steps: int = 160,
    held_out: tuple[Any, Any] | None = None,
    threshold: float | None = None,
) -> "Figure":
    """The plane coloured by what a model predicts there, with the samples on top.

    predict: a model of two inputs, or a function that takes a list of points [x1, x2]. For each it gives the class; a
    list of scores, of which the largest counts; or one score of two classes, where those above `threshold` mean the
    larger label (None: 0.5 where all scores are within 0 and 1, else 0).
    points, labels: the samples to show and their true classes. class_names: what to call a label. steps: points of the
    grid along each side.
    held_out: points and labels that the model was not trained on, drawn hollow.
    path: also write the figure there, as .svg, .png or .pdf.
    Raises TypeError and ValueError for points that aren't pairs of numbers, for lists of different lengths, and for
    predictions that are neither classes nor scores.
    """
    rows, classes = _samples(predict, points, labels, steps)
    others, theirs = _samples(predict, *held_out, steps) if held_out is not None else ([], [])
    grid = _grid(rows + others, steps)
    predicted = _labels_on(grid, predict, classes + theirs, threshold)
    figure = _figure(6.6, 4.4)
    axes: Axes = figure.add_subplot()
    known = sorted({*classes, *theirs, *predicted})
    _decision(axes, grid, predicted, rows, classes, known, class_names or {})
    _hollow(axes, others, theirs, known)
    axes.set_xlabel(plain_text(feature_names[0]))
    axes.set_ylabel(plain_text(feature_names[1]))
    axes.legend(
        loc="upper left", bbox_to_anchor=(1.01, 1.0), fontsize=9, frameon=False
    )  # beside: samples are everywhere
    _plain(axes)
    return _finished(figure, title, path)


def _hollow(axes: "Axes", rows: list[list[float]], classes: list[Any], known: list[Any]) -> None:
    """Samples that were held out, in the marks and colours of their classes."""
    for place, label in enumerate(sorted({*classes})):
        index = known.index(label)
        chosen = [row for row, own in zip(rows, classes, strict=True) if own == label]
        axes.scatter(
            [row[0] for row in chosen],
            [row[1] for row in chosen],
            s=30,
            c="white",
            marker=MARKERS[index % len(MARKERS)],
            edgecolors=COLOURS[index % len(COLOURS)],
            linewidths=1.5,
            label="" if place else "hollow: held out",
        )


def _curves(history: Any) -> dict[str, list[float]]:
    metrics = getattr(history, "metrics", None)
    if not isinstance(metrics, Mapping):
        losses = getattr(history, "losses", None)
        if losses is None:
            kind = type(history).__name__
            raise TypeError(f"plot_history takes what nn.fit returns (with .losses or .metrics), not a {kind}")
        metrics = {"loss": losses}
    curves = {str(name): [float(number) for number in numbers] for name, numbers in metrics.items()}
    if not any(curves.values()):
        raise ValueError("the history is empty: there was no complete epoch to plot")
    return curves


def _spans_decades(curves: dict[str, list[float]]) -> bool:
    numbers = [number for curve in curves.values() for number in curve]
    return min(numbers) > 0 and max(numbers) / min(numbers) > 30


def _samples(predict: Any, points: Any, labels: Any, steps: Any) -> tuple[list[list[float]], list[Any]]:
    if not callable(predict):
        kind = type(predict).__name__
        raise TypeError(f"predict must be a model or a function from points to classes or scores, got {kind}")
    if type(steps) is not int or steps < 2:
        raise ValueError(f"steps must be a whole number of at least 2, got {steps!r}")
    rows, classes = _listed(points, "points"), _listed(labels, "labels")
    if not rows:
        raise ValueError("points is empty: give at least one sample to show")
    if len(rows) != len(classes):
        raise ValueError(f"there are {len(rows)} points but {len(classes)} labels")
    pairs = []
    for index, row in enumerate(rows):
        try:
            x, y = map(float, row)
        except (TypeError, ValueError) as error:
            raise ValueError(f"point {index} must be two numbers [x1, x2], got {row!r}") from error
        if not (math.isfinite(x) and math.isfinite(y)):
            raise ValueError(f"point {index} is not finite: {row!r}")
        pairs.append([x, y])
    return pairs, classes


def _grid(rows: list[list[float]], steps: int) -> tuple[list[float], list[float]]:
    """The ticks of both axes of a grid around the samples."""
    horizontal, vertical = (_ticks([row[axis] for row in rows], steps) for axis in (0, 1))
    return horizontal, vertical


def _labels_on(
    grid: tuple[list[float], list[float]], predict: Callable[..., Any], labels: Sequence[Any], threshold: float | None
) -> list[Any]:
    """The class of each point of the grid, row by row from below."""
    return classes_of(predict, [[x, y] for y in grid[1] for x in grid[0]], labels, threshold)


def _decision(
    axes: "Axes",
    grid: tuple[list[float], list[float]],
    predicted: list[Any],
    rows: list[list[float]],
    classes: list[Any],
    known: list[Any],
    class_names: Mapping[Any, str],
) -> None:
    """Regions and samples; `known` are the labels in the order of their colours."""
    horizontal, vertical = grid
    width = len(horizontal)
    index_of = {label: index for index, label in enumerate(known)}
    colours = [COLOURS[index % len(COLOURS)] for index in range(len(known))]
    regions = [[index_of[label] for label in predicted[y * width : (y + 1) * width]] for y in range(len(vertical))]
    axes.pcolormesh(
        *(horizontal, vertical, regions),
        cmap=require("matplotlib.colors", extra="examples").ListedColormap(colours),
        vmin=-0.5,
        vmax=len(known) - 0.5,
        alpha=0.3,
        shading="nearest",
        rasterized=True,
    )
    for label in sorted({*classes}):
        chosen = [row for row, own in zip(rows, classes, strict=True) if own == label]
        axes.scatter(
            [row[0] for row in chosen],
            [row[1] for row in chosen],
            s=26,
            c=colours[index_of[label]],
            marker=MARKERS[index_of[label] % len(MARKERS)],
            edgecolors=INK,
            linewidths=0.6,
            label=plain_text(class_names.get(label, label)),
        )
    axes.set_xlim(horizontal[0], horizontal[-1])
    axes.set_ylim(vertical[0], vertical[-1])


def _ticks(numbers: list[float], steps: int) -> list[float]:
    low, high = min(numbers), max(numbers)
    margin = 0.08 * (high - low) or 1.0
    low, high = low - margin, high + margin
    return [low + (high - low) * index / (steps - 1) for index in range(steps)]


def _figure(width: float, height: float) -> "Figure":
    require("matplotlib.figure", extra="examples")
    from .figure import Plot

    return Plot(figsize=(width, height), layout="constrained")


def _plain(axes: "Axes") -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(colors=GREY)


def _finished(figure: "Figure", title: str, path: str | os.PathLike[str] | None) -> "Figure":
    if title:
        figure.suptitle(plain_text(title), fontsize=10, wrap=True)
    if path is not None:
        suffix = Path(path).suffix.lower().removeprefix(".")
        if suffix not in SUFFIXES:
            known = ", ".join(f".{name}" for name in SUFFIXES)
            raise ValueError(f"a plot's suffix must be one of {known}, got {os.fspath(path)!r}")
        buffer = io.BytesIO()
        figure.savefig(buffer, format=suffix, dpi=144)
        write_atomically(path, buffer.getvalue())
    return figure
