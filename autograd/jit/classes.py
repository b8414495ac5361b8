"""Classing: nodes of equal structure, whatever their numbers, fall into one class; a class is run as one instruction.

The hash of a node is its operation and its inputs' classes; all parameters hash alike, and so do all other leaves, and
all constants.
"""

from itertools import groupby

from .rows import Operation
from .tape import Tape

__all__ = ["structural_classes"]


def structural_classes(tape: Tape, *, lift: bool = True) -> list[list[int]]:
    """The computed places by class, in an order in which every class stands behind those that it reads.

    lift: False looks at no structure: nodes of one operation and one depth are done together, in any order.

    >>> from autograd import Value
    >>> from .tape import record
    >>> w = Value(2.0)
    >>> [len(each) for each in structural_classes(record((w * 3 + w * 4).tanh()))]
    [2, 1, 1]
    """
    kinds = tape.kinds
    if not lift:
        return _levels(tape)
    number: list[int] = [0] * len(tape)
    known: dict[tuple[Operation, tuple[int, ...]], int] = {}
    classes: list[list[int]] = []
    look_up = number.__getitem__
    for place, row in enumerate(tape.rows):
        if row is None:
            number[place] = -1 - kinds[place]
            continue
        below = tuple(map(look_up, tape.inputs[place]))
        key = (row, _runs(below) if row.variadic else below)
        found = known.get(key)
        if found is None:
            found = known[key] = len(classes)
            classes.append([])
        number[place] = found
        classes[found].append(place)
    return classes


def _runs(classes: tuple[int, ...]) -> tuple[int, ...]:
    """Each class once where several stand in a row: sums of different lengths, as attention has them, are one class."""
    first = classes[0]
    if classes.count(first) == len(classes):
        return (first,)
    return tuple([one for one, _ in groupby(classes)])


def _levels(tape: Tape) -> list[list[int]]:
    """Nodes by their depth, operation and number of inputs."""
    depth = [0] * len(tape)
    found: dict[tuple[int, Operation, int], list[int]] = {}
    for place, row in enumerate(tape.rows):
        if row is not None:
            operands = tape.inputs[place]
            depth[place] = level = 1 + max([depth[i] for i in operands])
            found.setdefault((level, row, len(operands)), []).append(place)
    return [found[key] for key in sorted(found, key=lambda key: key[0])]
