"""`draw`: from a graph or a trace to its drawing, at the level of detail that was asked for or that is readable."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from autograd import Value
from autograd.backward import check_fresh
from autograd.wording import count_of

from .drawing import Drawing
from .expand import expanded, expanded_size
from .graph import DIRECTIONS, dot_source
from .model import Picture
from .modules import by_module
from .scene import ROWS, scene
from .scopes import scene_clusters
from .summary import summary
from .survey import COUNTED_ABOVE, Survey, survey

if TYPE_CHECKING:
    from autograd.stepping import Trace

__all__ = ["draw"]

Direction: TypeAlias = Literal["LR", "TB", "RL", "BT"]
Detail: TypeAlias = Literal["auto", "full", "compact", "modules", "summary"]

DETAILS = ("auto", "full", "compact", "modules", "summary")

FULL_UP_TO = 60
"""Boxes up to which `detail="auto"` shows everything in a box of its own."""

LABELS_UP_TO = 120
"""Arrows up to which `detail="auto"` writes numbers on them."""

CROWDED_ROWS = 4
"""Parameters that a box lists where there are more arrows than that."""

SPAN_LIMIT = 50_000
"""Summed edge length in ranks from which a layout takes minutes, and gigabytes."""

MODULES = 60
"""Most boxes of `detail="modules"`."""


def draw(
    root: "Value | Trace",
    *,
    names: Mapping[str, Any] | Iterable[tuple[str, Any]] | None = None,
    direction: Direction = "LR",
    detail: Detail = "auto",
    depth: int | None = None,
    expand: bool = False,
    max_nodes: int = 300,
    force: bool = False,
    title: str = "",
) -> Drawing:
    """A picture of the graph below `root`, usually a loss, as it is now.

    Boxes show label, operation, data and gradient ("not computed" before a backward pass); arrows the partial
    derivative and, in bold, its product with the gradient of the node they enter, the contribution (lectures, L8).

    names: names for nodes in this picture, as `{"w": w}`, `locals()` or `model.named_parameters()`; what is not a node
    of the graph is passed over. direction: where the arrows point, "LR" (left to right), "TB", "RL" or "BT".
    detail: "full" has a box for every node; "compact" writes parameters and constants that a single node uses into that
    node's box; "modules" has a box for each module that made nodes; "summary" shows modules, or the nodes nearest to
    the root; "auto" takes the first that is readable.
    depth: for "modules", how many levels of modules within modules; None for as many as a page has room for.
    expand: write a neuron's Σ w·x + b as products and sums of two numbers, and sum, mean and prod alike.
    max_nodes: a graph of more boxes than this, or of arrows so long that the layout would take minutes, is summarised;
    `force=True` draws up to 20,000 nodes all the same, which may run into the time limit of `save`.

    title: what to write above the picture.

    root: or a trace, whose steps the drawing shows one by one; its names come from `trace(L, names=...)`.

    Raises TypeError for anything else, ValueError for an unknown option, StaleGraphError where a leaf was
    changed after it was used.

    >>> a, b = Value(2.0, "a"), Value(-3.0, "b")
    >>> drawing = draw(a * b)
    >>> drawing
    <drawing of 3 nodes and 2 edges: .save('graph.svg') writes it, .source is its DOT text>
    >>> "∂ -3" in drawing.source
    True
    """
    _check_options(direction, detail, max_nodes, depth, title)
    if type(root) is not Value:
        return _steps(root, names, direction, detail, expand, max_nodes, force, title)
    graph = survey(root)
    check_fresh(*graph.computed_and_leaves())
    named = _by_node(names)
    content = f"{count_of(len(graph.order), 'node')} and {count_of(graph.edges, 'edge')}"
    too_many = expand and expanded_size(graph.order) > COUNTED_ABOVE
    if expand and not too_many:
        copies = expanded(graph.order)
        graph = survey(copies[root])
        named = {copies[node]: name for node, name in named.items() if node in copies}
    picture = _picture(graph, named, detail, depth, max_nodes, force)
    if too_many:
        picture.notes.append("Too many sums and products to write them out; expand=True has no effect here.")
    picture.title = title
    for view in picture.views:
        view.picture.title = title
        view.source = dot_source(view.picture, direction)
    return Drawing(dot_source(picture, direction), content, picture)


def _steps(
    trace: Any, names: Any, direction: str, detail: str, expand: bool, max_nodes: int, force: bool, title: str
) -> Drawing:
    """The drawing of a trace; anything else is refused."""
    from autograd.stepping import Trace

    from .steps import draw_steps

    if not isinstance(trace, Trace):
        raise TypeError(_refusal(trace))
    if names is not None:
        raise TypeError("a trace has its names: give them to trace(root, names=...) instead of draw")
    if detail not in ("auto", "full") or expand:
        raise ValueError("the picture of a trace shows every node of it; detail and expand are for draw(root)")
    return draw_steps(trace, direction=direction, max_nodes=max_nodes, force=force, title=title)


def _picture(
    graph: Survey, names: dict[Value, str], detail: str, depth: int | None, max_nodes: int, force: bool
) -> Picture:
    """The picture at the level of detail that was asked for, or that the graph's size allows."""
    size = f"{count_of(len(graph.order), 'node')}, {count_of(graph.edges, 'edge')}, {graph.depth:,} deep"
    if detail == "summary":
        return summary(graph, names, f"A summary of {size}.")
    if detail == "modules":
        modules = by_module(graph, depth, min(max_nodes, MODULES))
        if modules is None:
            return summary(graph, names, f"{size}; no module made any of them, so this is a summary.")
        modules.notes.insert(0, f"The modules of {size}.")
        return modules
    if len(graph.order) > COUNTED_ABOVE:
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
    if fold:  # a frame would part a neuron's inputs from its parameters, which must stay in argument order
        picture.clusters = scene_clusters(graph, [box.name for box in picture.boxes])
    if crowded:
        picture.labelled = False
        many = count_of(len(picture.arrows), "arrow")
        picture.notes.append(f"{many}, so without their numbers; draw(..., detail='compact') shows them.")
    return picture


def _check_options(direction: Any, detail: Any, max_nodes: Any, depth: Any, title: Any) -> None:
    if not isinstance(title, str):
        raise TypeError(f"title must be a string, got {type(title).__name__}")
    if direction not in DIRECTIONS:
        raise ValueError(f"direction must be one of {', '.join(DIRECTIONS)}, got {direction!r}")
    if detail not in DETAILS:
        raise ValueError(f"detail must be one of {', '.join(DETAILS)}, got {detail!r}")
    if type(max_nodes) is not int:
        raise TypeError(f"max_nodes must be a whole number, got {type(max_nodes).__name__}")
    if max_nodes < 1:
        raise ValueError(f"max_nodes must be at least 1, got {max_nodes}")
    if depth is not None and (type(depth) is not int or depth < 1):
        raise ValueError(f"depth must be a whole number of at least 1, or None, got {depth!r}")
    if depth is not None and detail != "modules":
        raise ValueError(f"depth is for detail='modules', not for {detail!r}")


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
        return f"{start}; draw what it computes: draw(model(x)), or its neurons and weights: draw_network(model)"
    return start
