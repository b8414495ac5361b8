"""Lesson 17, write your own engine: a class that gets full marks, and the solutions of the exercises."""

import math
import tempfile
from pathlib import Path

__all__ = ["Value", "solution_1", "solution_2"]


class Value:
    """A number that remembers how it was made: its inputs, and the derivative of this step by each of them."""

    def __init__(self, data: float, inputs: "tuple[Value, ...]" = (), partials: tuple[float, ...] = ()) -> None:
        self.data = float(data)
        self.grad = 0.0
        self.inputs = inputs  # a tuple: a * a has two edges
        self.partials = partials

    def __add__(self, other: "float | Value") -> "Value":
        other = wrapped(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other: "float | Value") -> "Value":
        other = wrapped(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    def __pow__(self, power: "float | Value") -> "Value":
        if isinstance(power, Value):
            return NotImplemented
        return Value(self.data**power, (self,), (power * self.data ** (power - 1),))

    def __neg__(self) -> "Value":
        return self * -1

    def __sub__(self, other: "float | Value") -> "Value":
        return self + -wrapped(other)

    def __truediv__(self, other: "float | Value") -> "Value":
        return self * wrapped(other) ** -1

    def __radd__(self, other: "float | Value") -> "Value":
        return self + other

    def __rmul__(self, other: "float | Value") -> "Value":
        return self * other

    def __rsub__(self, other: "float | Value") -> "Value":
        return wrapped(other) - self

    def __rtruediv__(self, other: "float | Value") -> "Value":
        return wrapped(other) / self

    def tanh(self) -> "Value":
        """The hyperbolic tangent; tanh' = 1 - tanh ** 2."""
        y = math.tanh(self.data)
        return Value(y, (self,), (1 - y**2,))

    def zero_grad(self) -> None:
        """Forget the gradient."""
        self.grad = 0.0

    def backward(self) -> None:
        """Add d self / d leaf to the grad of every leaf; a computed node gets the gradient of this pass alone."""
        order: list[Value] = []  # inputs first, each node once; a stack instead of recursion
        seen: set[Value] = set()
        stack = [(self, False)]
        while stack:
            node, finished = stack.pop()
            if finished:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                stack.append((node, True))
                stack.extend((each, False) for each in node.inputs)
        for node in order:
            if node.inputs:
                node.grad = 0.0
        self.grad += 1.0
        for node in reversed(order):
            for each, partial in zip(node.inputs, node.partials, strict=True):
                each.grad += partial * node.grad


def wrapped(other: "float | Value") -> Value:
    """A plain number as a constant."""
    return other if isinstance(other, Value) else Value(other)


def solution_1() -> int:
    """Points of 7 that the class above loses where its inputs are a set: a * a and a + a have one edge left.

    a - a and a / a stay right: a + (-a) and a * a**-1 have two different inputs. (A set that keeps its order: in a
    real one the partials change places from run to run, and more is lost.)
    """
    from autograd.testing.grading import grade

    source = Path(__file__).read_text("utf-8")
    source = source.replace("self.inputs = inputs ", "self.inputs = list(dict.fromkeys(inputs)) ")
    source = source.replace("strict=True", "strict=False")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "in_a_set.py")
        file.write_text(source, "utf-8")
        twice = {item.key: item for item in grade(file, examples=0).items}["twice"]
    return twice.of - twice.points


def solution_2() -> float:
    """Where (1 - y) / (1 - y ** 2) = 1 / (1 + y) is 2: at y = tanh(x) = -1/2."""
    return math.atanh(-0.5)
