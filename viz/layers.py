"""Reads the layers of a fully connected network from any model that has them, for `draw_network` and the heat maps.

Nothing of `nn` is imported: a model is whatever has `layers`, `neurons`, or a weight list `w` with perhaps a bias `b`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from autograd import Value, no_grad
from autograd.wording import bounded

__all__ = ["Layer", "Neuron", "activations", "floats", "layers_of"]

MANY = 1000
"""Layers in a row that are looked at."""


@dataclass(slots=True)
class Neuron:
    """A neuron's parameters."""

    weights: list[Value]
    bias: Value | None


@dataclass(slots=True)
class Layer:
    """Neurons on the same inputs, and what their activation is called."""

    neurons: list[Neuron]
    activation: str

    @property
    def inputs(self) -> int:
        """How many numbers the layer takes."""
        return len(self.neurons[0].weights)


def layers_of(model: Any, asker: str) -> list[Layer]:
    """The layers that have weights, from input to output; a part without any (relu on its own) names an activation.

    Raises TypeError for what is no such network, ValueError where the layers don't fit together; `asker` begins these.
    """
    found: list[Layer] = []
    for part in _parts(model, asker):
        neurons = _neurons_of(part)
        if neurons:
            found.append(_layer(neurons, len(found), asker))
            if len(found) > 1 and found[-1].inputs != len(found[-2].neurons):
                raise ValueError(
                    f"{asker}: layer {len(found) - 1} takes {found[-1].inputs} inputs, "
                    f"but the layer before it has {len(found[-2].neurons)} neurons"
                )
        elif callable(part) and found:
            word, before = _activation(part), found[-1].activation
            found[-1].activation = word if before == "linear" else f"{before}, {word}"
        else:
            raise _not_a_network(part, asker)
    if not found:
        raise _not_a_network(model, asker)
    return found


def activations(model: Any, x: Any, layers: list[Layer], asker: str) -> list[list[float]]:
    """The sample, then what each layer gave for it, after what follows the layer without weights."""
    row: Any = list(x) if isinstance(x, Iterable) and not isinstance(x, str | bytes) else [x]
    columns = [floats(row, "a sample")]
    if len(row) != layers[0].inputs:
        raise ValueError(f"{asker}: the network takes {layers[0].inputs} inputs, but the sample has {len(row)}")
    with no_grad():
        for part in _parts(model, asker):
            if not callable(part):
                raise TypeError(f"{asker}: a sample needs layers that can be called, a {type(part).__name__} can't")
            row = part(row)
            row = [row] if isinstance(row, Value) else list(row)
            if _neurons_of(part):
                columns.append(floats(row, "what a layer gives"))
            else:
                columns[-1] = floats(row, "what a layer gives")
            expected = len(layers[len(columns) - 2].neurons)
            if len(columns[-1]) != expected:
                raise ValueError(f"{asker}: a layer of {expected} neurons gave {len(columns[-1])} numbers")
    return columns


def floats(row: Any, what: str) -> list[float]:
    """Numbers and Values as floats; TypeError naming `what` it is that should be a list of them."""
    try:
        return [float(entry.data if isinstance(entry, Value) else entry) for entry in row]
    except (TypeError, ValueError) as error:
        raise TypeError(f"{what} is a list of numbers or Values, got {bounded(repr(row), 60)}") from error


def _parts(model: Any, asker: str) -> list[Any]:
    """What a model consists of, in order; networks within it are taken apart."""
    parts: list[Any] = []
    stack = [model]
    while stack:
        part = stack.pop()
        inner = getattr(part, "layers", None)
        if inner is None:
            parts.append(part)
        elif isinstance(inner, list | tuple) and len(parts) + len(stack) + len(inner) < MANY and model not in inner:
            stack += reversed(inner)
        else:
            raise _not_a_network(part, asker)
    return parts


def _neurons_of(part: Any) -> list[Any]:
    neurons = getattr(part, "neurons", None)
    if isinstance(neurons, list | tuple):
        return list(neurons)
    return [part] if hasattr(part, "w") else []


def _layer(neurons: list[Any], index: int, asker: str) -> Layer:
    read = []
    for neuron in neurons:
        weights, bias = getattr(neuron, "w", None), getattr(neuron, "b", None)
        if not isinstance(weights, list | tuple) or not weights or any(type(weight) is not Value for weight in weights):
            raise TypeError(f"{asker}: a neuron's w is a list of Values, that of a {type(neuron).__name__} is not")
        if bias is not None and type(bias) is not Value:
            raise TypeError(f"{asker}: a neuron's b is a Value or None, got a {type(bias).__name__}")
        read.append(Neuron(list(weights), bias))
    if len({len(neuron.weights) for neuron in read}) > 1:
        raise ValueError(f"{asker}: the neurons of layer {index} have different numbers of weights")
    kinds = list(dict.fromkeys(map(_activation, neurons)))
    return Layer(read, kinds[0] if len(kinds) == 1 else "several activations")


def _activation(part: Any) -> str:
    function = getattr(part, "activation", None if hasattr(part, "w") else part)
    if function is None:
        return "linear"
    return function if isinstance(function, str) else str(getattr(function, "__name__", type(function).__name__))


def _not_a_network(thing: Any, asker: str) -> TypeError:
    kind = "None" if thing is None else f"a {type(thing).__name__}"
    return TypeError(
        f"{asker} takes a model of layers of neurons (.layers, .neurons, .w), not {kind}; "
        "draw(loss, detail='modules') shows what any model computed"
    )
