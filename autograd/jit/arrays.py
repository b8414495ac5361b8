"""`ArrayMachine`: a lowered program run with NumPy alone, an array operation or a few for each instruction.

NumPy's own floating-point flags tell at no cost that something may be wrong; only then the pass is repeated with a
look at every number.
"""

import math
import operator
from collections.abc import Callable
from typing import Any, NamedTuple

from ..errors import require
from ..turns import each
from .batches import Feed
from .bilinear import terms_of
from .instructions import Each, Gather, Instruction, Many, Product
from .layout import View
from .lowered import Lowered
from .machine import Machine
from .reverse import Backward
from .rows import calls_python, loses_nan
from .stores import contribution_into, value_into
from .updates import Update
from .views import adder, interpreter_of, joined, leaves_one_out, loader, plain_target, strided_view, unlisted

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
        self._numpy: Any = require("numpy", extra="fast")
        self._forward: list[Step] = []
        self._last: Array = None
        self.prepare()

    def prepare(self) -> None:
        """Make the steps anew, over the present arrays."""
        self._forward = [self._forward_step(one) for one in self.program.instructions]

    def forward(self) -> bool:
        """See `Machine.forward`."""
        return self._run(self._forward) and self._sound(False)

    def plan(
        self, wanted: Array, update: Update | None = None, feed: Feed | None = None, finite: bool = False
    ) -> _Plan:
        """See `Machine.plan`."""
        found = self.reversed(wanted)
        zeros = [self.gradients[start : start + length] for start, length in found.zeros]
        return _Plan(zeros, [step for one in found.steps for step in self._backward_steps(one)], update, feed, finite)

    def backward(self, plan: _Plan, seed: float) -> bool:
        """See `Machine.backward`."""
        return self._run(self._backward(plan, seed))

    def steps(self, plan: _Plan, losses: Array) -> int:
        """See `Machine.steps`."""
        data, root = self.data, self.program.root
        for step in range(len(losses)):
            if plan.feed is not None:
                plan.feed.apply(data)
            passes = [*self._forward, lambda careful: self._sound(plan.finite), *self._backward(plan, 1.0)]
            if not self._run(passes):
                return step
            writes = [] if plan.update is None else plan.update.writes(data, self.gradients)
            if writes is None:
                return step
            last = writes[0][2] if writes else None
            # One step for Ctrl-C: the numbers, their loss, which says that they are there, and their gradients.
            done = [(losses, step, data[root]), (self.__dict__, "_last", last)]
            each(operator.setitem, *zip(*writes, *done, strict=True))
        return len(losses)

    def last_gradients(self, addresses: Array) -> Array:
        """See `Machine.last_gradients`."""
        return self._last

    def _sound(self, finite: bool) -> bool:
        number = float(self.data[self.program.root])
        return math.isfinite(number) if finite else number == number

    def _backward(self, plan: _Plan, seed: float) -> list[Step]:
        def clear(careful: bool) -> bool:
            for zero in plan.zeros:
                zero[...] = 0.0
            self.gradients[self.program.root] = seed
            return True

        return [clear, *plan.steps]

    def _run(self, steps: list[Step]) -> bool:
        try:
            with self._numpy.errstate(invalid="raise", divide="raise", over="raise", under="ignore"):
                return all(step(False) for step in steps)
        except FloatingPointError:
            # A branch that was not taken may have raised the flag: look closer.
            with self._numpy.errstate(all="ignore"):
                return all(step(True) for step in steps)

    def _forward_step(self, one: Instruction) -> Step:
        numpy = require("numpy", extra="fast")
        out = strided_view(self.data, one.out)
        match one:
            case Product():
                left, right = strided_view(self.data, one.left), strided_view(self.data, one.right)
                bias = None if one.bias is None else strided_view(self.data, one.bias)

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
        row, interpreter = one.row, interpreter_of(one.row)
        load = loader(self.data, one, listed=True)
        split = leaves_one_out(row)
        hides = terms_of(row) is None
        lost, python = loses_nan(row), calls_python(row)
        target = out if isinstance(one, Each) else out.reshape(-1, 1)
        store = value_into(row) if isinstance(one, Each) else None
        if row.domain is None and store is not None:

            def write(careful: bool) -> bool:
                inputs = load()
                store(out, *inputs)
                if lost and (careful or python):
                    return False  # a nan on the way may have come out as a number: the eager pass decides
                return not (careful and hides and any(numpy.isnan(each).any() for each in (out, *inputs)))

            return write

        def apply(careful: bool) -> bool:
            inputs = load()
            if row.domain is not None:
                inside = interpreter.formula(row, row.domain, unlisted(inputs), None)
                if not numpy.all(inside):
                    return False
            target[...] = interpreter.value(row, inputs if split else unlisted(inputs))
            if lost and (careful or python):
                return False
            if careful and isinstance(one, Many) and numpy.isinf(target).any():
                return False  # where a sum overflows on the way, the eager one may not: it decides
            if careful and hides:
                return not any(numpy.isnan(each).any() for each in (target, *unlisted(inputs)))
            return True

        return apply

    def _mirrored(self, one: Many, modes: str, wanted: list[int]) -> Step | None:
        """The backward step of Σ w·x or Σ a, where each partial is another operand or 1, into plain targets."""
        numpy = require("numpy", extra="fast")
        names = [operand.name for operand in one.row.operands]
        upstream = strided_view(self.gradients, one.out).reshape(-1, 1)
        found: list[tuple[Array, Array | None, str]] = []
        for j in wanted:
            target, text = plain_target(self.gradients, one.operands[j]), one.row.partials[j].text
            if target is None or one.row.smooth[j] is not None or text not in ("1", *names):
                return None
            other = None if text == "1" else one.operands[names.index(text)]
            if other is not None and other.table is not None:
                return None
            found.append((target, None if other is None else strided_view(self.data, other), modes[j]))

        def run(careful: bool) -> bool:
            for target, other, mode in found:
                if mode == "+":
                    numpy.add(target, upstream if other is None else upstream * other, out=target)
                elif other is None:
                    target[...] = upstream
                else:
                    numpy.multiply(upstream, other, out=target)
            return not careful or all(numpy.isfinite(target).all() for target, _, _ in found)

        return run

    def _backward_steps(self, step: Backward) -> list[Step]:
        one, modes = step
        match one:
            case Product():
                return self._product_steps(one, modes)
            case Gather():
                add = adder(self.gradients, one.source, modes)
                upstream = strided_view(self.gradients, one.out)

                def scatter(careful: bool) -> bool:
                    add(upstream)
                    return True

                return [scatter]
        return [self._pull_step(one, modes)]

    def _product_steps(self, one: Product, modes: str) -> list[Step]:
        numpy = require("numpy", extra="fast")
        upstream = strided_view(self.gradients, one.out)
        left, right = strided_view(self.data, one.left), strided_view(self.data, one.right)
        found: list[Step] = []

        def step(view: View, mode: str, a: Array, b: Array) -> None:
            plain = plain_target(self.gradients, view) if mode == "=" else None
            if plain is not None:

                def write(careful: bool) -> bool:
                    numpy.matmul(a, b, out=plain)
                    return True

                found.append(write)
                return
            add = adder(self.gradients, view, mode)

            def run(careful: bool) -> bool:
                add(numpy.matmul(a, b))
                return True

            found.append(run)

        if modes[0] != "-":
            step(one.left, modes[0], upstream, right.T)
        if modes[1] != "-":
            step(one.right, modes[1], left.T, upstream)
        if one.bias is not None and modes[2] != "-":
            add_bias = adder(self.gradients, one.bias, modes[2])

            def bias(careful: bool) -> bool:
                add_bias(upstream)
                return True

            found.append(bias)
        return found

    def _pull_step(self, one: Each | Many, modes: str) -> Step:
        numpy = require("numpy", extra="fast")
        row, interpreter = one.row, interpreter_of(one.row)
        load = loader(self.data, one)
        out, upstream = strided_view(self.data, one.out), strided_view(self.gradients, one.out)
        if isinstance(one, Many):
            out, upstream = out.reshape(-1, 1), upstream.reshape(-1, 1)
        wanted = [j for j, mode in enumerate(modes) if mode != "-"]
        if isinstance(one, Each) and not any(row.smooth[j] for j in wanted):
            simple = [
                (contribution_into(row, j, modes[j]), target)
                for j in wanted
                if (target := plain_target(self.gradients, one.operands[j])) is not None
            ]
            if len(simple) == len(wanted):

                def pulled(careful: bool) -> bool:
                    if careful:
                        return pull(careful)
                    inputs = load()
                    for store, target in simple:
                        store(target, upstream, out, *inputs)
                    return True
        else:
            simple = []
        if isinstance(one, Many) and (plain := self._mirrored(one, modes, wanted)) is not None:
            return plain
        adders = [adder(self.gradients, one.operands[j], modes[j]) for j in wanted]
        spread = leaves_one_out(row)
        columns = [0]
        for operand in row.operands:
            length = next(v.shape[1] for v in one.operands) if spread and operand.variadic else 1
            columns.append(columns[-1] + length)

        lost, python = loses_nan(row), calls_python(row)

        def pull(careful: bool) -> bool:
            if lost and (careful or python):
                return False  # (see _row_step)
            inputs = load()
            for j in wanted:
                smooth = row.smooth[j]
                if smooth is not None:
                    exists = interpreter.formula(row, smooth, inputs, out)
                    if not numpy.all(numpy.logical_or(exists, upstream == 0.0)):
                        return False
            found = [
                joined(interpreter.partials(row, inputs, out)[columns[j] : columns[j + 1]], out)
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

        return pulled if simple and len(simple) == len(wanted) else pull
