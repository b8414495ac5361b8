"""Why a function moves where its recorded graph does not: which number of the graph has moved, and whose it is."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any

from ..node import CONSTANT
from ..order import topological_order
from ..value import Value
from ..wording import number
from .entries import Case

__all__ = ["causes"]

MOST = 3
"""How many causes are named."""


def causes(case: Case, output: int, variables: Sequence[Value], outputs: Sequence[Any]) -> list[str]:
    """Sentences about one output, whose graph as first recorded is held against the one that a nearby point gave.

    variables, outputs: those of the nearby point.
    """
    ours, theirs = case.outputs[output], outputs[output]
    known = [*case.leaves, *case.parameters]
    if type(ours) is not Value or type(theirs) is not Value or (not ours.inputs and ours not in known):
        return [
            "The result is a plain number or a new Value, computed from .data or under no_grad: no graph leads to it. "
            "Compute it with autograd's operations."
        ]
    if ours is theirs:
        return [
            "The function gives the very node that it gave before: a cached result is a hidden state. "
            "Build the graph anew in each call."
        ]
    before, after = topological_order(ours), topological_order(theirs)
    if [node.op for node in before] != [node.op for node in after]:
        return ["Near the point the function builds another graph: a Python branch or a hidden state decides which."]
    names = _names(case.outputs, known, case.names)
    nearby = _names(outputs, variables, case.names)
    moved = [(one, two) for one, two in zip(before, after, strict=True) if one not in names and one.data != two.data]
    sources = {(one.data, two.data): names[one] for one, two in reversed(list(zip(names, nearby, strict=False)))}
    found = dict.fromkeys(_cause(one, two, sources.get((one.data, two.data))) for one, two in moved)
    return list(islice(found, MOST)) or [
        "No number in the graph has moved: near the point a Python branch or a hidden state joins its nodes otherwise."
    ]


def _cause(one: Value, two: Value, source: str | None) -> str:
    """About a number that the graph takes for constant: `one` at the point, `two` near it; source: whose data it is."""
    what = number(one.data, 10)
    if source is None:
        return (
            f"Computed outside the graph: the number {what}, which is {number(two.data, 10)} a step away. "
            "Use autograd's operations where math.tanh(x.data) or no_grad made it, or detach() it if it is a constant."
        )
    remedy = f"Use {source} itself, or {source}.detach() where the gradient is meant to stop."
    if one.role == CONSTANT.name:
        return f"A captured number: {what} is the data of {source}, and moves with it. {remedy}"
    return f"A cut path: a new Value was made of {what}, the data of {source}; no gradient comes back from it. {remedy}"


def _names(outputs: Sequence[Any], variables: Sequence[Value], names: Sequence[str]) -> dict[Value, str]:
    """The inputs and all that is computed, in order, as the program that the outputs are recorded as names them."""
    called = dict(zip(variables, names, strict=True))
    for root in outputs:
        for node in topological_order(root) if type(root) is Value else ():
            if node.inputs:
                called.setdefault(node, f"v{len(called) - len(names)}")
    return called
