"""Sums of many products written out: a neuron's Σ w·x + b as the products and sums that one would write by hand."""

import math
import operator
from collections.abc import Sequence
from contextvars import Context
from functools import reduce

from autograd import Value, edge_partials

__all__ = ["expanded", "expanded_size"]


def expanded(order: Sequence[Value]) -> dict[Value, Value]:
    """For each node of a graph, inputs first, what stands for it once every dot, affine, sum, mean and prod is written
    with operations on two operands.

    Leaves stand for themselves; the computed nodes above a sum are new, with the labels and gradients of those that
    they stand for. A partial sum is rounded, so a last digit may differ.

    >>> from autograd import affine, parameter, topological_order
    >>> z = affine([parameter(2.0), parameter(3.0)], [Value(5.0), Value(7.0)], parameter(1.0))
    >>> new = expanded(topological_order(z))[z]
    >>> z.op, len(z.inputs), [node.op for node in topological_order(new) if node.inputs]
    ('affine', 5, ['mul', 'mul', 'add', 'add'])
    """
    return Context().run(_expanded, order)  # a fresh context: within no_grad, too, the copies are a graph


def _expanded(order: Sequence[Value]) -> dict[Value, Value]:
    copies: dict[Value, Value] = {}
    for node in order:
        inputs = [copies[operand] for operand in node.inputs]
        if _is_written_out(node):
            copies[node] = _written_out(node, inputs)
        elif all(map(operator.is_, inputs, node.inputs)):
            copies[node] = node
        else:
            copies[node] = _like(node, _again(node, inputs))
    return copies


def expanded_size(order: Sequence[Value]) -> int:
    """How many nodes the expanded graph has, at most."""
    return len(order) + sum(len(node.inputs) for node in order if _is_written_out(node))


def _is_written_out(node: Value) -> bool:
    return node.op in ("dot", "affine") or (node.op in ("sum", "mean", "prod") and len(node.inputs) > 1)


def _written_out(node: Value, inputs: list[Value]) -> Value:
    """The expression for one node, with the gradients that a backward pass would give its parts."""
    made: list[Value] = []

    def step(part: Value) -> Value:
        made.append(part)
        return part

    terms = inputs
    if node.op in ("dot", "affine"):
        half = len(inputs) // 2
        products = [step(w * x) for w, x in zip(inputs[:half], inputs[half : 2 * half], strict=True)]
        terms = products + inputs[2 * half :]
    sign = operator.mul if node.op == "prod" else operator.add
    result = reduce(lambda left, right: step(sign(left, right)), terms)
    if node.op == "mean":
        result = step(result / len(terms))
    for part in made:
        part.origin = node.origin
    if node.has_grad:
        _send_back(made, node.grad)
    return _like(node, result)


def _send_back(made: list[Value], grad: float) -> None:
    """The backward pass over the new nodes alone: the leaves have their gradients."""
    gradients = dict.fromkeys(made, 0.0)
    gradients[made[-1]] = grad
    for part in reversed(made):
        for operand, partial in zip(part.inputs, edge_partials(part), strict=True):
            if operand in gradients and gradients[part]:  # no upstream gradient: no flow, even along inf
                gradients[operand] += gradients[part] * partial
    for part, gradient in gradients.items():
        if not math.isnan(gradient):
            part.grad = gradient


def _again(node: Value, inputs: list[Value]) -> Value:
    """The same operation on other inputs."""
    operation = node.operation
    made: Value = operation.function(*operation.split(inputs)) if operation else node
    return made


def _like(node: Value, copy: Value) -> Value:
    """The copy with the label, module and gradient of the node that it stands for."""
    copy.label, copy.origin = node.label, node.origin
    if node.has_grad:
        copy.grad = node.grad
    return copy
