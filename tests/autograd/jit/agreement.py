"""Holding a compiled program against the eager engine: the root, and every leaf's gradient."""

import math
from collections.abc import Callable
from typing import Any

from autograd import Value
from autograd.graph import topological_order
from autograd.jit import Program, compile


def scale_of(root: Value) -> dict[Value, float]:
    """For each node Σ |path products|: what a sum of many terms may lose digits against."""
    from autograd.partials import edge_partials

    order = topological_order(root)
    scales = dict.fromkeys(order, 0.0)
    scales[root] = 1.0
    for node in reversed(order):
        if scales[node] and node.inputs:
            for operand, partial in zip(node.inputs, edge_partials(node), strict=True):
                scales[operand] += abs(partial) * scales[node]
    return scales


def assert_agrees(build: Callable[[], Value], *, native: bool, tolerance: float = 1e-12, lift: bool = True) -> Program:
    """Compile the graph and compare with the eager pass: numbers and gradients to `tolerance` of their terms."""
    root = build()
    leaves = [node for node in topological_order(root) if not node.inputs and node.role != "constant"]
    program = compile(root, native=native, lift=lift)
    expected = root.data
    root.backward()
    gradients = [leaf.grad for leaf in leaves]
    scales = scale_of(root)
    for leaf in leaves:
        leaf.zero_grad()
    for leaf in leaves:
        leaf.data = leaf.data  # changed, so that the program has to compute
    assert_close(program.forward(), expected, tolerance, 1.0)
    assert root.data == program.forward()
    program.backward()
    for leaf, gradient in zip(leaves, gradients, strict=True):
        assert_close(leaf.grad, gradient, tolerance, scales[leaf])
    return program


def assert_close(found: float, expected: float, tolerance: float, scale: Any) -> None:
    if math.isinf(expected):
        assert found == expected
        return
    assert abs(found - expected) <= tolerance * max(abs(expected), scale if math.isfinite(scale) else 0.0, 1e-300), (
        found,
        expected,
    )
