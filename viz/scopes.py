"""Which module each node of a graph belongs to, and the frames drawn around the boxes of one module.

`nn` writes a module's path into the `origin` of the nodes that it makes: "MLP/layers.0/neurons.3".
"""

from collections.abc import Mapping

from autograd import Value

from .model import Cluster
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

    What no module made, but a module uses in turn, belongs to the module that its newest input came from (a residual
    sum, the attention between two layers). The rest comes `BEFORE` all modules or `AFTER` them. A parameter or constant
    belongs to its first user, an input comes before.
    """
    # A node has dozens of inputs, a graph a million nodes: what is done for each edge is left to C.
    computed = [node for node in graph.order if node.inputs]
    path_at = {origin: module_path(node) for origin, node in {node.origin: node for node in computed}.items()}
    found = {node: path for node in computed if (path := path_at[node.origin])}
    if not found:
        return {}
    own = dict(found)
    others = {node for node in computed if node not in own}
    used_by_a_module: set[Value] = set()
    if others:
        for node in reversed(computed):
            if (node in own or node in used_by_a_module) and not others.isdisjoint(node.inputs):
                used_by_a_module.update(others.intersection(node.inputs))
    position = {node: index for index, node in enumerate(computed) if node in own} if others else {}
    unplaced = {node for node in graph.order if not node.inputs}
    for node in computed:
        if node in others:
            position[node] = below = max(position.get(operand, -1) for operand in node.inputs)
            if below < 0:
                found[node] = BEFORE
            else:
                found[node] = own[computed[below]] if node in used_by_a_module else AFTER
        if not unplaced.isdisjoint(node.inputs):
            for operand in unplaced.intersection(node.inputs):
                found[operand] = found[node] if operand.kind in ("parameter", "constant") else BEFORE
                unplaced.remove(operand)
    return found


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
