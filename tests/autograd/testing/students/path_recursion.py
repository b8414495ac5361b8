"""Right numbers, but backward() walks along every path: each value calls its inputs with their share."""


class Value:
    def __init__(self, data, inputs=(), partials=()):
        self.data, self.grad, self.inputs, self.partials = data, 0.0, inputs, partials

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, (self, other), (1, 1))

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    __radd__, __rmul__ = __add__, __mul__

    def backward(self, share=1.0):
        self.grad += share
        for each, partial in zip(self.inputs, self.partials, strict=True):
            each.backward(share * partial)
