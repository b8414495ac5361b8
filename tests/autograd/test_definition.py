"""`gradients` is the definition: everything else that runs backward gives its numbers, to the bit."""

import pytest
from hypothesis import given, settings

import autograd
from autograd import Value, edge_partials, gradients, topological_order
from autograd.testing import programs
from autograd.testing.program import Program


def bits(number: float) -> str:
    return (number + 0.0).hex()  # (a sum that starts at 0.0 is never -0.0)


@settings(max_examples=400, deadline=None)
@given(programs(max_ops=20))
def test_backward_is_the_definition_to_the_bit(program: Program) -> None:
    root = program(*map(Value, program.inputs))
    defined = gradients(root)
    assert not any(node.has_grad for node in defined), "the definition changes no node"
    root.backward()
    for node, number in defined.items():
        if node.role != "constant":
            assert bits(node.grad) == bits(number)


@settings(max_examples=200, deadline=None)
@given(programs(max_ops=20))
def test_the_definition_is_the_sum_over_paths_edge_by_edge(program: Program) -> None:
    root = program(*map(Value, program.inputs))
    order = topological_order(root)
    numbers = gradients(root)
    assert numbers[root] == 1.0
    assert set(numbers) <= set(order)
    for node in order[:-1]:
        shares = [
            numbers[user] * partial
            for user in reversed(order)
            if user in numbers
            for operand, partial in zip(user.inputs, edge_partials(user), strict=True)
            if operand is node
        ]
        total = 0.0
        for share in shares:
            total += share
        assert bits(numbers.get(node, 0.0)) == bits(total)


def test_a_node_on_both_sides_of_a_dot_product_receives_in_the_order_of_the_inputs() -> None:
    a, b, c, d = Value(1.0), Value(1e16), Value(1.0), Value(-1e16)
    for root in (autograd.dot([a, c, a], [b, a, d]), autograd.affine([a, c, a], [b, a, d], 0.0)):
        root.zero_grad()
        root.backward()
        assert gradients(root)[a] == a.grad == 1.0  # 1e16 - 1e16 + 1


def test_the_definition_needs_no_gradient_of_a_node() -> None:
    a, b = Value(2.0), Value(-3.0)
    L = (a * b + 10) * -2
    L.backward()
    before = [node.grad for node in topological_order(L)]
    assert gradients(L)[a] == 6.0
    assert [node.grad for node in topological_order(L)] == before
    assert gradients(a) == {a: 1.0}
    with pytest.raises(TypeError, match="a graph starts at a Value, got float"):
        gradients(2.0)  # type: ignore[type-var]
