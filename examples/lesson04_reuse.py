"""Reuse: a node used several times, the += that it needs, the right order, and backward twice.

In r = p + p·p the node p is used three times. The chain rule sums over paths, so p's gradient is the sum of what comes
back along all three edges, 1 + p + p. Four famous mistakes, each of which passes many tests:

    = instead of +=       of several contributions the last one wins
    inputs in a set       p·p has one edge instead of two
    wrong order           p passes its gradient on before all of it has arrived
    stale interior        gradients inside the graph survive to the next backward pass, and are passed on again

`autograd.testing.BUGS` has engines with just these mistakes. Here each computes the same derivative as the right one.
"""

from pathlib import Path

from autograd import Value, explain, label, trace
from autograd.testing import BUGS
from viz import draw, side_by_side

LECTURE = "L8"

MISTAKES = {
    "= for +=": "overwrite",
    "inputs in a set": "lost edge",
    "wrong order": "wrong order",
    "stale interior": "stale interior",
}


def graph() -> tuple[Value, Value]:
    """The leaf m and r = p + p·p, where p = 3m."""
    m = Value(2, "m")
    p = 3 * m
    s = p * p
    r = p + s
    label(p=p, s=s, r=r)
    return m, r


def main(out: Path, *, quick: bool = False) -> dict[str, float]:
    """The derivative by the right engine and by each of the wrong ones, after one pass and after two."""
    m, r = graph()
    print(trace(r))
    print(explain(r, m))

    r.backward()
    right = m.grad
    r.backward()
    figures = {"right": right, "right, twice": m.grad}
    print("engine            m.grad   after two passes")
    print(f"right            {right:7g}  {m.grad:7g}")

    # `with BUGS[name]:` breaks the engine on purpose; behind it the engine is whole again.
    for words, name in MISTAKES.items():
        m, r = graph()
        with BUGS[name]:
            r.backward()
            once = m.grad
            r.backward()
        figures |= {words: once, f"{words}, twice": m.grad}
        print(f"{words:16} {once:7g}  {m.grad:7g}{'' if m.grad == 2 * right else '  wrong'}")

    # Adding up over passes is useful: the gradient of a sum of losses, one loss at a time. zero_grad() starts afresh.
    m, r = graph()
    r.backward()
    r.zero_grad()
    r.backward()
    figures["right, after zero_grad"] = m.grad

    # What flowed along each edge, in the right pass and in two of the wrong ones.
    pictures = {
        "right": draw(trace(r)),
        "= for +=: the last contribution wins": draw(trace(r, rule="overwrite")),
        "wrong order: p passes on 1, 12 come too late": draw(trace(r, order="dfs")),
    }
    side_by_side(pictures).save(out / "lesson04_right_and_wrong.svg")
    print("Exercise 1: x + x + x backward: what does an engine with = for += say?")
    print("Exercise 2: y = ((x·x)·x)·x: how many paths, and what is dy/dx at 3?")
    return figures


if __name__ == "__main__":
    from examples._lesson import run

    run(main)
