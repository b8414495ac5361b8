"""hypothesis strategies: `values()`, `programs()` and `models()`, for property tests of gradients.

All of them draw whole numbers only, and build what they draw without rejecting anything, so that they are quick, work
under `derandomize`, raise no health check, and shrink to the simplest case that still fails.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ..errors import require
from ..operation import Operation
from .build import Source, build, choose_operations
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
    ops: Iterable[str | Operation] | None = None, *, max_ops: int = 12, share: bool = True
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
    require("mpmath", extra="test")  # now, and not within the first example's time

    @st.composite  # type: ignore[untyped-decorator, unused-ignore]
    def program(draw: DrawFn) -> Program:
        return build(_source(draw, st), choose_operations(names), max_ops=max_ops, share=share)

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

    @st.composite  # type: ignore[untyped-decorator, unused-ignore]
    def model(draw: DrawFn) -> Model:
        source = _source(draw, st)

        def numbers(count: int) -> list[float]:
            return [SIMPLE[source(len(SIMPLE) - 1)] for _ in range(count)]

        sizes = [1 + source(max_width - 1) for _ in range(2 + source(max_layers - 1))]
        weights = [
            [numbers(inputs + 1) for _ in range(outputs)] for inputs, outputs in zip(sizes, sizes[1:], strict=False)
        ]
        samples = [(numbers(sizes[0]), numbers(sizes[-1])) for _ in range(1 + source(max_samples - 1))]
        return Model(weights, samples, names[source(len(names) - 1)])

    strategy: SearchStrategy[Model] = model()
    return strategy


def _source(draw: DrawFn, st: Any) -> Source:
    def choose(highest: int) -> int:
        chosen: int = draw(st.integers(0, highest))
        return chosen

    return choose


def _strategies() -> Any:
    return require("hypothesis.strategies", extra="test")
