"""Writes `autograd/operations.py`, the module that runs, from the table; `python autograd/generate.py` does it.

A test holds the file equal to what this module writes, so the table stays the only place of a derivative.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from .floats import SPELLING
from .functions import compute_lines, function_lines, method_lines, overload_lines
from .nans import suspects
from .operation import Operation
from .steps import step_lines
from .writing import constant_name

__all__ = ["PATH", "module_source"]

PATH = Path(__file__).parents[1] / "operations.py"

HEADER = '''"""The operations that run: `Value` with its operators and methods, the functions, and their backward steps.

Generated from the rows of `table.py` by `python autograd/generate.py`; do not edit: change the row. Of each row come
the value on floats (`tanh_value`), the public function (`tanh`), the method (`Value.tanh`) and the backward step
(`tanh_backward`), which adds gradient × partial to the gradients of the node's inputs.
"""

# @generated

from __future__ import annotations

import builtins
import math
import operator
from collections.abc import Iterable, Sequence
from typing import final, overload

from .base import BaseValue
from .calls import apply, as_sequence, connect, no_value, place, wrong_lengths
from .clock import clock
from .node import CONSTANT, PARAMETER, UNSET, Node, replaced
from .partials import no_partial
from .recording import is_recording
from .rows.evaluate import careful_value
from .rows.floats import {floats}
from .table import OPERATIONS

__all__ = [
{names}
]

nan = math.nan
new = object.__new__


@final
class Value(BaseValue):
    """A scalar node: a number, the operation and the inputs it came from, and its gradient.

    data: the number. Integers and NumPy scalars become floats. Other types raise `TypeError`, nan `ValueError`.
    label: a name for texts and pictures.

    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> c = a * b + 10
    >>> c.backward()
    >>> c.data, a.grad, b.grad
    (4.0, -3.0, 2.0)

    `==` and `hash` are identity, so that values live in sets and dicts: to compare numbers, write `v.data == 0.5`
    (`v == 0.5` is always False); `<`, `<=`, `>`, `>=` compare data. What a value is made of stands in `node`, its
    passes in `base`, what it answers to habits from elsewhere in `habits`.

    >>> a == 2.0, a.data == 2.0, a < 3.0
    (False, True, True)
    """

    __slots__ = ()

    def __init_subclass__(cls) -> None:
        """Refuse: a subclass would not survive the first operation."""
        raise TypeError("Value cannot be subclassed; write functions of values, or register an operation")
'''


def module_source(rows: Iterable[Operation]) -> str:
    """The text of `autograd/operations.py` for these rows."""
    rows = list(rows)
    own = sorted({text for text in [*SPELLING.values(), "products_of_others"] if "." not in text} - {"len"})
    if any(suspects(formula) for row in rows for formula in row.formulas):
        own = sorted([*own, "sure"])
    names = "\n".join(f'    "{name}",' for name in ["Value", *sorted((row.name for row in rows), key=_natural)])
    lines = [HEADER.format(floats=", ".join(own), names=names).rstrip("\n")]
    for row in rows:
        if method := list(method_lines(row)):
            lines += ["", *(f"    {line}" if line else "" for line in method)]
    for row in rows:
        lines += ["", "", *row_lines(row)]
    lines += ["", "", "for _row in OPERATIONS.values():", "    connect(_row, globals())"]
    return "\n".join(lines) + "\n"


def row_lines(row: Operation) -> Iterator[str]:
    """The functions of one row, as they stand in the module."""
    yield f'{constant_name(row)} = OPERATIONS["{row.name}"]'
    yield from ("", "", *compute_lines(row))
    yield from ("", "", *overload_lines(row), *function_lines(row))
    yield from ("", "", *step_lines(row))


def _natural(name: str) -> list[str | int]:
    """The order of ruff: log2 before log10."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]
