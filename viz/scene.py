"""From a graph of Values to the boxes and arrows of its picture, in full or with parameters folded into their nodes."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from autograd import DomainError, Value, edge_partials
from autograd.wording import count_of

from .kinks import kink_notes
from .model import Arrow, Box, Group, Picture, Row
from .survey import Survey

__all__ = ["Names", "scene"]

Names = Mapping[Value, str]
T = TypeVar("T")

ROWS = 16
"""Most parameters that are written inside one box, unless the picture is told otherwise."""


def scene(graph: Survey, names: Names, *, fold: bool, rows: int = ROWS) -> Picture:
    """Every node as a box and every argument as an arrow; inputs outside the survey as one box that counts them.

    fold: parameters and constants that one node alone uses become rows of that node's box, at most `rows` of them.
    """
    picture = Picture()
    boxes: dict[Value, Box] = {}
    root = graph.order[-1]
    for index, node in enumerate(graph.order):
        if graph.is_copied(node) or (fold and graph.is_folded(node)):
            continue
        boxes[node] = box = make_box(node, f"n{index}", names)
        box.is_root = node is root
        hidden = 0
        factors = _factors(node) if fold else {}
        entering: dict[int, Arrow] = {}
        places: dict[int, int] = {}
        for position, (operand, arrow) in enumerate(arguments(node, box.name)):
            entering[position] = arrow
            if operand in boxes:
                arrow.tail = boxes[operand].name
                picture.arrows.append(arrow)
            elif operand not in graph.uses:
                hidden += 1
            elif graph.is_copied(operand):
                copy = make_box(operand, f"n{index}_{len(picture.arrows)}", names)
                copy.copied = True
                picture.boxes.append(copy)
                arrow.tail = copy.name
                picture.arrows.append(arrow)
            elif len(box.rows) < rows:
                title = title_of(operand, names).removeprefix(_path(node) + ".")
                places[position] = len(box.rows)
                box.rows.append(Row(title, operand.role, operand.data, _grad(operand), arrow.partial))
            else:
                places[position] = -1
                box.left_out += 1
        for position, place in places.items():
            arrow = entering.get(factors.get(position, -1), Arrow("", ""))
            if arrow.tail and not arrow.is_constant:
                arrow.row = "more" if place < 0 else f"row{place}"
                if place >= 0:
                    box.rows[place].flow = arrow.contribution
        picture.boxes.append(box)
        if hidden:
            picture.groups.append(Group(f"{box.name}_more", f"{count_of(hidden, 'input')} not shown", []))
            picture.arrows.append(Arrow(f"{box.name}_more", box.name, uses=hidden))
    _number_neurons(picture)
    return picture


def _number_neurons(picture: Picture) -> None:
    """Neurons of a layer stand in their own order, and their arrows too, whatever an operation takes first."""
    by_name = {box.name: box for box in picture.boxes}
    _sort_alike(picture.boxes, lambda box: box, lambda box: box.kind)
    _sort_alike(picture.arrows, lambda arrow: by_name.get(arrow.tail), lambda arrow: arrow.head)


def _sort_alike(things: list[T], box_of: Callable[[T], Box | None], kind: Callable[[T], object]) -> None:
    """Things of boxes titled `neurons.0`, `neurons.1`… change places so that the numbers ascend; others stay."""
    alike: dict[object, list[tuple[int, int]]] = {}
    for place, thing in enumerate(things):
        box = box_of(thing)
        prefix, _, number = (box.title if box else "").rpartition(".")
        if box and number.isdecimal() and prefix:
            alike.setdefault((prefix, box.operation, kind(thing)), []).append((int(number), place))
    for found in alike.values():
        moved = [things[place] for _, place in sorted(found)]
        for (_, place), thing in zip(found, moved, strict=True):
            things[place] = thing


def make_box(node: Value, name: str, names: Names) -> Box:
    """One node's box, without rows."""
    box = Box(name, node.role, title_of(node, names), sign_of(node), node.data, _grad(node))
    box.notes = kink_notes(node)
    return box


def arguments(node: Value, head: str) -> list[tuple[Value, Arrow]]:
    """A node's inputs in order, each with the arrow to `head`, the node's box, that still wants its tail."""
    partials: list[float | None]
    try:
        partials = list(edge_partials(node))
    except DomainError:
        partials = [None] * len(node.inputs)
    upstream = _grad(node)
    result = []
    for operand, partial in zip(node.inputs, partials, strict=True):
        if operand.role == "constant":
            arrow = Arrow("", head, is_constant=True)
        elif upstream == 0.0:
            arrow = Arrow("", head, partial, 0.0)  # as in the backward pass: no flow, even through an infinite partial
        elif upstream is None or partial is None:
            arrow = Arrow("", head, partial)
        else:
            arrow = Arrow("", head, partial, partial * upstream)
        result.append((operand, arrow))
    return result


def _factors(node: Value) -> dict[int, int]:
    """Pairs of arguments that are multiplied, as w and x in Σ w·x: each is the other's partial derivative."""
    operation = node.operation
    if operation is None:
        return {}
    length = (len(node.inputs) - len(operation.scalars)) // max(1, len(operation.groups))
    starts, total = {}, 0
    for operand in operation.operands:
        starts[operand.name] = total
        total += length if operand.variadic else 1
    if total != len(node.inputs):
        return {}
    partial = dict(zip(starts, operation.partial_texts, strict=False))
    found = {}
    for operand in operation.operands:
        other = partial.get(operand.name, "")
        if other != operand.name and partial.get(other) == operand.name:
            for step in range(length if operand.variadic else 1):
                found[starts[operand.name] + step] = starts[other] + step
    return found


def title_of(node: Value, names: Names) -> str:
    """What to call a node: the name given for this picture, its label, or the module that made it."""
    return names.get(node) or node.label or (_path(node) if node.inputs else "")


def sign_of(node: Value) -> str:
    """The operation as a reader writes it: its sign where it has one for two operands, else its name."""
    row = node.operation
    if row is None:
        return ""
    return SIGNS.get(row.symbol, row.symbol) if row.symbol and len(node.inputs) == 2 else row.name


def module_path(node: Value) -> tuple[str, ...]:
    """The scopes of the module that made the node, outermost first; empty where none did."""
    origin = node.origin
    if not origin or origin.rpartition(":")[2].isdigit():  # a place in a file: where a derivative is missing
        return ()
    return tuple(origin.split("/"))


SIGNS = {"*": "×", "/": "÷", "-": "−"}


def _path(node: Value) -> str:
    """The module's name as in `named_parameters`: `layers.0.neurons.3`."""
    return ".".join(module_path(node)[1:])


def _grad(node: Value) -> float | None:
    return node.grad if node.has_grad else None
