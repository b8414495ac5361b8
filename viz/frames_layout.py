"""Reads a picture back from the SVG that Graphviz made: shapes and texts with their places, by box and by arrow.

Graphviz lays a film out once. `frames_svg` writes that layout for a browser, `gif_raster` paints it.
"""

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from typing import TypeAlias

from autograd.wording import number

from .frames import Film
from .graph import NOT_COMPUTED, dot_source
from .model import Box
from .render import RenderError, render
from .style import INK

__all__ = ["Drawn", "Layout", "Point", "Shape", "Text", "lay_out", "read_svg"]

Point: TypeAlias = tuple[float, float]

SVG = "{http://www.w3.org/2000/svg}"

PADDING = 3.0
"""Points between a box's outer edge and the right end of its numbers."""


@dataclass(slots=True)
class Shape:
    """A line or an area. path: pieces as (M, L, C or Z, points); fill, stroke: colours, "" for none."""

    path: list[tuple[str, list[Point]]]
    fill: str
    stroke: str
    width: float
    dashed: bool


@dataclass(slots=True)
class Text:
    """One line of text. role: "data" or "grad" where it is a number that changes; then `x` is where it ends."""

    text: str
    x: float
    y: float
    size: float
    colour: str
    bold: bool
    italic: bool
    role: str = ""


@dataclass(slots=True)
class Drawn:
    """A box, an arrow or the caption. frame: for a box, its left, top, right and bottom edge."""

    shapes: list[Shape] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)

    @property
    def frame(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom edge of the shapes."""
        points = [point for shape in self.shapes for _, found in shape.path for point in found]
        return (
            min(x for x, _ in points), min(y for _, y in points), max(x for x, _ in points), max(y for _, y in points),
        )  # fmt: skip


@dataclass(slots=True)
class Layout:
    """All that is drawn, in points from the top left corner; boxes by name, arrows by number, from 0."""

    width: float
    height: float
    boxes: dict[str, Drawn]
    arrows: dict[int, Drawn]
    caption: Drawn


def lay_out(film: Film, direction: str, timeout: float) -> Layout:
    """One layout for all frames of a film, with the texts of the last one.

    Raises RenderError where no Graphviz program could make it.
    """
    layout = read_svg(render(dot_source(film.blank, direction), "svg", timeout=timeout))
    for box in film.picture.boxes:
        _mark_numbers(box, layout.boxes.get(box.name, Drawn()))
    for place, arrow in enumerate(film.blank.arrows):
        if place not in layout.arrows:
            raise RenderError(f"the Graphviz program left out the arrow from {arrow.tail} to {arrow.head}")
    return layout


def _mark_numbers(box: Box, drawn: Drawn) -> None:
    """Find the two numbers of a box: its last texts are data, a number, grad, a number, and then its notes."""
    texts = drawn.texts[: len(drawn.texts) - len(box.notes)]
    if len(texts) < 4 or [texts[-4].text, texts[-2].text] != ["data", "grad"] or texts[-1].text != NOT_COMPUTED:
        raise RenderError(f"the Graphviz program wrote the texts of the box {box.name} in an unknown way")
    right = drawn.frame[2] - PADDING
    for label, text in ((texts[-4], texts[-3]), (texts[-2], texts[-1])):
        text.role, text.x, text.y, text.colour = label.text, right, label.y, INK
    if box.grad is not None:
        texts[-1].text = number(box.grad)


def read_svg(svg: bytes) -> Layout:
    """The shapes and texts of an SVG from Graphviz; no text of a box is marked as a number that changes."""
    root = ElementTree.fromstring(svg)
    graph = root.find(f"{SVG}g")
    view = [float(piece) for piece in (root.get("viewBox") or "").split()]
    if graph is None or len(view) != 4:
        raise RenderError("the Graphviz program wrote an SVG that can't be read")
    moved = re.search(r"translate\(([-\d.]+)[ ,]+([-\d.]+)\)", graph.get("transform") or "")
    by = (float(moved[1]), float(moved[2])) if moved else (0.0, 0.0)
    # The first shape of the graph itself is its white background.
    layout = Layout(view[2], view[3], {}, {}, Drawn([], [_text(t, by) for t in graph.findall(f"{SVG}text")]))
    for group in graph.iter(f"{SVG}g"):
        kind = group.get("class")
        if kind not in ("node", "edge"):
            continue
        drawn = Drawn()
        for element in group.iter():
            if element.tag == f"{SVG}text":
                text = _text(element, by)
                drawn.texts += [text] if text.text else []
            elif element.tag in (f"{SVG}polygon", f"{SVG}polyline", f"{SVG}path"):
                drawn.shapes.append(_shape(element, by))
        if kind == "node":
            layout.boxes[group.findtext(f"{SVG}title") or ""] = drawn
        else:  # numbered in the order of the DOT text
            layout.arrows[int((group.get("id") or "").removeprefix("edge")) - 1] = drawn
    return layout


def _text(element: ElementTree.Element, by: Point) -> Text:
    written = "".join(element.itertext())
    text = written.strip("\xa0 ")
    size = float(element.get("font-size") or 11)
    x = float(element.get("x") or 0) + by[0]
    if element.get("text-anchor") == "middle":
        x -= len(written) * size * 0.25
    x += (len(written) - len(written.lstrip("\xa0 "))) * size * BLANK
    return Text(
        text,
        x,
        float(element.get("y") or 0) + by[1],
        size,
        _colour(element.get("fill") or "black"),
        element.get("font-weight") == "bold",
        element.get("font-style") == "italic",
    )


BLANK = 0.278
"""Width of a blank in Helvetica, in ems."""


def _shape(element: ElementTree.Element, by: Point) -> Shape:
    written = element.get("d") or ""
    if element.tag != f"{SVG}path":
        written = f"M{element.get('points') or ''}" + ("Z" if element.tag == f"{SVG}polygon" else "")
    path: list[tuple[str, list[Point]]] = []
    for letter, numbers in re.findall(r"([MLCZz])([^MLCZz]*)", written):
        found = [float(piece) for piece in re.findall(r"-?[\d.]+(?:e-?\d+)?", numbers)]
        points = [(x + by[0], y + by[1]) for x, y in zip(found[::2], found[1::2], strict=True)]
        path.append((letter.upper(), points))
    return Shape(
        path,
        _colour(element.get("fill") or "none"),
        _colour(element.get("stroke") or "none"),
        float(element.get("stroke-width") or 1),
        "stroke-dasharray" in element.attrib,
    )


def _colour(name: str) -> str:
    return "" if name in ("none", "transparent") else name
