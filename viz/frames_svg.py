"""Writes a `Layout` as SVG for a page: short, without ids, each box and arrow marked with its number.

Elements: `g.box[data-node]` with `rect.halo`; `g.arrow[data-arrow][data-head]`; `text[data-role]`, numbers that change.
"""

from collections.abc import Iterable
from html import escape

from autograd.wording import visible

from .frames_layout import Drawn, Layout, Shape, Text
from .frames_picture import node_of
from .model import Box, Picture

__all__ = ["svg_of"]

HALO = 4
"""Points between a box and the frame that marks it as the current one."""

PLAIN = "#222222"
"""The colour of texts that name none: as in the stylesheet."""


def svg_of(layout: Layout, title: str, description: str, picture: Picture) -> str:
    """The `<svg>` element of the layout of a picture; title and description are for screen readers."""
    boxes = {box.name: box for box in picture.boxes}
    heads = [arrow.head for arrow in picture.arrows]
    lines = [
        f'<svg class="picture" role="img" viewBox="0 0 {_n(layout.width)} {_n(layout.height)}" '
        f'width="{_n(layout.width)}" height="{_n(layout.height)}" font-size="11">',
        f"<title>{_text(title)}</title>",
        f"<desc>{_text(description)}</desc>",
    ]
    lines += _drawn(layout.caption)  # below all else: what a page adds to a box may reach into it
    for number, arrow in layout.arrows.items():
        mark = f' data-arrow="{number}" data-head="{node_of(heads[number])}"'
        lines += [f'<g class="arrow"{mark}>', *_drawn(arrow), "</g>"]
    for name, box in layout.boxes.items():
        left, top, right, bottom = box.frame
        lines += [
            f'<g class="{_classes(boxes[name])}" data-node="{node_of(name)}">' if name in boxes else '<g class="box">',
            f"<title>{_text(boxes[name].title)}</title>" if name in boxes else "",
            f'<rect class="halo" x="{_n(left - HALO)}" y="{_n(top - HALO)}" width="{_n(right - left + 2 * HALO)}" '
            f'height="{_n(bottom - top + 2 * HALO)}" rx="5"/>',
            *_drawn(box),
            "</g>",
        ]
    return "\n".join(line for line in [*lines, "</svg>"] if line)


def _classes(box: Box) -> str:
    return "box wrong" if box.is_wrong else "box"


def _drawn(drawn: Drawn) -> Iterable[str]:
    yield from map(_shape, drawn.shapes)
    yield from map(_written, drawn.texts)


def _shape(shape: Shape) -> str:
    path = "".join(letter + " ".join(f"{_n(x)},{_n(y)}" for x, y in points) for letter, points in shape.path)
    attributes = f'd="{path}" fill="{shape.fill or "none"}"'
    if shape.stroke:
        attributes += f' stroke="{shape.stroke}"'
        attributes += f' stroke-width="{shape.width:g}"' if shape.width != 1 else ""
        attributes += ' stroke-dasharray="4 3"' if shape.dashed else ""
    return f"<path {attributes}/>"


def _written(text: Text) -> str:
    attributes = f'x="{_n(text.x)}" y="{_n(text.y)}"'
    attributes += f' font-size="{text.size:g}"' if text.size != 11 else ""
    attributes += f' fill="{text.colour}"' if text.colour != PLAIN else ""
    attributes += ' font-weight="bold"' if text.bold else ""
    attributes += ' font-style="italic"' if text.italic else ""
    attributes += f' data-role="{text.role}" text-anchor="end"' if text.role else ""
    return f"<text {attributes}>{_text(text.text)}</text>"


def _text(text: str) -> str:
    return escape(visible(text))


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
