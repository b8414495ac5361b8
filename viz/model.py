"""What a picture consists of, before any notation: boxes, arrows between them, and words about the whole.

`scene` and `summary` make a `Picture` from a graph of Values; `graph` writes it as DOT.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

__all__ = ["Arrow", "Box", "Cluster", "Group", "Picture", "Row", "View"]


@dataclass(slots=True)
class Row:
    """A parameter or constant that is written inside the box of the only node that uses it.

    flow: for a weight, what flows back along the arrow of the input that it is multiplied with; None before backward.
    """

    name: str
    kind: str
    data: float
    grad: float | None
    partial: float | None = None
    flow: float | None = None


@dataclass(slots=True)
class Box:
    """One node, or one of the copies of a leaf that many nodes use.

    kind: "leaf", "parameter", "constant" or "computed". grad: None until a backward pass has reached the node.
    rows: what is written inside; left_out: how many more there would be. copied: the leaf has a box for each use.
    is_wrong: a pass that is wrong on purpose missed the gradient, which the last note says.
    """

    name: str
    kind: str
    title: str
    operation: str
    data: float
    grad: float | None
    rows: list[Row] = field(default_factory=list)
    left_out: int = 0
    notes: list[str] = field(default_factory=list)
    copied: bool = False
    is_root: bool = False
    is_wrong: bool = False


@dataclass(slots=True)
class Group:
    """Many nodes as one box, in a summary. is_sum: whether all they do is add what two other groups gave, x + F(x)."""

    name: str
    title: str
    lines: list[str]
    is_sum: bool = False


@dataclass(slots=True)
class Cluster:
    """A frame around the boxes that belong together, by name, and around smaller frames."""

    title: str
    boxes: list[str]
    inside: list["Cluster"]

    def names(self) -> Iterator[str]:
        """All boxes in this frame and in those within it."""
        yield from self.boxes
        for cluster in self.inside:
            yield from cluster.names()

    def paths(self, outer: tuple[str, ...] = ()) -> Iterator[tuple[str, list[str]]]:
        """Each box with the names of the modules around it, outermost first."""
        words = [*outer, *self.title.split("/")]
        yield from ((name, words) for name in self.boxes)
        for cluster in self.inside:
            yield from cluster.paths(tuple(words))


@dataclass(slots=True)
class Arrow:
    """From an input to the node that uses it: one argument.

    partial: ∂node/∂input here; None where it doesn't exist. contribution: partial · the node's gradient; None before
    backward. uses: how many nodes or arguments an arrow between groups stands for. is_constant: the input is a plain
    number, which no derivative is taken for. row: the row of the head's box whose weight multiplies this input, "more"
    for one that is left out there, "" for none.
    """

    tail: str
    head: str
    partial: float | None = None
    contribution: float | None = None
    uses: int = 0
    is_constant: bool = False
    row: str = ""


@dataclass(slots=True)
class View:
    """A picture of modules with one of them opened, and those around it; at first none is.

    opened: the titles of the opened modules, outermost first. opens: by the name of a box, the number of the view that
    a click on it leads to. source: the picture as DOT, where that is to be drawn.
    """

    picture: "Picture"
    opened: list[str]
    opens: dict[str, int]
    source: str = ""


@dataclass(slots=True)
class Picture:
    """Everything that is drawn: `boxes` and `groups` with inputs first, `arrows` in argument order, `notes`, and
    the `clusters` that frame boxes.

    labelled: whether arrows carry numbers. cost: the summed length of the arrows in ranks. title: what stands above.
    views: of a picture of modules, the same with each module opened.
    """

    boxes: list[Box] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    arrows: list[Arrow] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    clusters: list[Cluster] = field(default_factory=list)
    labelled: bool = True
    cost: int = 0
    title: str = ""
    views: list[View] = field(default_factory=list)
