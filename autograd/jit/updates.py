"""Updates of parameters inside the replay: SGD with momentum, Adam and AdamW, known by their attributes.

The formulas are written twice, here and in the optimiser; so before one is used, it is held against the optimiser's
own rule on sample numbers, and where they differ (a subclass, a newer formula) the optimiser's own step is taken.
"""

import math
import operator
from collections.abc import Sequence
from typing import Any, NamedTuple

from ..errors import require
from ..turns import each
from .assembly import Call

__all__ = ["Update", "find_update"]

Array = Any

# The settings, in the order in which they lie in memory; momentum or beta1, beta2 are 0 where there is none.
_RATE, _DECAY, _BETA1, _BETA2, _EPS, _NESTEROV, _DECOUPLED, _CLIP = range(8)
_SETTINGS = 8

_SOURCE = """\
@kernel
def run(D, G, I, at):
    n = I[at]; h = I[at + 1]
    lr = D[h]; decay = D[h + 1]; beta1 = D[h + 2]; beta2 = D[h + 3]
    eps = D[h + 4]; nesterov = D[h + 5]; decoupled = D[h + 6]; clip = D[h + 7]
{clip}
{start}
    bad = 0
    steps = 0.0
    done = h + 8
    for stretch in range(I[at + 2]):
        p = I[at + 3 + 2 * stretch]; count = I[at + 4 + 2 * stretch]
        for i in range(count):
            data = D[p + i]; g = G[p + i]
            average = D[done + i]; spread = D[done + n + i]
            if D[done + 2 * n + i] + 1.0 != steps:
                steps = D[done + 2 * n + i] + 1.0
{count}
{body}
            if not abs(data) < inf: bad |= 1
            D[done + 3 * n + i] = data; D[done + 4 * n + i] = average; D[done + 5 * n + i] = spread
        done += count
    if bad: return 1
    done = h + 8
    for i in range(2 * n): D[done + i] = D[done + 4 * n + i]
    for i in range(2 * n, 3 * n): D[done + i] += 1.0
    for stretch in range(I[at + 2]):
        p = I[at + 3 + 2 * stretch]; count = I[at + 4 + 2 * stretch]
        for i in range(count): D[p + i] = D[done + 3 * n + i]
        done += count
    return 0
"""

_CLIPPING = """\
    if clip >= 0.0:
        total = 0.0
        for stretch in range(I[at + 2]):
            p = I[at + 3 + 2 * stretch]
            for i in range(I[at + 4 + 2 * stretch]): total += G[p + i] * G[p + i]
        norm = sqrt(total)
        if not norm < inf: return 1
        factor = clip / (norm + 1e-6)
        if factor < 1.0:
            for stretch in range(I[at + 2]):
                p = I[at + 3 + 2 * stretch]
                for i in range(I[at + 4 + 2 * stretch]): G[p + i] *= factor
"""

_SGD = (
    "",
    "                pass\n",
    """\
            g += decay * data
            average = beta1 * average + g
            data -= lr * (g + beta1 * average if nesterov != 0.0 else average)
""",
)

_ADAM = (
    """\
    rate = 0.0; root = 1.0
    kept = sqrt(beta2); fresh = sqrt(1.0 - beta2)
    shrink = 1.0 - lr * decay if decoupled != 0.0 else 1.0
    pull = 0.0 if decoupled != 0.0 else decay
""",
    """\
                rate = lr / (1.0 - power(beta1, steps)); root = sqrt(1.0 - power(beta2, steps))
""",
    """\
            data *= shrink
            g += pull * data
            average += (g - average) * (1.0 - beta1)
            old = spread * kept; new = g * fresh
            spread = sqrt(old * old + new * new)
            if not 1e-140 < spread < 1e140: spread = hypot(old, new)
            size = spread / root + eps
            data -= rate * (average / size) if size != 0.0 else 0.0
""",
)


class Update(NamedTuple):
    """One optimiser's step over the numbers at `addresses`, with its settings and memory at `base` of the array."""

    kind: str
    addresses: Array
    base: int

    @staticmethod
    def room(count: int) -> int:
        """How many numbers settings, memory and scratch take for so many parameters."""
        return _SETTINGS + 6 * count

    def calls(self) -> list[Call]:
        """The native kernel and its arguments."""
        start, step, body = _SGD if self.kind == "sgd" else _ADAM
        source = _SOURCE.replace("{clip}\n", _CLIPPING).replace("{start}\n", start)
        source = source.replace("{count}\n", step).replace("{body}\n", body)
        stretches: list[list[int]] = []
        for address in self.addresses.tolist():
            if stretches and address == sum(stretches[-1]):
                stretches[-1][1] += 1
            else:
                stretches.append([address, 1])
        flat = [number for stretch in stretches for number in stretch]
        return [Call(source, (len(self.addresses), self.base, len(stretches), *flat))]

    def load(
        self, optimizer: Any, data: Array, chosen: Sequence[int], *, known: bool = False, clip: float = -1.0
    ) -> None:
        """Bring the optimiser's settings into the array, and its memory of the chosen parameters unless known.

        clip: the largest norm of the gradients, negative for none.
        """
        base = self.base
        data[base : base + _SETTINGS] = 0.0
        data[base + _CLIP] = clip
        data[base + _RATE], data[base + _DECAY] = optimizer.lr, optimizer.weight_decay
        if self.kind == "sgd":
            data[base + _BETA1], data[base + _NESTEROV] = optimizer.momentum, optimizer.nesterov
        else:
            data[base + _BETA1], data[base + _BETA2] = optimizer.betas
            data[base + _EPS], data[base + _DECOUPLED] = optimizer.eps, optimizer._decoupled
        if known:
            return
        states = [optimizer._states[index] for index in chosen]
        if self.kind == "sgd":  # (its steps are not counted; this one only says that there is a memory)
            rows = [(1.0, state[0], 0.0) if state else (0.0, 0.0, 0.0) for state in states]
        else:
            rows = [state or (0.0, 0.0, 0.0) for state in states]
        steps, averages, spreads = zip(*rows, strict=True)
        self._memory(data)[:] = averages, spreads, steps

    def _memory(self, data: Array) -> Array:
        """The memory of all parameters: averages, spreads (roots of squares), and how many steps each has made."""
        count = len(self.addresses)
        start = self.base + _SETTINGS
        return data[start : start + 3 * count].reshape(3, count)

    def states(self, optimizer: Any, data: Array, chosen: Sequence[int]) -> list[Any]:
        """The optimiser's memory as it is now."""
        if self.kind == "sgd" and not optimizer.momentum:
            return list(optimizer._states)  # (whatever memory there is stays)
        averages, spreads, steps = self._memory(data).tolist()
        if self.kind == "sgd":
            states: list[Any] = [(average,) for average in averages]
        else:
            states = list(zip(steps, averages, spreads, strict=True))
        found = list(optimizer._states)
        for index, state, count in zip(chosen, states, steps, strict=True):
            if count:  # a parameter that was never reached has no memory
                found[index] = state
        return found

    def _places(self) -> Any:
        """The addresses, as a slice if they are neighbours."""
        first, last = int(self.addresses[0]), int(self.addresses[-1])
        return slice(first, last + 1) if last - first + 1 == len(self.addresses) else self.addresses

    def writes(
        self, data: Array, gradients: Array, reached: Array | None = None
    ) -> list[tuple[Array, Any, Any]] | None:
        """The same step with NumPy, as what is to be written: arrays, places, numbers; None where one is not finite.

        reached: the numbers of the parameters that have a gradient, if not all have; the others are left alone.
        """
        numpy = require("numpy", extra="fast")
        rate, decay, beta1, beta2, eps, nesterov, decoupled, clip = data[self.base : self.base + _SETTINGS].tolist()
        memory = self._memory(data)
        at = slice(None) if reached is None else reached
        places = self._places() if reached is None else self.addresses[reached]
        average, spread, steps = memory[:, at]
        new, gradient = data[places].copy(), gradients[places].copy()
        if clip >= 0:
            norm = math.hypot(*gradient.tolist())
            if not math.isfinite(norm):
                return None
            if (factor := clip / (norm + 1e-6)) < 1:
                gradient *= factor
        found = [(gradients, places, gradient.copy())]
        steps = steps + 1
        if self.kind == "sgd":
            if decay:
                gradient += decay * new
            plain = gradient
            if beta1:
                gradient = gradient + beta1 * average
            moved = plain + beta1 * gradient if nesterov else gradient
            new -= rate * moved
            if beta1:
                average = gradient
        else:
            if decoupled:
                new *= 1 - rate * decay
            elif decay:
                gradient += decay * new
            average = average + (gradient - average) * (1 - beta1)
            spread = numpy.hypot(spread * math.sqrt(beta2), gradient * math.sqrt(1 - beta2))
            size = spread / numpy.sqrt(1 - beta2**steps) + eps
            change = numpy.divide(average, size, out=numpy.zeros(len(new)), where=size != 0)
            new -= rate / (1 - beta1**steps) * change
        found += [(memory, (slice(None), at), numpy.stack((average, spread, steps))), (data, places, new)]
        return found if numpy.isfinite(new).all() else None


def find_update(optimizer: Any, chosen: Sequence[int]) -> str | None:
    """Which of the known updates is the optimiser's own step over the chosen parameters; None: no one."""
    states = getattr(optimizer, "_states", None)
    rule = getattr(optimizer, "_rule", None)
    if states is None or rule is None or not chosen:
        return None
    kind = "adam" if hasattr(optimizer, "betas") else "sgd" if hasattr(optimizer, "momentum") else None
    if kind is None:
        return None
    return kind if _agrees(optimizer, kind) else None


def _agrees(optimizer: Any, kind: str) -> bool:
    """Whether our formula gives what the optimiser's does, for two steps on sample numbers."""
    numpy = require("numpy", extra="fast")
    samples = [(0.5, 0.25), (-1.5, -0.125), (2.0, 0.0)]
    update = Update(kind, numpy.arange(len(samples)), len(samples))
    data = numpy.zeros(len(samples) + Update.room(len(samples)))
    gradients = numpy.zeros(len(data))
    data[: len(samples)] = [number for number, _ in samples]
    gradients[: len(samples)] = [gradient for _, gradient in samples]
    theirs: list[tuple[float, Any]] = [(number, ()) for number, _ in samples]
    try:
        update.load(_Fresh(optimizer, len(samples)), data, range(len(samples)))
        for _ in range(2):
            each(operator.setitem, *zip(*(update.writes(data, gradients) or []), strict=True))
            updated = optimizer._rule()
            theirs = [updated(p, g, s) for (p, s), (_, g) in zip(theirs, samples, strict=True)]
    except (AttributeError, TypeError, ValueError, ArithmeticError):
        return False
    return bool(numpy.allclose(data[: len(samples)], [p for p, _ in theirs], rtol=1e-13, atol=0.0))


class _Fresh:
    """An optimiser's settings with no memory yet."""

    def __init__(self, optimizer: Any, count: int) -> None:
        self._optimizer = optimizer
        self._states = [()] * count

    def __getattr__(self, name: str) -> Any:
        return getattr(self._optimizer, name)
