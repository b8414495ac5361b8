"""Central differences of a black-box function in floats, with a step in proportion to the argument's size.

Ridders' method: differences over shrinking steps, extrapolated to step 0; the estimate with the smallest error wins.
Source: C. J. F. Ridders, Advances in Engineering Software 4(2), 1982, pp. 75-76.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

__all__ = ["central_difference"]

SHRINK = 1.4
ROUNDS = 12
COARSEST = 1e-4
"""However badly the differences agree, a relative error above this is never excused."""


def central_difference(
    function: Callable[[Sequence[float]], Sequence[float]],
    inputs: Sequence[float],
    output: int,
    place: int,
    step: float | None = None,
) -> tuple[float, float]:
    """(derivative, its uncertainty) of one output of `function` by the input at `place`.

    step: use just this step, as in the lectures (L7): (J(w + ε) - J(w - ε)) / 2ε; then the caller's tolerance is all.

    >>> derivative, uncertainty = central_difference(lambda x: [x[0] ** 3], [2.0], 0, 0)
    >>> abs(derivative - 12.0) < 1e-9, uncertainty < 1e-8
    (True, True)
    """

    def difference(size: float) -> float:
        up, down = (
            [number + side if index == place else number for index, number in enumerate(inputs)]
            for side in (size, -size)
        )
        return (function(up)[output] - function(down)[output]) / (up[place] - down[place])

    if step is not None:
        return difference(step), 0.0
    size = 0.05 * max(abs(inputs[place]), 0.1)
    row: list[float] = []
    best, error = math.nan, math.inf
    for _ in range(ROUNDS):
        try:
            new = [difference(size)]
        except (ValueError, ArithmeticError):  # the step left the domain: the next one is smaller
            size /= SHRINK
            row = []
            continue
        factor = SHRINK**2
        for previous in row:
            new.append((new[-1] * factor - previous) / (factor - 1))
            factor *= SHRINK**2
        for column in range(1, len(new)):
            spread = max(abs(new[column] - new[column - 1]), abs(new[column] - row[column - 1]))
            if spread <= error:
                best, error = new[column], spread
        row = new
        size /= SHRINK
    if math.isnan(best):
        raise ValueError("no step around the point stays inside the function's domain; use the reference 'mpmath'")
    return best, min(4 * error + 1e-12 * abs(best), COARSEST * max(abs(best), 1e-8)) + 1e-14
