"""Where every number of a program stands in memory, and how an instruction's operands are found there.

Addresses are given out in four spaces (parameters, other leaves, nodes, constants), which become parts of one array
once their sizes are known.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from ..errors import require
from .tape import CONSTANT, NODE, PARAMETER, Tape

__all__ = ["CONSTANTS", "INPUTS", "LANES", "NODES", "WEIGHTS", "Layout", "View", "padded", "view_of"]

WEIGHTS, INPUTS, NODES, CONSTANTS = range(4)
LANES = 8
"""Rows of at least this many lanes start at a multiple of it, and are filled up with zeros to one."""

_SHIFT = 40
_MASK = (1 << _SHIFT) - 1
_FAR = 1 << (_SHIFT - 1)

Array = Any


class View(NamedTuple):
    """How a grid of operands is found: `offset + i · rows + j · columns`, or a table of addresses [i, j].

    constant: whether no gradient is wanted there, ever.
    """

    offset: int
    rows: int
    columns: int
    table: Array | None
    shape: tuple[int, int]
    constant: bool = False

    def addresses(self) -> Array:
        """The grid of addresses itself."""
        numpy = require("numpy", extra="fast")
        if self.table is not None:
            return self.table
        i, j = numpy.ogrid[: self.shape[0], : self.shape[1]]
        return self.offset + i * self.rows + j * self.columns


def view_of(addresses: Array, constant: bool = False) -> View:
    """The simplest view of a grid of addresses: strides where they fit, else the table itself."""
    numpy = require("numpy", extra="fast")
    height, width = addresses.shape
    offset = int(addresses[0, 0])
    rows = int(addresses[1, 0]) - offset if height > 1 else 0
    columns = int(addresses[0, 1]) - offset if width > 1 else 0
    i, j = numpy.ogrid[:height, :width]
    near = 0 <= rows < _FAR and 0 <= columns < _FAR  # within one space
    strided = near and numpy.array_equal(addresses, offset + i * rows + j * columns)
    return View(offset, rows, columns, None if strided else addresses, (height, width), constant)


def padded(lanes: int) -> int:
    """The distance between two rows of so many lanes."""
    return lanes if lanes < LANES else -(-lanes // LANES) * LANES


class Layout:
    """The addresses of all places, given out while the classes are lowered one after another."""

    def __init__(self, tape: Tape) -> None:
        numpy = require("numpy", extra="fast")
        self.tape = tape
        self.address: Array = numpy.full(len(tape), -1, dtype=numpy.int64)
        self.kinds: Array = numpy.array(tape.kinds, dtype=numpy.int8)
        self.used = [0, 0, 0, 0]
        self.numbers: list[tuple[Array, Array]] = []  # of constants: addresses and data
        self.pool: dict[str, int] = {}  # by the text of the number: 0.0 and -0.0 are two
        self._data: Array = numpy.array(tape.numbers)

    def block(self, space: int, height: int, width: int, *, pad: bool = True) -> Array:
        """A new grid of addresses."""
        numpy = require("numpy", extra="fast")
        stride = padded(width) if pad else width
        if pad and width >= LANES:
            self.used[space] = padded(self.used[space])
        start = self.used[space]
        self.used[space] += stride * height
        i, j = numpy.ogrid[:height, :width]
        return (space << _SHIFT) + start + i * stride + j

    def place(self, nodes: Array, block: Array) -> None:
        """Say where a grid of places stands."""
        self.address[nodes] = block

    def known(self, places: Array) -> bool:
        """Whether all these places have addresses or are leaves that can be put anywhere."""
        return bool((self.address[places] >= 0).all())

    def locate(self, places: Array, *, weights: bool = False) -> View:
        """A view of a grid of places. Leaves that nothing has used yet are put where they are read in order.

        weights: put leaves that are no parameters beside the parameters too, without gaps between their rows.
        """
        numpy = require("numpy", extra="fast")
        kinds = self.kinds[places]
        constants = kinds == CONSTANT
        if constants.all():
            return self._constants(self._data[places])
        found = self.address[places]
        if (found < 0).any():
            self._put_leaves(places, kinds, found, weights)
            found = self.address[places]
            if constants.any():
                for i, j in zip(*numpy.nonzero(constants), strict=True):
                    found[i, j] = self._pooled(float(self._data[places[i, j]]))
        return view_of(found)

    def _put_leaves(self, places: Array, kinds: Array, found: Array, weights: bool) -> None:
        numpy = require("numpy", extra="fast")
        missing = (found < 0) & (kinds != CONSTANT)
        if not missing.any():
            return
        dense = weights or bool((kinds == PARAMETER).any())
        space = WEIGHTS if dense else INPUTS
        if missing.all() and numpy.unique(places).size == places.size:
            self.place(places, self.block(space, *places.shape, pad=not weights))
            return
        wanted = places[missing]
        _, first = numpy.unique(wanted, return_index=True)
        wanted = wanted[numpy.sort(first)]
        self.place(wanted, self.block(space, 1, wanted.size, pad=False)[0])

    def _constants(self, data: Array) -> View:
        numpy = require("numpy", extra="fast")
        bits = data.view(numpy.int64)  # 0.0 and -0.0 are two
        if (bits == bits[0, 0]).all():
            grid = numpy.full(data.shape, self._pooled(float(data[0, 0])))
        else:
            grid = self.block(CONSTANTS, *data.shape)
            self.numbers.append((grid, data))
        return view_of(grid, constant=True)

    def _pooled(self, number: float) -> int:
        numpy = require("numpy", extra="fast")
        text = repr(number)
        if text not in self.pool:
            grid = self.block(CONSTANTS, 1, 1)
            self.pool[text] = int(grid[0, 0])
            self.numbers.append((grid, numpy.array([[number]])))
        return self.pool[text]

    def finish(self) -> "Memory":
        """Put the spaces behind one another. From then on `Memory.real` turns addresses into places of the array."""
        numpy = require("numpy", extra="fast")
        unread = numpy.nonzero((self.address < 0) & (self.kinds != CONSTANT) & (self.kinds != NODE))[0]
        if unread.size:
            self.place(unread, self.block(INPUTS, 1, unread.size)[0])
        for place in (self.tape.root, *self.tape.others):
            if self.address[place] < 0:  # a constant
                self.address[place] = self._pooled(self.tape.numbers[place])
        bases, total = [], 0
        for used in self.used:
            bases.append(total)
            total = -(-(total + used) // LANES) * LANES
        return Memory(bases, total)


class Memory(NamedTuple):
    """The bases of the spaces in the one array, and its size."""

    bases: Sequence[int]
    size: int

    def real(self, addresses: Any) -> Any:
        """Addresses (a number or an array of them) as indices into the array."""
        numpy = require("numpy", extra="fast")
        found = numpy.asarray(addresses)
        return numpy.asarray(self.bases, dtype=numpy.int64)[found >> _SHIFT] + (found & _MASK)

    def view(self, view: View) -> View:
        """The view with real addresses."""
        table = None if view.table is None else self.real(view.table)
        return view._replace(offset=int(self.real(view.offset)), table=table)
