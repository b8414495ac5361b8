"""Gradient checking: every weight nudged, with and without λ, and a planted bug that it finds.

Back-propagation written by hand is easy to get wrong, and a wrong gradient often still trains, only worse. So check it
(L7): for each weight and bias in turn, all others fixed,

    (J(w + ε E_ij) − J(w − ε E_ij)) / 2ε        with ε = 10⁻³

must agree with ∂J/∂w_ij to about four digits; the rest is the error ~ ε² of the difference (lesson 1). Check the
regularised objective as well,

    J_λ = (1/N) Σ J(xᵢ, yᵢ) + (λ/2) Σ ‖W‖²      which adds λ w to the gradient of a weight, nothing to that of a bias.

A check proves little until it has been seen to fail: so the engine is broken on purpose, in several ways. The check
costs two forward passes a parameter, back-propagation one backward pass for all: check small networks, then train
large ones. `autograd.testing.check_grad` does it more sharply, with 60 digits in place of 16.
"""

import math
from pathlib import Path

from autograd import Value
from autograd.testing import BUGS
from nn import MLP, half_squared_error, l2
from viz import Panel, plot_curves

LECTURE = "L7"

EPSILON = 1e-3
LAMBDA = 0.1

XS = [[0.5, -1.2], [1.1, 0.3], [-0.7, 0.8], [0.2, 1.4], [-1.5, -0.4]]
YS = [0.3, -0.6, 0.9, 0.1, -0.2]

PLANTED = {
    "tanh square": "",
    "mul swapped": "",
    "overwrite": "",
    "wrong order": "in layers every order is right",
    "stale interior": "it takes a second pass",
}
"""Bugs of `autograd.testing.BUGS`, and why this check, with this network, cannot see two of them."""


def main(out: Path, *, quick: bool = False) -> dict[str, float]:
    """The table, with and without λ; then the same check on engines with a bug."""
    model = MLP(2, [3, 1], activation="tanh", init="xavier", bias_init="normal", seed=1)
    names = [name for name, _ in model.named_parameters()]

    plain, regularised = check(model, 0.0), check(model, LAMBDA)
    print("                  without λ: J                 with λ = 0.1: J_λ")
    print("parameter             nudged     ∂J/∂p  digits     nudged   ∂J_λ/∂p  digits")
    for name, (n, g), (nr, gr) in zip(names, plain, regularised, strict=True):
        short = name.replace("layers.", "").replace("neurons.", "")
        print(f"{short:18}{n:10.6f}{g:10.6f}{digits(n, g):8.1f} {nr:10.6f}{gr:10.6f}{digits(nr, gr):8.1f}")

    # λ acts on the weights alone: the gradients of the biases are the same in both halves of the table.
    by_name = list(zip(model.named_parameters(), plain, regularised, strict=True))
    extra = [gr - g - (LAMBDA * p.data if ".w." in name else 0.0) for (name, p), (_, g), (_, gr) in by_name]
    print(f"∂J_λ/∂p − ∂J/∂p is λ w for weights, 0 for biases, to {max(map(abs, extra)):.0e}")

    errors = {"without λ": worst(plain), "with λ": worst(regularised), "ε = 1": worst(check(model, 0.0, epsilon=1.0))}
    points = {"without λ": relative(plain), "with λ": relative(regularised)}
    print("engine               largest relative error")
    for name, why in PLANTED.items():
        with BUGS[name]:
            rows = check(model, LAMBDA)
        errors[name] = worst(rows)
        print(f"{name:20} {errors[name]:8.1e}  {'found' if errors[name] > 1e-3 else 'not found: ' + why}")
        if name == "tanh square":
            points["with λ, tanh′ = 1 − y planted"] = relative(rows)

    places = [[k + shift for k in range(1, len(names) + 1)] for shift in (-0.15, 0.0, 0.15)]
    plot_curves(
        Panel(
            {"four digits": ([0, len(names) + 1], [1e-4, 1e-4])},
            points={name: (x, points[name]) for x, name in zip(places, points, strict=True)},
            x=f"parameter (1 to {len(names)}, in the order of the table)",
            y="relative difference",
            log="y",
        ),
        out / "lesson09_gradient_check.png",
        title="The gradient check with ε = 0.001: right gradients agree to four digits and more",
    )

    print("Exercise 1: the check with ε = 1e-3 on one side only: how many digits now?")
    print("Exercise 2: the gradient adds 2λw instead of λw: the largest relative error?")
    return {**errors, "lambda_rule": max(map(abs, extra)), "parameters": float(len(names))}


def objective(model: MLP, strength: float) -> Value:
    """J_λ over the samples; without λ the mean of the losses alone."""
    J = half_squared_error([[model(x)] for x in XS], [[y] for y in YS])
    return J + l2(model.weights(), strength) if strength else J


def check(model: MLP, strength: float, *, epsilon: float = EPSILON) -> list[tuple[float, float]]:
    """For each parameter the slope by nudging, and the gradient of one backward pass."""
    J = objective(model, strength)
    J.zero_grad()
    J.backward()
    rows = []
    for p in model.parameters():
        w, gradient = p.data, p.grad
        p.data = w + epsilon
        above = J.forward()  # the same graph, computed again with the new number
        p.data = w - epsilon
        below = J.forward()
        p.data = w
        rows.append(((above - below) / (2 * epsilon), gradient))
    J.forward()
    return rows


def relative(rows: list[tuple[float, float]]) -> list[float]:
    """|nudged − gradient| / the larger of the two, for each parameter; nan where both agree to the last bit."""
    return [abs(n - g) / max(abs(n), abs(g)) if n != g else math.nan for n, g in rows]


def worst(rows: list[tuple[float, float]]) -> float:
    """The largest relative difference."""
    return max(error for error in relative(rows) if not math.isnan(error))


def digits(nudged: float, gradient: float) -> float:
    """How many digits agree."""
    return -math.log10(max(relative([(nudged, gradient)])[0], 1e-16)) if nudged != gradient else 16.0


if __name__ == "__main__":
    from examples._lesson import run

    run(main)
