"""The compiled replay: a scalar graph, lifted to matrix products and rows of lanes, run natively.

tape, folding, cleaning, fusing     the graph as lists, and the passes on them
classes, grids, layout, lowering    lifting: classes of equal nodes become instructions over an array
reverse, assembly, machine, arrays  the backward order; execution by Numba's kernels, or by NumPy alone
kernels, products, writing, native  the kernels, written from the table's rows, compiled once a machine
program, training, updates          `Program`, what `compile` returns, and native training steps
function, watching, choosing        `jit`; what a function looked at while it was traced; `lookup`
batches, samples                    mini-batches as weights of samples; samples of several structures, one program each
"""

import sys
from types import ModuleType
from typing import Any

from .choosing import lookup
from .function import Jitted, jit
from .program import Program, compile

__all__ = ["Jitted", "Program", "compile", "jit", "lookup"]


class _Package(ModuleType):
    """The package is the function, too: `autograd.jit(f)`."""

    def __call__(self, function: Any, **settings: Any) -> Jitted:
        """See `jit`."""
        return jit(function, **settings)


sys.modules[__name__].__class__ = _Package
