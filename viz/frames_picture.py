"""The picture of a `Trace`, or of the part of it next to the root, made from the trace's own steps alone.

A trace that was read from a file has no Values any more; its steps say all that is drawn.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from autograd import OPERATIONS
from autograd.stepping.step import UNDEFINED, Edge, Step
from autograd.wording import number, visible

from .model import Arrow, Box, Group, Picture
from .scene import SIGNS
from .style import CHIPS
from .survey import COPY_ABOVE

__all__ = ["Part", "blank", "node_of", "picture_of"]

EXPRESSION = 26
"""Most characters of an expression that a box shows; a longer one is in the step's text only."""


@dataclass(slots=True)
class Part:
    """Steps of a trace: forward ones and the backward ones of the same nodes, each of at most `limit` operands.

    whole: whether that is the whole trace. kinds, modules: by the node's name, where its graph is known.
    right: the gradients that a wrong pass gets wrong, as they should be.
    """

    forward: list[Step]
    backward: list[Step]
    limit: int
    whole: bool
    kinds: Mapping[str, str] = field(default_factory=dict)
    modules: Mapping[str, str] = field(default_factory=dict)
    right: Mapping[str, float] = field(default_factory=dict)
    by_name: dict[str, Step] = field(init=False)

    def __post_init__(self) -> None:
        self.by_name = {step.node: step for step in self.backward}

    def edges(self, node: str) -> tuple[Edge, ...]:
        """The edges of a node's step that are drawn."""
        return self.by_name[node].edges[: self.limit]


def picture_of(part: Part) -> tuple[Picture, dict[str, int]]:
    """The picture as at the end of the trace, and each node's number by its name, inputs first.

    The arrows stand in the order of the forward steps, each step's in the order of its edges.
    """
    names: dict[str, int] = {}
    ranks, heads = _ranks(part)
    grads = {edge.operand: edge.after for step in part.backward for edge in part.edges(step.node)}
    grads |= {step.node: step.grad for step in part.backward if not step.uses}
    picture = Picture()
    for step in part.forward:
        box_name = ""
        for edge in part.edges(step.node):
            operand = edge.operand
            copied = _is_copied(operand, ranks, heads)
            is_new = operand not in names
            tail = f"n{names.setdefault(operand, len(names))}"
            tail += f"_{len(picture.arrows)}" if copied else ""
            if operand not in ranks and (copied or is_new):
                kind, word = _kind(part, operand) if part.whole else ("leaf", "…")
                leaf = Box(tail, kind, _title(operand), word, edge.data, grads[operand], copied=copied)
                leaf.notes, leaf.is_wrong = _right(part, operand), operand in part.right
                picture.boxes.append(leaf)
            partial = None if edge.note.startswith(UNDEFINED) else edge.partial
            picture.arrows.append(Arrow(tail, "", partial, edge.contribution))
            picture.cost += 1 if copied else ranks[step.node] - _rank(operand, ranks, heads)
        box_name = f"n{names.setdefault(step.node, len(names))}"
        for arrow in picture.arrows[len(picture.arrows) - len(part.edges(step.node)) :]:
            arrow.head = box_name
        kind, sign = ("computed", _sign(step)) if step.expression else _kind(part, step.node)
        box = Box(box_name, kind, _title(step.node), sign, step.data, grads[step.node])
        module = part.modules.get(step.node, "")
        box.notes = [visible(module)] if module not in ("", step.node) else []
        box.notes += [visible(step.expression)] if 0 < len(step.expression) <= EXPRESSION else []
        box.notes += _right(part, step.node)
        box.is_wrong = step.node in part.right
        box.is_root = step is part.forward[-1]
        picture.boxes.append(box)
        hidden = len(part.by_name[step.node].edges) - part.limit
        if hidden > 0:
            picture.groups.append(Group(f"{box_name}_more", f"{hidden:,} operands not shown", []))
    # After all others, whose places count as their numbers.
    picture.arrows += [Arrow(group.name, group.name.removesuffix("_more"), uses=1) for group in picture.groups]
    return picture, names


def node_of(box: str) -> int:
    """The number of the node that a box, or an arrow's head, belongs to.

    >>> node_of("n12"), node_of("n3_40")
    (12, 3)
    """
    return int(box.removeprefix("n").partition("_")[0])


def blank(picture: Picture) -> Picture:
    """The same picture with no gradient computed in any box; its layout has the room for all of them."""
    boxes = [replace(box, grad=None) for box in picture.boxes]
    return replace(picture, boxes=boxes)


def _ranks(part: Part) -> tuple[dict[str, int], dict[str, list[int]]]:
    """The rank of each node that has a step, and by operand the ranks of the nodes that use it."""
    ranks: dict[str, int] = {}
    heads: dict[str, list[int]] = {}
    for step in part.forward:
        operands = [edge.operand for edge in part.edges(step.node)]
        ranks[step.node] = max((ranks.get(name, 0) for name in operands), default=0) + 1
        for name in operands:
            heads.setdefault(name, []).append(ranks[step.node])
    return ranks, heads


def _rank(operand: str, ranks: Mapping[str, int], heads: Mapping[str, list[int]]) -> int:
    """A leaf stands one rank before its first use."""
    return ranks[operand] if operand in ranks else min(heads[operand]) - 1


def _is_copied(operand: str, ranks: Mapping[str, int], heads: Mapping[str, list[int]]) -> bool:
    """Whether it is a leaf with so many uses, ranks apart, that each gets its own box."""
    if operand in ranks or len(heads[operand]) <= COPY_ABOVE:
        return False
    uses = heads[operand]
    return sum(uses) - len(uses) * (min(uses) - 1) > 2 * len(uses)


def _kind(part: Part, leaf: str) -> tuple[str, str]:
    """The kind of a leaf's box and the word in it; a trace that was read from a file has leaves only."""
    kind = part.kinds.get(leaf, "leaf")
    return kind, "leaf" if kind == "leaf" else CHIPS[kind][0]


def _right(part: Part, node: str) -> list[str]:
    return [f"right grad: {number(part.right[node])}"] if node in part.right else []


def _title(name: str) -> str:
    # Graphviz leaves a text of blanks out; the boxes' texts are counted on.
    return name if name.strip() else repr(name)


def _sign(step: Step) -> str:
    row = OPERATIONS.get(step.op)
    if row is None or not row.symbol or len(row.operands) != 2:
        return step.op
    return SIGNS.get(row.symbol, row.symbol)
