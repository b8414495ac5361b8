"""Optimisers: SGD, Adam and AdamW with PyTorch's formulas, and clipping of gradients. (`lbfgs` has L-BFGS.)

A step is all or nothing: every new number is computed and checked before the first parameter is written.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Never, Self, TypeAlias

from autograd import Value
from autograd.assigning import assign, forget
from autograd.habits import not_here

from . import _checks
from ._checks import _show
from .errors import DivergenceError
from .habits import NAMES, no_such_argument, optimizer_elsewhere
from .optimizer_state import load_state, state_of

__all__ = ["SGD", "Adam", "AdamW", "Closure", "Optimizer", "clip_grad_norm"]

Closure: TypeAlias = Callable[[], Value]
"""Clears the gradients, computes the loss, calls its `backward()` and returns it, as in PyTorch."""

State: TypeAlias = tuple[float, ...]

Rule: TypeAlias = Callable[[float, float, State], tuple[float, State]]
"""From a parameter's number, gradient and memory to its new number and memory; the first memory is ()."""


class Optimizer(ABC):
    """Base of the optimisers: a list of parameters and `step()`.

    params: the parameters, such as `model.parameters()`; each a leaf, each once, at least one.
    Raises TypeError or ValueError otherwise, naming the place.
    """

    def __init__(self, params: Iterable[Value]) -> None:
        self.params = checked_parameters(params)

    _settings: tuple[str, ...] = ()  # the arguments of the class besides the parameters, which are attributes too
    _memory: Mapping[str, float] = MappingProxyType({})  # what is remembered of a parameter, and the least it can be

    def state_dict(self) -> dict[str, Any]:
        """The settings, and what is remembered of each parameter, as numbers and lists that JSON takes.

        With the model's `state_dict`, a training goes on from there to the bit.
        """
        return state_of(self)

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take over settings and memory from a `state_dict` of the same kind of optimiser, for as many parameters.

        Raises StateError (a ValueError) that says what is missing, unexpected or no such number, and TypeError for
        what is not a number. Nothing is changed then.
        """
        load_state(self, state)

    def _fresh(self, settings: dict[str, Any]) -> Self:
        return type(self)(self.params, **settings)

    def zero_grad(self, **others: Never) -> None:
        """Forget the gradients of all parameters."""
        if others:
            raise no_such_argument("zero_grad", *others)
        forget(self.params)

    @abstractmethod
    def step(self, closure: Closure | None = None) -> float | None:
        """Change the parameters once; returns the loss before the step if a closure computed it."""


for _name, _answer in optimizer_elsewhere().items():
    setattr(Optimizer, _name, _answer)


class FirstOrder(Optimizer):
    """An optimiser whose step needs only a parameter's number, its gradient and a little memory."""

    def __init__(self, params: Iterable[Value], lr: float, weight_decay: float) -> None:
        super().__init__(params)
        self.lr = lr
        self.weight_decay = _checks.number(weight_decay, "weight_decay", least=0.0)
        self._states: list[State] = [()] * len(self.params)

    @property
    def lr(self) -> float:
        """The learning rate; assign it to change it between steps. Schedules count from the rate assigned last."""
        return self._lr

    @lr.setter
    def lr(self, lr: float) -> None:
        self._lr = self._initial_lr = _checks.number(lr, "lr", least=0.0)

    @property
    def initial_lr(self) -> float:
        """The rate that was assigned last, of which a schedule makes the present one."""
        return self._initial_lr

    def schedule_lr(self, lr: float) -> None:
        """Set the rate for the next steps, and leave `initial_lr`: what a schedule does."""
        self._lr = _checks.number(lr, "lr", least=0.0)

    def step(self, closure: Closure | None = None) -> float | None:
        """Change every parameter that has a gradient; returns the closure's loss, if one is given.

        Raises RuntimeError where no parameter has a gradient, DivergenceError for a gradient or a new
        parameter that is not finite; no parameter is changed then.
        """
        loss = None if closure is None else closure().data
        if not any(p.has_grad for p in self.params):
            raise RuntimeError("no parameter has a gradient: call loss.backward() before step()")
        new: list[float] = []
        states: list[State] = []
        updated = self._rule()
        for index, (p, state) in enumerate(zip(self.params, self._states, strict=True)):
            data = p.data
            if p.has_grad:  # as in PyTorch, a parameter without a gradient is left alone
                data, state = updated(data, p.grad, state)
                if not math.isfinite(data):
                    raise DivergenceError(
                        f"{name_of(p, index)} would become {data} (its gradient is {p.grad:g}); nothing was"
                        " changed: lower the learning rate, or clip the gradients"
                    )
            new.append(data)
            states.append(state)
        assign(self.params, new, (self, "_states", states))  # (Ctrl-C comes before or after)
        return loss

    @abstractmethod
    def _rule(self) -> Rule:
        """What this step does to each parameter, with the settings as they are now."""


class SGD(FirstOrder):
    """Stochastic gradient descent, p <- p - lr g (lectures L6), with PyTorch's momentum and weight decay.

    g is the gradient + weight_decay p; with momentum m, v <- m v + g (first v = g) takes its place, or with
    Nesterov g + m v.

    >>> w = Value(1.0)
    >>> optimizer = SGD([w], lr=0.5)
    >>> (w * w).backward(); optimizer.step(); w.data
    0.0
    """

    _settings = ("lr", "momentum", "nesterov", "weight_decay")
    _memory = MappingProxyType({"velocity": -math.inf})

    def __init__(
        self,
        params: Iterable[Value],
        lr: float,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(params, lr, weight_decay)
        self.momentum = _checks.number(momentum, "momentum", least=0.0)
        self.nesterov = nesterov
        if nesterov and self.momentum == 0:
            raise ValueError("nesterov needs a momentum, such as momentum=0.9")

    def _rule(self) -> Rule:
        lr, momentum, nesterov, decay = self.lr, self.momentum, self.nesterov, self.weight_decay

        def updated(data: float, grad: float, state: State) -> tuple[float, State]:
            if decay:
                grad += decay * data
            if momentum:
                velocity = momentum * state[0] + grad if state else grad
                state = (velocity,)
                grad = grad + momentum * velocity if nesterov else velocity
            return data - lr * grad, state

        return updated

    def __repr__(self) -> str:
        return f"SGD(lr={self.lr:g}, momentum={self.momentum:g}, {_checks.counted(self.params, 'parameter')})"


class Adam(FirstOrder):
    """Adam (Kingma and Ba 2015), as in PyTorch: moving averages m of the gradient and v of its square.

    What is kept of v is its root, so that no gradient is too small or too large to be squared.

    p <- p - lr m' / (sqrt(v') + eps) with m' = m / (1 - beta1^t), v' = v / (1 - beta2^t); weight_decay p is
    added to the gradient.

    >>> w = Value(1.0)
    >>> optimizer = Adam([w], lr=0.1)
    >>> (w * w).backward(); optimizer.step(); round(w.data, 6)
    0.9
    """

    _decoupled = False
    _settings = ("lr", "betas", "eps", "weight_decay")
    _memory = MappingProxyType({"step": 1.0, "average": -math.inf, "spread": 0.0})

    def __init__(
        self,
        params: Iterable[Value],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(params, lr, weight_decay)
        if not _checks.is_list(betas) or len(betas) != 2:
            raise TypeError(f"betas must be two numbers such as (0.9, 0.999), got {_show(betas)}")
        self.betas = (
            _checks.number(betas[0], "betas[0]", least=0.0, below=1.0),
            _checks.number(betas[1], "betas[1]", least=0.0, below=1.0),
        )
        self.eps = _checks.number(eps, "eps", least=0.0)

    def _rule(self) -> Rule:
        lr, eps, decay, decoupled = self.lr, self.eps, self.weight_decay, self._decoupled
        beta1, beta2 = self.betas
        old, new = math.sqrt(beta2), math.sqrt(1 - beta2)
        # Nearly always all parameters are at the same step, and share the two roots and powers.
        corrections: dict[float, tuple[float, float]] = {}

        def updated(data: float, grad: float, state: State) -> tuple[float, State]:
            step, average, spread = state or (0.0, 0.0, 0.0)
            if decoupled:
                data *= 1 - lr * decay
            elif decay:
                grad += decay * data
            step += 1
            average += (grad - average) * (1 - beta1)
            spread = math.hypot(spread * old, grad * new)
            if step not in corrections:
                corrections[step] = lr / (1 - beta1**step), math.sqrt(1 - beta2**step)
            rate, root = corrections[step]
            state = (step, average, spread)
            size = spread / root + eps
            if size == 0:  # eps may be 0, and a parameter that nothing pulls stays
                return data, state
            return data - rate * (average / size), state

        return updated

    def __repr__(self) -> str:
        return f"{type(self).__name__}(lr={self.lr:g}, betas={self.betas}, {_checks.counted(self.params, 'parameter')})"


class AdamW(Adam):
    """Adam with decoupled weight decay (Loshchilov and Hutter 2019), as in PyTorch.

    Each step first shrinks the parameter: p <- p (1 - lr weight_decay).
    """

    _decoupled = True

    def __init__(
        self,
        params: Iterable[Value],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay)


def clip_grad_norm(params: Iterable[Value], max_norm: float) -> float:
    """Scale the gradients down to a common Euclidean norm of at most `max_norm`; returns the norm before.

    The factor is PyTorch's, max_norm / (norm + 1e-6) where that is below 1. Raises DivergenceError where a
    gradient is not finite; nothing is changed then.

    >>> w = Value(3.0)
    >>> (w * w).backward()
    >>> clip_grad_norm([w], 1.0), round(w.grad, 5)
    (6.0, 1.0)
    """
    max_norm = _checks.number(max_norm, "max_norm", least=0.0)
    chosen = [(i, p) for i, p in enumerate(checked_parameters(params)) if p.has_grad]
    for index, p in chosen:
        if not math.isfinite(p.grad):
            raise DivergenceError(f"the gradient of {name_of(p, index)} is {p.grad}; nothing was clipped")
    norm = math.hypot(*(p.grad for _, p in chosen))
    factor = max_norm / (norm + 1e-6)
    if factor < 1:
        for _, p in chosen:
            p.grad *= factor
    return norm


def checked_parameters(params: Any) -> list[Value]:
    """`params` as a list, or an error that says what is wrong with which of them."""
    if isinstance(params, Value) or not hasattr(params, "__iter__"):
        hint = "; write model.parameters()" if hasattr(params, "parameters") else ""
        raise TypeError(f"params must be a list of parameters, got {_show(params)}{hint}")
    listed = list(params)
    if not listed:
        raise ValueError("params is empty: there is nothing to optimise")
    seen: dict[int, int] = {}
    for index, p in enumerate(listed):
        if not isinstance(p, Value):
            hint = "; for parameters with settings of their own make several optimisers" if isinstance(p, dict) else ""
            raise TypeError(f"params[{index}] must be a Value, got {_show(p)}{hint}")
        if p.role in ("computed", "constant"):
            what = f"the result of {p.op}" if p.inputs else f"the constant {p.data:g}"
            raise ValueError(f"params[{index}] is {what}, not a leaf of its own: only those can be optimised")
        if id(p) in seen:
            raise ValueError(f"params[{index}] is the same Value as params[{seen[id(p)]}]; list each once")
        seen[id(p)] = index
    return listed


def name_of(p: Value, index: int) -> str:
    """The parameter's label, or its place in the list."""
    return f"parameter {p.label!r}" if p.label else f"params[{index}]"


def write(params: list[Value], numbers: list[float]) -> None:
    """Set the parameters' numbers, all or none."""
    assign(params, numbers)


if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        raise not_here("nn.optim", name, NAMES.get(name, ""))
