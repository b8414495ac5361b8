"""`nudge`: change one number a little, see what happens to the root, and compare the slope with the gradient (L7)."""

import math
from dataclasses import dataclass
from typing import final

from ..calls import computed
from ..conversion import as_number
from ..errors import DomainError
from ..value import Value
from ..wording import number
from .glyphs import Glyphs
from .names import Names
from .shown import Shown
from .snapshot import Pass, Snapshot
from .terminal import width_of
from .written import bracketed

__all__ = ["Nudge", "nudge"]


@final
@dataclass(frozen=True, slots=True, repr=False)
class Nudge(Shown):
    """A nudge's result: the leaf at `before` and `after` = before + h, the root at both and at before - h (`below`).

    slope: the two-sided one, (root(before + h) - root(before - h)) / 2h. gradient: the analytic one.
    """

    leaf: str
    root: str
    h: float
    before: float
    after: float
    root_before: float
    root_after: float
    root_below: float
    slope: float
    gradient: float

    @property
    def difference(self) -> float:
        """The slope minus the gradient."""
        return self.slope - self.gradient

    def _written(self, glyphs: Glyphs, width: int | None) -> str:
        """The two changes, and the slope beside the gradient."""
        arrow, d = glyphs.arrow, glyphs.d
        leaf, root = glyphs.name(bracketed(self.leaf)), glyphs.name(bracketed(self.root))
        rows = (leaf, self.before, self.after), (root, self.root_before, self.root_after)
        longest = max(width_of(leaf), width_of(root))
        lines = [
            f"{name}{' ' * (longest - width_of(name))}  {precise(old)} {arrow} {precise(new)}  ({number(new - old)})"
            for name, old, new in rows
        ]
        return "\n".join([
            *lines,
            f"slope ({root}({leaf} + h) - {root}({leaf} - h)) / 2h = {glyphs.paint('local', number(self.slope))}",
            f"gradient {d}{root}/{d}{leaf} = {glyphs.paint('grad', number(self.gradient))}",
            f"difference {number(self.difference)}",
        ])  # fmt: skip


def precise(x: float) -> str:
    """A number with enough digits to see a small change."""
    return number(x, 12)


def nudge(root: Value, leaf: Value | str, h: float = 1e-3, names: Names = None) -> Nudge:
    """What happens to `root` when `leaf` grows by `h`; the slope over both sides beside the gradient (lectures, L7).

    The graph is only read, never changed. `leaf` may be any node that `root` was computed from, or its name; names: as
    for `trace`. Raises ValueError where `h` is zero, not finite, or too small to change the leaf; DomainError where the
    nudged number falls outside an operation's domain; KeyError for a name that no node has; and what `trace` raises.

    >>> a, b = Value(2.0, "a"), Value(-3.0, "b")
    >>> nudge(a * b * a, a, h=0.01, names={})
    a   2 → 2.01  (0.01)
    v4  -12 → -12.1203  (-0.1203)
    slope (v4(a + h) - v4(a - h)) / 2h = -12
    gradient ∂v4/∂a = -12
    difference 4.44089e-14
    """
    snapshot = Snapshot(root, names)
    place = snapshot.find(leaf, "leaf")
    h = as_number(h)
    x = snapshot.data[place]
    if not math.isfinite(h) or h == 0.0:
        raise ValueError(f"h is a small number, such as 0.001, got {h!r}")
    if x + h == x or x - h == x or not math.isfinite(x + h) or not math.isfinite(x - h):
        raise ValueError(f"h = {h!r} does not make a difference to {snapshot.names[place]} = {x!r}; take another one")
    gradient = Pass(snapshot).grads[place]
    above, below = (_root_at(snapshot, place, nudged) for nudged in (x + h, x - h))
    # The steps that were really taken: x + h is rounded.
    slope = (above - below) / ((x + h) - (x - h))
    names_ = snapshot.names[place], snapshot.names[snapshot.root]
    return Nudge(*names_, h, x, x + h, snapshot.data[snapshot.root], above, below, slope, gradient)


def _root_at(snapshot: Snapshot, place: int, number_: float) -> float:
    """The root's number if the node at `place` were another one."""
    data = list(snapshot.data)
    data[place] = number_
    changed = bytearray(len(data))
    changed[place] = 1
    for at in range(max(snapshot.first, place + 1), len(data)):
        operation, inputs = snapshot.operations[at], snapshot.inputs[at]
        if operation is None or not any(changed[i] for i in inputs):
            continue
        changed[at] = 1
        numbers = [data[i] for i in inputs]
        try:
            data[at] = computed(operation, numbers)
        except DomainError as error:
            where = f"with {snapshot.names[place]} at {number_!r}, {snapshot.names[at]} cannot be computed"
            raise DomainError(f"{where}: {error}; take a smaller h") from None
    return data[snapshot.root]
