"""`register`: an operation of your own from one row, generated as the library's own are, and `unregister`.

The only place where generated code is executed instead of imported.
"""

import builtins
import linecache
from collections.abc import Callable, Mapping
from typing import Any

from . import operations
from .calls import connect
from .errors import FormulaError
from .operations import Value
from .rows.evaluate import careful_floats
from .rows.floats import PLAIN
from .rows.formula import REDUCTIONS
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

    The operation is at once a method of `Value` too (unless `method=False` or its first operand is n-ary). A name that
    the table, or `Value`, has already raises `ValueError`; what is no formula raises `FormulaError`.
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
    if row.method:
        delattr(Value, name)
    del OPERATIONS[name]
    _forget()


def compiled(row: Operation, source: str, part: str) -> dict[str, Any]:
    """The names that generated source defines, in the surroundings of the library's own operations."""
    file = f"<autograd {row.name} {part}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    scope = {**vars(operations), "__name__": "autograd.registered", constant_name(row): row}
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
    """Raise if an operation cannot join the table: its name is taken, or its formulas call what is not there."""
    name = row.name
    taken = {*vars(operations), *OPERATIONS, *vars(builtins), *PLAIN, *_WORDS}
    if name in taken or hasattr(Value, name):
        raise ValueError(f"the name {name!r} is taken; give the operation another one")
    if row.symbol in INFIX or row.name in PREFIX:
        raise ValueError(f"{row.symbol!r} is an operation's sign already; leave the symbol of {name!r} out")
    for operand in row.operands:
        if operand.name in taken:
            raise FormulaError(f"{name}: the operand name {operand.name!r} is taken; choose another")
    for function in row.functions:
        if not function.isidentifier() or function in taken - {name}:
            raise FormulaError(f"{name}: the table or the language has a function {function!r} already; rename yours")
        if not callable(row.functions[function]):
            raise FormulaError(f"{name}: its function {function!r} cannot be called")
    known = {"others", *REDUCTIONS, *PLAIN, *OPERATIONS, *row.functions}
    if unknown := row.check() - known:
        raise FormulaError(f"the formulas of {name!r} call what the table does not have: {', '.join(sorted(unknown))}")


_WORDS = ("others", "power", "product", "pi")
"""Names that formulas, or what is generated from them, give a meaning of their own."""
