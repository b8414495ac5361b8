"""`explain`: one gradient as the sum over all paths of the products of the partials on them (lectures, L8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import final

from ..value import Value
from ..wording import count_of, number
from .glyphs import Glyphs
from .names import Names
from .paths import Hop, Sums, paths_to
from .recorded import BackwardSteps
from .shown import Shown
from .snapshot import Pass, Snapshot
from .step import Edge

__all__ = ["Explanation", "Factor", "Group", "Path", "explain"]

PATHS_SHOWN = 20
FACTORS_SHOWN = 12
GROUPS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Factor:
    """One partial on a path: d `node` / d `operand`, in symbols and as a number."""

    node: str
    operand: str
    which: int
    symbol: str
    partial: float
    written: tuple[str, str] = ("", "")
    """How formulas write the two names."""


@dataclass(frozen=True, slots=True)
class Path:
    """One path: its length in edges, its factors (the middle ones of more than 12 left out), and its product."""

    length: int
    factors: tuple[Factor, ...]
    product: float


@dataclass(frozen=True, slots=True)
class Group:
    """All paths that begin with one edge of the root: their number, the derivative below that edge, and their sum."""

    first: Factor
    paths: int
    rest: float
    total: float


@final
class Explanation(Shown):
    """A gradient explained.

    root, node: their names. gradient: the number, as `backward()` computes it. paths: how many there are, exactly.
    shown: the first 20 of them. groups: all of them, by the first edge.
    """

    def __init__(
        self, root: str, node: str, gradient: float, paths: int, shown: tuple[Path, ...], groups: tuple[Group, ...],
        written: tuple[str, str],
    ) -> None:  # fmt: skip
        self.root, self.node, self.gradient = root, node, gradient
        self._names = written
        self.paths, self.shown, self.groups = paths, shown, groups

    def _written(self, glyphs: Glyphs, width: int | None) -> str:
        """A line for each path shown, the sum, and the groups where there are more paths than are shown."""
        d = glyphs.d
        root, node = map(glyphs.name, self._names)
        left = f"{d}{root}/{d}{node}"
        result = glyphs.paint("grad", number(self.gradient))
        if self.root == self.node:
            return f"{left} = 1: a change of a node is the change of that node"
        if not self.paths:
            return f"{left} = 0: no path leads from {root} to {node}"
        lines = [f"{left} = {result}, the sum over {many(self.paths)}"]
        lines += [f"  {_path_text(path, glyphs)}" for path in self.shown]
        if self.paths <= len(self.shown):
            if self.paths > 1:
                lines.append(f"{left} = {' + '.join(number(path.product) for path in self.shown)} = {result}")
            return "\n".join(lines)
        lines.append(glyphs.text(f"  … {many(self.paths - len(self.shown))} more; all of them by their first edge:"))
        half = GROUPS_SHOWN // 2
        long = len(self.groups) > GROUPS_SHOWN
        for group in (*self.groups[:half], *self.groups[-half:]) if long else self.groups:
            lines.append(f"  {self._group_text(group, glyphs)}")
        if long:
            lines.insert(-half, glyphs.text(f"  … {len(self.groups) - GROUPS_SHOWN:,} more first edges: see .groups"))
        totals = [number(group.total) for group in self.groups]
        if len(totals) > PATHS_SHOWN:
            totals = [*totals[:3], glyphs.text("…"), *totals[-3:]]
        lines.append(f"{left} = {' + '.join(totals)} = {result}" if len(totals) > 1 else f"{left} = {result}")
        return "\n".join(lines)

    def _group_text(self, group: Group, glyphs: Glyphs) -> str:
        rest = f"{glyphs.d}{glyphs.name(group.first.written[1])}/{glyphs.d}{glyphs.name(self._names[1])}"
        times = f" {glyphs.times} "
        return (
            f"{many(group.paths)}: {_fraction(group.first, glyphs)}{times}{rest} = "
            f"{number(group.first.partial)}{times}{number(group.rest)} = {number(group.total)}"
        )


def many(paths: int) -> str:
    """How many paths; very large numbers are rounded to a power of ten.

    >>> many(1), many(2**20), many(2**100_000)
    ('1 path', '1,048,576 paths', 'about 10^30102 paths')
    """
    if paths < 10**15:
        return count_of(paths, "path")
    return f"about 10^{int((paths.bit_length() - 1) * 0.30102999566398120)} paths"


def _fraction(factor: Factor, glyphs: Glyphs) -> str:
    node, operand = map(glyphs.name, factor.written)
    return f"{glyphs.d}{node}/{glyphs.d}{operand}{glyphs.mark(factor.which)}"


def _path_text(path: Path, glyphs: Glyphs) -> str:
    times = f" {glyphs.times} "
    symbols, numbers, fractions = [], [], []
    for factor in path.factors:
        fractions.append(_fraction(factor, glyphs))
        symbol = glyphs.text(factor.symbol)
        for name in filter(" ".__contains__, factor.written):
            symbol = symbol.replace(glyphs.text(name), glyphs.name(name))
        symbols.append(f"({symbol})" if " " in symbol and len(path.factors) > 1 else symbol)
        numbers.append(glyphs.paint("local", number(factor.partial)))
    if path.length > len(path.factors):
        middle = glyphs.text(f"… {path.length - len(path.factors):,} more …")
        for cells in (symbols, numbers, fractions):
            cells.insert(FACTORS_SHOWN // 2, middle)
    written = [times.join(cells) for cells in (fractions, symbols, numbers)]
    written.append(number(path.product))
    return " = ".join(part for i, part in enumerate(written) if i == 0 or part != written[i - 1])


def explain(root: Value, node: Value | str, names: Names = None) -> Explanation:
    """Why d root / d node is what it is: the sum over all paths, each the product of the partials on it.

    node: the node, or its name. names: as for `trace`. The paths are counted without being enumerated, and at most 20
    are shown; where there are more, all are summed up by their first edge. Raises what `trace` raises, ValueError for a
    node that `root` was not computed from, and KeyError for a name that no node has.

    >>> a = Value(3.0, "a"); b = a + a; b.label = "b"; L = b * b; L.label = "L"
    >>> explain(L, a)
    ∂L/∂a = 24, the sum over 4 paths
      ∂L/∂b₁ × ∂b/∂a₁ = b × 1 = 6 × 1 = 6
      ∂L/∂b₁ × ∂b/∂a₂ = b × 1 = 6 × 1 = 6
      ∂L/∂b₂ × ∂b/∂a₁ = b × 1 = 6 × 1 = 6
      ∂L/∂b₂ × ∂b/∂a₂ = b × 1 = 6 × 1 = 6
    ∂L/∂a = 6 + 6 + 6 + 6 = 24
    """
    snapshot = Snapshot(root, names)
    target = snapshot.find(node)
    backward = Pass(snapshot)
    sums = Sums(snapshot, backward, target)
    words = _Words(snapshot, backward)
    shown = []
    for path in islice(paths_to(snapshot, backward, target, sums.reaches), PATHS_SHOWN):
        product = 1.0
        for hop in path:
            # As in the backward pass: zero times anything is zero, infinity included.
            product = product * hop.arrow.partial if product else 0.0
        half = FACTORS_SHOWN // 2
        hops = path if len(path) <= FACTORS_SHOWN else [*path[:half], *path[-half:]]
        shown.append(Path(len(path), tuple(map(words.factor, hops)), product))
    groups = tuple(
        Group(words.factor(hop), count, slope, hop.arrow.partial * slope if hop.arrow.partial and slope else 0.0)
        for hop, count, slope in sums.first
    )
    name = snapshot.names
    gradient = backward.grads[target]
    written = snapshot.written[snapshot.root], snapshot.written[target]
    return Explanation(name[snapshot.root], name[target], gradient, sums.count, tuple(shown), groups, written)


class _Words:
    """The names and formulas of hops; the edges of each node are made once."""

    def __init__(self, snapshot: Snapshot, backward: Pass) -> None:
        self._snapshot, self._backward = snapshot, backward
        self._steps = BackwardSteps(snapshot, backward, backward)
        self._edges: dict[int, Sequence[Edge]] = {}

    def factor(self, hop: Hop) -> Factor:
        """One edge of a path."""
        if hop.place not in self._edges:
            self._edges[hop.place] = self._steps.edges(hop.place)
        edge = self._edges[hop.place][self._backward.arrows[hop.place].index(hop.arrow)]
        written = self._snapshot.written[hop.place], edge.name
        return Factor(self._snapshot.names[hop.place], edge.operand, edge.which, edge.symbol, edge.partial, written)
