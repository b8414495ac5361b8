"""`Dropout`: while training, each number is 0 with probability p; what is left is scaled up by 1 / (1 - p).

So the expected value stays, and after `eval()` numbers pass through unchanged (Srivastava et al. 2014).
"""

import random
from collections.abc import Callable
from typing import Any

from autograd import Value, chance

from . import _checks
from .module import Module

__all__ = ["Dropout"]


class Dropout(Module):
    """Sets numbers to 0 with probability `p` while the model is training, and does nothing after `eval()`.

    Takes a Value, a list of numbers or Values, or nested lists of them. seed: an int, a `random.Random`, or None for
    Python's global generator; the numbers are drawn one after another, so each call drops others.

    Raises ValueError for p outside 0 <= p < 1.

    >>> dropout = Dropout(0.5, seed=1)
    >>> [v.data for v in dropout([1.0, 1.0, 1.0, 1.0])]
    [0.0, 2.0, 2.0, 0.0]
    >>> [v.data for v in dropout.eval()([1.0, 1.0])]
    [1.0, 1.0]
    """

    def __init__(self, p: float = 0.5, *, seed: int | random.Random | None = None) -> None:
        self.p = _checks.number(p, "p", least=0.0, below=1.0)
        # Python's global generator is a module, which no copy of a model can hold.
        rng: Any = _checks.generator(seed)
        self._rng: random.Random | None = None if rng is random else rng

    def __call__(self, x: Any) -> Any:
        """The numbers of `x`, in its shape, as Values; some are 0 while training."""
        where = self._where()
        if not self.training or self.p == 0.0:
            return _mapped(x, lambda z, origin: z, where)
        generator: Any = self._rng or random
        draw, p = generator.random, self.p
        dropped, kept = _checks.constant(0.0), _checks.constant(1.0 / (1.0 - p))

        def factor() -> Value:
            return dropped if draw() < p else kept

        def drop(z: Value, origin: str) -> Value:
            y = z * chance(factor, generator)
            y.origin = origin
            return y

        return _mapped(x, drop, where)

    def _describe(self) -> str:
        return f"Dropout({self.p:g})"


def _mapped(x: Any, function: Callable[[Value, str], Value], where: str, unit: str = "sole") -> Any:
    """The function of each number in nested lists, given with its origin: the rows of a sequence share their units."""
    if isinstance(x, Value):
        return function(x, f"{where}/{unit}")
    x = _checks.plain(x)
    if _checks.is_list(x):
        return [_mapped(part, function, where, f"units.{index}") for index, part in enumerate(x)]
    try:
        leaf = Value(x)
    except (TypeError, ValueError) as error:
        raise type(error)(f"{where}: {error}") from None
    return function(leaf, f"{where}/{unit}")
