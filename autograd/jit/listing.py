"""`print(program)`: the lowered program in matrix form, each line with the scalar nodes that it stands for."""

from .instructions import Each, Gather, Instruction, Many, Product
from .layout import View
from .lowered import Lowered
from .tape import NODE, PARAMETER

__all__ = ["listing"]

_NAMED = 4
"""How many names of leaves a line shows."""


def listing(program: Lowered) -> str:
    """One line an instruction: result and shape, what it is, and how many scalar nodes that is."""
    tape = program.tape
    names: dict[int, str] = {}
    for place in tape.leaves:
        source = tape.sources[place]
        kind = "parameters" if tape.kinds[place] == PARAMETER else "leaves"
        names[int(program.places[place])] = source.label if source is not None and source.label else kind
    computed = sum(kind == NODE for kind in tape.kinds)
    parameters = sum(kind == PARAMETER for kind in tape.kinds)
    head = f"program of {computed} nodes in {len(program.instructions)} instructions, {parameters} parameters"
    lines = []
    for number, one in enumerate(program.instructions):
        text = _text(one, names)
        for address in one.out.addresses().ravel().tolist():
            names[address] = f"v{number}"
        lines.append((f"v{number}{_shape(one.out)} = {text}", _nodes(one, one.out.shape[0] * one.out.shape[1])))
    room = max((len(text) for text, _ in lines), default=0)
    return "\n".join([head, *(f"{text:<{room}}  # {note}" for text, note in lines)])


def _nodes(one: Instruction, count: int) -> str:
    if isinstance(one, Gather):
        return "a copy"
    return f"{count} {one.row.name} node{'s' * (count != 1)}"


def _text(one: Instruction, names: dict[int, str]) -> str:
    operands = [_operand(view, names) for view in one.operands]
    match one:
        case Product(bias=None):
            return f"{operands[0]} · {operands[1]}"
        case Product():
            return f"{operands[0]} · {operands[1]} + {operands[2]}"
        case Gather():
            return f"gather {operands[0]}"
        case Each() | Many():
            if one.row.symbol and len(operands) == 2:
                return f"{operands[0]} {one.row.symbol} {operands[1]}"
            return f"{one.row.name}({', '.join(operands)})"


def _operand(view: View, names: dict[int, str]) -> str:
    if view.constant:
        return "constant" + ("" if view.rows == view.columns == 0 else _shape(view))
    read = list(dict.fromkeys(names.get(address, "?") for address in view.addresses().ravel().tolist()))
    if len(read) > _NAMED:
        read = [*read[:_NAMED], "…"]
    if view.table is not None:
        return f"gathered({', '.join(read)}){_shape(view)}"
    if len(read) == 1:
        return read[0] + ("" if read[0].startswith("v") and read[0][1:].isdigit() else _shape(view))
    return f"[{', '.join(read)}]{_shape(view)}"


def _shape(view: View) -> str:
    return "" if view.shape == (1, 1) else f"[{view.shape[0]}×{view.shape[1]}]"
