"""How an operation outside its domain is told: with the user's own names, never with those of the table's row.

`'b' / 'a' with 'a' = 0.0: division by zero`, `log of -1.0 at 'loss'; it needs 'loss' > 0`.
"""

import re
from collections.abc import Sequence
from typing import Any

from .node import Node
from .rows.evaluate import careful_floats
from .rows.formula import Formula
from .rows.operation import Operation

__all__ = ["needed", "told"]


def told(operation: Operation, items: Sequence[Any]) -> str:
    """What was asked for and why it has no value; `items` are the operands one after the other, nodes or numbers."""
    numbers = [item._data if isinstance(item, Node) else item for item in items]

    def holds(condition: Formula) -> bool:
        return careful_floats().holds(operation, condition, numbers)

    domain = operation.domain
    if domain is None or holds(domain):
        return _asked(operation, items, operation.scalars) + " is not a number (nan)"
    for text, words in operation.outside:
        condition = operation.formula(text, condition=True)
        if holds(condition):
            return f"{_asked(operation, items, condition.names())}: {words}"
    return f"{_asked(operation, items, operation.scalars)}; it needs {needed(operation, domain, items)}"


def needed(operation: Operation, condition: Formula, items: Sequence[Any]) -> str:
    """A condition of a row in words for these operands: labels stand for them, where they have any."""
    names = {"y": "the result"}
    for place, (operand, item) in enumerate(zip(operation.operands, operation.split(items), strict=True)):
        label = item.label if isinstance(item, Node) else ""
        if label:
            names[operand.name] = repr(label)
        elif len(operand.name) == 1 and not operand.variadic:  # (longer ones, `lo` and `hi`, are words)
            names[operand.name] = "the operand" if len(operation.operands) == 1 else f"operand {place + 1}"
    return re.sub(r"[A-Za-z_]\w*", lambda found: names.get(found[0], found[0]), condition.text)


def _asked(operation: Operation, items: Sequence[Any], named: Sequence[str] | frozenset[str]) -> str:
    """The operation on its operands: a sign between them, or its name and the numbers, with the labels that there are.

    named: of a sign's operands, those whose numbers matter.
    """
    if operation.symbol and len(operation.operands) == 2:
        known = [
            f"{item.label!r} = {item._data!r}"
            for operand, item in zip(operation.operands, items, strict=True)
            if operand.name in named and isinstance(item, Node) and item.label
        ]
        left, right = map(_side, items)
        return f"{left} {operation.symbol} {right}" + (f" with {' and '.join(dict.fromkeys(known))}" if known else "")
    labels = [repr(item.label) for item in items if isinstance(item, Node) and item.label]
    shown = ", ".join(dict.fromkeys(labels[:6])) + (", …" if len(labels) > 6 else "")
    return f"{operation.name} of {_numbers(operation, items)}" + (f" at {shown}" if labels else "")


def _side(item: Any) -> str:
    if isinstance(item, Node) and item.label:
        return repr(item.label)
    number = item._data if isinstance(item, Node) else item
    return f"({number!r})" if repr(number).startswith("-") else repr(number)


def _numbers(operation: Operation, items: Sequence[Any]) -> str:
    texts = []
    for entry in operation.split([item._data if isinstance(item, Node) else item for item in items]):
        if isinstance(entry, list):
            texts.append(f"[{', '.join(map(repr, entry[:6]))}{', …' if len(entry) > 6 else ''}]")
        else:
            texts.append(repr(entry))
    return ", ".join(texts)
