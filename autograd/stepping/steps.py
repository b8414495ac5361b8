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
from .glyphs import choose
from .step import Step

__all__ = ["ORDERS", "RULES", "Record", "Steps"]

RULES = ("add", "overwrite")
ORDERS = ("topological", "dfs")

STEPS_SHOWN = 20
"""Steps of a trace that are printed; the middle ones of more are counted only."""


class Steps(Sequence[Step]):
    """Steps in order: indexing gives one, slicing `Steps` again; printed, a long one shortens itself."""

    __slots__ = ("_items",)
    _items: Sequence[Step]

    _more: ClassVar[str] = "print(steps[{}:{}]) shows the next"
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

    def __str__(self) -> str:
        return self._text()

    def __repr__(self) -> str:
        return f"<{count_of(len(self), 'step')}: print() shows them>"

    def __reduce__(self) -> tuple[Any, ...]:
        return Steps, (tuple(self),)

    def _text(self) -> str:
        """The lines of all steps, shortened in the middle, saying how to see more."""
        if len(self) <= STEPS_SHOWN:
            return "\n".join(map(str, self))
        half = STEPS_SHOWN // 2
        left_out = f"… {len(self) - STEPS_SHOWN:,} more steps: {self._more.format(half, half + 20)}"
        ends = [str(self[index]) for index in (*range(half), *range(len(self) - half, len(self)))]
        return "\n".join([*ends[:half], choose().text(left_out), *ends[half:]])

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        from .tables import plain_table

        printer.text(plain_table(self))

    def _repr_html_(self) -> str:
        from .notebook import html_steps

        return html_steps(self)

    def __rich__(self) -> Any:
        from .tables import rich_table

        return rich_table(self)


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
        if node in self.data:
            return node
        for name in self.data:
            if node in name.split("≡"):
                return name
        shown = ", ".join(islice(self.data, 20)) + (", …" if len(self.data) > 20 else "")
        raise KeyError(f"no node of this trace is called {node!r}; the nodes are {shown}")
