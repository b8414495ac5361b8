"""`Program`: a graph in hand, lowered once, replayed forward and backward with its leaves' present numbers."""

import operator
from collections.abc import Sequence
from typing import Any

from ..backward import backward as eager_backward
from ..clock import clock
from ..conversion import as_number
from ..errors import FormulaError, MissingExtraError, StaleGraphError, require
from ..forward import forward as eager_forward
from ..graph import Graph
from ..turns import each, turns, undo
from ..value import UNSET, Value, describe
from .lowered import lowered
from .machine import Machine, NativeMachine
from .slots import get_data, get_grad, get_tick, set_grad
from .steps import train
from .tape import NODE

__all__ = ["Program", "compile"]



def compile(root: Value, *, native: bool | None = None, lift: bool = True) -> "Program":
    """The graph below `root`, in whatever way it was built, as a `Program`.

    native: True runs it with Numba, False with NumPy alone; None takes Numba where it is installed and can. lift:
    False looks for no matrices and runs node by node, by depth. Both need the extra `fast`: `MissingExtraError` else.

    >>> x, w = Value(3.0), Value(2.0)
    >>> program = compile((w * x).tanh(), native=False)
    >>> x.data = 0.25
    >>> round(program.forward(), 6)
    0.462117
    >>> program.backward(); round(w.grad, 6)
    0.196612
    """
    if type(root) is not Value:
        raise TypeError(f"compile takes the Value that a graph ends in, got {type(root).__name__}; for functions: jit")
    return Program(root, native=native, lift=lift)


class Program:
    """A graph that runs natively. Make one with `compile`.

    `forward()` and `backward()` do what the root's own would, for its number and its leaves' gradients. The nodes in
    between keep what they were: eager passes through them are refused as stale until `write_back()`.
    """

    def __init__(
        self, root: Value, others: Sequence[Value] = (), *, native: bool | None = None, lift: bool = True
    ) -> None:
        self.root = root
        self._others = list(others)
        self.losses: list[float] = []
        """The root's number before each step of the last call of `step`."""
        with turns:
            self._lowered = lowered(root, others, lift=lift)
            self._clock = -1
            self._ready = False
            self._eager = False
            self._machine = _machine(self._lowered, native)
        self._plan: Any = None
        self._training: tuple[Any, ...] = ()

    @property
    def native(self) -> bool:
        """Whether Numba's kernels run it, or NumPy."""
        return isinstance(self._machine, NativeMachine)

    def __repr__(self) -> str:
        from .listing import listing

        return listing(self._lowered)

    def forward(self) -> float:
        """Compute the root from its leaves' present numbers and return it.

        Raises `DomainError`, naming the node, where the eager pass would; the program's numbers are as before then.
        """
        with turns:
            undo()
            self._load()
            if self._ready:
                return self.root._data
            self._eager = not self._machine.forward()
            if self._eager:  # the eager pass says which node it is; where it finds nothing wrong, its numbers count
                number = eager_forward(self.root)
                for other in self._others:
                    eager_forward(other)
                self._machine.data[self._lowered.where_or_constant(self._others)] = [v._data for v in self._others]
            else:
                number = float(self._machine.data[self._lowered.root])
                if self._lowered.instructions:
                    self.root._data = number
                    self.root._tick = clock.now
                    self.root._grad = UNSET
            self._ready = True
            return number

    def backward(self, grad: float = 1.0) -> None:
        """Add d(root)/d(leaf) × `grad` to every leaf's gradient, as `root.backward()` does.

        Raises `StaleGraphError` where a leaf was changed since `forward()`, `DomainError` where a derivative does not
        exist; every gradient is then as it was.
        """
        seed = as_number(grad)
        lowered = self._lowered
        with turns:
            undo()
            if self._clock < 0:
                self.forward()
            self._check_fresh()
            if self._plan is None:
                self._plan = self._machine.plan(lowered.addresses)
            fresh = None
            if not self._eager and self._machine.backward(self._plan, seed):
                fresh = self._machine.gradients[lowered.addresses]
                fresh = None if (fresh != fresh).any() else fresh.tolist()
            if fresh is None:
                eager_forward(self.root)
                eager_backward(self.root, seed)
                return
            leaves = lowered.leaves
            each(set_grad, leaves, list(map(operator.add, map(get_grad, leaves), fresh)))
            if self.root.inputs:
                self.root._grad = seed

    def step(self, optimizer: Any, times: int = 1) -> float:
        """Forward, backward and the optimiser's update, `times` over, natively; returns the loss before the last one.

        It is what `optimizer.zero_grad(); program.forward(); program.backward(); optimizer.step()` does, for the
        optimiser's parameters only: other leaves' gradients stay. `losses` holds the root's number before every step.
        SGD, Adam and AdamW of `nn` are updated natively, any other object with `params` and `step()` by its own step.
        Ctrl-C ends the call between two steps.
        """
        if type(times) is not int or times < 1:
            raise ValueError(f"times is a whole number from 1 on, got {times!r}")
        self.losses = train(self, optimizer, times)
        return self.losses[-1]

    def write_back(self) -> None:
        """Bring the numbers of all nodes in between up to date, so that the graph can be read and run eagerly."""
        with turns:
            undo()
            self._load()
            eager_forward(self.root)

    def graph(self, row: int | None = None) -> Graph:
        """The ordinary graph, up to date; of one row: of one of `rows`, such as a sample's loss."""
        self.write_back()
        return Graph(self._row(row))

    def trace(self, row: int | None = None) -> Any:
        """The trace of the ordinary graph, step by step (see `autograd.trace`), or of one row."""
        from ..stepping import trace

        self.write_back()
        return trace(self._row(row))

    @property
    def rows(self) -> list[Value]:
        """What the program does many times over: the nodes that its widest sum, mean or dot product reads, in order."""
        tape = self._lowered.tape
        widest: list[int] = []
        for place, row in enumerate(tape.rows):
            if row is not None and row.variadic:
                for entry in row.split(tape.inputs[place]):
                    computed = [p for p in entry if tape.kinds[p] == NODE] if isinstance(entry, list) else []
                    widest = computed if len(computed) >= max(len(widest), 2) else widest
        return [source for place in widest if (source := tape.sources[place]) is not None]

    def _row(self, row: int | None) -> Value:
        if row is None:
            return self.root
        rows = self.rows
        if not -len(rows) <= row < len(rows):
            raise IndexError(f"the program has {len(rows)} rows, there is no row {row}")
        return rows[row]

    def _load(self) -> None:
        """Bring the leaves' present numbers in, if any leaf was changed since the last time."""
        if self._clock == clock.now:
            return
        lowered = self._lowered
        now = clock.now
        if self._clock < 0 or any(tick > self._clock for tick in map(get_tick, lowered.leaves)):
            self._machine.data[lowered.addresses] = list(map(get_data, lowered.leaves))
            self._ready = False
        self._clock = now

    def _check_fresh(self) -> None:
        if self._clock == clock.now and self._ready:
            return
        for leaf in self._lowered.leaves:
            if leaf._tick > self._clock:
                raise StaleGraphError(
                    f"the leaf {describe(leaf)} was changed after the program had used it, so its numbers are old: "
                    "call forward() on the program"
                )
        if not self._ready:
            raise StaleGraphError("the program's numbers are old: call forward() on it")
        self._clock = clock.now


def _machine(program: Any, native: bool | None) -> Machine:
    from .arrays import ArrayMachine

    require("numpy", extra="fast")
    if native is False:
        return ArrayMachine(program)
    try:
        return NativeMachine(program)
    except (MissingExtraError, FormulaError):
        if native:
            raise
        return ArrayMachine(program)
