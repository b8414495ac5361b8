"""What the writers of generated code share: how a row's names are spelled there, and how long lines are broken.

In generated code the operand `a` of a formula is the number `a`; an n-ary operand's list of numbers is `a_values`. A
name of the writers' own (`node`, `grad`) gets an underscore where an operand has that name already.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from .floats import SPELLING
from .formula import INLINE, Formula
from .nans import suspects

if TYPE_CHECKING:
    from .operation import Operation

__all__ = [
    "WIDTH", "assigned", "can_raise", "constant_name", "docstring", "negated", "own", "spelled", "spelling",
    "statements_lines",
]  # fmt: skip

WIDTH = 120


def constant_name(operation: Operation) -> str:
    """What generated code calls the row itself: `LEAKY_RELU`."""
    upper = operation.name.upper()
    return upper if upper != operation.name and upper.isascii() else f"{operation.name}_row"


def own(operation: Operation, name: str) -> str:
    """A name of the writers' own, kept apart from the operands' names."""
    return f"{name}_" if any(operand.name == name for operand in operation.operands) else name


def spelling(operation: Operation, operands: Mapping[str, str] | None = None) -> dict[str, str]:
    """How names of the row's formulas are written: functions as Python has them, operands as given."""
    names = {**SPELLING, **{f"{group}_": f"{group}_values" for group in operation.groups}}
    called: set[str] = set()
    for formula in (operation.value, *operation.partials, operation.domain, *operation.smooth):
        called |= formula.functions if formula is not None else set()
    for name in called - set(SPELLING) - {"where", "others"}:
        if name in operation.functions:
            names[name] = f"{name}_function"
        elif f"{name}_" not in SPELLING and name not in FLOATS_OWN:
            names[name] = f"{name}_value"
    return names | dict(operands or {})


FLOATS_OWN = frozenset({"products_of_others"})


def spelled(formula: Formula, names: Mapping[str, str]) -> tuple[list[str], str]:
    """A formula as Python on floats: statements to run first, and an expression."""
    return formula.python(INLINE, names, suspects(formula))


def can_raise(formula: Formula) -> bool:
    """Whether a formula, spelled out, can raise on floats."""
    return formula.can_raise or bool(suspects(formula))


def negated(condition: str) -> str:
    """The opposite of a condition; for an order it is `not a > b`, which is true of nan too."""
    tree = ast.parse(condition, mode="eval").body
    if isinstance(tree, ast.Compare) and isinstance(tree.ops[0], ast.NotEq):
        tree.ops = [ast.Eq()]
        return ast.unparse(tree)
    return ast.unparse(ast.UnaryOp(ast.Not(), tree))


def assigned(indent: str, target: str, expression: str) -> Iterator[str]:
    """`target expression` on one line, or broken at its operators where it is too long."""
    line = f"{indent}{target} {expression}"
    if len(line) <= WIDTH:
        yield line
        return
    yield f"{indent}{target} ("
    pieces = re.split(r" (?=[-+*/] |if |else )", expression)  # never inside a name or a number
    row = ""
    for piece in pieces:
        if row and len(indent) + 4 + len(row) + 1 + len(piece) > WIDTH - 4:  # (a method stands one level further in)
            yield f"{indent}    {row}"
            row = piece
        else:
            row = f"{row} {piece}" if row else piece
    yield f"{indent}    {row}"
    yield f"{indent})"


def statements_lines(indent: str, statements: Iterable[str]) -> Iterator[str]:
    """Assignments, each broken where it is too long."""
    for statement in statements:
        target, _, expression = statement.partition(" = ")
        yield from assigned(indent, f"{target} =", expression)


def docstring(indent: str, *paragraphs: str) -> Iterator[str]:
    """A docstring: a summary, and further lines each on its own."""
    first, *more = paragraphs
    safe = [text.replace("\\", "\\\\") for text in (first, *more)]
    safe = [re.sub(r'"""|"$', lambda quotes: '\\"' * len(quotes[0]), text) for text in safe]
    if len(safe) == 1 and len(indent) + len(safe[0]) + 6 <= WIDTH:
        yield f'{indent}"""{safe[0]}"""'
        return
    width = WIDTH - len(indent) - 4  # (a method stands one level further in)
    summary = textwrap.wrap(safe[0], width - 3) or [""]
    yield f'{indent}"""{summary[0]}'
    yield from (f"{indent}{line}" for line in summary[1:])
    if len(safe) > 1:
        yield ""
    for text in safe[1:]:
        yield from (f"{indent}{line}" for line in textwrap.wrap(text, width, subsequent_indent="    "))
    yield f'{indent}"""'
