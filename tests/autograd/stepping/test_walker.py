"""A cursor goes forward and back by nodes and edges, shows only the change, and returns to every earlier state."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value, trace
from autograd.stepping import Walker
from tests.autograd.stepping.graphs import chain, graphs


def lesson() -> tuple[Walker, dict[str, Value]]:
    a, b, c, f = Value(2.0), Value(-3.0), Value(10.0), Value(-2.0)
    e = a * b
    d = e + c
    nodes = {"a": a, "b": b, "c": c, "f": f, "e": e, "d": d, "L": d * f}
    return trace(nodes["L"], nodes).walk(), nodes


def state(walker: Walker) -> tuple[Any, ...]:
    return walker.position, walker._edge, dict(walker.grads), walker.done


def test_next_is_a_node_and_step_an_edge() -> None:
    w, _ = lesson()
    assert str(w.step()).splitlines() == [
        "[1/3] L = d * f = -8            L.grad = 1  (seed)",
        "      ∂L/∂d = f = -2            d.grad += -2 × 1          0 → -2",
    ]
    assert str(w.next()) == "      ∂L/∂f = d = 4             f.grad += 4 × 1           0 → 4"
    assert str(w.next()) == str(w.trace[1])
    assert w.position == 2
    assert not w.done


def test_gradients_so_far_hold_only_what_has_been_reached() -> None:
    w, _ = lesson()
    assert dict(w.grads) == {}
    w.step()
    assert dict(w.grads) == {"L": 1.0, "d": -2.0}
    with pytest.raises(TypeError):
        w.grads["d"] = 3.0  # type: ignore[index]


def test_at_either_end_it_stays_put() -> None:
    w, _ = lesson()
    start = state(w)
    assert str(w.back()) == "at the start: no gradient has been computed yet"
    assert state(w) == start
    w.goto(3)
    end = state(w)
    assert w.done
    for move in (w.next, w.step):
        assert str(move()) == "at the end: every gradient is done"
        assert state(w) == end


@given(root=graphs(), moves=st.lists(st.sampled_from(["next", "step"]), max_size=30))
def test_forward_and_back_restores_every_state(root: Value, moves: list[str]) -> None:
    w = trace(root).walk()
    states = [state(w)]
    for move in moves:
        getattr(w, move)()
        if state(w) != states[-1]:
            states.append(state(w))
    while states:
        assert state(w) == states.pop()
        w.back()
    assert state(w) == (0, 0, {}, False)


@given(root=graphs(), data=st.data())
def test_goto_reaches_the_same_state_from_everywhere(root: Value, data: st.DataObject) -> None:
    recorded = trace(root)
    w = recorded.walk()
    for _ in range(6):
        position = data.draw(st.integers(0, len(recorded)))
        w.step()
        w.goto(position)
        fresh = recorded.walk()
        for _ in range(position):
            fresh.next()
        assert state(w) == state(fresh)


@given(root=graphs())
def test_at_the_end_the_gradients_are_those_of_the_trace(root: Value) -> None:
    w = trace(root).walk()
    while not w.done:
        w.step()
    assert dict(w.grads) == dict(w.trace.grads)


def test_back_after_goto_or_until_goes_back_by_a_node() -> None:
    w, _ = lesson()
    w.goto(3)
    assert str(w.back()) == "undo [3/3] e: b.grad -4 → 0, a.grad 6 → 0"
    assert w.position == 2
    w.until("e")
    w.back()
    assert w.position == 2


def test_until_takes_a_name_a_value_or_a_predicate() -> None:
    w, nodes = lesson()
    assert str(w.until("d")) == f"{w.trace[0]}\n{w.trace[1]}"
    w.goto(0)
    w.until(nodes["d"])
    assert w.position == 2
    w.goto(0)
    w.until(lambda step: step.grad < 0)
    assert w.position == 2


def test_until_a_leaf_stops_where_its_gradient_changes() -> None:
    w, _ = lesson()
    w.until("a")
    assert (w.position, w.grads["a"]) == (2, 6.0)
    assert "b" not in w.grads
    assert "not ahead" in str(w.until("a"))
    x = Value(3.0, "x")
    w = trace(x * x).walk()
    w.until("x")
    assert w.grads["x"] == 3.0
    w.until("x")
    assert (w.grads["x"], w.done) == (6.0, True)


def test_until_says_what_is_wrong_and_stays_put() -> None:
    w, _ = lesson()
    w.next()
    before = state(w)
    assert str(w.until(lambda step: False)) == "no step ahead satisfies that"
    assert "L is not ahead" in str(w.until("L"))
    with pytest.raises(KeyError, match="no node of this trace is called 'zz'"):
        w.until("zz")
    with pytest.raises(TypeError, match="until takes"):
        w.until(3)  # type: ignore[arg-type]
    assert state(w) == before


@pytest.mark.parametrize(("where", "error"), [(-1, IndexError), (4, IndexError), (1.0, TypeError), (True, TypeError)])
def test_goto_refuses_other_places(where: Any, error: type[Exception]) -> None:
    w, _ = lesson()
    with pytest.raises(error, match="position"):
        w.goto(where)


def test_several_walkers_do_not_disturb_each_other() -> None:
    w, _ = lesson()
    other = w.trace.walk()
    w.goto(2)
    assert state(other) == (0, 0, {}, False)
    other.step()
    assert w.position == 2
    assert str(w.next()) == str(w.trace[2])


def test_its_repr_says_where_it_is() -> None:
    w, _ = lesson()
    assert repr(w) == "at 0 of 3 nodes: no gradient yet"
    w.next()
    w.step()
    assert repr(w) == "at 1 of 3 nodes and 1 edge: L.grad = 1, d.grad = -2, f.grad = 4, e.grad = -2"


def test_a_leaf_alone_can_be_walked() -> None:
    w = trace(Value(3.0, "a")).walk()
    assert "a.grad = 1  (seed)" in str(w.step())
    assert w.done
    assert str(w.back()) == "undo [1/1] a"
    assert state(w) == (0, 0, {}, False)


def test_it_walks_deep_graphs_to_the_end_and_back() -> None:
    w = trace(chain(100_000)).walk()
    assert "… 99,992 more nodes on the way" in str(w.goto(100_000))
    assert w.grads["w"] == 100_001.0
    w.goto(0)
    assert dict(w.grads) == {}
