"""A leaf changed after it was used makes what was computed from it stale: refused, or recomputed by `forward()`."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import StaleGraphError, Value, parameter, topological_order
from tests.autograd.programs import PYTHON, Program, whole_programs


def test_backward_through_a_changed_leaf_raises_and_names_it() -> None:
    x, w = Value(2.0, "x"), parameter(3.0, "w")
    loss = (x * w) ** 2
    w.data -= 1
    with pytest.raises(StaleGraphError, match=r"the leaf 'w' \(data 2\.0\) was changed after mul had used it"):
        loss.backward()
    with pytest.raises(StaleGraphError, match=re.escape("call forward() on the root, or build it again")):
        loss.backward()
    assert issubclass(StaleGraphError, RuntimeError)
    assert not x.has_grad


def test_forward_makes_a_stale_graph_fresh() -> None:
    x = Value(2.0)
    loss = (x * x + 1).log()
    loss.backward()
    x.zero_grad()
    x.data = 3
    fresh = Value(3.0)
    again = (fresh * fresh + 1).log()
    again.backward()
    assert loss.forward() == again.data == loss.data
    loss.backward()
    assert x.grad == fresh.grad


@given(program=whole_programs, data=st.data())
def test_forward_gives_the_numbers_of_a_new_graph(program: Program, data: Any) -> None:
    leaves = [Value(number) for number in program.leaves]
    results = program.run(leaves, PYTHON)
    new = data.draw(st.lists(st.integers(-2, 2), min_size=len(leaves), max_size=len(leaves)))
    for leaf, number in zip(leaves, new, strict=True):
        leaf.data = number
    results[-1].forward()
    wanted = program.run([Value(number) for number in new], PYTHON)
    for node, other in zip(results, wanted, strict=True):
        if node in topological_order(results[-1]):
            assert node.data == other.data
    results[-1].backward()
    wanted[-1].backward()
    assert [leaf.grad for leaf in leaves] == [leaf.grad for leaf in wanted[: len(leaves)]]


def test_forward_forgets_the_gradients_of_what_it_recomputes_and_keeps_those_of_leaves() -> None:
    x = Value(2.0)
    y = x * x
    y.backward()
    x.data = 3.0
    y.forward()
    assert (x.grad, x.has_grad, y.has_grad) == (4.0, True, False)


def test_forward_of_a_fresh_graph_or_a_leaf_changes_nothing() -> None:
    x = Value(2.0)
    y = x * x
    assert (x.forward(), y.forward(), y.forward()) == (2.0, 4.0, 4.0)


def test_staleness_reaches_through_many_nodes() -> None:
    x, other = Value(0.5, "x"), Value(1.0)
    node = x
    for _ in range(50):
        node = node.sin() + other
    x.data = 0.25
    with pytest.raises(StaleGraphError, match="'x'"):
        node.backward()
    with pytest.raises(StaleGraphError, match="'x'"):
        (node * 2).backward()


def test_a_result_computed_from_a_stale_one_is_stale_too() -> None:
    x = Value(2.0, "x")
    square = x * x
    x.data = 3.0
    mixed = square + x
    with pytest.raises(StaleGraphError, match="'x'"):
        mixed.backward()
    assert mixed.forward() == 12.0
    mixed.backward()
    assert x.grad == 7.0


def test_a_shared_part_recomputed_by_one_root_makes_the_other_stale() -> None:
    x = Value(2.0)
    shared = x * x
    shared.label = "shared"
    one, two = shared + 1, shared * 3
    x.data = 4.0
    one.forward()
    with pytest.raises(StaleGraphError, match=r"'shared' \(data 16\.0\) was computed again after mul had used it"):
        two.backward()
    one.backward()
    assert (x.grad, two.data, two.forward()) == (8.0, 12.0, 48.0)


def test_what_does_not_hang_on_the_changed_leaf_stays_fresh() -> None:
    x, y = Value(2.0), Value(3.0)
    a, b = x * 2, y * 2
    x.data = 5.0
    b.backward()
    assert y.grad == 2.0
    with pytest.raises(StaleGraphError):
        a.backward()


def test_assigning_the_same_number_counts_as_a_change() -> None:
    x = Value(2.0)
    y = x * x
    x.data = 2.0
    with pytest.raises(StaleGraphError):
        y.backward()


def test_a_new_graph_after_a_training_step_is_fresh() -> None:
    w = parameter(1.0)
    for _ in range(5):
        loss = (w - 3) ** 2
        w.zero_grad()
        loss.backward()
        w.data -= 0.25 * w.grad
    assert 2.9 < w.data < 3.0


def test_a_detached_value_does_not_go_stale() -> None:
    x = Value(2.0)
    y = (x * x).detach() * 3
    x.data = 7.0
    y.backward()
    assert y.data == 12.0


def test_a_value_computed_inside_no_grad_does_not_go_stale() -> None:
    x = Value(2.0)
    with autograd.no_grad():
        y = x * x
    x.data = 7.0
    (y * 2).backward()
    assert y.grad == 2.0


def test_the_pullback_of_a_vjp_refuses_a_changed_value_that_the_function_used() -> None:
    w = Value(3.0, "w")
    _, pullback = autograd.vjp(lambda x: x * w, 2.0)
    assert pullback(1.0) == (3.0,)
    w.data = 5.0
    with pytest.raises(StaleGraphError, match="'w'"):
        pullback(1.0)


def test_a_stale_value_used_by_a_differentiated_function_is_refused() -> None:
    x = Value(3.0, "x")
    square = x * x
    x.data = 5.0
    with pytest.raises(StaleGraphError, match="'x'"):
        autograd.grad(lambda v: v * square)(square)


def test_computed_numbers_and_constants_cannot_be_assigned() -> None:
    y = Value(2.0) * 3
    y.label = "y"
    with pytest.raises(AttributeError, match=re.escape("'y' (data 6.0) was computed by mul: change a leaf's data")):
        y.data = 1.0
    with pytest.raises(AttributeError, match=r"the constant 3\.0 is part of an expression"):
        y.inputs[1].data = 4.0
    assert y.data == 6.0
