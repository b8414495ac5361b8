"""The steps of a recorded pass; each one, with its texts, is made when it is asked for."""

from abc import abstractmethod
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from itertools import islice
from typing import Any

from ..wording import number
from .formulas import expression, partial_symbols
from .kinks import kink_notes
from .snapshot import Arrow, Pass, Snapshot
from .step import UNDEFINED, Edge, Step, columns_for
from .written import bracketed

__all__ = ["BackwardSteps", "ForwardSteps"]

MEASURED = 50
"""Steps at the start of a trace that decide the widths of its columns."""


class _Recorded(Sequence[Step]):
    """A sequence that makes its items; equal ones each time, since what they are made from never changes."""

    places: Sequence[int]

    def __len__(self) -> int:
        return len(self.places)

    def __getitem__(self, index: Any) -> Any:
        try:
            place = self.places[index]
        except IndexError:
            raise IndexError(f"there is no step {index}: the trace has {len(self)}") from None
        return self.make(range(len(self))[index], place, self.columns)

    @cached_property
    def columns(self) -> tuple[int, int]:
        """Widths with which the steps line up."""
        count = len(self)
        steps = (self.make(i, place, (0, 0)) for i, place in enumerate(islice(self.places, MEASURED)))
        return columns_for(steps) if count else (0, 0)

    @abstractmethod
    def make(self, index: int, place: int, columns: tuple[int, int]) -> Step:
        """The step at `index`, about the node at `place`."""


class ForwardSteps(_Recorded):
    """The computed nodes, inputs first; the root alone if it is a leaf."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.places = range(min(snapshot.first, snapshot.root), len(snapshot.nodes))

    @cached_property
    def columns(self) -> tuple[int, int]:
        """Forward steps have no columns."""
        return 0, 0

    def make(self, index: int, place: int, columns: tuple[int, int]) -> Step:
        """How the node's number came about."""
        return Step("forward", index + 1, len(self), *_computed(self.snapshot, place), columns=columns,
                    written=_hint(self.snapshot, place))  # fmt: skip


class BackwardSteps(_Recorded):
    """The nodes in the order in which their gradients were passed on."""

    def __init__(self, snapshot: Snapshot, shown: Pass, right: Pass) -> None:
        self.snapshot, self.shown, self.right = snapshot, shown, right
        self.places = shown.order

    def make(self, index: int, place: int, columns: tuple[int, int]) -> Step:
        """The node's gradient, and what it passes on."""
        shown = self.shown
        return Step(
            "backward",
            index + 1,
            len(self),
            *_computed(self.snapshot, place),
            grad=shown.at_turn[place],
            right=self.right.at_turn[place],
            uses=len(shown.received[place]),
            contributions=tuple(shown.received[place][: shown.arrived[place]]),
            rule=shown.rule,
            edges=self.edges(place),
            columns=columns,
            written=_hint(self.snapshot, place),
        )

    @cached_property
    def _last(self) -> dict[int, Arrow]:
        """The arrow that changed each node's gradient last."""
        return {arrow.operand: arrow for place in self.places for arrow in self.shown.arrows[place]}

    def edges(self, place: int) -> tuple[Edge, ...]:
        """The lines of one node."""
        snapshot, arrows = self.snapshot, self.shown.arrows[place]
        operation = snapshot.operations[place]
        if operation is None:
            return ()
        names, written, data, inputs = snapshot.names, snapshot.written, snapshot.data, snapshot.inputs[place]
        constants = [] if operation.variadic else [
            (operand.name, data[i])
            for operand, i in zip(operation.operands, inputs, strict=True)
            if snapshot.constant[i]
        ]  # fmt: skip
        symbol = partial_symbols(operation, [written[i] for i in inputs], written[place], constants)
        notes = [""] * len(inputs)
        if operation.breaks:
            partials = [0.0] * len(inputs)
            for arrow in arrows:
                partials[arrow.position] = arrow.partial
            notes = kink_notes(operation, [data[i] for i in inputs], data[place], partials)
        which = _which(inputs)
        edges = []
        # In the order in which they were added, which for Σ w·x is w₁, x₁, w₂, x₂…
        for arrow in arrows:
            edges.append(
                Edge(
                    names[arrow.operand],
                    which[arrow.position],
                    data[arrow.operand],
                    symbol(arrow.position),
                    arrow.partial,
                    arrow.contribution,
                    arrow.before,
                    arrow.after,
                    self._note(arrow, notes[arrow.position]),
                    _hint(snapshot, arrow.operand),
                )
            )
        return tuple(edges)

    def _note(self, arrow: Arrow, kink: str) -> str:
        if arrow.missing:
            return f"{UNDEFINED}: an upstream gradient of 0 contributes 0"
        if not arrow.contribution and arrow.partial in (float("inf"), float("-inf")):
            return "an upstream gradient of 0 contributes 0"
        if self.shown is not self.right and self._last[arrow.operand] is arrow:
            right = self.right.grads[arrow.operand]
            if right != arrow.after and arrow.operand < self.snapshot.first:
                kink = f"{kink}; " * bool(kink) + f"wrong, should be {number(right)}"
        return kink


def _which(inputs: Sequence[int]) -> Sequence[int]:
    """For each input its rank among those that are the same node; 0 where it is the only one."""
    times = Counter(inputs)
    if len(times) == len(inputs):
        return [0] * len(inputs)
    seen: Counter[int] = Counter()
    ranks = []
    for operand in inputs:
        seen[operand] += 1
        ranks.append(seen[operand] if times[operand] > 1 else 0)
    return ranks


def _hint(snapshot: Snapshot, place: int) -> str:
    """How a name is written, where it does not say so itself."""
    written = snapshot.written[place]
    return "" if written == bracketed(snapshot.names[place]) else written


def _computed(snapshot: Snapshot, place: int) -> tuple[str, str, str, str, float]:
    """Name, operation, expression in names and in numbers, and data of a node."""
    operation, name, data = snapshot.operations[place], snapshot.names[place], snapshot.data[place]
    if operation is None:
        return name, "", "", "", data
    inputs = snapshot.inputs[place]
    written = expression(operation, [snapshot.written[i] for i in inputs])
    numbers = expression(operation, [number(snapshot.data[i]) for i in inputs])
    return name, operation.name, written, numbers, data
