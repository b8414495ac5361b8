"""NumPy's functions and signs where one of the operands is a value.

A number of NumPy's counts as a float; an array of objects, such as `np.array([v, w])`, is taken entry by entry; all
else says what to write. Nothing becomes an array of objects that was none.
"""

from collections.abc import Sequence
from typing import Any

from .conversion import as_number
from .node import Node
from .rows.operation import OPERATIONS

__all__ = ["REFLECTED", "answer"]

REFLECTED: dict[str, str] = {
    "add": "__radd__", "subtract": "__rsub__", "multiply": "__rmul__", "divide": "__rtruediv__", "power": "__rpow__",
    "remainder": "__rmod__", "floor_divide": "__rfloordiv__", "matmul": "__rmatmul__", "bitwise_xor": "__rxor__",
}  # fmt: skip
"""The methods of a value on the right of a sign, by what NumPy calls the sign."""

DIRECT = {name: method.replace("__r", "__") for name, method in REFLECTED.items()}

COMPARISONS: dict[str, tuple[str, str]] = {
    "less": ("__lt__", "__gt__"), "less_equal": ("__le__", "__ge__"), "greater": ("__gt__", "__lt__"),
    "greater_equal": ("__ge__", "__le__"), "equal": ("__eq__", "__eq__"), "not_equal": ("__ne__", "__ne__"),
}  # fmt: skip
"""The methods of a value on the left and on the right of a sign, by what NumPy calls the sign."""

UFUNCS: dict[str, str] = {
    "absolute": "abs", "arccos": "acos", "arccosh": "acosh", "arcsin": "asin", "arcsinh": "asinh", "arctan": "atan",
    "arctan2": "atan2", "arctanh": "atanh", "fabs": "abs", "negative": "neg", "remainder": "mod", "rint": "round",
    "power": "pow", "float_power": "pow", "multiply": "mul", "subtract": "sub", "divide": "div", "clip": "clamp",
    "logaddexp": "logsumexp",
}  # fmt: skip
"""NumPy's names for operations that are called otherwise here."""


def answer(ufunc: Any, method: str, operands: Sequence[Any], settings: dict[str, Any]) -> Any:
    """What `Value.__array_ufunc__` gives."""
    name = ufunc.__name__
    if method == "__call__" and not settings and len(operands) == 2:
        left, right = operands
        if name in REFLECTED:
            # `number * v` was answered by then, and an array of objects on the left gets its turn below.
            found = NotImplemented if isinstance(right, Node) else getattr(left, DIRECT[name])(right)
        else:
            found = _compared(name, left, right)
        if found is not NotImplemented:
            return found
    if any(_is_array(operand) and operand.dtype.hasobject for operand in operands):
        return getattr(ufunc, method)(*map(_boxed, operands), **settings)
    for operand in operands:
        if _is_array(operand) and (name in REFLECTED or name in COMPARISONS):
            as_number(operand)  # which says what to do with an array
    own = UFUNCS.get(name, name)
    if own not in OPERATIONS:
        raise TypeError(f"NumPy's {name} does not take a Value: write v.data for its number")
    row = OPERATIONS[own]
    names = ", ".join("vwu"[index] if len(o.name) == 1 else o.name for index, o in enumerate(row.operands))
    write = f"autograd.{own}([v, w])" if row.variadic else f"autograd.{own}({names})"
    write += f" or v.{own}()" if row.method and len(row.operands) == 1 else ""
    raise TypeError(f"NumPy's {name} does not take a Value: write {write}, or v.data for the number alone")


def _compared(name: str, left: Any, right: Any) -> Any:
    """A comparison of a value with a number, which NumPy hands on as an array without dimensions."""
    value, other = (right, left) if isinstance(right, Node) else (left, right)
    if name not in COMPARISONS or _is_array(other):
        return NotImplemented
    other = other[()] if getattr(other, "shape", None) == () else other
    found = getattr(value, COMPARISONS[name][value is right])(other)
    return (left is right) == (name == "equal") if found is NotImplemented else found


def _is_array(operand: Any) -> bool:
    return bool(getattr(operand, "shape", ()))


def _boxed(operand: Any) -> Any:
    """A value as an array of one object without dimensions, which goes with every entry of another."""
    if not isinstance(operand, Node):
        return operand
    import numpy

    box = numpy.empty((), dtype=object)
    box[()] = operand
    return box
