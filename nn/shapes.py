"""The shapes of what the modules of a model give, observed in a real call."""

import sys
from types import FrameType
from typing import Any

from autograd import Value, no_grad

from .modes import Model, modes_kept

__all__ = ["observed"]


def observed(model: Model, inputs: tuple[Any, ...]) -> dict[Any, str]:
    """The shape of what each module gave first when the model is called, in use and without a graph.

    Modules are called in many ways (one calls another's `fire`), so the calls are watched, not wrapped.
    """
    modules = {id(module): module for _, module in model.named_modules()}
    found: dict[Any, str] = {}

    def watch(frame: FrameType, event: str, result: Any) -> None:  # pragma: no cover — a hook is not traced itself
        if event == "return" and frame.f_code.co_name in ("__call__", "fire") and result is not None:
            caller = modules.get(id(frame.f_locals.get("self")))
            if caller is not None:
                found.setdefault(caller, _shape(result))

    with modes_kept(model), no_grad():
        model.eval()
        before = sys.getprofile()
        sys.setprofile(watch)
        try:
            model(*inputs)
        finally:
            sys.setprofile(before)
    return found


def _shape(result: Any) -> str:  # pragma: no cover — called by the hook
    """"7 x 16" for 7 rows of 16 numbers, "1" for a single one."""
    if isinstance(result, Value):
        return "1"
    sizes = []
    while isinstance(result, (list, tuple)):
        sizes.append(str(len(result)))
        result = result[0] if result else None
    return " x ".join(sizes)
