"""`check_grad`: prove the gradients of a function at a point, entry by entry, or read where they go wrong.

Every entry is compared with a reference that never saw the derivative rules (`reference`, `central`), in reverse mode,
twice over the same graph, in forward mode, and for higher orders by nesting.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal

from .central import central_difference
from .entries import Case
from .points import kink_gaps
from .reference import Reference, sympy_derivative
from .report import Entry, Report
from .rerun import Rerun
from .rounding import local_derivatives, rounding

__all__ = ["check_grad"]

Method = Literal["mpmath", "central", "sympy"]


def check_grad(
    f: Callable[..., Any],
    inputs: Sequence[Any],
    *,
    order: int = 1,
    reference: Method = "mpmath",
    tol: float = 1e-9,
    step: float | None = None,
) -> Report:
    """Compare every derivative of `f` at `inputs`, up to `order`, with a reference; `AssertionError` says what's wrong.

    The function also runs again, at the point and near it, and its values are held against its recorded graph: a path
    that `.data` has cut, a hidden state and random numbers are found. What `detach()` gives is constant by intention.

    f: takes the inputs as positional arguments, numbers or nested lists, and returns a value or a list of them. If it
        has a `parameters()` method (a module of `nn`), its parameters are checked as well.
    reference: "mpmath" replays what `f` computed with 60 digits (error near 10⁻⁴⁰); "sympy" differentiates it
        symbolically (small formulas); "central" takes differences of `f` itself, in floats, and needs no table.
    tol: the relative error that is allowed, beside what rounding explains (some hundred units of the last place).
    step: for "central", the ε of the lectures' (J(w + ε) - J(w - ε)) / 2ε (L7); by default steps are refined until
        they agree.

    At a kink, where the slopes on both sides differ, the gradient has to lie between them.
    Returns the report, whose text is the table of all entries.

    >>> from autograd import tanh
    >>> report = check_grad(lambda w, x: tanh(w[0] * x + w[1]), ([0.5, -1.0], 2.0), order=2)
    >>> len(report.entries), report.worst.ratio < 1
    (21, True)
    """
    if type(order) is not int or order < 1:
        raise ValueError(f"order is a whole number from 1 on, got {order!r}")
    if reference not in ("mpmath", "central", "sympy"):
        raise ValueError(f"reference is 'mpmath', 'central' or 'sympy', got {reference!r}")
    if not 0 < tol < 1:
        raise ValueError(f"tol is a relative error between 0 and 1, got {tol!r}")
    if reference == "central" and order > 1:
        raise ValueError("differences of floats are too coarse for higher orders; use the reference 'mpmath'")
    __tracebackhide__ = True  # pytest shows the caller's line and the report, not this
    case = Case(f, inputs)
    rerun = Rerun(case, tol)
    if unstable := rerun.unstable():
        raise AssertionError(unstable)
    judge = _Judge(case, reference, order, tol, step)
    report = Report(case, reference, list(_entries(case, judge, order)), judge.partials, list(rerun.findings()))
    if unstable := rerun.unstable():  # by now the function has been called many times
        raise AssertionError(unstable)
    if report.wrong or report.findings:
        raise AssertionError(str(report))
    return report


def _entries(case: Case, judge: _Judge, order: int) -> Iterator[Entry]:
    count = len(case.names)
    backward = case.backward_rows()
    modes = [
        ("backward", backward),
        ("backward ×2", case.backward_twice_rows()),
        ("jvp", case.forward_rows()),
    ]
    for output, place in itertools.product(range(len(backward)), range(count)):
        for mode, rows in modes:
            yield judge.entry(output, (place,), mode, rows[output][place])
    for degree in range(1, order + 1):
        rows = case.nested_rows(degree)
        for output in range(len(backward)):
            for places in itertools.product(range(count), repeat=degree):
                yield judge.entry(
                    output, places, "grad" if degree == 1 else f"order {degree}", _at(rows[output], places)
                )


class _Judge:
    """Makes entries: looks the reference up, decides what error is allowed, and keeps what several entries need."""

    def __init__(self, case: Case, method: Method, order: int, tol: float, step: float | None) -> None:
        self.case = case
        self.method = method
        self.tol = tol
        self.step = step
        own = method == "central"  # (which needs values alone)
        self.references = [Reference(case.program, output, order=order, own=own) for output in case.program.outputs]
        self.known: dict[tuple[int, tuple[int, ...]], tuple[float, float]] = {}
        self.slacks: dict[tuple[int, tuple[int, ...]], float] = {}
        self.gaps = _gaps(case, self.references[0])
        self._partials: list[list[float]] | None = None

    def partials(self) -> list[list[float]]:
        """The derivative of each step of the program by each argument, from the value formulas."""
        if self._partials is None:
            self._partials = local_derivatives(self.case.program, self.references[0].base)
        return self._partials

    def entry(self, output: int, places: tuple[int, ...], mode: str, ours: float) -> Entry:
        outputs = len(self.case.program.outputs)
        name = ", ".join(self.case.names[place] for place in places)
        if outputs > 1:
            name = f"output {output} by {name}"
        expected, slack = self._expected(output, tuple(sorted(places)))
        allowed = self.tol * abs(expected) + slack
        error = abs(ours - expected)
        if not error <= allowed and self.method != "central":
            allowed += self._rounding(output, tuple(sorted(places)))
        kink = min((self.gaps[place] for place in places), default=(math.inf, ""))
        if not error <= allowed and len(places) == 1 and kink[0] <= 1e-12:
            expected, error = self._outside(output, places[0], ours)
        return Entry(name, mode, output, places, float(ours), expected, error / allowed if allowed else error, *kink)

    def _expected(self, output: int, places: tuple[int, ...]) -> tuple[float, float]:
        """The reference, and its own uncertainty."""
        if (output, places) not in self.known:
            program = self.case.program
            if self.method == "central":
                found = central_difference(self.case.numbers_at, program.inputs, output, places[0], self.step)
            elif self.method == "sympy":
                found = float(sympy_derivative(program, program.outputs[output], places)), 1e-300
            else:
                found = float(self.references[output].derivative(places)), 1e-300
            self.known[output, places] = found
        return self.known[output, places]

    def _rounding(self, output: int, places: tuple[int, ...]) -> float:
        if (output, places) not in self.slacks:
            self.slacks[output, places] = rounding(self.references[output], places, self.partials())
        return self.slacks[output, places]

    def _outside(self, output: int, place: int, ours: float) -> tuple[float, float]:
        """At a kink: the nearest slope that is allowed there, and the distance to it."""
        low, high = sorted(map(float, self.references[output].sides(place)))
        nearest = min(max(ours, low), high)
        return nearest, abs(ours - nearest)


def _gaps(case: Case, reference: Reference) -> list[tuple[float, str]]:
    """For each entry, the distance to the nearest kink among the steps that depend on it, and its operation."""
    program = case.program
    nearest: dict[int, tuple[float, str]] = {}
    numbers = list(map(float, reference.base))
    for line, (step, operation) in enumerate(zip(program.steps, reference.rows, strict=True)):
        arguments = [numbers[a] if type(a) is int else float(a) for a in step.arguments]
        y = numbers[len(program.inputs) + line]
        gap = min((gap for _, gap in kink_gaps(operation, arguments, y)), default=math.inf)
        nearest[line] = (gap, step.op if gap < math.inf else "")
    return [
        min((nearest[line] for line in program.dependents(place)), default=(math.inf, ""))
        for place in range(len(program.inputs))
    ]


def _at(rows: Any, places: Sequence[int]) -> float:
    for place in places:
        rows = rows[place]
    return float(rows)
