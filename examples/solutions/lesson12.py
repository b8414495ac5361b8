"""Lesson 12, universal approximation."""

from itertools import accumulate, count

from autograd import grad
from examples.lesson12_universal_approximation import FUNCTIONS, HIGH, LOW, error, evenly, network

__all__ = ["solution_1", "solution_2"]


def solution_1() -> float:
    """Found by trying: the bound is nearly sharp, since sin 3x has its largest |f″| several times in the interval."""
    f = FUNCTIONS["sin 3x"]
    return float(next(n for n in count(20) if error(f, network(f, evenly(n)), 997) <= 0.01))


def solution_2() -> float:
    """How many times smaller the error gets where the density of the corners is proportional to √|f″|.

    Then h² |f″| is the same everywhere, as it must be for the largest error to be least.
    """
    f = FUNCTIONS["tanh 4x - x/2"]
    second, places = grad(grad(f)), evenly(4000)
    shares = list(accumulate(abs(second(x)) ** 0.5 for x in places))
    chosen = [
        next(x for x, share in zip(places, shares, strict=True) if share >= shares[-1] * k / 16) for k in range(1, 16)
    ]
    return error(f, network(f, evenly(16)), 997) / error(f, network(f, [LOW, *chosen, HIGH]), 997)
