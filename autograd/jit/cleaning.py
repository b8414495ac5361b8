"""Two small passes: common subexpressions are computed once, and what the root does not need is dropped."""

from .rows import Operation
from .tape import Tape

__all__ = ["drop_dead", "merge_common"]


def merge_common(tape: Tape) -> Tape:
    """The tape where equal operations on equal inputs are one node.

    Only operations that are smooth wherever they exist: at a point where a derivative is missing, each node must be
    able to report it for its own upstream gradient.
    """
    known: dict[tuple[int, tuple[int, ...]], int] = {}
    moved = list(range(len(tape)))
    inputs = list(tape.inputs)
    rows: dict[Operation, int] = {}
    for place, row in enumerate(tape.rows):
        if row is None:
            continue
        inputs[place] = operands = tuple([moved[i] for i in inputs[place]])
        number = rows.get(row)
        if number is None:
            number = rows[row] = -1 if any(row.smooth) else len(rows)
        if number >= 0:
            moved[place] = known.setdefault((number, operands), place)
    others = tuple([moved[place] for place in tape.others])
    return tape.replaced(inputs=inputs, root=moved[tape.root], others=others)


def drop_dead(tape: Tape) -> Tape:
    """The tape with only the places that its results depend on."""
    needed = bytearray(len(tape))
    for place in (tape.root, *tape.others):
        needed[place] = 1
    for place in range(len(tape) - 1, -1, -1):
        if needed[place]:
            for operand in tape.inputs[place]:
                needed[operand] = 1
    if all(needed):
        return tape
    return tape.kept([place for place, wanted in enumerate(needed) if wanted])
