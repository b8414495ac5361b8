"""The formulas of the table as text for people: a row's own formula with the names of the nodes in it.

`1 - y ** 2` at the node o = tanh(n) reads `1 - o**2`. Only names are replaced; every derivative is the table's.
"""

import ast
import copy
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from ..rows.formula import REDUCTIONS, Formula
from ..rows.operation import Operation
from .folding import Folding

__all__ = ["LIST_SHOWN", "expression", "partial_symbols"]

LIST_SHOWN = 6
"""Operands of an n-ary operation that are named in a formula; more are shortened in the middle."""

LIST_WIDTH = 28
"""Characters that these may have together; of longer ones only the first and the last are named."""


class _Place(NamedTuple):
    """A gap in a formula's text: the name of an operand, and what of it is meant ("one", "all", "others")."""

    name: str
    what: str


def expression(operation: Operation, operands: Sequence[str]) -> str:
    """An application of an operation, as a program has it.

    >>> from autograd import OPERATIONS
    >>> expression(OPERATIONS["mul"], ["d", "f"]), expression(OPERATIONS["dot"], ["w", "v", "x", "-2"])
    ('d * f', 'dot([w, v], [x, -2])')
    """
    sign = operation.symbol
    if sign and len(operands) == 2:
        left = _bracketed(operands[0]) if sign == "**" else operands[0]
        return f"{left}**{operands[1]}" if sign == "**" else f"{left} {sign} {operands[1]}"
    if sign and len(operands) == 1:
        return f"{sign}{_bracketed(operands[0])}"
    entries = operation.split(operands)
    return f"{operation.name}({', '.join(_list(entry) if isinstance(entry, list) else entry for entry in entries)})"


def partial_symbols(
    operation: Operation, operands: Sequence[str], y: str, constants: Sequence[tuple[str, float]] = ()
) -> Callable[[int], str]:
    """A function from an input's index to its local derivative in symbols; `constants`: operands that are numbers.

    >>> from autograd import OPERATIONS
    >>> partial_symbols(OPERATIONS["tanh"], ["n"], "o")(0)
    '1 - o**2'
    >>> partial_symbols(OPERATIONS["mean"], ["a", "b", "c"], "m")(1)
    '1 / count([a, b, c])'
    >>> partial_symbols(OPERATIONS["pow"], ["x", "2"], "z", [("b", 2.0)])(0)
    '2 * x'
    """
    if not operation.variadic:
        names = dict(zip(operation.scalars, operands, strict=True)) | {"y": y}
        return lambda index: _filled(operation.partials[index], tuple(constants), names)
    entries = dict(zip((operand.name for operand in operation.operands), operation.split(operands), strict=True))
    places = [
        (operand.name, position)
        for operand in operation.operands
        for position in range(len(entries[operand.name]) if operand.variadic else 1)
    ]
    partials = dict(zip((operand.name for operand in operation.operands), operation.partials, strict=True))

    def symbol(index: int) -> str:
        name, position = places[index]
        pieces = _template(partials[name], ())
        written = []
        for piece in pieces:
            if isinstance(piece, str):
                written.append(piece)
                continue
            entry = y if piece.name == "y" else entries[piece.name]
            if isinstance(entry, str):
                text = entry
            elif piece.what == "one":
                text = entry[position]
            elif piece.what == "others":
                text = _list(entry, but=position)
            else:
                text = _list(entry)
            written.append(text if len(pieces) == 1 else _bracketed(text))
        return "".join(written)

    return symbol


def _filled(formula: Formula, constants: tuple[tuple[str, float], ...], names: dict[str, str]) -> str:
    """A formula over plain operands with names in its gaps."""
    pieces = _template(formula, constants)
    if len(pieces) == 1:
        [piece] = pieces
        return piece if isinstance(piece, str) else names[piece.name]
    return "".join([piece if isinstance(piece, str) else _bracketed(names[piece.name]) for piece in pieces])


def _bracketed(text: str) -> str:
    return f"({text})" if text.startswith("-") else text


def _list(names: Sequence[str], but: int | None = None) -> str:
    """`[a, b, c]`, shortened in the middle, without the name at `but`; the time does not grow with the list."""
    length = len(names) - (but is not None)
    half = LIST_SHOWN // 2
    wanted = range(length) if length <= LIST_SHOWN else (*range(half), *range(length - half, length))
    shown = [names[index if but is None or index < but else index + 1] for index in wanted]
    if length > LIST_SHOWN:
        if sum(map(len, shown)) + 2 * len(shown) > LIST_WIDTH:
            shown, half = [shown[0], shown[-1]], 1
        shown.insert(half, "…")
    return f"[{', '.join(shown)}]"


_GAP = re.compile("\0(\\w+) (\\w+)\0")


@lru_cache(maxsize=1024)
def _template(formula: Formula, constants: tuple[tuple[str, float], ...]) -> tuple[str | _Place, ...]:
    """A formula's text, cut where the names of operands go."""
    tree = copy.deepcopy(formula.tree)
    if constants:
        tree = Folding(dict(constants)).visit(tree)
    tree = _Gaps(formula).visit(tree)
    text = ast.unparse(tree).replace(" ** ", "**")
    pieces: list[str | _Place] = []
    end = 0
    for gap in _GAP.finditer(text):
        pieces += [text[end : gap.start()], _Place(gap[1], gap[2])]
        end = gap.end()
    pieces.append(text[end:])
    return tuple(piece for piece in pieces if piece)


class _Gaps(ast.NodeTransformer):
    """Marks the places of operand names in a formula's tree."""

    def __init__(self, formula: Formula) -> None:
        self.formula = formula
        self.reducing = False

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """What is inside a reduction is about all operands."""
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name == "others" and isinstance(node.args[0], ast.Name):
            return ast.Name(f"\0{node.args[0].id} others\0")
        outer = self.reducing
        self.reducing = outer or (name in REDUCTIONS and len(node.args) == 1)
        node.args = [self.visit(argument) for argument in node.args]
        self.reducing = outer
        return node

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """A name is a gap, unless it is one of the language's own."""
        if node.id in self.formula.groups:
            return ast.Name(f"\0{node.id} {'all' if self.reducing else 'one'}\0")
        return ast.Name(f"\0{node.id} one\0") if node.id in self.formula.scalars else node
