"""The text of a trace as a notebook shows it: each node's own line in bold, what is wrong on purpose in red."""

from html import escape

__all__ = ["html_lines"]

RED = "#d04030"
"""To be read on white and on black."""


def html_lines(text: str) -> str:
    """The lines as HTML that scrolls.

    >>> html_lines("[1/1] b = a * 2 = 6")
    '<pre style="overflow-x:auto;white-space:pre"><b>[1/1] b = a * 2 = 6</b></pre>'
    """
    return f'<pre style="overflow-x:auto;white-space:pre">{chr(10).join(map(_line, text.splitlines()))}</pre>'


def _line(line: str) -> str:
    shown = f"<b>{escape(line)}</b>" if line.startswith("[") else escape(line)
    return f'<span style="color:{RED}">{shown}</span>' if "wrong, should be" in line else shown
