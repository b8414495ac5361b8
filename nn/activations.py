"""Activations by name: any operation of the table that maps one value to one value can be an activation.

`activation="tanh"`, `activation=None` (linear) or any function of a Value; learned or adjusted ones are functions
too: `activation=lambda z: z.leaky_relu(0.2)`.
"""

import difflib
from collections.abc import Callable
from typing import Any, TypeAlias, cast

from autograd import Value
from autograd.table import OPERATIONS

from .module import Module

__all__ = ["Activation", "Elementwise", "activation_function", "activation_names"]


class Unstated(str):
    """The name of an activation that nobody chose: a layer's default, which `Sequential` refuses where it is a trap."""

    __slots__ = ()


Activation: TypeAlias = str | Callable[[Value], Value] | None

_LINEAR = ("linear", "identity")


def activation_names() -> list[str]:
    """The names that `activation=` understands.

    >>> {"relu", "tanh", "sigmoid", "gelu", "silu", "leaky_relu", "linear"} <= set(activation_names())
    True
    """
    return [name for name in OPERATIONS if _is_elementwise(name) and name not in _LINEAR] + list(_LINEAR)


def activation_function(activation: Activation) -> Callable[[Value], Value] | None:
    """The function of an activation; None for the linear one.

    Raises ValueError for an unknown name, TypeError for what is neither a name nor a function.
    """
    if activation is None or activation in _LINEAR:
        return None
    if isinstance(activation, str):
        if activation in ("softmax", "log_softmax"):
            raise ValueError(
                f"{activation} works on a whole layer: leave the output linear, train with"
                f" softmax_cross_entropy, and use autograd.{activation}(model(x)) for the probabilities"
            )
        if not _is_elementwise(activation):
            names = activation_names()
            near = difflib.get_close_matches(activation.lower(), names, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(names)}"
            raise ValueError(f"no activation is called {activation!r}{hint}")
        return cast(Callable[[Value], Value], OPERATIONS[activation].function)
    if not callable(activation):
        raise TypeError(f"an activation is a name, a function or None, got {activation!r}")
    return activation


def activation_text(activation: Activation) -> str:
    """How an activation is shown: 'relu', None or the function's name."""
    if activation is None or isinstance(activation, str):
        return repr(activation)
    return str(getattr(activation, "__name__", None) or type(activation).__name__)


class Elementwise(Module):
    """An activation as a module of its own: applies a function to each value of a list, or to a single value.

    >>> from autograd import Value
    >>> [v.data for v in Elementwise("relu")([Value(-1.0), Value(2.0)])]
    [0.0, 2.0]
    """

    def __init__(self, activation: Activation) -> None:
        self.activation = activation
        activation_function(activation)

    def __call__(self, x: Value | list[Value]) -> Value | list[Value]:
        """The function of each value in `x`."""
        function = activation_function(self.activation)
        if function is None:
            return x
        where = self._where()
        results = [function(z) for z in ([x] if isinstance(x, Value) else x)]
        for a in results:
            if type(a) is not Value:
                raise not_a_value(a, where)
            a._origin = where
        return results[0] if isinstance(x, Value) else results

    def _describe(self) -> str:
        return f"Elementwise({activation_text(self.activation)})"


def not_a_value(result: object, where: str) -> TypeError:
    """The error for an activation of the module `where` that returned something else than a Value."""
    return TypeError(
        f"the activation of {where} returned {type(result).__name__}, not a Value: build it from the functions"
        " of autograd, such as autograd.tanh, not math.tanh"
    )


def is_activation(thing: Any) -> bool:
    """Whether `thing` is one of the table's elementwise functions, such as `autograd.tanh`."""
    return any(thing is OPERATIONS[name].function for name in OPERATIONS if _is_elementwise(name))


def _is_elementwise(name: str) -> bool:
    """Whether the operation takes one value; further operands (a slope) must have a default."""
    if name not in OPERATIONS:
        return False
    first, *rest = OPERATIONS[name].operands
    return not first.variadic and first.default is None and all(other.default is not None for other in rest)
