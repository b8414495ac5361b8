"""How a model is shown as text: one line for `repr`, a table for `summary`. Both are plain ASCII.

The shapes in a table are what the modules know of themselves, or what they gave in a real call.
"""

import sys
from types import FrameType
from typing import TYPE_CHECKING, Any

from autograd import Value, no_grad

from .modes import modes_kept

if TYPE_CHECKING:
    from .module import Module

__all__ = ["describe", "table"]

_LONGEST = 60


def describe(module: "Module") -> str:
    """The module as one would write it, cut off in the middle when it is long."""
    text = module._describe()
    if len(text) <= _LONGEST:
        return text
    return f"{text[: _LONGEST - 20]} ... {text[-15:]}"


def table(module: "Module", inputs: tuple[Any, ...] = ()) -> str:
    """A row for every module that owns parameters or has no modules below; each parameter is counted once."""
    modules = dict(module.modules())
    shapes = _observed(module, inputs) if inputs else {}
    shown: dict[str, str] = {}  # where a module's parameters are counted: a layer counts those of its neurons
    for name in modules:
        parent = _owner(name, modules)
        hidden = name and (shown[parent] != parent or not modules[parent]._lists_parts)
        shown[name] = shown[parent] if hidden else name
    parents = {_owner(name, modules) for name in modules if name}
    owned = dict.fromkeys(modules, 0)
    for name, _ in module.named_parameters():
        owned[shown[_owner(name, modules)]] += 1
    rows = [("name", "module", "output", "parameters")]
    for name, part in modules.items():
        if name and shown[name] == name and (owned[name] or name not in parents):
            rows.append((name, describe(part), shapes.get(part, part._output()), str(owned[name])))
    if owned[""] and len(rows) > 1:
        rows.append(("", "its own", "", str(owned[""])))
    rows.append(("", describe(module), shapes.get(module, module._output()), str(sum(owned.values()))))
    if not any(row[2] for row in rows[1:]):
        rows = [(name, text, "", number) for name, text, _, number in rows]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    aligned = "<<>>"
    return "\n".join(
        "  ".join(f"{cell:{side}{width}}" for cell, side, width in zip(row, aligned, widths, strict=True) if width)
        for row in rows
    )


def _observed(model: "Module", inputs: tuple[Any, ...]) -> "dict[Module, str]":
    """The shape of what each module gave first when the model is called, in use and without a graph.

    Modules are called in many ways (one calls another's `fire`), so the calls are watched, not wrapped.
    """
    modules = {id(module): module for _, module in model.modules()}
    found: dict[Module, str] = {}

    def watch(frame: FrameType, event: str, result: Any) -> None:
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


def _shape(result: Any) -> str:
    """"7 x 16" for 7 rows of 16 numbers, "1" for a single one."""
    if isinstance(result, Value):
        return "1"
    sizes = []
    while isinstance(result, (list, tuple)):
        sizes.append(str(len(result)))
        result = result[0] if result else None
    return " x ".join(sizes)


def _owner(name: str, modules: dict[str, "Module"]) -> str:
    """The module in which `name` lies: the longest proper prefix that is a module's name."""
    name = name.rpartition(".")[0]
    while name not in modules:  # the root is "", so that this ends
        name = name.rpartition(".")[0]
    return name
