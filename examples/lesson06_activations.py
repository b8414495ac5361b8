"""Activations and their derivatives: kinks, saturation, gates, and the unit that dies.

Without a non-linear f between them, layers of a network collapse into one (θ₂θ₁x is linear). Which f? Backwards, its
derivative multiplies whatever comes from above (L3):

    σ(z) = 1/(1 + e⁻ᶻ)       σ′ = σ(1 − σ) ≤ ¼        tanh′ = 1 − tanh² ≤ 1
    relu = max(0, z)         relu′ = 0 or 1, at the kink z = 0 by convention 0
    gelu = z Φ(z)            gelu′ = Φ(z) + z φ(z)
    silu = z σ(z)            silu′ = σ(z)(1 + z(1 − σ(z)))

Where f is flat, f′ ≈ 0 and nothing is learned: saturation. A ReLU that is negative for every sample is dead for good.
A gated unit multiplies two sums, y = g(a)·b; then ∂y/∂a = g′(a)·b and ∂y/∂b = g(a): the gate scales b's gradient.
"""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from autograd import (
    Value,
    affine,
    diagnose,
    gelu,
    gelu_tanh,
    grad,
    jacobian,
    leaky_relu,
    mean,
    parameter,
    relu,
    sigmoid,
    silu,
    softmax,
    swish,
    tanh,
)
from viz import Panel, plot_curves, plot_surfaces

LECTURE = "L3"

Function: TypeAlias = Callable[[Any], Any]
"""From a Value to a Value, or from a number to a number: the functions of `autograd` take both."""

FLAT = 0.05
"""A slope smaller than this counts as flat."""


def normal(z: float) -> tuple[float, float]:
    """Φ(z) and φ(z), the normal distribution and its density."""
    return (1 + math.erf(z / math.sqrt(2))) / 2, math.exp(-z * z / 2) / math.sqrt(2 * math.pi)


def logistic(z: float) -> float:
    """σ(z)."""
    return 1 / (1 + math.exp(-z))


def gelu_tanh_slope(z: float) -> float:
    """½(1 + tanh u) + ½z sech²u · u′ with u = √(2/π)(z + 0.044715 z³)."""
    u = math.sqrt(2 / math.pi) * (z + 0.044715 * z**3)
    slope = math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * z**2)
    return (1 + math.tanh(u)) / 2 + z / 2 * slope / math.cosh(u) ** 2


# Each activation with the derivative that the lectures print, to hold the engine to.
ACTIVATIONS: dict[str, tuple[Function, Callable[[float], float]]] = {
    "sigmoid": (sigmoid, lambda z: logistic(z) * (1 - logistic(z))),
    "tanh": (tanh, lambda z: 1 - math.tanh(z) ** 2),
    "ReLU": (relu, lambda z: float(z > 0)),
    "leaky ReLU, slope 0.01": (leaky_relu, lambda z: 1.0 if z > 0 else 0.01),
    "GELU": (gelu, lambda z: normal(z)[0] + z * normal(z)[1]),
    "GELU, tanh form": (gelu_tanh, gelu_tanh_slope),
    "SiLU": (silu, lambda z: logistic(z) * (1 + z * (1 - logistic(z)))),
    "swish, β = 3": (
        lambda z: swish(z, beta=3.0),
        lambda z: logistic(3 * z) * (1 + 3 * z * (1 - logistic(3 * z))),
    ),
}

GATES = {"ReGLU": relu, "GEGLU": gelu, "SwiGLU": silu}


def main(out: Path, *, quick: bool = False) -> dict[str, float]:
    """Draw every activation with its slope, the gated ones as surfaces, and let a unit die."""
    zs = [k / 16 for k in range(-96, 97)]
    panels, differences = [], {}
    print("activation              f′(0)  largest f′  flat on")
    for name, (f, formula) in ACTIVATIONS.items():
        ys, slopes = [], []
        for number in zs:
            z = Value(number, "z")
            y = f(z)
            y.backward()
            ys.append(y.data)
            slopes.append(z.grad)
        differences[name] = max(abs(slope - formula(z)) for z, slope in zip(zs, slopes, strict=True))
        flat = spans(zs, slopes)
        words = ", ".join(f"{low:g} to {high:g}" for low, high in flat) or "-"
        print(f"{name:22} {slopes[96]:6.3g} {max(slopes):11.4g}  {words}")
        shaded = {"|f′| < 0.05": flat} if flat else {}
        kink = {"kink": [(0.0, 0.0)]} if name.endswith("ReLU") or "slope" in name else {}
        panels.append(
            Panel({"f": (zs, ys), "f′": (zs, slopes)}, title=name, x="z", spans={**shaded, **kink}, ylim=(-1.2, 2.2))
        )
    plot_curves(panels, out / "lesson06_activations.png", across=4, title="Activations and their derivatives")
    print(f"engine against the printed formulas: {max(differences.values()):.1e}")

    # softmax is the one activation that is wired across: every output depends on every input, ∂sᵢ/∂zⱼ = sᵢ(δᵢⱼ − sⱼ).
    logits = [1.0, -0.5, 2.0]
    exponentials = [math.exp(z) for z in logits]
    s = [e / sum(exponentials) for e in exponentials]
    rows = jacobian(softmax)(logits)
    across = max(abs(rows[i][j] - s[i] * ((i == j) - s[j])) for i in range(3) for j in range(3))
    print(f"Jacobian of softmax against s(δ − s): {across:.1e}")

    # The gated units, as functions of the two sums a and b.
    gates = {name: gated(g) for name, g in GATES.items()}
    plot_surfaces(gates, out / "lesson06_glu.png", steps=21 if quick else 41, title="Gated units: y = g(a) · b")
    gate_difference = max(abs(difference) for g in GATES.values() for difference in gate_rule(g, 0.7, -1.3))

    dead, alive = train_a_unit(relu), train_a_unit(leaky_relu)
    print(f"dead ReLU: weight moved by {dead:g} in 200 steps; leaky ReLU: by {alive:.3f}")

    print("Exercise 1: at which z is σ′ a quarter, and where has it fallen to 1 % of that?")
    print("Exercise 2: ten sigmoids in a row: their slope at z = 0, and what bounds it?")
    return {
        **{f"difference {name}": difference for name, difference in differences.items()},
        "difference softmax": across,
        "difference gates": gate_difference,
        "dead_moved": dead,
        "leaky_moved": alive,
        "largest sigmoid′": max(ACTIVATIONS["sigmoid"][1](z) for z in zs),
    }


def spans(zs: list[float], slopes: list[float]) -> list[tuple[float, float]]:
    """The intervals on which the slope is smaller than `FLAT`; a single point is none."""
    found: list[tuple[float, float]] = []
    start = None
    for z, slope in [*zip(zs, slopes, strict=True), (math.inf, 1.0)]:
        if abs(slope) < FLAT:
            start = z if start is None else start
            end = z
        elif start is not None:
            if end > start + 0.2:
                found.append((start, end))
            start = None
    return found


def gated(g: Function) -> Callable[[float, float], float]:
    """y = g(a) · b."""
    return lambda a, b: float(g(a) * b)


def gate_rule(g: Function, a: float, b: float) -> tuple[float, float]:
    """The engine's ∂y/∂a and ∂y/∂b minus g′(a)·b and g(a)."""
    first, second = Value(a, "a"), Value(b, "b")
    (g(first) * second).backward()
    return first.grad - grad(g)(a) * b, second.grad - g(a)


def train_a_unit(f: Function) -> float:
    """How far the weight of a unit moves that starts with z < 0 for every sample (its bias is −3)."""
    xs, ys = [0.5, 1.0, 1.5, 2.0], [1.0, 2.0, 3.0, 4.0]
    w, b = parameter(1.0, "w"), parameter(-3.0, "b")
    loss = mean([(f(affine([w], [x], b)) - y) ** 2 for x, y in zip(xs, ys, strict=True)])
    loss.label = "loss"
    if f is relu:
        print(str(diagnose(loss)).splitlines()[0])
    for _ in range(200):
        loss.zero_grad()
        loss.backward()
        for p in (w, b):
            p.data -= 0.01 * p.grad
        loss.forward()
    return abs(w.data - 1.0)


if __name__ == "__main__":
    from examples._lesson import run

    run(main)
