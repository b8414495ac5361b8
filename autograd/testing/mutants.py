"""Wrong rules, made from the table: each partial zeroed, negated, scaled by 1.001, or swapped with its neighbour.

`changed_rule` puts other partial derivatives in a row's place, everywhere the engine reads them, and takes them back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from ..registration import compiled
from ..rows.operation import Operation
from ..rows.steps import step_lines
from ..table import OPERATIONS, find_operation
from .check import check_grad
from .points import fitting, points

__all__ = ["Mutant", "changed_rule", "check_operation", "mutants"]


class Mutant(NamedTuple):
    """A row with one of its partial derivatives spoiled; as a context manager it is active inside.

    >>> from autograd import Value
    >>> mutant = next(iter(mutants(["tanh"])))
    >>> mutant
    Mutant(op='tanh', name='∂/∂a zeroed', partials=('0',))
    >>> x = Value(0.5)
    >>> with mutant.active():
    ...     x.tanh().backward()
    >>> x.grad
    0.0
    """

    op: str
    name: str
    partials: tuple[str, ...]

    def active(self) -> Any:
        """The context in which the engine uses the spoiled rule."""
        return changed_rule(self.op, self.partials)

    def caught(self) -> bool:
        """Whether `check_operation` objects to the rule."""
        with self.active():
            try:
                check_operation(self.op)
            except AssertionError:
                return True
            return False


def mutants(operations: Iterable[str] | None = None) -> Iterator[Mutant]:
    """Every spoiled rule that differs from the right one, for some operations or, by default, the whole table."""
    for name in OPERATIONS if operations is None else operations:
        row = find_operation(name)
        texts = list(row.partial_texts)
        for index, (operand, text) in enumerate(zip(row.operands, texts, strict=True)):
            changes = {"zeroed": "0", "negated": f"-({text})", "scaled by 1.001": f"1.001 * ({text})"}
            for what, changed in changes.items():
                if text.strip() == "0":
                    continue  # 0 scaled or negated is still 0
                yield Mutant(name, f"∂/∂{operand.name} {what}", (*texts[:index], changed, *texts[index + 1 :]))
            if index + 1 < len(texts):
                other = row.operands[index + 1]
                if operand.variadic == other.variadic and text != texts[index + 1]:
                    swapped = (*texts[:index], texts[index + 1], text, *texts[index + 2 :])
                    yield Mutant(name, f"∂/∂{operand.name} and ∂/∂{other.name} swapped", swapped)


def check_operation(operation: str, *, count: int = 6, order: int = 1, tol: float = 1e-9) -> int:
    """`check_grad` of one operation at up to `count` points, which its row alone decides; gives how many there were.

    `ValueError` where no point is fit: the domain is too small for the numbers that are tried.

    >>> check_operation("tanh")
    6
    """
    __tracebackhide__ = True
    row = find_operation(operation)
    found = points(row, count)
    if not found:
        raise ValueError(f"no test point found for {row.signature}: check it with check_grad at points of your own")
    for numbers in found:
        fit = fitting(row, numbers)
        moving = [number for number, moves in zip(numbers, fit, strict=True) if moves]

        def applied(*values: Any, numbers: Sequence[float] = numbers, fit: Sequence[bool] = fit) -> Any:
            remaining = iter(values)
            flat = [next(remaining) if moves else number for number, moves in zip(numbers, fit, strict=True)]
            return row.function(*row.split(flat))

        check_grad(applied, tuple(moving), order=order, tol=tol)
    return len(found)


@contextmanager
def changed_rule(operation: str, partials: Sequence[str]) -> Iterator[Operation]:
    """Inside, the operation has these partial derivatives instead of its own; afterwards all is as before.

    >>> from autograd import Value
    >>> x = Value(0.5)
    >>> with changed_rule("sin", ["-cos(a)"]):
    ...     x.sin().backward()
    >>> x.grad < 0
    True
    """
    row = find_operation(operation)
    if len(partials) != len(row.operands):
        raise ValueError(f"{operation} has {len(row.operands)} operands, got {len(partials)} partial derivatives")
    formulas = tuple(row.formula(text, "y") for text in partials)
    missing = object()
    changed = ("partials", "constant_partials", "partial_texts", "pull")
    before = {key: row.__dict__.get(key, missing) for key in changed}
    try:
        row.__dict__["partials"] = formulas
        row.__dict__.pop("constant_partials", None)
        row.partial_texts = tuple(partials)
        row.pull = compiled(row, "\n".join(step_lines(row)) + "\n", "backward")[f"{row.name}_backward"]
        yield row
    finally:
        for key, value in before.items():
            if value is missing:
                row.__dict__.pop(key, None)
            else:
                row.__dict__[key] = value
