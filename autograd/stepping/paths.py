"""Paths from a root to a node: counted by one sweep over the graph, never enumerated beyond what is shown."""

from collections.abc import Iterator
from typing import NamedTuple

from .snapshot import Arrow, Pass, Snapshot

__all__ = ["Hop", "Sums", "paths_to"]


class Hop(NamedTuple):
    """One edge of a path: from which node, along which arrow of it."""

    place: int
    arrow: Arrow


class Sums:
    """For the nodes between a root and `target`: how many paths lead to it, and d node / d target.

    reaches: whether any path does. A count can have as many bits as the graph has levels, so each is dropped after its
    last use: `first` holds (count, derivative) for the root's own operands, `count` the root's.
    """

    def __init__(self, snapshot: Snapshot, backward: Pass, target: int) -> None:
        root = snapshot.root
        self.reaches = bytearray(root + 1)
        self.reaches[target] = 1
        slopes = [0.0] * (root + 1)
        slopes[target] = 1.0
        counts = {target: 1}
        uses = [len(received) for received in backward.received]
        self.first: list[tuple[Hop, int, float]] = []
        for place in range(max(target + 1, snapshot.first), root + 1):
            count, slope = 0, 0.0
            for arrow in backward.arrows[place]:
                operand = arrow.operand
                uses[operand] -= 1
                if not self.reaches[operand]:
                    continue
                below = counts[operand]
                count += below
                if arrow.partial and slopes[operand]:
                    slope += arrow.partial * slopes[operand]
                if place == root:
                    self.first.append((Hop(place, arrow), below, slopes[operand]))
            for operand in {arrow.operand for arrow in backward.arrows[place]}:
                if not uses[operand]:
                    counts.pop(operand, None)
            if count:
                self.reaches[place] = 1
                counts[place], slopes[place] = count, slope
        self.count = counts.get(root, 0)


def paths_to(snapshot: Snapshot, backward: Pass, target: int, reaches: bytearray) -> Iterator[list[Hop]]:
    """The paths from the root to `target`, depth first without recursion; the list is the same one each time."""
    if not reaches[snapshot.root]:
        return
    path: list[Hop] = []
    if snapshot.root == target:
        yield path
        return
    stack = [(Hop(snapshot.root, arrow), 0) for arrow in reversed(backward.arrows[snapshot.root])]
    while stack:
        hop, depth = stack.pop()
        operand = hop.arrow.operand
        if not reaches[operand]:
            continue
        del path[depth:]
        path.append(hop)
        if operand == target:
            yield path
        else:
            stack += [(Hop(operand, arrow), depth + 1) for arrow in reversed(backward.arrows[operand])]
