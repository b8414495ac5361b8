"""`register`: an operation of your own from one row, generated as the library's own are, and `unregister`.

The only place where generated code is executed instead of imported.
"""

import builtins
import keyword
import linecache
from collections.abc import Callable, Mapping
from typing import Any

from . import operations
from .calls import connect
from .errors import FormulaError
from .operations import Value
from .rows.checking import check
from .rows.evaluate import careful_floats
from .rows.floats import PLAIN, sure
from .rows.formula import COMPARISONS, REDUCTIONS
from .rows.functions import INFIX, PREFIX, compute_lines, function_lines, method_lines
from .rows.interpreters import mpmath_numbers, numpy_arrays, sympy_symbols
from .rows.operation import Operation
from .rows.steps import step_lines
from .rows.writing import constant_name
from .table import OPERATIONS, ROWS, find_operation
from .values import values

__all__ = ["compiled", "register", "unregister"]


def register(row: Operation, *, functions: Mapping[str, Callable[..., float]] | None = None) -> Callable[..., Any]:
    """Add a row to the table and return its function, which takes values and floats.

    The operation is at once a method of `Value` too (unless `method=False` or its first operand is n-ary). To
    register the same row again (a cell of a notebook that is run again) is fine. Raises `FormulaError`, which names the
    place, where a name is taken, or a formula cannot be computed, differentiated and compiled.
    functions: Python functions of floats for what formulas cannot say, as in `Operation`.

    >>> from autograd import Operation, Value, register
    >>> cube = register(Operation("cube", "a", "a ** 3", ("3 * a ** 2",)))
    >>> x = Value(2.0)
    >>> x.cube().backward(); x.grad
    12.0
    >>> from autograd import unregister; unregister("cube")
    """
    if not isinstance(row, Operation):
        raise TypeError(f"register takes an Operation, got {type(row).__name__}")
    if functions:
        row.functions = {**row.functions, **functions}
    known = OPERATIONS.get(row.name)
    if known is not None and known not in ROWS and row.same_as(known):
        return known.function
    _check(row)
    lines = [*compute_lines(row), "", "", *function_lines(row), "", "", *step_lines(row)]
    method = f"{row.name}_method"
    if row.method:
        lines += ["", "", *method_lines(row, method)]
    scope = compiled(row, "\n".join(lines) + "\n", "operation")
    connect(row, scope)
    if row.method:
        scope[method].__name__ = row.name
        scope[method].__qualname__ = f"Value.{row.name}"
        setattr(Value, row.name, scope[method])
    OPERATIONS[row.name] = row
    _forget()
    return row.function


def unregister(name: str) -> None:
    """Take back an operation that `register` added (the library's own rows stay)."""
    if any(row.name == name for row in ROWS):
        raise ValueError(f"{name!r} is one of the library's own operations")
    row = find_operation(name)
    if users := [other.name for other in OPERATIONS.values() if other not in (*ROWS, row) and name in other.called]:
        raise ValueError(f"the formulas of {', '.join(map(repr, users))} call {name!r}; unregister those first")
    if row.method:
        delattr(Value, name)
    del OPERATIONS[name]
    _forget()


def compiled(row: Operation, source: str, part: str) -> dict[str, Any]:
    """The names that generated source defines, in the surroundings of the library's own operations."""
    file = f"<autograd {row.name} {part}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    scope = {**vars(operations), "sure": sure, "__name__": "autograd.registered", constant_name(row): row}
    for other in OPERATIONS.values():
        scope.setdefault(f"{other.name}_value", other.compute)
    scope |= {f"{name}_function": function for name, function in row.functions.items()}
    exec(compile(source, file, "exec"), scope)  # noqa: S102 — written from the row's parsed formulas
    return scope


def _forget() -> None:
    """Drop what interpreters have compiled: formulas may call what has joined or left the table."""
    for interpreter in (careful_floats, values, mpmath_numbers, sympy_symbols, numpy_arrays):
        interpreter.cache_clear()


def _check(row: Operation) -> None:
    """Raise if an operation cannot join the table: its names are taken, or its formulas cannot be used."""
    name = row.name
    taken = {*vars(operations), *OPERATIONS, *vars(builtins), *PLAIN, *_WORDS}
    taken |= {f"{other}_value" for other in OPERATIONS}  # (what generated code calls the functions of other rows)
    if name in OPERATIONS and OPERATIONS[name] not in ROWS:
        raise FormulaError(f"the name {name!r} is taken by a row registered before: unregister({name!r}) first")
    names = {name, name.removesuffix("_value"), constant_name(row)}
    if names & {*taken, *_READERS_OWN} or hasattr(Value, name):
        raise FormulaError(f"the name {name!r} is taken; give the operation another one")
    if row.symbol in INFIX or row.name in PREFIX:
        raise FormulaError(f"{row.symbol!r} is an operation's sign already; leave the symbol of {name!r} out")
    for function in row.functions:
        if not function.isidentifier() or keyword.iskeyword(function) or function in {*taken, *_READERS_OWN} - {name}:
            raise FormulaError(f"{name}: the table or the language has a function {function!r} already; rename yours")
        if not callable(row.functions[function]):
            raise FormulaError(f"{name}: its function {function!r} cannot be called")
    taken |= {f"{function}_function" for function in row.functions} | {constant_name(row), "self"}
    taken |= {f"{name}_{part}" for part in ("value", "backward", "method")}
    taken |= {f"{operand.name}_{part}" for operand in row.operands for part in ("value", "values", "input", "inputs")}
    for operand in row.operands:
        if operand.name in taken:
            raise FormulaError(f"{name}: the operand name {operand.name!r} is taken; choose another")
    check(row)


_WORDS = ("others", "power", "product", "pi", "y", "sure")
"""Names that formulas, or what is generated from them, give a meaning of their own."""

_READERS_OWN = ("both", "either", "remainder", *COMPARISONS.values(), *(f"{name}_" for name in REDUCTIONS))
"""Names that the readers of formulas give a meaning among their functions."""
