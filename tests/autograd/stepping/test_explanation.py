"""`explain` gives a gradient as the sum over paths; the paths are counted, never enumerated."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value, explain
from autograd.graph import topological_order
from autograd.stepping.paths import Sums, paths_to
from autograd.stepping.snapshot import Pass, Snapshot
from tests.autograd.stepping.graphs import chain, graphs, state


def squarings(times: int) -> tuple[Value, Value]:
    x = Value(1.0, "x")
    y = x
    for _ in range(times):
        y = y * y
    return y, x


def test_a_single_path_is_one_product_in_symbols_and_numbers() -> None:
    a, b, c, f = Value(2.0, "a"), Value(-3.0, "b"), Value(10.0, "c"), Value(-2.0, "f")
    e = a * b
    d = e + c
    L = d * f
    assert str(explain(L, a, {"e": e, "d": d, "L": L})) == (
        "∂L/∂a = 6, the sum over 1 path\n  ∂L/∂d × ∂d/∂e × ∂e/∂a = f × 1 × b = -2 × 1 × -3 = 6"
    )


def test_a_symbol_of_several_words_gets_brackets_in_a_product() -> None:
    x = Value(0.5, "x")
    n = x * 2
    o = n.tanh()
    assert "(1 - o**2) × 2 = 0.419974 × 2 = 0.839949" in str(explain(o, x, {"n": n, "o": o}))


@given(root=graphs(), data=st.data())
def test_the_products_of_all_paths_sum_to_the_gradient(root: Value, data: st.DataObject) -> None:
    nodes = [node for node in topological_order(root) if node.role != "constant"]
    node = data.draw(st.sampled_from(nodes))
    snapshot = Snapshot(root)
    backward = Pass(snapshot)
    target = snapshot.find(node)
    sums = Sums(snapshot, backward, target)
    if sums.count > 3000:
        return
    products = []
    for path in paths_to(snapshot, backward, target, sums.reaches):
        product = 1.0
        for hop in path:
            product = product * hop.arrow.partial if product else 0.0
        products.append(product)
    assert len(products) == sums.count
    scale = math.fsum(map(abs, products))
    explained = explain(root, node)
    root.backward()
    assert math.fsum(products) == pytest.approx(node.grad, rel=1e-9, abs=1e-9 * scale)
    assert explained.gradient == node.grad
    assert explained.paths == len(products)
    if node is not root and sums.count:
        assert math.fsum(g.total for g in explained.groups) == pytest.approx(node.grad, rel=1e-9, abs=1e-9 * scale)
        assert sum(group.paths for group in explained.groups) == explained.paths


def test_what_is_zero_on_a_path_stays_zero() -> None:
    x = Value(5e-324, "x")
    explained = explain(x.log() * 0.0, x)  # 0 × inf
    assert (explained.gradient, explained.shown[0].product) == (0.0, 0.0)


def test_twenty_squarings_have_1048576_paths() -> None:
    explained = explain(*squarings(20))
    assert explained.paths == 2**20
    assert len(explained.shown) == 20
    assert [group.paths for group in explained.groups] == [2**19, 2**19]
    text = str(explained)
    assert text.startswith("∂v21/∂x = 1.04858e+06, the sum over 1,048,576 paths\n")
    assert "  … 1,048,556 paths more; all of them by their first edge:\n" in text
    assert "  524,288 paths: ∂v21/∂v20₁ × ∂v20/∂x = 1 × 524288 = 524288\n" in text
    assert "… 8 more …" in text


def test_counts_of_any_size_are_exact_and_print() -> None:
    explained = explain(*squarings(6_000))
    assert explained.paths == 2**6000
    assert "about 10^1806 paths" in str(explained)


def test_a_deep_path_is_shortened_in_the_middle() -> None:
    root = chain(100_000)
    w = topological_order(root)[0]
    first = explain(root, w)
    assert first.paths == 100_001
    assert "more …" in str(first)
    assert len(str(first)) < 20_000


def test_many_first_edges_are_shortened_too() -> None:
    import autograd

    x = Value(2.0, "x")
    text = str(explain(autograd.sum([x] * 100), x))
    assert len(text.splitlines()) < 50
    assert "80 more first edges" in text


def test_the_root_itself_and_what_it_does_not_depend_on() -> None:
    a, b = Value(2.0, "a"), Value(3.0, "b")
    root = a * 2
    assert str(explain(a, a)) == "∂a/∂a = 1: a change of a node is the change of that node"
    assert explain(a, a).paths == 1
    with pytest.raises(ValueError, match="'b' is not in this graph: v2 was not computed from it"):
        explain(root, b)
    with pytest.raises(ValueError, match=r"is the constant 2\.0"):
        explain(root, root.inputs[1])


@pytest.mark.parametrize("wrong", [None, 2.0, ["a"]])
def test_other_types_are_refused(wrong: Any) -> None:
    a = Value(2.0)
    with pytest.raises(TypeError, match="Value"):
        explain(a, wrong)
    with pytest.raises(TypeError, match="Value"):
        explain(wrong, a)


@given(root=graphs())
def test_the_graph_is_left_as_it_was(root: Value) -> None:
    before = state(root)
    explain(root, root)
    assert state(root) == before
