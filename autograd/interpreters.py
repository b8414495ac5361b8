"""Other readers of the table: the same formulas on `Value`s, SymPy symbols, mpmath numbers and NumPy arrays.

An interpreter is a namespace — what `exp`, `where` or `gt` mean for its kind of operand — and a style of writing
formulas out. Operations without a function of their own there (sigmoid…) are read through their value formula.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from functools import cache, reduce
from typing import TYPE_CHECKING, Any

from .errors import FormulaError, require
from .floats import CAREFUL, PLAIN
from .table import OPERATIONS

if TYPE_CHECKING:
    from .formula import Formula
    from .operation import Operation

__all__ = ["Interpreter", "careful_floats", "mpmath_numbers", "numpy_arrays", "sympy_symbols", "values"]

_COMPARISONS = {name: getattr(operator, name) for name in ("lt", "le", "gt", "ge", "eq", "ne")}


class Interpreter:
    """Evaluates rows of the table on one kind of operand.

    >>> interpreter = careful_floats()
    >>> interpreter.value(OPERATIONS["mul"], [3.0, 4.0]), interpreter.partials(OPERATIONS["mul"], [3.0, 4.0], 12.0)
    (12.0, [4.0, 3.0])
    """

    def __init__(self, name: str, namespace: dict[str, Any], *, inline: bool = False, lazy: bool = True) -> None:
        self.name = name
        self._style = (inline, lazy)
        self._namespace = {"ratio": operator.truediv, **namespace}
        self._compiled: dict[tuple[Operation, str], Callable[..., Any]] = {}

    def value(self, operation: Operation, inputs: Sequence[Any]) -> Any:
        """The operation's value on flat inputs."""
        return self._function(operation, "value")(*operation.split(inputs))

    def partials(self, operation: Operation, inputs: Sequence[Any], y: Any) -> list[Any]:
        """Its local derivatives, one an input; plain numbers where a derivative is constant."""
        found: list[Any] = []
        entries = operation.split(inputs)
        for operand, entry, partial in zip(
            operation.operands, entries, self._function(operation, "partials")(*entries, y), strict=True
        ):
            if operand.variadic:
                found += partial if isinstance(partial, list) else [partial] * len(entry)
            else:
                found.append(partial)
        return found

    def partial(self, operation: Operation, inputs: Sequence[Any], y: Any, index: int) -> Any:
        """One local derivative, with respect to input `index`, without evaluating the others."""
        if operation.variadic:
            return self.partials(operation, inputs, y)[index]
        return self._function(operation, f"partial {index}")(*inputs, y)

    def formula(self, operation: Operation, text: str, inputs: Sequence[Any], y: Any) -> Any:
        """Any further formula of the row (domain, smooth, a kink's sides), elementwise over n-ary operands."""
        entries = operation.split(inputs)
        return self._function(operation, f"formula {text}")(*entries, y)

    def _function(self, operation: Operation, part: str) -> Callable[..., Any]:
        known = self._compiled.get((operation, part))
        if known is None:
            known = self._compiled[operation, part] = self._compile(operation, part)
        return known

    def _compile(self, operation: Operation, part: str) -> Callable[..., Any]:
        from .formula import Style, loop_over

        kind, _, rest = part.partition(" ")
        formulas = {
            "value": (operation.value,),
            "partials": operation.partials,
            "partial": operation.partials[int(rest) : int(rest) + 1] if kind == "partial" else (),
            "formula": (_either(operation, rest),) if kind == "formula" else (),
        }[kind]
        groups = operation.groups
        arguments = [f"{name}_" if name in groups else name for name in (o.name for o in operation.operands)]
        lines: list[str] = []
        results: list[str] = []
        namespace = self._namespace
        for formula in formulas:
            for called in formula.functions - {"where", "others"}:
                self._provide(called, operation)
            statements, expression = formula.python(Style(*self._style))
            lines += (f"    {statement}" for statement in statements)
            used = [group for group in groups if group in formula.elementwise]
            if "others" in formula.functions:
                expression = f"[{expression} for _i in range(len({groups[0]}_))]"
            elif used:
                expression = f"[{expression} for {loop_over(used)}]"
            lines.append(f"    result{len(results)} = {expression}")
            results.append(f"result{len(results)}")
        packed = results[0] if kind in ("value", "partial", "formula") else f"({', '.join(results)},)"
        y = "" if kind == "value" else ", y"
        source = "\n".join([f"def f({', '.join(arguments)}{y}):", *lines, f"    return {packed}"])
        scope: dict[str, Any] = {}
        exec(compile(source, f"<autograd {operation.name} {part} on {self.name}>", "exec"), namespace, scope)  # noqa: S102
        function: Callable[..., Any] = scope["f"]
        return function

    def _provide(self, name: str, caller: Operation) -> None:
        """Make sure that the namespace knows a function: as it is, or through its own row's value formula."""
        if name in self._namespace or f"{name}_" in self._namespace:
            return
        row = OPERATIONS.get(name)
        if row is None or name in row.value.functions:
            raise ValueError(f"{caller.name}: {name} has no meaning for {self.name}")
        self._namespace[name] = self._function(row, "value")


def _either(operation: Operation, text: str) -> Formula:
    """A further formula of a row, which may be a number or a condition."""
    try:
        return operation.formula(text, "y", condition=True)
    except FormulaError:
        return operation.formula(text, "y")


@cache
def careful_floats() -> Interpreter:
    """Floats again, with functions that give the IEEE result where the standard library's raise."""
    return Interpreter("floats", dict(CAREFUL), inline=True)


@cache
def values() -> Interpreter:
    """`Value`s: derivatives that are graphs themselves, for higher orders. Comparisons look at the data."""
    from . import operations
    from .value import Value

    def number(operand: Any) -> float:
        return operand.data if type(operand) is Value else operand

    def compare(comparison: Callable[[float, float], bool]) -> Callable[[Any, Any], bool]:
        return lambda a, b: comparison(number(a), number(b))

    namespace: dict[str, Any] = {name: compare(comparison) for name, comparison in _COMPARISONS.items()}
    namespace["pi"] = math.pi
    namespace["count_"] = len
    for name in ("sum", "max", "min", "norm"):
        namespace[f"{name}_"] = getattr(operations, name)
    namespace["prod_"] = lambda a: operations.prod(a) if a else 1.0  # of the others, when there are none
    namespace |= {row.name: row.function for row in OPERATIONS.values() if not row.variadic}
    return Interpreter("values", namespace)


@cache
def mpmath_numbers() -> Interpreter:
    """mpmath numbers at mpmath's current precision: the independent reference of the gradient checks."""
    mpmath: Any = require("mpmath", extra="test")
    namespace: dict[str, Any] = _COMPARISONS | {name: getattr(mpmath, name) for name in PLAIN if name != "log2"}
    namespace |= {
        "abs": abs,
        "log2": lambda a: mpmath.log(a, 2),
        "floor": mpmath.floor,
        "round": mpmath.nint,
        "ratio": lambda a, b: mpmath.mpf(a) / b,
        "pi": mpmath.mp.pi,
        "sum_": mpmath.fsum,
        "prod_": mpmath.fprod,
        "max_": max,
        "min_": min,
        "norm_": lambda a: mpmath.sqrt(mpmath.fsum(v * v for v in map(mpmath.mpf, a))),
        "count_": lambda a: mpmath.mpf(len(a)),
    }
    return Interpreter("mpmath numbers", namespace)


@cache
def sympy_symbols() -> Interpreter:
    """SymPy expressions: the rows are proved on them."""
    sympy: Any = require("sympy", extra="test")
    namespace: dict[str, Any] = {name: getattr(sympy, name) for name in PLAIN if hasattr(sympy, name)}
    namespace |= {
        "lt": sympy.Lt, "le": sympy.Le, "gt": sympy.Gt, "ge": sympy.Ge, "eq": sympy.Eq, "ne": sympy.Ne,
        "both": sympy.And, "either": sympy.Or,
        "where": lambda condition, a, b: sympy.Piecewise((a, condition), (b, True)),
        "abs": sympy.Abs,
        "expm1": lambda a: sympy.exp(a) - 1,
        "log1p": lambda a: sympy.log(1 + a),
        "log2": lambda a: sympy.log(a) / sympy.log(2),
        "log10": lambda a: sympy.log(a) / sympy.log(10),
        "floor": sympy.floor,
        "round": _sympy_round,
        "ratio": lambda a, b: sympy.nsimplify(a, rational=True) / sympy.nsimplify(b, rational=True),
        "pi": sympy.pi,
        "sum_": lambda a: reduce(operator.add, a),
        "prod_": lambda a: reduce(operator.mul, a, sympy.Integer(1)),
        "max_": lambda a: sympy.Max(*a),
        "min_": lambda a: sympy.Min(*a),
        "norm_": lambda a: sympy.sqrt(sum(v**2 for v in a)),
        "count_": lambda a: sympy.Integer(len(a)),
    }  # fmt: skip
    return Interpreter("SymPy expressions", namespace, lazy=False)


def _sympy_round(a: Any) -> Any:
    """The nearest whole number, the even one of two: SymPy has no symbolic one."""
    sympy: Any = require("sympy", extra="test")
    half = sympy.Rational(1, 2)
    even = 2 * sympy.floor((a + half) / 2)
    return sympy.Piecewise((even, sympy.Eq(a - sympy.floor(a), half)), (sympy.floor(a + half), True))


@cache
def numpy_arrays() -> Interpreter:
    """NumPy arrays: one operation on many samples at once."""
    numpy: Any = require("numpy", extra="fast")
    names = {name: f"arc{name[1:]}" if name.startswith("a") else name for name in PLAIN if not name.startswith("erf")}
    namespace: dict[str, Any] = {name: getattr(numpy, theirs) for name, theirs in names.items()}
    namespace |= {
        "lt": numpy.less, "le": numpy.less_equal, "gt": numpy.greater, "ge": numpy.greater_equal,
        "eq": numpy.equal, "ne": numpy.not_equal, "both": numpy.logical_and, "either": numpy.logical_or,
        "where": numpy.where,
        "abs": numpy.abs,
        "floor": numpy.floor,
        "round": numpy.rint,
        "erf": numpy.vectorize(math.erf, otypes=[float]),
        "erfc": numpy.vectorize(math.erfc, otypes=[float]),
        "pi": math.pi,
        "sum_": lambda a: reduce(numpy.add, a),
        "prod_": lambda a: reduce(numpy.multiply, a, 1.0),
        "max_": lambda a: reduce(numpy.maximum, a),
        "min_": lambda a: reduce(numpy.minimum, a),
        "norm_": lambda a: reduce(numpy.hypot, a),
        "count_": len,
    }  # fmt: skip
    return Interpreter("NumPy arrays", namespace, lazy=False)


def forget() -> None:
    """Drop everything compiled: a row has left the table, and another may take its name."""
    for interpreter in (careful_floats, values, mpmath_numbers, sympy_symbols, numpy_arrays):
        interpreter.cache_clear()
