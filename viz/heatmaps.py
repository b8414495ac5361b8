"""Heat maps with matplotlib: the weights of a network layer by layer, who attends to whom, matrices side by side."""

import math
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from autograd.errors import require
from autograd.wording import bounded, number

from .layers import Layer, floats, layers_of
from .plots import _figure, _finished, _listed
from .style import BLUE, GREY, INK, PALE, VERMILION
from .text import plain_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["plot_attention", "plot_matrices", "plot_weights"]

Quantity: TypeAlias = Literal["weights", "gradients"]

NUMBERS_UP_TO = 80
"""Cells of a map up to which each has its number written in it."""

NAMES_UP_TO = 40
"""Rows or columns up to which each is named."""

HEADS = 16

LONGEST = 8
"""Times as long as it is high, or the other way round, up to which a map has square cells."""


def plot_weights(
    model: Any,
    what: Quantity = "weights",
    path: str | os.PathLike[str] | None = None,
    *,
    names: Sequence[str] | None = None,
    title: str = "",
) -> "Figure":
    """Each layer's W as a map, one row per neuron, and its b as a last column: W x of lectures L2.

    model: as for `draw_network`. what: "weights" or, after a backward pass, their "gradients". names: of the inputs.
    Colours are centred at zero: blue positive, orange negative; each map has a scale of its own.
    path: also write the figure there, as .svg, .png or .pdf.

    Raises TypeError and ValueError for what is no such network and for gradients that are not computed.
    """
    layers = layers_of(model, "plot_weights")
    if what not in ("weights", "gradients"):
        raise ValueError(f"what must be 'weights' or 'gradients', got {what!r}")
    if names is not None and (isinstance(names, str) or len(names) != layers[0].inputs):
        raise ValueError(f"names must be a list of {layers[0].inputs} strings, one per input")
    sizes = [(min(6.0, 1.6 + 0.32 * (layer.inputs + 1)), len(layer.neurons)) for layer in layers]
    height = min(6.0, 1.5 + 0.32 * max(rows for _, rows in sizes))
    figure = _figure(sum(width for width, _ in sizes), height)
    grid = figure.add_gridspec(1, len(layers), width_ratios=[width for width, _ in sizes])
    for index, layer in enumerate(layers):
        axes: Axes = figure.add_subplot(grid[0, index])
        matrix = _matrix(layer, what)
        largest = max((abs(x) for row in matrix for x in row if math.isfinite(x)), default=0.0) or 1.0
        image = _map(axes, matrix, -largest, largest, _diverging(), lambda x: number(x, 2))
        if index == 0 and names is not None:
            inputs = [str(name) for name in names]
        else:
            inputs = [f"{'x' if index == 0 else 'a'}{column + 1}" for column in range(layer.inputs)]
        has_bias = len(matrix[0]) > layer.inputs
        _named(axes, [*inputs, *(["b"] if has_bias else [])], [str(row + 1) for row in range(len(matrix))])
        if has_bias:
            axes.axvline(layer.inputs - 0.5, color=INK, linewidth=0.8)
        axes.set_title(f"layer {index}: {plain_text(bounded(layer.activation, 24))}", fontsize=9)
        if index == 0:
            axes.set_ylabel("neuron")
        figure.colorbar(image, ax=axes, shrink=0.8).ax.tick_params(labelsize=7)
    return _finished(figure, title or what, path)


def plot_attention(
    weights: Any,
    path: str | os.PathLike[str] | None = None,
    *,
    tokens: Sequence[str] | None = None,
    keys: Sequence[str] | None = None,
    title: str = "",
) -> "Figure":
    """Attention weights softmax(QKᵀ/√d) as a map, or one for each head: row = who looks, column = at whom (L10).

    weights: one row of Values or numbers for each query, or a list of such heads. Rows may be shorter than the longest,
    as those of a causal model: position t sees t + 1 keys. What is missing, and what is exactly 0, as softmax gives
    for masked scores alone, is hatched.
    tokens: names of the positions; keys: names of the columns where these are others (encoder and decoder).
    path: also write the figure there, as .svg, .png or .pdf.

    Raises TypeError and ValueError for what is no such list, for numbers outside 0 to 1, and for wrongly many names.
    """
    heads = _heads(weights)
    width = max(len(row) for head in heads for row in head)
    height = max(map(len, heads))
    columns_named = keys if keys is not None else tokens
    for names, size, word in ((tokens, height, "tokens"), (columns_named, width, "keys" if keys else "tokens")):
        if names is not None and (isinstance(names, str) or len(names) != size):
            raise ValueError(f"{word} must be a list of {size} strings, one a {'row' if size == height else 'column'}")
    across = min(len(heads), 4)
    rows = math.ceil(len(heads) / across)
    side = min(5.0, 1.4 + 0.32 * width), min(5.0, 1.2 + 0.32 * height)
    figure = _figure(side[0] * across + 0.8, side[1] * rows)
    panels = []
    for index, head in enumerate(heads):
        axes: Axes = figure.add_subplot(rows, across, index + 1)
        panels.append(axes)
        matrix = [[*(weight or math.nan for weight in row), *([math.nan] * (width - len(row)))] for row in head]
        image = _map(axes, matrix, 0.0, 1.0, _sequential(), "{:.2f}".format)
        if any(math.isnan(weight) for row in matrix for weight in row):  # hardly any attention is white, none is not
            axes.patch.set(facecolor="#E4E4E4", edgecolor=PALE, hatch="////")
        _named(
            axes,
            [str(name) for name in columns_named] if columns_named is not None else list(map(str, range(width))),
            [str(name) for name in tokens] if tokens is not None else list(map(str, range(height))),
        )
        if len(heads) > 1:
            axes.set_title(f"head {index}", fontsize=9)
        if index >= len(heads) - across:
            axes.set_xlabel("key")
        if index % across == 0:
            axes.set_ylabel("query")
    figure.colorbar(image, ax=panels, shrink=0.8).ax.tick_params(labelsize=7)
    return _finished(figure, title, path)


def plot_matrices(
    matrices: Any,
    path: str | os.PathLike[str] | None = None,
    *,
    across: int = 3,
    x: str = "column",
    y: str = "row",
    title: str = "",
) -> "Figure":
    """Matrices as maps, each with its name above it: deltas, a Jacobian, or two of a kind and their difference.

    matrices: a dict from names to rows of Values or numbers, or to arrays of rank 2. across: maps in a row.
    x, y: what a column and a row stand for. Colours are centred at zero: blue positive, orange negative; each map has
    a scale of its own, which its colour bar shows, so that a difference of 1e-16 is seen as what it is.
    path: also write the figure there, as .svg, .png or .pdf.

    Raises TypeError and ValueError for what is no matrix of finite numbers, naming it.

    >>> figure = plot_matrices({"ours": [[1.0, -2.0]], "theirs": [[1.0, -2.0]]})
    """
    if not isinstance(matrices, Mapping) or not matrices:
        raise TypeError("matrices must be a dict from names to matrices, with at least one in it")
    if type(across) is not int or across < 1:
        raise ValueError(f"across must be a whole number of at least 1, got {across!r}")
    read = {str(name): _finite_matrix(matrix, str(name)) for name, matrix in matrices.items()}
    across = min(across, len(read))
    lines = math.ceil(len(read) / across)
    widest, highest = (max(len(m[0]) for m in read.values()), max(map(len, read.values())))
    width, height = max(2.6, min(5.0, 1.4 + 0.36 * widest)), min(5.0, 1.3 + 0.36 * highest)
    figure = _figure(width * across + 0.3, height * lines + 0.3)
    for index, (name, matrix) in enumerate(read.items()):
        axes: Axes = figure.add_subplot(lines, across, index + 1)
        largest = max(abs(entry) for row in matrix for entry in row) or 1.0
        image = _map(axes, matrix, -largest, largest, _diverging(), lambda entry: number(entry, 2))
        _named(axes, list(map(str, range(1, len(matrix[0]) + 1))), list(map(str, range(1, len(matrix) + 1))))
        axes.set_title(plain_text(name), fontsize=9)
        if index >= len(read) - across:
            axes.set_xlabel(plain_text(x), fontsize=8)
        if index % across == 0:
            axes.set_ylabel(plain_text(y), fontsize=8)
        bar = figure.colorbar(image, ax=axes, shrink=0.8)
        bar.ax.tick_params(labelsize=7)
        bar.ax.yaxis.get_offset_text().set_fontsize(7)
    return _finished(figure, title, path)


def _finite_matrix(matrix: Any, name: str) -> list[list[float]]:
    listed = _listed(matrix, name)
    if not listed or not all(isinstance(row, Sequence) and not isinstance(row, str) and row for row in listed):
        raise ValueError(f"{name!r} must be rows of numbers, at least one in each")
    rows = [floats(row, f"a row of {name!r}") for row in listed]
    if len({len(row) for row in rows}) > 1:
        raise ValueError(f"the rows of {name!r} have different lengths: {', '.join(str(len(row)) for row in rows)}")
    if not all(math.isfinite(entry) for row in rows for entry in row):
        raise ValueError(f"{name!r} has a number that is not finite")
    return rows


def _matrix(layer: Layer, what: str) -> list[list[float]]:
    rows = []
    for neuron in layer.neurons:
        parameters = [*neuron.weights, *([neuron.bias] if neuron.bias is not None else [])]
        if what == "gradients" and not all(parameter.has_grad for parameter in parameters):
            raise ValueError("gradients are not computed yet: call backward() on a loss of this model first")
        rows.append([parameter.data if what == "weights" else parameter.grad for parameter in parameters])
    if len({len(row) for row in rows}) > 1:
        raise ValueError("some neurons of a layer have a bias and others have none: no map can show that")
    return rows


def _heads(weights: Any) -> list[list[list[float]]]:
    listed = _listed(weights, "weights")
    is_head = bool(listed) and isinstance(listed[0], Sequence) and len(listed[0]) > 0
    if not is_head:
        raise ValueError("weights must be rows of numbers, one row per query, or a list of such heads")
    nested = isinstance(listed[0][0], Iterable) and not isinstance(listed[0][0], str)
    heads = [_listed(head, "a head") for head in listed] if nested else [listed]
    if len(heads) > HEADS:
        raise ValueError(f"{len(heads)} heads are too many for one figure; plot up to {HEADS} of them")
    read = [[floats(row, "a row of attention weights") for row in head] for head in heads]
    if any(not head or any(not row for row in head) for head in read):
        raise ValueError("weights has a head or row without numbers")
    for x in (x for head in read for row in head for x in row):
        if not -1e-9 <= x <= 1 + 1e-9:
            raise ValueError(f"attention weights are from 0 to 1, got {x!r}; pass the result of softmax")
    return read


def _map(
    axes: "Axes", matrix: list[list[float]], low: float, high: float, colours: Any, written: Callable[[float], str]
) -> Any:
    # Squares of hundreds beside few would be a line: such a map fills its panel.
    longest, shortest = max(len(matrix), len(matrix[0])), min(len(matrix), len(matrix[0]))
    aspect: Literal["auto", "equal"] = "auto" if longest > LONGEST * shortest else "equal"
    image = axes.imshow(matrix, cmap=colours, vmin=low, vmax=high, aspect=aspect, interpolation="nearest")
    if len(matrix) * len(matrix[0]) <= NUMBERS_UP_TO:
        for y, row in enumerate(matrix):
            for x, entry in enumerate(row):
                if not math.isnan(entry):
                    dark = abs(entry) > 0.65 * high
                    ink = "white" if dark else INK
                    axes.text(x, y, written(entry), ha="center", va="center", fontsize=6, color=ink)
    return image


def _named(axes: "Axes", columns: list[str], rows: list[str]) -> None:
    for names, axis in ((columns, axes.xaxis), (rows, axes.yaxis)):
        if len(names) <= NAMES_UP_TO:
            axis.set_ticks(
                range(len(names)), [plain_text(bounded(name, 16)) if name.strip() else repr(name) for name in names]
            )
    axes.tick_params(labelsize=7, colors=GREY)
    if any(len(name) > 3 for name in columns) and len(columns) <= NAMES_UP_TO:
        for label in axes.get_xticklabels():
            label.set(rotation=45, ha="right", rotation_mode="anchor")


def _diverging() -> Any:
    return _colours([VERMILION, "white", BLUE])


def _sequential() -> Any:
    return _colours(["white", BLUE])


def _colours(stops: list[str]) -> Any:
    return require("matplotlib.colors", extra="examples").LinearSegmentedColormap.from_list("chainrule", stops)
