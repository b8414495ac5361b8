"""Classing: nodes of equal structure, whatever their numbers, fall into one class; a class is run as one instruction.

The hash of a node is its operation and its inputs' classes; all parameters hash alike, and so do all other leaves, and
all constants.
"""

from .rows import Operation
from .tape import NODE, Tape

__all__ = ["structural_classes"]


def structural_classes(tape: Tape, *, lift: bool = True) -> list[list[int]]:
    """The computed places by class, in an order in which every class stands behind those that it reads.

    lift: False puts every node in a class of its own.

    >>> from autograd import Value
    >>> from .tape import record
    >>> w = Value(2.0)
    >>> [len(each) for each in structural_classes(record((w * 3 + w * 4).tanh()))]
    [2, 1, 1]
    """
    kinds = tape.kinds
    if not lift:
        return [[place] for place, kind in enumerate(kinds) if kind == NODE]
    number: list[int] = [0] * len(tape)
    known: dict[tuple[Operation, tuple[int, ...]], int] = {}
    classes: list[list[int]] = []
    look_up = number.__getitem__
    for place, row in enumerate(tape.rows):
        if row is None:
            number[place] = -1 - kinds[place]
            continue
        key = (row, tuple(map(look_up, tape.inputs[place])))
        found = known.get(key)
        if found is None:
            found = known[key] = len(classes)
            classes.append([])
        number[place] = found
        classes[found].append(place)
    return classes
