"""The table of special points: what every operation gives at ±0, ±inf, subnormals, huge numbers, ties, borders.

The expectations are in `special_points.tsv`, one point per line: `special_points()` reads, `measure` runs the engine.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from importlib import resources
from typing import NamedTuple

from ..table import find_operation
from ..value import Value

__all__ = ["SpecialPoint", "agree", "draft", "measure", "special_points"]


class SpecialPoint(NamedTuple):
    """One line: the operation, its flat arguments, and what is expected of it.

    value, gradients: numbers as text, or the name of the error: `DomainError`. `torch` is what PyTorch (float64) gives,
    `-` where it has no counterpart; `note` explains an intended difference, and is empty where both agree.
    """

    op: str
    arguments: tuple[float, ...]
    value: str
    gradients: str
    torch: str
    note: str


def special_points() -> Iterator[SpecialPoint]:
    """All lines of the table.

    >>> next(point for point in special_points() if point.op == "relu" and point.arguments == (0.0,))
    SpecialPoint(op='relu', arguments=(0.0,), value='0.0', gradients='0.0', torch='0.0 | 0.0', note='')
    """
    text = resources.files(__package__).joinpath("special_points.tsv").read_text("utf-8")
    for line in text.splitlines()[1:]:
        op, arguments, value, gradients, torch, note = line.split("\t")
        yield SpecialPoint(op, tuple(map(float, arguments.split())), value, gradients, torch, note)


def measure(op: str, arguments: tuple[float, ...]) -> tuple[str, str]:
    """The engine's value and gradients as the table writes them: numbers, or the error's name."""
    row = find_operation(op)
    try:
        leaves = [Value(number) for number in arguments]
        y = row.function(*row.split(leaves))
    except (ValueError, ArithmeticError) as error:
        return type(error).__name__, "-"
    try:
        y.backward()
    except (ValueError, ArithmeticError) as error:
        return repr(y.data), type(error).__name__
    return repr(y.data), " ".join(repr(leaf.grad) for leaf in leaves)


def draft(op: str) -> Iterator[str]:
    """Lines for the table about an operation that has none: what the engine and PyTorch give at the usual points.

    It is what they give, not what is right: each line is read before it joins the table, and each `?` gets its reason.

    >>> list(draft("neg"))[1].split("\\t")[:4]
    ['neg', '-0.0', '0.0', '-1.0']
    """
    from .points import points

    row = find_operation(op)
    count = len(row.scalars) + 2 * len(row.groups)
    plain = [numbers for numbers in points(row, 6, width=2) if numbers not in _USUAL[count]] if count in _USUAL else []
    for numbers in [*_USUAL.get(count, points(row, 12, width=2)), *plain]:
        value, gradients = measure(op, numbers)
        theirs = _peer(op, numbers)
        same = theirs == "-" or agree(f"{value} | {gradients}", theirs)
        yield "\t".join((op, " ".join(map(repr, numbers)), value, gradients, theirs, "" if same else "?"))


def _peer(op: str, numbers: Sequence[float]) -> str:
    """PyTorch's cell, `-` where it has no counterpart or is not installed."""
    from ..errors import MissingExtraError
    from .peer import peer_operation, peer_point

    try:
        if peer_operation(op) is None:
            return "-"
        value, gradients = peer_point(find_operation(op), numbers)
    except MissingExtraError:
        return "-"
    return f"{value!r} | {' '.join(map(repr, gradients))}"


_ENDS = (0.0, -0.0, 1.0, -1.0, 5e-324, -5e-324, 1e-9, 40.0, -40.0, 1e300, -1e300, math.inf, -math.inf)
_PAIRS = ((0.0, 0.0), (0.0, -0.0), (-0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0), (1.0, 1.0),
          (-2.0, 3.0), (-2.0, -3.0), (-2.0, 0.5), (2.0, 0.5), (5e-324, 2.0), (1e300, 1e300), (1e-300, 1e300),
          (math.inf, 1.0), (1.0, math.inf), (math.inf, math.inf), (-math.inf, 2.0))  # fmt: skip
_USUAL: dict[int, list[tuple[float, ...]]] = {1: [(number,) for number in _ENDS], 2: list(_PAIRS)}
"""The usual points of operations with one and with two operands."""


def agree(one: str, other: str, *, tol: float = 1e-12) -> bool:
    """Whether two cells say the same: the same words, and numbers that are equal, zero's sign included, or close.

    >>> agree("0.1 inf", "0.10000000000000002 inf"), agree("0.0", "-0.0"), agree("DomainError", "0.0")
    (True, False, False)
    """
    left, right = one.split(), other.split()
    return len(left) == len(right) and all(_same(a, b, tol) for a, b in zip(left, right, strict=True))


def _same(one: str, other: str, tol: float) -> bool:
    try:
        a, b = float(one), float(other)
    except ValueError:
        return one == other
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) and math.isnan(b)
    return (a == b and math.copysign(1, a) == math.copysign(1, b)) or (a != b and math.isclose(a, b, rel_tol=tol))
