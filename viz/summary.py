"""Pictures of graphs that are too large to draw: the modules that made them, or what lies around the root.

A summary says what was left out and how to see it.
"""

from collections import Counter, deque
from collections.abc import Iterable

from autograd import Value

from .model import Arrow, Group, Picture
from .scene import Names, module_path, scene
from .survey import Survey, commonest, walk
from .text import bounded, count, number

__all__ = ["summary"]

NEIGHBOURS = 24
"""Nodes that a summary shows around the root."""

MODULES = 12
"""Modules that fit on a page; above that, their parents are shown."""


def summary(graph: Survey, names: Names, reason: str) -> Picture:
    """The graph by module where modules made it, else the nodes nearest to the root. `reason` begins the note."""
    picture = _by_module(graph) or _near_the_root(graph, names)
    picture.notes.insert(0, reason)
    return picture


def _near_the_root(graph: Survey, names: Names) -> Picture:
    root = graph.order[-1]
    shown = {root}
    queue = deque([root])
    while queue and len(shown) < NEIGHBOURS:
        for operand in queue.popleft().inputs:
            if len(shown) < NEIGHBOURS and operand not in shown:
                shown.add(operand)
                queue.append(operand)
    part = walk([node for node in graph.order if node in shown])
    picture = scene(part, names, fold=True)
    picture.notes.append(
        f"Shown: the {len(shown)} nodes nearest to the root. Left out: {count(len(graph.order) - len(shown), 'node')}."
    )
    picture.notes.append("draw(another_node) shows what lies below it.")
    return picture


def _by_module(graph: Survey) -> Picture | None:
    """One box for each module, at the deepest level of nesting that fits; None where no module made anything."""
    paths = {node: module_path(node) for node in graph.order if node.inputs and node.origin}
    paths = {node: path for node, path in paths.items() if path}
    levels = range(1, max((len(path) for path in paths.values()), default=0) + 1)
    fitting = [level for level in levels if len({path[:level] for path in paths.values()}) <= MODULES]
    if not fitting:
        return None
    members = _members(graph, {node: "/".join(path[: fitting[-1]]) for node, path in paths.items()})
    keys = list(dict.fromkeys(members.values()))
    name_of = {key: f"g{index}" for index, key in enumerate(keys)}
    nodes: dict[str, list[Value]] = {key: [] for key in keys}
    for node, key in members.items():
        nodes[key].append(node)
    picture = Picture(groups=[Group(name_of[key], *_described(key, nodes[key])) for key in keys])
    between: Counter[tuple[str, str]] = Counter()
    for node in graph.order:
        head = members[node]
        between.update((members[operand], head) for operand in node.inputs if members[operand] != head)
    picture.arrows = [Arrow(name_of[tail], name_of[head], uses=uses) for (tail, head), uses in between.items()]
    root = graph.order[-1]
    outcome = f"{bounded(root.label) or 'the root'} = {number(root.data)}"
    picture.notes.append(f"Shown: its modules, every node counted in one box; {outcome}.")
    picture.notes.append("draw(one_of_the_nodes) shows what lies below it.")
    return picture


def _members(graph: Survey, modules: dict[Value, str]) -> dict[Value, str]:
    """The group of each node: its module; for what no module made, whether it came before any module or after one."""
    members: dict[Value, str] = {}
    for node in graph.order:
        if not node.inputs:
            continue
        if node in modules:
            members[node] = modules[node]
        else:
            after = any(members.get(operand, BEFORE) != BEFORE for operand in node.inputs)
            members[node] = AFTER if after else BEFORE
        for operand in node.inputs:
            if operand.kind in ("parameter", "constant"):
                members.setdefault(operand, members[node])
            elif not operand.inputs:
                members.setdefault(operand, BEFORE)
    return {node: members[node] for node in graph.order}


BEFORE, AFTER = "before the modules", "after the modules"


def _described(key: str, nodes: list[Value]) -> tuple[str, list[str]]:
    """A group's title and lines."""
    operations = Counter(node.op for node in nodes if node.inputs)
    kinds = Counter(node.kind for node in nodes if not node.inputs)
    lines = []
    if operations:
        lines.append(f"{count(operations.total(), 'operation')}: {commonest(operations.items())}")
    lines += [count(kinds[kind], noun) for kind, noun in KINDS.items() if kinds[kind]]
    gradients = [abs(node.grad) for node in nodes if node.kind == "parameter" and node.has_grad]
    if gradients:
        lines.append(f"|grad| of parameters: {number(_mean(gradients), 3)} mean, {number(max(gradients), 3)} largest")
    return key, lines


KINDS = {"parameter": "parameter", "leaf": "input", "constant": "constant"}


def _mean(numbers: Iterable[float]) -> float:
    listed = list(numbers)
    return sum(listed) / len(listed)
