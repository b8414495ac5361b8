"""Full grids among dot products: nodes Σ w·x whose tuples of w and of x are all pairs of some rows and columns.

Where a class is no full grid (a sample is missing, a branch was taken), its columns are parted by the rows they meet.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from ..errors import require
from .rows import Operation
from .tape import Tape

__all__ = ["Grid", "find_grids"]

_FEWEST = 200
"""Products of two numbers that parted grids must hold on average; below it, lanes of single dot products are faster."""


class Grid(NamedTuple):
    """left: places [u, k]; right: [v, k]; nodes and bias: [u, v]."""

    left: Any
    right: Any
    nodes: Any
    bias: Any | None


def find_grids(row: Operation, members: Sequence[int], tape: Tape) -> list[Grid] | None:
    """The class as full grids, or None where they would be too small to be worth it."""
    inputs = [tape.inputs[place] for place in members]
    terms = (len(inputs[0]) - len(row.scalars)) // 2
    rows: dict[tuple[int, ...], int] = {}
    columns: dict[tuple[int, ...], int] = {}
    cells: dict[tuple[int, int], int] = {}
    for index, operands in enumerate(inputs):
        u = rows.setdefault(operands[:terms], len(rows))
        v = columns.setdefault(operands[terms : 2 * terms], len(columns))
        cells[u, v] = index
    if len(cells) < len(members):
        return None
    if len(cells) == len(rows) * len(columns):
        parts = [(list(range(len(rows))), list(range(len(columns))))]
    else:
        by_columns, by_rows = _parted(cells, 1), _parted(cells, 0)
        parts = by_columns if len(by_columns) <= len(by_rows) else [(us, vs) for vs, us in by_rows]
    if len(parts) > 1 and len(parts) * _FEWEST > len(members) * terms:
        return None
    lefts, rights = list(rows), list(columns)
    return [_grid(us, vs, cells, members, inputs, lefts, rights, terms) for us, vs in parts]


def _parted(cells: dict[tuple[int, int], int], side: int) -> list[tuple[list[int], list[int]]]:
    """What stands on one side, grouped by all that it meets on the other: pairs (those met, those that meet them)."""
    met: dict[int, list[int]] = {}
    for cell in cells:
        met.setdefault(cell[side], []).append(cell[1 - side])
    groups: dict[tuple[int, ...], list[int]] = {}
    for one, others in met.items():
        groups.setdefault(tuple(sorted(others)), []).append(one)
    return [(list(others), ones) for others, ones in groups.items()]


def _grid(
    us: list[int],
    vs: list[int],
    cells: dict[tuple[int, int], int],
    members: Sequence[int],
    inputs: Sequence[tuple[int, ...]],
    lefts: Sequence[tuple[int, ...]],
    rights: Sequence[tuple[int, ...]],
    terms: int,
) -> Grid:
    numpy = require("numpy", extra="fast")
    indices = [[cells[u, v] for v in vs] for u in us]
    nodes = numpy.array([[members[i] for i in line] for line in indices], dtype=numpy.int64)
    biased = len(inputs[0]) > 2 * terms
    bias = numpy.array([[inputs[i][-1] for i in line] for line in indices], dtype=numpy.int64) if biased else None
    left = numpy.array([lefts[u] for u in us], dtype=numpy.int64)
    right = numpy.array([rights[v] for v in vs], dtype=numpy.int64)
    return Grid(left, right, nodes, bias)
