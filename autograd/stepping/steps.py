"""`Steps`, steps in order, and `Record`, those of a backward pass with its numbers and gradients by name.

A record knows nothing of the tools that read it (`walker`, `quiz`, `comparison`…); `traces` puts them together.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from types import MappingProxyType
from typing import Any, ClassVar, Self, overload

from ..value import Value
from ..wording import count_of
from .glyphs import UNICODE, Glyphs
from .layout import lay_out
from .names import resolve
from .notebook import html_lines
from .shown import Shown
from .step import NARROW, Edge, Step, rows_of, rows_shown
from .terminal import screen

__all__ = ["ORDERS", "RULES", "Record", "Steps"]

RULES = ("add", "overwrite")
ORDERS = ("topological", "dfs")

STEPS_SHOWN, ROWS_SHOWN = 20, 60
"""Steps of a trace that are printed, and rows of them; the middle ones of more are counted only."""


class Steps(Sequence[Step], Shown):
    """Steps in order: indexing gives one, slicing `Steps` again; printed, a long one shortens itself."""

    __slots__ = ("_items",)
    _items: Sequence[Step]

    _more: ClassVar[str] = "print(steps[{}:{}]) for the next"
    """How to see the steps that a long text leaves out."""

    def __init__(self, items: Sequence[Step]) -> None:
        object.__setattr__(self, "_items", items)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"a {type(self).__name__} is a record and cannot be changed; trace() makes another one")

    def __delattr__(self, name: str) -> None:
        self.__setattr__(name, None)

    def __len__(self) -> int:
        return len(self._items)

    @overload
    def __getitem__(self, index: int) -> Step: ...
    @overload
    def __getitem__(self, index: slice) -> "Steps": ...
    def __getitem__(self, index: int | slice) -> "Step | Steps":
        if isinstance(index, slice):
            return Steps(tuple([self._items[i] for i in range(*index.indices(len(self)))]))
        return self._items[index]

    def __iter__(self) -> Iterator[Step]:
        return iter(self._items)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Steps):
            return NotImplemented
        return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))

    def __hash__(self) -> int:
        return hash((len(self), *islice(self, 1)))

    def __repr__(self) -> str:
        lines = screen()[1]
        if len(self) < lines:
            shown = super().__repr__()
            if shown.count("\n") + 1 < lines:
                return shown
        return self._summary()

    # IPython takes the first class on the way that has either a repr or this.
    _repr_pretty_ = Shown._repr_pretty_

    def _repr_html_(self) -> str:
        """What a notebook shows: the text, in lines that scroll instead of being broken."""
        return html_lines(self.text(UNICODE))

    def _summary(self) -> str:
        """What the prompt shows where the steps do not fit the screen."""
        return f"<{count_of(len(self), 'step')}: print() shows them>"

    def __reduce__(self) -> tuple[Any, ...]:
        return Steps, (tuple(self),)

    def _written(self, glyphs: Glyphs, width: int | None) -> str:
        """The lines of all steps, shortened in the middle, saying how to see more."""
        first, last = self._ends()
        shown = [*first, *last]
        blocks = lay_out([rows_of(step, glyphs) for step in shown], width, NARROW)
        left_out = len(self) - len(shown)
        if left_out:
            more = f"… {left_out:,} more steps: {self._more.format(len(first), len(first) + 20)}"
            blocks.insert(len(first), [glyphs.text(more)])
        short = next(((n, part.written) for step in shown for n, part in _named(step) if part.written), None)
        if short:
            blocks.append([f"({glyphs.text(short[1])} is short for {glyphs.text(short[0])})"])
        return "\n".join(line for lines in blocks for line in lines)

    def _ends(self) -> tuple[list[Step], list[Step]]:
        """All steps, or the first and the last ones, if there are too many or their rows are."""
        if len(self) <= STEPS_SHOWN:
            everything = list(self)
            if sum(map(rows_shown, everything)) <= ROWS_SHOWN:
                return everything, []
        forth, back = range(len(self)), range(len(self) - 1, -1, -1)
        return self._some(forth), self._some(back)[::-1]

    def _some(self, places: range) -> list[Step]:
        """As many of these steps as make up half of what is shown; at least one."""
        found: list[Step] = []
        rows = 0
        for place in places[: STEPS_SHOWN // 2]:
            step = self._items[place]
            rows += rows_shown(step)
            if found and rows > ROWS_SHOWN // 2:
                break
            found.append(step)
        return found


def _named(step: Step) -> Iterator[tuple[str, Step | Edge]]:
    yield step.node, step
    for edge in step.edges:
        yield edge.operand, edge


class Record(Steps):
    """The steps of a recorded backward pass, from the root to the leaves, with what they say of each node by its name.

    forward: the forward steps. right: the record without the bug, where `rule` or `order` are one; else itself.
    """

    __slots__ = ("__dict__", "_nodes", "_right", "forward", "order", "rule")
    forward: Steps
    rule: str
    order: str

    def __init__(
        self,
        items: Sequence[Step],
        forward: Steps,
        right: "Self | None" = None,
        rule: str = "add",
        order: str = "topological",
        nodes: Mapping[Value, int] | None = None,
        node_names: Sequence[str] = (),
    ) -> None:
        super().__init__(items)
        for name, value in (("forward", forward), ("_right", right), ("rule", rule), ("order", order)):
            object.__setattr__(self, name, value)
        object.__setattr__(self, "_nodes", (nodes or {}, node_names))

    @property
    def right(self) -> Self:
        """The same pass done right; the trace itself where it has no bug."""
        return self._right or self  # type: ignore[attr-defined]

    @property
    def root(self) -> str:
        """The name of the node that the pass starts from."""
        return self[0].node

    @cached_property
    def grads(self) -> Mapping[str, float]:
        """The gradients at the end, by name, of all nodes but constants."""
        found = {self.root: 1.0}
        for step in self:
            for edge in step.edges:
                found[edge.operand] = edge.after
        return MappingProxyType(found)

    @cached_property
    def data(self) -> Mapping[str, float]:
        """The numbers, by name, of all nodes but constants."""
        found = {}
        for step in self:
            found[step.node] = step.data
            found |= {edge.operand: edge.data for edge in step.edges}
        return MappingProxyType(found)

    @cached_property
    def _texts(self) -> dict[str, str]:
        """The names, by how formulas write them."""
        return {part.name: name for step in self for name, part in _named(step)}

    @cached_property
    def _turns(self) -> dict[str, int]:
        return {step.node: step.index for step in self}

    def turn(self, node: Value | str) -> int:
        """The number of a node's own step; 0 for a leaf, which has none. KeyError where the trace has no such node."""
        return self._turns.get(self.name(node), 0)

    def name(self, node: Value | str) -> str:
        """What a node is called here; KeyError, naming some that are, where it is not of this trace."""
        if isinstance(node, Value):
            places, names = self._nodes  # type: ignore[attr-defined]
            if node in places:
                found: str = names[places[node]]
                return found
            if not places and node.label in self.data:
                return node.label
            raise KeyError(f"{node!r} is not a node of this trace of {self.root}")
        if not isinstance(node, str):
            raise TypeError(f"a node is given by its name or as the Value itself, got {type(node).__name__}")
        return resolve(node, self.data, self._texts)
