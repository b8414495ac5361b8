"""The design of micrograd in our own words: a set of inputs, a recursive sort, gradients that are never reset."""


class Value:
    def __init__(self, data, _inputs=(), _name=""):
        self.data, self.grad = data, 0
        self._previous = set(_inputs)
        self._name = _name
        self._step = lambda: None

    def _result(self, data, inputs, name, step):
        out = Value(data, inputs, name)
        out._step = lambda: step(out.grad)
        return out

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)

        def step(grad):
            self.grad += grad
            other.grad += grad

        return self._result(self.data + other.data, (self, other), "+", step)

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)

        def step(grad):
            self.grad += other.data * grad
            other.grad += self.data * grad

        return self._result(self.data * other.data, (self, other), "*", step)

    def __pow__(self, power):
        assert isinstance(power, (int, float)), "numbers only"

        def step(grad):
            self.grad += power * self.data ** (power - 1) * grad

        return self._result(self.data**power, (self,), f"**{power}", step)

    def relu(self):
        def step(grad):
            self.grad += (self.data > 0) * grad

        return self._result(self.data if self.data > 0 else 0, (self,), "relu", step)

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for previous in node._previous:
                    visit(previous)
                order.append(node)

        visit(self)
        self.grad = 1
        for node in reversed(order):
            node._step()

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + (-other)

    def __truediv__(self, other):
        return self * other**-1

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return other + (-self)

    def __rtruediv__(self, other):
        return other * self**-1
