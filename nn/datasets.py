"""The playground's data sets (lectures L6), two classes of points in the plane, and the features it offers.

Each function gives (points, classes): rows [x1, x2] and labels 0 and 1 in turn, the same for a seed on every Python.
"""

import difflib
import math
from collections.abc import Callable, Iterable, Sequence
from random import Random
from typing import TypeAlias

from . import _checks
from .init import _gauss

__all__ = ["FEATURES", "circle", "features", "gaussian", "moons", "spiral", "xor"]

Points: TypeAlias = list[list[float]]
Seed: TypeAlias = int | Random | None
Place: TypeAlias = Callable[[int, float, Random], tuple[float, float]]
"""Gives a point of the class, its share 0 to 1 of the way through the class, and a generator."""


def circle(samples: int = 200, noise: float = 0.0, seed: Seed = 0) -> tuple[Points, list[int]]:
    """A disc of radius 1/2 (class 1) inside a ring of radius 0.7 to 1 (class 0).

    samples: how many points, the classes in turn. noise: standard deviation of what is added to each coordinate.
    seed: an int, a `random.Random`, or None for Python's global generator.
    Raises TypeError and ValueError for other numbers.

    >>> points, classes = circle(4)
    >>> [math.hypot(*point) < 0.6 for point in points], classes
    ([False, True, False, True], [0, 1, 0, 1])
    """

    def place(label: int, share: float, rng: Random) -> tuple[float, float]:
        angle = math.tau * rng.random()
        radius = 0.5 * rng.random() if label else 0.7 + 0.3 * rng.random()
        return radius * math.cos(angle), radius * math.sin(angle)

    return _made(place, samples, noise, seed)


def xor(samples: int = 200, noise: float = 0.0, seed: Seed = 0) -> tuple[Points, list[int]]:
    """Points of the square [-1, 1]²: class 1 where the signs of x1 and x2 differ; the axes are left free by 0.05.

    The arguments are those of `circle`.

    >>> points, classes = xor(100)
    >>> all((x1 * x2 < 0) == bool(label) for (x1, x2), label in zip(points, classes))
    True
    """

    def place(label: int, share: float, rng: Random) -> tuple[float, float]:
        x, y = 0.05 + 0.95 * rng.random(), 0.05 + 0.95 * rng.random()
        side = 1.0 if rng.random() < 0.5 else -1.0
        return side * x, (-side if label else side) * y

    return _made(place, samples, noise, seed)


def gaussian(samples: int = 200, noise: float = 0.2, seed: Seed = 0) -> tuple[Points, list[int]]:
    """Two round clouds, around (-1/2, -1/2) and, class 1, (1/2, 1/2), with standard deviation `noise`.

    >>> gaussian(2, noise=0.0)
    ([[-0.5, -0.5], [0.5, 0.5]], [0, 1])
    """
    return _made(lambda label, share, rng: (label - 0.5, label - 0.5), samples, noise, seed)


def spiral(
    samples: int = 200, noise: float = 0.02, seed: Seed = 0, *, turns: float = 1.0
) -> tuple[Points, list[int]]:
    """Two arms that wind around each other, from near the centre out to radius 1. turns: how often.

    >>> points, classes = spiral(6, noise=0.0)
    >>> [round(math.hypot(*point), 3) for point in points]
    [0.1, 0.1, 0.55, 0.55, 1.0, 1.0]
    """
    _checks.number(turns, "turns", least=0.0)

    def place(label: int, share: float, rng: Random) -> tuple[float, float]:
        radius = 0.1 + 0.9 * share
        angle = math.tau * turns * share + math.pi * label
        return radius * math.cos(angle), radius * math.sin(angle)

    return _made(place, samples, noise, seed)


def moons(samples: int = 200, noise: float = 0.1, seed: Seed = 0) -> tuple[Points, list[int]]:
    """Two interleaved half circles, as in scikit-learn's `make_moons`: (cos t, sin t) and (1 - cos t, 1/2 - sin t).

    >>> moons(2, noise=0.0)
    ([[1.0, 0.0], [0.0, 0.5]], [0, 1])
    """

    def place(label: int, share: float, rng: Random) -> tuple[float, float]:
        x, y = math.cos(math.pi * share), math.sin(math.pi * share)
        return (1 - x, 0.5 - y) if label else (x, y)

    return _made(place, samples, noise, seed)


FEATURES: dict[str, Callable[[float, float], float]] = {
    "x1": lambda x1, x2: x1,
    "x2": lambda x1, x2: x2,
    "x1^2": lambda x1, x2: x1 * x1,
    "x2^2": lambda x1, x2: x2 * x2,
    "x1 x2": lambda x1, x2: x1 * x2,
    "sin x1": lambda x1, x2: math.sin(math.pi * x1),
    "sin x2": lambda x1, x2: math.sin(math.pi * x2),
    "|x1 - x2|": lambda x1, x2: abs(x1 - x2),
}
"""What the playground can compute of a point before a network sees it; sines have one period over [-1, 1]."""


def features(names: Iterable[str]) -> Callable[[Sequence[float]], list[float]]:
    """A function from a point [x1, x2] to the row of these features, for a model that takes them as inputs.

    Raises ValueError for a name that is not in `FEATURES`.

    >>> of = features(["x1", "x1^2", "|x1 - x2|"])
    >>> of([-2.0, 1.0])
    [-2.0, 4.0, 3.0]
    """
    chosen = [names] if isinstance(names, str) else list(names)
    for name in chosen:
        if name not in FEATURES:
            near = difflib.get_close_matches(str(name), FEATURES, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(FEATURES)}"
            raise ValueError(f"no feature is called {name!r}{hint}")
    functions = [FEATURES[name] for name in chosen]

    def of(point: Sequence[float]) -> list[float]:
        x1, x2 = point
        return [function(x1, x2) for function in functions]

    return of


def _made(place: Place, samples: int, noise: float, seed: Seed) -> tuple[Points, list[int]]:
    samples = _checks.count(samples, "samples", least=2)
    noise = _checks.number(noise, "noise", least=0.0)
    rng = _checks.generator(seed)
    classes = [index % 2 for index in range(samples)]
    points = []
    for index, label in enumerate(classes):
        own = (samples + 1 - label) // 2  # how many points this class has
        x, y = place(label, (index // 2) / max(1, own - 1), rng)
        points.append([x + noise * _gauss(rng), y + noise * _gauss(rng)] if noise else [x, y])
    return points, classes
