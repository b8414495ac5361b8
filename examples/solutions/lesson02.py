"""Lesson 2, a graph forwards."""

from autograd import Graph, Value

__all__ = ["solution_1", "solution_2"]


def solution_1() -> tuple[int, int]:
    """Nodes and edges of (x + y)·(x − y): x and y are one node each, however often they are used."""
    x, y = Value(3.0, "x"), Value(1.0, "y")
    graph = Graph((x + y) * (x - y))
    return len(graph), sum(len(node.inputs) for node in graph)


def solution_2() -> float:
    """The c that makes L = (a·b + c)·f zero: f is not zero, so a·b + c must be."""
    a, b, f = Value(2.0), Value(-3.0), Value(-2.0)
    c = Value(-(a.data * b.data), "c")
    L = (a * b + c) * f
    return c.data if L.data == 0.0 else float("nan")
