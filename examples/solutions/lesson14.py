"""Lesson 14, sequences."""

from random import Random

from autograd import Value
from nn import LSTMCell, MultiHeadAttention

__all__ = ["solution_1", "solution_2"]


def solution_1() -> float:
    """How far attention's rows for a shuffled input are from its rows for the input, shuffled: it sees no order."""
    rng = Random(0)
    rows = [[rng.gauss(0, 1) for _ in range(4)] for _ in range(5)]
    order = [3, 0, 4, 1, 2]
    attend = MultiHeadAttention(4, 2, seed=0)
    plain, shuffled = attend(rows), attend([rows[t] for t in order])
    return max(
        abs(a.data - b.data)
        for t, row in zip(order, shuffled, strict=True)
        for a, b in zip(plain[t], row, strict=True)
    )


def solution_2() -> tuple[float, float]:
    """What is left of c = 1 after ten steps: σ(−3)¹⁰, next to nothing, and σ(3)¹⁰, more than half."""
    left = []
    for bias in (-3.0, 3.0):
        cell = LSTMCell(1, 1, forget_bias=bias, init="zeros")
        state = [Value(0.0)], [Value(1.0)]
        for _ in range(10):
            state = cell([0.0], state)
        left.append(state[1][0].data)
    return left[0], left[1]
