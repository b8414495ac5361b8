"""Constant folding: a node whose inputs are all constants is a constant, and equal constants are one.

A square is written as a product here too, so that sums of squares become dot products later.
"""

from .rows import OPERATIONS
from .tape import CONSTANT, Tape

__all__ = ["fold_constants"]


def fold_constants(tape: Tape) -> Tape:
    """The tape with constants computed once; places keep their numbers, those that nothing reads any more stay.

    >>> from autograd import Value
    >>> from .tape import record
    >>> x = Value(3.0)
    >>> tape = fold_constants(record(x ** 2))
    >>> tape.rows[tape.root].name, tape.inputs[tape.root]
    ('mul', (0, 0))
    """
    kinds, rows, numbers = list(tape.kinds), list(tape.rows), list(tape.numbers)
    inputs: list[tuple[int, ...]] = []
    power, product = OPERATIONS["pow"], OPERATIONS["mul"]
    same: dict[str, int] = {}  # by the text of the number: 0.0 and -0.0 are two
    moved = list(range(len(tape)))
    for place, row in enumerate(rows):
        operands = tape.inputs[place]
        if row is not None:
            operands = tuple([moved[i] for i in operands])
            if kinds[operands[0]] == CONSTANT and all(kinds[i] == CONSTANT for i in operands):
                data = [numbers[i] for i in operands]
                numbers[place] = row.compute(*(row.split(data) if row.variadic else data))
                kinds[place], rows[place], operands = CONSTANT, None, ()
            elif row is power and kinds[operands[1]] == CONSTANT and numbers[operands[1]] == 2.0:
                rows[place], operands = product, (operands[0], operands[0])
        if kinds[place] == CONSTANT:
            moved[place] = same.setdefault(repr(numbers[place]), place)
        inputs.append(operands)
    others = tuple([moved[place] for place in tape.others])
    return tape.replaced(kinds=kinds, rows=rows, inputs=inputs, numbers=numbers, root=moved[tape.root], others=others)
