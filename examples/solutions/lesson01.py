"""Lesson 1, slope by nudging."""

import cmath
import math

__all__ = ["solution_1", "solution_2"]

X = 0.5
EXACT = 1 - math.tanh(X) ** 2


def solution_1() -> float:
    """The order of Richardson's combination: the h² terms cancel, so 4."""
    errors = [abs((4 * slope(h / 2) - slope(h)) / 3 - EXACT) for h in (0.25, 0.03125)]
    return math.log(errors[0] / errors[1]) / math.log(8)


def solution_2() -> float:
    """The error of the complex step: there is no difference to round, so h may be as small as one likes."""
    h = 1e-20
    return abs(cmath.tanh(complex(X, h)).imag / h - EXACT)


def slope(h: float) -> float:
    """The two-sided slope."""
    return (math.tanh(X + h) - math.tanh(X - h)) / (2 * h)
