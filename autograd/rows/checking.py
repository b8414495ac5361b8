"""What a row must be before it joins the table: all that the writers and readers of formulas take for granted of it.

Everything found is a `FormulaError` that names the row, the field and the text.
"""

from __future__ import annotations

import ast
import inspect
import math
from collections.abc import Iterator

from ..errors import FormulaError
from .evaluate import careful_floats
from .floats import PLAIN
from .formula import DEPTH, REDUCTIONS, Formula
from .operation import OPERATIONS, Jump, Operation

__all__ = ["check"]


def check(row: Operation) -> None:
    """Raise `FormulaError` where a formula of the row cannot be computed, differentiated and compiled."""
    for field, formula in _fields(row):
        where = f"{row.name}, {field}: formula {formula.text!r}"
        for part in ast.walk(formula.tree):
            if isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id != "where":
                _check_call(row, formula, part.func.id, part, where)
        _check_others(formula, where)
        _check_constants(row, formula, where)
        _check_elements(row, field, formula)
        if (found := formula.depth + max(map(_depth, formula.functions), default=0)) > DEPTH:
            raise FormulaError(f"{where} is nested {found} deep, with the rows that it calls; at most {DEPTH} work")


def _fields(row: Operation) -> Iterator[tuple[str, Formula]]:
    """Every formula, parsed, and what it is in the row."""

    def parsed(field: str, text: str, *more: str, condition: bool = False) -> tuple[str, Formula]:
        try:
            return field, row.formula(text, *more, condition=condition)
        except FormulaError as error:
            raise FormulaError(f"{row.name}, {field}: {error}") from error.__cause__

    yield parsed("value", row.value_text)
    for operand, text in zip(row.operands, row.partial_texts, strict=True):
        yield parsed(f"∂/∂{operand.name}", text, "y")
    if row.domain_text is not None:
        yield parsed("domain", row.domain_text, condition=True)
    for text, _ in row.outside:
        yield parsed("outside", text, condition=True)
    for operand, smooth in zip(row.operands, row.smooth_texts, strict=True):
        if smooth is not None:
            yield parsed(f"smooth of {operand.name}", smooth, "y", condition=True)
    for place in row.breaks:
        name = "jump" if isinstance(place, Jump) else "kink"
        field, at = parsed(f"{name} at", place.at, "y", condition=True)
        if not (isinstance(at.tree, ast.Compare) and isinstance(at.tree.ops[0], ast.Eq)):
            raise FormulaError(f"{row.name}, {field}: formula {place.at!r} is to be one comparison, left == right")
        yield field, at
        yield parsed(f"{name} low", place.low, "y")
        yield parsed(f"{name} high", place.high, "y")


def _check_call(row: Operation, formula: Formula, name: str, call: ast.Call, where: str) -> None:
    """The function is known, and takes what it is given."""
    given = f"{where}, {ast.unparse(call)!r}: "
    count = len(call.args)
    if name in row.functions:
        try:
            inspect.signature(row.functions[name]).bind(*call.args)
        except TypeError as error:
            raise FormulaError(f"{given}the row's own function {name} takes other arguments: {error}") from None
        except ValueError:
            pass  # (some functions written in C do not say what they take)
    elif name in REDUCTIONS:
        if count == 1 and not _elements(formula, call.args[0]):
            raise FormulaError(
                f"{given}{name} of one thing is over the elements of an n-ary operand, such as *a; "
                "of several numbers they are written one by one"
            )
    elif name == "others":
        if count != 1 or not isinstance(call.args[0], ast.Name) or call.args[0].id not in formula.groups:
            raise FormulaError(f"{given}others takes the name of one n-ary operand")
    elif name in PLAIN:
        wanted = 2 if name == "atan2" else 1
        if count != wanted:
            raise FormulaError(f"{given}{name} takes {wanted} argument{'s' * (wanted > 1)}, got {count}")
    elif name not in OPERATIONS:
        raise FormulaError(f"{given}the formulas of {row.name!r} call what the table does not have: {name}")
    elif OPERATIONS[name].variadic:
        raise FormulaError(f"{given}{name} takes a list, which formulas have for sum, prod, max, min and norm only")
    elif count != len(OPERATIONS[name].operands):
        names = ", ".join(operand.name for operand in OPERATIONS[name].operands)
        raise FormulaError(f"{given}in formulas {name} takes all of its operands, {names}; got {count}")


def _elements(formula: Formula, tree: ast.expr) -> bool:
    """Whether a part of the formula is about each element of an n-ary operand."""
    return bool(Formula(ast.unparse(tree), formula.scalars, formula.groups).elementwise)


def _check_others(formula: Formula, where: str) -> None:
    """`others(a)` stands alone in a reduction."""
    reduced = {
        id(part.args[0])
        for part in ast.walk(formula.tree)
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id in REDUCTIONS
        if len(part.args) == 1
    }
    for part in ast.walk(formula.tree):
        named = isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id == "others"
        if named and id(part) not in reduced:
            raise FormulaError(f"{where}: others(…) stands alone in a sum, prod, max, min or norm")


def _check_constants(row: Operation, formula: Formula, where: str) -> None:
    """What is made of numbers alone is a finite number."""

    callees = {id(part.func) for part in ast.walk(formula.tree) if isinstance(part, ast.Call)}
    for part in ast.walk(formula.tree):
        if not isinstance(part, ast.expr) or isinstance(part, ast.Compare | ast.BoolOp) or id(part) in callees:
            continue
        own = any(isinstance(name, ast.Name) and name.id in row.functions for name in ast.walk(part))
        if not own and not formula.names(part) and not _is_finite(part):
            raise FormulaError(f"{where}: {ast.unparse(part)!r} is no finite number")


def _is_finite(tree: ast.expr) -> bool:
    constant = Operation("constant", "a", ast.unparse(tree), ("0",))
    try:
        return math.isfinite(careful_floats().value(constant, [0.0]))
    except (ArithmeticError, ValueError):
        return False


def _check_elements(row: Operation, field: str, formula: Formula) -> None:
    """Only what belongs to an n-ary operand may differ from element to element."""
    if not formula.elementwise:
        return
    if field == "value":
        raise FormulaError(f"{row.name}: the value {formula.text!r} is of all operands; use sum(a), max(a)…")
    if field == "domain" or field.startswith("smooth"):
        raise FormulaError(f"{row.name}: the condition {formula.text!r} is of all operands; use min(a), max(a)")
    for operand in row.operands:
        if field == f"∂/∂{operand.name}" and not operand.variadic:
            raise FormulaError(f"{row.name}: {operand.name} is one operand, its partial {formula.text!r} is many")


def _depth(name: str) -> int:
    """How deep the formulas of a row of the table are nested, with the rows that they call."""
    row = OPERATIONS.get(name)
    if row is None or name in PLAIN or name in REDUCTIONS:
        return 0
    called = row.value.functions - {name, *row.functions}
    return row.value.depth + max(map(_depth, called), default=0)
