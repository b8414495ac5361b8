"""Backwards, edge by edge: the gradient of L = (a·b + c)·f by the chain rule on the graph.

On every edge stands a number, the partial derivative of the node it enters by the node it leaves (L8). The chain rule:

    ∂L/∂x = the sum over all paths from x to L of the product of the partials along the path

Going backwards does it for all x at once. Start with ∂L/∂L = 1. Take the nodes in reverse topological order; each
passes its gradient on along its edges, times the edge's partial, and what arrives at a node is added up:

    grad(input) += ∂node/∂input · grad(node)

One pass gives the derivatives of one output by any number of inputs: that is why networks are trained in this way. The
animation shows it one node at a time; the layout stays where it is, only the numbers appear.
"""

from pathlib import Path

from autograd import Value, edge_partials, explain, label, nudge, topological_order, trace
from viz import draw

LECTURE = "L8"


def gradients(root: Value) -> dict[Value, float]:
    """Backpropagation, the whole of it."""
    grads = dict.fromkeys(topological_order(root), 0.0)
    grads[root] = 1.0
    for node in reversed(topological_order(root)):
        for operand, partial in zip(node.inputs, edge_partials(node), strict=True):
            grads[operand] += partial * grads[node]
    return grads


def main(out: Path, *, quick: bool = False) -> dict[str, float]:
    """Step backwards, check every gradient in two other ways, and leave the animation."""
    a, b, c, f = Value(2, "a"), Value(-3, "b"), Value(10, "c"), Value(-2, "f")
    e = a * b
    d = e + c
    L = d * f
    label(e=e, d=d, L=L)

    steps = trace(L)
    print(steps)
    print(explain(L, a))

    # The library's pass does the same as the six lines above, to the last bit.
    ours = gradients(L)
    L.backward()
    difference = max(abs(node.grad - ours[node]) for node in topological_order(L))
    print(f"six lines against backward(): largest difference {difference:g}")

    # And it is true: L is linear in each leaf, so the slope by nudging (lesson 1) is exact but for rounding.
    slopes = [nudge(L, leaf, h=0.25).slope for leaf in (a, b, c, f)]
    nudged = max(abs(leaf.grad - slope) for leaf, slope in zip((a, b, c, f), slopes, strict=True))
    print(f"nudging each leaf: largest difference {nudged:g}")

    film = draw(steps)
    film.save(out / "lesson03_backwards.gif")
    film.save(out / "lesson03_backwards.html")

    print("Exercise 1: with L = (a·b + c)·f·a there are two paths from a; ∂L/∂a?")
    print("Exercise 2: one step down the gradient, p -= 0.01 · grad for all four: new L?")
    grads = {f"grad_{leaf.label}": leaf.grad for leaf in (a, b, c, f, e, d)}
    return {**grads, "difference_to_six_lines": difference, "difference_to_nudging": nudged}


if __name__ == "__main__":
    from examples._lesson import run

    run(main)
