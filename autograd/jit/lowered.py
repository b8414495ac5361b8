"""All passes in a row: from a graph to a `Lowered` program, which executors run."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from ..errors import require
from ..value import Value
from .classes import structural_classes
from .cleaning import drop_dead, merge_common
from .folding import fold_constants
from .fusing import flatten_sums
from .instructions import Each, Gather, Instruction, Many, Product
from .layout import Memory
from .lowering import lower
from .tape import Tape, record

__all__ = ["Lowered", "lowered", "simplified"]

turns = (fold_constants, merge_common, drop_dead, flatten_sums, drop_dead)
"""The passes from tape to tape, in order."""


class Lowered(NamedTuple):
    """A program: instructions with real addresses, the array's first numbers, and where leaves and root stand.

    places: the real address of every place of the tape, -1 for constants.
    """

    tape: Tape
    instructions: list[Instruction]
    data: Any
    leaves: list[Value]
    addresses: Any
    root: int
    places: Any
    others: Sequence[Value]

    def where(self, nodes: Sequence[Value]) -> Any:
        """The addresses of nodes of the graph; `ValueError` where one was taken into another or is a constant."""
        numpy = require("numpy", extra="fast")
        known = {id(source): place for place, source in enumerate(self.tape.sources) if source is not None}
        found = [int(self.places[known[id(node)]]) if id(node) in known else -1 for node in nodes]
        if min(found, default=0) < 0:
            raise ValueError("a node is no longer there by itself in the compiled program")
        return numpy.array(found, dtype=numpy.int64)

    def where_or_constant(self, nodes: Sequence[Value]) -> Any:
        """As `where`, for nodes that the tape holds as its other results: constants have a place as well."""
        numpy = require("numpy", extra="fast")
        known = dict(zip(map(id, self.others), self.tape.others, strict=True))
        return numpy.array([int(self.places[known[id(node)]]) for node in nodes], dtype=numpy.int64)

    @property
    def size(self) -> int:
        """How many numbers the program needs."""
        return len(self.data)


def simplified(root: Value, others: Sequence[Value] = ()) -> Tape:
    """The graph below `root` (and others) as a tape, after all passes from tape to tape."""
    tape = record(root, others)
    for each in turns:
        tape = each(tape)
    return tape


def lowered(root: Value, others: Sequence[Value] = (), *, lift: bool = True) -> Lowered:
    """The graph below `root` (and others), lowered; lift=False orders nodes by depth alone."""
    numpy = require("numpy", extra="fast")
    with _collector_paused():
        tape = simplified(root, others)
        instructions, layout = lower(tape, structural_classes(tape, lift=lift), lift=lift)
        memory = layout.finish()
        data = numpy.zeros(memory.size)
        for grid, numbers in layout.numbers:
            data[memory.real(grid)] = numbers
        places = tape.leaves
        leaves = [source for place in places if (source := tape.sources[place]) is not None]
        addresses = memory.real(layout.address[places]) if places else numpy.zeros(0, dtype=numpy.int64)
        return Lowered(
            tape,
            [_real(one, memory) for one in instructions],
            data,
            leaves,
            addresses,
            int(memory.real(layout.address[tape.root])),
            numpy.where(layout.address >= 0, memory.real(numpy.maximum(layout.address, 0)), -1),
            list(others),
        )


def _real(one: Instruction, memory: Memory) -> Instruction:
    """The instruction with real addresses."""
    out = memory.view(one.out)
    match one:
        case Each() | Many():
            return one._replace(out=out, operands=tuple(map(memory.view, one.operands)))
        case Gather():
            return one._replace(out=out, source=memory.view(one.source))
        case Product():
            bias = None if one.bias is None else memory.view(one.bias)
            return one._replace(out=out, left=memory.view(one.left), right=memory.view(one.right), bias=bias)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Many lists are made at once, and none is garbage: the collector would only look at them again and again."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
