"""The card of a value in a notebook: its number, its gradient, and how it was made."""

from collections.abc import Sequence
from typing import Any

from .markup import html_table
from .wording import bounded, number

__all__ = ["card"]

LEAVES = {
    "leaf": "nothing: a leaf",
    "parameter": "nothing: a parameter, a leaf that training changes",
    "constant": "nothing: a plain number in an expression",
}

SHOWN = 6
"""Inputs that are named; the middle ones of more are left out."""


def card(node: Any) -> str:
    """The card of a node as HTML. The graph below it is not walked: a card costs the same for any graph.

    >>> from autograd import Value
    >>> d, f = Value(4.0, "d"), Value(-2.0, "f")
    >>> [word in card(d * f) for word in ("-8", "not computed", "d * f", "4 * -2")]
    [True, True, True, True]
    """
    rows = [("label", bounded(node.label, 60))] if node.label else []
    rows.append(("value", number(node.data)))
    if node.role != "constant":
        rows.append(("gradient", number(node.grad) if node.has_grad else "not computed"))
    if node.operation is None:
        rows.append(("made by", LEAVES[node.role]))
    else:
        numbers = [number(part.data) for part in node.inputs]
        names = [_name(part) for part in node.inputs]
        rows.append(("made by", _application(node.operation, names)))
        rows += [("", f"= {_application(node.operation, numbers)}")] if names != numbers else []
    if node.origin:
        rows.append(("in", bounded(node.origin, 60)))
    return html_table(rows)


def _application(operation: Any, operands: Sequence[str]) -> str:
    """An operation and what it was applied to, as one writes it."""
    if operation.symbol and len(operands) == 2:
        return f"{operands[0]} {operation.symbol} {operands[1]}"
    if operation.symbol and len(operands) == 1:
        return f"{operation.symbol}{operands[0]}"
    half = SHOWN // 2
    many = len(operands) > SHOWN
    shown = [*operands[:half], f"… {len(operands) - SHOWN:,} more", *operands[-half:]] if many else operands
    return f"{operation.name}({', '.join(shown)})"


def _name(node: Any) -> str:
    """A label, in brackets where it is an expression such as `x1*w1`; without a label the number."""
    name = bounded(node.label)
    if not name:
        return number(node.data)
    return name if all(char.isalnum() or char in "_.[]" for char in name) else f"({name})"
