"""The functions that formulas call when their operands are floats.

`FAST` holds the standard library's own, which raise where a result is too large; `CAREFUL` holds forms that give the
IEEE result (inf, or nan where there is none) and is used to look again when one of the fast ones raised.
"""

import itertools
import math
import operator
from collections.abc import Callable, Iterable, Sequence
from typing import Any

__all__ = [
    "CAREFUL", "CONSTANTS", "FAST", "PLAIN", "SPELLING", "careful", "euclidean_norm", "how_many", "nearest_whole",
    "products_of_others", "sure", "whole_below",
]  # fmt: skip

PLAIN = ("exp", "expm1", "log", "log1p", "log2", "log10", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "atan2",
          "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "erf", "erfc")  # fmt: skip

CONSTANTS = {"pi": math.pi}


def euclidean_norm(values: Iterable[float]) -> float:
    """√Σa², without overflow on the way."""
    return math.hypot(*values)


def products_of_others(values: list[float]) -> list[float]:
    """For each value the product of all others: those before it times those after it."""
    before = itertools.accumulate(values[:-1], operator.mul, initial=1.0)
    after = itertools.accumulate(values[:0:-1], operator.mul, initial=1.0)
    return list(map(operator.mul, before, reversed(list(after))))


def whole_below(number: float) -> float:
    """The whole number below, as IEEE's floor: a float, zero's sign and infinities kept."""
    return math.copysign(math.floor(number), number) if abs(number) < _ALL_WHOLE else number


def nearest_whole(number: float) -> float:
    """The nearest whole number, the even one of two; a float, zero's sign and infinities kept."""
    return math.copysign(round(number), number) if abs(number) < _ALL_WHOLE else number


def sure(number: Any) -> Any:
    """The number, if it is one: a nan raises `ValueError`, where what comes next would lose it."""
    if number != number:
        raise ValueError("an inner result is not a number (nan)")
    return number


def how_many(values: Sequence[float]) -> float:
    """The number of values, as a float like every other number."""
    return float(len(values))


_ALL_WHOLE = 2.0**52
"""From here on every float is a whole number."""


def careful(function: Callable[..., float]) -> Callable[..., float]:
    """`function`, with nan in place of ValueError and the signed infinity in place of OverflowError."""

    def attempt(*arguments: float) -> float:
        try:
            return function(*arguments)
        except OverflowError:
            # Of the functions here only the odd ones, sinh and powers of negative numbers, overflow below zero.
            return -math.inf if function is math.sinh and arguments[0] < 0 else math.inf
        except ValueError:
            return math.nan

    return attempt


def _power(base: float, exponent: float) -> float:
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return -math.inf if base < 0 and exponent % 2 == 1 else math.inf
    except ValueError:
        return math.copysign(math.inf, base if exponent % 2 == 1 else 1.0) if base == 0 else math.nan


def _sum(values: Iterable[float]) -> float:
    values = list(values)
    try:
        return math.fsum(values)
    except ValueError:  # inf and -inf met
        return math.nan
    except OverflowError:  # a partial sum passed the largest float; those of the halves do not, or do so later
        return 2.0 * _sum([value / 2.0 for value in values])


FAST: dict[str, Any] = {name: getattr(math, name) for name in PLAIN} | {
    "abs": math.fabs,
    "floor": whole_below,
    "round": nearest_whole,
    "power": math.pow,  # unlike **, never complex
    "product": operator.mul,
    "products_of_others": products_of_others,
    # The built-in sum rounds differently from Python 3.12 on; fsum is exact, so the bits are the same everywhere.
    "sum_": math.fsum,
    "prod_": math.prod,
    "max_": max,
    "min_": min,
    "norm_": euclidean_norm,
    "count_": how_many,
}

CAREFUL: dict[str, Any] = (
    FAST
    | {name: careful(getattr(math, name)) for name in PLAIN}
    | {
        "power": _power,
        "sum_": _sum,
    }
)

SPELLING: dict[str, str] = {
    name: f"math.{name}" for name in PLAIN
} | {
    "abs": "math.fabs", "power": "math.pow", "product": "operator.mul", "sum_": "math.fsum", "prod_": "math.prod",
    "max_": "builtins.max", "min_": "builtins.min", "norm_": "euclidean_norm", "count_": "len", "floor": "whole_below",
    "round": "nearest_whole",
}  # fmt: skip
"""How generated code writes the functions of `FAST`; what is not listed is imported from here under its own name."""
