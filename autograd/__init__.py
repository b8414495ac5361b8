"""Scalar reverse-mode automatic differentiation that you can read, step, draw and prove.

table        every operation, one row each       operations   the code that runs, generated from the rows
node         what a value is made of             base         its passes, comparison and copying
order        every node after its inputs         graph        `Graph`: nodes, counts, look-up by label
backward     the backward pass, in six lines     forward      the forward pass again
functional   grad, jacobian, hessian, jvp, vjp   batching     vmap
recording    no_grad                             collector    pause_gc
jit          graphs replayed natively            chance       random numbers that replays draw anew
registration operations of your own              rows         what turns rows into code, symbols, numbers

`sum`, `min`, `max`, `abs`, `pow`, `round`, `compile` are here too, but a star import leaves Python's own alone.
"""

import builtins as _builtins
from typing import TYPE_CHECKING, Any

from . import operations as _operations
from .backward import gradients
from .chance import chance
from .collector import pause_gc
from .errors import (
    DivisionByZeroError,
    DomainError,
    FormulaError,
    MissingExtraError,
    NoGraphError,
    StaleGraphError,
)
from .habits import NAMES, not_here
from .operations import *  # noqa: F403 — every operation, those with names of built-in functions too
from .order import topological_order
from .partials import edge_partials
from .recording import is_recording, no_grad
from .rows.operation import Jump, Kink, Operation
from .table import OPERATIONS
from .value import Value, constant, parameter

if TYPE_CHECKING:
    from .batching import vmap
    from .compositions import log_softmax, softmax
    from .functional import grad, hessian, jacobian, jvp, value_and_grad, vjp
    from .graph import Graph
    from .jit import compile as compile
    from .jit import jit, lookup
    from .registration import register, unregister
    from .stepping import Step, Trace, compare, diagnose, explain, label, nudge, trace

_LATE = {
    "log_softmax": "compositions",
    "softmax": "compositions",
    "grad": "functional",
    "hessian": "functional",
    "jacobian": "functional",
    "jvp": "functional",
    "value_and_grad": "functional",
    "vjp": "functional",
    "vmap": "batching",
    "compile": "jit",
    "jit": "jit",
    "lookup": "jit",
    "Graph": "graph",
    "register": "registration",
    "unregister": "registration",
    "Step": "stepping",
    "Trace": "stepping",
    "compare": "stepping",
    "diagnose": "stepping",
    "explain": "stepping",
    "label": "stepping",
    "nudge": "stepping",
    "trace": "stepping",
}
"""Names whose modules are imported when first asked for, so that `import autograd` stays quick."""


def __getattr__(name: str) -> Any:
    if name not in _LATE:
        raise not_here("autograd", name, NAMES.get(name, ""))
    from importlib import import_module

    module = import_module(f".{_LATE[name]}", __name__)
    # `jit` is a package that can be called, so that `autograd.jit(f)` and `autograd.jit.Program` both work.
    found = globals()[name] = module if name == _LATE[name] else getattr(module, name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATE})


__all__ = [
    "OPERATIONS", "DivisionByZeroError", "DomainError", "FormulaError", "Graph", "Jump", "Kink",
    "MissingExtraError", "NoGraphError", "Operation", "StaleGraphError", "Step", "Trace", "Value", "chance", "compare",
    "constant", "diagnose", "edge_partials", "explain", "grad", "gradients", "hessian", "is_recording", "jacobian",
    "jit", "jvp", "label", "log_softmax", "lookup", "no_grad", "nudge", "parameter", "pause_gc", "register", "softmax",
    "topological_order", "trace", "unregister", "value_and_grad", "vjp", "vmap",
]  # fmt: skip
__all__ += [name for name in _operations.__all__ if not hasattr(_builtins, name) and name not in __all__]
