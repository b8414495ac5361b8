"""A right engine: each result holds its local derivatives, one loop does the rest; functions beside the class."""

import math


class Value:
    __slots__ = ("_children", "_locals", "data", "grad")

    def __init__(self, data, children=(), local_grads=()):
        self.data = data
        self.grad = 0
        self._children = children
        self._locals = local_grads

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, (self, other), (1, 1))

    __radd__ = __add__

    def __sub__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data - other.data, (self, other), (1, -1))

    def __rsub__(self, other):
        return Value(other) - self

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    __rmul__ = __mul__

    def __truediv__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data / other.data, (self, other), (1 / other.data, -self.data / other.data**2))

    def __rtruediv__(self, other):
        return Value(other) / self

    def __pow__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        y = self.data**other.data
        by_power = y * math.log(self.data) if self.data > 0 else 0.0
        return Value(y, (self, other), (other.data * self.data ** (other.data - 1), by_power))

    def __rpow__(self, other):
        return Value(other) ** self

    def __neg__(self):
        return Value(-self.data, (self,), (-1,))

    def __abs__(self):
        return Value(abs(self.data), (self,), (1 if self.data > 0 else -1,))

    def log(self):
        return Value(math.log(self.data), (self,), (1 / self.data,))

    def backward(self):
        order, pending, stack = [], {self: 0}, [self]
        while stack:  # how many uses each node has
            for child in stack.pop()._children:
                if child not in pending:
                    pending[child] = 0
                    stack.append(child)
                pending[child] += 1
        ready = [self]
        while ready:
            node = ready.pop()
            order.append(node)
            for child in node._children:
                pending[child] -= 1
                if not pending[child]:
                    ready.append(child)
        for node in order:
            node.grad = 0 if node._children else node.grad
        self.grad += 1
        for node in order:
            for child, local in zip(node._children, node._locals, strict=True):
                child.grad += local * node.grad


def sigmoid(x):
    y = 1 / (1 + math.exp(-x.data))
    return Value(y, (x,), (y * (1 - y),))


def sin(x):
    return Value(math.sin(x.data), (x,), (math.cos(x.data),))
