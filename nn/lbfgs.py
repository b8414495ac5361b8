"""`LBFGS`: SciPy's L-BFGS-B behind the interface of the other optimisers.

Lectures L6 name it as the alternative to gradient descent.
"""

import math
from collections.abc import Iterable
from typing import Any

from autograd import Value
from autograd.errors import require

from . import _checks
from .errors import DivergenceError
from .optim import Closure, Optimizer, write

__all__ = ["LBFGS"]


class LBFGS(Optimizer):
    """Limited-memory BFGS with a line search, for full batches: a step is up to `max_iter` iterations.

    max_iter: iterations per step; history_size: how many of them it remembers (memory doesn't outlive the step).
    tolerance_grad: stop where no gradient is larger; tolerance_change: stop where the loss falls by less, relatively.
    Needs SciPy: MissingExtraError says how to install it.

    >>> w = Value(5.0)
    >>> optimizer = LBFGS([w])
    >>> def closure():
    ...     optimizer.zero_grad()
    ...     loss = (w - 3) ** 2
    ...     loss.backward()
    ...     return loss
    >>> optimizer.step(closure), round(w.data, 6)
    (4.0, 3.0)
    """

    _settings = ("max_iter", "history_size", "tolerance_grad", "tolerance_change")

    def __init__(
        self,
        params: Iterable[Value],
        max_iter: int = 20,
        history_size: int = 10,
        tolerance_grad: float = 1e-7,
        tolerance_change: float = 1e-9,
    ) -> None:
        super().__init__(params)
        self.max_iter = _checks.count(max_iter, "max_iter")
        self.history_size = _checks.count(history_size, "history_size")
        self.tolerance_grad = _checks.number(tolerance_grad, "tolerance_grad", least=0.0)
        self.tolerance_change = _checks.number(tolerance_change, "tolerance_change", least=0.0)
        require("scipy", extra="examples")

    def step(self, closure: Closure | None = None) -> float:
        """Minimise the closure's loss; returns the loss before the step.

        The closure is called many times; it must clear the gradients, compute the loss, call `backward()` and
        return the loss. Raises TypeError without a closure, RuntimeError if it calls no `backward()`,
        DivergenceError if the loss is not finite; after any error, and after Ctrl-C, the parameters are as
        they were.
        """
        if not callable(closure):
            raise TypeError("LBFGS needs step(closure), where closure() computes the loss, calls backward, returns it")
        from scipy import optimize  # (there: the constructor asked for it)

        start = [p.data for p in self.params]
        losses: list[float] = []

        def loss_and_gradient(x: Any) -> tuple[float, list[float]]:
            write(self.params, x.tolist())
            loss = closure().data
            if not any(p.has_grad for p in self.params):
                raise RuntimeError("no parameter has a gradient: the closure must call loss.backward()")
            gradient = [p.grad for p in self.params]
            if not all(map(math.isfinite, (loss, *gradient))):
                raise DivergenceError(f"the loss is {loss}, or a gradient is not finite; nothing was changed")
            losses.append(loss)
            return loss, gradient

        options = {
            "maxiter": self.max_iter,
            "maxcor": self.history_size,
            "gtol": self.tolerance_grad,
            "ftol": self.tolerance_change,
        }
        try:
            found = optimize.minimize(loss_and_gradient, start, jac=True, method="L-BFGS-B", options=options)
            write(self.params, found.x.tolist())
        except BaseException:  # Ctrl-C included
            write(self.params, start)
            raise
        return losses[0]

    def __repr__(self) -> str:
        return f"LBFGS(max_iter={self.max_iter}, {_checks.counted(self.params, 'parameter')})"
