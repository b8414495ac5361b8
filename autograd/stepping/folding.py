"""Simplifies a formula where an operand is a plain number: at x**2, `where(b == 0, 0, b * a**(b - 1))` is `2 * a`.

Only what the numbers decide is worked out; the rest of the formula stays as the table has it.
"""

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

from ..rows.floats import CAREFUL
from ..wording import number

__all__ = ["Folding"]

_OPERATORS: dict[type[ast.AST], Callable[[float, float], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Mod: operator.mod, ast.Pow: CAREFUL["power"], ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt,
    ast.GtE: operator.ge, ast.Eq: operator.eq, ast.NotEq: operator.ne,
}  # fmt: skip


class Folding(ast.NodeTransformer):
    """Puts numbers for some names into a formula's tree and works out what they decide."""

    def __init__(self, numbers: Mapping[str, float]) -> None:
        self._numbers = numbers

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """A name that is a number here."""
        return _written(self._numbers[node.id]) if node.id in self._numbers else node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        """-(-2) is 2."""
        node.operand = self.visit(node.operand)
        known = _known(node.operand)
        return node if known is None else _written(-known)

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        """2 - 1 is 1, and x**1, x * 1 and 1 * x are x."""
        node.left, node.right = self.visit(node.left), self.visit(node.right)
        left, right = _known(node.left), _known(node.right)
        # A quotient stays: 1 / 3 says more than 0.333333.
        if left is not None and right is not None and not isinstance(node.op, ast.Div | ast.Mod):
            return _written(float(_OPERATORS[type(node.op)](left, right)))
        if right == 1 and isinstance(node.op, ast.Pow | ast.Mult | ast.Div):
            return node.left
        if left == 1 and isinstance(node.op, ast.Mult):
            return node.right
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """`where` with a condition that is decided is one of its branches."""
        match node:
            case ast.Call(func=ast.Name(id="where"), args=[ast.Compare() as condition, chosen, other]):
                left, right = self._number(condition.left), self._number(condition.comparators[0])
                if left is not None and right is not None:
                    branch: ast.expr = chosen if _OPERATORS[type(condition.ops[0])](left, right) else other
                    return self.visit(branch)  # type: ignore[no-any-return]
        node.args = [self.visit(argument) for argument in node.args]
        return node

    def _number(self, tree: ast.expr) -> float | None:
        """What a side of a condition is, with all its digits, where numbers alone decide it."""
        match tree:
            case ast.Constant(value=int() | float() as value):
                return float(value)
            case ast.Name(id=name):
                return self._numbers.get(name)
            case ast.Call(func=ast.Name(id="abs"), args=[inner]):
                found = self._number(inner)
                return None if found is None else abs(found)
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                found = self._number(inner)
                return None if found is None else -found
            case ast.BinOp(left=first, op=sign, right=second):
                left, right = self._number(first), self._number(second)
                if left is not None and right is not None and (right or not isinstance(sign, ast.Div | ast.Mod)):
                    return float(_OPERATORS[type(sign)](left, right))
        return None


def _known(node: ast.expr) -> float | None:
    match node:
        case ast.Constant(value=int() | float() as value):
            return float(value)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
            return -float(value)
    return None


def _written(x: float) -> ast.expr:
    """A number in a formula, to six digits; a negative one with its sign apart, so that brackets come out right."""
    text = number(abs(x))
    plain = ast.Constant(int(text) if text.isdigit() else float(text))
    return ast.UnaryOp(ast.USub(), plain) if x < 0 else plain
