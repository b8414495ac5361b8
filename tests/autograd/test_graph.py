"""Walking graphs: topological order, counts, depth, look-up by label."""

from typing import Any

import pytest
from hypothesis import given

import autograd
from autograd import Graph, Value, topological_order
from tests.autograd.programs import PYTHON, Program, whole_programs


def reachable(root: Value) -> set[Value]:
    found, todo = set(), [root]
    while todo:
        node = todo.pop()
        if node not in found:
            found.add(node)
            todo += node.inputs
    return found


@given(whole_programs)
def test_the_order_has_every_node_once_and_behind_its_inputs(program: Program) -> None:
    root = program.run([Value(number) for number in program.leaves], PYTHON)[-1]
    order = topological_order(root)
    place = {node: index for index, node in enumerate(order)}
    assert len(order) == len(place)
    assert set(order) == reachable(root)
    assert all(place[operand] < place[node] for node in order for operand in node.inputs)
    assert order[-1] is root
    leaves = [node for node in order if not node.inputs]
    assert order[: len(leaves)] == leaves


@given(whole_programs)
def test_the_same_program_gives_the_same_order(program: Program) -> None:
    orders = []
    for _ in range(2):
        results = program.run([Value(number) for number in program.leaves], PYTHON)
        names = {node: index for index, node in enumerate(results)}
        orders.append([names[node] for node in topological_order(results[-1])])
    assert orders[0] == orders[1]


@given(whole_programs)
def test_the_counts_of_a_graph_are_those_of_its_program(program: Program) -> None:
    results = program.run([Value(number) for number in program.leaves], PYTHON)
    graph = Graph(results[-1])
    nodes = reachable(results[-1])
    assert (len(graph), set(graph.nodes), graph.root) == (len(nodes), nodes, results[-1])
    assert graph.edge_count == sum(len(node.inputs) for node in nodes)
    names = [node.op for node in nodes if node.inputs]
    assert graph.operation_counts == {name: names.count(name) for name in names}
    depths: dict[Value, int] = {}
    for node in results:  # in the order of construction
        depths[node] = 1 + max(depths[operand] for operand in node.inputs) if node.inputs else 0
    assert graph.depth == depths[results[-1]]
    assert graph.leaves == [node for node in graph if not node.inputs]


def test_inputs_are_visited_in_their_order() -> None:
    a, b, c = Value(1.0, "a"), Value(2.0, "b"), Value(3.0, "c")
    left, right = c * a, a + b
    root = autograd.affine([left, right], [b, c], a)
    assert topological_order(root) == [c, a, b, left, right, root]


def test_a_graph_is_a_sequence_of_nodes() -> None:
    a = Value(2.0, "a")
    square = a * a
    graph = Graph(square)
    assert (graph[0], graph[-1], list(graph), graph[:1]) == (a, square, [a, square], (a,))
    assert a in graph
    assert Value(2.0) not in graph
    assert list(reversed(graph)) == [square, a]
    assert repr(graph) == "<graph of 2 nodes, 2 edges, depth 1>"
    with pytest.raises(IndexError):
        graph[2]


def test_a_leaf_alone_is_a_graph() -> None:
    graph = Graph(Value(1.0))
    assert (len(graph), graph.edge_count, graph.depth, graph.operation_counts) == (1, 0, 0, {})
    assert repr(graph) == "<graph of 1 node, 0 edges, depth 0>"


@pytest.mark.parametrize(("old", "new"), [("edges", "edge_count"), ("operations", "operation_counts")])
def test_an_old_name_of_a_count_still_works_and_says_the_new_one(old: str, new: str) -> None:
    a = Value(2.0)
    graph = Graph(a * a + 1)
    with pytest.warns(DeprecationWarning, match=f"^Graph.{old} is now called {new}$") as caught:
        count = getattr(graph, old)
    assert count == getattr(graph, new)
    assert [warning.filename for warning in caught] == [__file__]


def test_nodes_are_found_by_their_label() -> None:
    a, b, twin = Value(1.0, "a"), Value(2.0, "twin"), Value(3.0, "twin")
    loss = a * b + twin
    loss.label = "loss"
    graph = Graph(loss)
    assert (graph["loss"], graph["a"], graph.find("x")) == (loss, a, [])
    assert graph.find("twin") == [node for node in graph if node in (b, twin)]
    with pytest.raises(KeyError, match="0 nodes are labelled 'los'; labels here: 'a', 'loss', 'twin'"):
        graph["los"]
    with pytest.raises(KeyError, match="2 nodes are labelled 'twin'"):
        graph["twin"]
    with pytest.raises(KeyError, match="none has a label"):
        Graph(Value(1.0))["x"]
    many = autograd.sum([Value(1.0, f"v{index:02}") for index in range(30)])
    with pytest.raises(KeyError, match="'v19', …"):
        Graph(many)["v99"]


@pytest.mark.parametrize("function", [Graph, topological_order])
@pytest.mark.parametrize("wrong", [[Value(1.0)], 3.0, None, "loss"])
def test_a_graph_starts_at_a_value(function: Any, wrong: Any) -> None:
    with pytest.raises(TypeError, match=f"a graph starts at a Value, got {type(wrong).__name__}"):
        function(wrong)
