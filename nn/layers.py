"""`Layer`, several neurons on the same inputs, and `MLP`, layers in a row (lectures L2).

The signatures are those of micrograd; what they add is keyword-only.
"""

from collections.abc import Sequence
from random import Random
from typing import Any

from autograd import Value

from . import _checks
from .activations import Activation, Unstated, activation_text
from .init import Initialiser
from .module import Module
from .neuron import Neuron

__all__ = ["MLP", "Layer"]


class Layer(Module):
    """`nout` neurons that all see the same `nin` inputs; the keywords are those of `Neuron`.

    Gives a list of `nout` Values, or a single Value where `nout` is 1, as micrograd does. The activation is relu where
    none is stated, as micrograd's; write `activation=None` for outputs.

    >>> layer = Layer(2, 3, activation="sigmoid", seed=1)
    >>> len(layer([0.5, -0.5])), len(layer.parameters())
    (3, 9)
    >>> layer([1.0, 2.0, 3.0])
    Traceback (most recent call last):
    ValueError: Layer expects 2 inputs, got 3
    """

    _lists_parts = False

    def __init__(
        self,
        nin: int,
        nout: int,
        *,
        nonlin: bool = True,
        activation: Activation = Unstated("relu"),  # noqa: B008 — a text, with a type that says so
        init: str | Initialiser = "uniform",
        bias: bool = True,
        bias_init: str | Initialiser = "zeros",
        seed: int | Random | None = None,
    ) -> None:
        self._nin = _checks.count(nin, "nin")
        nout = _checks.count(nout, "nout")
        rng = _checks.generator(seed)
        self.neurons = [
            Neuron(
                nin,
                nonlin,
                activation=activation,
                init=init,
                bias=bias,
                bias_init=bias_init,
                seed=rng,
                fan_out=nout,
            )
            for _ in range(nout)
        ]

    def __call__(self, x: Any) -> Value | list[Value]:
        """The activations for one sample, a list of numbers or Values (one of them alone where `nin` is 1).

        Raises ValueError for a wrong length, naming the layer, and TypeError for what is not one sample.
        """
        return _checks.alone(self.fire(_checks.inputs(x, self._nin, self._where())))

    def fire(self, x: list[Value]) -> list[Value]:
        """As calling the layer, for inputs that were checked already; always a list."""
        return [neuron.fire(x) for neuron in self.neurons]

    def _output(self) -> str:
        return str(len(self.neurons))

    def _describe(self) -> str:
        first = self.neurons[0]
        bias = ", bias=False" if first.b is None else ""
        activation = activation_text(first.activation)
        return f"Layer({self._nin}, {len(self.neurons)}, activation={activation}{bias})"


class MLP(Module):
    """A multi-layer perceptron: `nin` inputs, then one layer for each width in `nouts`.

    activation: of all layers but the last. output_activation: of the last one; None, linear, is right for
    regression and for the losses from logits. The other keywords are those of `Neuron`.

    >>> model = MLP(2, [16, 16, 1], seed=1337)
    >>> model
    <MLP(2, [16, 16, 1], activation='relu'): 337 parameters>
    >>> model([0.1, 0.2]).role
    'computed'
    >>> model.named_parameters()[-1][0]
    'layers.2.neurons.0.b'
    """

    def __init__(
        self,
        nin: int,
        nouts: Sequence[int],
        *,
        activation: Activation = "relu",
        output_activation: Activation = None,
        init: str | Initialiser = "uniform",
        bias: bool = True,
        bias_init: str | Initialiser = "zeros",
        seed: int | Random | None = None,
    ) -> None:
        if not _checks.is_list(nouts) or not nouts:
            raise TypeError(f"nouts must be a list of layer widths such as [16, 16, 1], got {nouts!r}")
        widths = [_checks.count(nin, "nin"), *(_checks.count(n, f"nouts[{i}]") for i, n in enumerate(nouts))]
        rng = _checks.generator(seed)
        last = len(nouts) - 1
        self.layers = [
            Layer(
                widths[i],
                widths[i + 1],
                activation=output_activation if i == last else activation,
                init=init,
                bias=bias,
                bias_init=bias_init,
                seed=rng,
            )
            for i in range(len(nouts))
        ]

    def __call__(self, x: Any) -> Value | list[Value]:
        """The output for one sample of `nin` numbers or Values: a list, or a Value if the last width is 1.

        Raises ValueError for a wrong length, naming the layer, and TypeError for what is not one sample.
        """
        for layer in self.layers:
            x = layer(x)
        return x  # type: ignore[no-any-return]

    def _output(self) -> str:
        return self.layers[-1]._output()

    def _describe(self) -> str:
        nin = self.layers[0]._nin
        nouts = [len(layer.neurons) for layer in self.layers]
        first, last = self.layers[0].neurons[0], self.layers[-1].neurons[0]
        hidden = f", activation={activation_text(first.activation)}" if len(nouts) > 1 else ""
        output = "" if last.activation is None else f", output_activation={activation_text(last.activation)}"
        bias = ", bias=False" if first.b is None else ""
        return f"MLP({nin}, {nouts}{hidden}{output}{bias})"
