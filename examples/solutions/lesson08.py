"""Lesson 8, losses."""

import math

from autograd import Value, sigmoid

__all__ = ["solution_1", "solution_2"]


def solution_1() -> float:
    """Where softplus(−z) = 1: e^−z = e − 1."""
    return -math.log(math.e - 1)


def solution_2() -> tuple[float, float]:
    """The slope −2(1 − p)² p is steepest at p = 1/3, that is z = −ln 2; there the engine's slope is −8/27."""
    z = Value(-math.log(2), "z")
    ((1 - sigmoid(z)) ** 2).backward()
    return z.data, z.grad
