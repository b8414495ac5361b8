"""Universal approximation: a ReLU network built to any accuracy, without training.

For a smooth f on a closed interval [a, b] and any ε > 0 there is a network of one hidden layer,

    f̂(x) = Σᵢ ±max{0, wᵢx + bᵢ},   with   |f(x) − f̂(x)| ≤ ε everywhere on [a, b]   (lectures, L9).

The proof is a construction. Sample f at a = x₀ < x₁ < … < xₙ = b and join the points by straight lines of slopes sᵢ.
Each corner is a neuron that is silent to the left of xᵢ and adds the change of slope to the right of it: weight |sᵢ −
sᵢ₋₁|, bias −|sᵢ − sᵢ₋₁| xᵢ, sign that of the change. One more neuron, with weight 0, is the constant f(a).

How dense is dense enough? Between two samples at distance h, a chord is off by at most h² max|f″| / 8. So

    n = (b − a) √(max|f″| / 8ε)   intervals are enough, and doubling the width quarters the error.

That a network exists says nothing about training finding it, nor about many dimensions, where "densely" costs nᵈ
samples.
"""

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from autograd import exp, grad, sin, tanh
from nn import MLP, predict
from viz import Panel, plot_curves

LECTURE = "L9"

LOW, HIGH = -2.0, 2.0

Function = Callable[[Any], Any]

FUNCTIONS: dict[str, Function] = {
    "sin 3x": lambda x: sin(3 * x),
    "exp(-x²)": lambda x: exp(-x * x),
    "tanh 4x - x/2": lambda x: tanh(4 * x) - x / 2,
}


def network(f: Function, xs: Sequence[float]) -> MLP:
    """The network through (x, f(x)) for these x in rising order, as an ordinary MLP whose numbers we write down."""
    ys = [f(x) for x in xs]
    slopes = [0.0, *((b - a) / (v - u) for (u, v), (a, b) in zip(pairwise(xs), pairwise(ys), strict=True))]
    model = MLP(1, [len(xs), 1], activation="relu", init="zeros")
    hidden, output = model.layers
    signs = output.neurons[0].w
    hidden.neurons[0].b.data, signs[0].data = abs(ys[0]), math.copysign(1.0, ys[0])  # type: ignore[union-attr]
    for neuron, sign, x, (before, after) in zip(hidden.neurons[1:], signs[1:], xs, pairwise(slopes), strict=False):
        change = after - before
        neuron.w[0].data, neuron.b.data = abs(change), -abs(change) * x  # type: ignore[union-attr]
        sign.data = math.copysign(1.0, change)
    return model


def evenly(intervals: int) -> list[float]:
    """Where an even division of the interval has its corners."""
    return [LOW + (HIGH - LOW) * k / intervals for k in range(intervals + 1)]


def error(f: Function, model: MLP, places: int) -> float:
    """The largest |f − f̂| over so many places, which are no multiple of the corners."""
    xs = evenly(places)
    offs = [abs(y - f(x)) for x, y in zip(xs, predict(model, [[x] for x in xs]), strict=True)]
    return float(max(offs))


def curvature(f: Function) -> float:
    """max|f″| over the interval: the engine differentiates twice; rounded up for what lies between the places."""
    second = grad(grad(f))
    seconds = [second(x) for x in evenly(2000)]
    return float(max(map(abs, seconds)) + max(abs(b - a) for a, b in pairwise(seconds)))


def enough(largest: float, epsilon: float) -> int:
    """Intervals that the bound asks for."""
    return math.ceil((HIGH - LOW) * math.sqrt(largest / (8 * epsilon)))


def main(out: Path, *, quick: bool = False) -> dict[str, float]:
    """Build networks to order, then watch the error against the width."""
    places = 997 if quick else 2003
    figures: dict[str, float] = {}
    print("f              max|f''|  epsilon  neurons  largest error")
    for name, f in FUNCTIONS.items():
        largest = curvature(f)
        for epsilon in (0.1, 0.01) if quick else (0.1, 0.01, 0.001):
            model = network(f, evenly(enough(largest, epsilon)))
            off = error(f, model, places)
            width = len(model.layers[0].neurons)
            print(f"{name:14} {largest:8.2f} {epsilon:8} {width:8} {off:14.2e}")
            figures[f"{name}, {epsilon}: error"] = off
            figures[f"{name}, {epsilon}: neurons"] = float(width)

    f = FUNCTIONS["sin 3x"]
    widths = [4, 8, 16, 32, 64] if quick else [4, 8, 16, 32, 64, 128, 256]
    errors = [error(f, network(f, evenly(width)), places) for width in widths]
    bounds = [((HIGH - LOW) / width) ** 2 * curvature(f) / 8 for width in widths]
    figures["order"] = math.log(errors[-3] / errors[-1]) / math.log(widths[-1] / widths[-3])
    figures["error_to_bound"] = errors[-1] / bounds[-1]
    share = figures["error_to_bound"]
    print(f"error ~ width^-{figures['order']:.2f}, {share:.0%} of the bound at {widths[-1]} intervals")

    small, xs = network(f, evenly(7)), evenly(400)
    hidden = small.layers[0].neurons
    # One neuron at a time: switch the others off at the output, then put everything back.
    signs = small.layers[1].neurons[0].w
    kept = [sign.data for sign in signs]
    terms = {}
    for index in range(1, 5):
        for place, sign in enumerate(signs):
            sign.data = kept[place] if place == index else 0.0
        terms[f"neuron {index}"] = (xs, predict(small, [[x] for x in xs]))
    for sign, data in zip(signs, kept, strict=True):
        sign.data = data
    plot_curves(
        [
            Panel(
                {"f": (xs, [f(x) for x in xs]), f"network of {len(hidden)}": (xs, predict(small, [[x] for x in xs]))},
                title="sin 3x, and a network through 8 points",
                x="x",
                ylim=(-1.1, 1.9),
            ),
            Panel(terms, title="what its first neurons add", x="x", ylim=(-8, 8)),
            Panel(
                {"largest error": (widths, errors), "bound h² max|f″| / 8": (widths, bounds)},
                title="error against width",
                x="intervals n",
                log="xy",
            ),
        ],
        out / "lesson12_network.png",
        title="A network that is built, not trained",
    )
    print("Exercise 1: the fewest even intervals whose error for sin 3x is below 0.01?")
    print("Exercise 2: 16 corners for tanh 4x - x/2, denser where |f''| is large: gain?")
    return figures


if __name__ == "__main__":
    from examples._lesson import run

    run(main)
