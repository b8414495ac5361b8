"""`trace`, which records a backward pass without touching a gradient, and `Trace`, what it recorded.

A trace keeps numbers, not nodes' states: whatever happens to the graph later, it stays as it was. The steps are
put into words when they are asked for, so that recording a large graph is quick.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, final, overload

from ..value import Value
from .layout import count_of, steps_text
from .names import Names
from .step import Step

if TYPE_CHECKING:
    from .changes import Changes
    from .quiz import Quiz
    from .walker import Walker

__all__ = ["Steps", "Trace", "trace"]

RULES = ("add", "overwrite")
ORDERS = ("topological", "dfs")


def trace(
    root: Value,
    names: Names = None,
    *,
    rule: Literal["add", "overwrite"] = "add",
    order: Literal["topological", "dfs"] = "topological",
) -> "Trace":
    """The backward pass from `root`, step by step, with `d root / d root = 1` as its seed; no `.grad` is touched.

    names: names for nodes in this trace, such as `locals()` or `model.named_parameters()`; else labels are used.
    rule, order: the classroom's mistakes. "overwrite" writes `=` for `+=`: of several uses only the last counts. "dfs"
    passes a gradient on as soon as it is reached, before all its parts have arrived.

    Raises TypeError for anything but a Value, StaleGraphError where a leaf was changed after it was used, DomainError
    where a derivative does not exist: as `backward()` does.

    >>> a = Value(3.0, "a")
    >>> for step in trace(a * a, names={"y": None}): print(step)
    [1/1] v2 = a * a = 9            v2.grad = 1  (seed)
          ∂v2/∂a₁ = a = 3           a.grad += 3 × 1           0 → 3
          ∂v2/∂a₂ = a = 3           a.grad += 3 × 1           3 → 6
    """
    from .recorded import BackwardSteps, ForwardSteps
    from .snapshot import Pass, Snapshot

    for what, given, known in (("rule", rule, RULES), ("order", order, ORDERS)):
        if given not in known:
            raise ValueError(f"the {what} is {' or '.join(map(repr, known))}, got {given!r}")
    snapshot = Snapshot(root, names)
    right = Pass(snapshot)
    shown = right if (rule, order) == ("add", "topological") else Pass(snapshot, rule, order)
    forward = Steps(ForwardSteps(snapshot))
    recorded = Trace(BackwardSteps(snapshot, right, right), forward, nodes=snapshot.index, node_names=snapshot.names)
    if shown is right:
        return recorded
    return Trace(
        BackwardSteps(snapshot, shown, right), forward, recorded, rule, order, snapshot.index, snapshot.names
    )


class Steps(Sequence[Step]):
    """Steps in order: indexing gives one, slicing `Steps` again; printed, a long one shortens itself."""

    __slots__ = ("_items",)
    _items: Sequence[Step]

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
        return steps_text(self, "steps")

    def __repr__(self) -> str:
        return f"<{count_of(len(self), 'step')}: print() shows them>"

    def __reduce__(self) -> tuple[Any, ...]:
        return Steps, (tuple(self),)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        from .tables import plain_table

        printer.text(plain_table(self))

    def __rich__(self) -> Any:
        from .tables import rich_table

        return rich_table(self)


@final
class Trace(Steps):
    """A recorded backward pass, from the root to the leaves; made by `trace`, never changed afterwards.

    forward: the forward steps. right: the trace without the bug, where `rule` or `order` are one; else itself.

    >>> a = Value(2.0, "a"); L = a * 3
    >>> t = trace(L, names={"L": L})
    >>> t
    <trace of L: 1 step; print() shows it, .walk() goes through it>
    >>> t.grads["a"], a.has_grad
    (3.0, False)
    """

    __slots__ = ("__dict__", "_nodes", "_right", "forward", "order", "rule")
    forward: Steps
    rule: str
    order: str

    def __init__(
        self,
        items: Sequence[Step],
        forward: Steps,
        right: "Trace | None" = None,
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
    def right(self) -> "Trace":
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

    def turn(self, node: "Value | str") -> int:
        """The number of a node's own step; 0 for a leaf, which has none. KeyError where the trace has no such node."""
        return self._turns.get(self.name(node), 0)

    def name(self, node: "Value | str") -> str:
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

    def walk(self) -> "Walker":
        """A cursor at the start of this trace; several do not disturb each other."""
        from .walker import Walker

        return Walker(self)

    def watch(self, node: "Value | str") -> "Changes":
        """Every change of one node's gradient, before → after. KeyError where the trace has no such node."""
        from .changes import watch

        return watch(self, node)

    def quiz(self) -> "Quiz":
        """Questions about every gradient of this trace, to be answered one by one."""
        from .quiz import Quiz

        return Quiz(self)

    def to_json(self, *, ascii: bool = False) -> str:
        """The whole trace as JSON text, which `Trace.from_json` reads; `ascii` escapes everything else in it."""
        from .exchange import to_json

        return to_json(self, ascii)

    @classmethod
    def from_json(cls, text: str | bytes) -> "Trace":
        """The trace that `to_json` wrote; ValueError, saying where, for any other text."""
        from .exchange import from_json

        return from_json(text)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write `to_json()` to a file; an OSError names the path."""
        from ..files import write_atomically

        write_atomically(path, self.to_json() + "\n")

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> "Trace":
        """The trace that `save` wrote; ValueError, naming the path, for any other file."""
        from .exchange import load

        return load(path)

    def __str__(self) -> str:
        text = steps_text(self)
        if self._right is None:  # type: ignore[attr-defined]
            return text
        from .comparison import compare

        return f"{text}\n\n{compare(self, self.right)}"

    def __repr__(self) -> str:
        bugs = {("rule", self.rule), ("order", self.order)} - {("rule", "add"), ("order", "topological")}
        how = f" with {', '.join(f'{what}={how!r}' for what, how in sorted(bugs))}" if bugs else ""
        return f"<trace of {self.root}{how}: {count_of(len(self), 'step')}; print() shows it, .walk() goes through it>"

    # IPython takes the first class on the way that has either a repr or this.
    _repr_pretty_ = Steps._repr_pretty_

    def __reduce__(self) -> tuple[Any, ...]:
        return Trace.from_json, (self.to_json(),)
