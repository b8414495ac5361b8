"""At ±0, infinities, subnormals, huge numbers, ties and borders a compiled program gives what the eager engine gives."""

from collections.abc import Iterator
from itertools import groupby

import pytest

from autograd import OPERATIONS, Value
from autograd import sum as total
from autograd.jit import Program, compile
from autograd.testing.special import SpecialPoint, agree, measure, special_points

POINTS = {
    key: list(found)
    for key, found in groupby(
        sorted(special_points(), key=lambda point: (point.op, len(point.arguments))),
        key=lambda point: (point.op, len(point.arguments)),
    )
}


def replayed(program: Program, leaves: list[Value], point: SpecialPoint) -> tuple[str, str]:
    """As `measure`, by the program."""
    for leaf, number in zip(leaves, point.arguments, strict=True):
        leaf.zero_grad()
        leaf.data = number
    try:
        value = program.forward()
    except (ValueError, ArithmeticError) as error:
        return type(error).__name__, "-"
    try:
        program.backward()
    except (ValueError, ArithmeticError) as error:
        return repr(value), type(error).__name__
    return repr(value), " ".join(repr(leaf.grad) for leaf in leaves)


def differences(name: str, points: list[SpecialPoint], native: bool) -> Iterator[str]:
    row = OPERATIONS[name]
    start = next((point for point in points if measure(name, point.arguments)[0][-1].isdigit()), None)
    if start is None:
        return
    leaves = [Value(number) for number in start.arguments]
    program = compile(row.function(*row.split(leaves)), native=native)
    for point in points:
        expected, found = measure(name, point.arguments), replayed(program, leaves, point)
        if not native and name in ("max", "min"):  # of two zeros NumPy takes either
            expected, found = (tuple(cell.replace("-0.0", "0.0") for cell in pair) for pair in (expected, found))
        if not all(agree(a, b) for a, b in zip(expected, found, strict=True)):
            yield f"{name}{point.arguments}: {found}, eagerly {expected}"


@pytest.mark.parametrize("native", [False, True], ids=["numpy", "numba"])
def test_a_sum_that_overflows_on_the_way_is_the_exact_one(native: bool) -> None:
    if native:
        pytest.importorskip("numba")
    leaves = [Value(1.0) for _ in range(4)]
    program = compile(total(leaves), native=native)
    for leaf, number in zip(leaves, (1.5e308, 1.5e308, -1.5e308, -1.5e308), strict=True):
        leaf.data = number
    assert program.forward() == 0.0
    leaves[3].data = 2.0
    assert program.forward() == 1.5e308


@pytest.mark.parametrize("native", [False, True], ids=["numpy", "numba"])
@pytest.mark.parametrize("key", POINTS, ids=lambda key: f"{key[0]}-{key[1]}")
def test_special_points_agree_with_the_eager_engine(key: tuple[str, int], native: bool) -> None:
    if native:
        pytest.importorskip("numba")
    assert list(differences(key[0], POINTS[key], native)) == []
