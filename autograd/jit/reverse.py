"""The backward order of a lowered program: which instructions run, and what each does to its operands' gradients.

The first to reach a gradient sets it and the others add, so that only what is scattered has to be zero before.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from ..errors import require
from .instructions import Each, Gather, Instruction, Product
from .layout import View

__all__ = ["Backward", "Reversed", "reverse"]

Array = Any


class Backward(NamedTuple):
    """One instruction run backward; `modes` has a letter an operand: "-" no gradient, "=" set it, "+" add to it."""

    instruction: Instruction
    modes: str


class Reversed(NamedTuple):
    """The whole pass: stretches of gradients (start, length) to make zero first, then the steps."""

    zeros: list[tuple[int, int]]
    steps: list[Backward]


def reverse(instructions: Sequence[Instruction], size: int, root: int, wanted: Array) -> Reversed:
    """The backward pass for gradients at the addresses `wanted`; those of all nodes on the way are computed too."""
    numpy = require("numpy", extra="fast")
    active = numpy.zeros(size, dtype=bool)
    active[wanted] = True
    for one in instructions:
        if any(not view.constant and active[view.addresses()].any() for view in one.operands):
            active[one.out.addresses()] = True
    touched = numpy.zeros(size, dtype=bool)
    touched[root] = True
    zero = numpy.zeros(size, dtype=bool)
    steps: list[Backward] = []
    for one in reversed(instructions):
        out = one.out.addresses()
        if not active[out].any():
            continue
        zero[out[~touched[out]]] = True
        modes: list[str] = []
        setting: dict[int, Array] = {}  # what this step sets, by operand
        for index, view in enumerate(one.operands):
            places = _gradients(one, view)
            if view.constant or not active[places].any():
                modes.append("-")
                continue
            reached = touched[places]
            single = not isinstance(one, Gather) and numpy.unique(places).size == places.size
            if single and not reached.any():
                modes.append("=")
                setting[index] = places
            else:
                modes.append("+")
                zero[places[~reached]] = True
                for other in _overwriting(one, view, places, setting):
                    modes[other] = "+"
                    zero[setting.pop(other)] = True
            touched[places] = True
        if set(modes) != {"-"}:
            steps.append(Backward(one, "".join(modes)))
    zero[wanted] |= ~touched[wanted]
    return Reversed(_stretches(zero), steps)


def _overwriting(one: Instruction, view: View, places: Array, setting: dict[int, Array]) -> list[int]:
    """The operands of a step that would set, in a later lane, what `view` has added in an earlier one.

    A kernel goes lane by lane; the parts of a matrix product are kernels of their own, one after another.
    """
    numpy = require("numpy", extra="fast")
    if isinstance(one, Product):
        return []
    found = []
    for index, others in setting.items():
        same = view.table is None and one.operands[index].table is None and view == one.operands[index]
        if not same and numpy.isin(places, others).any():
            found.append(index)
    return found


def _gradients(one: Instruction, view: View) -> Array:
    """The addresses that a step writes: one for a whole row, where the row is one number for all lanes."""
    addresses = view.addresses()
    summed = view.table is None and view.columns == 0 and isinstance(one, Each | Product)
    if summed and not (isinstance(one, Product) and (view is one.left or view is one.right)):
        return addresses[:, 0]
    return addresses.ravel()


def _stretches(mask: Array) -> list[tuple[int, int]]:
    numpy = require("numpy", extra="fast")
    edges = numpy.flatnonzero(numpy.diff(numpy.concatenate([[0], mask.astype(numpy.int8), [0]])))
    return [(int(start), int(stop - start)) for start, stop in zip(edges[::2], edges[1::2], strict=True)]
