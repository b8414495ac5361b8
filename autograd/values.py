"""The reader of the table on `Value`s: derivatives that are graphs themselves, for higher orders.

Comparisons look at the data; all else is the table's own functions.
"""

import math
from collections.abc import Callable
from functools import cache
from typing import Any

from . import operations
from .operations import Value
from .rows.evaluate import COMPARISONS, Interpreter
from .rows.floats import how_many
from .table import OPERATIONS

__all__ = ["values"]


@cache
def values() -> Interpreter:
    """The interpreter of `Value`s."""

    def number(operand: Any) -> float:
        return operand.data if type(operand) is Value else operand

    def compare(comparison: Callable[[float, float], bool]) -> Callable[[Any, Any], bool]:
        return lambda a, b: comparison(number(a), number(b))

    functions: dict[str, Any] = {name: compare(comparison) for name, comparison in COMPARISONS.items()}
    functions["pi"] = math.pi
    functions["count_"] = how_many
    functions["power"] = operations.pow  # (of two plain numbers too, where ** may be complex)
    for name in ("max", "min"):
        functions[f"{name}_"] = getattr(operations, name)
    for name, start in (("sum", 0.0), ("prod", 1.0), ("norm", 0.0)):
        functions[f"{name}_"] = _started(getattr(operations, name), start)
    functions |= {row.name: row.function for row in OPERATIONS.values() if not row.variadic}
    return Interpreter("values", functions)


def _started(reduction: Callable[[Any], Any], start: float) -> Callable[[Any], Any]:
    """A reduction that has a value where there is nothing to reduce: of the others, when there are none."""
    return lambda operands: reduction(operands) if operands else start
