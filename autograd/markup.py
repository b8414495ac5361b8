"""Tables as HTML, for notebooks: in the notebook's own colours, so that light and dark themes are followed.

The marks are the plainest: a notebook that is not trusted yet keeps them when it drops styles and scripts.
"""

from collections.abc import Collection, Iterable, Sequence
from html import escape

from .wording import visible

__all__ = ["html_table"]

CELL = "padding:1px 10px;white-space:pre;font-family:monospace;border:none;background:none;text-align:"


def html_table(rows: Iterable[Sequence[str]], *, head: Sequence[str] = (), right: Collection[int] = ()) -> str:
    """The rows as an HTML table; whatever is in a cell is text.

    head: the names of the columns. right: the columns whose cells end at the right, as numbers do.

    >>> html_table([["a < b", "1"]]).count("&lt;")
    1
    """
    lines = [_row(head, "th", right)] if head else []
    lines += [_row(row, "td", right) for row in rows]
    written = "\n".join(lines)
    table = f'<table style="border-collapse:collapse;margin:4px 0">\n{written}\n</table>'
    return f'<div style="overflow-x:auto">{table}</div>'


def _row(cells: Sequence[str], tag: str, right: Collection[int]) -> str:
    sides = ("right" if column in right else "left" for column in range(len(cells)))
    written = (
        f'<{tag} style="{CELL}{side}">{escape(visible(cell))}</{tag}>' for cell, side in zip(cells, sides, strict=True)
    )
    return f"<tr>{''.join(written)}</tr>"
