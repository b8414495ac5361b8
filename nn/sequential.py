"""`Sequential`: modules and functions in a row, each fed with what the one before it gave."""

from collections.abc import Callable
from typing import Any

from ._checks import _show
from .activations import Elementwise, is_activation
from .module import Module

__all__ = ["Sequential"]


class Sequential(Module):
    """Steps in a row. A step is a module, the name of an activation, or a function.

    A name, or one of the table's own functions such as `autograd.tanh`, is applied to each value; any other
    function gets the whole output of the step before it (`autograd.softmax` is one).

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
        self.layers = [Elementwise(s) if isinstance(s, str) or is_activation(s) else s for s in steps]

    def __call__(self, x: Any) -> Any:
        """The output of the last step for one sample `x`."""
        for layer in self.layers:
            x = layer(x)
        return x

    def __len__(self) -> int:
        return len(self.layers)

    def __getitem__(self, index: int) -> Any:
        return self.layers[index]

    def _describe(self) -> str:
        names = [s._describe() if isinstance(s, Module) else getattr(s, "__name__", "...") for s in self.layers]
        return f"Sequential({', '.join(names)})"
