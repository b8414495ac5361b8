"""What a gradient check found, as a text to learn from: the table, the code of the case, and where the fault lies."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..partials import edge_partials
from ..rows.operation import Operation
from ..value import Value
from ..wording import number
from .points import kink_gaps

if TYPE_CHECKING:
    from .entries import Case

__all__ = ["Entry", "Report"]

SHOWN = 20
FINDINGS = 5


class Entry(NamedTuple):
    """One derivative that was compared.

    name: of the input, or inputs for a higher order; mode: how the engine computed it.
    ratio: error / tolerance; more than 1 is wrong. gap, kink: the distance to the nearest kink, and whose it is.
    """

    name: str
    mode: str
    output: int
    places: tuple[int, ...]
    ours: float
    reference: float
    ratio: float
    gap: float
    kink: str

    @property
    def wrong(self) -> bool:
        """Whether the error is above the tolerance, or not a number."""
        return not self.ratio <= 1


class Report:
    """All entries of a check; its text is the table, and, where something is wrong, the explanation.

    findings: texts about what the function does and its graph does not, such as a path that is cut.
    """

    def __init__(
        self,
        case: Case,
        method: str,
        entries: Sequence[Entry],
        partials: Callable[[], list[list[float]]],
        findings: Sequence[str] = (),
    ) -> None:
        self.case = case
        self.method = method
        self.entries = list(entries)
        self.partials = partials
        self.findings = list(findings)

    @property
    def wrong(self) -> list[Entry]:
        """The entries above tolerance, the worst first."""
        return sorted((entry for entry in self.entries if entry.wrong), key=_badness, reverse=True)

    @property
    def worst(self) -> Entry:
        """The entry with the largest error / tolerance."""
        return max(self.entries, key=_badness)

    def __str__(self) -> str:
        wrong = self.wrong
        head = f"{len(wrong)} of {len(self.entries)} derivatives are wrong (reference: {self.method})"
        if self.findings:
            count = len(self.findings)
            head = f"{count} slope{'s' * (count > 1)} of the function {'are' if count > 1 else 'is'} not in its graph"
            shown = [part for finding in self.findings[:FINDINGS] for part in (finding, "")]
            if count > FINDINGS:
                shown += [f"… and {count - FINDINGS} more", ""]
            return "\n".join([head, "", *shown, *self._code()])
        if not wrong:
            return "\n".join([f"{len(self.entries)} derivatives agree (reference: {self.method})", *self.table()])
        return "\n".join([head, "", *self.table(), "", *self._code(), "", *self._lesson(wrong[0])])

    def __repr__(self) -> str:
        return f"<gradient check: {len(self.wrong)} of {len(self.entries)} entries wrong>"

    def table(self) -> list[str]:
        """Entry, mode, ours, reference, error/tolerance, distance to the nearest kink; the worst rows first."""
        rows = [("", "entry", "mode", "ours", "reference", "error/tol", "nearest kink")]
        chosen = sorted(self.entries, key=_badness, reverse=True)[:SHOWN]
        for entry in chosen:
            kink = "none" if math.isinf(entry.gap) else f"{number(entry.gap, 3)} ({entry.kink})"
            mark = "✗" if entry.wrong else " "
            numbers = number(entry.ours, 10), number(entry.reference, 10), number(entry.ratio, 2)
            rows.append((mark, entry.name, entry.mode, *numbers, kink))
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
        left = len(self.entries) - len(chosen)
        return lines + ([f"   … and {left} more entries"] if left else [])

    def _code(self) -> Iterator[str]:
        yield "The case as code:"
        lines = self.case.program.source().split("\n")
        yield from (f"    {line}" for line in lines[:60])
        if len(lines) > 60:
            yield f"    … {len(lines) - 60} more lines"

    def _lesson(self, entry: Entry) -> Iterator[str]:
        rules = list(self._wrong_rules())
        yield from rules or [_misuse(entry)]
        if len(self.case.program.steps) <= 60:
            yield from self._explanation(entry, "How the engine gets" if rules else "What the paths add up to for")

    def _wrong_rules(self) -> Iterator[str]:
        """The steps whose own partial derivatives are wrong."""
        program = self.case.program
        nodes = program.run([Value(data) for data in program.inputs])
        for line, (step, expected) in enumerate(zip(program.steps, self.partials(), strict=True)):
            node = nodes[len(program.inputs) + line]
            if type(node) is not Value or node.operation is None or _on_kink(node.operation, node):
                continue
            for index, (ours, right) in enumerate(zip(edge_partials(node), expected, strict=True)):
                argument = step.arguments[index]
                if isinstance(argument, int) and abs(ours - right) > 1e-7 * max(abs(right), 1e-3):
                    formula = _partial_text(node, index)
                    place = program.name(argument)
                    yield (
                        f"The rule of {step.op} is wrong at {program.name(len(program.inputs) + line)}: "
                        f"∂{step.op}/∂{place} = {formula} gives {number(ours, 10)}, "
                        f"but the value's slope is {number(right, 10)}"
                    )

    def _explanation(self, entry: Entry, what: str) -> Iterator[str]:
        program = self.case.program
        output = program.outputs[entry.output]
        if not isinstance(output, int) or output < len(program.inputs):
            return
        leaves = [Value(data, program.name(place)) for place, data in enumerate(program.inputs)]
        places = program.run(leaves)
        for place, node in enumerate(places):
            if type(node) is Value and not node.label:
                node.label = program.name(place)
        yield ""
        yield f"{what} ∂{program.name(output)}/∂{program.name(entry.places[0])} ({entry.name}):"
        short = len(program.steps) <= 8
        text = (_explain(places[output], leaves[entry.places[0]]) if short else "") or "\n".join(
            _paths(program, places, output, entry.places[0])
        )
        yield from (f"    {line}" for line in text.split("\n"))


def _misuse(entry: Entry) -> str:
    """Why an entry is wrong although every step's own partial derivatives are right."""
    if entry.gap <= 1e-12:
        return (
            f"The point is on a kink of {entry.kink}: the slopes on its two sides differ, and the gradient "
            "does not lie between them. Move the inputs off the kink, or write the function without it."
        )
    what = {
        "backward ×2": "a second pass over the same graph does not double the leaves' gradients: something is "
        "left over from the first",
        "jvp": "forward mode combines them wrongly",
        "backward": "the backward pass combines them wrongly: a path is lost or counted twice, or a node "
        "passes its gradient on before it has all of it",
    }.get(entry.mode, "they are combined wrongly, or the derivative's own graph is")
    return f"Each step's own partial derivatives are right here; {what}."


def _explain(root: Value, leaf: Value) -> str:
    """What `autograd.explain` says, where it is there."""
    try:
        from ..stepping import explain
    except ImportError:
        return ""
    try:
        root.backward()
        return str(explain(root, leaf))
    except Exception:  # a report on a broken engine must not break itself
        return ""


def _paths(program: Any, places: Sequence[Any], output: int, place: int) -> Iterator[str]:
    """Each path from the output down to the input with the product of the partials along it, then their sum."""
    partials = {node: edge_partials(node) for node in places if type(node) is Value and node.inputs}
    stack: list[tuple[int, list[str], list[float]]] = [(output, [program.name(output)], [])]
    total, shown = 0.0, 0
    while stack and shown < 12:
        at, names, factors = stack.pop()
        if at == place:
            product = math.prod(factors)
            total += product
            shown += 1
            yield f"{' ← '.join(names)}: {' · '.join(map(number, factors)) or '1'} = {number(product, 10)}"
        elif at >= len(program.inputs):
            step = program.steps[at - len(program.inputs)]
            for argument, factor in zip(step.arguments, partials[places[at]], strict=True):
                if type(argument) is int and place in _below(program, argument):
                    stack.append((argument, [*names, program.name(argument)], [*factors, factor]))
    yield "… and more paths" if stack else f"sum over paths = {number(total, 10)}"


def _below(program: Any, place: int) -> set[int]:
    reached = {place}
    todo = [place]
    while todo:
        at = todo.pop()
        if at >= len(program.inputs):
            new = set(program.steps[at - len(program.inputs)].places) - reached
            reached |= new
            todo += new
    return reached


def _partial_text(node: Value, index: int) -> str:
    operation = node.operation
    if operation is None:  # pragma: no cover
        return "?"
    position = 0
    width = (len(node.inputs) - len(operation.scalars)) // max(1, len(operation.groups))
    for operand, partial in zip(operation.operands, operation.partials, strict=True):
        position += width if operand.variadic else 1
        if index < position:
            return partial.text
    return "?"  # pragma: no cover


def _on_kink(operation: Operation, node: Value) -> bool:
    numbers = [operand.data for operand in node.inputs]
    return any(gap <= 1e-12 for _, gap in kink_gaps(operation, numbers, node.data))


def _badness(entry: Entry) -> float:
    return math.inf if math.isnan(entry.ratio) else entry.ratio
