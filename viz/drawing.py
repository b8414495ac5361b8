"""`draw`, which makes a picture of a graph, and `Drawing`, the picture: text, file or notebook output."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, TypeAlias

from autograd import Value
from autograd.backward import check_fresh
from autograd.files import write_atomically

from .graph import DIRECTIONS, dot_source
from .model import Picture
from .render import FORMATS, RenderError, render
from .scene import ROWS, scene
from .summary import summary
from .survey import Survey, survey
from .text import count

__all__ = ["Drawing", "draw"]

Direction: TypeAlias = Literal["LR", "TB", "RL", "BT"]
Detail: TypeAlias = Literal["auto", "full", "compact", "summary"]

DETAILS = ("auto", "full", "compact", "summary")

FULL_UP_TO = 60
"""Boxes up to which `detail="auto"` shows everything in a box of its own."""

LABELS_UP_TO = 120
"""Arrows up to which `detail="auto"` writes numbers on them."""

CROWDED_ROWS = 4
"""Parameters that a box lists where there are more arrows than that."""

SPAN_LIMIT = 50_000
"""Summed edge length in ranks from which a layout takes minutes, and gigabytes."""

FORCED_LIMIT = 20_000
"""Nodes that even `force=True` does not draw: no layout of so many ends within any useful time."""


def draw(
    root: Value,
    *,
    names: Mapping[str, Any] | Iterable[tuple[str, Any]] | None = None,
    direction: Direction = "LR",
    detail: Detail = "auto",
    max_nodes: int = 300,
    force: bool = False,
) -> "Drawing":
    """A picture of the graph below `root`, usually a loss, as it is now.

    Boxes show label, operation, data and gradient ("not computed" before a backward pass); arrows the partial
    derivative and, in bold, its product with the gradient of the node they enter, the contribution (lectures, L8).

    names: names for nodes in this picture, as `{"w": w}`, `locals()` or `model.named_parameters()`; what is not a node
    of the graph is passed over. direction: where the arrows point, "LR" (left to right), "TB", "RL" or "BT".
    detail: "full" has a box for every node; "compact" writes parameters and constants that a single node uses into that
    node's box; "summary" shows modules, or the nodes nearest to the root; "auto" takes the first that is readable.
    max_nodes: a graph of more boxes than this, or of arrows so long that the layout would take minutes, is summarised;
    `force=True` draws up to 20,000 nodes all the same, which may run into the time limit of `save`.

    Raises TypeError for anything but a Value, ValueError for an unknown option, StaleGraphError where a leaf was
    changed after it was used.

    >>> a, b = Value(2.0, "a"), Value(-3.0, "b")
    >>> drawing = draw(a * b)
    >>> drawing
    <drawing of 3 nodes and 2 edges: .save('graph.svg') writes it, .source is its DOT text>
    >>> "∂ -3" in drawing.source
    True
    """
    if type(root) is not Value:
        raise TypeError(_refusal(root))
    _check_options(direction, detail, max_nodes)
    graph = survey(root)
    check_fresh([node for node in graph.order if node.inputs], [node for node in graph.order if not node.inputs])
    picture = _picture(graph, _by_node(names), detail, max_nodes, force)
    content = f"{count(len(graph.order), 'node')} and {count(graph.edges, 'edge')}"
    return Drawing(dot_source(picture, direction), content)


class Drawing:
    """A picture of a graph as it was when it was drawn; a notebook shows it.

    source: the picture as DOT text, whatever is installed.
    """

    __slots__ = ("_content", "_rendered", "source")

    def __init__(self, source: str, content: str = "a graph") -> None:
        self.source = source
        self._content = content
        self._rendered: dict[str, bytes] = {}

    def save(self, path: str | os.PathLike[str], *, timeout: float = 60.0) -> Path:
        """Write the picture to `path`, as its suffix says: .svg, .png, .pdf, .jpg or .dot. Gives the path back.

        timeout: seconds that each Graphviz program may take. The file is written whole or not at all.
        Raises ValueError for another suffix, OSError (naming the path) where it can't be written, RenderError where no
        program could make the picture.

        >>> draw(Value(1.0)).save("graph.gif")
        Traceback (most recent call last):
        ValueError: a picture's suffix must be one of .svg, .png, .pdf, .jpg, .dot, got 'graph.gif'
        """
        target = Path(path)
        suffix = target.suffix.lower().removeprefix(".")
        if suffix not in (*FORMATS, "dot"):
            known = ", ".join(f".{name}" for name in (*FORMATS, "dot"))
            raise ValueError(f"a picture's suffix must be one of {known}, got {os.fspath(path)!r}")
        write_atomically(target, self.source if suffix == "dot" else self.render(suffix, timeout=timeout))
        return target

    def render(self, format: str = "svg", *, timeout: float = 60.0) -> bytes:
        """The picture's bytes in "svg", "png", "pdf" or "jpg"; errors as for `save`."""
        if format not in self._rendered:
            self._rendered[format] = render(self.source, format, timeout=timeout)
        return self._rendered[format]

    def __repr__(self) -> str:
        return f"<drawing of {self._content}: .save('graph.svg') writes it, .source is its DOT text>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """What a notebook shows: the SVG, or where no Graphviz program works, the reason."""
        try:
            return {"text/plain": repr(self), "image/svg+xml": self.render("svg").decode()}
        except RenderError as error:
            return {"text/plain": f"{self!r}\n{error}"}


def _picture(graph: Survey, names: dict[Value, str], detail: str, max_nodes: int, force: bool) -> Picture:
    """The picture at the level of detail that was asked for, or that the graph's size allows."""
    size = f"{count(len(graph.order), 'node')}, {count(graph.edges, 'edge')}, {graph.depth:,} deep"
    if detail == "summary":
        return summary(graph, names, f"A summary of {size}.")
    if len(graph.order) > FORCED_LIMIT:
        return summary(graph, names, f"{size}: too many to draw, so this is a summary.")
    fold = detail == "compact" or (detail == "auto" and graph.boxes(fold=False) > FULL_UP_TO)
    boxes, span = graph.boxes(fold=fold), graph.span(fold=fold)
    if not force and boxes > max_nodes:
        why = f"more than {max_nodes:,} boxes, so this is a summary"
        return summary(graph, names, f"{size}: {why}; draw(..., force=True) draws all.")
    if not force and span > SPAN_LIMIT:
        why = "arrows so long that a layout takes minutes, so this is a summary"
        return summary(graph, names, f"{size}: {why}; draw(..., force=True) tries it all the same.")
    crowded = detail == "auto" and graph.arrows(fold=fold) > LABELS_UP_TO
    picture = scene(graph, names, fold=fold, rows=CROWDED_ROWS if crowded else ROWS)
    picture.cost = span
    if crowded:
        picture.labelled = False
        many = count(len(picture.arrows), "arrow")
        picture.notes.append(f"{many}, so without their numbers; draw(..., detail='compact') shows them.")
    return picture


def _check_options(direction: Any, detail: Any, max_nodes: Any) -> None:
    if direction not in DIRECTIONS:
        raise ValueError(f"direction must be one of {', '.join(DIRECTIONS)}, got {direction!r}")
    if detail not in DETAILS:
        raise ValueError(f"detail must be one of {', '.join(DETAILS)}, got {detail!r}")
    if type(max_nodes) is not int:
        raise TypeError(f"max_nodes must be a whole number, got {type(max_nodes).__name__}")
    if max_nodes < 1:
        raise ValueError(f"max_nodes must be at least 1, got {max_nodes}")


def _by_node(names: Any) -> dict[Value, str]:
    if names is None:
        return {}
    try:
        pairs = dict(names).items()
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"names maps names to Values, as {{'w': w}} or model.named_parameters(), got {type(names).__name__}"
        ) from error
    for name, _ in pairs:
        if not isinstance(name, str):
            raise TypeError(f"names maps names to Values: {{'w': w}}; its key {name!r} is not a string")
    return {node: name for name, node in pairs if type(node) is Value}


def _refusal(root: object) -> str:
    """Why `root` can't be drawn, and what to draw instead."""
    kind = type(root).__name__
    start = f"draw takes a Value, the root of a graph such as a loss, not {'None' if root is None else f'a {kind}'}"
    if isinstance(root, list | tuple) and any(type(item) is Value for item in root):
        return f"{start}; draw one of its Values, or what they add up to: draw(autograd.sum(values))"
    if isinstance(root, int | float):
        return f"{start}; a plain number has no graph: compute it from Values, and not inside no_grad or from .data"
    if callable(getattr(root, "named_parameters", None)):
        return f"{start}; draw what it computes: draw(model(x))"
    return start
