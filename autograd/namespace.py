"""The globals of the generated functions, shared by all of them.

`value` adds the node class and what goes with it, and keeps two numbers here: `paused`, above zero while some `no_grad`
is active anywhere, and `now`, the clock that tells stale graphs.
"""

from typing import Any

from .floats import FAST

__all__ = ["NAMESPACE"]

NAMESPACE: dict[str, Any] = dict(FAST)
