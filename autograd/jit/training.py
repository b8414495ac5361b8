"""`Program.step`: whole training steps without coming back to Python between them."""

import math
import time
from collections.abc import Sequence
from typing import Any

from ..backward import each, turns
from ..clock import clock
from ..errors import require
from ..value import Value
from .batches import Feed, weighted
from .program import Program, _set_data, _set_grad, _set_tick
from .updates import Update, find_update

__all__ = ["Epochs", "train"]

_SLICE = 0.05
"""Seconds between two looks for Ctrl-C."""


class _Training:
    """One optimiser's parameters in one program, and the plan of a step."""

    def __init__(
        self,
        program: Program,
        optimizer: Any,
        weights: Sequence[Value] = (),
        mean: bool = True,
        *,
        finite: bool = False,
    ) -> None:
        lowered, machine = program._lowered, program._machine
        places = dict(zip(lowered.leaves, lowered.addresses.tolist(), strict=True))
        found = [(places[p], index) for index, p in enumerate(optimizer.params) if p in places]
        if not found:
            raise ValueError("none of the optimiser's parameters is a leaf of the compiled graph")
        found.sort()  # as they lie in memory
        self.key = list(optimizer.params)
        self.chosen = [index for _, index in found]
        self.params: list[Value] = [optimizer.params[index] for index in self.chosen]
        numpy = require("numpy", extra="fast")
        self.addresses = numpy.array([place for place, _ in found], dtype=numpy.int64)
        kind = find_update(optimizer, self.chosen)
        self.update: Update | None = None
        self.feed: Feed | None = None
        room = Update.room(len(found))
        base = machine.grow(room + Feed.room(len(weights)))
        if kind is not None:
            self.update = Update(kind, self.addresses, base)
        if weights:
            self.feed = Feed(lowered.where(weights), base + room, mean)
        program._plan = None  # it may look at the arrays as they were before they grew
        self.plan = machine.plan(self.addresses, self.update, self.feed, finite)
        self.pace = 0.0
        self.states: Any = None  # the optimiser's memory as it was last brought back: an equal one need not be read


def train(program: Program, optimizer: Any, times: int) -> list[float]:
    """The losses before each of `times` steps."""
    losses: list[float] = []
    with turns:
        training = _prepared(program, optimizer)
        while len(losses) < times:
            program._load()
            found = _native(program, optimizer, training, times - len(losses))
            losses += found
            if not found:  # as by hand: it says what is wrong, or gets past it
                losses.append(_by_hand(program, optimizer, training))
    return losses


class Epochs:
    """Whole epochs of mini-batches of one loss over all the data, natively (see `batches` for which losses).

    root: the loss of all samples. samples: for each of them the leaves that only it reads; leave them out where every
    step takes all the data. clip: the largest norm of the gradients. Raises `ValueError`, with the reason, where the
    loss or the optimiser is not of a kind that runs so.
    """

    def __init__(
        self,
        root: Value,
        optimizer: Any,
        samples: Sequence[Sequence[Value]] = (),
        *,
        clip: float | None = None,
        outputs: Sequence[Value] = (),
        native: bool | None = None,
    ) -> None:
        weights: list[Value] = []
        mean = True
        if samples:
            root, weights, mean = weighted(root, samples)
        self.count = len(samples)
        self.optimizer = optimizer
        self.program = Program(root, native=native)
        self.clip = -1.0 if clip is None else clip
        self._training = _Training(self.program, optimizer, weights, mean, finite=True)
        if self._training.update is None:
            raise ValueError(f"{type(optimizer).__name__} has a step of its own, which is not compiled")
        self._outputs = self.program._lowered.where(outputs)

    def outputs(self) -> list[float]:
        """The numbers of the output nodes in the last step, before its update."""
        found: list[float] = self.program._machine.data[self._outputs].tolist()
        return found

    def run(self, order: Sequence[int], size: int, first: int = 0, count: int | None = None) -> list[float]:
        """Train on `count` batches (all) of an epoch's order from number `first` on; the losses, before each update.

        Fewer losses than batches say that the next one has to be done by hand: something about it is wrong.
        """
        program, training = self.program, self._training
        total = -(-len(order) // size)
        count = total - first if count is None else count
        with turns:
            program._load()
            if training.feed is not None:
                training.feed.start(program._machine.data, order, size, first)
            return _native(program, self.optimizer, training, count, self.clip)


def _prepared(program: Program, optimizer: Any) -> _Training:
    known = program._training
    if known and known[1] is optimizer and known[0].key == optimizer.params:
        training: _Training = known[0]
        return training
    training = _Training(program, optimizer)
    program._training = (training, optimizer)
    return training


def _native(program: Program, optimizer: Any, training: _Training, times: int, clip: float = -1.0) -> list[float]:
    """Native steps in slices, until they are done or one fails; what was done is written back."""
    numpy = require("numpy", extra="fast")
    if training.update is None:
        return []
    machine = program._machine
    known = optimizer._states is training.states
    training.update.load(optimizer, machine.data, training.chosen, known=known, clip=clip)
    losses: list[float] = []
    try:
        while len(losses) < times:
            count = max(1, int(_SLICE / training.pace)) if training.pace else 1
            room = numpy.full(min(count, times - len(losses)), math.nan)
            started = time.perf_counter()
            try:
                machine.steps(training.plan, room)
            finally:
                # Ctrl-C arrives as the native call returns: what it has done is read from the losses it has left.
                done = int(numpy.count_nonzero(room == room))
                losses += room[:done].tolist()
            if done:
                training.pace = (time.perf_counter() - started) / done
            if done < len(room):
                break
    finally:
        if losses:
            _written(program, optimizer, training)
    return losses


def _written(program: Program, optimizer: Any, training: _Training) -> None:
    """Parameters, their gradients, and the optimiser's memory as after the last completed step."""
    machine, params = program._machine, training.params
    update = training.update
    if update is not None:
        update.store(optimizer, machine.data, training.chosen)
        training.states = optimizer._states
    clock.now = now = clock.now + 1
    each(_set_data, params, machine.data[training.addresses].tolist())
    each(_set_tick, params, [now] * len(params))
    each(_set_grad, params, machine.gradients[training.addresses].tolist())
    program._clock, program._ready = now, False


def _by_hand(program: Program, optimizer: Any, training: _Training) -> float:
    """One step by the program's passes and the optimiser's own update."""
    optimizer.zero_grad()
    loss = program.forward()
    others = [leaf for leaf in program._lowered.leaves if leaf not in {*training.params}]
    before = [leaf._grad for leaf in others]
    try:
        program.backward()
    finally:
        each(_set_grad, others, before)
    optimizer.step()
    return loss
