"""Lowering: from classes of scalar nodes to instructions over rows of lanes, with an address for every place.

A class of dot products that is a full grid, rows × columns, is a matrix product (`grids` finds them); elementwise
classes follow the order in which their operands already lie in memory.
"""

from collections.abc import Sequence
from typing import Any

from ..errors import require
from .bilinear import terms_of
from .grids import Grid, find_grids
from .instructions import Each, Gather, Instruction, Many, Product
from .layout import NODES, Layout, View, view_of
from .rows import Operation
from .tape import Tape

__all__ = ["lower"]

Array = Any


def lower(tape: Tape, classes: Sequence[Sequence[int]], *, lift: bool = True) -> tuple[list[Instruction], Layout]:
    """The instructions for all classes, in order, and where every place stands.

    lift: False takes no class for a matrix product.
    """
    layout = Layout(tape)
    found: list[Instruction] = []
    for members in classes:
        row = tape.rows[members[0]]
        if row is None:
            raise ValueError("leaves have no instruction")
        if not row.variadic:
            found += _each(row, members, layout)
        else:
            for equal in _by_length(members, tape):
                if lift and _is_dot(row):
                    found += _products(row, equal, layout)
                else:
                    found.append(_many(row, equal, layout))
    return found, layout


def _by_length(members: Sequence[int], tape: Tape) -> list[list[int]]:
    """The nodes of an n-ary class by how many operands they have."""
    found: dict[int, list[int]] = {}
    for place in members:
        found.setdefault(len(tape.inputs[place]), []).append(place)
    return [found[length] for length in sorted(found)]


def _is_dot(row: Operation) -> bool:
    """Whether the row is Σ w·x, possibly + b: one sum of products of two n-ary operands, in this order."""
    terms = terms_of(row) or ()
    names = [operand.name for operand in row.operands]
    pair = [term for term in terms if len(term.factors) == 2]
    rest = [term for term in terms if len(term.factors) == 1]
    return (
        len(pair) == 1
        and len(rest) <= 1
        and pair[0].summed
        and pair[0].sign > 0
        and [*pair[0].factors] == names[:2]
        and all(term.sign > 0 and not term.summed and [*term.factors] == names[2:] for term in rest)
    )


def _each(row: Operation, members: Sequence[int], layout: Layout) -> list[Instruction]:
    """An elementwise class, in the order of the operand that tells its nodes apart best."""
    numpy = require("numpy", extra="fast")
    nodes = numpy.array(members, dtype=numpy.int64)
    inputs = numpy.array([layout.tape.inputs[place] for place in members], dtype=numpy.int64)
    addresses = layout.address[inputs]
    columns = [j for j in range(inputs.shape[1]) if (addresses[:, j] >= 0).all()]
    if columns and len(members) > 1:
        distinct = {j: numpy.unique(addresses[:, j]).size for j in columns}
        keys = sorted(columns, key=lambda j: -distinct[j])  # in lexsort the last key decides first
        if distinct[keys[0]] == len(members):
            keys = keys[:1]
        order = numpy.lexsort([addresses[:, j] for j in keys])
        nodes, inputs, addresses = nodes[order], inputs[order], addresses[order]
    height, width = _shape(addresses[:, columns], len(members))
    out = layout.block(NODES, height, width)
    layout.place(nodes.reshape(height, width), out)
    views = tuple(layout.locate(inputs[:, j].reshape(height, width)) for j in range(inputs.shape[1]))
    return [Each(row, view_of(out), tuple(map(_elementwise, views)))]


def _elementwise(view: View) -> View:
    """Lanes of an elementwise operand are one number for all, or neighbours; else a table."""
    return view if view.table is not None or view.columns <= 1 else view._replace(table=view.addresses())


def _shape(addresses: Array, count: int) -> tuple[int, int]:
    """Height and width of the grid in which most operands are rows of neighbours, or one number for a row."""
    numpy = require("numpy", extra="fast")
    if count == 1 or not addresses.size:
        return 1, count
    best, shape = -1, (1, count)
    widths = {count}
    for j in range(addresses.shape[1]):
        steps = numpy.diff(addresses[:, j])
        other = numpy.nonzero(steps != steps[0])[0]
        widths.add(int(other[0]) + 1 if other.size else count)
    for width in sorted(widths, reverse=True):
        if count % width == 0:
            grid = addresses.reshape(count // width, width, -1)
            fitting = sum(_elementwise(view_of(grid[:, :, j])).table is None for j in range(addresses.shape[1]))
            if fitting > best:
                best, shape = fitting, (count // width, width)
    return shape


def _many(row: Operation, members: Sequence[int], layout: Layout) -> Many:
    """A class of n-ary nodes, a lane each. Their operands may be put in any order: the table's reductions allow it."""
    numpy = require("numpy", extra="fast")
    tape = layout.tape
    entries = [row.split(tape.inputs[place]) for place in members]
    grids = [
        numpy.array([entry[j] if operand.variadic else [entry[j]] for entry in entries], dtype=numpy.int64)
        for j, operand in enumerate(row.operands)
    ]
    nodes = numpy.array(members, dtype=numpy.int64)
    groups = [j for j, operand in enumerate(row.operands) if operand.variadic]
    seen = next((j for j in groups if layout.known(grids[j])), None)
    if seen is not None:
        order = numpy.argsort(layout.address[grids[seen][:, 0]], kind="stable")
        nodes, grids = nodes[order], [grid[order] for grid in grids]
        within = numpy.argsort(layout.address[grids[seen][0]], kind="stable")
        for j in groups:
            grids[j] = grids[j][:, within]
    out = layout.block(NODES, 1, len(members))
    layout.place(nodes[None, :], out)
    return Many(row, view_of(out), tuple(layout.locate(grid, weights=len(members) == 1) for grid in grids))


def _products(row: Operation, members: Sequence[int], layout: Layout) -> list[Instruction]:
    """Dot products: as matrix products where they form full grids, else a lane each."""
    grids = find_grids(row, members, layout.tape) if len(members) > 1 else None
    if grids is None:
        return [_many(row, members, layout)]
    found: list[Instruction] = []
    for grid in grids:
        found += _product(row, grid, layout)
    return found


def _product(row: Operation, grid: Grid, layout: Layout) -> list[Instruction]:
    numpy = require("numpy", extra="fast")
    left, right, nodes, bias = grid
    if _flipped(left, right, layout):
        left, right, nodes = right, left, nodes.T
        bias = None if bias is None else bias.T
    left, nodes, bias = _sorted_rows(left, nodes, bias, layout)
    right, turned, turned_bias = _sorted_rows(right, nodes.T, None if bias is None else bias.T, layout)
    nodes, bias = turned.T, None if turned_bias is None else turned_bias.T
    guide = next((m for m in (right, left) if layout.known(m)), None)
    if guide is not None:
        within = numpy.argsort(layout.address[guide[0]], kind="stable")
        left, right = left[:, within], right[:, within]
    found: list[Instruction] = []
    a = layout.locate(left, weights=True)
    if a.table is not None:
        a = _gathered(a, layout, found)
    b = layout.locate(numpy.ascontiguousarray(right.T), weights=right.size < left.size)
    if b.table is not None or (b.columns != 1 and b.shape[1] > 1):
        b = _gathered(b, layout, found)
    c = None if bias is None else layout.locate(bias, weights=True)
    if c is not None and (c.table is not None or c.columns > 1):
        c = _gathered(c, layout, found)
    out = layout.block(NODES, *nodes.shape)
    layout.place(nodes, out)
    found.append(Product(row, view_of(out), a, b, c))
    return found


def _flipped(left: Array, right: Array, layout: Layout) -> bool:
    """Whether the product is better run transposed: what already lies in rows stays, the longer side makes lanes."""
    runs = []
    for side in (left, right):
        known = layout.known(side) and len(side) > 1
        runs.append(known and view_of(_in_order(layout.address[side]).T).columns == 1)
    if runs[0] != runs[1] and min(len(left), len(right)) > 1:
        return bool(runs[0])
    return len(left) > len(right)


def _in_order(addresses: Array) -> Array:
    numpy = require("numpy", extra="fast")
    rows = addresses[numpy.argsort(addresses[:, 0], kind="stable")]
    return rows[:, numpy.argsort(rows[0], kind="stable")]


def _sorted_rows(side: Array, nodes: Array, bias: Array | None, layout: Layout) -> tuple[Array, Array, Array | None]:
    numpy = require("numpy", extra="fast")
    if not layout.known(side):
        return side, nodes, bias
    order = numpy.argsort(layout.address[side[:, 0]], kind="stable")
    return side[order], nodes[order], None if bias is None else bias[order]


def _gathered(view: View, layout: Layout, found: list[Instruction]) -> View:
    """A copy of scattered operands in rows."""
    source = view._replace(table=view.addresses())
    out = view_of(layout.block(NODES, *view.shape), view.constant)
    found.append(Gather(out, source))
    return out
