"""The steps of a trace as a notebook shows them: the lines that `print` writes, which scroll instead of breaking."""

from collections.abc import Iterator, Sequence
from html import escape

from ..wording import visible
from .glyphs import UNICODE
from .step import EDGES_SHOWN, Step, edge_text, head_text

__all__ = ["html_steps", "html_text"]

STEPS_SHOWN = 20

RED = "#d04030"
"""To be read on white and on black."""


def html_steps(steps: Sequence[Step]) -> str:
    """The steps as HTML, each node's own line in bold; the middle ones of many are counted only.

    >>> from autograd import Value, trace
    >>> a = Value(2.0, "a")
    >>> "<b>[1/1] v2 = a * 3 = 6" in html_steps(trace(a * 3))
    True
    """
    half, many = STEPS_SHOWN // 2, len(steps) > STEPS_SHOWN
    lines: list[str] = []
    for place in (*range(half), *range(len(steps) - half, len(steps))) if many else range(len(steps)):
        if many and place == len(steps) - half:
            more = f"… {len(steps) - STEPS_SHOWN:,} more steps: the slice [{half}:{-half}] has them"
            lines.append(f"<i>{more}</i>")
        lines += _lines(steps[place])
    return _block("\n".join(lines))


def html_text(text: str) -> str:
    """Lines of text as they are."""
    return _block(escape(text))


def _lines(step: Step) -> Iterator[str]:
    """A step's own line and those of its operands; a gradient that is wrong on purpose is red."""
    head = f"<b>{escape(visible(head_text(step, UNICODE)))}</b>"
    yield head if step.grad == step.right else f'<span style="color:{RED}">{head}</span>'
    half, left_out = EDGES_SHOWN // 2, len(step.edges) - EDGES_SHOWN
    for place, edge in enumerate(step.edges if left_out <= 0 else (*step.edges[:half], *step.edges[-half:])):
        if left_out > 0 and place == half:
            yield f"<i>      … {left_out:,} more operands: step.edges has them all</i>"
        line = escape(visible(edge_text(step, edge, UNICODE)))
        yield f'<span style="color:{RED}">{line}</span>' if edge.note.startswith("wrong") else line


def _block(lines: str) -> str:
    return f'<pre style="overflow-x:auto;white-space:pre">\n{lines}</pre>'
