"""hypothesis strategies: `values()`, `programs()` and `models()`, for property tests of gradients.

All of them draw whole numbers only, and build what they draw without rejecting anything, so that they are quick, work
under `derandomize`, raise no health check, and shrink to the simplest case that still fails.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ..errors import require
from ..rows.operation import Operation
from .build import ROW, STARTS, build, choose_operations
from .model import ACTIVATIONS, Model
from .points import SIMPLE
from .program import Program

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

__all__ = ["models", "programs", "values"]


def values(low: float = -3.0, high: float = 3.0, *, zero: bool = True) -> SearchStrategy[float]:
    """Short decimals and dyadic fractions such as 1.0, 0.25 or -1.7: numbers that a report can be read with.

    low, high: the range, within [-3, 3]; zero: whether 0.0 is among them.

    >>> values(0.0, 1.0).example() <= 1.0  # doctest: +SKIP
    True
    """
    chosen = [number for number in SIMPLE if low <= number <= high]
    if zero and low <= 0.0 <= high:
        chosen.append(0.0)
    if not chosen:
        raise ValueError(f"no value lies between {low!r} and {high!r}: they are short decimals from -3 to 3")
    strategy: SearchStrategy[float] = _strategies().sampled_from(chosen)
    return strategy


def programs(
    ops: Iterable[str | Operation] | None = None, *, max_ops: int = 30, share: bool = True
) -> SearchStrategy[Program]:
    """Straight-line programs over the table's operations, inside their domains and off their kinks.

    ops: names or rows to use; None: whatever is in the table when a program is drawn, registered rows included.
    max_ops: the largest number of steps. share: whether a value may be used more than once (False: trees).

    A drawn program is called with its own inputs, `program(*program.inputs)`, or checked:
    `check_grad(program, program.inputs)`; its `repr` is code that runs.
    """
    st = _strategies()
    if type(max_ops) is not int or max_ops < 1:
        raise ValueError(f"max_ops is a whole number from 1 on, got {max_ops!r}")
    names = None if ops is None else [row.name for row in choose_operations(ops)]
    require("mpmath", extra="testing")  # now, and not within the first example's time

    # One draw decides all: of several alike, hypothesis copies one over others in most examples, which are no new ones.
    steps = max_ops - 1 or 1  # (the last may have to add up what the others leave)
    numbers = st.binary(min_size=STARTS + 1 + ROW * steps, max_size=STARTS + 1 + ROW * steps)

    # Not st.builds, which would print the call instead of the program.
    @st.composite  # type: ignore[untyped-decorator, unused-ignore]
    def program(draw: DrawFn) -> Program:
        count, *rest = draw(numbers)
        starts = rest[: 1 + count % STARTS]
        rows = [rest[at : at + ROW] for at in range(STARTS, len(rest), ROW)]
        return build(starts, rows, choose_operations(names), share=share)

    strategy: SearchStrategy[Program] = program()
    return strategy


def models(
    *, activations: Iterable[str] = ACTIVATIONS, max_width: int = 3, max_layers: int = 2, max_samples: int = 2
) -> SearchStrategy[Model]:
    """Small multi-layer perceptrons with data: called without arguments, a `Model` gives its loss.

    `check_grad(model, ())` checks the loss by every weight and bias.
    """
    st = _strategies()
    names = list(activations)

    index = st.integers(0, len(SIMPLE) - 1)

    @st.composite  # type: ignore[untyped-decorator, unused-ignore]
    def model(draw: DrawFn) -> Model:
        def numbers(count: int) -> list[float]:
            return [SIMPLE[place] for place in draw(st.lists(index, min_size=count, max_size=count))]

        sizes = draw(st.lists(st.integers(1, max_width), min_size=2, max_size=max_layers + 1))
        weights = [[numbers(inputs + 1) for _ in range(outputs)] for inputs, outputs in itertools.pairwise(sizes)]
        samples = [(numbers(sizes[0]), numbers(sizes[-1])) for _ in range(draw(st.integers(1, max_samples)))]
        return Model(weights, samples, draw(st.sampled_from(names)))

    strategy: SearchStrategy[Model] = model()
    return strategy


def _strategies() -> Any:
    return require("hypothesis.strategies", extra="testing")
