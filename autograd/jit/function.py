"""`jit(f)`: a function over values, traced once a structure and replayed natively with other arguments.

Numbers given to it are inputs; values that it reaches by itself (a model's parameters) are captured, and read anew in
every call. Comparisons made while tracing are checked in every replay, and a call that would branch otherwise is
traced again.
"""

import math
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import update_wrapper
from typing import Any, NamedTuple

from ..chance import DRAWS, Draws
from ..errors import DomainError, require
from ..recording import SWITCH
from ..turns import turns
from ..value import UNSET, Value
from .choosing import CURRENT, Choices
from .program import Program
from .rows import OPERATIONS
from .watching import Comparison, watched

__all__ = ["Jitted", "Statistics", "jit", "tracing"]


class Statistics(NamedTuple):
    """How often a function was traced (the Python ran), replayed, and traced again because a comparison turned."""

    traces: int = 0
    replays: int = 0
    turned: int = 0


def jit(function: Callable[..., Any], *, native: bool | None = None, cache: int = 16) -> "Jitted":
    """`function`, replayed natively. It takes values, and nested lists of them, and returns such.

    Called with numbers, and nested lists of numbers, the result is numbers. A NumPy array as an argument is many rows
    at once: its first axis counts them, the function gets one entry (a number, or a list) a row, and the result is an
    array with an entry a row; arguments without rows are the same for all. Called with values it just runs, so that
    `grad`, `hessian` and `jvp` of it work as ever, and `jit(grad(f))` compiles a derivative.

    native: as in `compile`. cache: how many traces are kept, by the arguments' shapes and the branches taken.

    >>> from autograd import tanh
    >>> f = jit(lambda x, w: tanh(w[0] * x + w[1]), native=False)
    >>> round(f(0.5, [2.0, -1.0]), 6), round(f(1.5, [2.0, -1.0]), 6), f.statistics
    (0.0, 0.964028, Statistics(traces=1, replays=1, turned=0))
    """
    if not callable(function):
        raise TypeError(f"jit takes a function, got {type(function).__name__}; for a graph in hand: compile")
    if type(cache) is not int or cache < 1:
        raise ValueError(f"cache is a whole number from 1 on, got {cache!r}")
    return Jitted(function, native, cache)


class _Trace(NamedTuple):
    """One structure, traced: its program, where inputs and results stand, and what was compared."""

    program: Program
    inputs: list[Value]
    results: Any
    guards: list[Comparison]
    result_addresses: Any
    guard_addresses: Any
    choices: Choices
    draws: Draws


class Jitted:
    """A compiled function; see `jit`."""

    def __init__(self, function: Callable[..., Any], native: bool | None, cache: int) -> None:
        self.function = function
        self.statistics = Statistics()
        self._native = native
        self._room = cache
        self._traces: OrderedDict[Any, list[_Trace]] = OrderedDict()
        update_wrapper(self, function, updated=())

    def __repr__(self) -> str:
        name = getattr(self.function, "__name__", type(self.function).__name__)
        return f"<jit {name}: {self.statistics.traces} traces, {self.statistics.replays} replays>"

    def __call__(self, *arguments: Any) -> Any:
        """The function's result for these arguments, as numbers (as values, if some argument is a value)."""
        if any(_holds_value(argument) for argument in arguments):
            return self.function(*arguments)
        with turns:
            trace, rows = self._run(arguments)
            numbers = trace.program._machine.data[trace.result_addresses].tolist()
            return _packed(trace.results, iter(numbers), rows)

    def value_and_grad(self, *arguments: Any) -> tuple[Any, Any]:
        """The result and its derivatives with respect to the arguments, in their shapes; of every row, with rows.

        The function must return a single value. An argument that all rows share gets the sum of their derivatives.
        Captured leaves' gradients are left alone.
        """
        with turns:
            trace, rows = self._run(arguments)
            value = self._single(trace, rows)
            gradients = _gradients(trace.program, trace.inputs)
            return value, _like(arguments, iter(gradients), rows)

    def backward(self, *arguments: Any, reduce: str = "mean") -> float:
        """Add the gradients of the mean (or "sum") over rows to the captured leaves, and return that mean (or sum)."""
        if reduce not in ("mean", "sum"):
            raise ValueError(f'reduce is "mean" or "sum", got {reduce!r}')
        with turns:
            trace, rows = self._run(arguments)
            self._single(trace, rows)
            share = 1.0 / (rows or 1) if reduce == "mean" else 1.0
            kept = [leaf._grad for leaf in trace.inputs]
            trace.program.backward(share)
            for leaf, grad in zip(trace.inputs, kept, strict=True):
                leaf._grad = grad
            return trace.program.root.data * share

    def program(self, *arguments: Any) -> Program:
        """The program that runs for these arguments: to print, or to open a row of (`program.graph(row)`)."""
        with turns:
            return self._run(arguments)[0].program

    def _single(self, trace: _Trace, rows: int | None) -> Any:
        results = trace.results if rows is not None else [trace.results]
        if not all(isinstance(result, Value) for result in results):
            raise TypeError("a gradient needs a function that returns a single value")
        numbers = trace.program._machine.data[trace.result_addresses].tolist()
        return _packed(trace.results, iter(numbers), rows)

    def _run(self, arguments: tuple[Any, ...]) -> tuple[_Trace, int | None]:
        """The trace that fits the arguments, with their numbers in it and its forward pass done."""
        rows = _rows(arguments)
        key = tuple(_shape(argument) for argument in arguments)
        numbers = [number for argument in arguments for number in _numbers(argument)]
        known = self._traces.setdefault(key, [])
        self._traces.move_to_end(key)
        for trace in known:
            for leaf, number in zip(trace.inputs, numbers, strict=True):
                if leaf._data != number or (number == 0.0 and _negative(leaf._data) != _negative(number)):
                    leaf.data = number
            trace.choices.update()
            trace.draws.again()
            try:
                trace.program.forward()
            except DomainError:  # on the branch of the trace; the function itself may take another one
                continue
            if all(_same(trace)):
                known.remove(trace)
                known.append(trace)
                self.statistics = self.statistics._replace(replays=self.statistics.replays + 1)
                return trace, rows
        turned = self.statistics.turned + bool(known)
        trace = self._traced(arguments, rows)
        known.append(trace)
        self.statistics = self.statistics._replace(traces=self.statistics.traces + 1, turned=turned)
        while sum(map(len, self._traces.values())) > self._room:
            oldest = next(iter(self._traces))
            self._traces[oldest].pop(0)
            if not self._traces[oldest]:
                del self._traces[oldest]
        return trace, rows

    def _traced(self, arguments: tuple[Any, ...], rows: int | None) -> _Trace:
        inputs: list[Value] = []

        def leaf(number: float) -> Value:
            inputs.append(Value(number))
            return inputs[-1]

        parts = [_leaves(argument, leaf) for argument in arguments]
        choices, draws = Choices(inputs), Draws()
        with tracing(choices, draws), watched() as looks:
            if rows is None:
                results = self.function(*parts)
            else:
                results = [
                    self.function(*[p[row] if _is_array(a) else p for p, a in zip(parts, arguments, strict=True)])
                    for row in range(rows)
                ]
        unsound = next((look for look in looks if not isinstance(look, Comparison)), None)
        if unsound is not None:
            raise TypeError(
                f"a function that uses {unsound.what} of a value cannot be replayed: {unsound.place}; "
                "compute with the value itself, or choose with where"
            )
        guards = [look for look in looks if isinstance(look, Comparison)]
        flat = list(_flat(results))
        for result in flat:
            if not isinstance(result, Value):
                raise TypeError(f"the function must return values, or lists of them, got {type(result).__name__}")
        root = flat[0] if len(flat) == 1 else OPERATIONS["sum"].function(flat)
        sides = [side for guard in guards for side in (guard.value, guard.other)]
        program = Program(root, [*flat, *inputs, *sides], native=self._native)
        program.forward()
        where = program._lowered.where_or_constant
        return _Trace(program, inputs, results, guards, where(flat), where(sides).reshape(-1, 2), choices, draws)


def _negative(number: float) -> bool:
    """Whether there is a minus sign; of zero too, which some operations (atan2) tell apart."""
    return math.copysign(1.0, number) < 0.0


@contextmanager
def tracing(choices: Choices, draws: Draws) -> Iterator[None]:
    """What is drawn or looked up inside is an input. Traced even where the caller has switched recording off."""
    recording, choosing, drawing = SWITCH.set(None), CURRENT.set(choices), DRAWS.set(draws)
    try:
        yield
    finally:
        DRAWS.reset(drawing)
        CURRENT.reset(choosing)
        SWITCH.reset(recording)


def _same(trace: _Trace) -> Iterator[bool]:
    """Whether each comparison comes out as it did."""
    data = trace.program._machine.data
    for guard, (left, right) in zip(trace.guards, trace.guard_addresses.tolist(), strict=True):
        yield guard.compare(float(data[left]), float(data[right])) is guard.outcome


def _gradients(program: Program, leaves: Sequence[Value]) -> list[float]:
    """The root's derivatives with respect to leaves; whatever gradients all leaves had, they keep."""
    below = program._lowered.leaves
    kept = [leaf._grad for leaf in below]
    for leaf in below:
        leaf._grad = UNSET
    try:
        program.backward()
        return [leaf._grad for leaf in leaves]
    finally:
        for leaf, grad in zip(below, kept, strict=True):
            leaf._grad = grad


def _is_array(argument: Any) -> bool:
    return hasattr(argument, "ndim") and argument.ndim > 0


def _holds_value(argument: Any) -> bool:
    if isinstance(argument, (list, tuple)):
        return any(map(_holds_value, argument))
    return isinstance(argument, Value)


def _rows(arguments: Sequence[Any]) -> int | None:
    counts = {len(argument) for argument in arguments if _is_array(argument)}
    if len(counts) > 1:
        raise ValueError(f"arrays of {' and '.join(map(str, sorted(counts)))} rows do not go together")
    if counts == {0}:
        raise ValueError("an array without rows; the function needs at least one")
    return counts.pop() if counts else None


def _shape(argument: Any) -> Any:
    if _is_array(argument):
        return ("rows", tuple(argument.shape))
    if isinstance(argument, (list, tuple)):
        return tuple(map(_shape, argument))
    return None


def _numbers(argument: Any) -> Iterator[float]:
    if _is_array(argument):
        argument = argument.tolist()
    if isinstance(argument, (list, tuple)):
        for part in argument:
            yield from _numbers(part)
    else:
        yield argument


def _leaves(argument: Any, leaf: Callable[[float], Value]) -> Any:
    if _is_array(argument):
        argument = argument.tolist()
    if isinstance(argument, (list, tuple)):
        return [_leaves(part, leaf) for part in argument]
    return leaf(argument)


def _flat(result: Any) -> Iterator[Any]:
    if isinstance(result, (list, tuple)):
        for part in result:
            yield from _flat(part)
    else:
        yield result


def _packed(results: Any, numbers: Iterator[float], rows: int | None) -> Any:
    """Numbers in the shape of the results; an array where there are rows."""
    packed = _filled(results, numbers)
    return packed if rows is None else require("numpy", extra="fast").array(packed)


def _filled(results: Any, numbers: Iterator[float]) -> Any:
    if isinstance(results, (list, tuple)):
        return [_filled(part, numbers) for part in results]
    return next(numbers)


def _like(arguments: Sequence[Any], gradients: Iterator[float], rows: int | None) -> Any:
    found = []
    for argument in arguments:
        if _is_array(argument):
            found.append(require("numpy", extra="fast").array(_filled(argument.tolist(), gradients)))
        else:
            found.append(_filled(argument, gradients))
    return found[0] if len(found) == 1 else tuple(found)
