"""Graphs are copied and pickled whole: shared nodes stay shared, gradients, labels and staleness are kept."""

import copy
import io
import pickle
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given

import autograd
from autograd import (
    OPERATIONS,
    Graph,
    Operation,
    StaleGraphError,
    Value,
    parameter,
    register,
    topological_order,
    unregister,
)
from tests.autograd.processes import run
from tests.autograd.programs import PYTHON, Program, whole_programs

WAYS: list[Callable[[Any], Any]] = [
    copy.deepcopy,
    *(lambda thing, protocol=protocol: pickle.loads(pickle.dumps(thing, protocol)) for protocol in range(2, 6)),
    lambda thing: pickle._loads(pickle._dumps(thing)),  # type: ignore[attr-defined]  # the one written in Python
]
ways = pytest.mark.parametrize("way", WAYS, ids=["deepcopy", *(f"protocol {n}" for n in range(2, 6)), "python"])


def described(root: Value) -> list[Any]:
    """Everything that can be seen of a graph."""
    order = topological_order(root)
    places = {node: index for index, node in enumerate(order)}
    return [
        (node.data.hex(), node.grad.hex(), node.has_grad, node.op, node.operation, node.role, node.label, node.origin,
         [places[operand] for operand in node.inputs])
        for node in order
    ]  # fmt: skip


@ways
@given(program=whole_programs)
def test_a_copy_is_the_same_graph_of_other_nodes(way: Any, program: Program) -> None:
    root = program.run([Value(number, f"x{number}") for number in program.leaves], PYTHON)[-1]
    root.backward()
    other = way(root)
    assert described(other) == described(root)
    assert not set(topological_order(other)) & set(topological_order(root))
    before = described(root)
    other.backward()
    other.zero_grad()
    assert described(root) == before


def rich() -> Value:
    w, x = parameter(0.5, "w"), Value(2.0, "x")
    w.origin = "MLP/layers.0/w.0"
    hidden = autograd.affine([w, x], [x, 3.0], 1.0).leaky_relu()
    root = autograd.logsumexp([hidden, w, hidden]) + x.clamp(0, 1) + (x - 2.0).sqrt() + autograd.dot([w], [w])
    root.label = "root"
    return root


@ways
def test_every_shape_of_node_survives(way: Any) -> None:
    root = rich()
    assert described(way(root)) == described(root)
    assert described(way(way(root))) == described(root)
    single = Value(-0.0, "alone")
    assert described(way(single)) == described(single)


@ways
def test_shared_leaves_stay_shared_among_several_roots(way: Any) -> None:
    x, w = Value(2.0, "x"), parameter(3.0, "w")
    shared = x * w
    one, two = shared + x, shared.exp() * w
    everything = way({"roots": [one, two], "leaves": (x, w), "again": one, "shared": shared})
    new_x, new_w = everything["leaves"]
    first, second = everything["roots"]
    assert everything["again"] is first
    assert first.inputs == (everything["shared"], new_x)
    assert second.inputs[0].inputs == (everything["shared"],)
    assert second.inputs[1] is new_w
    first.backward()
    second.backward()
    assert new_w.has_grad
    assert not w.has_grad


@ways
def test_leaves_before_their_graph_and_after_it(way: Any) -> None:
    x = Value(2.0)
    root = x * x + x
    leaf, other = way([x, root])
    assert other.inputs[1] is leaf
    other, leaf = way([root, x])
    assert other.inputs[1] is leaf


@ways
def test_staleness_is_kept(way: Any) -> None:
    x, y = Value(2.0, "x"), Value(1.0)
    stale = x * x
    x.data = 3.0
    fresh = x * y
    for _ in range(3):
        y.grad = 1.0
    old, new = way([stale, fresh])
    with pytest.raises(StaleGraphError, match="'x'"):
        old.backward()
    new.backward()
    assert new.inputs[0].grad == 1.0
    assert old.forward() == 9.0
    old.backward()


def test_a_pickle_is_fresh_in_a_process_with_a_younger_clock(tmp_path: Any) -> None:
    clock, x = Value(0.0), Value(3.0)
    fresh, stale = x * x, x * x
    changed = Value(1.0)
    stale = changed * 2
    for _ in range(50):
        clock.data += 1
    changed.data = 5.0
    (tmp_path / "graph").write_bytes(pickle.dumps([fresh, stale]))
    program = f"""
import pickle
fresh, stale = pickle.load(open({str(tmp_path / "graph")!r}, "rb"))
fresh.backward()
print(fresh.inputs[0].grad)
try:
    stale.backward()
except RuntimeError as error:
    print(type(error).__name__)
fresh.inputs[0].data = 4.0
print(fresh.forward(), (fresh * 2).data)
"""
    assert run(program).splitlines() == ["6.0", "StaleGraphError", "16.0 32.0"]


def test_shallow_copies_share_their_inputs() -> None:
    x = Value(2.0)
    y = x * x
    other = copy.copy(y)
    assert other is not y
    assert described(other) == described(y)


@pytest.fixture
def cube() -> Iterator[Operation]:
    row = Operation("cube", "a", "a ** 3", ("3 * a ** 2",))
    register(row)
    yield row
    if "cube" in OPERATIONS:
        unregister("cube")


@ways
def test_registered_operations_are_pickled_by_name(way: Any, cube: Operation) -> None:
    x = Value(2.0)
    root = way(cube.function(x) + 1)
    assert root.inputs[0].operation is cube
    root.backward()
    assert Graph(root).leaves[0].grad in (0.0, 12.0)
    assert {leaf.grad for leaf in Graph(root).leaves} == {0.0, 12.0}


def test_a_pickle_whose_operation_is_missing_says_what_to_do(cube: Operation) -> None:
    stored = pickle.dumps(cube.function(Value(2.0)))
    unregister("cube")
    with pytest.raises(KeyError, match="no operation is called 'cube'; register it first"):
        pickle.loads(stored)


class Unpicklable(str):
    __slots__ = ()

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise LookupError("half-way")


@ways
def test_a_copy_after_one_that_failed_half_way_is_right(way: Any) -> None:
    x = Value(2.0, "x")
    node = x
    for index in range(3_000):
        node = node + x
        node.label = Unpicklable("stop") if index == 100 else ""
    with pytest.raises(LookupError, match="half-way") as kept:
        way(node)
    for each in topological_order(node):
        each.label = "" if each is not x else "x"
    for root in (node.inputs[0], node):
        assert described(way(root)) == described(root)
    assert kept.traceback  # alive, and with it what the failed copy had begun


def test_a_pickler_that_is_kept_does_not_deepen_the_next_copy() -> None:
    x = Value(2.0, "x")
    node = x
    for _ in range(20_000):
        node = node + x
    kept = pickle.Pickler(io.BytesIO())
    kept.dump(node)
    inner = node.inputs[0]
    assert pickle.loads(pickle.dumps(inner)).data == inner.data


@ways
def test_functions_of_the_table_are_pickled_by_name(way: Any) -> None:
    for name in ("tanh", "dot", "where", "leaky_relu"):
        assert way(getattr(autograd, name)) is getattr(autograd, name)
    assert way(OPERATIONS["tanh"]) is OPERATIONS["tanh"]


def creation_order(count: int) -> list[Value]:
    x, w = Value(0.5, "x"), parameter(1.25, "w")
    nodes = [x]
    for index in range(count):
        nodes.append(nodes[-1] * w if index % 2 else nodes[-1] + nodes[index // 2])
    return nodes


@ways
@pytest.mark.parametrize("turn", [1, -1])
def test_a_list_of_all_nodes_comes_back_as_it_was(way: Any, turn: int) -> None:
    nodes = creation_order(40)
    again = way(nodes[::turn])[::turn]
    assert described(again[-1]) == described(nodes[-1])
    assert set(topological_order(again[-1])) >= set(again)


def test_a_list_of_nodes_in_creation_order_is_sent_once() -> None:
    asked = 0

    class Counting(pickle._Pickler):  # type: ignore[name-defined,misc]
        def save(self, thing: Any, *more: Any) -> None:
            nonlocal asked
            asked += 1
            super().save(thing, *more)

    def size(count: int) -> tuple[int, int]:
        nonlocal asked
        asked, stream = 0, io.BytesIO()
        Counting(stream).dump(creation_order(count))
        return asked, len(stream.getvalue())

    (saves, length), (more_saves, more_length) = size(300), size(3_000)
    assert more_saves < 11 * saves
    assert more_length < 12 * length


def test_two_picklers_that_take_turns_are_both_right() -> None:
    nodes = creation_order(3_000)
    one, two = io.BytesIO(), io.BytesIO()
    first, second = pickle.Pickler(one), pickle.Pickler(two)
    for node in (nodes[1500], nodes[2000], nodes[-1]):
        first.dump(node)
        second.dump(node)
    for stream in (one, two):
        stream.seek(0)
        reader = pickle.Unpickler(stream)
        for node in (nodes[1500], nodes[2000], nodes[-1]):
            assert reader.load().data == node.data
