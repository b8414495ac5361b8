"""Lesson 4, reuse."""

from autograd import Value, explain
from autograd.testing import BUGS

__all__ = ["solution_1", "solution_2"]


def solution_1() -> float:
    """d(x + x + x)/dx with = for +=: each edge writes 1 over what was there, so 1 instead of 3."""
    x = Value(5.0)
    y = x + x + x
    with BUGS["overwrite"]:
        y.backward()
    return x.grad


def solution_2() -> tuple[int, float]:
    """((x·x)·x)·x: four places where x enters, so four paths; each contributes x³, together 4x³ = 108."""
    x = Value(3.0, "x")
    explanation = explain(x * x * x * x, x)
    return explanation.paths, explanation.gradient
