"""Kinks as data: which inputs of a node sit on one, with the partial that was chosen and the slopes on the two sides."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import OPERATIONS, Value, edge_partials, trace
from autograd.kinks import inputs_on_kinks, kinks_of

numbers = st.integers(-3, 3).map(float)


def records(node: Value) -> list[tuple[int, float, float, float]]:
    return [(found.input, found.partial, found.low, found.high) for found in kinks_of(node)]


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (Value(0.0).relu(), [(0, 0.0, 0.0, 1.0)]),
        (abs(Value(0.0)), [(0, 0.0, -1.0, 1.0)]),
        (Value(0.0).leaky_relu(0.2), [(0, 0.2, 0.2, 1.0)]),
        (autograd.maximum(Value(2.0), Value(2.0)), [(0, 0.5, 0.0, 1.0), (1, 0.5, 0.0, 1.0)]),
        (autograd.min([Value(1.0), Value(4.0), Value(1.0)]), [(0, 0.5, 0.0, 1.0), (2, 0.5, 0.0, 1.0)]),
        (Value(0.0).tanh(), []),
        (Value(0.0), []),
    ],
)
def test_each_input_on_a_kink_has_its_partial_and_the_slopes_beside_it(node: Value, expected: Any) -> None:
    assert records(node) == expected


@given(numbers)
def test_relu_is_on_its_kink_at_zero_only(x: float) -> None:
    assert bool(kinks_of(Value(x).relu())) == (x == 0.0)


@given(st.lists(numbers, min_size=1, max_size=5))
def test_the_largest_that_tie_are_on_the_kink_and_share_the_gradient(data: list[float]) -> None:
    node = autograd.max([Value(x) for x in data])
    tied = [index for index, x in enumerate(data) if x == max(data)]
    found = kinks_of(node)
    assert [entry.input for entry in found] == (tied if len(tied) > 1 else [])
    assert all(entry.low == 0.0 and entry.high == 1.0 for entry in found)
    assert not found or math.isclose(math.fsum(entry.partial for entry in found), 1.0)
    assert all(entry.place in OPERATIONS["max"].kinks for entry in found)


def test_a_partial_outside_the_slopes_beside_the_kink_is_no_subgradient() -> None:
    row = OPERATIONS["relu"]
    assert [entry.partial for entry in inputs_on_kinks(row, [0.0], 0.0, [0.5])] == [0.5]
    assert inputs_on_kinks(row, [0.0], 0.0, [1.5]) == []


def test_a_node_without_a_derivative_has_no_kinks_to_show(monkeypatch: pytest.MonkeyPatch) -> None:
    node = Value(0.0).relu()
    assert kinks_of(node)

    def refuse(node: Value) -> list[float]:
        raise autograd.DomainError("no derivative here")

    monkeypatch.setattr("autograd.kinks.edge_partials", refuse)
    assert kinks_of(node) == []


@given(st.lists(numbers, min_size=2, max_size=4))
def test_steps_and_pictures_say_the_same_from_the_same_records(data: list[float]) -> None:
    kink_notes = pytest.importorskip("viz.kinks").kink_notes
    leaves = [Value(x, f"x{i}") for i, x in enumerate(data)]
    node = autograd.min(leaves)
    in_steps = {edge.operand: edge.note for edge in trace(node)[0].edges}
    assert set(filter(None, in_steps.values())) == set(kink_notes(node))
    on_kinks = inputs_on_kinks(OPERATIONS["min"], data, node.data, edge_partials(node))
    assert [name for name, note in in_steps.items() if note] == [f"x{entry.input}" for entry in on_kinks]
