"""A graph, forwards: L = (a·b + c)·f as nodes that remember how they were made.

A formula is computed one operation at a time, and every intermediate result is a number of its own:

    e = a·b        d = e + c        L = d·f

Drawn, that is a directed acyclic graph (L8): the leaves a, b, c, f on the left, the root L on the right, an edge from
each input to the node that uses it. Going forwards means computing each node after its inputs: a topological order.
A `Value` does it as you write the formula, and remembers operation and inputs, so the graph can be drawn, walked and
computed anew.
"""

from pathlib import Path

from autograd import Value, label, topological_order, trace
from viz import draw

LECTURE = "L8"


def main(out: Path, *, quick: bool = False) -> dict[str, float]:
    """Build the graph, look at each node, compute it anew for another number."""
    a, b, c, f = Value(2, "a"), Value(-3, "b"), Value(10, "c"), Value(-2, "f")
    e = a * b
    d = e + c
    L = d * f
    label(e=e, d=d, L=L)

    # Every computed node knows its operation and its inputs, in order. That is all a graph is.
    for node in (e, d, L):
        inputs = ", ".join(operand.label for operand in node.inputs)
        print(f"{node.label} = {node.data:g}: {node.op} of {inputs}")
    print(trace(L).forward)

    # Inputs come before what uses them: the order in which a graph is computed, and, reversed, differentiated.
    order = topological_order(L)
    print("order:", " ".join(node.label for node in order))
    place = {node: index for index, node in enumerate(order)}
    ordered = all(place[operand] < place[node] for node in order for operand in node.inputs)

    drawing = draw(L)
    drawing.save(out / "lesson02_graph.svg")
    print(drawing.text())

    before = L.data
    # The graph is still there: change a leaf, and the same three operations run again.
    a.data = 5.0
    again = L.forward()
    print(f"a = 5: L = {again:g}")

    print("Exercise 1: how many nodes and edges has (x + y)·(x − y), x and y leaves?")
    print("Exercise 2: which c makes L zero for a = 2, b = -3, f = -2?")
    return {
        "L": before,
        "L_for_a_5": again,
        "nodes": float(len(order)),
        "edges": float(sum(len(node.inputs) for node in order)),
        "inputs_come_first": float(ordered),
    }


if __name__ == "__main__":
    from examples._lesson import run

    run(main)
