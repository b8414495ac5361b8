"""Other readers of the table: the same formulas on mpmath numbers, SymPy symbols and NumPy arrays.

Each is an `Interpreter` (see `evaluate`) with the language's words spelled in that package. The reader on `Value`s, for
higher orders, is with `functional`, because it needs the operations themselves.
"""

import math
import operator
from collections.abc import Callable
from functools import cache, reduce
from typing import Any

from ..errors import require
from .evaluate import COMPARISONS, Interpreter
from .floats import PLAIN, careful, how_many

__all__ = ["mpmath_numbers", "numpy_arrays", "sympy_symbols"]


def ordered(compare: Callable[..., Any]) -> Callable[..., Any]:
    """A comparison, or what depends on one, that says in a `ValueError` that what is not real has no order."""

    def compared(*operands: Any) -> Any:
        try:
            return compare(*operands)
        except (TypeError, NotImplementedError) as error:
            raise ValueError(f"{', '.join(map(str, operands))} cannot be compared: {error}") from error

    return compared


@cache
def mpmath_numbers(*, own: bool = False) -> Interpreter:
    """mpmath numbers at mpmath's current precision: the independent reference of the gradient checks.

    own: whether a row's own Python functions are called, with floats; else they have no meaning here.
    """
    mpmath: Any = require("mpmath", extra="testing")
    namespace: dict[str, Any] = {name: getattr(mpmath, name) for name in PLAIN if name != "log2"}
    namespace |= {name: ordered(compare) for name, compare in COMPARISONS.items()}
    namespace["remainder"] = ordered(operator.mod)
    namespace |= {
        "abs": abs,
        # Farther out they are 1 and 0 to millions of digits, which mpmath would compute.
        "erf": lambda a: mpmath.sign(a) if abs(a) > 10_000 else mpmath.erf(a),
        "erfc": lambda a: 1 - mpmath.sign(a) if abs(a) > 10_000 else mpmath.erfc(a),
        "log2": lambda a: mpmath.log(a, 2),
        "floor": mpmath.floor,
        "round": mpmath.nint,
        "pi": mpmath.mp.pi,
        "sum_": mpmath.fsum,
        "prod_": mpmath.fprod,
        "max_": max,
        "min_": min,
        "norm_": lambda a: mpmath.sqrt(mpmath.fsum(v * v for v in map(mpmath.mpf, a))),
        "count_": lambda a: mpmath.mpf(len(a)),
    }
    adapt = (lambda function: lambda *a: mpmath.mpf(function(*map(float, a)))) if own else None
    return Interpreter("mpmath numbers", namespace, number=mpmath.mpf, adapt=adapt)


@cache
def sympy_symbols() -> Interpreter:
    """SymPy expressions: the rows are proved on them."""
    sympy: Any = require("sympy", extra="test")
    namespace: dict[str, Any] = {name: getattr(sympy, name) for name in PLAIN if hasattr(sympy, name)}
    namespace |= {
        **{name: ordered(getattr(sympy, name.capitalize())) for name in COMPARISONS},
        "both": sympy.And, "either": sympy.Or,
        "where": ordered(lambda condition, a, b: sympy.Piecewise((a, condition), (b, True))),
        "abs": sympy.Abs,
        "expm1": lambda a: sympy.exp(a) - 1,
        "log1p": lambda a: sympy.log(1 + a),
        "log2": lambda a: sympy.log(a) / sympy.log(2),
        "log10": lambda a: sympy.log(a) / sympy.log(10),
        "floor": sympy.floor,
        "round": _sympy_round,
        "pi": sympy.pi,
        "sum_": lambda a: sum(a[1:], a[0]),
        "prod_": lambda a: sympy.Mul(*a),
        "max_": lambda a: sympy.Max(*a),
        "min_": lambda a: sympy.Min(*a),
        "norm_": lambda a: sympy.sqrt(sum(v**2 for v in a)),
        "count_": lambda a: sympy.Integer(len(a)),
    }  # fmt: skip
    return Interpreter("SymPy expressions", namespace, lazy=False, number=sympy.sympify)


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
        "norm_": lambda a: reduce(numpy.hypot, a, 0.0),  # (0: the length of one number is its size)
        "count_": how_many,
    }  # fmt: skip

    def inside(condition: Any, value: Any) -> Any:
        if not numpy.all(condition):
            numpy.sqrt(-1.0)  # (NumPy then reports an invalid number, as it does of its own functions)
        return numpy.where(condition, value, math.nan)

    def adapt(function: Any) -> Any:
        return numpy.vectorize(careful(function), otypes=[float])

    return Interpreter("NumPy arrays", namespace, lazy=False, inside=inside, adapt=adapt)
