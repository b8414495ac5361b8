"""Random programs for the property tests of stepping: any rows of the table, repeated operands, kinks, constants."""

import struct

from hypothesis import strategies as st

from autograd import OPERATIONS, DomainError, Value
from autograd.graph import topological_order

NUMBERS = st.sampled_from([0.0, 1.0, -1.0, 0.5, 2.0, -3.0, 0.1, -0.7, 10.0])
ROWS = st.sampled_from(sorted(OPERATIONS))


@st.composite
def graphs(draw: st.DrawFn, most: int = 12) -> Value:
    """A root whose `backward()` is defined. Programs that leave an operation's domain just lose that operation."""
    nodes = [Value(draw(NUMBERS), f"x{i}") for i in range(draw(st.integers(1, 3)))]
    for _ in range(draw(st.integers(1, most))):
        row = OPERATIONS[draw(ROWS)]
        length = draw(st.integers(1, 3))
        arguments = []
        for operand in row.operands:
            chosen = [
                draw(st.sampled_from(nodes)) if draw(st.integers(0, 4)) else draw(NUMBERS)
                for _ in range(length if operand.variadic else 1)
            ]
            arguments.append(chosen if operand.variadic else chosen[0])
        try:
            result = row.function(*arguments)
            if isinstance(result, Value) and abs(result.data) < 1e6:
                result.backward()
                nodes.append(result)
        except DomainError:
            continue
    root = nodes[-1]
    root.zero_grad()
    return root


def bits(x: float) -> bytes:
    """The bits of a float: tells 0.0 from -0.0 and every other difference."""
    return struct.pack("d", x)


def state(root: Value) -> list[tuple[object, ...]]:
    """All that a session must leave alone."""
    return [(n.data, n.grad, n.has_grad, n.label, n.origin, n.role, n._tick) for n in topological_order(root)]


def chain(depth: int) -> Value:
    """A graph as deep as that: y ← y · w, with w = 1 shared by all."""
    w = Value(1.0, "w")
    y = w
    for _ in range(depth):
        y = y * w
    return y
