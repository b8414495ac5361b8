"""Several drawings as one picture, each in a frame with its name: right and wrong, before and after."""

from collections.abc import Mapping
from dataclasses import replace

from autograd.wording import count_of

from .drawing import Drawing
from .graph import DIRECTIONS, dot_source
from .model import Cluster, Picture

__all__ = ["side_by_side"]


def side_by_side(drawings: Mapping[str, Drawing], *, direction: str = "LR", title: str = "") -> Drawing:
    """One drawing of several, each framed and named, in the order given where the layout allows.

    drawings: what `draw` gave, by the titles of their frames; of a trace the end is shown.
    direction: where the arrows point; graphs that flow from left to right ("LR") stand below each other, those that
    flow down ("TB") beside each other. Widths and colours of the arrows have one scale.
    title: what to write above all of it.
    Raises TypeError for what is no drawing of a graph, ValueError for none at all.

    >>> from autograd import Value
    >>> from viz import draw
    >>> a = Value(2.0, "a")
    >>> side_by_side({"product": draw(a * a), "sum": draw(a + a)})
    <drawing of 2 graphs: .save('graph.svg') writes it, .source is its DOT text>
    """
    if direction not in DIRECTIONS:
        raise ValueError(f"direction must be one of {', '.join(DIRECTIONS)}, got {direction!r}")
    if not isinstance(drawings, Mapping):
        raise TypeError(f"side_by_side takes a dict from titles to drawings, got {type(drawings).__name__}")
    if not drawings:
        raise ValueError("side_by_side needs at least one drawing")
    whole = Picture(title=title)
    for index, (title, drawing) in enumerate(drawings.items()):
        if not _is_of_a_graph(drawing):
            raise TypeError(f"{title!r} must be a drawing that draw() gave, got {drawing!r}")
        _add(whole, drawing._picture, str(title), f"g{index}_")
    return Drawing(dot_source(whole, direction), count_of(len(drawings), "graph"), whole)


def _is_of_a_graph(drawing: object) -> bool:
    """Whether the drawing shows its boxes and arrows as they are, which that of a network of neurons does not."""
    return isinstance(drawing, Drawing) and any(
        drawing.source == dot_source(drawing._picture, direction) for direction in DIRECTIONS
    )


def _add(whole: Picture, part: Picture, title: str, prefix: str) -> None:
    """Put a picture in a frame of `whole`; the prefix keeps its names apart from those of the others."""
    whole.boxes += [replace(box, name=prefix + box.name) for box in part.boxes]
    whole.groups += [replace(group, name=prefix + group.name) for group in part.groups]
    whole.arrows += [replace(arrow, tail=prefix + arrow.tail, head=prefix + arrow.head) for arrow in part.arrows]
    inside = [_renamed(cluster, prefix) for cluster in part.clusters]
    framed = {name for cluster in inside for name in cluster.names()}
    names = [prefix + name for name in (*(box.name for box in part.boxes), *(group.name for group in part.groups))]
    whole.clusters.append(Cluster(title, [name for name in names if name not in framed], inside))
    whole.notes += [note for note in part.notes if note not in whole.notes]
    whole.labelled = whole.labelled and part.labelled
    whole.cost += part.cost


def _renamed(cluster: Cluster, prefix: str) -> Cluster:
    return Cluster(
        cluster.title, [prefix + name for name in cluster.boxes], [_renamed(inner, prefix) for inner in cluster.inside]
    )
