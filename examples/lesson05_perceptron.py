"""The perceptron, its learning rule, and XOR, which it cannot learn.

A perceptron (L1) says which side of a line a point is on: z = w·x + b, the answer is the sign of z. The line
w·x + b = 0 is its decision boundary, and a point's distance to it is |w·x + b| / ‖w‖. Labels y are −1 and +1. The
loss is summed over the *misclassified* points only (over all points it would be unbounded below):

    J(w, b) = Σ −y (w·x + b)        ∂J/∂w = −Σ y x        ∂J/∂b = −Σ y

so a step down the gradient, one misclassified point at a time, is the rule w ← w + α y x, b ← b + α y. On separable
data it ends: after at most (R/γ)² corrections, where γ is the margin and R the length of the longest (x, 1). XOR is
not separable, and there the rule never ends. Two cures: hidden neurons, or a feature that makes a line enough,
|x₁ − x₂|.
"""

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from random import Random

from autograd import Value, affine, parameter
from nn import MLP, SGD, binary_cross_entropy_with_logits, fit, predict
from viz import animate_decision, plot_decision

LECTURE = "L1"

Point = list[float]
Side = Callable[[list[Point]], list[int]]

XOR = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
SIGNS = [-1, 1, 1, -1]
SEPARATOR = (0.8, -0.6, 0.1)


def main(out: Path, *, quick: bool = False) -> dict[str, float]:
    """Learn separable points, fail at XOR, and solve it in two ways."""
    points, labels = separable_points(40)
    w, b, moments = learn(points, labels, epochs=100)
    corrections = len(moments) - 1
    bound = most_corrections(points, labels)
    print(f"separable: no mistakes after {corrections} corrections (at most {bound:.0f})")
    length = math.hypot(w[0].data, w[1].data)
    nearest = min(abs(affine(w, x, b).data) / length for x in points)
    print(f"boundary {w[0].data:.2f} x1 {w[1].data:+.2f} x2 {b.data:+.2f} = 0")
    print(f"the nearest point is {nearest:.3f} away from it")
    film(moments[-4:] if quick else moments, points, labels, out / "lesson05_perceptron.gif")

    # XOR: a correction for one point spoils another, for ever.
    _, _, circles = learn(XOR, SIGNS, epochs=100, seed=2)
    best = max(share(side, XOR, SIGNS) for _, side, _ in circles)
    print(f"XOR: {len(circles) - 1} corrections in 100 rounds, never more than {best:.0%} right")
    film(circles[: 6 if quick else 20], XOR, SIGNS, out / "lesson05_xor_perceptron.gif")

    # Two hidden neurons draw two lines, and the output neuron combines them.
    model = MLP(2, [2, 1], activation="tanh", init="xavier", seed=0)
    optimizer = SGD(model.parameters(), lr=0.5, momentum=0.9)
    targets = [int(sign > 0) for sign in SIGNS]
    learning: list[tuple[str, Side, Point]] = [("before learning", frozen(model), [])]
    for before, epoch in pairwise((0, *range(5, 55, 5), 100, 200)):
        fit(model, XOR, targets, loss=binary_cross_entropy_with_logits, optimizer=optimizer, epochs=epoch - before)
        learning.append((f"after {epoch} steps", frozen(model), []))
    solved = learning[-1][1]
    print("x1 x2  xor  hidden layer")
    for x, sign, answer in zip(XOR, SIGNS, solved(XOR), strict=True):
        print(f"{x[0]:2.0f} {x[1]:2.0f} {sign:4} {answer:6}{'' if answer == sign else '  wrong'}")
    film(learning[::4] if quick else learning, XOR, SIGNS, out / "lesson05_xor_hidden_layer.gif")

    # Or the same perceptron, given the right number to look at: one weight and a bias are enough.
    w, b, seen = learn([feature(x) for x in XOR], SIGNS, epochs=100)
    print(f"with |x1 - x2|: {len(seen) - 1} corrections; {w[0].data:g} |x1 - x2| {b.data:+g} = 0")
    by_feature = seen[-1][1]
    plot_decision(
        lambda grid: by_feature([feature(x) for x in grid]),
        XOR,
        SIGNS,
        out / "lesson05_xor_feature.png",
        title="A line in the feature |x1 − x2| is a band in the plane",
    )

    print("Exercise 1: sum J over all points instead: its value after 10 and 100 steps?")
    print("Exercise 2: which other feature of x1 and x2, one product, makes XOR linear?")
    return {
        "corrections": float(corrections),
        "bound": bound,
        "accuracy_separable": share(moments[-1][1], points, labels),
        "nearest_distance": nearest,
        "accuracy_xor_perceptron": best,
        "accuracy_xor_hidden_layer": share(solved, XOR, SIGNS),
        "accuracy_xor_feature": share(by_feature, [feature(x) for x in XOR], SIGNS),
    }


def learn(
    points: list[Point], labels: list[int], *, epochs: int, rate: float = 1.0, seed: int = 0
) -> tuple[list[Value], Value, list[tuple[str, Side, Point]]]:
    """The perceptron rule from zero weights, until a round over all points, in random order, finds no mistake.

    Gives w, b, and each moment: its caption, what the perceptron said then, and the point that was corrected.
    """
    w = [parameter(0.0, f"w{index + 1}") for index in range(len(points[0]))]
    b = parameter(0.0, "b")
    moments = [("no correction yet", side_of(w, b), points[0][:0])]
    samples = list(zip(points, labels, strict=True))
    rng = Random(seed)
    for _ in range(epochs):
        before = len(moments)
        rng.shuffle(samples)
        for x, y in samples:
            z = affine(w, x, b)
            if y * z.data > 0:
                continue
            loss = -y * z
            loss.zero_grad()
            loss.backward()
            for p in (*w, b):
                p.data -= rate * p.grad  # w ← w + α y x
            moments.append((f"correction {len(moments)}", side_of(w, b), x))
        if len(moments) == before:
            break
    return w, b, moments


def side_of(w: Sequence[Value], b: Value) -> Side:
    """The answer of a perceptron with the weights as they are now."""
    weights, bias = [p.data for p in w], b.data

    def side(points: list[Point]) -> list[int]:
        return [1 if sum(p * q for p, q in zip(weights, x, strict=True)) + bias > 0 else -1 for x in points]

    return side


def frozen(model: MLP) -> Side:
    """The answer of a network with the weights as they are now."""
    state = model.state_dict()
    copy = MLP(2, [2, 1], activation="tanh", seed=0)
    copy.load_state_dict(state)
    return lambda points: [1 if z > 0 else -1 for z in predict(copy, points)]


def separable_points(count: int, seed: int = 4) -> tuple[list[Point], list[int]]:
    """Random points of the square, none nearer than 0.08 to a certain line, and on which side of it they are."""
    rng = Random(seed)
    points: list[Point] = []
    labels = []
    u, v, c = SEPARATOR
    while len(points) < count:
        x = [rng.uniform(-1, 1), rng.uniform(-1, 1)]
        z = u * x[0] + v * x[1] + c
        if abs(z) >= 0.08:
            points.append(x)
            labels.append(1 if z > 0 else -1)
    return points, labels


def most_corrections(points: list[Point], labels: list[int]) -> float:
    """(R/γ)² for the line that made the labels (Novikoff 1962); the true number is never above it."""
    u, v, c = SEPARATOR
    margin = min(y * (u * x[0] + v * x[1] + c) for x, y in zip(points, labels, strict=True)) / math.hypot(u, v, c)
    return (max(math.hypot(*x, 1.0) for x in points) / margin) ** 2


def feature(x: Point) -> Point:
    """|x₁ − x₂|."""
    return [abs(x[0] - x[1])]


def share(side: Side, points: list[Point], labels: list[int]) -> float:
    """The share of points on their side."""
    return sum(answer == y for answer, y in zip(side(points), labels, strict=True)) / len(labels)


def film(moments: list[tuple[str, Side, Point]], points: list[Point], labels: list[int], path: Path) -> None:
    """The boundary as it moves; a ring marks the point that was corrected."""
    frames = [(caption, side) for caption, side, _ in moments]
    ringed = [x for _, _, x in moments]
    animate_decision(frames, points, labels, path, ringed=ringed, milliseconds=500)


if __name__ == "__main__":
    from examples._lesson import run

    run(main)
