"""Optimisers: six ways down the same hill, what L2 does to the hill, and where not to start.

Training minimises J(W, b), the mean loss over m samples. All first-order optimisers repeat W ← W − α ΔW; they differ in
what they take for ΔW (lectures, L6):

    full batch   ΔW = ∂J/∂W, over all m samples        mini-batch  the same over S samples
    SGD          over one random sample                momentum    V ← μV + ∂J/∂W; ΔW = V
    Adam         the mean gradient over its mean size  L-BFGS      a model of the curvature, and a line search

For ŷ = wx + b and squared error, J is a quadratic bowl with Hessian H, so the whole way is known: θₖ − θ* = (I −
αH)ᵏ(θ₀ − θ*). A bowl that is much longer than wide (its condition number is λmax/λmin of H) makes plain descent slow:
α must stay below 2/λmax, and then a step along the valley shrinks the error by a factor of only 1 − αλmin.

L2 adds (λ/2)‖W‖² (not for b): the hill gets steeper along w, and its lowest point moves towards w = 0.

The start matters as much: with W ~ N(0, 0.01²), as the lectures list it, each layer of n neurons multiplies what
passes by about 0.01 √n, activations on the way forwards and δ on the way back; ∂J/∂W = δ aᵀ has all these factors in
every layer, so a deep network gets no gradient anywhere. Xavier and He choose variances of 1/n and 2/n: the factor is
about 1.
"""

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from autograd import Value
from nn import LBFGS, MLP, SGD, Adam, Neuron, Optimizer, binary_cross_entropy_with_logits, datasets, fit, init, l2, mse
from viz import Panel, plot_curves, plot_paths

LECTURE = "L4, L6"

SAMPLES = 40
START = (3.0, -3.0)
PASSES = 60

SMALL = "N(0, 0.01²), tanh"

Point = tuple[float, float]


def line_data() -> tuple[list[float], list[float]]:
    """Points around the line y = 1.5x + 0.5, for x from 0 to 3: not centred, so that w and b pull at each other."""
    rng = Random(10)
    xs = [3 * (k + 0.5) / SAMPLES for k in range(SAMPLES)]
    return xs, [1.5 * x + 0.5 + 0.6 * (rng.random() - 0.5) for x in xs]


XS, YS = line_data()


def loss_at(w: float, b: float) -> float:
    """J as a function of two floats."""
    return math.fsum((w * x + b - y) ** 2 for x, y in zip(XS, YS, strict=True)) / SAMPLES


def lowest(decay: float = 0.0) -> Point:
    """Where J + (decay/2) w² is least, by the normal equations: w = cov(x, y) / (var(x) + decay/2)."""
    mean_x, mean_y = math.fsum(XS) / SAMPLES, math.fsum(YS) / SAMPLES
    variance = math.fsum((x - mean_x) ** 2 for x in XS) / SAMPLES
    covariance = math.fsum((x - mean_x) * (y - mean_y) for x, y in zip(XS, YS, strict=True)) / SAMPLES
    w = covariance / (variance + decay / 2)
    return w, mean_y - w * mean_x


def descend(make: Callable[[Neuron], Optimizer], batch: int, passes: int, decay: float = 0.0) -> list[Point]:
    """The way (w, b) of an optimiser from START: the point before each step, and the last."""
    line = Neuron(1, activation=None)
    line.w[0].data, line.b.data = START  # type: ignore[union-attr]
    optimizer = make(line)
    rng = Random(0)
    way = [START]
    for _ in range(passes):
        order = list(range(SAMPLES))
        if batch < SAMPLES:
            order.sort(key=lambda _: rng.random())
        for first in range(0, SAMPLES, batch):
            chosen = order[first : first + batch]
            loss = mse([line([XS[k]]) for k in chosen], [YS[k] for k in chosen])
            if decay:
                loss = loss + l2(line.weights(), decay)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            way.append(place(line))
    return way


def place(line: Neuron) -> Point:
    """Its two parameters as numbers."""
    w, b = (p.data for p in line.parameters())
    return w, b


def lbfgs(iterations: int, decay: float = 0.0) -> Point:
    """Where L-BFGS is after so many iterations; it wants a function that it can call as often as it likes."""
    line = Neuron(1, activation=None)
    line.w[0].data, line.b.data = START  # type: ignore[union-attr]
    optimizer = LBFGS(line.parameters(), max_iter=iterations, tolerance_grad=1e-12, tolerance_change=1e-15)

    def closure() -> Value:
        loss = mse([line([x]) for x in XS], YS) + l2(line.weights(), decay)
        optimizer.zero_grad()
        loss.backward()
        return loss

    optimizer.step(closure)
    return place(line)


def passes_needed(way: Sequence[Point], batch: int) -> float:
    """Passes over the data until 99 % of the way down (in J) is done for the first time; inf if never."""
    bottom = loss_at(*lowest())
    goal = bottom + 0.01 * (loss_at(*START) - bottom)
    steps = next((k for k, point in enumerate(way) if loss_at(*point) <= goal), math.inf)
    return steps * batch / SAMPLES


def six_ways(out: Path) -> dict[str, float]:
    """The six optimisers on one hill."""
    minimum = lowest()
    ways = {
        "full batch": (descend(lambda line: SGD(line.parameters(), lr=0.2), SAMPLES, PASSES), SAMPLES),
        "mini-batch of 8": (descend(lambda line: SGD(line.parameters(), lr=0.1), 8, PASSES), 8),
        "SGD, one sample": (descend(lambda line: SGD(line.parameters(), lr=0.03), 1, PASSES), 1),
        "momentum 0.7": (descend(lambda line: SGD(line.parameters(), lr=0.2, momentum=0.7), SAMPLES, PASSES), SAMPLES),
        "Adam": (descend(lambda line: Adam(line.parameters(), lr=0.3), SAMPLES, PASSES), SAMPLES),
        "L-BFGS": ([START, *(lbfgs(k) for k in range(1, 9))], SAMPLES),
    }
    print("way down           passes to 99 %   distance left   (L-BFGS: iterations)")
    needed, left = {}, {}
    for name, (way, batch) in ways.items():
        needed[name], left[name] = passes_needed(way, batch), math.dist(way[-1], minimum)
        print(f"{name:18} {needed[name]:14.3g} {left[name]:15.1e}")
    plot_paths(
        loss_at,
        {name: way[: 2 * SAMPLES] for name, (way, _) in ways.items()},
        out / "lesson10_paths.png",
        marks={"lowest J": minimum, "lowest J + w²/2": lowest(1.0)},
        title="Six ways down the mean squared error of a line (the first 80 steps of each)",
    )
    return {
        "full_batch_w": ways["full batch"][0][-1][0],
        "full_batch_b": ways["full batch"][0][-1][1],
        "full_batch_passes": needed["full batch"],
        "momentum_passes": needed["momentum 0.7"],
        "mini_batch_passes": needed["mini-batch of 8"],
        "sgd_passes": needed["SGD, one sample"],
        "sgd_distance_left": left["SGD, one sample"],
        "lbfgs_distance_left": left["L-BFGS"],
    }


def smaller_weights() -> dict[str, float]:
    """L2 moves the lowest point where the formula says."""
    largest = 0.0
    for decay in (0.0, 0.1, 1.0, 10.0):
        expected = lowest(decay)
        largest = max(largest, math.dist(lbfgs(30, decay), expected))
        print(f"lambda {decay:4}: lowest at w = {expected[0]:.4f}, b = {expected[1]:.4f}")
    print(f"trained with L2: at most {largest:.0e} from there")
    return {"l2_largest_distance": largest, "l2_w_at_1": lowest(1.0)[0]}


def deep_starts(out: Path, quick: bool) -> dict[str, float]:
    """The same deep network from three starts: what gradient each layer gets, and what the loss does."""
    points, classes = datasets.circle(24 if quick else 40)
    starts: dict[str, tuple[str | init.Initialiser, str]] = {
        SMALL: (init.normal(0.0, 0.01), "tanh"),
        "Xavier, tanh": ("xavier", "tanh"),
        "He, relu": ("he", "relu"),
    }
    norms: dict[str, list[float]] = {}
    losses: dict[str, list[float]] = {}
    for name, (start, activation) in starts.items():
        model = MLP(2, [16] * 6 + [1], activation=activation, init=start, seed=3)
        norms[name] = gradients(model, points, classes)
        losses[name] = fit(
            model,
            points,
            classes,
            loss=binary_cross_entropy_with_logits,
            optimizer=SGD(model.parameters(), lr=0.1, momentum=0.9),
            epochs=40 if quick else 50,
            progress=False,
        ).losses
        print(f"{name:17} first layer's gradient {norms[name][0]:.0e}, loss {losses[name][-1]:.3f}")
    plot_curves(
        [
            Panel(
                {name: (range(7), norm) for name, norm in norms.items()},
                title="gradient of each layer's weights, at the start",
                x="layer",
                y="norm of ∂J/∂W",
                log="y",
            ),
            Panel(
                {name: (range(1, len(loss) + 1), loss) for name, loss in losses.items()},
                title="and what training makes of it",
                x="epoch",
                y="J",
            ),
        ],
        out / "lesson10_starts.png",
        title="Seven layers, 16 neurons wide, from three starts",
    )
    shallower = gradients(MLP(2, [16] * 2 + [1], activation="tanh", init=starts[SMALL][0], seed=3), points, classes)
    return {
        "small_start_loss": losses[SMALL][-1],
        "xavier_loss": losses["Xavier, tanh"][-1],
        "he_loss": losses["He, relu"][-1],
        "small_start_factor": (norms[SMALL][0] / shallower[0]) ** (1 / 4),
        "xavier_first_to_last": norms["Xavier, tanh"][0] / norms["Xavier, tanh"][-1],
        "he_first_to_last": norms["He, relu"][0] / norms["He, relu"][-1],
    }


def gradients(model: MLP, points: list[list[float]], classes: list[int]) -> list[float]:
    """The norm of ∂J/∂W for each layer."""
    model.zero_grad()
    binary_cross_entropy_with_logits([model(point) for point in points], classes).backward()
    norms = [math.hypot(*(w.grad for w in layer.weights())) for layer in model.layers]
    model.zero_grad()
    return norms


def main(out: Path, *, quick: bool = False) -> dict[str, float]:
    """Descend, decay, and start badly."""
    figures = six_ways(out) | smaller_weights() | deep_starts(out, quick)
    print(f"one more layer, started like this: {figures['small_start_factor']:.3f} of the gradient")
    print("Exercise 1: above which learning rate does full-batch descent here diverge?")
    print("Exercise 2: after centring x, how many passes does full batch need to 99 %?")
    return figures


if __name__ == "__main__":
    from examples._lesson import run

    run(main)
