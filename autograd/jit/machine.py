"""What runs a lowered program: the arrays of numbers and gradients, and the two passes over them.

`NativeMachine` calls compiled kernels; `arrays.ArrayMachine` does the same with NumPy alone.
"""

import ctypes
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, NamedTuple

from ..errors import FormulaError, require
from . import native, products
from .assembly import Call, backward_calls, forward_calls
from .batches import Feed
from .instructions import Each, Many
from .layout import LANES
from .lowered import Lowered
from .reverse import Reversed, reverse
from .rows import calls_python, loses_nan
from .updates import Update

__all__ = ["Machine", "NativeMachine"]

Array = Any


class Machine(ABC):
    """Runs one program; `data` and `gradients` hold all its numbers."""

    def __init__(self, program: Lowered) -> None:
        self.program = program
        self.data = _aligned(program.size)
        self.data[:] = program.data
        self.gradients = _aligned(program.size)

    def grow(self, room: int) -> int:
        """Make room for so many more numbers behind the program's own, and return where it starts."""
        if len(self.data) < self.program.size + room:
            data = _aligned(self.program.size + room)
            data[: len(self.data)] = self.data
            self.data = data
            self.prepare()
        return self.program.size

    def prepare(self) -> None:
        """Called when the arrays are new ones."""
        return

    def reversed(self, wanted: Array) -> Reversed:
        """The backward pass for the gradients at these addresses."""
        return reverse(self.program.instructions, self.program.size, self.program.root, wanted)

    @abstractmethod
    def forward(self) -> bool:
        """Compute all numbers; False where one left a domain or is not a number."""

    @abstractmethod
    def backward(self, plan: Any, seed: float) -> bool:
        """Compute the gradients of a plan; False where a derivative is missing."""

    @abstractmethod
    def plan(self, wanted: Array, update: Update | None = None, feed: Feed | None = None, finite: bool = False) -> Any:
        """What `backward` and `steps` need: the pass for the gradients at these addresses.

        update: the step after it; feed: what sets the weights of samples before every step; finite: whether a
        step with an infinite root is none.
        """

    @abstractmethod
    def steps(self, plan: Any, losses: Array) -> int:
        """Forward, backward, update, once for every place in `losses`, and how many were completed."""

    def last_gradients(self, addresses: Array) -> Array:
        """The gradients of the last completed step at the addresses of its update."""
        return self.gradients[addresses]


def _aligned(size: int) -> Array:
    """Zeros that start where a row of lanes may."""
    numpy = require("numpy", extra="fast")
    room = numpy.zeros(size + LANES)
    start = (-room.ctypes.data // room.itemsize) % LANES
    return room[start : start + size]


class _Code(NamedTuple):
    """Kernels' addresses and where their arguments stand; the integers; and the number of calls."""

    code: Array
    integers: Array
    calls: int


class _Plan(NamedTuple):
    backward: _Code
    step: _Code


class NativeMachine(Machine):
    """Runs a program with kernels compiled by Numba."""

    def __init__(self, program: Lowered) -> None:
        super().__init__(program)
        for one in program.instructions:
            if isinstance(one, Each | Many) and (loses_nan(one.row) or calls_python(one.row)):
                why = "calls Python functions" if calls_python(one.row) else "compares what may be nan on the way"
                raise FormulaError(f"{one.row.name} {why}, which native code cannot: native=False runs it with NumPy")
        self._forward_calls = [*forward_calls(program.instructions), Call(products.CHECK, (program.root,))]
        native.prepare([native.RUN, native.STEPS, *(call.source for call in self._forward_calls)])
        self._forward = self._assembled(self._forward_calls)

    def forward(self) -> bool:
        """See `Machine.forward`."""
        return self._run(self._forward)

    def backward(self, plan: _Plan, seed: float) -> bool:
        """See `Machine.backward`."""
        self.gradients[self.program.root] = seed
        return self._run(plan.backward)

    def plan(
        self, wanted: Array, update: Update | None = None, feed: Feed | None = None, finite: bool = False
    ) -> _Plan:
        """See `Machine.plan`."""
        calls = backward_calls(self.reversed(wanted))
        updates = [] if update is None else update.calls()
        feeds = [] if feed is None else feed.calls()
        checks = [Call(products.FINITE, (self.program.root,))] if finite else []
        step = [*feeds, *self._forward_calls, *checks, *calls, *updates]
        native.prepare([call.source for call in step])
        return _Plan(self._assembled(calls), self._assembled(step))

    def steps(self, plan: _Plan, losses: Array) -> int:
        """See `Machine.steps`."""
        run = native.function(native.STEPS)
        code = plan.step
        done: int = run(
            _integers(code.code), code.calls, _floats(self.data), _floats(self.gradients), _integers(code.integers),
            self.program.root, _floats(losses), len(losses),
        )  # fmt: skip
        return done

    def _run(self, code: _Code) -> bool:
        run = native.function(native.RUN)
        return not run(
            _integers(code.code), 0, code.calls, _floats(self.data), _floats(self.gradients), _integers(code.integers)
        )

    @staticmethod
    def _assembled(calls: Sequence[Call]) -> _Code:
        numpy = require("numpy", extra="fast")
        code: list[int] = []
        integers: list[Array] = []
        used = 0
        for call in calls:
            arguments: list[int] = []
            for argument in call.arguments:
                if isinstance(argument, numpy.ndarray):
                    integers.append(argument.ravel())
                    arguments.append(used)
                    used += argument.size
                else:
                    arguments.append(int(argument))
            integers.append(numpy.array(arguments, dtype=numpy.int64))
            code += [native.address_of(call.source), used]
            used += len(arguments)
        packed = numpy.concatenate(integers) if integers else numpy.zeros(1, dtype=numpy.int64)
        return _Code(numpy.array(code, dtype=numpy.int64), packed, len(calls))


def _floats(array: Array) -> Any:
    return ctypes.cast(array.ctypes.data, ctypes.POINTER(ctypes.c_double))


def _integers(array: Array) -> Any:
    return ctypes.cast(array.ctypes.data, ctypes.POINTER(ctypes.c_int64))
