"""`Tape`, the form on which all passes work: a graph as lists, one place a node, every place behind its inputs.

`record` makes it from a graph in hand. A pass takes a tape and returns another one with the same meaning.
"""

import dataclasses
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from ..order import computed_and_leaves
from ..value import Value
from .rows import Operation

__all__ = ["CONSTANT", "LEAF", "NODE", "PARAMETER", "Tape", "record"]

CONSTANT, PARAMETER, LEAF, NODE = range(4)
_KINDS = {"constant": CONSTANT, "parameter": PARAMETER, "leaf": LEAF}


@dataclasses.dataclass(frozen=True, slots=True)
class Tape:
    """A graph as parallel lists, indexed by place.

    kinds: CONSTANT, PARAMETER, LEAF or NODE. rows: the operation of a node, None for the others. inputs: a node's
    operands, as places before its own. numbers: what a constant is, what a leaf was when recorded; 0.0 for a node.
    sources: the value behind each
    place, where there is one. root: the place whose number is the result; others: places whose numbers are wanted too.
    """

    kinds: list[int]
    rows: list[Operation | None]
    inputs: list[tuple[int, ...]]
    numbers: list[float]
    sources: list[Value | None]
    root: int
    others: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(self.kinds)

    def replaced(self, **parts: Any) -> "Tape":
        """The tape with some of its lists exchanged."""
        return dataclasses.replace(self, **parts)

    @property
    def leaves(self) -> list[int]:
        """The places of parameters and other leaves: what gradients are for."""
        return [place for place, kind in enumerate(self.kinds) if kind in (PARAMETER, LEAF)]

    @property
    def edges(self) -> int:
        """How many arguments all nodes have together."""
        return sum(map(len, self.inputs))

    def __str__(self) -> str:
        """The tape as assignments, leaves by their labels."""
        names = [self._name(place) for place in range(len(self))]
        lines = []
        for place, row in enumerate(self.rows):
            if row is not None:
                entries = row.split([names[i] for i in self.inputs[place]])
                written = [f"[{', '.join(entry)}]" if isinstance(entry, list) else entry for entry in entries]
                lines.append(f"{names[place]} = {row.name}({', '.join(written)})")
        return "\n".join([*lines, f"result: {names[self.root]}"])

    def _name(self, place: int) -> str:
        source = self.sources[place]
        if self.kinds[place] == CONSTANT:
            return f"{self.numbers[place]:g}"
        if self.kinds[place] == NODE:
            return f"v{place}"
        return source.label if source is not None and source.label else f"x{place}"

    def run(self, numbers: Sequence[float] | None = None) -> list[float]:
        """Every place's number, by the table's own functions: what all executors are compared with."""
        found = list(self.numbers if numbers is None else numbers)
        for place, row in enumerate(self.rows):
            if row is not None:
                data = [found[i] for i in self.inputs[place]]
                found[place] = row.compute(*(row.split(data) if row.variadic else data))
        return found

    def kept(self, places: Iterable[int]) -> "Tape":
        """The tape with only the given places (which hold all their inputs), in their order, numbered anew."""
        order = list(places)
        moved = dict(zip(order, range(len(order)), strict=True))
        return Tape(
            [self.kinds[p] for p in order],
            [self.rows[p] for p in order],
            [tuple([moved[i] for i in self.inputs[p]]) for p in order],
            [self.numbers[p] for p in order],
            [self.sources[p] for p in order],
            moved[self.root],
            tuple([moved[place] for place in self.others]),
        )


def record(root: Value, others: Sequence[Value] = ()) -> Tape:
    """The graph below `root` (and below the others) as a tape: leaves first.

    >>> a = Value(3.0)
    >>> tape = record(a * a + 1)
    >>> [row.name for row in tape.rows if row], tape.inputs[-1], tape.run()[tape.root]
    (['mul', 'add'], (2, 1), 10.0)
    """
    computed, leaves = computed_and_leaves(root)
    if others:
        seen = {*computed, *leaves}
        for other in others:
            more, below = computed_and_leaves(other)
            computed += [node for node in more if node not in seen]
            leaves += [leaf for leaf in below if leaf not in seen]
            seen.update(more, below)
    places = dict(zip(chain(leaves, computed), range(len(leaves) + len(computed)), strict=True))
    inputs: list[tuple[int, ...]] = [()] * len(leaves)
    look_up = places.__getitem__
    for node in computed:
        first, second = node._first, node._second
        if type(first) is tuple:
            inputs.append(tuple(map(look_up, first)))
        elif second is None:
            inputs.append((look_up(first),))
        else:
            inputs.append((look_up(first), look_up(second)))
    kinds = [_KINDS[leaf._operation.name] for leaf in leaves]
    return Tape(
        kinds + [NODE] * len(computed),
        [None] * len(leaves) + [node._operation for node in computed],
        inputs,
        [leaf._data for leaf in leaves] + [0.0] * len(computed),
        [*leaves, *computed],
        places[root],
        tuple([places[other] for other in others]),
    )
