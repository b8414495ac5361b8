"""Graphs of any depth, freed by reference counting alone."""

import copy
import gc
import pickle
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

import autograd
from autograd import Graph, Value, grad, hessian, parameter
from tests.autograd.processes import run


@pytest.fixture
def no_collector() -> Iterator[None]:
    gc.collect()
    gc.freeze()  # whatever else is in memory: not searched again and again
    gc.disable()
    yield
    gc.enable()
    gc.unfreeze()


def work() -> None:
    w = [parameter(0.5, "collected"), parameter(-0.25)]
    hidden = [autograd.affine(w, [1.0, Value(2.0)], 0.1).tanh() for _ in range(3)]
    loss = autograd.logsumexp(hidden) + autograd.max(hidden) * hidden[0] ** 2
    loss.backward()
    loss.backward()
    w[0].data = 3.0
    loss.forward()
    loss.zero_grad()
    Graph(loss).operation_counts  # noqa: B018
    copy.deepcopy(loss)
    pickle.loads(pickle.dumps(loss))
    with autograd.no_grad():
        autograd.sum(hidden)


def differentiate() -> None:
    grad(lambda v: autograd.sum(v) ** 3)([1.0, Value(2.0)])
    hessian(lambda v: v[0] * v[1].exp())([1.0, 2.0])
    autograd.jvp(lambda x: x.sin(), (1.0,), (2.0,))
    autograd.vjp(lambda x: [x, x * x], 2.0)[1]([1.0, 1.0])


@pytest.mark.parametrize("program", [work, differentiate])
@pytest.mark.usefixtures("no_collector")
def test_a_dropped_graph_leaves_nothing_for_the_garbage_collector(program: Any) -> None:
    program()  # the first time generates code and fills caches
    gc.collect()
    program()
    assert [found for found in gc.get_objects() if type(found) is Value and found.label == "collected"] == []
    assert gc.collect() == 0


def missing_derivative() -> None:
    Value(0.0).sqrt().backward()


def outside_the_domain() -> None:
    (Value(1.0) * -1).log()


def overflow() -> None:
    (Value(-1.0).relu() * 1e308 * 1e308 * -1).backward()


def stale() -> None:
    x = Value(1.0)
    y = x * 2
    x.data = 2.0
    y.backward()


def outside_when_computed_again() -> None:
    x = Value(1.0)
    y = x.log()
    x.data = -1.0
    y.forward()


def wrong_type() -> None:
    autograd.sum([Value(1.0), "x"])


def missing_in_grad() -> None:
    grad(autograd.sqrt)(0.0)


FAILURES = [
    missing_derivative,
    outside_the_domain,
    overflow,
    stale,
    outside_when_computed_again,
    wrong_type,
    missing_in_grad,
]


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.usefixtures("no_collector")
def test_an_error_leaves_nothing_for_the_garbage_collector(failure: Any) -> None:
    def fail() -> None:
        with suppress(ValueError, TypeError, RuntimeError):
            failure()

    fail()
    gc.collect()
    fail()
    assert gc.collect() == 0


def test_a_chain_of_a_million_operations_runs_both_ways_and_is_freed() -> None:
    program = """
from autograd import Value, topological_order
x = Value(1.0)
node = x
for _ in range(500_000):
    node = (node + x) - x
node.backward()
assert len(topological_order(node)) == 1_000_001
assert node.data == 1.0 and x.grad == 1.0, (node.data, x.grad)
x.data = 3.0
assert node.forward() == 3.0
node.zero_grad()
del node
print("freed")
"""
    assert run(program) == "freed\n"


def test_a_deep_graph_is_copied_and_pickled_without_recursion() -> None:
    program = """
import copy, pickle
from autograd import Graph, Value, topological_order
x = Value(0.5, "x")
node = x
for _ in range(100_000):
    node = -node
for other in (copy.deepcopy(node), pickle.loads(pickle.dumps(node))):
    graph = Graph(other)
    assert len(graph) == 100_001 and graph.depth == 100_000
    other.backward()
    assert graph["x"].grad == 1.0 and not x.has_grad
print("equal")
"""
    assert run(program) == "equal\n"


def test_a_deep_function_is_differentiated_without_recursion() -> None:
    def deep(v: Any) -> Any:
        for _ in range(2_000):
            v = (v + 1) * 0.5
        return v * v

    assert grad(deep)(1.0) == 2 * 0.5**2_000
    assert autograd.jvp(deep, (1.0,), (1.0,))[1] == 2 * 0.5**2_000
    assert grad(grad(deep))(1.0) == 0.0


def test_a_wide_sum_is_one_node() -> None:
    leaves = [Value(1.0) for _ in range(20_000)]
    total = autograd.dot(leaves, leaves)
    total.backward()
    assert (total.data, len(total.inputs), {leaf.grad for leaf in leaves}) == (20_000.0, 40_000, {2.0})


def test_a_node_has_no_dictionary() -> None:
    assert not hasattr(Value(1.0), "__dict__")
    with pytest.raises(AttributeError):
        Value(1.0).name = "x"  # type: ignore[attr-defined]
    with pytest.raises(AttributeError):
        Value(1.0).inputs = ()  # type: ignore[misc]
