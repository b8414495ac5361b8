"""`nudge` compares the two-sided slope with the gradient and leaves the graph exactly as it was."""

import contextlib
import math
from typing import Any

import pytest
from hypothesis import given

from autograd import DomainError, StaleGraphError, Value, nudge
from autograd.graph import topological_order
from tests.autograd.stepping.graphs import chain, graphs, state


def test_the_two_changes_and_the_slope_stand_side_by_side() -> None:
    a, b = Value(2.0, "a"), Value(-3.0, "b")
    root = a * b
    assert str(nudge(root, a, 0.5, {"L": root})) == (
        "a  2 → 2.5  (0.5)\n"
        "L  -6 → -7.5  (-1.5)\n"
        "slope (L(a + h) - L(a - h)) / 2h = -3\ngradient ∂L/∂a = -3\ndifference 0"
    )


def test_the_slope_is_two_sided() -> None:
    x = Value(3.0, "x")
    found = nudge(x * x * x, x, 0.1)
    assert found.slope == pytest.approx(27.01)
    assert found.gradient == 27.0
    assert found.difference == pytest.approx(0.01)


@given(root=graphs())
def test_the_graph_is_left_as_it_was_even_on_failure(root: Value) -> None:
    root.backward()
    before = state(root)
    for leaf in topological_order(root):
        for h in (1e-3, 5.0, -1e9):
            with contextlib.suppress(ValueError):
                nudge(root, leaf, h)
            assert state(root) == before


def test_outside_a_domain_the_error_names_the_nudged_number() -> None:
    x = Value(0.5, "x")
    root = x.log()
    before = state(root)
    with pytest.raises(DomainError, match=r"with x at -0\.5, v2 cannot be computed: log of -0\.5.*take a smaller h"):
        nudge(root, x, 1.0)
    assert state(root) == before


def test_interior_nodes_can_be_nudged() -> None:
    x = Value(2.0, "x")
    y = x * x
    assert nudge(y * 3, y).slope == pytest.approx(3.0)


@pytest.mark.parametrize("h", [0.0, 1e-300, math.inf])
def test_a_useless_h_is_refused(h: float) -> None:
    x = Value(2.0, "x")
    with pytest.raises(ValueError, match="h "):
        nudge(x * x, x, h)


@pytest.mark.parametrize("h", ["0.1", None, True, 1j])
def test_h_is_a_number(h: Any) -> None:
    x = Value(2.0, "x")
    with pytest.raises(TypeError, match="real number"):
        nudge(x * x, x, h)


def test_foreign_nodes_constants_and_stale_graphs_are_refused() -> None:
    x = Value(2.0, "x")
    root = x * 3
    with pytest.raises(ValueError, match="is not in this graph"):
        nudge(root, Value(1.0))
    with pytest.raises(ValueError, match=r"is the constant 3\.0"):
        nudge(root, root.inputs[1])
    with pytest.raises(TypeError, match="the leaf is a Value or its name, got float"):
        nudge(root, 2.0)  # type: ignore[arg-type]
    x.data = 5.0
    with pytest.raises(StaleGraphError):
        nudge(root, x)


def test_it_works_at_depth_100000() -> None:
    root = chain(100_000)
    w = topological_order(root)[0]
    assert nudge(root, w, 1e-9).slope == pytest.approx(100_001, rel=1e-3)
