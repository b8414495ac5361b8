"""How accurate every row is: value, first and second derivatives against mpmath, over the whole range of floats.

`python -m autograd.testing accuracy` prints the table that `measure` gives: the worst relative error of each operation,
where it was, and why it is larger than asked where that is on purpose. The reference is `exact` in `reference`.
"""

from __future__ import annotations

import math
import random
import sys
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from ..errors import DomainError
from ..functional import hessian
from ..rows.evaluate import careful_floats
from ..rows.operation import Operation
from ..value import Value
from .points import kink_gaps
from .reference import exact

__all__ = ["ASKED", "STATED", "Worst", "measure", "relative_error", "wide_points"]

ASKED = 1e-12
"""The relative error that is asked for."""

SIGMOID = "σ′ = y(1 - y), as in the lectures: 1 - y has lost the tail"
TANH = "tanh′ = 1 - y², as in the lectures: it has lost the tails"
SHARE = "p(1 - p) of the share p = ∂y/∂a: 1 - p has lost what is left beside one large operand"

STATED: dict[tuple[str, int], str] = {
    ("tanh", 1): TANH,
    ("tanh", 2): TANH,
    ("sigmoid", 1): SIGMOID,
    ("sigmoid", 2): SIGMOID,
    ("softplus", 2): SIGMOID,
    ("log_sigmoid", 2): SIGMOID,
    ("gelu_tanh", 2): SIGMOID,
    ("silu", 2): SIGMOID,
    ("swish", 2): SIGMOID,
    ("mish", 1): TANH,
    ("mish", 2): TANH,
    ("tanhshrink", 0): "a - tanh(a) near 0, where both are alike; the error is below 1e-16 · a",
    ("tanhshrink", 2): TANH,
    ("celu", 1): "∂/∂alpha near a = 0 is a difference of two like terms; the error is below 1e-16 · |a / alpha|",
    ("celu", 2): "as its first derivative; and at alpha below 1e-300, a / alpha² overflows",
    ("logsumexp", 2): SHARE,
    ("cross_entropy", 2): SHARE,
    ("norm", 2): "(1 - (a / y)²) / y: it has lost what is left beside one large operand",
    ("prod", 0): "products of the first operands may overflow or underflow on the way",
    ("prod", 1): "products of the first operands may overflow or underflow on the way",
    ("prod", 2): "products of the first operands may overflow or underflow on the way",
    ("dot", 0): "each product is rounded, and they may cancel",
    ("affine", 0): "each product is rounded, and they may cancel",
}
"""Why a derivative of this order (0: the value) is less accurate than asked, where that is on purpose or inherent."""


class Worst(NamedTuple):
    """The largest relative error of one operation's derivatives of one order, and the point where it was."""

    operation: str
    order: int
    error: float
    point: tuple[float, ...]
    points: int

    @property
    def stated(self) -> str:
        """The reason, where the error is larger than asked; '' where it is not, or has none."""
        return STATED.get((self.operation, self.order), "") if self.error > ASKED else ""


def relative_error(got: float, wanted: Any) -> float:
    """|got - wanted| / |wanted|; below the normal floats, where there are fewer digits, over the smallest of these."""
    size = abs(wanted)
    if math.isinf(got) or math.isnan(got):
        return 0.0 if size > sys.float_info.max and (got > 0) == (wanted > 0) else math.inf
    if size > sys.float_info.max:
        size = min(size, 2 * sys.float_info.max)
    return float(abs(got - wanted) / max(size, sys.float_info.min))


def wide_points(operation: Operation, count: int, seed: int = 0) -> Iterator[tuple[float, ...]]:
    """Points in the domain and off kinks and jumps, of any size; n-ary operands have three entries."""
    chance = random.Random(f"{operation.name} {seed}")
    size = len(operation.scalars) + 3 * len(operation.groups)
    found = 0
    for _ in range(200 * count):
        numbers = [_number(chance) for _ in range(size)]
        if size > 1 and chance.random() < 0.3:  # neighbours far from 0
            numbers = [numbers[0] + chance.uniform(-30, 30) for _ in numbers]
        if operation.name == "where":
            numbers[0] = float(chance.random() < 0.5)
        if _fit(operation, numbers):
            yield tuple(numbers)
            found += 1
            if found == count:
                return


def _number(chance: random.Random) -> float:
    sign = chance.choice((1.0, -1.0))
    kind = chance.random()
    if kind < 0.3:
        return sign * 10 ** chance.uniform(-323, 308)
    if kind < 0.7:
        return sign * 10 ** chance.uniform(-4, 3)
    if kind < 0.8:
        return sign * (1 + chance.choice((1, -1)) * 10 ** chance.uniform(-16, -1))
    if kind < 0.95:
        return sign * float(chance.randrange(1, 40))
    return sign * chance.choice((5e-324, 1e-310, 1.7e308, 2.0**53, 745.0, 710.0, 0.5))


def _fit(operation: Operation, numbers: Sequence[float]) -> bool:
    floats = careful_floats()
    if operation.domain is not None and not floats.formula(operation, operation.domain, numbers, None):
        return False
    try:
        y = floats.value(operation, numbers)
        return math.isfinite(y) and all(gap > 0 for _, gap in kink_gaps(operation, numbers, y))
    except (ArithmeticError, ValueError):
        return False


def _varying(operation: Operation, numbers: Sequence[float]) -> list[int]:
    """The operands with respect to which there is a derivative here."""
    floats = careful_floats()
    y = floats.value(operation, numbers)
    flat = [operand for operand in operation.operands for _ in range(3 if operand.variadic else 1)]
    if operation.variadic:
        return list(range(len(flat)))
    return [
        place
        for place, (operand, smooth) in enumerate(zip(flat, operation.smooth, strict=True))
        if not operand.truth
        and (smooth is None or floats.formula(operation, smooth, numbers, y))
        and not (operation.name == "pow" and place == 1 and numbers[0] <= 0)
    ]


def measure(operation: Operation, count: int, seed: int = 0) -> list[Worst]:
    """The worst of the value and the first and second derivatives at `count` points; of second ones, three a point."""
    worst: list[tuple[float, tuple[float, ...]]] = [(0.0, ())] * 3
    tried = 0
    chance = random.Random(seed)

    def note(order: int, error: float, point: tuple[float, ...]) -> None:
        if error > worst[order][0]:
            worst[order] = error, point

    for point in wide_points(operation, count, seed):
        tried += 1
        varying = _varying(operation, point)
        wanted = exact(operation, point)
        note(0, relative_error(_value(operation, point), wanted), point)
        if not varying:
            continue
        for place, got in zip(varying, _first(operation, point, varying), strict=True):
            note(1, relative_error(got, exact(operation, point, (place,))), point)
        second = _second(operation, point, varying)
        pairs = [(row, column) for row in range(len(varying)) for column in range(row + 1)]
        for row, column in chance.sample(pairs, min(3, len(pairs))):
            reference = exact(operation, point, (varying[row], varying[column]))
            for got in (second[row][column], second[column][row]):
                note(2, relative_error(got, reference), point)
    return [Worst(operation.name, order, *worst[order], tried) for order in range(3)]


def _call(operation: Operation, numbers: Sequence[Any]) -> Any:
    return operation.function(*operation.split(numbers))


def _value(operation: Operation, point: Sequence[float]) -> float:
    return float(_call(operation, list(point)))


def _first(operation: Operation, point: Sequence[float], varying: Sequence[int]) -> list[float]:
    leaves: list[Any] = [Value(number) if place in varying else number for place, number in enumerate(point)]
    try:
        y = _call(operation, leaves)
        y.backward()
    except DomainError:
        return [math.nan] * len(varying)
    return [leaves[place].grad for place in varying]


def _second(operation: Operation, point: Sequence[float], varying: Sequence[int]) -> list[list[float]]:
    def of(entries: Sequence[Any]) -> Any:
        numbers: list[Any] = list(point)
        for place, entry in zip(varying, entries, strict=True):
            numbers[place] = entry
        return _call(operation, numbers)

    try:
        found: list[list[float]] = hessian(of)([point[place] for place in varying])
    except DomainError:
        return [[math.nan] * len(varying) for _ in varying]
    return found
