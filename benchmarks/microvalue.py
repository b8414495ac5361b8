"""The peer of the GPT benchmark: a scalar engine in the design of Karpathy's microgpt, in our own words.

A node keeps its number, its gradient, its children and the partial derivative by each of them, all computed in the
forward pass; the order is found by recursion. It checks nothing: it shows what the bare idea costs.
"""

import math


class MicroValue:
    """A number that remembers its children and its partial derivative by each."""

    __slots__ = ("children", "data", "grad", "partials")

    def __init__(self, data: float, children: tuple["MicroValue", ...] = (), partials: tuple[float, ...] = ()) -> None:
        self.data = data
        self.grad = 0.0
        self.children = children
        self.partials = partials

    def __add__(self, other: "MicroValue | float") -> "MicroValue":
        other = other if isinstance(other, MicroValue) else MicroValue(other)
        return MicroValue(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other: "MicroValue | float") -> "MicroValue":
        other = other if isinstance(other, MicroValue) else MicroValue(other)
        return MicroValue(self.data * other.data, (self, other), (other.data, self.data))

    def __pow__(self, exponent: float) -> "MicroValue":
        return MicroValue(self.data**exponent, (self,), (exponent * self.data ** (exponent - 1),))

    def __neg__(self) -> "MicroValue":
        return self * -1

    def __sub__(self, other: "MicroValue | float") -> "MicroValue":
        return self + -other

    def __truediv__(self, other: "MicroValue | float") -> "MicroValue":
        return self * other**-1

    def __radd__(self, other: float) -> "MicroValue":
        return self + other

    def __rmul__(self, other: float) -> "MicroValue":
        return self * other

    def exp(self) -> "MicroValue":
        """The exponential, which is its own derivative."""
        y = math.exp(self.data)
        return MicroValue(y, (self,), (y,))

    def log(self) -> "MicroValue":
        """The natural logarithm."""
        return MicroValue(math.log(self.data), (self,), (1 / self.data,))

    def relu(self) -> "MicroValue":
        """The positive part."""
        return MicroValue(max(0.0, self.data), (self,), (float(self.data > 0),))

    def backward(self) -> None:
        """Add the derivative of this node by every node below it to that node's `grad`."""
        order: list[MicroValue] = []
        seen: set[MicroValue] = set()

        def visit(node: MicroValue) -> None:
            if node not in seen:
                seen.add(node)
                for child in node.children:
                    visit(child)
                order.append(node)

        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            for child, partial in zip(node.children, node.partials):  # noqa: B905 - as microgpt has it
                child.grad += partial * node.grad
