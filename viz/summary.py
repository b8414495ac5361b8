"""Pictures of graphs that are too large to draw: the modules that made them, or what lies around the root.

A summary says what was left out and how to see it.
"""

from collections import deque

from autograd.wording import count_of

from .model import Picture
from .modules import by_module
from .scene import Names, scene
from .survey import Survey, walk

__all__ = ["summary"]

NEIGHBOURS = 24
"""Nodes that a summary shows around the root."""


def summary(graph: Survey, names: Names, reason: str) -> Picture:
    """The graph by module where modules made it, else the nodes nearest to the root. `reason` begins the note."""
    picture = by_module(graph) or _near_the_root(graph, names)
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
    left_out = count_of(len(graph.order) - len(shown), "node")
    picture.notes.append(f"Shown: the {len(shown)} nodes nearest to the root. Left out: {left_out}.")
    picture.notes.append("draw(another_node) shows what lies below it.")
    return picture
