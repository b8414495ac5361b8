"""Functions that evaluate a row's formulas on arrays straight into an array: no copy where NumPy can help it.

`value_into` writes a row's value; `contribution_into` writes or adds upstream gradient × partial, where a partial of 1
is no multiplication, and one that is a choice chooses between gradients.
"""

import ast
from collections.abc import Callable
from functools import cache
from typing import Any

from .rows import PLAIN, Formula, Operation, Style, array_namespace

__all__ = ["contribution_into", "value_into"]

_UFUNCS = {ast.Add: "_add", ast.Sub: "_subtract", ast.Mult: "_multiply", ast.Div: "_divide"}

Store = Callable[..., None]


@cache
def value_into(row: Operation) -> Store:
    """`store(out, *operands)` for a row of fixed arity."""
    names = [_variable(operand.name) for operand in row.operands]
    return _compiled(row, names, _stored(row.value.tree, row, "="))


@cache
def contribution_into(row: Operation, index: int, mode: str) -> Store:
    """`store(out, g, y, *operands)` for one partial; mode "=" writes, "+" adds."""
    names = ["_g", "y", *(_variable(operand.name) for operand in row.operands)]
    return _compiled(row, names, _stored(_times_upstream(row.partials[index].tree), row, mode))


def _times_upstream(tree: ast.expr) -> ast.expr:
    """g · partial, pushed into the branches of a choice."""
    upstream = ast.Name("_g", ast.Load())
    match tree:
        case ast.Constant(value=1):
            return upstream
        case ast.Constant(value=0):
            return tree
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1)):
            return ast.UnaryOp(ast.USub(), upstream)
        case ast.Call(func=ast.Name(id="where") as where, args=[condition, chosen, other]):
            return ast.Call(where, [condition, _times_upstream(chosen), _times_upstream(other)], [])
    return ast.BinOp(upstream, ast.Mult(), tree)


def _stored(tree: ast.expr, row: Operation, mode: str) -> str:
    def write(part: ast.expr) -> str:
        formula = Formula(ast.unparse(part), (*row.scalars, "y", "_g"), row.groups)
        return formula.python(Style(inline=False, lazy=False), {name: _variable(name) for name in row.scalars})[1]

    if mode == "+":
        return f"_add(_out, {write(tree)}, out=_out)"
    match tree:
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _UFUNCS and _varies(tree):
            return f"{_UFUNCS[type(operator)]}({write(left)}, {write(right)}, out=_out)"
        case ast.UnaryOp(op=ast.USub(), operand=operand) if _varies(tree):
            return f"_negative({write(operand)}, out=_out)"
        case ast.Call(func=ast.Name(id=name), args=[argument]) if name in PLAIN and not name.startswith("erf"):
            return f"{name}({write(argument)}, out=_out)"
    return f"_out[...] = {write(tree)}"


def _variable(name: str) -> str:
    """An operand in the code: apart from the functions there, whatever it is called."""
    return f"_of_{name}"


def _varies(tree: ast.expr) -> bool:
    return any(isinstance(node, ast.Name) for node in ast.walk(tree))


def _compiled(row: Operation, names: list[str], statement: str) -> Store:
    source = f"def store(_out, {', '.join(names)}):\n    {statement}\n"
    scope: dict[str, Any] = {}
    exec(compile(source, f"<autograd {row.name} into an array>", "exec"), array_namespace(row), scope)  # noqa: S102
    found: Store = scope["store"]
    return found
