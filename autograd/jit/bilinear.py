"""Reads a row of the table as a sum of products of its operands, where it is one: `a + b`, `-a`, `sum(w * x) + b`.

Which rows can be flattened into dot products, or run as matrix products, follows from their formulas alone.
"""

import ast
from functools import cache
from typing import NamedTuple

from .rows import Operation

__all__ = ["Term", "terms_of"]


class Term(NamedTuple):
    """One product: its sign, one or two operands' names, and whether it is summed over n-ary operands."""

    sign: float
    factors: tuple[str, ...]
    summed: bool = False


@cache
def terms_of(row: Operation) -> tuple[Term, ...] | None:
    """The row's value as a sum of terms of at most two factors; None where it is something else.

    >>> from .rows import OPERATIONS
    >>> terms_of(OPERATIONS["sub"])
    (Term(sign=1.0, factors=('a',), summed=False), Term(sign=-1.0, factors=('b',), summed=False))
    >>> terms_of(OPERATIONS["tanh"])
    """
    found: list[Term] = []
    names = {*row.scalars, *row.groups}

    def product(node: ast.expr) -> tuple[str, ...] | None:
        if isinstance(node, ast.Name) and node.id in names:
            return (node.id,)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
            left, right = product(node.left), product(node.right)
            if left and right and len(left) == len(right) == 1:
                return left + right
        return None

    def read(node: ast.expr, sign: float) -> bool:
        match node:
            case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as operator, right=right):
                return read(left, sign) and read(right, sign if isinstance(operator, ast.Add) else -sign)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return read(operand, -sign)
            case ast.Call(func=ast.Name(id="sum"), args=[argument]):
                factors = product(argument)
                if factors is None or not {*factors} <= {*row.groups}:
                    return False
                found.append(Term(sign, factors, summed=True))
                return True
        factors = product(node)
        if factors is None or not {*factors} <= {*row.scalars}:
            return False
        found.append(Term(sign, factors))
        return True

    return tuple(found) if read(row.value.tree, 1.0) else None
