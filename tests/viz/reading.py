"""Reads a drawing back: the nodes and edges of an SVG, with their texts, to be compared with the graph."""

import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass

from viz import Drawing

SVG = "{http://www.w3.org/2000/svg}"


@dataclass
class Picture:
    """texts by the name of the box; edges in order, as (tail, head, texts); all other texts are the caption."""

    nodes: dict[str, list[str]]
    edges: list[tuple[str, str, list[str]]]
    caption: list[str]

    def box(self, title: str) -> str:
        """The name of the only box with this text as its title."""
        found = [name for name, texts in self.nodes.items() if texts[1] == title]
        assert len(found) == 1, f"{len(found)} boxes are called {title!r}"
        return found[0]

    def line(self, title: str, name: str) -> str:
        """The number beside "data" or "grad" in the box with this title."""
        texts = self.nodes[self.box(title)]
        return texts[texts.index(name, 2) + 1]


def read(drawing: Drawing) -> Picture:
    return read_svg(drawing.render("svg"))


def read_svg(svg: bytes) -> Picture:
    root = ElementTree.fromstring(svg)
    picture = Picture({}, [], [])
    numbered = []
    for group in root.iter(f"{SVG}g"):
        texts = ["".join(text.itertext()).strip("\xa0 ") for text in group.findall(f".//{SVG}text")]
        texts = [text for text in texts if text]
        title = group.findtext(f"{SVG}title") or ""
        if group.get("class") == "node":
            picture.nodes[title] = texts
        elif group.get("class") == "edge":
            tail, _, head = title.partition("->")
            tail, head = tail.partition(":")[0], head.partition(":")[0]
            numbered.append((int((group.get("id") or "").removeprefix("edge")), (tail, head, texts)))
        elif group.get("class") == "graph":
            picture.caption = ["".join(text.itertext()) for text in group.findall(f"{SVG}text")]
    # Graphviz numbers the edges in the order of the DOT text.
    picture.edges = [edge for _, edge in sorted(numbered, key=lambda pair: pair[0])]
    return picture
