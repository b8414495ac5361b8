"""The network as in lectures: neurons as circles in columns, a line for each weight, wide if large, dashed if negative.

Every position is computed here, so that neurons stay in their order; Graphviz' neato only draws.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal, TypeAlias

from graphviz import Digraph

from autograd import Value
from autograd.wording import bounded, count_of, number, visible

from .drawing import Drawing
from .graph import caption_attributes
from .layers import Layer, activations, layers_of
from .model import Arrow, Group, Picture
from .style import BLUE, FONT, GREY, INK, PALE, VERMILION
from .text import html_text, width_in_ems

__all__ = ["draw_network"]

Lines: TypeAlias = Literal["weights", "gradients"]

# Inches.
ROW, CIRCLE = 0.62, 0.5

THINNEST = 0.3
"""Points: the least that can be seen. Lines above it have widths in proportion to what they show."""

WIDEST = {40: 6.0, 160: 4.0, 600: 2.5, math.inf: 1.5}
"""Points of the widest line, by the most lines in a picture for which it may be that wide."""

MOST_CIRCLES, MOST_LINES = 64, 20_000


@dataclass(slots=True)
class _Circle:
    """A neuron or input: where it is, the number in it, and a line of text about it."""

    name: str
    index: int
    at: tuple[float, float]
    number: float | None
    about: str


@dataclass(slots=True)
class _Column:
    """The circles of a layer that are shown, how many are not, the words above them, and where they are."""

    title: str
    circles: list[_Circle]
    left_out: int
    x: float


@dataclass(slots=True)
class _Network:
    columns: list[_Column]
    lines: list[tuple[_Circle, _Circle, float, str]]
    notes: list[str] = field(default_factory=list)


def draw_network(
    model: Any,
    x: Any = None,
    *,
    lines: Lines = "weights",
    names: Iterable[str] | None = None,
    max_width: int = 16,
    title: str = "",
) -> Drawing:
    """A fully connected network: one circle per neuron, one line per weight (lectures, L2; TensorFlow's playground).

    model: an MLP, a Layer, a Neuron, a Sequential of them, or anything with `layers`, `neurons` or a list `w`.
    x: a sample; circles then hold the inputs and activations for it. Without, they hold the biases.
    lines: what their width and colour show, "weights" or, after a backward pass, the weights' "gradients".
    names: what to call the inputs; else x1, x2… max_width: most circles in a column, at most 64.
    title: what to write above the picture.

    Raises TypeError and ValueError for what is no such network, a sample or names of another length, gradients that
    are not computed, and networks of more than 20,000 lines.

    >>> from nn import MLP
    >>> draw_network(MLP(2, [4, 1], seed=0), [1.0, -1.0])
    <drawing of a network of 2-4-1: .save('graph.svg') writes it, .source is its DOT text>
    """
    layers = layers_of(model, "draw_network")
    sizes = [layers[0].inputs, *(len(layer.neurons) for layer in layers)]
    _check(lines, max_width, layers, sizes)
    if not isinstance(title, str):
        raise TypeError(f"title must be a string, got {type(title).__name__}")
    called = _input_names(names, sizes[0])
    rows = activations(model, x, layers, "draw_network") if x is not None else None
    network = _laid_out(layers, sizes, rows, called, lines, max_width)
    content = f"a network of {'-'.join(map(str, sizes))}"
    return Drawing(_dot(network, called, title), content, _in_words(network, title))


def _laid_out(
    layers: list[Layer], sizes: list[int], rows: list[list[float]] | None, called: list[str], lines: str, most: int
) -> _Network:
    columns = []
    apart = max(2.0, 0.22 * min(max(sizes), most))  # wide layers further apart, so that lines don't pile up
    for position, size in enumerate(sizes):
        layer = layers[position - 1] if position else None
        title = f"{count_of(size, 'neuron')}\n{layer.activation}" if layer else count_of(size, "input")
        shown_here = min(size, most)
        column = _Column(title, [], size - shown_here, apart * position)
        for index in range(shown_here):
            at = (column.x, ROW * ((shown_here - 1) / 2 - index))
            bias = layer.neurons[index].bias if layer else None
            shown = rows[position][index] if rows else bias.data if bias is not None else None
            about = f"neuron {index}" if layer else visible(called[index])
            about += f", b = {number(bias.data)}" if bias is not None else ""
            about += f", {'a' if layer else 'x'} = {number(rows[position][index])}" if rows else ""
            column.circles.append(_Circle(f"c{position}_{index}", index, at, shown, about))
        columns.append(column)
    network = _Network(columns, [])
    for layer, (tails, heads) in zip(layers, pairwise(columns), strict=True):
        for head in heads.circles:
            for tail in tails.circles:
                weight = layer.neurons[head.index].weights[tail.index]
                size_ = weight.data if lines == "weights" else weight.grad
                network.lines.append((tail, head, size_, f"{weight.label}: {_words_of(weight)}"))
    largest = _largest(size for _, _, size, _ in network.lines)
    what = "weight" if lines == "weights" else "gradient of a weight"
    least = number(largest * THINNEST / _widest(network), 2)
    scale = f"; width: its magnitude, from {least} or less to {number(largest, 3)}" if largest else "; all are 0"
    network.notes += [f"line: {what}{scale}", "blue: positive, orange and dashed: negative, pale and dotted: zero"]
    if rows:
        network.notes.append("in the circles: inputs and activations")
    elif any(circle.number is not None for column in columns for circle in column.circles):
        network.notes.append("in the circles: biases")
    return network


def _dot(network: _Network, called: list[str], title: str) -> str:
    dot = Digraph(
        graph_attr={
            "layout": "neato", "splines": "line", "outputorder": "edgesfirst", "bgcolor": "white", "pad": "0.15",
            "fontname": FONT, "fontsize": "10", "fontcolor": GREY, "labelloc": "b", "labeljust": "l",
        },
        node_attr={
            "shape": "circle", "fixedsize": "true", "width": f"{CIRCLE}", "style": "filled", "fillcolor": "white",
            "color": GREY, "fontname": FONT, "fontsize": "9", "fontcolor": INK,
        },
        edge_attr={"dir": "none"},
    )  # fmt: skip
    top = max(circle.at[1] for column in network.columns for circle in column.circles)
    brightest = _largest(c.number for column in network.columns for c in column.circles if c.number is not None)
    for position, column in enumerate(network.columns):
        _words(dot, f"title{position}", column.title, (column.x, top + ROW))
        for circle in column.circles:
            text = "" if circle.number is None else number(circle.number, 2)
            dot.node(
                circle.name,
                f"<{text or ' '}>",
                pos=_pos(circle.at),
                fillcolor=_tint(circle.number, brightest),
                tooltip=_escaped(circle.about),
                fontsize="9" if len(text) <= 6 else "6",
            )
            if position == 0:
                name = bounded(called[circle.index], 20)
                left = -CIRCLE / 2 - 0.08 - 0.075 * width_in_ems(name)
                _words(dot, f"name{circle.index}", name, (left, circle.at[1]))
        if column.left_out:
            below = (column.x, column.circles[-1].at[1] - 0.75 * ROW)
            _words(dot, f"more{position}", f"… {column.left_out:,} more", below)
    largest = _largest(size for _, _, size, _ in network.lines)
    widest = _widest(network)
    for tail, head, size, about in network.lines:
        colour = PALE if not size else BLUE if size > 0 else VERMILION
        share = min(1.0, abs(size) / largest) if largest else 0.0
        width = f"{max(THINNEST, widest * share):.3g}"
        dashes = {"style": "dashed" if size < 0 else "dotted"} if size <= 0 else {}
        dot.edge(tail.name, head.name, color=colour, penwidth=width, tooltip=_escaped(about), **dashes)
    dot.attr("graph", **caption_attributes(title, network.notes))
    return str(dot.source)


def _in_words(network: _Network, title: str) -> Picture:
    """The same for a terminal: one group per column."""
    picture = Picture(title=title)
    for position, column in enumerate(network.columns):
        about = [circle.about for circle in column.circles]
        if column.left_out:
            about.append(f"… {column.left_out:,} more")
        picture.groups.append(Group(f"g{position}", column.title.replace("\n", ", "), about))
        if position:
            picture.arrows.append(Arrow(f"g{position - 1}", f"g{position}", uses=1))
    return picture


def _words(dot: Digraph, name: str, text: str, at: tuple[float, float]) -> None:
    lines = "<BR/>".join(html_text(line) for line in text.split("\n"))
    dot.node(
        name, f"<{lines or ' '}>", pos=_pos(at), shape="plaintext", fixedsize="false", width="0", height="0",
        style="", fontcolor=GREY, fontsize="10",
    )  # fmt: skip


def _pos(at: tuple[float, float]) -> str:
    return f"{at[0]:.4g},{at[1]:.4g}!"


def _tint(x: float | None, brightest: float) -> str:
    """White for zero, and light enough for dark ink at the brightest."""
    if not x or not brightest:
        return "white"
    share = 0.45 * min(1.0, abs(x) / brightest)
    colour = BLUE if x > 0 else VERMILION
    parts = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return "#" + "".join(f"{round(255 - share * (255 - part)):02X}" for part in parts)


def _widest(network: _Network) -> float:
    return next(width for most, width in WIDEST.items() if len(network.lines) <= most)


def _largest(numbers: Iterable[float]) -> float:
    return max((abs(x) for x in numbers if math.isfinite(x)), default=0.0)


def _words_of(weight: Value) -> str:
    grad = f", grad {number(weight.grad)}" if weight.has_grad else ""
    return f"{number(weight.data)}{grad}"


def _escaped(text: str) -> str:
    """A tooltip is plain text to Graphviz, which replaces \\N and reads &amp; in it."""
    return visible(text).replace("&", "&amp;").replace("\\", "\\\\")


def _check(lines: Any, most: Any, layers: list[Layer], sizes: list[int]) -> None:
    if lines not in ("weights", "gradients"):
        raise ValueError(f"lines must be 'weights' or 'gradients', got {lines!r}")
    if type(most) is not int or not 3 <= most <= MOST_CIRCLES:
        raise ValueError(f"max_width must be a whole number from 3 to {MOST_CIRCLES}, got {most!r}")
    drawn = [min(size, most) for size in sizes]
    total = sum(tails * heads for tails, heads in pairwise(drawn))
    if total > MOST_LINES:
        raise ValueError(f"{total:,} lines are too many for one picture: choose a smaller max_width, or fewer layers")
    if lines == "gradients" and not all(w.has_grad for layer in layers for n in layer.neurons for w in n.weights):
        raise ValueError("lines='gradients' needs gradients: call backward() on a loss of this model first")


def _input_names(names: Any, size: int) -> list[str]:
    if names is None:
        return [f"x{index + 1}" for index in range(size)]
    listed = [names] if isinstance(names, str) or not isinstance(names, Iterable) else list(names)
    if isinstance(names, str) or not all(isinstance(name, str) for name in listed):
        raise TypeError(f"names must be a list of strings, got {names!r}")
    if len(listed) != size:
        raise ValueError(f"the network takes {size} inputs, but there are {count_of(len(listed), 'name')}")
    return listed
