"""Every operation alike: without recording, at extreme numbers, and beside things that are no numbers."""

import itertools
import math
from typing import Any

import pytest

from autograd import OPERATIONS, DomainError, Operation, Value, no_grad
from autograd.rows.evaluate import careful_value
from autograd.testing.points import points

ROWS = [pytest.param(row, id=row.name) for row in OPERATIONS.values()]
EXTREME = (0.0, -0.0, 1.0, -2.5, 1e-310, -1e308, 1.7e308, 750.0, math.inf, -math.inf)


def call(row: Operation, numbers: tuple[float, ...]) -> Value:
    entries = row.split(list(map(Value, numbers)))
    result = row.function(*entries)
    assert isinstance(result, Value)
    return result


@pytest.mark.parametrize("row", ROWS)
def test_without_recording_a_result_is_the_same_number_as_a_leaf(row: Operation) -> None:
    for numbers in points(row)[:5]:
        recorded = call(row, numbers)
        with no_grad():
            alone = call(row, numbers)
        assert recorded.inputs
        assert alone.inputs == ()
        assert alone.data == recorded.data


@pytest.mark.parametrize("row", ROWS)
def test_at_extreme_numbers_the_code_that_runs_gives_what_the_careful_reading_of_the_row_gives(row: Operation) -> None:
    count = len(row.scalars) + 2 * len(row.groups)
    for numbers in itertools.islice(itertools.product(EXTREME, repeat=min(count, 3)), 1000):
        flat = (*numbers, *[1.0] * (count - len(numbers)))
        if any(operand.truth for operand in row.operands):
            flat = (float(flat[0] > 0), *flat[1:])
        wanted = careful_value(row, *row.split(flat))
        try:
            found = call(row, flat).data
        except DomainError:
            assert math.isnan(wanted), flat
        else:
            overflows = row.name in ("dot", "affine") and math.isinf(found)  # (a product may, where the sum would not)
            assert overflows or found == pytest.approx(wanted, rel=1e-13), flat


@pytest.mark.parametrize("sign", ["+", "-", "*", "/", "**", "%"])
@pytest.mark.parametrize("swapped", [False, True])
def test_a_sign_beside_something_unknown_is_left_to_that(sign: str, swapped: bool) -> None:
    class Other:
        def answer(self, other: Any) -> str:
            return "mine"

        __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = answer
        __pow__ = __rpow__ = __mod__ = __rmod__ = answer

    left, right = (Other(), Value(2.0)) if swapped else (Value(2.0), Other())
    assert eval(f"left {sign} right", {"left": left, "right": right}) == "mine"
    with pytest.raises(TypeError):
        eval(f"left {sign} right", {"left": Value(2.0), "right": object()})


def in_place(sign: str, left: Any, right: Any) -> Any:
    scope = {"left": left, "right": right}
    exec(f"left {sign}= right", scope)
    return scope["left"]


@pytest.mark.parametrize(
    ("sign", "good", "bad"),
    [
        ("+", (5.0, 2.0), (math.inf, -math.inf)),
        ("-", (5.0, 2.0), (math.inf, math.inf)),
        ("*", (5.0, 2.0), (0.0, math.inf)),
        ("/", (5.0, 2.0), (1.0, 0.0)),
        ("%", (5.0, 2.0), (1.0, 0.0)),
        ("**", (0.0, 0.5), (-1.0, 0.5)),
    ],
)
def test_in_place_a_sign_makes_the_node_that_it_makes_between_two(
    sign: str, good: tuple[float, float], bad: tuple[float, float]
) -> None:
    left, right = Value(good[0]), Value(good[1])
    for second in (right, good[1]):
        between = eval(f"left {sign} second", {"left": left, "second": second})
        placed = in_place(sign, left, second)
        assert placed is not left
        assert (placed.data, placed.op, [v.data for v in placed.inputs]) == (
            between.data, between.op, [v.data for v in between.inputs]
        )  # fmt: skip
    with no_grad():
        alone = in_place(sign, left, right)
    assert (alone.data, alone.inputs) == (between.data, ())
    with pytest.raises(DomainError):
        in_place(sign, Value(bad[0]), Value(bad[1]))
    with pytest.raises(TypeError):
        in_place(sign, left, object())


@pytest.mark.parametrize("row", [row for row in ROWS if any(o.default is not None for o in row.values[0].operands)])
def test_a_plain_number_stands_where_an_operand_has_a_default(row: Operation) -> None:
    numbers = points(row)[0]
    assert row.function(Value(numbers[0]), *numbers[1:]).data == call(row, numbers).data
