"""`Neuron`: z = w·x + b as one node, a = f(z) (lectures L2), with micrograd's signature."""

from random import Random
from typing import Any

from autograd import Value, affine, dot, parameter

from . import _checks
from .activations import Activation, activation_function, activation_text, not_a_value
from .init import Initialiser, initialiser
from .module import Module

__all__ = ["Neuron"]


class Neuron(Module):
    """One neuron: weights `w` (a list of `nin` parameters), a bias `b` (None without one), an activation.

    nin: number of inputs. nonlin: False makes the neuron linear (micrograd's switch).
    activation: a name ("relu", "tanh"...), a function of a Value, or None for linear.
    init, bias_init: where w and b start, a name or function of `nn.init`; `fan_out` is the layer's width for it.
    bias: whether there is one. seed: an int, a `random.Random`, or None for Python's global generator.

    Raises TypeError and ValueError for arguments of the wrong kind or value.

    >>> n = Neuron(2, activation="tanh", seed=0)
    >>> [p.label for p in n.parameters()]
    ['w.0', 'w.1', 'b']
    >>> y = n([1.0, -2.0])
    >>> y.op, y.inputs[0].op
    ('tanh', 'affine')
    """

    def __init__(
        self,
        nin: int,
        nonlin: bool = True,
        *,
        activation: Activation = "relu",
        init: str | Initialiser = "uniform",
        bias: bool = True,
        bias_init: str | Initialiser = "zeros",
        seed: int | Random | None = None,
        fan_out: int = 1,
    ) -> None:
        self._nin = _checks.count(nin, "nin")
        self._scope = type(self).__name__
        rng = _checks.generator(seed)
        draw = initialiser(init)
        draw_bias = initialiser(bias_init)
        activation = activation if nonlin else None
        activation_function(activation)
        self.w = [parameter(_checks.number(draw(rng, nin, fan_out), "a weight from init")) for _ in range(nin)]
        start = _checks.number(draw_bias(rng, nin, fan_out), "the bias from bias_init") if bias else 0.0
        self.b = parameter(start) if bias else None
        self.activation = activation

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "activation":
            self._function = activation_function(value)
        super().__setattr__(name, value)

    def __call__(self, x: Any) -> Value:
        """The activation f(w·x + b) for one sample, a list of numbers or Values.

        Raises ValueError for a wrong length, naming the layer.
        """
        return self.fire(_checks.inputs(x, self._nin, self._where()))

    def fire(self, x: list[Value]) -> Value:
        """As calling the neuron, for inputs that the layer has checked already."""
        b = self.b
        z = dot(self.w, x) if b is None else affine(self.w, x, b)
        z._origin = scope = self._scope
        function = self._function
        if function is None:
            return z
        a = function(z)
        if type(a) is not Value:
            raise not_a_value(a, scope)
        a._origin = scope
        return a

    def _output(self) -> str:
        return "1"

    def _describe(self) -> str:
        bias = ", bias=False" if self.b is None else ""
        return f"Neuron({self._nin}, activation={activation_text(self.activation)}{bias})"
