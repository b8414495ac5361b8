"""How a model is shown as text: one line for `repr`, a table for `summary`. Both are plain ASCII."""

from typing import TYPE_CHECKING

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


def table(module: "Module") -> str:
    """A row for every module that owns parameters or has no modules below; each parameter is counted once."""
    modules = dict(module.modules())
    shown: dict[str, str] = {}  # where a module's parameters are counted: a layer counts those of its neurons
    for name in modules:
        parent = _owner(name, modules)
        hidden = name and (shown[parent] != parent or not modules[parent]._lists_parts)
        shown[name] = shown[parent] if hidden else name
    parents = {_owner(name, modules) for name in modules if name}
    owned = dict.fromkeys(modules, 0)
    for name, _ in module.named_parameters():
        owned[shown[_owner(name, modules)]] += 1
    rows = [("name", "module", "parameters")]
    for name, part in modules.items():
        if name and shown[name] == name and (owned[name] or name not in parents):
            rows.append((name, describe(part), str(owned[name])))
    if owned[""] and len(rows) > 1:
        rows.append(("", "its own", str(owned[""])))
    rows.append(("", describe(module), str(sum(owned.values()))))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return "\n".join(f"{a:<{widths[0]}}  {b:<{widths[1]}}  {c:>{widths[2]}}" for a, b, c in rows)


def _owner(name: str, modules: dict[str, "Module"]) -> str:
    """The module in which `name` lies: the longest proper prefix that is a module's name."""
    name = name.rpartition(".")[0]
    while name not in modules:  # the root is "", so that this ends
        name = name.rpartition(".")[0]
    return name
