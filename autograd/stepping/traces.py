"""`trace`, which records a backward pass without touching a gradient, and `Trace`, what it recorded.

A trace keeps numbers, not nodes' states: whatever happens to the graph later, it stays as it was. The texts of
the steps are made when they are asked for, so that recording a large graph is quick.
"""

import os
from collections.abc import Callable, Sequence
from typing import Any, Literal, Self, final

from ..files import write_atomically
from ..value import Value
from ..wording import count_of
from .changes import Changes, watch
from .comparison import compare
from .exchange import from_json, load, to_json
from .faults import ACTIVE, note_on
from .glyphs import Glyphs
from .names import Names
from .quiz import Quiz
from .recorded import BackwardSteps, ForwardSteps
from .snapshot import Pass, Snapshot
from .step import Step
from .steps import ORDERS, RULES, Record, Steps
from .walker import Walker

__all__ = ["Steps", "Trace", "forward_steps", "trace"]


def forward_steps(root: Value, names: Names = None) -> Steps:
    """The forward steps alone, which exist where derivatives do not; names: as for `trace`."""
    return Steps(ForwardSteps(Snapshot(root, names)))


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
    for what, given, known in (("rule", rule, RULES), ("order", order, ORDERS)):
        if given not in known:
            raise ValueError(f"the {what} is {' or '.join(map(repr, known))}, got {given!r}")
    snapshot = Snapshot(root, names)
    note = ""
    if ACTIVE:
        operations = {operation.name for operation in snapshot.operations if operation is not None}
        note = "\n".join(filter(None, (note_on(fault, operations) for fault in ACTIVE)))
        if rule == "add" and any(fault.rule == "overwrite" for fault in ACTIVE):
            rule = "overwrite"
    right = Pass(snapshot)
    shown = right if (rule, order) == ("add", "topological") else Pass(snapshot, rule, order)
    forward = Steps(ForwardSteps(snapshot))
    nodes = (snapshot.index, snapshot.names)
    # The texts are made when they are asked for; a wrong rule will have been mended by then.
    keep: Callable[[Sequence[Step]], Sequence[Step]] = tuple if ACTIVE else lambda steps: steps
    recorded = Trace(keep(BackwardSteps(snapshot, right, right)), forward, None, "add", "topological", *nodes)
    if shown is not right:
        recorded = Trace(keep(BackwardSteps(snapshot, shown, right)), forward, recorded, rule, order, *nodes)
    recorded.__dict__["note"] = note
    return recorded


@final
class Trace(Record):
    """A recorded backward pass, from the root to the leaves; made by `trace`, never changed afterwards.

    forward: the forward steps. right: the trace without the bug, where `rule` or `order` are one; else itself.

    >>> a = Value(2.0, "a"); L = a * 3
    >>> t = trace(L, names={"L": L})
    >>> t
    [1/1] L = a * 3 = 6             L.grad = 1  (seed)
          ∂L/∂a = 3                 a.grad += 3 × 1           0 → 3
    >>> t.grads["a"], a.has_grad
    (3.0, False)
    """

    __slots__ = ()

    note: str = ""
    """Which bug of `autograd.testing.BUGS` was in the engine and does not show here, and why; else empty."""

    _more = Steps._more.replace("steps", "trace") + ", trace.walk() for all"

    def walk(self) -> Walker:
        """A cursor at the start of this trace; several do not disturb each other."""
        return Walker(self)

    def watch(self, node: Value | str) -> Changes:
        """Every change of one node's gradient, before → after. KeyError where the trace has no such node."""
        return watch(self, node)

    def quiz(self) -> Quiz:
        """Questions about every gradient of this trace, to be answered one by one."""
        return Quiz(self)

    def to_json(self, *, ascii: bool = False) -> str:
        """The whole trace as JSON text, which `Trace.from_json` reads; `ascii` escapes everything else in it."""
        return to_json(self, ascii)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """The trace that `to_json` wrote; ValueError, saying where, for any other text."""
        return from_json(cls, text)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write `to_json()` to a file; an OSError names the path. ValueError for the suffix of a picture or a page."""
        suffix = os.path.splitext(os.fspath(path))[1].lower()
        if suffix in (".html", ".svg", ".png", ".gif", ".pdf", ".jpg", ".jpeg", ".dot"):
            raise ValueError(f"a trace is saved as JSON; viz.draw(trace).save('steps{suffix}') makes a picture of it")
        write_atomically(path, self.to_json() + "\n")

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """The trace that `save` wrote; ValueError, naming the path, for any other file."""
        return load(cls, path)

    def _written(self, glyphs: Glyphs, width: int | None) -> str:
        text = super()._written(glyphs, width)
        if self._right is not None:  # type: ignore[attr-defined]
            text += f"\n\n{compare(self, self.right).text(glyphs, width)}"
        return f"{text}\n\n{glyphs.text(self.note)}" if self.note else text

    def _summary(self) -> str:
        bugs = {("rule", self.rule), ("order", self.order)} - {("rule", "add"), ("order", "topological")}
        how = f" with {', '.join(f'{what}={how!r}' for what, how in sorted(bugs))}" if bugs else ""
        count = count_of(len(self), "step")
        summary = f"<trace of {self.root}{how}: {count}; print() shows it, .walk() goes through it>"
        return f"{summary}\n{self.note}" if self.note else summary

    def __reduce__(self) -> tuple[Any, ...]:
        return Trace.from_json, (self.to_json(),)
