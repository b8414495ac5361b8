"""Lesson 5, the perceptron and XOR."""

from autograd import affine, dot, parameter
from examples.lesson05_perceptron import SIGNS, XOR, learn, separable_points, share

__all__ = ["solution_1", "solution_2"]


def solution_1() -> tuple[float, float]:
    """J summed over all points after 10 and after 100 steps: its slope never changes, so it falls without end."""
    points, labels = separable_points(40)
    w, b = [parameter(0.0), parameter(0.0)], parameter(0.0)
    values = []
    for _ in range(100):
        loss = dot([float(-y) for y in labels], [affine(w, x, b) for x in points])
        loss.zero_grad()
        loss.backward()
        for p in (*w, b):
            p.data -= 0.01 * p.grad
        values.append(loss.forward())
    return values[9], values[99]


def solution_2() -> float:
    """The share of XOR that one weight learns on (2x₁ − 1)(2x₂ − 1), the product of the inputs as −1 and +1."""
    products = [[(2 * x1 - 1) * (2 * x2 - 1)] for x1, x2 in XOR]
    *_, moments = learn(products, SIGNS, epochs=10)
    return share(moments[-1][1], products, SIGNS)
