"""What the tests of the table share: points where a row is smooth, and every operation written again in mpmath.

The mpmath functions are textbook definitions at 100 digits, written without a look at the rows' formulas; points come
from the row's own limits (`domain`, `smooth`, `kinks`), so a registered operation gets the same tests as the others.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import mpmath
from hypothesis import strategies as st

from autograd.rows.evaluate import careful_floats
from autograd.rows.interpreters import mpmath_numbers
from autograd.rows.operation import Operation

mp = mpmath.mp

SCALARS = st.one_of(
    st.floats(-3, 3), st.floats(-1, 1), st.floats(1, 4), st.floats(-12, 12), st.integers(-4, 4).map(float)
).map(lambda number: number if abs(number) > 1e-6 else 0.0)
"""Mostly where functions bend, sometimes farther out, sometimes whole (exponents of negative numbers)."""


@contextmanager
def digits(count: int = 100) -> Iterator[None]:
    with mp.workdps(count):
        yield


def _lists(function: Callable[..., Any], groups: int = 1) -> Callable[..., Any]:
    """A function of lists as one of flat arguments: groups of equal length first, then single ones."""

    def flat(*inputs: Any) -> Any:
        length = len(inputs) // groups
        return function(*(inputs[length * g : length * (g + 1)] for g in range(groups)), *inputs[length * groups :])

    return flat


def _sigmoid(a: Any) -> Any:
    return 1 / (1 + mp.exp(-a))


def _xlogy(a: Any, b: Any) -> Any:
    if b < 0:
        raise ValueError("no logarithm")
    return mp.zero if a == 0 else a * mp.log(b)


def _selu(a: Any) -> Any:
    return mp.mpf(1.0507009873554805) * (a if a > 0 else mp.mpf(1.6732632423543772) * (mp.exp(a) - 1))


REFERENCES: dict[str, Callable[..., Any]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "pow": mp.power,
    "neg": lambda a: -a,
    "abs": mp.fabs,
    **{name: getattr(mp, name) for name in (
        "exp", "expm1", "log", "log1p", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh",
        "tanh", "asinh", "acosh", "atanh", "erf", "erfc",
    )},
    "mod": lambda a, b: a - b * mp.floor(a / b),
    "floor": mp.floor,
    "round": lambda a: mp.floor(a) if a - mp.floor(a) < 0.5 else mp.ceil(a) if a - mp.floor(a) > 0.5 else 2 * mp.nint(a / 2),
    "exp2": lambda a: mp.power(2, a),
    "log2": lambda a: mp.log(a, 2),
    "log10": mp.log10,
    "logit": lambda a: mp.log(a) - mp.log(1 - a),
    "xlogy": _xlogy,
    "sigmoid": _sigmoid,
    "softplus": lambda a: mp.log(1 + mp.exp(a)),
    "log_sigmoid": lambda a: mp.log(_sigmoid(a)),
    "relu": lambda a: max(a, mp.zero),
    "leaky_relu": lambda a, slope: a if a > 0 else slope * a,
    "elu": lambda a, alpha: a if a > 0 else alpha * (mp.exp(a) - 1),
    "celu": lambda a, alpha: max(a, mp.zero) + min(mp.zero, alpha * (mp.exp(a / alpha) - 1)),
    "selu": _selu,
    "mish": lambda a: a * mp.tanh(mp.log(1 + mp.exp(a))),
    "softsign": lambda a: a / (1 + mp.fabs(a)),
    "tanhshrink": lambda a: a - mp.tanh(a),
    "relu6": lambda a: min(max(mp.zero, a), mp.mpf(6)),
    "hardtanh": lambda a, lo, hi: min(max(a, lo), hi),
    "hardsigmoid": lambda a: min(max(mp.zero, a + 3), mp.mpf(6)) / 6,
    "hardswish": lambda a: a * min(max(mp.zero, a + 3), mp.mpf(6)) / 6,
    "gelu": lambda a: a * mp.ncdf(a),
    "gelu_tanh": lambda a: a / 2 * (1 + mp.tanh(mp.sqrt(2 / mp.pi) * (a + mp.mpf(0.044715) * a**3))),
    "silu": lambda a: a * _sigmoid(a),
    "exp_difference": lambda a, b: mp.exp(a) / mp.exp(b),
    "swish": lambda a, beta: a * _sigmoid(beta * a),
    "minimum": min,
    "maximum": max,
    "clamp": lambda a, lo, hi: min(max(a, lo), hi),
    "where": lambda c, a, b: a if c != 0 else b,
    "identity": lambda a: a,
    "sum": _lists(mp.fsum),
    "mean": _lists(lambda a: mp.fsum(a) / len(a)),
    "prod": _lists(mp.fprod),
    "max": _lists(max),
    "min": _lists(min),
    "logsumexp": _lists(lambda a: mp.log(mp.fsum(map(mp.exp, a)))),
    "cross_entropy": lambda *inputs: mp.log(mp.fsum(map(mp.exp, inputs))) - inputs[-1],
    "norm": _lists(lambda a: mp.sqrt(mp.fsum(v * v for v in a))),
    "dot": _lists(lambda w, x: mp.fdot(w, x), 2),
    "affine": lambda *inputs: mp.fdot(inputs[: len(inputs) // 2], inputs[len(inputs) // 2 : -1]) + inputs[-1],
}  # fmt: skip


def reference(operation: Operation) -> Callable[..., Any]:
    """The operation's value on flat mpmath numbers; a row without a reference here is read in mpmath itself."""
    if operation.name in REFERENCES:
        return REFERENCES[operation.name]
    return lambda *inputs: mpmath_numbers().value(operation, inputs)


def slope(operation: Operation, inputs: Sequence[Any], orders: Sequence[int]) -> Any:
    """A partial derivative of the reference by mpmath's own differences: `orders` counts one an input."""
    if operation.name == "where" and orders[0]:
        return mp.zero  # a condition's derivative is 0 beside the jump
    return mp.diff(reference(operation), tuple(map(mp.mpf, inputs)), tuple(orders))


def apply(operation: Operation, inputs: Sequence[Any]) -> Any:
    """The public function on flat inputs."""
    return operation.function(*operation.split(inputs))


def inside(operation: Operation, inputs: Sequence[float]) -> bool:
    """Whether the value exists, and is finite."""
    floats = careful_floats()
    if operation.domain is not None and not floats.formula(operation, operation.domain, inputs, None):
        return False
    return math.isfinite(floats.value(operation, inputs))


def smooth_along(operation: Operation, inputs: Sequence[float], index: int, margin: float = 1e-3) -> bool:
    """Whether the partial with respect to one input exists there and around it."""
    condition = None if operation.variadic else operation.smooth[index]
    for step in (-margin, 0.0, margin):
        moved = [*inputs[:index], inputs[index] + step, *inputs[index + 1 :]]
        if not inside(operation, moved):
            return False
        y = careful_floats().value(operation, moved)
        if condition is not None and not careful_floats().formula(operation, condition, moved, y):
            return False
    return True


def off_kinks(operation: Operation, inputs: Sequence[float], margin: float = 1e-3) -> bool:
    y = careful_floats().value(operation, inputs)
    return not any(_near(operation, place.at, inputs, y, margin) for place in operation.breaks)


def _near(operation: Operation, at: str, inputs: Sequence[float], y: float, margin: float) -> bool:
    left, right = at.split("==")
    gap = careful_floats().formula(operation, operation.formula(f"({left}) - ({right})", "y"), inputs, y)
    if isinstance(gap, list):
        return sum(abs(each) < margin for each in gap) >= 2
    return bool(abs(gap) < margin)


def points(operation: Operation, length: int | None = None) -> st.SearchStrategy[list[float]]:
    """Flat inputs in the domain, off kinks and jumps; n-ary operands have `length` entries, or 1 to 4."""

    def inputs(size: int) -> st.SearchStrategy[list[float]]:
        count = len(operation.scalars) + size * len(operation.groups)
        return st.lists(SCALARS, min_size=count, max_size=count)

    sizes = st.just(0) if not operation.variadic else st.integers(1, 4) if length is None else st.just(length)
    return sizes.flatmap(inputs).filter(lambda drawn: inside(operation, drawn) and off_kinks(operation, drawn))


def smooth_points(operation: Operation, length: int | None = None) -> st.SearchStrategy[list[float]]:
    """Points at which every partial exists."""
    return points(operation, length).filter(
        lambda drawn: all(smooth_along(operation, drawn, index) for index in range(len(drawn)))
    )
