"""`Model`: a small multi-layer perceptron with its data, made of the table's rows alone — what `models()` draws."""

from __future__ import annotations

from collections.abc import Sequence

from ..table import find_operation
from ..value import Value, parameter

__all__ = ["ACTIVATIONS", "Model"]

ACTIVATIONS = ("identity", "tanh", "sigmoid", "softplus", "gelu", "silu")
"""Smooth ones: a random pre-activation may fall on a kink."""


class Model:
    """Layers of neurons aᵢ = f(Σ w·x + b), the last one linear, with the mean squared error over some samples.

    weights: for each layer, for each neuron, its weights and then its bias.
    samples: pairs of inputs and targets.

    >>> model = Model([[[0.5, 1.0]]], [([2.0], [1.0])])
    >>> model, model().data
    (Model([[[0.5, 1.0]]], [([2.0], [1.0])], 'tanh'), 1.0)
    """

    def __init__(
        self,
        weights: Sequence[Sequence[Sequence[float]]],
        samples: Sequence[tuple[Sequence[float], Sequence[float]]],
        activation: str = "tanh",
    ) -> None:
        self.activation = activation
        self.samples = [(list(inputs), list(targets)) for inputs, targets in samples]
        self.layers = [
            [
                [parameter(number, f"w{layer}.{row}.{column}") for column, number in enumerate(neuron)]
                for row, neuron in enumerate(neurons)
            ]
            for layer, neurons in enumerate(weights)
        ]

    def parameters(self) -> list[Value]:
        """All weights and biases."""
        return [value for neurons in self.layers for neuron in neurons for value in neuron]

    def predict(self, inputs: Sequence[Value | float]) -> list[Value]:
        """The network's outputs."""
        affine, activate = find_operation("affine").function, find_operation(self.activation).function
        signals: list[Value] = [x if isinstance(x, Value) else Value(x) for x in inputs]
        for depth, neurons in enumerate(self.layers, 1):
            signals = [affine(neuron[:-1], signals, neuron[-1]) for neuron in neurons]
            if depth < len(self.layers):
                signals = [activate(signal) for signal in signals]
        return signals

    def __call__(self) -> Value:
        """The loss."""
        errors = [
            (prediction - target) * (prediction - target)
            for inputs, targets in self.samples
            for prediction, target in zip(self.predict(inputs), targets, strict=True)
        ]
        loss: Value = find_operation("mean").function(errors)
        return loss

    def __repr__(self) -> str:
        weights = [[[value.data for value in neuron] for neuron in neurons] for neurons in self.layers]
        return f"Model({weights}, {self.samples}, {self.activation!r})"
