"""`diagnose`: where gradients vanish or explode in a graph, and which units are dead or saturated."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

from ..conversion import as_number
from ..value import Value
from ..wording import count_of, number
from .formulas import expression
from .glyphs import Glyphs
from .names import Names
from .recorded import BackwardSteps
from .shown import Shown
from .snapshot import Pass, Snapshot

__all__ = ["Diagnosis", "Finding", "diagnose"]

SHOWN = 8
PATH_SHOWN = 8

KINDS = {
    "dead": "dead: the unit passes no gradient on",
    "saturated": "saturated: the unit is flat here, almost nothing passes",
    "zero": "a partial of zero",
    "tiny": "a tiny partial",
    "huge": "a huge partial",
    "cut off": "cut off: every path from the root passes a zero",
    "vanishing": "vanishing: even on the strongest path the partials multiply to almost nothing",
    "exploding": "exploding: along one path the partials multiply to something huge",
}
"""What can be found, in the order in which it is reported."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: its kind (a key of `KINDS`), the node's name, what there is to see, the number, the module."""

    kind: str
    node: str
    detail: str
    amount: float
    origin: str = ""


@final
class Diagnosis(Shown):
    """What was found, in order; `of(kind)` selects. Printed, one line each, at most eight of a kind."""

    def __init__(self, root: str, findings: Sequence[Finding], nodes: int, modules: Sequence[str]) -> None:
        self.root = root
        self.findings = tuple(findings)
        self.nodes = nodes
        self.dead_modules = tuple(modules)

    @property
    def healthy(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def of(self, kind: str) -> tuple[Finding, ...]:
        """The findings of one kind; ValueError for a kind that there is not."""
        if kind not in KINDS:
            raise ValueError(f"there is no kind {kind!r}; the kinds are {', '.join(KINDS)}")
        return tuple(finding for finding in self.findings if finding.kind == kind)

    def _written(self, glyphs: Glyphs, width: int | None) -> str:
        """The findings by kind."""
        if self.healthy:
            return glyphs.text(f"nothing to report: gradients flow from {self.root} to all of {self.nodes:,} nodes")
        lines = []
        for kind, meaning in KINDS.items():
            found = self.of(kind)
            if found:
                lines.append(f"{meaning} ({len(found):,})")
                lines += [f"  {finding.node}: {finding.detail}" for finding in found[:SHOWN]]
            if len(found) > SHOWN:
                lines.append(f"  … {len(found) - SHOWN:,} more: .of({kind!r})")
        for module in self.dead_modules:
            lines.append(f"  {module} is dead for every sample of this graph")
        return glyphs.text("\n".join(lines))


def diagnose(root: Value, names: Names = None, *, tiny: float = 1e-3, huge: float = 1e3) -> Diagnosis:
    """Look for partials that are zero, tiny or huge, for what that does along paths, and for dead or saturated units.

    A unit is an operation of one operand. It is dead where its derivative is zero on one side of a kink (relu), and
    saturated where it is flat otherwise (tanh, sigmoid). tiny, huge: the limits, for single partials' absolute values;
    for products along paths, their squares. names: as for `trace`; raises what `trace` raises, and ValueError for
    limits that are not 0 < tiny < huge.

    >>> w, x = Value(-1.0, "w"), Value(2.0, "x"); z = w * x; z.label = "z"; a = z.relu(); a.label = "a"
    >>> diagnose(a)
    dead: the unit passes no gradient on (1)
      a: relu(z) with z = -2, ∂a/∂z = where(z > 0, 1, 0) = 0
    cut off: every path from the root passes a zero (2)
      w: its gradient is 0
      x: its gradient is 0
    """
    tiny, huge = as_number(tiny), as_number(huge)
    if not 0.0 < tiny < huge:
        raise ValueError(f"the limits must be 0 < tiny < huge, got tiny={tiny!r}, huge={huge!r}")
    snapshot = Snapshot(root, names)
    backward = Pass(snapshot)
    findings = [*_units(snapshot, backward, tiny, huge), *_leaves(snapshot, backward, tiny**2, huge**2)]
    kinds = list(KINDS)
    findings.sort(key=lambda finding: kinds.index(finding.kind))
    return Diagnosis(snapshot.names[snapshot.root], findings, len(snapshot.nodes), _dead_modules(snapshot, backward))


def _units(snapshot: Snapshot, backward: Pass, tiny: float, huge: float) -> list[Finding]:
    steps = BackwardSteps(snapshot, backward, backward)
    found = []
    for place in backward.order:
        arrows = backward.arrows[place]
        # A plain `1` or `-1` needs no look; neither does a partial that does not exist, where nothing is asked of it.
        if all(tiny <= abs(arrow.partial) <= huge or arrow.missing for arrow in arrows):
            continue
        for arrow, edge in zip(arrows, steps.edges(place), strict=True):
            kind = _kind(snapshot, place, arrow.partial, tiny, huge)
            if not kind or arrow.missing:
                continue
            name, operation = snapshot.written[place], snapshot.operations[place]
            symbol = edge.symbol if edge.symbol == number(edge.partial) else f"{edge.symbol} = {number(edge.partial)}"
            what = f"∂{name}/∂{edge.name} = {symbol}"
            if operation is not None and len(arrows) == 1:
                written = expression(operation, [snapshot.written[i] for i in snapshot.inputs[place]])
                what = f"{written} with {edge.name} = {number(edge.data)}, {what}"
            found.append(Finding(kind, snapshot.names[place], what, edge.partial, snapshot.nodes[place].origin))
    return found


def _kind(snapshot: Snapshot, place: int, partial: float, tiny: float, huge: float) -> str:
    operation = snapshot.operations[place]
    if operation is None or tiny <= abs(partial) <= huge:
        return ""
    if abs(partial) > huge:
        return "huge"
    if len(operation.operands) == 1 and not operation.variadic:
        return "dead" if not partial and operation.breaks else "saturated"
    return "tiny" if partial else "zero"


def _leaves(snapshot: Snapshot, backward: Pass, tiny: float, huge: float) -> list[Finding]:
    """The strongest path to each leaf: the largest product of partials, in absolute value."""
    count = len(snapshot.nodes)
    strongest, above = [0.0] * count, [-1] * count
    strongest[snapshot.root] = 1.0
    for place in backward.order:
        for arrow in backward.arrows[place]:
            strength = strongest[place] * abs(arrow.partial) if strongest[place] and arrow.partial else 0.0
            if strength > strongest[arrow.operand]:
                strongest[arrow.operand], above[arrow.operand] = strength, place
    found = []
    for leaf in range(snapshot.first):
        strength = strongest[leaf]
        if snapshot.constant[leaf] or tiny <= strength <= huge:
            continue
        kind = "exploding" if strength > huge else "vanishing" if strength else "cut off"
        detail = f"its gradient is {number(backward.grads[leaf])}"
        if strength:
            detail += f"; {number(strength)} along {_path(snapshot, above, leaf)}"
        found.append(Finding(kind, snapshot.names[leaf], detail, backward.grads[leaf], snapshot.nodes[leaf].origin))
    return found


def _path(snapshot: Snapshot, above: list[int], leaf: int) -> str:
    """The path from the root to a leaf, shortened in the middle."""
    path = [leaf]
    while above[path[-1]] >= 0:
        path.append(above[path[-1]])
    names = [snapshot.written[place] for place in reversed(path if len(path) <= PATH_SHOWN else _ends(path))]
    if len(path) > PATH_SHOWN:
        names.insert(PATH_SHOWN // 2, f"… {count_of(len(path) - PATH_SHOWN, 'node')} …")
    return " → ".join(names)


def _ends(path: list[int]) -> list[int]:
    return [*path[: PATH_SHOWN // 2], *path[-PATH_SHOWN // 2 :]]


def _dead_modules(snapshot: Snapshot, backward: Pass) -> list[str]:
    """Modules (by their nodes' origin) of which every unit with a kink is dead: for every sample, nothing passes."""
    alive: dict[str, bool] = {}
    for place in backward.order:
        operation, origin = snapshot.operations[place], snapshot.nodes[place].origin
        if origin and operation is not None and operation.breaks and len(operation.operands) == 1:
            passes = any(arrow.partial for arrow in backward.arrows[place])
            alive[origin] = alive.get(origin, False) or passes
    return [origin for origin, passes in alive.items() if not passes]
