"""Learning-rate schedules: how an optimiser's `lr` changes from epoch to epoch, with PyTorch's names and formulas.

The names are torch.optim.lr_scheduler's, so that what one knows, or finds written, holds here: `StepLR(optimizer, 30)`.
`fit(..., schedule=)` steps after every epoch; by hand, call `step()` after the optimiser's. A rate depends on the
number of steps alone, not on the rate before, so that a run taken up again goes on exactly.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

from . import _checks
from ._checks import _show
from .errors import StateError
from .optim import FirstOrder
from .state import check_names

__all__ = ["CosineAnnealingLR", "ExponentialLR", "LRScheduler", "LambdaLR", "LinearLR", "SequentialLR", "StepLR"]


class LRScheduler(ABC):
    """Base of the schedules: `step()` sets the optimiser's `lr` to what `rate` makes of its `base_lr`.

    A class of your own defines `rate(step)`; it should depend on `base_lr`, `step` and settings alone. Raises TypeError
    for what is no optimiser with a learning rate.
    """

    _settings: tuple[str, ...] = ()  # the attributes that a state has besides base_lr and last_epoch

    def __init__(self, optimizer: FirstOrder) -> None:
        if not isinstance(optimizer, FirstOrder):
            raise TypeError(f"a schedule takes an optimiser with a learning rate, got {_show(optimizer)}")
        self.optimizer = optimizer
        self.last_epoch = 0
        optimizer.schedule_lr(self.rate(0))

    @property
    def base_lr(self) -> float:
        """The rate that was last given to the optimiser itself, when it was made or by assigning its `lr`."""
        return self.optimizer.initial_lr

    @abstractmethod
    def rate(self, step: int) -> float:
        """The learning rate after so many steps; it changes nothing."""

    def step(self) -> None:
        """Go on by one: the optimiser gets the next rate."""
        self.optimizer.schedule_lr(self.rate(self.last_epoch + 1))
        self.last_epoch += 1

    def get_last_lr(self) -> list[float]:
        """The present rate, in a list, as in PyTorch."""
        return [self.optimizer.lr]

    def state_dict(self) -> dict[str, Any]:
        """Where the schedule stands and how it was made, as numbers and lists that JSON takes.

        The rates themselves are in the optimiser's `state_dict`: load both, the optimiser's first.
        """
        own = {name: getattr(self, name) for name in self._settings}
        return {"schedule": type(self).__name__, **own, "last_epoch": self.last_epoch}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a `state_dict` of a schedule made in the same way; the optimiser gets the rate of that step.

        Raises StateError (a ValueError) for another schedule's state, missing and unexpected names, and settings that
        are not this schedule's, TypeError for what is no number. Nothing is changed then.
        """
        expected = self.state_dict()
        check_names(state, expected, "schedule", type(self).__name__)
        for name in self._settings:
            if state[name] != expected[name]:
                raise StateError(f"this state has {name} = {_show(state[name])}, the schedule {_show(expected[name])}")
        try:
            last_epoch = _checks.count(state["last_epoch"], "last_epoch", least=0)
        except ValueError as error:
            raise StateError(str(error)) from None
        self.optimizer.schedule_lr(self.rate(last_epoch))
        self.last_epoch = last_epoch

    def __repr__(self) -> str:
        settings = "".join(f"{name}={getattr(self, name)!r}, " for name in self._settings)
        return f"{type(self).__name__}({settings}step {self.last_epoch}, lr={self.optimizer.lr:g})"


class StepLR(LRScheduler):
    """The rate times `gamma` after every `step_size` steps.

    >>> from autograd import Value
    >>> from nn import SGD
    >>> optimizer = SGD([Value(1.0)], lr=0.5)
    >>> schedule = StepLR(optimizer, step_size=2, gamma=0.5)
    >>> [schedule.rate(step) for step in range(5)]
    [0.5, 0.5, 0.25, 0.25, 0.125]
    """

    _settings = ("step_size", "gamma")

    def __init__(self, optimizer: FirstOrder, step_size: int, gamma: float = 0.1) -> None:
        self.step_size = _checks.count(step_size, "step_size")
        self.gamma = _checks.number(gamma, "gamma", least=0.0)
        super().__init__(optimizer)

    def rate(self, step: int) -> float:
        """base_lr gamma^⌊step / step_size⌋."""
        return self.base_lr * self.gamma ** (step // self.step_size)


class ExponentialLR(LRScheduler):
    """The rate times `gamma` after every step."""

    _settings = ("gamma",)

    def __init__(self, optimizer: FirstOrder, gamma: float) -> None:
        self.gamma = _checks.number(gamma, "gamma", least=0.0)
        super().__init__(optimizer)

    def rate(self, step: int) -> float:
        """base_lr gamma^step."""
        return self.base_lr * self.gamma**step


class CosineAnnealingLR(LRScheduler):
    """Half a cosine from the first rate down to `eta_min` in `T_max` steps (Loshchilov and Hutter 2017, no restarts).

    After `T_max` it rises again, as in PyTorch.

    >>> from autograd import Value
    >>> from nn import SGD
    >>> schedule = CosineAnnealingLR(SGD([Value(1.0)], lr=0.5), T_max=4)
    >>> [round(schedule.rate(step), 4) for step in range(5)]
    [0.5, 0.4268, 0.25, 0.0732, 0.0]
    """

    _settings = ("T_max", "eta_min")

    def __init__(self, optimizer: FirstOrder, T_max: int, eta_min: float = 0.0) -> None:
        self.T_max = _checks.count(T_max, "T_max")
        self.eta_min = _checks.number(eta_min, "eta_min", least=0.0)
        super().__init__(optimizer)

    def rate(self, step: int) -> float:
        """eta_min + (base_lr - eta_min) (1 + cos(π step / T_max)) / 2."""
        return self.eta_min + (self.base_lr - self.eta_min) * (1 + math.cos(math.pi * step / self.T_max)) / 2


class LinearLR(LRScheduler):
    """Warm-up: in `total_iters` steps from `start_factor` of the rate to `end_factor` of it, on a straight line.

    >>> from autograd import Value
    >>> from nn import SGD
    >>> schedule = LinearLR(SGD([Value(1.0)], lr=0.5), start_factor=0.25, total_iters=3)
    >>> schedule.optimizer.lr, [schedule.rate(step) for step in range(5)]
    (0.125, [0.125, 0.25, 0.375, 0.5, 0.5])
    """

    _settings = ("start_factor", "end_factor", "total_iters")

    def __init__(
        self, optimizer: FirstOrder, start_factor: float = 1 / 3, end_factor: float = 1.0, total_iters: int = 5
    ) -> None:
        self.start_factor = _checks.number(start_factor, "start_factor", least=0.0)
        self.end_factor = _checks.number(end_factor, "end_factor", least=0.0)
        self.total_iters = _checks.count(total_iters, "total_iters")
        super().__init__(optimizer)

    def rate(self, step: int) -> float:
        """base_lr (start_factor + (end_factor - start_factor) min(step / total_iters, 1))."""
        done = min(step / self.total_iters, 1.0)
        return self.base_lr * (self.start_factor + (self.end_factor - self.start_factor) * done)


class LambdaLR(LRScheduler):
    """The first rate times what a function of the number of steps gives: a schedule of your own.

    A state does not hold the function; give the same one when you load it.
    """

    def __init__(self, optimizer: FirstOrder, lr_lambda: Callable[[int], float]) -> None:
        if not callable(lr_lambda):
            raise TypeError(f"lr_lambda must be a function from a number of steps to a factor, got {_show(lr_lambda)}")
        self.lr_lambda = lr_lambda
        super().__init__(optimizer)

    def rate(self, step: int) -> float:
        """base_lr lr_lambda(step)."""
        return self.base_lr * self.lr_lambda(step)


class SequentialLR(LRScheduler):
    """Schedules one after the other: warm-up, then a cosine. Each begins anew at its milestone, with the first rate.

    schedulers: all of one optimiser. milestones: the steps at which the second, third... takes over, one fewer.

    >>> from autograd import Value
    >>> from nn import SGD
    >>> optimizer = SGD([Value(1.0)], lr=0.5)
    >>> warm, cosine = LinearLR(optimizer, 0.5, total_iters=2), CosineAnnealingLR(optimizer, T_max=2)
    >>> schedule = SequentialLR(optimizer, [warm, cosine], milestones=[2])
    >>> [round(schedule.rate(step), 4) for step in range(5)]
    [0.25, 0.375, 0.5, 0.25, 0.0]
    """

    _settings = ("milestones", "parts")

    def __init__(self, optimizer: FirstOrder, schedulers: Sequence[LRScheduler], milestones: Sequence[int]) -> None:
        if not _checks.is_list(schedulers) or not all(isinstance(part, LRScheduler) for part in schedulers):
            raise TypeError("schedulers must be a list of schedules, such as [LinearLR(...), CosineAnnealingLR(...)]")
        if not schedulers or any(part.optimizer is not optimizer for part in schedulers):
            raise ValueError("schedulers must be schedules, at least one, of the optimiser that is given")
        if not _checks.is_list(milestones):
            raise TypeError(f"milestones must be a list of numbers of steps, got {_show(milestones)}")
        self.schedulers = list(schedulers)
        self.milestones = [_checks.count(step, f"milestones[{index}]") for index, step in enumerate(milestones)]
        fewer = len(schedulers) - 1
        if len(self.milestones) != fewer or self.milestones != sorted({*self.milestones}):
            schedules = _checks.counted(schedulers, "schedule")
            raise ValueError(f"milestones must be {fewer} rising numbers for {schedules}, got {self.milestones}")
        super().__init__(optimizer)

    @property
    def parts(self) -> list[dict[str, Any]]:
        """What the schedules are, as their states say it."""
        return [part.state_dict() for part in self.schedulers]

    def rate(self, step: int) -> float:
        """That of the schedule whose turn it is, counted from its milestone."""
        turn = sum(step >= milestone for milestone in self.milestones)
        start = self.milestones[turn - 1] if turn else 0
        return self.schedulers[turn].rate(step - start)
