"""Lesson 10, optimisers."""

import math

from examples.lesson10_optimisers import SAMPLES, START, XS, YS

__all__ = ["solution_1", "solution_2"]


def solution_1() -> float:
    """2 / λmax of J's Hessian [[2 mean(x²), 2 mean(x)], [2 mean(x), 2]]: a step multiplies errors by 1 − αλ."""
    a, b, d = 2 * math.fsum(x * x for x in XS) / SAMPLES, 2 * math.fsum(XS) / SAMPLES, 2.0
    largest = (a + d) / 2 + math.hypot((a - d) / 2, b)
    return 2 / largest


def solution_2() -> float:
    """Centred, the Hessian is diagonal, 2 var(x) and 2, and nearly round: with α = 0.5 three passes are enough."""
    mean = math.fsum(XS) / SAMPLES
    centred = [x - mean for x in XS]
    w, b = START[0], START[1] + START[0] * mean  # the same line as before
    excess = [_loss(centred, w, b)]
    lowest = _least(centred)
    while excess[-1] - lowest > 0.01 * (excess[0] - lowest):
        errors = [w * x + b - y for x, y in zip(centred, YS, strict=True)]
        w -= 0.5 * 2 * math.fsum(e * x for e, x in zip(errors, centred, strict=True)) / SAMPLES
        b -= 0.5 * 2 * math.fsum(errors) / SAMPLES
        excess.append(_loss(centred, w, b))
    return float(len(excess) - 1)


def _loss(xs: list[float], w: float, b: float) -> float:
    return math.fsum((w * x + b - y) ** 2 for x, y in zip(xs, YS, strict=True)) / SAMPLES


def _least(xs: list[float]) -> float:
    slope = math.fsum(x * y for x, y in zip(xs, YS, strict=True)) / math.fsum(x * x for x in xs)
    return _loss(xs, slope, math.fsum(YS) / SAMPLES)
