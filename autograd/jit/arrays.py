"""`ArrayMachine`: a lowered program run with NumPy alone, an array operation or a few for each instruction.

NumPy's own floating-point flags tell at no cost that something may be wrong; only then the pass is repeated with a
look at every number.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from ..errors import require
from .batches import Feed
from .bilinear import terms_of
from .instructions import Each, Gather, Instruction, Many, Product
from .layout import View
from .lowered import Lowered
from .machine import Machine
from .reverse import Backward
from .rows import Interpreter, Operation, numpy_arrays, numpy_lanes
from .updates import Update

__all__ = ["ArrayMachine"]

Array = Any
Step = Callable[[bool], bool]
"""One instruction, done; its argument asks for care, its result is False where a number is outside a domain."""


class _Plan(NamedTuple):
    zeros: list[Array]
    steps: list[Step]
    update: Update | None
    feed: Feed | None
    finite: bool


class ArrayMachine(Machine):
    """Runs a program with NumPy."""

    def __init__(self, program: Lowered) -> None:
        super().__init__(program)
        self._forward: list[Step] = []
        self.prepare()

    def prepare(self) -> None:
        """Make the steps anew, over the present arrays."""
        self._forward = [self._forward_step(one) for one in self.program.instructions]

    def forward(self) -> bool:
        """See `Machine.forward`."""
        return self._run(self._forward) and bool(self.data[self.program.root] == self.data[self.program.root])

    def plan(
        self, wanted: Array, update: Update | None = None, feed: Feed | None = None, finite: bool = False
    ) -> _Plan:
        """See `Machine.plan`."""
        found = self.reversed(wanted)
        zeros = [self.gradients[start : start + length] for start, length in found.zeros]
        return _Plan(zeros, [step for one in found.steps for step in self._backward_steps(one)], update, feed, finite)

    def backward(self, plan: _Plan, seed: float) -> bool:
        """See `Machine.backward`."""
        def clear(careful: bool) -> bool:
            for zero in plan.zeros:
                zero[...] = 0.0
            self.gradients[self.program.root] = seed
            return True

        return self._run([clear, *plan.steps])

    def steps(self, plan: _Plan, losses: Array) -> int:
        """See `Machine.steps`."""
        numpy = require("numpy", extra="fast")
        for step in range(len(losses)):
            if plan.feed is not None:
                plan.feed.apply(self.data)
            if not self.forward() or (plan.finite and not numpy.isfinite(self.data[self.program.root])):
                return step
            if not self.backward(plan, 1.0):
                return step
            if plan.update is not None and not plan.update.apply(self.data, self.gradients):
                return step
            losses[step] = self.data[self.program.root]
        return len(losses)

    def _run(self, steps: list[Step]) -> bool:
        numpy = require("numpy", extra="fast")
        try:
            with numpy.errstate(invalid="raise", divide="raise", over="ignore", under="ignore"):
                return all(step(False) for step in steps)
        except FloatingPointError:
            # A branch that was not taken may have raised the flag: look closer.
            with numpy.errstate(all="ignore"):
                return all(step(True) for step in steps)

    def _forward_step(self, one: Instruction) -> Step:
        numpy = require("numpy", extra="fast")
        out = _strided(self.data, one.out)
        match one:
            case Product():
                left, right = _strided(self.data, one.left), _strided(self.data, one.right)
                bias = None if one.bias is None else _strided(self.data, one.bias)

                def product(careful: bool) -> bool:
                    numpy.matmul(left, right, out=out)
                    if bias is not None:
                        numpy.add(out, bias, out=out)
                    return True

                return product
            case Gather():
                table = one.source.addresses()

                def gather(careful: bool) -> bool:
                    out[...] = self.data[table]
                    return True

                return gather
        return self._row_step(one, out)

    def _row_step(self, one: Each | Many, out: Array) -> Step:
        numpy = require("numpy", extra="fast")
        row, interpreter = one.row, _interpreter(one.row)
        load = _loader(self.data, one)
        hides = terms_of(row) is None
        target = out if isinstance(one, Each) else out.reshape(-1, 1)

        def apply(careful: bool) -> bool:
            inputs = load()
            if row.domain is not None:
                inside = interpreter.formula(row, row.domain.text, inputs, None)
                if not numpy.all(inside):
                    return False
            target[...] = interpreter.value(row, inputs)
            if careful and hides:
                return not any(numpy.isnan(each).any() for each in (target, *inputs))
            return True

        return apply

    def _backward_steps(self, step: Backward) -> list[Step]:
        one, modes = step
        match one:
            case Product():
                return self._product_steps(one, modes)
            case Gather():
                add = _adder(self.gradients, one.source, modes)
                upstream = _strided(self.gradients, one.out)

                def scatter(careful: bool) -> bool:
                    add(upstream)
                    return True

                return [scatter]
        return [self._pull_step(one, modes)]

    def _product_steps(self, one: Product, modes: str) -> list[Step]:
        numpy = require("numpy", extra="fast")
        upstream = _strided(self.gradients, one.out)
        left, right = _strided(self.data, one.left), _strided(self.data, one.right)
        found: list[Step] = []

        def step(view: View, mode: str, contribution: Callable[[], Array]) -> None:
            add = _adder(self.gradients, view, mode)

            def run(careful: bool) -> bool:
                add(contribution())
                return True

            found.append(run)

        if modes[0] != "-":
            step(one.left, modes[0], lambda: numpy.matmul(upstream, right.T))
        if modes[1] != "-":
            step(one.right, modes[1], lambda: numpy.matmul(left.T, upstream))
        if one.bias is not None and modes[2] != "-":
            step(one.bias, modes[2], lambda: upstream)
        return found

    def _pull_step(self, one: Each | Many, modes: str) -> Step:
        numpy = require("numpy", extra="fast")
        row, interpreter = one.row, _interpreter(one.row)
        load = _loader(self.data, one)
        out, upstream = _strided(self.data, one.out), _strided(self.gradients, one.out)
        if isinstance(one, Many):
            out, upstream = out.reshape(-1, 1), upstream.reshape(-1, 1)
        wanted = [j for j, mode in enumerate(modes) if mode != "-"]
        adders = [_adder(self.gradients, one.operands[j], modes[j]) for j in wanted]
        spread = _spread(row)
        columns = [0]
        for operand in row.operands:
            length = next(v.shape[1] for v in one.operands) if spread and operand.variadic else 1
            columns.append(columns[-1] + length)

        def pull(careful: bool) -> bool:
            inputs = load()
            for j in wanted:
                smooth = row.smooth[j]
                if smooth is not None:
                    exists = interpreter.formula(row, smooth.text, inputs, out)
                    if not numpy.all(numpy.logical_or(exists, upstream == 0.0)):
                        return False
            found = [
                _joined(interpreter.partials(row, inputs, out)[columns[j] : columns[j + 1]], out)
                if spread
                else interpreter.partial(row, inputs, out, j)
                for j in wanted
            ]
            for partial, add in zip(found, adders, strict=True):
                if careful:
                    add(numpy.where(upstream != 0.0, upstream * partial, 0.0))
                else:
                    add(upstream if type(partial) is not numpy.ndarray and partial == 1 else upstream * partial)
            return True

        return pull


def _spread(row: Operation) -> bool:
    """Whether the row's partials leave one element out at a time, and so want the elements one by one."""
    return any("others" in partial.functions for partial in row.partials)


def _joined(parts: list[Any], out: Array) -> Array:
    """Partials of one element each, side by side; plain numbers among them hold for all lanes."""
    numpy = require("numpy", extra="fast")
    return numpy.concatenate([numpy.broadcast_to(part, out.shape) for part in parts], axis=1)


def _interpreter(row: Operation) -> Interpreter:
    return numpy_arrays() if not row.variadic or _spread(row) else numpy_lanes()


def _loader(data: Array, one: Each | Many) -> Callable[[], list[Array]]:
    """Gives an instruction's operands as the row's interpreter takes them."""
    numpy = require("numpy", extra="fast")
    views = [_strided(data, view) if view.table is None else None for view in one.operands]
    tables = [view.table for view in one.operands]
    spread = isinstance(one, Many) and _spread(one.row)

    def load() -> list[Array]:
        found = [data[table] if view is None else view for view, table in zip(views, tables, strict=True)]
        if spread:
            found = [column for each in found for column in numpy.split(each, each.shape[1], axis=1)]
        return found

    return load


def _strided(array: Array, view: View) -> Array:
    """The part of an array that a view without a table stands for."""
    numpy = require("numpy", extra="fast")
    step = array.itemsize
    return numpy.lib.stride_tricks.as_strided(
        array[view.offset :], view.shape, (view.rows * step, view.columns * step)
    )


def _adder(gradients: Array, view: View, mode: str) -> Callable[[Array], None]:
    """Adds contributions of a view's shape to its gradients (or sets them), summed where several share one number.
    """
    numpy = require("numpy", extra="fast")
    over_lanes = view.columns == 0 and view.shape[1] > 1
    over_rows = view.rows == 0 and view.shape[0] > 1
    shape = (1 if over_rows else view.shape[0], 1 if over_lanes else view.shape[1])
    overlapping = numpy.unique(view._replace(shape=shape).addresses()).size < shape[0] * shape[1]
    if view.table is not None or overlapping:
        table = view.addresses()
        unique = numpy.unique(table).size == table.size

        def scattered(numbers: Array) -> None:
            numbers = numpy.broadcast_to(numbers, table.shape)
            if mode == "=":
                gradients[table] = numbers
            elif unique:
                gradients[table] += numbers
            else:
                numpy.add.at(gradients, table, numbers)

        return scattered
    target = _strided(gradients, view._replace(shape=shape))
    axes = tuple(axis for axis, summed in enumerate((over_rows, over_lanes)) if summed)
    full = view.shape

    def strided(numbers: Array) -> None:
        if axes:
            numbers = numpy.broadcast_to(numbers, full).sum(axis=axes, keepdims=True)
        if mode == "=":
            target[...] = numbers
        else:
            numpy.add(target, numbers, out=target)

    return strided
