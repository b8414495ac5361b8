"""Tensors: one network for a sample, a batch and arrays of any rank; and what a tensor library adds to that.

A tensor is an array of any rank: a number (0), a sample (1), a batch of samples (2), an image with channels (3), a
batch of images T = (batch, height, width, channel) (4) (lectures, L11; N writes width before height, NumPy and we count
rows first). A network that takes c numbers acts on the last axis; every other axis only says how often. So one formula
serves all ranks:

    z = x Wᵀ + b over the last axis of x   (rows of W are neurons, L2)

In a scalar engine, each further axis is one more loop around the same graph: `vmap(f)` is that loop, `vmap(vmap(f))`
two. The gradient of the mean loss is the mean of the samples' gradients, whatever the rank.

A tensor library computes nothing else. Its node is a whole array where ours is a number, so that the cost of a node, a
microsecond or two of bookkeeping, is paid once for a batch instead of once for a number, and the arithmetic itself runs
in one tight loop over memory. This lesson counts and times both.
"""

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from autograd import Graph, Value, grad, mean, vmap
from autograd import sum as total
from autograd.errors import require
from nn import MLP, predict
from viz import Panel, plot_curves

LECTURE = "L11"

SHAPE = (2, 3, 4, 3)
"""Batch, height, width, channel."""


def tensor(shape: tuple[int, ...], rng: Random) -> Any:
    """Nested lists of random numbers; of rank 0, a number."""
    return [tensor(shape[1:], rng) for _ in range(shape[0])] if shape else 2 * rng.random() - 1


def plain(nested: Any) -> Any:
    """Values as numbers, in the same nested lists."""
    return [plain(entry) for entry in nested] if isinstance(nested, list) else nested.data


def every_rank(model: MLP) -> float:
    """The network on ranks 1 to 4, against one NumPy formula; gives the largest difference."""
    numpy: Any = require("numpy", extra="examples")
    images = tensor(SHAPE, Random(0))
    (w1, b1), (w2, b2) = matrices(model)

    def formula(x: Any) -> Any:
        return numpy.tanh(numpy.array(x) @ w1.T + b1) @ w2.T + b2

    # The same tensor seen at four ranks: a pixel, a row of pixels, an image, the batch of images.
    inputs = [images[0][0][0], images[0][0], images[0], images]
    networks: list[Callable[[Any], Any]] = [model, vmap(model), vmap(vmap(model)), vmap(vmap(vmap(model)))]
    largest = 0.0
    print("rank  shape          calls  output        difference from NumPy")
    for rank, (x, network) in enumerate(zip(inputs, networks, strict=True), start=1):
        ours, theirs = numpy.array(plain(network(x))), formula(x)
        if ours.shape != theirs.shape:  # broadcasting would hide it: arrays of two shapes may still have a difference
            raise ValueError(f"the shapes differ: {ours.shape} and {theirs.shape}")
        difference = float(numpy.abs(ours - theirs).max())
        largest = max(largest, difference)
        shape = SHAPE[4 - rank :]
        print(f"{rank:4}  {shape!s:13} {theirs.size // 2:6}  {theirs.shape!s:13} {difference:.1e}")
    return largest


def matrices(model: MLP) -> list[tuple[Any, Any]]:
    """The W and b of each layer as NumPy arrays."""
    array = require("numpy", extra="examples").array
    return [
        (
            array([[w.data for w in neuron.w] for neuron in layer.neurons]),
            array([neuron.b.data for neuron in layer.neurons if neuron.b is not None]),
        )
        for layer in model.layers
    ]


def gradient_of_pixels(model: MLP) -> float:
    """A tensor of Values has a tensor of gradients, of its own shape: here that of the sum of all outputs."""
    numpy: Any = require("numpy", extra="examples")
    images = tensor(SHAPE, Random(0))
    network = vmap(vmap(vmap(model)))

    def all_outputs(images: Any) -> Any:
        return total([a for image in network(images) for row in image for pixel in row for a in pixel])

    ours = numpy.array(grad(all_outputs)(images))
    (w1, b1), (w2, _) = matrices(model)
    a1 = numpy.tanh(numpy.array(images) @ w1.T + b1)
    theirs = (1 - a1 * a1) * w2.sum(0) @ w1
    print(f"gradient of {SHAPE}: {ours.shape}, difference {numpy.abs(ours - theirs).max():.1e}")
    return float(numpy.abs(ours - theirs).max()) if ours.shape == theirs.shape else float("inf")


def gradients_of_samples() -> float:
    """Each sample's own gradient by vmap(grad), and their mean against the gradient of the mean."""
    rng = Random(1)
    xs, ys, w = tensor((6, 3), rng), tensor((6,), rng), tensor((3,), rng)

    def loss(w: Any, x: Any, y: Any) -> Any:
        return (w[0] * x[0] + w[1] * x[1] + w[2] * x[2] - y) ** 2

    each = vmap(grad(loss), in_axes=(None, 0, 0))(w, xs, ys)
    whole = grad(lambda w: mean(vmap(loss, in_axes=(None, 0, 0))(w, xs, ys)))(w)
    print("gradients of six samples, and of their mean:")
    for row in each[:2]:
        print("   " + "  ".join(f"{number:8.4f}" for number in row))
    print("   …")
    print("   " + "  ".join(f"{number:8.4f}" for number in whole))
    means = [sum(column) / len(column) for column in zip(*each, strict=True)]
    return float(max(abs(a - b) for a, b in zip(means, whole, strict=True)))


def in_numbers(out: Path, sizes: list[int], repeats: int) -> dict[str, float]:
    """Nodes and seconds a sample, forwards and backwards: numbers as nodes, and arrays by hand."""
    numpy: Any = require("numpy", extra="examples")
    model = MLP(8, [16, 16, 1], activation="tanh", init="xavier", seed=0)
    (w1, b1), (w2, b2), (w3, b3) = matrices(model)
    ours: list[float] = []
    theirs: list[float] = []
    nodes: list[float] = []
    difference = 0.0
    print("batch  nodes a sample   us a sample: Values    NumPy   ratio")
    for size in sizes:
        rng = Random(size)
        xs, ys = tensor((size, 8), rng), tensor((size,), rng)
        array_x, array_y = numpy.array(xs), numpy.array(ys)[:, None]

        def values(xs: Any = xs, ys: Any = ys) -> Value:
            loss: Value = mean([(a - y) ** 2 for a, y in zip(vmap(model)(xs), ys, strict=True)])
            model.zero_grad()
            loss.backward()
            return loss

        def arrays(x: Any = array_x, y: Any = array_y) -> Any:
            # Lectures, L5, with samples as rows: eight results on the way forwards, whatever the size of the batch.
            a1 = numpy.tanh(x @ w1.T + b1)
            a2 = numpy.tanh(a1 @ w2.T + b2)
            off = a2 @ w3.T + b3 - y
            loss = (off * off).mean()
            delta3 = 2 * off / len(y)
            delta2 = delta3 @ w3 * (1 - a2 * a2)
            delta1 = delta2 @ w2 * (1 - a1 * a1)
            pairs = ((delta1, x), (delta2, a1), (delta3, a2))
            return loss, [(delta.T @ a, delta.sum(0)) for delta, a in pairs]

        loss = values()
        mean_loss, by_hand = arrays()
        difference = max(difference, abs(loss.data - float(mean_loss)))
        for layer, (of_weights, of_biases) in zip(model.layers, by_hand, strict=True):
            rows = numpy.array([[p.grad for p in neuron.parameters()] for neuron in layer.neurons])
            both = numpy.column_stack([of_weights, of_biases])
            difference = max(difference, float(numpy.abs(rows - both).max()))
        nodes.append(sum(1 for node in Graph(loss) if node.inputs) / size)
        ours.append(seconds(values, repeats) / size)
        theirs.append(seconds(arrays, 20 * repeats) / size)
        ratio = ours[-1] / theirs[-1]
        print(f"{size:5} {nodes[-1]:15.1f} {1e6 * ours[-1]:21.0f} {1e6 * theirs[-1]:8.2f} {ratio:7.0f}")
    by_array = [8 / size for size in sizes]
    plot_curves(
        [
            Panel(
                {"a node a number": (sizes, nodes), "a node an array": (sizes, by_array)},
                title="nodes a sample",
                x="batch size",
                y="nodes",
                log="xy",
            ),
            Panel(
                {
                    "a node a number": (sizes, [1e6 * t for t in ours]),
                    "a node an array": (sizes, [1e6 * t for t in theirs]),
                },
                title="time a sample, forwards and backwards",
                x="batch size",
                y="microseconds",
                log="xy",
            ),
        ],
        out / "lesson16_cost.png",
        title="A network of 8-16-16-1: what each sample of a batch costs",
    )
    return {
        "gradient_difference": difference,
        "nodes_a_sample": nodes[-1],
        "ratio_of_times_alone": ours[0] / theirs[0],
        "ratio_of_times_in_batch": ours[-1] / theirs[-1],
    }


def seconds(function: Callable[[], object], repeats: int) -> float:
    """The median time of a call."""
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        function()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def main(out: Path, *, quick: bool = False) -> dict[str, float]:
    """Four ranks, per-sample gradients, and the price of a node."""
    model = MLP(3, [4, 2], activation="tanh", init="xavier", bias_init="uniform", seed=0)
    figures = {"largest_difference": every_rank(model)}
    figures["pixel_gradient_difference"] = gradient_of_pixels(model)
    rows = tensor((5, 3), Random(2))
    figures["batch_difference"] = max(
        abs(a - b)
        for one, two in zip(plain(vmap(model)(rows)), predict(model, rows), strict=True)
        for a, b in zip(one, two, strict=True)
    )
    figures["mean_of_gradients"] = gradients_of_samples()
    sizes = [1, 4, 16, 64] if quick else [1, 4, 16, 64, 256]
    figures |= in_numbers(out, sizes, 3 if quick else 7)
    print("Exercise 1: nodes of that network's 33 neurons, if each + and × were a node?")
    print("Exercise 2: map a function over the second axis, with vmap alone; difference?")
    return figures


if __name__ == "__main__":
    from examples._lesson import run

    run(main)
