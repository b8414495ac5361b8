"""Writes a `Picture` as DOT, Graphviz' language, with the `graphviz` package; that needs no Graphviz program."""

import math

from graphviz import Digraph

from .model import Arrow, Box, Group, Picture, Row
from .style import CHIPS, FONT, GREY, INK, PALE, flow_colour, flow_width
from .text import bounded, html_text, number, width_in_ems

__all__ = ["DIRECTIONS", "dot_source"]

DIRECTIONS = ("LR", "TB", "RL", "BT")

NOT_COMPUTED = "not computed"

LARGE = 3000
"""Summed length of the arrows, in ranks, above which the layout's refinements are cut short: 10 to 30 times faster."""


def dot_source(picture: Picture, direction: str = "LR") -> str:
    """The DOT text of a picture, flowing in one of `DIRECTIONS`."""
    dot = Digraph(
        graph_attr={
            "rankdir": direction, "bgcolor": "white", "fontname": FONT, "fontsize": "10", "fontcolor": GREY,
            "labelloc": "b", "labeljust": "l", "nodesep": "0.22", "ranksep": "0.6", "pad": "0.15",
        },
        node_attr={"shape": "plain", "fontname": FONT, "fontsize": "11", "fontcolor": INK},
        edge_attr={"fontname": FONT, "fontsize": "9", "arrowsize": "0.6", "color": GREY, "fontcolor": GREY},
    )  # fmt: skip
    if not picture.labelled:
        dot.attr("graph", ranksep="1.8")  # room for the fans of arrows between layers
    if picture.cost > LARGE:
        dot.attr("graph", nslimit="0.5", nslimit1="0.5", mclimit="0.1", splines="line")
    for box in picture.boxes:
        dot.node(box.name, _box_label(box), ordering="in")
    for group in picture.groups:
        dot.node(group.name, _group_label(group))
    flows = [abs(arrow.contribution) for arrow in picture.arrows if arrow.contribution is not None]
    largest = max(filter(math.isfinite, flows), default=0.0)
    for arrow in picture.arrows:
        dot.edge(arrow.tail, arrow.head, **_arrow_attributes(arrow, largest, picture.labelled))
    caption = [*_legend(picture), *picture.notes]
    dot.attr("graph", label=_markup("".join(f'{html_text(line)}<BR ALIGN="LEFT"/>' for line in caption) or "&#160;"))
    return str(dot.source)


def _box_label(box: Box) -> str:
    word, colour, ink = CHIPS[box.kind]
    columns = 4 if box.rows else 2
    head = f'<TD ALIGN="LEFT">{_inked(_bold(bounded(box.operation) or word), ink)}</TD>'
    if box.title:
        title = f"&#160;&#160;{_bold(bounded(box.title))}"
        head += _cell(_inked(title, ink), box.title, 'ALIGN="RIGHT"')
    inner = _table([f"<TR>{head}</TR>"], f'BORDER="0" BGCOLOR="{colour}"')
    lines = [f'<TR><TD COLSPAN="{columns}" CELLPADDING="0">{inner}</TD></TR>']
    span = f'COLSPAN="{columns - 1}"'
    lines.append(_line("data", number(box.data), span))
    if box.kind != "constant":
        lines.append(_line("grad", _gradient(box.grad), span, muted=box.grad is None))
    lines += _rows(box)
    for note in box.notes:
        lines.append(f'<TR><TD COLSPAN="{columns}" ALIGN="LEFT"><I>{html_text(note)}</I></TD></TR>')
    border = "2" if box.is_root else "1"
    style = ' STYLE="DASHED"' if box.copied else ""
    return _markup(_table(lines, f'BORDER="{border}" COLOR="{INK if box.is_root else GREY}"{style}'))


def _line(name: str, text: str, span: str, *, muted: bool = False) -> str:
    value = _inked(html_text(text), GREY) if muted else html_text(text)
    return f'<TR><TD ALIGN="LEFT">{_inked(name, GREY)}</TD><TD ALIGN="RIGHT" {span}>{value}</TD></TR>'


def _rows(box: Box) -> list[str]:
    if not box.rows:
        return []
    lines = ["<HR/>"]
    if any(row.kind != "constant" for row in box.rows):
        head = (("LEFT", "inside"), ("RIGHT", "data"), ("RIGHT", "∂"), ("RIGHT", "grad"))
        cells = (f'<TD ALIGN="{side}"><FONT COLOR="{GREY}" POINT-SIZE="9">{word}</FONT></TD>' for side, word in head)
        lines.append(f"<TR>{''.join(cells)}</TR>")
    lines += map(_row, box.rows)
    if box.left_out:
        lines.append(f'<TR><TD COLSPAN="4" ALIGN="LEFT">and {box.left_out:,} more</TD></TR>')
    return lines


def _row(row: Row) -> str:
    word, colour, _ = CHIPS[row.kind]
    name = bounded(row.name) or word
    first = _cell(html_text(name), name, f'ALIGN="LEFT" BGCOLOR="{colour}"')
    if row.kind == "constant":
        return f'<TR>{first}<TD ALIGN="RIGHT" COLSPAN="3">{html_text(number(row.data))}</TD></TR>'
    numbers = (number(row.data, 4), _partial(row.partial), _gradient(row.grad, 4))
    cells = "".join(f'<TD ALIGN="RIGHT" WIDTH="38">{html_text(text)}</TD>' for text in numbers)
    return f"<TR>{first}{cells}</TR>"


def _group_label(group: Group) -> str:
    lines = [f"<TR>{_cell(_bold(bounded(group.title, 48)), group.title, '')}</TR>"]
    lines += [f'<TR><TD ALIGN="LEFT">{html_text(line)}</TD></TR>' for line in group.lines]
    return _markup(_table(lines, f'BORDER="1" STYLE="ROUNDED,DASHED" COLOR="{GREY}"', padding=4))


def _arrow_attributes(arrow: Arrow, largest: float, labelled: bool) -> dict[str, str]:
    if arrow.uses:
        return {"style": "dashed", "label": f"{arrow.uses:,}"}
    if arrow.is_constant:
        return {}
    colour = flow_colour(arrow.contribution)
    ink = GREY if colour == PALE else colour
    # The spaces keep the numbers off their line.
    label = f"&#160;{html_text(f'∂ {_partial(arrow.partial)}')}&#160;"
    if arrow.contribution is not None:
        label += f"<BR/>&#160;{_bold(number(arrow.contribution, 4))}&#160;"
    label += '<BR/><FONT POINT-SIZE="3">&#160;</FONT>'
    attributes = {"label": _markup(label), "fontcolor": ink} if labelled else {}
    attributes["color"] = colour
    width = flow_width(arrow.contribution, largest)
    return attributes | ({"penwidth": f"{width:g}"} if width != 1.0 else {})


def _legend(picture: Picture) -> list[str]:
    if all(arrow.uses or arrow.is_constant for arrow in picture.arrows):
        return []
    lines = ["∂: partial derivative of the node that the arrow enters"] if picture.labelled else []
    if any(arrow.contribution is not None for arrow in picture.arrows):
        sign = "bold" if picture.labelled else "colour"
        lines.append(f"{sign}: ∂ times that node's grad, what flows back")
        lines.append("(blue: positive, orange: negative, grey: zero)")
    return lines


def _gradient(grad: float | None, digits: int = 6) -> str:
    return NOT_COMPUTED if grad is None else number(grad, digits)


def _partial(partial: float | None) -> str:
    return "does not exist" if partial is None else number(partial, 4)


def _bold(text: str) -> str:
    # Graphviz refuses markup around nothing.
    return f"<B>{html_text(text)}</B>" if text else ""


def _inked(markup: str, colour: str) -> str:
    return f'<FONT COLOR="{colour}">{markup}</FONT>' if markup else ""


def _cell(markup: str, text: str, attributes: str) -> str:
    """A cell that is wide enough for letters whose widths the layout doesn't know."""
    shown = bounded(text)
    if not shown.isascii():
        attributes += f' WIDTH="{math.ceil(11 * width_in_ems(shown)) + 6}"'
    return f"<TD {attributes}>{markup}</TD>"


def _table(lines: list[str], attributes: str, padding: int = 2) -> str:
    settings = f'{attributes} CELLBORDER="0" CELLSPACING="0" CELLPADDING="{padding}"'
    return f"<TABLE {settings}>{''.join(lines)}</TABLE>"


def _markup(text: str) -> str:
    return f"<{text}>"
