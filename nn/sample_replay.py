"""`SampleReplay`: how `fit` replays samples of several structures, such as sequences of different lengths.

The loss of one sample of each structure is traced, its numbers (tokens and labels included) as inputs. What a batch's
loss makes of those of its samples, and whether the replay is right at all, is found out by comparison.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from numbers import Real
from typing import Any

from autograd import Value
from autograd.chance import DRAWS
from autograd.errors import MissingExtraError

from ._checks import _show, is_list
from .module import Module
from .optim import Optimizer
from .replay import AGREEMENT, Unsuited, fingerprint, flat, refilled

__all__ = ["SampleReplay", "differ"]

_CHECKED = 8
"""How many samples are computed both ways before the replay is trusted (the samples of a batch if it has less)."""

Weighing = Callable[[Sequence[int]], list[float]]
"""From the numbers of targets of a batch's samples to the weight of each one's loss."""

Step = tuple[float, list[float | None]]
"""A batch's loss, and the gradients of the parameters; None for one that has none."""

_WEIGHINGS: tuple[Weighing, ...] = (
    lambda counts: [count / (sum(counts) or 1) for count in counts],  # a mean over all targets
    lambda counts: [1 / len(counts)] * len(counts),  # a mean over samples
    lambda counts: [1.0] * len(counts),  # a sum
)


class SampleReplay:
    """One run's compiled steps, sample by sample. Raises `Unsuited`, with the reason, for a run that must stay eager.

    most: how many structures may be compiled.
    """

    def __init__(
        self,
        model: Module,
        loss: Any,
        optimizer: Optimizer,
        data: tuple[list[Any], list[Any]],
        size: int,
        clip_norm: float | None,
        outputs: bool,
        most: int = 64,
    ) -> None:
        self.model, self.loss, self.optimizer, self.size = model, loss, optimizer, size
        self._most, self._outputs = most, outputs
        if model.named_buffers() or model.takes_batch:
            raise Unsuited("the model keeps statistics of its batches, or takes whole batches")
        x, y = data
        self._counts = [len(list(_numbers(target))) for target in y]
        model.train()
        reason = ""
        try:
            from autograd.jit.samples import Samples

            self._samples = Samples(optimizer, clip=clip_norm)
            # What cannot be an input (a label that is compared) is part of the structure.
            for inputs in ((True, True), (True, False), (False, False)):
                try:
                    self._trace(x, y, *inputs)
                    self._weighing = self._compared(x, y)
                    break
                except (Unsuited, ValueError, TypeError, LookupError, ArithmeticError) as error:
                    reason = reason or str(error)
            else:
                raise Unsuited(reason)
        except MissingExtraError:
            raise
        except (ValueError, TypeError, ArithmeticError) as error:
            raise Unsuited(str(error)) from error
        finally:
            optimizer.zero_grad()
        self._fingerprint = fingerprint(model)

    def _trace(self, x: list[Any], y: list[Any], open_x: bool, open_y: bool) -> None:
        """A structure for each shape of samples, and each sample in its structure.

        open_x, open_y: whether the numbers of x and y are inputs, or told apart as shapes are.
        """
        from autograd.jit.samples import Sample, Structure

        keys = [(_shape(row, open_x), _shape(target, open_y)) for row, target in zip(x, y, strict=True)]
        first = {key: index for index, key in enumerate(keys)}
        if len(first) > self._most:
            raise Unsuited(f"there are {len(first)} different structures of samples, more than {self._most}")
        shapes: dict[int, Any] = {}
        structures: dict[Any, Structure] = {}
        for key, index in first.items():

            def traced(leaf: Any, index: int = index, key: Any = key) -> tuple[Value, list[Value]]:
                row = _filled(x[index], leaf) if open_x else x[index]
                target = _filled(y[index], leaf) if open_y else y[index]
                prediction = self.model(row)
                draws = DRAWS.get()
                before = len(draws.leaves) if draws else 0
                root = self.loss([prediction], [target])
                if draws and len(draws.leaves) > before:
                    raise Unsuited("the loss draws random numbers")
                if not isinstance(root, Value):
                    raise TypeError(f"loss must return a Value, got {_show(root)}")
                shapes[index] = prediction
                return root, flat(prediction) if self._outputs else []

            structures[key] = Structure(traced, self.optimizer.params)
        self._shapes = [shapes[first[key]] for key in keys]
        self._rows: list[Sample] = []
        for row, target, key in zip(x, y, keys, strict=True):
            numbers = [*(_numbers(row) if open_x else ()), *(_numbers(target) if open_y else ())]
            self._rows.append(structures[key].sample(numbers))
        self._traced = {*first.values()}

    def _compared(self, x: list[Any], y: list[Any]) -> Weighing:
        """How a batch weighs its samples: that for which the replay gives what the eager pass does."""
        rest = len(x) % self.size
        found = list(_WEIGHINGS)
        for count in {min(self.size, _CHECKED), min(rest, _CHECKED // 2)} - {0}:
            batch = self._spread(count)
            draws = [self._rows[i].structure.draws for i in batch]
            for each in draws:
                each.mark()
            expected = self.loss([self.model(x[i]) for i in batch], [y[i] for i in batch])
            self.optimizer.zero_grad()
            expected.backward()
            gradients = [p.grad if p.has_grad else None for p in self.optimizer.params]
            agreeing = []
            for weighing in found:
                for each in draws:
                    each.rewind()
                step = self._samples.gradients(self._batch(batch, weighing))
                if step is not None and _alike(step, (expected.data, gradients)):
                    agreeing.append(weighing)
            found = agreeing
            for each in draws:
                each.rewind()
        if not found:
            raise Unsuited("the loss or the gradients of a batch are not what those of its samples add up to")
        return found[0]

    def _spread(self, count: int) -> list[int]:
        """So many samples, from few targets to many; not those that were traced where there are others like them."""
        ordered = sorted(range(len(self._rows)), key=lambda i: (self._counts[i], len(self._rows[i].numbers), i))
        members = Counter(id(row.structure) for row in self._rows)
        others = [i for i in ordered if i not in self._traced or members[id(self._rows[i].structure)] == 1]
        chosen = others if len(others) >= count else ordered
        return [chosen[at * (len(chosen) - 1) // max(count - 1, 1)] for at in range(count)]

    def _batch(self, batch: Sequence[int], weighing: Weighing) -> list[tuple[Any, float]]:
        rows = [self._rows[i] for i in batch]
        return list(zip(rows, weighing([self._counts[i] for i in batch]), strict=True))

    def unchanged(self) -> bool:
        """Whether the model is still built of the same parts (a callback may have changed it)."""
        return self._fingerprint == fingerprint(self.model)

    def epoch(
        self, order: list[int], bar: Any, metrics: bool, by_hand: Any, first: int = 0
    ) -> tuple[list[float], list[Any]]:
        """As `Replay.epoch`."""
        batches = [order[start : start + self.size] for start in range(first * self.size, len(order), self.size)]
        losses: list[float] = []
        outputs: list[Any] = []
        while len(losses) < len(batches):
            left = batches[len(losses) :]
            numbers: list[list[float]] = []
            found = self._samples.run([self._batch(batch, self._weighing) for batch in left], bar.update, numbers)
            losses += found
            if metrics:
                done = [i for batch in left[: len(found)] for i in batch]
                outputs += [refilled(self._shapes[i], iter(row)) for i, row in zip(done, numbers, strict=True)]
            if len(found) < len(left):
                loss, eager = by_hand(left[len(found)])
                losses.append(loss)
                outputs += eager
                bar.update()
        return losses, outputs


def differ(model: Module, x: Sequence[Any], size: int) -> bool:
    """Whether the samples are for `SampleReplay`: of several shapes, no rows of numbers, or looked up (tokens)."""
    try:
        shapes = {_shape(row, True) for row in x}
    except Unsuited:
        return False
    if len(shapes) > 1 or (size < len(x) and any(isinstance(shape, tuple) and any(shape) for shape in shapes)):
        return True
    try:
        from autograd.jit.samples import looks_up

        return looks_up(lambda leaf: model(_filled(x[0], leaf)))
    except (ValueError, TypeError, LookupError, ArithmeticError):
        return False


def _alike(found: Step, expected: Step) -> bool:
    """Whether losses and gradients agree, and the parameters that have none."""
    scale = max((abs(g) for g in expected[1] if g is not None), default=0.0) or 1e-300
    return math.isclose(found[0], expected[0], rel_tol=AGREEMENT, abs_tol=AGREEMENT) and all(
        abs(a - b) <= AGREEMENT * scale if a is not None and b is not None else a is b
        for a, b in zip(found[1], expected[1], strict=True)
    )


def _shape(data: Any, inputs: bool) -> Any:
    """What two samples must have in common to be of one structure."""
    if is_list(data):
        return tuple(_shape(part, inputs) for part in data)
    if isinstance(data, bool) or not isinstance(data, Real):
        raise Unsuited(f"a sample holds {_show(data)}")
    return None if inputs else data


def _numbers(data: Any) -> Iterator[float]:
    if is_list(data):
        for part in data:
            yield from _numbers(part)
    else:
        yield data


def _filled(data: Any, leaf: Any) -> Any:
    """The sample with a leaf in place of every number."""
    return [_filled(part, leaf) for part in data] if is_list(data) else leaf(data)
