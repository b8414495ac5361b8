"""The text of a step: one line for the node and one for each operand, in columns that line up."""

from collections.abc import Iterable, Sequence

from .glyphs import UNICODE, Glyphs, choose, number
from .step import Edge, Step

__all__ = ["EDGES_SHOWN", "columns_for", "count_of", "edge_text", "head_text", "step_text", "steps_text"]

EDGES_SHOWN = 8
"""Operands of a step that get a line; the middle ones of more are counted only."""
STEPS_SHOWN = 20
"""Steps of a trace that are printed; the middle ones of more are counted only."""
USES_SHOWN = 6
WIDEST = (72, 44)
UNDEFINED = "no derivative here"


def step_text(step: Step, glyphs: Glyphs | None = None) -> str:
    """All lines of a step; the middle ones of more than eight operands are counted only."""
    glyphs = glyphs or choose()
    lines = [head_text(step, glyphs)]
    edges = step.edges
    if len(edges) <= EDGES_SHOWN:
        lines += [edge_text(step, edge, glyphs) for edge in edges]
    else:
        half = EDGES_SHOWN // 2
        lines += [edge_text(step, edge, glyphs) for edge in edges[:half]]
        lines.append(glyphs.text(f"{_indent(step)}… {len(edges) - 2 * half:,} more operands: step.edges has them all"))
        lines += [edge_text(step, edge, glyphs) for edge in edges[-half:]]
    return "\n".join(lines)


def steps_text(steps: Sequence[Step], what: str = "trace", glyphs: Glyphs | None = None) -> str:
    """The text of many steps, shortened in the middle, saying how to see more."""
    glyphs = glyphs or choose()
    if len(steps) <= STEPS_SHOWN:
        return "\n".join(step_text(step, glyphs) for step in steps)
    half = STEPS_SHOWN // 2
    more = (
        f"… {len(steps) - 2 * half:,} more steps: print({what}[{half}:{half + 20}]) shows the next, "
        f"{what}.walk() goes through all"
    )
    parts = [step_text(steps[index], glyphs) for index in range(half)]
    parts.append(glyphs.text(more))
    parts += [step_text(steps[index], glyphs) for index in range(len(steps) - half, len(steps))]
    return "\n".join(parts)


def head_text(step: Step, glyphs: Glyphs) -> str:
    """The node's own line."""
    left, right = _head(step, glyphs)
    return f"{left.ljust(step.columns[0])}  {right}".rstrip()


def edge_text(step: Step, edge: Edge, glyphs: Glyphs) -> str:
    """The line of one operand."""
    left, middle, change, note = _edge(step, edge, glyphs)
    line = f"{left.ljust(step.columns[0])}  {middle.ljust(step.columns[1])}  {change}"
    return f"{line}   {note}" if note else line


def columns_for(steps: Iterable[Step]) -> tuple[int, int]:
    """Widths of the first two columns with which all these steps line up."""
    first, second = 30, 24
    for step in steps:
        first = max(first, len(_head(step, UNICODE)[0]))
        for edge in step.edges[: EDGES_SHOWN // 2] + step.edges[-(EDGES_SHOWN // 2) :]:
            left, middle, _, _ = _edge(step, edge, UNICODE)
            first, second = max(first, len(left)), max(second, len(middle))
    return min(first, WIDEST[0]), min(second, WIDEST[1])


def count_of(count: int, noun: str) -> str:
    """`count` and its noun, in the right number.

    >>> count_of(1, "path"), count_of(1048576, "path")
    ('1 path', '1,048,576 paths')
    """
    return f"{count:,} {noun}{'s' * (count != 1)}"


def _indent(step: Step) -> str:
    return " " * len(f"[{step.count}/{step.count}] ")


def _head(step: Step, glyphs: Glyphs) -> tuple[str, str]:
    place = f"[{step.index}/{step.count}] ".ljust(len(_indent(step)))
    parts = [step.node, step.expression]
    if step.direction == "forward" and step.numbers not in (step.expression, number(step.data)):
        parts.append(step.numbers)
    left = place + " = ".join(part for part in (*parts, number(step.data)) if part)
    if step.direction == "forward":
        return glyphs.text(left), ""
    return glyphs.text(left), glyphs.text(f"{step.node}.grad = {number(step.grad)}  {_uses(step)}")


def _uses(step: Step) -> str:
    arrived = len(step.contributions)
    wrong = "" if step.grad == step.right else f"  wrong, should be {number(step.right)}"
    if not step.uses:
        return "(seed)"
    uses = count_of(step.uses, "use")
    if arrived < step.uses:
        return f"({arrived} of {uses}, too early){wrong}"
    if arrived == 1:
        return f"({uses}, done){wrong}"
    shown = [number(c) for c in step.contributions[:USES_SHOWN]]
    if arrived > USES_SHOWN:
        half = USES_SHOWN // 2
        shown = [*shown[:half], "…", *(number(c) for c in step.contributions[-half:])]
    if step.rule == "overwrite":
        return f"({uses}, the last overwrote: {', '.join(shown)}){wrong}"
    return f"({uses}, done: {' + '.join(shown)}){wrong}"


def _edge(step: Step, edge: Edge, glyphs: Glyphs) -> tuple[str, str, str, str]:
    partial, node, operand = number(edge.partial), glyphs.text(step.node), glyphs.text(edge.operand)
    symbol = glyphs.text(edge.symbol)
    local = f"{_indent(step)}{glyphs.d}{node}/{glyphs.d}{operand}{glyphs.mark(edge.which)} = {symbol}"
    if edge.note.startswith(UNDEFINED):
        local, amount = f"{local} does not exist", number(edge.contribution)
    else:
        local = local if edge.symbol == partial else f"{local} = {partial}"
        amount = f"{partial} {glyphs.times} {number(step.grad)}"
    sign = "=" if step.rule == "overwrite" else "+="
    change = f"{number(edge.before)} {glyphs.arrow} {number(edge.after)}"
    return local, f"{operand}.grad {sign} {amount}", change, glyphs.text(edge.note)
