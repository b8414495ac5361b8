"""Losses: their shape, their gradient, and why they are computed from logits.

A loss J(ŷ, y) should be 0 where ŷ = y, never negative, and large for what is badly wrong (L4). For a number to be
predicted, squared error (ŷ − y)² is that. For a class it is not. With p = σ(z) and y = 1:

    squared error     (1 − p)²       ∂J/∂z = −2(1 − p) p(1 − p)      at most 1, and flat where z is very wrong
    cross-entropy     −ln p          ∂J/∂z = p − 1                   grows like −z, slope −1 where z is very wrong
    hinge             max(0, 1 − z)  ∂J/∂z = −1 or 0                 0 as soon as z is right with a margin of 1

So a network that is sure and wrong learns from cross-entropy at full speed, and from squared error hardly at all.

And −ln p must not be computed from p: σ(40) is 1.0 in floating point, so 1 − p is 0 and its logarithm does not exist.
From the logit, −ln(1 − σ(z)) = softplus(z) = max(0, z) + ln(1 + e^−|z|) is right to the last digits for every z; for K
classes −ln softmax(z)[k] = logsumexp(z) − z[k].
"""

from collections.abc import Callable
from pathlib import Path

from autograd import DomainError, Value, mean, parameter, sigmoid, softmax
from nn import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    hinge,
    l2,
    perceptron_loss,
    softmax_cross_entropy,
    squared_error,
)
from viz import Panel, plot_curves

LECTURE = "L4"

Loss = Callable[[Value], Value]

LOSSES: dict[str, Loss] = {
    "squared error of σ(z)": lambda z: squared_error(sigmoid(z), 1.0),
    "cross-entropy": lambda z: binary_cross_entropy_with_logits(z, 1),
    "hinge": lambda z: hinge(z, 1),
    "perceptron": lambda z: perceptron_loss(z, 1),
}
"""For one sample whose true class is the positive one, as functions of the logit z."""


def main(out: Path, *, quick: bool = False) -> dict[str, float]:
    """Draw the losses, train with two of them from a bad start, and compute one in a good and a bad way."""
    zs = [k / 8 for k in range(-64, 65)]
    values: dict[str, tuple[list[float], list[float]]] = {}
    slopes: dict[str, tuple[list[float], list[float]]] = {}
    for name, loss in LOSSES.items():
        points = [value_and_slope(loss, number) for number in zs]
        values[name] = (zs, [y for y, _ in points])
        slopes[name] = (zs, [slope for _, slope in points])
    print("for y = 1             J(-8)    ∂J/∂z at -8   J(8)")
    for name in LOSSES:
        print(f"{name:22}{values[name][1][0]:6.4f} {slopes[name][1][0]:12.2e} {values[name][1][-1]:9.2g}")

    # From a start that is sure and wrong: sixteen points on a line, the boundary on the wrong way round.
    steps = 150 if quick else 300
    courses = {name: train(loss, steps) for name, loss in LOSSES_OF_BATCH.items()}
    for name, course in courses.items():
        print(f"{name}: weight {course[0]:g} → {course[-1]:.2f} in {steps} steps, {right(course[-1]):.0%} right")

    plot_curves(
        [
            Panel(values, title="loss of one sample, y = 1", x="logit z", y="J", ylim=(-0.2, 5)),
            Panel(slopes, title="its gradient", x="logit z", y="∂J/∂z", ylim=(-1.15, 0.25)),
            Panel(
                {name: (list(range(steps + 1)), course) for name, course in courses.items()},
                title="training from a wrong start",
                x="step",
                y="weight: positive is right",
            ),
        ],
        out / "lesson08_losses.png",
        title="Squared error is bounded and goes flat where cross-entropy still has slope 1",
    )

    # The same number in two ways, for a sample of class 0 that the network is sure is 1.
    print("  z   from p = σ(z)            from the logit")
    figures = {}
    for number in (10.0, 20.0, 30.0, 36.0, 40.0):
        stable = binary_cross_entropy_with_logits(Value(number), 0).data
        try:
            naive = binary_cross_entropy(sigmoid(Value(number)), 0).data
            figures[f"error at {number:g}"] = abs(naive - stable) / stable
            print(f"{number:4g}  {naive:<23.17g}  {stable:.17g}")
        except DomainError:
            figures[f"error at {number:g}"] = 1.0
            print(f"{number:4g}  DomainError: log of 0    {stable:.17g}")

    logits = [Value(1000.0), Value(0.0), Value(-1000.0)]
    far = softmax_cross_entropy(logits, 2)
    far.backward()
    print(f"softmax of logits ±1000: loss {far.data:g}, gradient {[z.grad for z in logits]}")
    p = [s.data for s in softmax([Value(0.3), Value(-1.2), Value(0.7)])]
    z = [Value(0.3), Value(-1.2), Value(0.7)]
    softmax_cross_entropy(z, 1).backward()
    figures["softmax gradient is p - y"] = max(abs(z[k].grad - (p[k] - (k == 1))) for k in range(3))

    # The regularised objective adds (λ/2) Σ w² over the weights, so that each step also shrinks them: ∂/∂w = λ w.
    w = [parameter(3.0), parameter(-4.0)]
    l2(w, 0.1).backward()
    print(f"(λ/2)·Σ w² with λ = 0.1, w = (3, -4): gradient {[p.grad for p in w]}")

    print("Exercise 1: at which logit does cross-entropy cost 1 (y = 1)?")
    print("Exercise 2: the steepest slope of the squared error of σ(z), and where?")
    return figures | {
        "squared error at -8": values["squared error of σ(z)"][1][0],
        "slope of squared error at -8": slopes["squared error of σ(z)"][1][0],
        "cross-entropy at -8": values["cross-entropy"][1][0],
        "slope of cross-entropy at -8": slopes["cross-entropy"][1][0],
        "right with cross-entropy": right(courses["cross-entropy"][-1]),
        "right with squared error": right(courses["squared error of σ(z)"][-1]),
        "smallest loss": min(min(numbers) for _, numbers in values.values()),
        "loss of logits ±1000": far.data,
        "l2 gradient": w[0].grad,
    }


def value_and_slope(loss: Loss, number: float) -> tuple[float, float]:
    """J and ∂J/∂z at a logit; 0 where the loss does not look at it (the perceptron's, of a point that is right)."""
    z = Value(number, "z")
    J = loss(z)
    J.backward()
    return J.data, z.grad


XS = [k / 4 - 1.875 for k in range(16)]
YS = [int(x > 0) for x in XS]

LOSSES_OF_BATCH: dict[str, Callable[[list[Value]], Value]] = {
    "squared error of σ(z)": lambda zs: mean([(sigmoid(z) - y) ** 2 for z, y in zip(zs, YS, strict=True)]),
    "cross-entropy": lambda zs: binary_cross_entropy_with_logits(zs, YS),
}


def train(loss: Callable[[list[Value]], Value], steps: int) -> list[float]:
    """A logistic neuron σ(w x) with the weight −12 at first, where any positive one is right; w after each step."""
    w = parameter(-12.0, "w")
    J = loss([w * x for x in XS])
    course = [w.data]
    for _ in range(steps):
        J.zero_grad()
        J.backward()
        w.data -= 0.2 * w.grad
        J.forward()
        course.append(w.data)
    return course


def right(w: float) -> float:
    """The share of samples whose logit has the sign of their class."""
    return sum((w * x > 0) == bool(y) for x, y in zip(XS, YS, strict=True)) / len(YS)


if __name__ == "__main__":
    from examples._lesson import run

    run(main)
