"""How a model is shown: one line for `repr`, a table for `summary`, both plain ASCII; the table in a notebook too.

What is shown comes in as names and texts: nothing here knows of `Module`.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from autograd.markup import html_table

__all__ = ["Part", "markup", "shortened", "table"]

_LONGEST = 60


class Part(NamedTuple):
    """A module in a table: its name in the model ("" for the model itself), and how one would write it, short.

    lists_parts: whether the modules in it have rows of their own. output: the shape of what it gives, if known.
    """

    name: str
    text: str
    lists_parts: bool
    output: str = ""


def shortened(text: str) -> str:
    """A module's text, cut off in the middle when it is long."""
    if len(text) <= _LONGEST:
        return text
    return f"{text[: _LONGEST - 20]} ... {text[-15:]}"


def table(parts: Sequence[Part], parameters: Iterable[str]) -> str:
    """The rows as text, in columns that line up."""
    rows = _rows(parts, parameters)
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    aligned = "<<>>"
    return "\n".join(
        "  ".join(f"{cell:{side}{width}}" for cell, side, width in zip(row, aligned, widths, strict=True) if width)
        for row in rows
    )


def markup(parts: Sequence[Part], parameters: Iterable[str]) -> str:
    """The rows as HTML, for a notebook."""
    head, *rows = _rows(parts, parameters)
    return html_table(rows, head=head, right=(2, 3))


def _rows(parts: Sequence[Part], parameters: Iterable[str]) -> list[tuple[str, str, str, str]]:
    """A row for every module that owns parameters or has no modules below; each parameter is counted once.

    parts: the modules, the model first, parents before children. parameters: the names of all parameters.
    """
    modules = {part.name: part for part in parts}
    shown: dict[str, str] = {}  # where a module's parameters are counted: a layer counts those of its neurons
    for name in modules:
        parent = _owner(name, modules)
        hidden = name and (shown[parent] != parent or not modules[parent].lists_parts)
        shown[name] = shown[parent] if hidden else name
    parents = {_owner(name, modules) for name in modules if name}
    owned = dict.fromkeys(modules, 0)
    for name in parameters:
        owned[shown[_owner(name, modules)]] += 1
    rows = [("name", "module", "output", "parameters")]
    for name, part in modules.items():
        if name and shown[name] == name and (owned[name] or name not in parents):
            rows.append((name, part.text, part.output, str(owned[name])))
    if owned[""] and len(rows) > 1:
        rows.append(("", "its own", "", str(owned[""])))
    rows.append(("", modules[""].text, modules[""].output, str(sum(owned.values()))))
    if not any(row[2] for row in rows[1:]):
        rows = [(name, text, "", number) for name, text, _, number in rows]
    return rows


def _owner(name: str, modules: Collection[str]) -> str:
    """The module in which `name` lies: the longest proper prefix that is a module's name."""
    name = name.rpartition(".")[0]
    while name not in modules:  # the root is "", so that this ends
        name = name.rpartition(".")[0]
    return name
