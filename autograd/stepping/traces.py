"""`trace`, which records a backward pass without touching a gradient, and `Trace`, what it recorded.

A trace keeps numbers, not nodes' states: whatever happens to the graph later, it stays as it was. The texts of
the steps are made when they are asked for, so that recording a large graph is quick.
"""

import os
from typing import Any, Literal, Self, final

from ..files import write_atomically
from ..value import Value
from ..wording import count_of
from .changes import Changes, watch
from .comparison import compare
from .exchange import from_json, load, to_json
from .names import Names
from .quiz import Quiz
from .recorded import BackwardSteps, ForwardSteps
from .snapshot import Pass, Snapshot
from .steps import ORDERS, RULES, Record, Steps
from .walker import Walker

__all__ = ["Steps", "Trace", "trace"]


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
    right = Pass(snapshot)
    shown = right if (rule, order) == ("add", "topological") else Pass(snapshot, rule, order)
    forward = Steps(ForwardSteps(snapshot))
    recorded = Trace(BackwardSteps(snapshot, right, right), forward, nodes=snapshot.index, node_names=snapshot.names)
    if shown is right:
        return recorded
    return Trace(BackwardSteps(snapshot, shown, right), forward, recorded, rule, order, snapshot.index, snapshot.names)


@final
class Trace(Record):
    """A recorded backward pass, from the root to the leaves; made by `trace`, never changed afterwards.

    forward: the forward steps. right: the trace without the bug, where `rule` or `order` are one; else itself.

    >>> a = Value(2.0, "a"); L = a * 3
    >>> t = trace(L, names={"L": L})
    >>> t
    <trace of L: 1 step; print() shows it, .walk() goes through it>
    >>> t.grads["a"], a.has_grad
    (3.0, False)
    """

    __slots__ = ()

    _more = Steps._more.replace("steps", "trace") + ", trace.walk() goes through all"

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

    def __str__(self) -> str:
        text = self._text()
        if self._right is None:  # type: ignore[attr-defined]
            return text
        return f"{text}\n\n{compare(self, self.right)}"

    def __repr__(self) -> str:
        bugs = {("rule", self.rule), ("order", self.order)} - {("rule", "add"), ("order", "topological")}
        how = f" with {', '.join(f'{what}={how!r}' for what, how in sorted(bugs))}" if bugs else ""
        return f"<trace of {self.root}{how}: {count_of(len(self), 'step')}; print() shows it, .walk() goes through it>"

    # IPython takes the first class on the way that has either a repr or this.
    _repr_pretty_ = Steps._repr_pretty_

    def __reduce__(self) -> tuple[Any, ...]:
        return Trace.from_json, (self.to_json(),)
