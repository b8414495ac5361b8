"""A right engine that sorts by recursion, with a limit that is high enough; sigmoid is put together from the rest."""

import math
import sys


class Value:
    def __init__(self, data, parents=()):
        self.data = data
        self.grad = None
        self.parents = parents  # pairs of an input and the derivative by it

    def __add__(self, other):
        other = as_value(other)
        return Value(self.data + other.data, ((self, 1.0), (other, 1.0)))

    def __mul__(self, other):
        other = as_value(other)
        return Value(self.data * other.data, ((self, other.data), (other, self.data)))

    def __pow__(self, power):
        return Value(self.data**power, ((self, power * self.data ** (power - 1)),))

    def exp(self):
        return Value(math.exp(self.data), ((self, math.exp(self.data)),))

    def sigmoid(self):
        return 1 / (1 + (-self).exp())

    def __neg__(self):
        return -1 * self

    def __sub__(self, other):
        return self + -as_value(other)

    def __truediv__(self, other):
        return self * as_value(other) ** -1

    def __rsub__(self, other):
        return as_value(other) - self

    def __rtruediv__(self, other):
        return as_value(other) / self

    __radd__ = __add__
    __rmul__ = __mul__

    def backward(self):
        sys.setrecursionlimit(100_000)
        grads = {}  # of this pass
        order = []

        def visit(node):
            if node not in grads:
                grads[node] = 0.0
                for parent, _ in node.parents:
                    visit(parent)
                order.append(node)

        visit(self)
        grads[self] = 1.0
        for node in reversed(order):
            for parent, local in node.parents:
                grads[parent] += local * grads[node]
        for node, grad in grads.items():
            node.grad = grad if node.parents else (node.grad or 0.0) + grad


def as_value(other):
    return other if isinstance(other, Value) else Value(other)
