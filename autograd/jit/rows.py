"""What the compiled replay reads of the table of operations, in one place: rows, formulas, and the table itself."""

from functools import cache
from typing import Any

from ..errors import FormulaError, require
from ..rows.evaluate import Interpreter
from ..rows.floats import PLAIN
from ..rows.formula import REDUCTIONS, Formula, Style
from ..rows.interpreters import numpy_arrays
from ..rows.nans import suspects
from ..rows.operation import Operation
from ..table import OPERATIONS

__all__ = [
    "OPERATIONS", "PLAIN", "REDUCTIONS", "Formula", "FormulaError", "Interpreter", "Operation", "Style",
    "array_namespace", "calls_python", "loses_nan", "numpy_arrays", "numpy_lanes",
]  # fmt: skip


@cache
def numpy_lanes() -> Interpreter:
    """Rows on NumPy arrays where an n-ary operand is a list of one array, lanes × elements, reduced along its lanes."""
    numpy: Any = require("numpy", extra="fast")
    reductions = {"sum": numpy.add, "prod": numpy.multiply, "max": numpy.maximum, "min": numpy.minimum}

    def reduced(function: Any) -> Any:
        return lambda a: function.reduce(a[0], axis=-1, keepdims=True) if len(a) == 1 else _folded(function, a)

    namespace = dict(numpy_arrays().functions)
    namespace |= {f"{name}_": reduced(function) for name, function in reductions.items()}
    namespace["norm_"] = lambda a: (
        numpy.hypot.reduce(a[0], axis=-1, keepdims=True, initial=0.0) if len(a) == 1 else _folded(numpy.hypot, a)
    )
    namespace["count_"] = lambda a: float(a[0].shape[-1] if len(a) == 1 else len(a))
    arrays = numpy_arrays()
    return Interpreter("NumPy lanes", namespace, lazy=False, inside=arrays.inside, adapt=arrays.adapt)


@cache
def loses_nan(row: Operation) -> bool:
    """Whether a nan inside the row's formulas, or inside a row that they call, may come out as a number."""
    return any(map(suspects, row.formulas)) or any(suspects(called.value) for called in _called(row))


@cache
def calls_python(row: Operation) -> bool:
    """Whether the row, or one that its formulas call, has Python functions of its own."""
    return bool(row.functions) or any(called.functions for called in _called(row))


def _called(row: Operation) -> list[Operation]:
    """The rows whose values the row's formulas read, and those that these read in turn."""
    found: dict[str, Operation] = {}
    names = {*row.called}
    while names:
        found |= {name: OPERATIONS[name] for name in names - {*PLAIN, *REDUCTIONS} if name in OPERATIONS}
        names = {called for name in names & {*found} for called in found[name].value.functions} - {*found}
    return list(found.values())


def _folded(function: Any, parts: Any) -> Any:
    found = parts[0]
    for part in parts[1:]:
        found = function(found, part)
    return found


def array_namespace(row: Operation) -> dict[str, Any]:
    """What the row's formulas may call on arrays, and the ufuncs behind the signs, as `_add`."""
    numpy: Any = require("numpy", extra="fast")
    interpreter = numpy_arrays()
    called = {name: interpreter.function(name, row) for name in row.called - {"where", "others"} - REDUCTIONS}
    ufuncs = {f"_{name}": getattr(numpy, name) for name in ("add", "subtract", "multiply", "divide", "negative")}
    return {**interpreter.functions, **called, **ufuncs}
