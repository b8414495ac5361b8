"""`Samples`: training on samples whose graphs differ, such as sequences of several lengths: one program a structure.

A step runs each sample of its batch in the program of its structure, and adds up the gradients; one optimiser then
updates the parameters, which all programs share. `nn.fit` uses it.
"""

import math
import operator
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from ..assigning import assign
from ..chance import Draws
from ..errors import require
from ..turns import each, turns, undo
from ..value import UNSET, Value
from .choosing import Choices, place_of
from .function import tracing
from .program import Program
from .slots import get_data
from .updates import Update, find_update
from .watching import watched

__all__ = ["Sample", "Samples", "Structure", "looks_up"]

Array = Any
Leaf = Callable[[float], Value]


def looks_up(function: Callable[[Leaf], Any]) -> bool:
    """Whether a function uses `lookup` on leaves that it makes of its numbers."""
    choices, draws = Choices(), Draws()
    try:
        with tracing(choices, draws):
            function(choices.leaf)
    finally:
        draws.rewind()
    return bool(choices.reads)


class Structure:
    """What all samples of one structure share: a program, and where the numbers of a sample go in it.

    loss: builds the loss of one sample, and the outputs that are asked for, from its numbers, each as the leaf that
    the function given to it makes. params: those that are trained. Raises `ValueError` where the loss cannot be
    replayed, `TypeError` where it cannot be built of leaves.
    """

    def __init__(
        self,
        loss: Callable[[Leaf], tuple[Value, Sequence[Value]]],
        params: Sequence[Value],
        *,
        native: bool | None = None,
    ) -> None:
        self._choices, self.draws = Choices(), Draws()
        try:
            with tracing(self._choices, self.draws), watched() as looks:
                root, outputs = loss(self._choices.leaf)
        finally:
            self.draws.rewind()
        if looks:
            raise ValueError(f"{looks[0].what} of a value is used in {looks[0].place}")
        numpy = require("numpy", extra="fast")
        self._index = {p: index for index, p in enumerate(params)}
        self._seen: set[Value] = set()
        self._open: list[Value] = []
        always = self._walk(root, self._seen, self._open)
        self.always = numpy.zeros(len(params), dtype=bool)
        self.always[always] = True
        given = [*self._choices.inputs, *self._choices.all_leaves]
        self.program = Program(root, [*given, *self.draws.leaves, *outputs], native=native)
        where = self.program._lowered.where_or_constant
        self.given, self.masks, self.outputs = where(given), where(self.draws.leaves), where(outputs)
        leaves = zip(self.program._lowered.addresses.tolist(), self.program._lowered.leaves, strict=True)
        found = sorted((place, self._index[leaf]) for place, leaf in leaves if leaf in self._index)
        if not found:
            raise ValueError("none of the optimiser's parameters is a leaf of the compiled graph")
        self.addresses, self.chosen = (numpy.array(part, dtype=numpy.int64) for part in zip(*found, strict=True))
        self.machine = self.program._machine
        self.plan = self.machine.plan(self.addresses)

    def sample(self, numbers: Sequence[float]) -> "Sample":
        """A sample of this structure, by its numbers in the order of the leaves.

        Raises `IndexError` for one that is looked up outside its table, `TypeError` for one that is not whole.
        """
        numpy = require("numpy", extra="fast")
        given = dict(zip(self._choices.inputs, numbers, strict=True))
        everything = numpy.array([*numbers, *self._choices.numbers(given)], dtype=float)
        reached: list[int] = []
        pending, seen = list(self._open), set[Value]()
        while pending:
            index, entries = self._choices.reads[pending.pop()]
            entry = entries[place_of(given[index], len(entries))]
            if isinstance(entry, Value) and entry not in self._seen:
                reached += self._walk(entry, seen, pending)
        return Sample(self, everything, numpy.array(reached, dtype=numpy.int64))

    def _walk(self, start: Value, seen: set[Value], pending: list[Value]) -> list[int]:
        """The parameters below a node, whatever is looked up; the look-ups on the way are `pending`."""
        found: list[int] = []
        stack = [start]
        while stack:
            node = stack.pop()
            if node in seen:
                continue
            seen.add(node)
            if node in self._choices.reads:
                pending.append(node)
            elif node in self._index:
                found.append(self._index[node])
            else:
                stack += node.inputs
        return found


class Sample(NamedTuple):
    """One sample: its structure, its numbers, and the parameters that it reaches by looking them up."""

    structure: Structure
    numbers: Array
    reached: Array


Batch = Sequence[tuple[Sample, float]]
"""Samples, and the weight of each one's loss in that of the batch."""


class Samples:
    """The parameters of one optimiser, trained on batches of samples. `ValueError` for an optimiser that is not known.

    As in an eager step, a parameter that no sample of a batch reaches (a token that does not occur) has no gradient,
    and is left alone. clip: the largest norm of the gradients.
    """

    def __init__(self, optimizer: Any, *, clip: float | None = None) -> None:
        numpy = require("numpy", extra="fast")
        self.optimizer = optimizer
        self.params: list[Value] = list(optimizer.params)
        count = len(self.params)
        kind = find_update(optimizer, range(count))
        if kind is None:
            raise ValueError(f"{type(optimizer).__name__} has a step of its own, which is not compiled")
        self._clip = -1.0 if clip is None else clip
        self._update = Update(kind, numpy.arange(count), count)
        self._data = numpy.zeros(count + Update.room(count))
        self._states: Any = None
        self._last: tuple[Array, Array] | None = None

    def run(self, batches: Sequence[Batch], finished: Callable[[], Any], outputs: list[list[float]]) -> list[float]:
        """A step for each batch; their losses before it. `finished` is called after every step.

        outputs: gets the output nodes' numbers of each sample. Fewer losses than batches say that the next one has to
        be done by hand: something about it is wrong. Ctrl-C leaves parameters and optimiser at a completed step.
        """
        losses: list[float] = []
        with turns:
            undo()
            self._load(batches)
            try:
                for batch in batches:
                    found: list[list[float]] = []
                    draws = [sample.structure.draws for sample, _ in batch if sample.structure.draws.leaves]
                    each(Draws.mark, draws)
                    step = self._gradients(batch, found)
                    if step is None or not self._moved(step):
                        each(Draws.rewind, draws)
                        break
                    losses.append(step[0])
                    outputs += found
                    finished()
            finally:
                if self._last is not None:
                    self._written(*self._last)
        return losses

    def gradients(self, batch: Batch) -> tuple[float, list[float | None]] | None:
        """A batch's loss and its gradients, None for parameters that it does not reach; None where it fails."""
        with turns:
            self._load([batch])
            step = self._gradients(batch, [])
        if step is None:
            return None
        loss, gradients, reached = step
        return loss, [g if one else None for g, one in zip(gradients.tolist(), reached.tolist(), strict=True)]

    def _load(self, batches: Sequence[Batch]) -> None:
        """Bring in the present numbers of parameters, other leaves, and the optimiser."""
        self._last = None
        self._data[: len(self.params)] = list(map(get_data, self.params))
        known, self._states = self.optimizer._states is self._states, None  # (whatever interrupts what follows)
        self._update.load(self.optimizer, self._data, range(len(self.params)), known=known, clip=self._clip)
        for structure in {sample.structure for batch in batches for sample, _ in batch}:
            structure.program._load()

    def _gradients(self, batch: Batch, outputs: list[list[float]]) -> tuple[float, Array, Array] | None:
        """The loss, the gradients, and which parameters have one."""
        numpy = require("numpy", extra="fast")
        numbers = self._data[: len(self.params)]
        gradients, reached = numpy.zeros(len(self.params)), numpy.zeros(len(self.params), dtype=bool)
        loss = 0.0
        for sample, weight in batch:
            structure = sample.structure
            machine = structure.machine
            machine.data[structure.addresses] = numbers[structure.chosen]
            machine.data[structure.given] = sample.numbers
            if structure.draws.leaves:
                machine.data[structure.masks] = structure.draws.numbers(range(len(structure.draws.leaves)))
            root = structure.program._lowered.root
            if not machine.forward() or not math.isfinite(machine.data[root]):
                return None
            if not machine.backward(structure.plan, weight):
                return None
            loss += weight * float(machine.data[root])
            outputs.append(machine.data[structure.outputs].tolist())
            gradients[structure.chosen] += machine.gradients[structure.addresses]
            reached |= structure.always
            reached[sample.reached] = True
        return loss, gradients, reached

    def _moved(self, step: tuple[float, Array, Array]) -> bool:
        """Parameters and memory as after the update, in one step for Ctrl-C; False where it cannot be made."""
        _, gradients, reached = step
        chosen = None if reached.all() else reached.nonzero()[0]
        writes = self._update.writes(self._data, gradients, chosen)
        if writes is None:
            return False
        each(operator.setitem, *zip(*writes, (self.__dict__, "_last", (gradients, reached)), strict=True))
        return True

    def _written(self, gradients: Array, reached: Array) -> None:
        """Parameters, their gradients, and the optimiser's memory as after the last completed step."""
        params, count = self.params, len(self.params)
        states = self._update.states(self.optimizer, self._data, range(count))
        found = zip(gradients.tolist(), reached.tolist(), strict=True)
        slopes = [g if one else UNSET for g, one in found]
        assign(params, self._data[:count].tolist(), (self.optimizer, "_states", states), gradients=slopes)
        self._states = states
