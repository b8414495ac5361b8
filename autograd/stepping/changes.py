"""`Trace.watch`: every change of one gradient, in order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, final

from ..value import Value
from ..wording import number
from .glyphs import Glyphs
from .shown import Shown
from .steps import Record
from .written import bracketed

__all__ = ["Change", "Changes", "watch"]

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a gradient: at which step (its number and node), by how much, before and after."""

    step: int
    node: str
    contribution: float
    before: float
    after: float


@final
class Changes(Sequence[Change], Shown):
    """The changes of one node's gradient in order; printed, one line per change."""

    def __init__(self, name: str, rule: str, changes: Sequence[Change]) -> None:
        self.name = name
        self.rule = rule
        self._changes = tuple(changes)

    def __len__(self) -> int:
        return len(self._changes)

    def __getitem__(self, index: Any) -> Any:
        return self._changes[index]

    def _written(self, glyphs: Glyphs, width: int | None) -> str:
        """One line per change; the middle ones of more than 20 are counted only."""
        name = glyphs.name(bracketed(self.name))
        if not self:
            return f"{name}.grad = 1 from the start (seed), and never changes"
        sign = "=" if self.rule == "overwrite" else "+="
        lines = [
            f"[{change.step}] from {glyphs.name(bracketed(change.node))}: {name}.grad {sign} "
            f"{number(change.contribution)}   {number(change.before)} {glyphs.arrow} "
            f"{glyphs.paint('changed', number(change.after))}"
            for change in (self if len(self) <= SHOWN else (*self[: SHOWN // 2], *self[-SHOWN // 2 :]))
        ]
        if len(self) > SHOWN:
            more = f"… {len(self) - SHOWN:,} more changes: index or slice the result to see them"
            lines.insert(SHOWN // 2, glyphs.text(more))
        return "\n".join(lines)


def watch(trace: Record, node: Value | str) -> Changes:
    """See `Trace.watch`.

    >>> from autograd import trace
    >>> a = Value(3.0, "a"); b = a + a; b.label = "b"
    >>> trace(b * b).watch("a")
    [2] from b: a.grad += 12   0 → 12
    [2] from b: a.grad += 12   12 → 24
    """
    name = trace.name(node)
    changes = [
        Change(step.index, step.node, edge.contribution, edge.before, edge.after)
        for step in trace
        for edge in step.edges
        if edge.operand == name
    ]
    return Changes(name, trace.rule, changes)
