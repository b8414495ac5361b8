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
    functions["count_"] = len
    for name in ("sum", "max", "min", "norm"):
        functions[f"{name}_"] = getattr(operations, name)
    functions["prod_"] = lambda a: operations.prod(a) if a else 1.0  # of the others, when there are none
    functions |= {row.name: row.function for row in OPERATIONS.values() if not row.variadic}
    return Interpreter("values", functions)
