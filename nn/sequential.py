"""`Sequential`: modules and functions in a row, each fed with what the one before it gave; `Each`: one module for a
sequence's every row.

How layers become networks, without a class of one's own.
"""

from collections.abc import Callable, Sequence
from typing import Any

from . import _checks
from ._checks import _show
from .activations import Elementwise, Unstated, is_activation
from .layers import Layer
from .module import Module

__all__ = ["Each", "Sequential"]


class Sequential(Module):
    """Steps in a row. A step is a module, the name of an activation, or a function.

    A name, or one of the table's own functions such as `autograd.tanh`, is applied to each value; any other
    function gets the whole output of the step before it (`autograd.softmax` is one). With a step that takes a batch
    (`BatchNorm`) the whole takes a batch, and gives each sample of it to the other steps.

    A `Layer` applies relu where it was told nothing else. So the last layer, and one with an activation behind it, must
    state its activation: ValueError otherwise.

    >>> from nn import Layer
    >>> model = Sequential(Layer(2, 8, activation=None, seed=0), "tanh", Layer(8, 1, activation=None, seed=1))
    >>> model([1.0, 2.0]).op
    'affine'
    >>> model.named_parameters()[-1][0]
    'layers.2.neurons.0.b'
    """

    def __init__(self, *steps: Module | Callable[[Any], Any] | str) -> None:
        for index, step in enumerate(steps):
            if not isinstance(step, str) and not callable(step):
                raise TypeError(f"step {index} must be a module, a function or an activation's name, got {_show(step)}")
            if isinstance(step, type):
                raise TypeError(f"step {index} is the class {step.__name__}; make one: {step.__name__}(...)")
        _check_activations(steps)
        self.layers = [Elementwise(s) if isinstance(s, str) or is_activation(s) else s for s in steps]

    def __call__(self, x: Any) -> Any:
        """The output of the last step for one sample `x` (a list of samples where one of the steps takes a batch)."""
        if not self.takes_batch:
            for layer in self.layers:
                x = layer(x)
            return x
        x = _checks.plain(x)
        if not _checks.is_list(x):
            raise TypeError(f"{self._where()} has a step for batches, so it takes a list of samples, not {_show(x)}")
        for layer in self.layers:
            x = layer(x) if getattr(layer, "takes_batch", False) else [layer(sample) for sample in x]
        return x

    @property
    def takes_batch(self) -> bool:
        """Whether one of the steps takes a batch."""
        return any(getattr(layer, "takes_batch", False) for layer in self.layers)

    def __len__(self) -> int:
        return len(self.layers)

    def __getitem__(self, index: int) -> Any:
        return self.layers[index]

    def _output(self) -> str:
        known = [layer._output() if isinstance(layer, Module) else "" for layer in self.layers]
        return known[-1] if known else ""

    def _describe(self) -> str:
        names = [s._describe() if isinstance(s, Module) else getattr(s, "__name__", "...") for s in self.layers]
        return f"Sequential({', '.join(names)})"


def _check_activations(steps: Sequence[Any]) -> None:
    """Raise for a layer whose default activation would come twice, or on the outputs."""
    last = max((index for index, step in enumerate(steps) if isinstance(step, Module)), default=-1)
    for index, step in enumerate(steps):
        layer = step.layer if isinstance(step, Each) else step
        if not isinstance(layer, Layer) or not isinstance(layer.neurons[0].activation, Unstated):
            continue
        default = str(layer.neurons[0].activation)
        written = f"Layer({layer._nin}, {len(layer.neurons)}"
        after = steps[index + 1] if index + 1 < len(steps) else None
        if isinstance(after, str | Elementwise) or is_activation(after):
            trap = f"applies {default!r}, its default, before the activation in step {index + 1}"
        elif index == last:
            trap = f"applies {default!r}, its default, to the outputs"
        else:
            continue
        raise ValueError(
            f"step {index}, {written}), {trap}: write {written}, activation=None), or activation={default!r} if it is"
            " meant"
        )


class Each(Module):
    """Applies one module to every row of a sequence: the same layer at each position.

    >>> from nn import Layer
    >>> head = Each(Layer(2, 3, activation=None, seed=0))
    >>> [len(row) for row in head([[1.0, 2.0], [3.0, 4.0]])]
    [3, 3]
    """

    def __init__(self, layer: Callable[[Any], Any]) -> None:
        if isinstance(layer, type) or not callable(layer):
            raise TypeError(f"Each takes a module or function, got {_show(layer)}")
        self.layer = layer

    def __call__(self, xs: Any) -> list[Any]:
        """What the module gives for each row."""
        xs = _checks.plain(xs)
        if not _checks.is_list(xs):
            raise TypeError(f"{self._where()} expects a list of rows, got {_show(xs)}")
        return [self.layer(x) for x in xs]

    def _output(self) -> str:
        inner = self.layer._output() if isinstance(self.layer, Module) else ""
        return f"n x {inner}" if inner else ""

    def _describe(self) -> str:
        inner = self.layer._describe() if isinstance(self.layer, Module) else getattr(self.layer, "__name__", "...")
        return f"Each({inner})"
