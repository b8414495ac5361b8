"""How `fit` hands its epochs to the compiled replay (`autograd.jit`), and when it must not.

The loss over all the data is built once; each step then runs natively. Before that is trusted, the first batch is
computed both ways and compared.
"""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

from autograd import Value
from autograd.assigning import assign
from autograd.chance import DRAWS, Draws
from autograd.errors import MissingExtraError

from ._checks import _show
from .module import Module
from .optim import Optimizer, clip_grad_norm

__all__ = ["AGREEMENT", "WORTHWHILE", "Replay", "Unsuited", "checked_jit", "fingerprint", "flat", "refilled"]

WORTHWHILE = 2_000_000
"""Nodes to compute in a whole run from which on "auto" compiles: some seconds of eager work."""

AGREEMENT = 1e-10
"""The largest difference, relative to the loss or the largest gradient, for a replay to be trusted."""


class Unsuited(Exception):
    """A training run that cannot be replayed; the message says why."""


def checked_jit(jit: Any) -> Any:
    """`jit` as given, or an error that says what it may be."""
    if jit is True or jit is False or jit == "auto":
        return jit
    raise ValueError(f'jit must be "auto", True or False, got {_show(jit)}')


class Replay:
    """One run's compiled steps. Raises `Unsuited`, with the reason, for a run that has to stay eager."""

    def __init__(
        self,
        model: Module,
        loss: Any,
        optimizer: Optimizer,
        data: tuple[list[Any], list[Any]],
        size: int,
        clip_norm: float | None,
        outputs: bool,
    ) -> None:
        self.model = model
        self.optimizer = optimizer
        self.size = size
        self._draws = Draws()
        if model.named_buffers() or model.takes_batch:
            raise Unsuited("the model keeps statistics of its batches, or takes whole batches")
        x, y = data
        before = [p.data for p in optimizer.params], list(getattr(optimizer, "_states", []))
        rows = [_leaves(row) for row in x]
        given = [row for row, _ in rows] if size < len(x) else x
        model.train()
        try:
            from autograd.jit.training import Epochs
            from autograd.jit.watching import watched

            with self._drawing(), watched() as looks:
                predictions, ends = [], [0]
                for row in given:
                    predictions.append(model(row))
                    ends.append(len(self._draws.leaves))
                root = loss(predictions, y)
            self._draws.rewind()
            self._drawn = [slice(*pair) for pair in pairwise(ends)]
            if len(self._draws.leaves) > ends[-1]:
                raise Unsuited("the loss draws random numbers")
            if looks:
                raise Unsuited(f"{looks[0].what} of a value is used in {looks[0].place}")
            self._shape = predictions
            nodes = [node for prediction in predictions for node in flat(prediction)] if outputs else []
            samples = [leaves for _, leaves in rows] if size < len(x) else []
            if samples and not all(samples):
                raise Unsuited("the samples are not rows of numbers")
            self._epochs = Epochs(root, optimizer, samples, clip=clip_norm, outputs=nodes)
            self._masks = self._epochs.where(self._draws.leaves) if self._draws.leaves else None
            try:
                self._compare(loss, x, y, clip_norm)
            except Unsuited:
                if not self._epochs.divide():
                    raise
                for p, number in zip(optimizer.params, before[0], strict=True):
                    p.data = number
                if hasattr(optimizer, "_states"):
                    optimizer._states = before[1]
                self._compare(loss, x, y, clip_norm)
        except MissingExtraError:
            raise
        except (ValueError, TypeError, ArithmeticError) as error:
            raise Unsuited(str(error)) from error
        finally:
            self._draws.rewind()
            memory = [(optimizer, "_states", before[1])] if hasattr(optimizer, "_states") else []
            assign(optimizer.params, before[0], *memory)
            optimizer.zero_grad()
        self._structure = fingerprint(model)

    def _compare(self, loss: Any, x: list[Any], y: list[Any], clip_norm: float | None) -> None:
        """The first batch, and the last one where it is smaller, both ways; parameters are put back by the caller."""
        order = list(range(len(x)))
        params = self.optimizer.params
        for number in dict.fromkeys((0, -(-len(x) // self.size) - 1)):
            batch = order[number * self.size : (number + 1) * self.size]
            self._draws.mark()
            expected = loss([self.model(x[i]) for i in batch], [y[i] for i in batch])
            for p in params:
                p.zero_grad()
            expected.backward()
            if clip_norm is not None:
                clip_grad_norm(params, clip_norm)
            gradients = [p.grad for p in params]
            numbers = [p.data for p in params]
            self._draws.rewind()
            found = self._epochs.run(order, self.size, number, 1, self._given(batch))
            self._draws.rewind()
            assign(params, numbers)
            scale = max(map(abs, gradients), default=0.0)
            if not found or not math.isclose(found[0], expected.data, rel_tol=AGREEMENT, abs_tol=AGREEMENT):
                raise Unsuited("the loss of a batch is not what its samples' terms of the whole loss say")
            if any(abs(p.grad - g) > AGREEMENT * max(scale, 1e-300) for p, g in zip(params, gradients, strict=True)):
                raise Unsuited("the gradients of a batch are not what its samples' terms of the whole loss say")

    @contextmanager
    def _drawing(self) -> Iterator[None]:
        """The random numbers of what is computed inside are inputs of the replay."""
        before = DRAWS.set(self._draws)
        try:
            yield
        finally:
            DRAWS.reset(before)

    def _given(self, batch: Sequence[int]) -> Sequence[Any]:
        """A batch's random numbers, drawn in the order in which the model would draw them: where they go, and they."""
        if self._masks is None:
            return ()
        places = [place for i in batch for place in range(self._drawn[i].start, self._drawn[i].stop)]
        return self._masks[places], self._draws.numbers(places)

    def unchanged(self) -> bool:
        """Whether the model is still built of the same parts (a callback may have changed it)."""
        return self._structure == fingerprint(self.model)

    def epoch(
        self, order: list[int], bar: Any, metrics: bool, by_hand: Any, first: int = 0
    ) -> tuple[list[float], list[Any]]:
        """The batches from `first` on of an epoch in the given order.

        Each batch's loss before its update, and the outputs if metrics want them.
        by_hand: takes a batch's indices and does its step eagerly, for one that failed here: it says what is wrong.
        """
        total = -(-len(order) // self.size) - first
        losses: list[float] = []
        outputs: list[Any] = []
        single = metrics or self._masks is not None
        while len(losses) < total:
            step = first + len(losses)
            batch = order[step * self.size : (step + 1) * self.size]
            self._draws.mark()
            found = self._epochs.run(order, self.size, step, 1 if single else None, self._given(batch))
            if not found:
                self._draws.rewind()
                loss, numbers = by_hand(batch)
                found = [loss]
                outputs += numbers
            elif metrics:
                numbers_of_all = iter(self._epochs.outputs())
                every = [refilled(prediction, numbers_of_all) for prediction in self._shape]
                outputs += [every[i] for i in batch]
            losses += found
            bar.update(len(found))
        return losses, outputs


def fingerprint(model: Module) -> tuple[int, ...]:
    """The identities of what a model is built of."""
    parts = [id(value) for _, module in model.named_modules() for value in vars(module).values()]
    return (*parts, *map(id, model.parameters()))


def _leaves(row: Any) -> tuple[Any, list[Value]]:
    """A sample with a leaf in place of every number, and those leaves; as it is where it holds anything else."""
    if isinstance(row, float):
        leaf = Value(row)
        return leaf, [leaf]
    if isinstance(row, Sequence) and row and all(isinstance(v, (int, float)) and type(v) is not bool for v in row):
        leaves = [Value(v) for v in row]
        return list(leaves), leaves
    return row, []


def flat(prediction: Any) -> list[Value]:
    """The nodes of a prediction, in order."""
    if isinstance(prediction, Value):
        return [prediction]
    if isinstance(prediction, (list, tuple)):
        return [node for part in prediction for node in flat(part)]
    raise Unsuited(f"a prediction is {_show(prediction)}")


def refilled(prediction: Any, numbers: Any) -> Any:
    """The prediction with the next numbers in place of its nodes."""
    if isinstance(prediction, Value):
        return next(numbers)
    return [refilled(part, numbers) for part in prediction]
