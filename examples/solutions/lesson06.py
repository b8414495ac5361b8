"""Lesson 6, activations."""

import math

from autograd import Value, sigmoid

__all__ = ["solution_1", "solution_2"]


def solution_1() -> tuple[float, float]:
    """σ′ is a quarter at 0; it is 1 % of that where σ(1 − σ) = 0.0025, a quadratic equation in σ."""
    s = (1 + math.sqrt(1 - 4 * 0.0025)) / 2
    return 0.0, math.log(s / (1 - s))


def solution_2() -> tuple[float, float]:
    """The slope of ten sigmoids in a row at 0, and its bound: a quarter for each of them."""
    z = Value(0.0, "z")
    y = z
    for _ in range(10):
        y = sigmoid(y)
    y.backward()
    return z.grad, 0.25**10
