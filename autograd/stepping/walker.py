"""`Walker`, a cursor in a trace: forward and back by nodes or edges; each move shows only what it changed."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import final

from ..value import Value
from ..wording import count_of, number
from .glyphs import Glyphs
from .interactive import walk_by_keys
from .layout import Row, lay_out
from .shown import Shown
from .step import EDGES_SHOWN, Step, edge_row, head_row, rows_of
from .steps import Record

__all__ = ["Delta", "Walker"]

Move = tuple[Step, int, int]
"""Of a step, from which edge to which the cursor went; a step without edges counts as having one."""


@final
class Delta(Shown):
    """What one move of a cursor changed, as text; `moves` says it in data: (step, from edge, to edge)."""

    __slots__ = ("_note", "moves")

    def __init__(self, moves: list[Move], note: str = "") -> None:
        self.moves = tuple(moves)
        self._note = note

    def _written(self, glyphs: Glyphs, width: int | None) -> str:
        """The lines of the nodes and edges passed; undone ones begin with `undo`."""
        moves, half = self.moves, EDGES_SHOWN // 2
        shown = moves if len(moves) <= EDGES_SHOWN else (*moves[:half], *moves[-half:])
        columns = shown[0][0].columns if shown else (0, 0)
        parts = lay_out([_rows(move, glyphs) for move in shown], width, columns)
        if len(moves) > len(shown):
            parts.insert(half, [glyphs.text(f"… {len(moves) - len(shown):,} more nodes on the way")])
        if self._note:
            parts.append([glyphs.text(self._note)])
        return "\n".join(line for lines in parts for line in lines)


def _rows(move: Move, glyphs: Glyphs) -> list[Row]:
    step, start, end = move
    if end < start:
        return [Row("", _undone_text(move, glyphs))]
    if start == 0 and end >= len(step.edges):
        return rows_of(step, glyphs)
    head = [head_row(step, glyphs)] if start == 0 else []
    return head + [edge_row(step, edge, glyphs) for edge in step.edges[start:end]]


def _undone_text(move: Move, glyphs: Glyphs) -> str:
    step, start, end = move
    undone = step.edges[end:start][::-1]
    changes = [
        f"{glyphs.name(edge.name)}.grad {number(edge.after)} {glyphs.arrow} {number(edge.before)}"
        for edge in (undone if len(undone) <= EDGES_SHOWN else undone[:EDGES_SHOWN])
    ]
    if len(undone) > EDGES_SHOWN:
        changes.append(glyphs.text("…"))
    where = f"undo [{step.index}/{step.count}] {glyphs.name(step.name)}"
    return f"{where}: {', '.join(changes)}" if changes else where


@final
class Walker(Shown):
    """A cursor in a trace; `Trace.walk()` makes one.

    Every move returns a `Delta`, which shows what changed; at either end the cursor stays put. The trace is only read.

    >>> from autograd import trace
    >>> a, b = Value(2.0, "a"), Value(-3.0, "b")
    >>> w = trace(a * b, names={"c": None}).walk()
    >>> w.step()
    [1/1] v3 = a * b = -6           v3.grad = 1  (seed)
          ∂v3/∂a = b = -3           a.grad += -3 × 1          0 → -3
    >>> w.step()
          ∂v3/∂b = a = 2            b.grad += 2 × 1           0 → 2
    >>> w.back()
    undo [1/1] v3: b.grad 2 → 0
    >>> dict(w.grads)
    {'v3': 1.0, 'a': -3.0}
    """

    def __init__(self, trace: Record) -> None:
        self.trace = trace
        self._node = 0  # nodes passed in full
        self._edge = 0  # edges passed of the next one
        self._grads: dict[str, float] = {}
        self._changes: dict[str, int] = {}
        self._trail: list[tuple[int, int]] = []
        self._step: Step | None = None
        self._names: dict[str, str] = {}  # how the names in `_grads` are written

    @property
    def position(self) -> int:
        """How many nodes have been passed in full."""
        return self._node

    @property
    def done(self) -> bool:
        """Whether everything has been passed."""
        return self._node == len(self.trace)

    @property
    def grads(self) -> Mapping[str, float]:
        """The gradients so far, by name; a node that nothing has reached yet is not in it."""
        return MappingProxyType(self._grads)

    def next(self, nodes: int = 1) -> Delta:
        """Go to the end of the node, or that many nodes on; `back()` takes them back together."""
        if type(nodes) is not int or nodes < 1:
            raise ValueError(f"next takes how many nodes to go on, 1 or more, got {nodes!r}; back() and goto() go back")
        if self.done:
            return self._end()
        self._trail.append((self._node, self._edge))
        return Delta([self._forward() for _ in range(min(nodes, len(self.trace) - self._node))])

    def step(self) -> Delta:
        """Go one edge further."""
        if self.done:
            return self._end()
        self._trail.append((self._node, self._edge))
        return Delta([self._forward(1)])

    def back(self) -> Delta:
        """Take the last move back; after `goto` or `until`, go back by one node."""
        if not self._node and not self._edge:
            return Delta([], "at the start: no gradient has been computed yet")
        before = (self._node, 0) if self._edge else (self._node - 1, 0)
        return self._go(self._trail.pop() if self._trail else before)

    def goto(self, position: int) -> Delta:
        """Go to where `position` nodes have been passed, 0 being the start. IndexError beyond the trace's length."""
        if type(position) is not int:
            raise TypeError(f"a position is a number of nodes passed, got {type(position).__name__}: {position!r}")
        if not 0 <= position <= len(self.trace):
            raise IndexError(f"there is no position {position}: this trace goes from 0 to {len(self.trace)}")
        self._trail.clear()
        return self._go((position, 0))

    def until(self, where: "str | Value | Callable[[Step], bool]") -> Delta:
        """Go on until a node has been passed, or, for a leaf, until its gradient changes next.

        where: the node's name, or the Value, or a function of a `Step` that says where to stop. Without such a place
        ahead the cursor stays put, and the result says so. KeyError where the trace has no such node.
        """
        if isinstance(where, str | Value):
            name = self.trace.name(where)
            found = self._change_of(name) if not self.trace.turn(name) else (self.trace.turn(name), 0)
            if found is None or found <= (self._node, self._edge):
                return Delta([], f"{name} is not ahead: all its changes have been passed; back() or goto(0) goes back")
            self._trail.clear()
            return self._go(found)
        if not callable(where):
            raise TypeError(f"until takes a node's name, a Value or a function of a step, got {type(where).__name__}")
        for index in range(self._node, len(self.trace)):
            if where(self.trace[index]):
                self._trail.clear()
                return self._go((index + 1, 0))
        return Delta([], "no step ahead satisfies that")

    def _written(self, glyphs: Glyphs, width: int | None) -> str:
        """Where the cursor is, and the gradients so far."""
        items = list(self._grads.items())
        shown = [
            glyphs.name(f"{self._names.get(name, name)}.grad = ") + glyphs.paint("grad", number(grad))
            for name, grad in items[-EDGES_SHOWN:]
        ]
        shown = [glyphs.text("…"), *shown] if len(items) > EDGES_SHOWN else shown
        place = f"at {self._node} of {count_of(len(self.trace), 'node')}"
        if self._edge:
            place += f" and {count_of(self._edge, 'edge')}"
        return f"{place}: {', '.join(shown) or 'no gradient yet'}"

    def interactive(self) -> None:
        """Walk by keys, one and Enter a move, from where the cursor stands: `?` lists them, `q` ends it."""
        walk_by_keys(self)

    def _end(self) -> Delta:
        return Delta([], "at the end: every gradient is done")

    def _change_of(self, leaf: str) -> tuple[int, int] | None:
        """The position right after the next change of a leaf's gradient."""
        for index in range(self._node, len(self.trace)):
            edges = self.trace[index].edges
            for place, edge in enumerate(edges):
                if edge.operand == leaf and (index > self._node or place >= self._edge):
                    return (index + 1, 0) if place + 1 == len(edges) else (index, place + 1)
        return None

    def _go(self, target: tuple[int, int]) -> Delta:
        moves = []
        while (self._node, self._edge) < target:
            moves.append(self._forward(target[1] - self._edge if self._node == target[0] else None))
        while (self._node, self._edge) > target:
            moves.append(self._back(target))
        return Delta(moves)

    def _current(self, index: int) -> Step:
        if self._step is None or self._step.index != index + 1:
            self._step = self.trace[index]
        return self._step

    def _forward(self, edges: int | None = None) -> Move:
        """Pass some edges of the present node, or all that remain."""
        step, start = self._current(self._node), self._edge
        count = max(1, len(step.edges))
        end = count if edges is None else min(count, start + edges)
        if start == 0 and step.index == 1:
            self._change(step.node, step.grad)
            self._names[step.node] = step.name
        for edge in step.edges[start:end]:
            self._change(edge.operand, edge.after)
            self._names[edge.operand] = edge.name
        self._node, self._edge = (self._node + 1, 0) if end == count else (self._node, end)
        return step, start, end

    def _back(self, target: tuple[int, int]) -> Move:
        """Take back the edges of the present node, or of the one before, down to the target if that is in it."""
        if not self._edge:
            self._node -= 1
            self._edge = max(1, len(self._current(self._node).edges))
        step, start = self._current(self._node), self._edge
        end = target[1] if target[0] == self._node else 0
        for edge in reversed(step.edges[end:start]):
            self._unchange(edge.operand, edge.before)
        if end == 0 and step.index == 1:
            self._unchange(step.node, 0.0)
        self._edge = end
        return step, start, end

    def _change(self, name: str, grad: float) -> None:
        self._grads[name] = grad
        self._changes[name] = self._changes.get(name, 0) + 1

    def _unchange(self, name: str, grad: float) -> None:
        self._changes[name] -= 1
        if self._changes[name]:
            self._grads[name] = grad
        else:
            del self._changes[name], self._grads[name]
