"""Depth: gradients that vanish or explode on their way, and what shortcuts and normalisation change.

Going back, each layer multiplies the gradient by its Jacobian, diag(f′(z)) W (lectures, L5). The product of many such
matrices shrinks or grows like a power of the depth d, so that of two plain networks the deeper one may train worse.
Two cures (lectures, L9), both a line of code here:

    residual     x + F(x)                                     Jacobian I + ∂F/∂x: a way back that multiplies by 1
    layer norm   ẑ = γ (z − E[z]) / √(Var[z] + ε) + β         the scale of W cancels: no start is too small or too large

How fast a plain network loses its gradient can be computed beforehand. With weights N(0, g²/n) and small activations,
where tanh′ = 1, the product of random n × n matrices changes length by a factor of

    exp ½(ψ(n/2) + ln(2g²/n))   a layer, ψ the digamma function: 0.47 for g = ½ and n = 8 (Newman 1986)

Normalisation keeps the gradient's size but not its directions: the Jacobian of a plain stack, normalised or not, is
nearly a matrix of rank one, and what differs between two inputs is lost on the way. The shortcut keeps both.
"""

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

from autograd import jacobian
from autograd.errors import require
from nn import Adam, Layer, LayerNorm, Module, Residual, Sequential, datasets, fit, init
from nn import binary_cross_entropy_with_logits as cross_entropy
from viz import Panel, plot_curves, plot_matrices

LECTURE = "L9"

WIDTH, SEEDS = 8, 3

KINDS = {
    "plain, g = 0.5": ("plain", 0.5),
    "plain, g = 2": ("plain", 2.0),
    "residual, g = 0.5": ("residual", 0.5),
    "layer norm, g = 0.5": ("normalised", 0.5),
    "layer norm, g = 2": ("normalised", 2.0),
}


def blocks(kind: str, count: int, gain: float, rng: Random, width: int = WIDTH) -> list[Module]:
    """Layers of `width` neurons on as many inputs, with tanh, as they are or cured."""
    start = scaled(gain)
    made: list[Module] = []
    for _ in range(count):
        if kind == "normalised":
            linear = Layer(width, width, activation=None, init=start, seed=rng)
            made.append(Sequential(linear, LayerNorm(width), "tanh"))
            continue
        layer: Module = Layer(width, width, activation="tanh", init=start, seed=rng)
        if kind == "both":  # as in a transformer's block
            layer = Sequential(LayerNorm(width), layer)
        made.append(layer if kind == "plain" else Residual(layer))
    return made


def scaled(gain: float) -> init.Initialiser:
    """Weights N(0, g²/n) for n inputs."""
    draw = init.lecun_normal()
    return lambda rng, fan_in, fan_out: gain * draw(rng, fan_in, fan_out)


def network(kind: str, depth: int, gain: float, seed: int = 0, width: int = WIDTH) -> Sequential:
    """A classifier of points with `depth` layers, the first and last of which are plain."""
    rng = Random(seed)
    first = Layer(2, width, activation="tanh", init=scaled(1.0), seed=rng)
    middle = blocks(kind, depth - 2, gain, rng, width)
    return Sequential(first, *middle, Layer(width, 1, activation=None, init=scaled(1.0), seed=rng))


def gradient(model: Sequential, points: Sequence[list[float]], classes: list[int]) -> float:
    """The norm of ∂J/∂W of the first layer, which is the last that the backward pass reaches."""
    cross_entropy([model(point) for point in points], classes).backward()
    return math.hypot(*(w.grad for w in model[0].weights()))


def against_depth(depths: Sequence[int]) -> dict[str, dict[int, float]]:
    """The first layer's gradient by kind and depth: the geometric mean over several starts."""
    points, classes = datasets.circle(4)
    found: dict[str, dict[int, float]] = {}
    for name, (kind, gain) in KINDS.items():
        found[name] = {}
        for depth in depths:
            norms = [gradient(network(kind, depth, gain, seed), points, classes) for seed in range(SEEDS)]
            found[name][depth] = math.exp(math.fsum(map(math.log, norms)) / SEEDS)
        print(f"{name:20} {found[name][20]:9.1e} {found[name][56]:9.1e}")
    return found


def trained(kind: str, depth: int, epochs: int) -> list[float]:
    """The losses of a run, with g = 1, at which plain networks fare best."""
    points, classes = datasets.circle(16)
    model = network(kind, depth, 1.0, width=6)
    optimizer = Adam(model.parameters(), lr=0.01)
    return fit(
        *(model, points, classes),
        loss=cross_entropy,
        optimizer=optimizer,
        epochs=epochs,
        progress=False,
    ).losses


def through(kind: str, depth: int, gain: float) -> list[list[float]]:
    """The Jacobian ∂output/∂input of a stack of such layers, one backward pass a row."""
    stack: Callable[[Any], Any] = Sequential(*blocks(kind, depth, gain, Random(1)))
    rows: list[list[float]] = jacobian(stack)([0.3 * math.cos(k) for k in range(WIDTH)])
    return rows


def main(out: Path, *, quick: bool = False) -> dict[str, float]:
    """Measure the gradient, train, and look at the Jacobians."""
    print("norm of the first layer's gradient:")
    print("depth                      20        56")
    norms = against_depth((8, 20, 56) if quick else (4, 8, 14, 20, 38, 56))
    vanishing = norms["plain, g = 0.5"]
    figures = {f"{name}: {depth}": found[depth] for name, found in norms.items() for depth in (20, 56)}
    figures["factor"] = (vanishing[56] / vanishing[8]) ** (1 / 48)
    print(f"plain, g = 0.5: a factor of {figures['factor']:.3f} a layer")

    runs = {"plain, 20": ("plain", 20), "plain, 56": ("plain", 56), "residual, 56": ("residual", 56)}
    if not quick:
        runs |= {"layer norm, 20": ("normalised", 20), "both, 20": ("both", 20)}
    losses = {name: trained(kind, depth, 15 if quick else 40) for name, (kind, depth) in runs.items()}
    for name, curve in losses.items():
        print(f"trained, {name:15} loss {curve[0]:.3f} to {curve[-1]:.3f}")
        figures[f"loss of {name}"] = curve[-1]
    plot_curves(
        [
            Panel(
                {name: (list(found), list(found.values())) for name, found in norms.items()},
                title="gradient of the first layer, at the start",
                x="layers",
                y="norm of ∂J/∂W",
                log="y",
            ),
            Panel(
                {name: (range(1, len(curve) + 1), curve) for name, curve in losses.items()},
                title="training, all with g = 1",
                x="epoch",
                y="J",
            ),
        ],
        out / "lesson13_gradients.png",
        title="Many layers: plain, with shortcuts, normalised",
    )

    numpy: Any = require("numpy", extra="examples")
    maps = {}
    for name, kind in {"plain": "plain", "layer norm": "normalised", "residual": "residual"}.items():
        maps[name] = through(kind, 20, 1.0)
        sizes = numpy.linalg.svd(maps[name], compute_uv=False).tolist()
        figures[f"{name}: second singular value to first"] = sizes[1] / sizes[0]
        print(f"Jacobian, {name:10} largest singular values {sizes[0]:.1e}, {sizes[1]:.1e}")
    plot_matrices(maps, out / "lesson13_jacobians.png", x="input", y="output", title="Jacobians of 20 layers of 8")

    print("Exercise 1: the Jacobian of 56 residual layers whose weights are all 0?")
    print("Exercise 2: for which g do the formula's products, n = 8, keep their length?")
    return figures


if __name__ == "__main__":
    from examples._lesson import run

    run(main)
