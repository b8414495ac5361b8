"""`lookup(table, index)`: a row of a table by a number that is itself an argument, such as a token or a label.

Run eagerly it is indexing. While `jit` traces, the index becomes a row of leaves, 1 at the chosen place and 0 else, so
that a replay can choose another one; many look-ups in one table are then a single matrix product.
"""

import operator
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from typing import Any

from ..value import Value
from .rows import OPERATIONS

__all__ = ["CURRENT", "Choices", "is_input", "lookup", "place_of"]


class Choices:
    """The indices that are arguments of the function being traced, and the leaves that stand for each choice."""

    def __init__(self, inputs: Sequence[Value] = ()) -> None:
        self.inputs = dict.fromkeys(inputs)
        self._leaves: dict[tuple[Value, int], list[Value]] = {}
        self.reads: dict[Value, tuple[Value, list[Any]]] = {}
        """For each node that a look-up made its index, and what it chooses from."""

    def leaves(self, index: Value, size: int) -> list[Value]:
        """One leaf a row of the table."""
        if index not in self.inputs:
            raise TypeError("the index of a lookup must be an argument of the traced function, not computed from one")
        if (index, size) not in self._leaves:
            chosen = place_of(index._data, size)
            self._leaves[index, size] = [Value(float(place == chosen)) for place in range(size)]
        return self._leaves[index, size]

    def leaf(self, number: float) -> Value:
        """A new leaf for a number, which may be looked up."""
        leaf = Value(number)
        self.inputs[leaf] = None
        return leaf

    def read(self, index: Value, entries: list[Any]) -> Value:
        """The node for the entry at the index."""
        node: Value = OPERATIONS["dot"].function(self.leaves(index, len(entries)), entries)
        self.reads[node] = index, entries
        return node

    @property
    def all_leaves(self) -> list[Value]:
        """The leaves of all indices, in the order in which `numbers` gives theirs."""
        return [leaf for leaves in self._leaves.values() for leaf in leaves]

    def numbers(self, given: Mapping[Value, float]) -> list[float]:
        """What the leaves are for other indices; `IndexError` where one is outside its table."""
        found: list[float] = []
        for index, size in self._leaves:
            chosen = place_of(given[index], size)
            found += [float(place == chosen) for place in range(size)]
        return found

    def update(self) -> None:
        """Make the leaves say what the indices are now; `IndexError` where one is outside its table."""
        for (index, size), leaves in self._leaves.items():
            chosen = place_of(index._data, size)
            if leaves[chosen]._data != 1.0:
                for place, leaf in enumerate(leaves):
                    if leaf._data != (place == chosen):
                        leaf.data = float(place == chosen)


CURRENT: ContextVar[Choices | None] = ContextVar("choices", default=None)
"""The choices of the trace in progress, if there is one here."""


def lookup(table: Sequence[Any], index: Any) -> Any:
    """`table[index]`, for a table of values, or of lists of values, and an index that may be an argument of `jit`.

    Raises `IndexError` for an index outside the table (there is no counting from the end), `TypeError` for one that is
    not a whole number.

    >>> table = [[Value(1.0), Value(2.0)], [Value(3.0), Value(4.0)]]
    >>> [value.data for value in lookup(table, 1)]
    [3.0, 4.0]
    """
    rows = list(table)
    if not rows:
        raise IndexError("lookup in an empty table")
    choices = CURRENT.get()
    if type(index) is not Value:
        return rows[place_of(operator.index(index), len(rows))]
    if choices is None:
        return rows[place_of(index._data, len(rows))]
    if isinstance(rows[0], (list, tuple)):
        return [choices.read(index, [row[j] for row in rows]) for j in range(len(rows[0]))]
    return choices.read(index, rows)


def is_input(value: Any) -> bool:
    """Whether it is an input of the trace in progress here."""
    choices = CURRENT.get()
    return choices is not None and type(value) is Value and value in choices.inputs


def place_of(number: float, size: int) -> int:
    """An index as a place in a table of `size` rows."""
    if number != number // 1:  # (of infinity that is nan)
        raise TypeError(f"an index is a whole number, got {number!r}")
    if not 0 <= number < size:
        raise IndexError(f"index {int(number)} is outside a table of {size} rows")
    return int(number)
