"""Histograms of what happened in each layer: activations, deltas and parameter gradients, with matplotlib.

They show units that are dead or saturated, and gradients that vanish or explode with depth (lectures, L3 and L9).
"""

import math
import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias

from autograd import Value
from autograd.wording import bounded, count_of, number

from .plots import COLOURS, _figure, _finished, _plain
from .scene import module_path
from .scopes import AFTER, BEFORE, Path, scopes
from .statistics import WEIGHTED_SUMS, finite, outputs
from .survey import Survey, survey
from .text import plain_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["plot_layers"]

Quantity: TypeAlias = Literal["activations", "deltas", "gradients"]

PANELS = 12
"""Layers that are shown; of more, the first half and the last half of this number."""

UNITS = {"activations": "a", "deltas": "size of δ = ∂loss/∂z", "gradients": "size of ∂loss/∂parameter"}


def plot_layers(
    root: Value,
    what: Quantity = "activations",
    path: str | os.PathLike[str] | None = None,
    *,
    bins: int = 30,
    title: str = "",
) -> "Figure":
    """One histogram for each layer that took part in computing `root`, from input to output.

    root: the loss of one sample or of a batch; its layers are the modules of `nn` that made its nodes.
    what: "activations" a of the layer's neurons, "deltas" δ = ∂loss/∂z at their pre-activations, or "gradients" of its
    parameters; the latter two after `root.backward()`, and as sizes on one scale of powers of ten, so that one sees
    them vanish or explode.
    path: also write the figure there, as .svg, .png or .pdf.

    Raises TypeError for anything but a Value, ValueError where no module made anything, where gradients are not
    computed, and for unknown options; OSError (naming the path) for an unwritable path.
    """
    if type(root) is not Value:
        raise TypeError(f"plot_layers takes a Value computed by a model, such as its loss, not a {type(root).__name__}")
    if what not in UNITS:
        raise ValueError(f"what must be one of {', '.join(UNITS)}, got {what!r}")
    if type(bins) is not int or not 1 <= bins <= 1000:
        raise ValueError(f"bins must be a whole number from 1 to 1000, got {bins!r}")
    layers = list(_by_layer(survey(root), what).items())
    left_out = max(0, len(layers) - PANELS)
    if left_out:
        layers = layers[: PANELS // 2] + layers[-PANELS // 2 :]
        title = f"{title} (the first and last of {len(layers) + left_out} layers)".strip()
    columns = min(len(layers), 4)
    rows = math.ceil(len(layers) / columns)
    figure = _figure(3.0 * columns, 2.5 * rows)
    sizes = _sizes([x for _, numbers in layers for x in numbers]) if what != "activations" else []
    edges = _edges(min(sizes), max(sizes), bins) if sizes else None
    for index, (name, numbers) in enumerate(layers):
        axes: Axes = figure.add_subplot(rows, columns, index + 1)
        _histogram(axes, name, numbers, bins, edges)
        axes.set_xlabel(UNITS[what])
        if index % columns == 0:
            axes.set_ylabel("count")
    return _finished(figure, title, path)


def _sizes(numbers: Sequence[float]) -> list[float]:
    return [abs(x) for x in finite(numbers) if x]


def _edges(smallest: float, largest: float, bins: int) -> list[float]:
    """Edges of bins that are alike on a scale of powers of ten, and hold both numbers."""
    low, high = math.log10(smallest) - 0.01, math.log10(largest) + 0.01
    return [10 ** (low + (high - low) * place / bins) for place in range(bins + 1)]


def _histogram(
    axes: "Axes", name: str, numbers: list[float], bins: int, edges: Sequence[float] | None = None
) -> None:
    """edges: those of the bins of sizes, on a scale of powers of ten; None for the numbers themselves."""
    usable = finite(numbers)
    if edges:
        axes.hist(_sizes(numbers), bins=edges, color=COLOURS[0], edgecolor="white", linewidth=0.3)
        axes.set_xscale("log")
        axes.set_xlim(edges[0], edges[-1])
    elif usable:
        low, high = min(usable), max(usable)
        # So narrow that no bin fits between the floats: one bar.
        narrow = high - low <= 1e-9 * max(abs(low), abs(high))
        axes.hist(usable, bins=1 if narrow else bins, color=COLOURS[0], edgecolor="white", linewidth=0.3)
    mean = math.fsum(x / len(usable) for x in usable) if usable else math.nan
    spread = math.hypot(*(x - mean for x in usable)) / math.sqrt(len(usable)) if usable else math.nan
    mean = 0.0 if abs(mean) < 1e-12 * spread else mean  # what rounding leaves of a sum that cancels
    facts = [f"mean {number(mean, 2)}", f"sd {number(spread, 2)}"]
    zeros = sum(x == 0.0 for x in numbers)
    facts += [f"{zeros / len(numbers):.0%} zero"] if zeros else []
    facts += [f"{len(numbers) - len(usable):,} not finite"] if len(usable) < len(numbers) else []
    axes.set_title(f"{plain_text(bounded(name, 32))}\n{', '.join(facts)}", fontsize=8)
    axes.tick_params(labelsize=8)
    if not edges:
        axes.locator_params(axis="x", nbins=4)
        axes.ticklabel_format(axis="x", scilimits=(-2, 4))
    axes.xaxis.get_offset_text().set_fontsize(7)
    _plain(axes)


def _by_layer(graph: Survey, what: str) -> dict[str, list[float]]:
    """The numbers of each layer, in the order of the layers' first nodes."""
    chosen, read = _chosen(graph, what)
    path_of = scopes(graph)
    if not path_of:
        raise ValueError("no module of nn made this graph, so it has no layers; compute it with a model such as MLP")
    found: dict[str, list[float]] = {}
    missing = 0
    for node in graph.order:
        path = path_of.get(node, BEFORE)
        if node in chosen and path not in (BEFORE, AFTER):
            if what != "activations" and not node.has_grad:
                missing += 1
                continue
            found.setdefault(_layer_name(path), []).append(read(node))
    if missing:
        raise ValueError(f"{count_of(missing, 'gradient')} not computed yet: call backward() on the loss that you plot")
    if not found:
        raise ValueError(f"there are no {what} of layers in this graph")
    return found


def _chosen(graph: Survey, what: str) -> tuple[set[Value], Callable[[Value], float]]:
    """The nodes that `what` is about, and what to read from them."""
    if what == "activations":
        return outputs(graph.computed_and_leaves()[0]), lambda node: node.data
    if what == "deltas":
        sums = {node for node in graph.order if node.op in WEIGHTED_SUMS and module_path(node)}
        return sums, lambda node: node.grad
    return {node for node in graph.order if node.role == "parameter"}, lambda node: node.grad


def _layer_name(path: Path) -> str:
    """`MLP/layers.0` for `MLP/layers.0/neurons.3`: single neurons are parts of a layer."""
    is_one_of_many = len(path) > 1 and path[-1].rpartition(".")[2].isdigit() and path[-1].startswith("neurons")
    return "/".join(path[:-1] if is_one_of_many else path)
