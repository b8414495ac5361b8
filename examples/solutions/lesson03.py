"""Lesson 3, backwards edge by edge."""

from autograd import Value

__all__ = ["solution_1", "solution_2"]


def solution_1() -> float:
    """∂L/∂a of (a·b + c)·f·a: b·f·a along one path, (a·b + c)·f along the other."""
    a, b, c, f = Value(2.0), Value(-3.0), Value(10.0), Value(-2.0)
    L = (a * b + c) * f * a
    L.backward()
    return a.grad


def solution_2() -> float:
    """L after one small step against the gradient: lower than -8."""
    leaves = a, b, c, f = Value(2.0), Value(-3.0), Value(10.0), Value(-2.0)
    L = (a * b + c) * f
    L.backward()
    for leaf in leaves:
        leaf.data -= 0.01 * leaf.grad
    return L.forward()
