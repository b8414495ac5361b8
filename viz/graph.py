"""Writes a `Picture` as DOT, Graphviz' language, with the `graphviz` package; that needs no Graphviz program."""

import math
from itertools import pairwise

from graphviz import Digraph

from autograd.wording import bounded, number

from .model import Arrow, Box, Cluster, Group, Picture, Row
from .residuals import SUM
from .rows import rows_of
from .style import CHIPS, FONT, GREY, INK, PALE, RED, flow_colour, flow_width
from .text import html_text, width_in_ems

__all__ = ["DIRECTIONS", "caption_attributes", "dot_source"]

DIRECTIONS = ("LR", "TB", "RL", "BT")

FONT_SIZE = 11

LONG = 72
"""Letters in a line about a module, where a box has 32."""

NOT_COMPUTED = "not computed"

LARGE = 3000
"""Summed length of the arrows, in ranks, above which the layout's refinements are cut short: 10 to 30 times faster."""


def dot_source(picture: Picture, direction: str = "LR") -> str:
    """The DOT text of a picture, flowing in one of `DIRECTIONS`."""
    dot = Digraph(
        graph_attr={
            "rankdir": direction, "bgcolor": "white", "fontname": FONT, "fontsize": str(FONT_SIZE), "fontcolor": GREY,
            "labelloc": "b", "labeljust": "l", "nodesep": "0.22", "ranksep": "0.6", "pad": "0.15",
        },
        node_attr={"shape": "plain", "fontname": FONT, "fontsize": str(FONT_SIZE), "fontcolor": INK},
        edge_attr={"fontname": FONT, "fontsize": str(FONT_SIZE), "arrowsize": "0.6", "color": GREY, "fontcolor": GREY},
    )  # fmt: skip
    fans = sum(arrow.row != "" for arrow in picture.arrows)
    if direction in SIDES and fans:
        dot.attr("graph", ranksep=f"{min(2.0, 0.15 + 0.02 * fans):.2g}")  # room for the fans of arrows between layers
    elif not picture.labelled:
        dot.attr("graph", ranksep="1.8")
    if picture.cost > LARGE:
        dot.attr("graph", nslimit="0.5", nslimit1="0.5", mclimit="0.1", splines="line")
    titles = _short_titles(picture)
    for box in _in_layout_order(picture, direction):
        dot.node(box.name, _box_label(box, titles.get(box.name, box.title)), ordering="in")
    if picture.clusters:
        dot.attr("graph", remincross="false")
    for group in picture.groups:
        dot.node(group.name, _group_label(group))
    for index, cluster in enumerate(picture.clusters):
        _frame(dot, cluster, f"cluster{index}")
    flows = [abs(arrow.contribution) for arrow in picture.arrows if arrow.contribution is not None]
    largest = max(filter(math.isfinite, flows), default=0.0)
    breaks, starts = rows_of(picture)
    with dot.subgraph() as first:
        first.attr(rank="same")
        for above, below in pairwise(starts):
            first.edge(above, below, style="invis")
    for place, arrow in enumerate(picture.arrows):
        enters, leaves = SIDES.get(direction, ("", ""))
        port = {"headport": f"{arrow.row}:{enters}", "tailport": leaves} if arrow.row and enters else {}
        turn = {"constraint": "false"} if place in breaks else {}
        labelled = picture.labelled and (not port or arrow.row == "more")
        dot.edge(arrow.tail, arrow.head, **_arrow_attributes(arrow, largest, labelled), **port, **turn)
    caption = [*_legend(picture), *picture.notes]
    dot.attr("graph", **caption_attributes(picture.title, caption))
    return str(dot.source)


def caption_attributes(title: str, lines: list[str]) -> dict[str, str]:
    """What stands below a picture; a title goes above it, and its legend with it: Graphviz knows one caption only."""
    text = "".join(f'{html_text(line)}<BR ALIGN="LEFT"/>' for line in lines)
    if not title:
        return {"label": f"<{text or '&#160;'}>"}
    head = f'<FONT POINT-SIZE="14" COLOR="{INK}"><B>{html_text(bounded(title, LONG))}</B></FONT><BR ALIGN="LEFT"/>'
    return {"label": f"<{head}{text}>", "labelloc": "t"}


def _in_layout_order(picture: Picture, direction: str) -> list[Box]:
    """Graphviz ignores `ordering` in frames: there it starts from the text's order, in LR and RL from its reverse."""
    framed = {name for cluster in picture.clusters for name in cluster.names()}
    inside = [box for box in picture.boxes if box.name in framed]
    outside = [box for box in picture.boxes if box.name not in framed]
    return [*outside, *(reversed(inside) if direction in ("LR", "RL") else inside)]


def _short_titles(picture: Picture) -> dict[str, str]:
    """The titles within frames, without the part that the frames say; a neuron's own two nodes are z and a."""
    paths: dict[str, list[str]] = {}
    for cluster in picture.clusters:
        for name, words in cluster.paths():
            paths[name] = words
    boxes = {box.name: box for box in picture.boxes}
    sums = {box.title for box in picture.boxes if box.operation in SUMS}
    pairs = ((boxes.get(arrow.tail), boxes.get(arrow.head)) for arrow in picture.arrows)
    fed = {head.name for tail, head in pairs if tail and head and tail.title == head.title}
    short = {}
    for name, words in paths.items():
        if name not in boxes:
            continue
        title = boxes[name].title
        for start in range(len(words)):
            path = ".".join(words[start:])
            if title == path:
                activation = "a" if name in fed and title in sums else ""
                short[name] = "z" if boxes[name].operation in SUMS else activation
                break
            if title.startswith(f"{path}."):
                short[name] = title.removeprefix(f"{path}.")
                break
    return short


def _box_label(box: Box, title: str) -> str:
    word, colour, ink = CHIPS[box.kind]
    flows = any(row.flow is not None for row in box.rows)
    columns = 4 + flows if box.rows else 2
    head = _cell(box.operation or word, bold=True, ink=ink)
    if title:
        head += _cell(title, bold=True, ink=ink)
    inner = _table([head], f'BORDER="0" BGCOLOR="{colour}"')
    lines = [f'<TD COLSPAN="{columns}" CELLPADDING="0">{inner}</TD>']
    span = f'COLSPAN="{columns - 1}"'
    lines.append(_cell("data", ink=GREY) + _cell(number(box.data), "RIGHT", span))
    if box.kind != "constant":
        shade = GREY if box.grad is None else RED if box.is_wrong else ""
        gradient = _cell(_gradient(box.grad), "RIGHT", span, bold=box.is_wrong, ink=shade)
        lines.append(_cell("grad", ink=GREY) + gradient)
    if box.rows:
        lines[-1] += RULE
    if any(row.kind != "constant" for row in box.rows):
        lines.append("".join(_cell(name, side, ink=GREY) for name, side in COLUMNS[:columns]))
    lines += [_row(row, f"row{place}", flows) for place, row in enumerate(box.rows)]
    if box.left_out:
        lines.append(_cell(f"and {box.left_out:,} more", attributes=f'PORT="more" COLSPAN="{columns}"'))
    for note in box.notes:
        shade = RED if box.is_wrong and note is box.notes[-1] else ""
        lines.append(_cell(note, attributes=f'COLSPAN="{columns}"', ink=shade))
    border = "2" if box.is_root else "1"
    style = ' STYLE="DASHED"' if box.copied else ""
    return _markup(_table(lines, f'BORDER="{border}" COLOR="{INK if box.is_root else GREY}"{style}'))


COLUMNS = (("inside", "LEFT"), ("data", "RIGHT"), ("∂", "RIGHT"), ("grad", "RIGHT"), ("to input", "RIGHT"))

SUMS = ("affine", "dot")
"""Operations that are a neuron's pre-activation, z."""

SIDES = {"LR": ("w", "e"), "RL": ("e", "w")}
"""Where an arrow meets its row and leaves its box, by direction; in one that flows up or down it would cross boxes."""


def _row(row: Row, port: str, flows: bool) -> str:
    word, colour, _ = CHIPS[row.kind]
    # All cells of a line in coloured text, none in bold: Graphviz sets these a little higher than plain text.
    name = _cell(row.name or word, attributes=f'PORT="{port}" BGCOLOR="{colour}"', ink=INK)
    if row.kind == "constant":
        return name + _cell(number(row.data), "RIGHT", f'COLSPAN="{3 + flows}"')
    numbers = (number(row.data, 4), _partial(row.partial), _gradient(row.grad, 4))
    line = name + "".join(_cell(text, "RIGHT", 'WIDTH="40"', ink=INK) for text in numbers)
    if row.flow is not None:
        colour = flow_colour(row.flow)
        line += _cell(number(row.flow, 4), "RIGHT", 'WIDTH="40"', ink=GREY if colour == PALE else colour)
    return line + ("<TD></TD>" if flows and row.flow is None else "")


def _group_label(group: Group) -> str:
    lines = [_cell(group.title.replace(f"{SUM} ", ""), bold=True, limit=LONG)]
    lines += [_cell(line, limit=LONG) for line in group.lines]
    if group.is_sum:
        words = _table(lines, 'BORDER="0"')
        sign = f'<TD><FONT POINT-SIZE="30">{SUM}</FONT></TD><TD>{words}</TD>'
        return _markup(_table([sign], f'BORDER="1" STYLE="ROUNDED" COLOR="{GREY}"', padding=3))
    text = _table(lines, 'BORDER="0"', padding=3)
    return _markup(_table([f"<TD>{text}</TD>"], f'BORDER="1" STYLE="ROUNDED,DASHED" COLOR="{GREY}"', padding=5))


def _frame(dot: Digraph, cluster: Cluster, name: str) -> None:
    """A frame with its title, around boxes that the text has already and around smaller frames."""
    with dot.subgraph(name=name) as inner:
        title = html_text(bounded(cluster.title, 48)) or "&#160;"
        inner.attr(label=_markup(title), labelloc="t", labeljust="l", style="rounded", color=PALE, margin="10")
        for box in cluster.boxes:
            inner.node(box)
        for index, smaller in enumerate(cluster.inside):
            _frame(inner, smaller, f"{name}_{index}")


def _arrow_attributes(arrow: Arrow, largest: float, labelled: bool) -> dict[str, str]:
    if arrow.uses:
        return {"style": "dashed", "label": f"<&#160;{arrow.uses:,}&#160;>"}
    if arrow.is_constant:
        return {}
    colour = flow_colour(arrow.contribution)
    ink = GREY if colour == PALE else colour
    # The spaces keep the numbers off their line, and the line above further off.
    partial = html_text(f"∂ {_partial(arrow.partial)}")
    label = f'<FONT POINT-SIZE="8">&#160;</FONT><BR/>&#160;{partial}&#160;'
    if arrow.contribution is not None:
        label += f"<BR/>&#160;<B>{number(arrow.contribution, 4)}</B>&#160;"
    label += '<BR/><FONT POINT-SIZE="3">&#160;</FONT>'
    attributes = {"label": f"<{label}>", "fontcolor": ink} if labelled else {}
    attributes["color"] = colour
    if not labelled and (arrow.contribution or 0.0) < 0:  # no number beside it says so without colour
        attributes["style"] = "dashed"
    width = flow_width(arrow.contribution, largest)
    return attributes | ({"penwidth": f"{width:g}"} if width != 1.0 else {})


def _legend(picture: Picture) -> list[str]:
    if all(arrow.uses or arrow.is_constant for arrow in picture.arrows):
        return []
    lines = ["∂: partial derivative of the node that the arrow enters"] if picture.labelled else []
    if any(arrow.contribution is not None for arrow in picture.arrows):
        sign = "bold" if picture.labelled else "colour"
        if any(row.flow is not None for box in picture.boxes for row in box.rows):
            lines.append("arrow to a weight's row: ∂ is the weight, and 'to input' is what flows back along it")
        lines.append(f"{sign}: ∂ times that node's grad, what flows back")
        bare = not picture.labelled or any(arrow.row for arrow in picture.arrows)
        dashed = ", dashed without a number" if bare else ""
        lines.append(f"(blue: positive, orange{dashed}: negative, grey: zero)")
    return lines


def _gradient(grad: float | None, digits: int = 6) -> str:
    return NOT_COMPUTED if grad is None else number(grad, digits)


def _partial(partial: float | None) -> str:
    return "does not exist" if partial is None else number(partial, 4)


def _cell(
    text: str, side: str = "LEFT", attributes: str = "", *, bold: bool = False, ink: str = "", limit: int = 32
) -> str:
    """A table cell with a text as data, and room for readers whose font is wider than the one that was laid out."""
    shown = bounded(text, limit)
    # The blank belongs within the markup: beside it, Graphviz sets the text on another line than its neighbours.
    markup = html_text(shown) + ("&#160;" if side == "RIGHT" else "")
    if markup and bold:  # Graphviz refuses markup around nothing
        markup = f"<B>{markup}</B>"
    if markup and ink:
        markup = f'<FONT COLOR="{ink}">{markup}</FONT>'
    if side != "RIGHT" and "COLSPAN" not in attributes:
        attributes += f' WIDTH="{math.ceil(FONT_SIZE * width_in_ems(shown, bold=bold)) + 6}"'
    return f'<TD ALIGN="{side}" {attributes}>{markup}</TD>'


def _table(lines: list[str], attributes: str, padding: int = 2) -> str:
    settings = f'{attributes} CELLBORDER="0" CELLSPACING="0" CELLPADDING="{padding}"'
    rows = "".join(f"<TR>{line.removesuffix(RULE)}</TR>{'<HR/>' if line.endswith(RULE) else ''}" for line in lines)
    return f"<TABLE {settings}>{rows}</TABLE>"


def _markup(text: str) -> str:
    """A text that Graphviz reads as an HTML-like label."""
    return f"<{text}>"


RULE = "<rule>"
"""Ends a line of a table that has a rule below it."""
