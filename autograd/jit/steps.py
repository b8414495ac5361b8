"""`Program.step`: whole training steps without coming back to Python between them.

A `program` here is a `Program`, whose module imports this one.
"""

import math
import time
from collections.abc import Sequence
from typing import Any

from ..assigning import assign
from ..clock import clock
from ..errors import require
from ..turns import each, turns, undo
from ..value import Value
from .batches import Feed
from .slots import set_grad
from .updates import Update, find_update

__all__ = ["Training", "native_steps", "train"]

_SLICE = 0.05
"""Seconds between two looks for Ctrl-C."""


class Training:
    """One optimiser's parameters in one program, and the plan of a step."""

    def __init__(
        self,
        program: Any,
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


def train(program: Any, optimizer: Any, times: int) -> list[float]:
    """The losses before each of `times` steps."""
    losses: list[float] = []
    with turns:
        undo()
        training = _prepared(program, optimizer)
        while len(losses) < times:
            program._load()
            found = native_steps(program, optimizer, training, times - len(losses))
            losses += found
            if not found:  # as by hand: it says what is wrong, or gets past it
                losses.append(_by_hand(program, optimizer, training))
    return losses


def _prepared(program: Any, optimizer: Any) -> Training:
    known = program._training
    if known and known[1] is optimizer and known[0].key == optimizer.params:
        training: Training = known[0]
        return training
    training = Training(program, optimizer)
    program._training = (training, optimizer)
    return training


def native_steps(program: Any, optimizer: Any, training: Training, times: int, clip: float = -1.0) -> list[float]:
    """Native steps in slices, until they are done or one fails; what was done is written back."""
    numpy = require("numpy", extra="fast")
    if training.update is None:
        return []
    machine = program._machine
    known = optimizer._states is training.states
    # Whatever interrupts what follows, the program reads the leaves' numbers and the optimiser's memory again then.
    training.states, program._clock, program._ready = None, -1, False
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


def _written(program: Any, optimizer: Any, training: Training) -> None:
    """Parameters, their gradients, and the optimiser's memory as after the last completed step."""
    machine, params = program._machine, training.params
    numbers = machine.data[training.addresses].tolist()
    gradients = machine.last_gradients(training.addresses).tolist()
    update: Any = training.update
    states = update.states(optimizer, machine.data, training.chosen)
    assign(params, numbers, (optimizer, "_states", states), gradients=gradients)
    training.states, program._clock = states, clock.now


def _by_hand(program: Any, optimizer: Any, training: Training) -> float:
    """One step by the program's passes and the optimiser's own update."""
    optimizer.zero_grad()
    loss = program.forward()
    others = [leaf for leaf in program._lowered.leaves if leaf not in {*training.params}]
    before = [leaf._grad for leaf in others]
    try:
        program.backward()
    finally:
        each(set_grad, others, before)
    optimizer.step()
    found: float = loss
    return found
