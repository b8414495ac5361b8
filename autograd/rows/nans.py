"""Where a formula would lose a nan: `maximum(log(a), -5)` is -5 at a = -1, though log(a) has no value there.

Comparisons lose it, and what is made of them; so do `max`, `min`, `norm` and a power. Whoever computes a formula on
floats stops at the parts that `suspects` names, if they are nan. Operands never are: a node cannot hold one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from .floats import CONSTANTS, PLAIN
from .operation import OPERATIONS

if TYPE_CHECKING:
    from .formula import Formula

__all__ = ["suspects"]

_TOTAL = frozenset({"exp", "expm1", "tanh", "sinh", "cosh", "asinh", "atan", "erf", "erfc"})
"""Functions that have a value everywhere, at ±inf too."""
_SAME = frozenset({"abs", "floor", "round"})


def suspects(formula: Formula) -> list[ast.expr]:
    """The parts of a formula that may be nan and whose nan would not reach the formula's value.

    A condition (a domain or the like) is false where it compares a nan, as it should be; only `!=` loses that.

    >>> from autograd import OPERATIONS
    >>> [ast.unparse(part) for part in suspects(OPERATIONS["add"].formula("maximum(log(a), -5) + relu(a) + log(b)"))]
    ['log(a)']
    """
    return [] if formula.guarded else list(_condition(formula.tree))


def _condition(tree: ast.expr) -> Iterator[ast.expr]:
    match tree:
        case ast.BoolOp(values=values):
            for value in values:
                yield from _condition(value)
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            for side in (left, right):
                yield from _lost(side)
                if isinstance(operator, ast.NotEq) and _can_be_nan(side):
                    yield side
        case _:
            yield from _lost(tree)


def _lost(tree: ast.expr) -> Iterator[ast.expr]:
    for part in ast.walk(tree):
        match part:
            case ast.Compare(left=left, comparators=[right]):
                yield from filter(_can_be_nan, (left, right))
            case ast.BinOp(left=base, op=ast.Pow(), right=exponent) if not _is_number(exponent):
                yield from filter(_can_be_nan, (base, exponent))
            case ast.Call(func=ast.Name(id=name), args=arguments):
                for index, argument in enumerate(arguments):
                    if _can_be_nan(argument) and not _passes_on(name, index):
                        yield argument


def _is_number(tree: ast.expr) -> bool:
    """Whether it is a number, other than 0 (anything to the power 0 is 1)."""
    match tree:
        case ast.Constant(value=value):
            return value != 0
        case ast.Name(id=name):
            return name in CONSTANTS
        case ast.UnaryOp(operand=operand):
            return _is_number(operand)
        case ast.BinOp(left=left, op=ast.Mult() | ast.Div(), right=right):
            return _is_number(left) and _is_number(right)
    return False


def _can_be_nan(tree: ast.expr) -> bool:
    match tree:
        case ast.Name() | ast.Constant() | ast.Compare() | ast.BoolOp():
            return False
        case ast.UnaryOp(operand=operand):
            return _can_be_nan(operand)
        case ast.BinOp(left=left, op=ast.Pow(), right=ast.Constant(value=int())):  # (a negative exponent is a UnaryOp)
            return _can_be_nan(left)
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub(), right=right) if _is_number(left) or _is_number(right):
            return _can_be_nan(left) or _can_be_nan(right)
        case ast.BinOp(left=left, op=ast.Mult(), right=right) if _is_number(left) or _is_number(right):
            return _can_be_nan(left) or _can_be_nan(right)
        case ast.BinOp(left=left, op=ast.Div(), right=right) if _is_number(right):
            return _can_be_nan(left)
        case ast.Call(func=ast.Name(id="where"), args=[_, chosen, other]):
            return _can_be_nan(chosen) or _can_be_nan(other)
        case ast.Call(func=ast.Name(id=name), args=arguments):
            known = name in _TOTAL or name in _SAME or name in ("max", "min", "norm", "count")
            return not known or any(map(_can_be_nan, arguments))
    return True


def _passes_on(name: str, index: int) -> bool:
    """Whether a nan as argument `index` makes the function's value nan."""
    if name in PLAIN or name in _SAME or name in ("sum", "prod", "others", "where"):  # (of where, the branch taken is)
        return True
    row = OPERATIONS.get(name)
    if row is None or row.variadic or name in row.functions or index >= len(row.operands):
        return False
    return _carries(row.value.tree, row.operands[index].name)


def _carries(tree: ast.expr, operand: str) -> bool:
    """Whether a formula is nan wherever the operand is."""
    match tree:
        case ast.Name(id=name):
            return name == operand
        case ast.UnaryOp(operand=inner):
            return _carries(inner, operand)
        case ast.BinOp(left=base, op=ast.Pow(), right=exponent):
            return _is_number(exponent) and _carries(base, operand)
        case ast.BinOp(left=left, right=right):
            return _carries(left, operand) or _carries(right, operand)
        case ast.Call(func=ast.Name(id="where"), args=[_, chosen, other]):
            return _carries(chosen, operand) and _carries(other, operand)
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return any(_carries(argument, operand) and _passes_on(name, i) for i, argument in enumerate(arguments))
    return False
