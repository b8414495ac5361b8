"""`chance`: a number drawn at random, such as a dropout's mask, that a compiled replay draws anew instead of repeating.

Run eagerly it is just drawn. While `jit` or `nn.fit` traces, it becomes a leaf of the graph, and every replay asks the
same generator for its numbers, in the same order, as the eager run would.
"""

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from typing import Any, TypeAlias

from .value import Value

__all__ = ["DRAWS", "Draws", "chance"]


Draw: TypeAlias = "Callable[[], Value | float]"


class Draws:
    """The random numbers of a trace: for each its leaf and what draws it, in order."""

    def __init__(self) -> None:
        self.leaves: list[Value] = []
        self.draws: list[Draw] = []
        self._generators: list[Any] = []
        self._states: list[Any] = []

    def leaf(self, draw: Draw, generator: Any) -> Value:
        """A new leaf with a number just drawn."""
        if not any(known is generator for known in self._generators):
            self._generators.append(generator)
            self._states.append(generator.getstate())
        self.leaves.append(Value(number_of(draw())))
        self.draws.append(draw)
        return self.leaves[-1]

    def mark(self) -> None:
        """Note where the generators stand."""
        self._states = [generator.getstate() for generator in self._generators]

    def rewind(self) -> None:
        """Put the generators back to where they stood at the last mark (at first, before the trace)."""
        for generator, state in zip(self._generators, self._states, strict=True):
            generator.setstate(state)

    def again(self) -> None:
        """Draw all numbers anew."""
        for leaf, draw in zip(self.leaves, self.draws, strict=True):
            leaf.data = number_of(draw())

    def numbers(self, places: Sequence[int]) -> list[float]:
        """Draw those at some places, in this order."""
        return [number_of(self.draws[place]()) for place in places]


def number_of(drawn: Value | float) -> float:
    """A number, or that of a constant."""
    return drawn._data if isinstance(drawn, Value) else drawn


DRAWS: ContextVar[Draws | None] = ContextVar("draws", default=None)
"""The random numbers of the trace in progress, if there is one here."""


def chance(draw: Draw, generator: Any) -> Value | float:
    """`draw()`, a number (or constant) by `generator`, which is a `random.Random`, or the module `random`.

    Compiled, it is an input that every replay draws anew.

    >>> import random
    >>> from autograd import jit
    >>> rng = random.Random(0)
    >>> f = jit(lambda x: x * chance(rng.random, rng), native=False)
    >>> [round(f(1.0), 3) for _ in range(3)]
    [0.844, 0.758, 0.421]
    """
    draws = DRAWS.get()
    return draw() if draws is None else draws.leaf(draw, generator)
