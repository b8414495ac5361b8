"""`fit`, the training loop of lectures L6, and `predict`.

Mini-batches, validation, early stop and a safe Ctrl-C; each step is that of an optimiser.
"""

import math
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from autograd import Value, no_grad, pause_gc, topological_order
from autograd.errors import MissingExtraError
from autograd.wording import number

from . import _checks
from ._checks import _show
from .errors import DivergenceError
from .history import History
from .modes import buffers_of, modes_kept, restore
from .module import Module
from .optim import Adam, Optimizer, clip_grad_norm, write
from .replay import WORTHWHILE, Replay, Unsuited, checked_jit
from .sample_replay import SampleReplay, differ
from .schedules import LRScheduler

__all__ = ["fit", "predict"]

Loss: TypeAlias = Callable[[list[Any], list[Any]], Value]
Metric: TypeAlias = Callable[[list[Any], list[Any]], float]
Callback: TypeAlias = Callable[[History], Any]
Data: TypeAlias = tuple[list[Any], list[Any]]

_CURE = "lower the learning rate, scale the inputs, or clip the gradients (clip_norm)"


def fit(
    model: Module,
    x: Any,
    y: Any,
    *,
    loss: Loss,
    optimizer: Optimizer | None = None,
    schedule: LRScheduler | None = None,
    epochs: int = 100,
    batch_size: int | None = None,
    seed: int | random.Random | None = None,
    validation: tuple[Any, Any] | None = None,
    metrics: Mapping[str, Metric] | None = None,
    callbacks: Sequence[Callback] = (),
    patience: int | None = None,
    restore_best: bool = False,
    clip_norm: float | None = None,
    progress: bool = True,
    jit: Any = "auto",
) -> History:
    """Train `model` on the rows of `x` and the targets `y` (lists or NumPy arrays), and return the history.

    loss: a function (predictions, targets) -> Value over one batch, such as those of `nn.losses`.
    optimizer: holds the parameters to train; Adam(lr=0.01) over all of the model's if None.
    schedule: how the learning rate changes, such as StepLR(optimizer, 30): its `step()` is called after every epoch.
    The optimiser is the schedule's if none is given.
    batch_size: samples per step; None takes all at once. With smaller batches the samples are shuffled anew each epoch
    by `seed` (an int, a `random.Random`, or None for Python's global generator).
    validation: a pair (x, y) to measure after each epoch. metrics: functions (predictions, targets) -> float by name;
    predictions come as plain numbers. callbacks: called with the history after each epoch; a true result ends the run.
    patience: end the run after so many epochs without a lower validation loss (or loss, without validation).
    restore_best: at the end, Ctrl-C included, take back the parameters of the epoch where that loss was lowest.
    clip_norm: largest norm of a step's gradients. progress: show a bar when it takes longer than half a second.
    jit: whether the steps run natively, through `autograd.jit`: True demands it (ValueError says what stands
    against it), False never; "auto" takes it from the second
    step on, for runs of some length, where the extra `fast` is installed and model, loss and optimiser allow it.
    The results agree with eager ones to rounding.

    Ctrl-C ends the run between two steps: the model has the parameters of the last completed step, and the history
    says "interrupted". Any other error leaves the model at its last completed step too.
    Raises ValueError and TypeError for data and settings that don't fit together, when they are reached;
    DivergenceError where a loss or a parameter is no longer finite.

    >>> from nn import MLP, SGD, mse
    >>> model = MLP(1, [1], seed=0)
    >>> history = fit(model, [[0.0], [1.0]], [1.0, 3.0], loss=mse, optimizer=SGD(model.parameters(), lr=0.5))
    >>> history.stopped, history.losses[-1] < 1e-6
    ('epochs', True)
    """
    data = _data(x, y, "x", "y")
    held_out = None if validation is None else _data(*_pair(validation), "validation x", "validation y")
    _check_settings(model, loss, metrics, callbacks, epochs, batch_size, patience, clip_norm)
    if schedule is not None:
        optimizer = _scheduled(schedule, optimizer)
    if optimizer is None:
        optimizer = Adam(model.parameters(), lr=0.01)
    elif not isinstance(optimizer, Optimizer):
        raise TypeError(f"optimizer must be one such as SGD(model.parameters(), lr=0.1), got {_show(optimizer)}")
    jit = checked_jit(jit)
    rng = _checks.generator(seed)
    run = _Run(model, loss, optimizer, dict(metrics or {}), clip_norm)
    size = min(batch_size or len(data[0]), len(data[0]))
    history = History()
    best: list[float] = []
    best_buffers = buffers_of(model)
    with modes_kept(model):
        try:
            if jit is True:
                run.replay = _replay(run, data, size, demanded=True)
            elif jit == "auto":
                run.visits = epochs * len(data[0])
            with _bar(epochs * math.ceil(len(data[0]) / size), progress) as bar:
                while not history.stopped:
                    record = run.epoch(data, size, rng, bar)
                    if held_out is not None:
                        record |= {f"val_{name}": x for name, x in run.measure(held_out).items()}
                    history.records.append(record)
                    if _is_best(history):
                        best, best_buffers = [p.data for p in optimizer.params], buffers_of(model)
                    if schedule is not None:
                        schedule.step()
                    bar.set_postfix({name: number(x, 4) for name, x in record.items()}, refresh=False)
                    history.stopped = _reason(history, epochs, patience, callbacks)
        except KeyboardInterrupt:
            history.stopped = "interrupted"
        if restore_best and best:
            write(optimizer.params, best)
            restore(best_buffers)
    return history


def predict(model: Module, x: Any) -> list[Any]:
    """The model's outputs for the rows of `x` as plain numbers (or lists of them), without building a graph.

    >>> from nn import MLP
    >>> predict(MLP(2, [1], init="zeros"), [[1.0, 2.0], [3.0, 4.0]])
    [0.0, 0.0]
    """
    rows = _rows(x, "x")
    with modes_kept(model), no_grad():
        model.eval()
        return [_number(output) for output in _outputs(model, rows)]


class _Run:
    """What stays the same during a training run."""

    def __init__(
        self,
        model: Module,
        loss: Loss,
        optimizer: Optimizer,
        metrics: dict[str, Metric],
        clip_norm: float | None,
    ) -> None:
        self.model = model
        self.loss = loss
        self.optimizer = optimizer
        self.metrics = metrics
        self.clip_norm = clip_norm
        self.has_buffers = bool(model.named_buffers())
        self.replay: Replay | SampleReplay | None = None
        self.nodes = 0.0  # of the first step's graph, for each sample
        self.visits = 0  # samples that the whole run is going to take, until it is decided whether to compile

    def epoch(self, data: Data, size: int, rng: random.Random, bar: Any) -> dict[str, float]:
        """One pass over the data in batches of `size`; the mean loss and the metrics, measured on the way."""
        x, y = data
        order = list(range(len(x)))
        if size < len(x):
            # Python promises the same random() for a seed in every version, but not the same shuffle().
            order.sort(key=lambda _: rng.random())
        self.model.train()
        if self.replay is not None and not self.replay.unchanged():
            self.replay = None
        losses: list[float] = []
        outputs: list[Any] = []

        def by_hand(batch: list[int]) -> tuple[float, list[Any]]:
            return self.step([x[i] for i in batch], [y[i] for i in batch])

        for start in range(0, len(order), size):
            if self.replay is not None:
                found, numbers = self.replay.epoch(order, bar, bool(self.metrics), by_hand, len(losses))
                losses += found
                outputs += numbers
                break
            batch = order[start : start + size]
            loss, numbers = by_hand(batch)
            losses.append(loss)
            outputs += numbers
            bar.update()
            if self.visits:
                if self.nodes * (self.visits - len(batch)) >= WORTHWHILE:
                    self.replay = _replay(self, data, size, demanded=False)
                self.visits = 0
        loss_sum = 0.0
        for at, loss in enumerate(losses):
            loss_sum += loss * len(order[at * size : (at + 1) * size])
        return {"loss": loss_sum / len(order), **self._metrics(outputs, [y[i] for i in order])}

    def step(self, x: list[Any], y: list[Any]) -> tuple[float, list[Any]]:
        """One step of the optimiser; the loss and the outputs before it."""
        first: list[Any] = []

        def closure() -> Value:
            outputs, loss = self._forward(x, y)
            self.optimizer.zero_grad()
            loss.backward()
            if self.clip_norm is not None:
                clip_grad_norm(self.optimizer.params, self.clip_norm)
            if not self.nodes:
                self.nodes = len(topological_order(loss)) / len(x)
            if not first:  # L-BFGS calls the closure again with other parameters
                first.append((loss.data, [_number(output) for output in outputs] if self.metrics else []))
            return loss

        buffers = buffers_of(self.model) if self.has_buffers else []
        try:
            with pause_gc():  # a step's whole graph is built and freed in here, by reference counting alone
                self.optimizer.step(closure)
        except BaseException:  # Ctrl-C included: the statistics of a step that was not made are forgotten
            restore(buffers)
            raise
        return first[0]  # type: ignore[no-any-return]

    def measure(self, data: Data) -> dict[str, float]:
        """The loss and the metrics on other data, without training."""
        x, y = data
        self.model.eval()
        with no_grad():
            outputs, loss = self._forward(x, y)
        return {"loss": loss.data, **self._metrics([_number(output) for output in outputs], y)}

    def _forward(self, x: list[Any], y: list[Any]) -> tuple[list[Any], Value]:
        """The outputs and their loss, which must be finite."""
        try:
            outputs = _outputs(self.model, x)
            loss = self.loss(outputs, y)
        except OverflowError as error:
            raise DivergenceError(f"{error}: numbers have grown too large; {_CURE}") from error
        if not isinstance(loss, Value):
            raise TypeError(f"loss must return a Value, got {_show(loss)}")
        if not math.isfinite(loss.data):
            raise DivergenceError(f"the loss is {loss.data}; {_CURE}")
        return outputs, loss

    def _metrics(self, outputs: list[Any], y: list[Any]) -> dict[str, float]:
        return {name: float(metric(outputs, y)) for name, metric in self.metrics.items()}


def _replay(run: _Run, data: Data, size: int, demanded: bool) -> Replay | SampleReplay | None:
    """The run's compiled steps; None where there are none to have and none are demanded."""
    settings = run.model, run.loss, run.optimizer, data, size, run.clip_norm, bool(run.metrics)
    try:
        if differ(run.model, data[0], size):
            try:
                # A structure pays where some samples are of it: compiling one costs several eager steps.
                return SampleReplay(*settings, *(() if demanded else (min(64, run.visits // 10),)))
            except Unsuited:
                if size < len(data[0]):
                    raise
        return Replay(*settings)
    except Unsuited as reason:
        if demanded:
            raise ValueError(f"jit=True, but this run cannot be compiled: {reason}") from reason
    except MissingExtraError:
        if demanded:
            raise
    return None


def _outputs(model: Module, rows: list[Any]) -> list[Any]:
    return list(model(rows)) if model.takes_batch else [model(row) for row in rows]


def _bar(steps: int, shown: bool) -> Any:
    from tqdm import tqdm  # here, so that a script which only uses a model doesn't wait for it

    return tqdm(total=steps, unit="step", delay=0.5, disable=not shown)


def _is_best(history: History) -> bool:
    name = "val_loss" if "val_loss" in history.records[-1] else "loss"
    last = len(history) - 1
    if history.best_epoch is None or history.records[last][name] < history.records[history.best_epoch][name]:
        history.best_epoch = last
    return history.best_epoch == last


def _reason(history: History, epochs: int, patience: int | None, callbacks: Sequence[Callback]) -> str:
    ended = [callback(history) for callback in callbacks]
    if any(ended):
        return "callback"
    if patience is not None and history.best_epoch is not None and len(history) - 1 - history.best_epoch >= patience:
        return "patience"
    return "epochs" if len(history) == epochs else ""


def _check_settings(
    model: Any,
    loss: Any,
    metrics: Any,
    callbacks: Any,
    epochs: Any,
    batch_size: Any,
    patience: Any,
    clip_norm: Any,
) -> None:
    _checks.count(epochs, "epochs")
    for name, setting in (("batch_size", batch_size), ("patience", patience)):
        if setting is not None:
            _checks.count(setting, name)
    if clip_norm is not None:
        _checks.number(clip_norm, "clip_norm", least=0.0)
    if not isinstance(model, Module):
        raise TypeError(f"model must be a Module, got {_show(model)}")
    if metrics is not None and not isinstance(metrics, Mapping):
        raise TypeError(f"metrics must be a dict such as {{'accuracy': accuracy}}, got {_show(metrics)}")
    if not _checks.is_list(callbacks):
        raise TypeError(f"callbacks must be a list of functions, got {_show(callbacks)}")
    named = [
        ("loss", loss),
        *(metrics or {}).items(),
        *((f"callbacks[{i}]", f) for i, f in enumerate(callbacks)),
    ]
    for name, function in named:
        if not callable(function):
            raise TypeError(f"{name} must be a function, got {_show(function)}")
    for name in metrics or ():
        if name == "loss" or name.startswith("val_"):
            raise ValueError(f"a metric cannot be called {name!r}: fit records the loss and val_... itself")


def _scheduled(schedule: Any, optimizer: Any) -> Optimizer:
    """The optimiser of a schedule, which must be the one that is given, if one is."""
    if not isinstance(schedule, LRScheduler):
        raise TypeError(f"schedule must be one such as StepLR(optimizer, 30), got {_show(schedule)}")
    if optimizer is not None and optimizer is not schedule.optimizer:
        raise ValueError("the schedule is of another optimiser than the one given: make it of that one")
    return schedule.optimizer


def _data(x: Any, y: Any, x_name: str, y_name: str) -> Data:
    rows, targets = _rows(x, x_name), _rows(y, y_name)
    if len(rows) != len(targets):
        raise ValueError(f"{x_name} has {len(rows)} samples but {y_name} has {len(targets)}")
    return rows, targets


def _rows(data: Any, name: str) -> list[Any]:
    data = _checks.plain(data)
    if not _checks.is_list(data):
        raise TypeError(f"{name} must be a list or an array with one entry per sample, got {_show(data)}")
    if not data:
        raise ValueError(f"{name} is empty")
    return [_checks.plain(row) for row in data]


def _pair(validation: Any) -> tuple[Any, Any]:
    if not isinstance(validation, (tuple, list)) or len(validation) != 2:
        raise TypeError(f"validation must be a pair (x, y), got {_show(validation)}")
    return validation[0], validation[1]


def _number(output: Any) -> Any:
    """A model's output without its graph."""
    if isinstance(output, Value):
        return output.data
    return [_number(part) for part in output] if isinstance(output, (list, tuple)) else output
