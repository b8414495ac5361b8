"""`Residual`: x + F(x), the shortcut that lets gradients pass a layer unchanged (lectures L9; He et al. 2015)."""

from collections.abc import Callable
from typing import Any

from autograd import Value

from . import _checks
from ._checks import _show
from .module import Module

__all__ = ["Residual"]


class Residual(Module):
    """Adds what `inner`, a module or function F, makes of x to x itself (lectures L9).

    F must give the shape it takes: a Value, a list, or nested lists. Where F gives 0, the whole is the identity.

    >>> from nn import Layer
    >>> block = Residual(Layer(2, 2, init="zeros"))
    >>> [v.data for v in block([1.0, -2.0])]
    [1.0, -2.0]
    >>> Residual(Layer(2, 3))([1.0, 2.0])
    Traceback (most recent call last):
    ValueError: Residual adds x and F(x), which need one shape: 2 numbers and 3
    """

    def __init__(self, inner: Callable[[Any], Any]) -> None:
        if isinstance(inner, type) or not callable(inner):
            raise TypeError(f"Residual takes a module or function, got {_show(inner)}")
        self.inner = inner

    @property
    def takes_batch(self) -> bool:
        """Whether F does."""
        return bool(getattr(self.inner, "takes_batch", False))

    def __call__(self, x: Any) -> Any:
        """x + F(x), in the shape of x.

        Raises ValueError where F gives another shape.
        """
        where = self._where()
        x = _values(x, where)
        return _added(x, self.inner(x), where, "/sum")

    def _output(self) -> str:
        return self.inner._output() if isinstance(self.inner, Module) else ""

    def _describe(self) -> str:
        name = self.inner._describe() if isinstance(self.inner, Module) else getattr(self.inner, "__name__", "...")
        return f"Residual({name})"


def _values(x: Any, where: str) -> Any:
    """Numbers as Values, so that x and what F sees are the same nodes."""
    if isinstance(x, Value):
        return x
    x = _checks.plain(x)
    if _checks.is_list(x):
        return [_values(part, where) for part in x]
    try:
        return Value(x)
    except (TypeError, ValueError) as error:
        raise type(error)(f"{where}: {error}") from None


def _added(x: Any, change: Any, where: str, unit: str) -> Any:
    if isinstance(x, Value) and isinstance(change, Value):
        result = x + change
        result.origin = where + unit
        return result
    if isinstance(x, Value) or isinstance(change, Value):
        # A layer of one gives a Value for a list of one.
        if isinstance(x, list) and len(x) == 1:
            return [_added(x[0], change, where, "/sum/units.0")]
        if isinstance(change, list) and len(change) == 1:
            return _added(x, change[0], where, unit)
    if not isinstance(x, list) or not _checks.is_list(change) or len(x) != len(change):
        raise ValueError(f"{where} adds x and F(x), which need one shape: {_size(x)} and {_size(change, '')}")
    # Positions of a sequence share their units.
    deep = bool(x) and isinstance(x[0], list)
    pairs = enumerate(zip(x, change, strict=True))
    return [_added(a, b, where, unit if deep else f"/sum/units.{index}") for index, (a, b) in pairs]


def _size(x: Any, noun: str = " numbers") -> str:
    if isinstance(x, Value):
        return f"1{noun.removesuffix('s')}"
    return f"{len(x)}{noun}" if _checks.is_list(x) else _show(x)
