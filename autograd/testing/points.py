"""Where an operation may be tested: inside its domain, off its kinks, at bounded size — from its row alone.

All numbers here are short decimals, so that a failing case can be read; nothing here looks at the partial derivatives.
"""

from __future__ import annotations

import ast
import itertools
import math
import random
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

from ..calls import computed
from ..rows.evaluate import careful_floats
from ..rows.operation import Jump, Kink, Operation

__all__ = ["SIMPLE", "branches", "kink_gaps", "on_kink", "points", "slopes"]

LIMIT = 100.0
"""Largest size of a value, and of a slope, that a test point may have."""

MARGIN = 0.01
"""Nearest that a test point may come to a kink, or to the border of a domain, as a fraction of its size."""

_GRID = sorted({n / 4 for n in range(-12, 13)} | {n / 10 for n in range(-20, 21, 3)})
SIMPLE: tuple[float, ...] = tuple(
    sorted(
        (number for number in _GRID if number),
        key=lambda number: (len(repr(abs(number))), not number.is_integer(), abs(number), number < 0),
    )
)
"""Short decimals and dyadic fractions between -3 and 3, the simplest first; without 0, where most kinks are."""


def slopes(operation: Operation, numbers: Sequence[float], varying: Sequence[bool]) -> list[float] | None:
    """The slopes at a point, by coarse differences, one for each operand; None where the point is unfit for a test.

    varying: which operands are differentiated; the others are constants, and need no derivative.
    """
    y = _compute(operation, numbers)
    if y is None or any(gap < MARGIN * max(1.0, abs(y)) for _, gap in kink_gaps(operation, numbers, y)):
        return None
    if not _smooth(operation, numbers, y, varying):
        return None
    if sum(varying) > 1 and operation.domain is not None and not operation.variadic:
        # Together they may leave a domain that neither leaves alone: a ** b at a = 0, b = 1.
        for signs in itertools.product((-1.0, 1.0), repeat=len(numbers)):
            shifts = zip(numbers, signs, varying, strict=True)
            if _compute(operation, [n + s * MARGIN * max(abs(n), 0.1) * moves for n, s, moves in shifts]) is None:
                return None
    found = []
    for index, moves in enumerate(varying):
        steepest = 0.0
        for side in (-1.0, 1.0) if moves else ():
            size = max(abs(numbers[index]), 0.1)
            if _compute(operation, _moved(numbers, index, side * MARGIN * size)) is None:
                return None
            step = side * 1e-6 * size
            near = _compute(operation, _moved(numbers, index, step))
            if near is None:
                return None
            steepest = max(steepest, (near - y) / step, key=abs)
        if abs(steepest) > LIMIT:
            return None  # a pole or a jump
        found.append(steepest)
    return found


def points(operation: Operation, count: int = 8, *, width: int = 3) -> list[tuple[float, ...]]:
    """Up to `count` fit points of an operation, the same on every run; n-ary operands get `width` values.

    Points that behave differently (rising, falling, flat; which operands may vary) come in turns, so that few points
    see all branches of a formula.

    >>> from autograd import OPERATIONS
    >>> points(OPERATIONS["relu"], 4)
    [(1.0,), (-1.0,), (2.0,), (-2.0,)]
    """
    turns = itertools.chain.from_iterable(itertools.zip_longest(*_kinds(operation, 60 * count, width).values()))
    return list(itertools.islice((numbers for numbers in turns if numbers is not None), count))


class Branch(NamedTuple):
    """Points at which an operation behaves alike: which operands may vary there, and the points, the simplest first."""

    fit: tuple[bool, ...]
    points: tuple[tuple[float, ...], ...]


@lru_cache(maxsize=256)  # more than the table has
def branches(operation: Operation, width: int = 3) -> tuple[Branch, ...]:
    """Fit points of an operation, apart for each way in which it behaves: choose one of these, then one of its points.

    >>> from autograd import OPERATIONS
    >>> [branch.points[0] for branch in branches(OPERATIONS["relu"])]
    [(1.0,), (-1.0,)]
    """
    simple = {number: index for index, number in enumerate((*SIMPLE, 0.0))}

    def simplicity(numbers: tuple[float, ...]) -> int:
        return sum(simple.get(number, len(simple)) for number in numbers)

    return tuple(
        Branch(kind[: arity(operation, width)], tuple(sorted(found, key=simplicity)))
        for kind, found in _kinds(operation, 300, width).items()
    )


def _kinds(operation: Operation, attempts: int, width: int) -> dict[tuple[Any, ...], dict[tuple[float, ...], None]]:
    number_of = arity(operation, width)
    chance = random.Random(operation.name)
    kinds: dict[tuple[Any, ...], dict[tuple[float, ...], None]] = {}
    known = {*SIMPLE, 0.0}
    beyond = [number for number in _named(operation) if number not in known]
    candidates = (*beyond, *SIMPLE, 0.0)
    for attempt in range(attempts):
        if number_of == 1 and attempt < len(candidates):
            numbers: tuple[float, ...] = (candidates[attempt],)
        else:
            numbers = tuple(chance.choice(candidates) for _ in range(number_of))
        fit = fitting(operation, numbers)
        found = slopes(operation, numbers, fit) if any(fit) else None
        if found is not None:
            kind = (*fit, *((slope > 1e-9) - (slope < -1e-9) for slope in found))
            kinds.setdefault(kind, {})[numbers] = None
    return kinds


def arity(operation: Operation, width: int) -> int:
    """How many flat inputs an operation has whose n-ary operands have `width` values each."""
    return len(operation.scalars) + width * len(operation.groups)


def fitting(operation: Operation, numbers: Sequence[float]) -> list[bool]:
    """Which operands may vary at this point; others (a condition, a negative base's exponent) are constants."""
    count = len(numbers)
    return [
        slopes(operation, numbers, [place == other for other in range(count)]) is not None for place in range(count)
    ]


def kink_gaps(operation: Operation, numbers: Sequence[float], y: float) -> Iterator[tuple[Kink | Jump, float]]:
    """Each kink and jump of the row with the distance |left - right| of its two sides at this point."""
    for kink in operation.breaks:
        *texts, named = _parsed(kink.at)
        left, right = (_entries(operation, text, numbers, y) for text in texts)
        length = max(len(left), len(right))
        gaps = sorted(
            abs(a - b) for a, b in zip(left * (length // len(left)), right * (length // len(right)), strict=True)
        )
        if length == 1:
            # A single operand of an n-ary operation cannot tie with itself.
            alone = operation.variadic and not named.isdisjoint(operation.groups)
            yield kink, math.inf if alone else gaps[0]
        else:
            yield kink, gaps[1]  # between operands and y: true of two or more


def on_kink(operation: Operation, kink: Kink | Jump, count: int = 4, *, width: int = 3) -> list[tuple[float, ...]]:
    """Up to `count` points that lie exactly on one of the row's kinks or jumps and near no other."""
    number_of = arity(operation, width)
    chance = random.Random(operation.name)
    grid = [0.0, 1.0, -1.0, 0.5, -2.0, 3.0]
    grid += [number for number in _constants(kink.at) if number not in grid]
    found: dict[tuple[float, ...], None] = {}
    for attempt in range(2000):
        numbers = (0.0,) * number_of if attempt == 0 else tuple(chance.choice(grid) for _ in range(number_of))
        y = _compute(operation, numbers)
        if y is None:
            continue
        gaps = dict(kink_gaps(operation, numbers, y))
        if gaps.pop(kink) == 0.0 and all(gap > MARGIN for gap in gaps.values()):
            found[numbers] = None
        if len(found) == count:
            break
    return list(found)


def _named(operation: Operation) -> list[float]:
    """Numbers beside those that the row's kinks name: relu6 bends at 6, so 5 and 7 see two of its pieces."""
    places = [number for kink in operation.kinks for number in _constants(kink.at)]
    return list(dict.fromkeys(number + side for number in places for side in (-1.0, 1.0)))


def _constants(text: str) -> list[float]:
    """The numbers in a formula's text, with both signs."""
    found = [node.value for node in ast.walk(ast.parse(text, mode="eval")) if isinstance(node, ast.Constant)]
    return [sign * float(number) for number in found if isinstance(number, int | float) for sign in (1.0, -1.0)]


def _compute(operation: Operation, numbers: Sequence[float]) -> float | None:
    try:
        y = computed(operation, numbers)
    except (ValueError, ArithmeticError):
        return None
    return y if math.isfinite(y) and abs(y) <= LIMIT else None


def _moved(numbers: Sequence[float], index: int, step: float) -> list[float]:
    return [number + step if place == index else number for place, number in enumerate(numbers)]


def _smooth(operation: Operation, numbers: Sequence[float], y: float, varying: Sequence[bool]) -> bool:
    if operation.variadic:
        return all(_holds(operation, condition, numbers, y) for condition in operation.smooth)
    pairs = zip(operation.smooth, varying, strict=True)
    return all(not moves or _holds(operation, condition, numbers, y) for condition, moves in pairs)


def _holds(operation: Operation, condition: Any, numbers: Sequence[float], y: float) -> bool:
    return condition is None or bool(careful_floats().formula(operation, condition, numbers, y))


def _entries(operation: Operation, text: str, numbers: Sequence[float], y: float) -> list[float]:
    found = careful_floats().formula(operation, operation.formula(text, "y"), numbers, y)
    return list(map(float, found)) if isinstance(found, list) else [float(found)]


@cache
def _parsed(condition: str) -> tuple[str, str, frozenset[str]]:
    """The two sides of a kink's condition, and the names in it."""
    tree: Any = ast.parse(condition, mode="eval").body
    names = frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
    return ast.unparse(tree.left), ast.unparse(tree.comparators[0]), names
