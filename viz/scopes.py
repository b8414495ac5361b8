"""Which module each node of a graph belongs to, and the frames drawn around the boxes of one module.

`nn` writes a module's path into the `origin` of the nodes that it makes: "MLP/layers.0/neurons.3".
"""

from collections.abc import Collection, Mapping

from autograd import Value

from .model import Cluster
from .residuals import residual_sums
from .scene import module_path
from .survey import Survey

__all__ = ["AFTER", "BEFORE", "clusters", "scene_clusters", "scopes"]

Path = tuple[str, ...]

BEFORE: Path = ("before the modules",)
AFTER: Path = ("after the modules",)

DEEPEST = 16
"""Frames around a box that are drawn, one inside the other."""


def scopes(graph: Survey) -> dict[Value, Path]:
    """The module path of every node, outermost scope first; empty where no module made anything.

    What no module made, but a module uses in turn, belongs to the module that its newest input came from (the attention
    between two layers); a residual sum has a path of its own. The rest comes `BEFORE` all modules or `AFTER` them. A
    parameter or constant belongs to its first user, an input comes before.
    """
    # A node has dozens of inputs, a graph a million nodes: what is done for each edge is left to C, and done once.
    computed, leaves = graph.computed_and_leaves()
    path_at = {origin: module_path(node) for origin, node in {node.origin: node for node in computed}.items()}
    found = {node: path for node in computed if (path := path_at[node.origin])}
    if not found:
        return {}
    others = dict.fromkeys(node for node in computed if node not in found)
    user_of: dict[Value, Value] = {}
    used_by_a_module: set[Value] = set()
    watched = {*leaves, *others}
    for node in computed:
        if not watched.isdisjoint(node.inputs):
            for operand in watched.intersection(node.inputs):
                if operand in others:
                    if node in found:
                        used_by_a_module.add(operand)
                else:
                    user_of[operand] = node
                    watched.remove(operand)
    for node in reversed(others):
        if node in used_by_a_module:
            used_by_a_module.update(operand for operand in node.inputs if operand in others)
    _place(others, used_by_a_module, computed, found)
    for leaf, user in user_of.items():
        found[leaf] = found[user] if leaf.role in ("parameter", "constant") else BEFORE
    return found


def _place(others: Collection[Value], used: set[Value], computed: list[Value], found: dict[Value, Path]) -> None:
    """Add the paths of the nodes that no module made, given in order, to those of the nodes that modules made."""
    if not others:
        return
    newest = {node: index for index, node in enumerate(computed) if node in found}
    sums = residual_sums(others, used, computed, found)
    for node in others:
        newest[node] = below = max(newest.get(operand, -1) for operand in node.inputs)
        if below < 0:
            found[node] = BEFORE
        else:
            found[node] = sums.get(node) or found[computed[below]] if node in used else AFTER


def scene_clusters(graph: Survey, boxes: list[str]) -> list[Cluster]:
    """The frames around a scene's boxes, by name: `n7` is the survey's node 7, `n7_2` a copy or remark beside it."""
    path_of = scopes(graph)
    if not path_of:
        return []
    placed = {}
    for box in boxes:
        path = path_of.get(graph.order[int(box[1:].partition("_")[0])], BEFORE)
        if path not in (BEFORE, AFTER):
            placed[box] = path
    return clusters(placed)


def clusters(paths: Mapping[str, Path]) -> list[Cluster]:
    """Nested frames around boxes, given each box's path; a frame around a single box says nothing, so there is none."""
    top = Cluster("", [], [])
    at: dict[Path, Cluster] = {(): top}
    for box, whole in paths.items():
        path = whole[:DEEPEST]
        for length in range(1, len(path) + 1):
            if path[:length] not in at:
                at[path[:length]] = frame = Cluster(path[length - 1], [], [])
                at[path[: length - 1]].inside.append(frame)
        at[path].boxes.append(box)
    _simplify(top)
    return top.inside


def _simplify(frame: Cluster) -> None:
    """Take away inner frames of a single box, and make one of a frame that holds only another frame."""
    for inner in list(frame.inside):
        _simplify(inner)
        if not inner.inside and len(inner.boxes) < 2:
            frame.inside.remove(inner)
            frame.boxes += inner.boxes
    if len(frame.inside) == 1 and not frame.boxes and frame.title:
        [only] = frame.inside
        frame.title, frame.boxes, frame.inside = f"{frame.title}/{only.title}", only.boxes, only.inside
