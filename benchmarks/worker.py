"""Takes one measurement, with one engine, and prints it as JSON; run by `rounds` in a process of its own.

`python -m benchmarks.worker MEASUREMENT [ARGUMENT...]`, in an environment that has micrograd. Engines are
`micrograd`, `swapped` (micrograd's model code around our `Value`) and `nn` (as our own library writes it).
"""

import gc
import importlib
import json
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

from benchmarks import moons


def losses(engine: str) -> Iterator[float]:
    """Train for ever on the moons; each item is the loss of one step."""
    if engine == "nn":
        from benchmarks.moons_nn import losses_of_nn

        return losses_of_nn()
    return losses_of_micrograd(swapped=engine == "swapped")


def losses_of_micrograd(swapped: bool) -> Iterator[float]:
    """Train micrograd's own model, made of its own values or of ours."""
    peer: Any = importlib.import_module("micrograd.nn")
    if swapped:
        from autograd import Value

        peer.Value = Value
    model = peer.MLP(2, [*moons.HIDDEN, 1])
    moons.set_weights(model)
    points, labels = moons.two_moons()
    number = 0
    while True:
        yield moons.step(model, peer.Value, points, labels, moons.learning_rate(number))
        number += 1


def step(engine: str, duration: str) -> float:
    """Median seconds of a training step over `duration` seconds, at least 3 steps; default collector."""
    training = losses(engine)
    next(training)  # warm up
    times: list[float] = []
    while len(times) < 3 or sum(times) < float(duration):
        start = time.perf_counter()
        next(training)
        times.append(time.perf_counter() - start)
    return median(times)


def trajectory(engine: str, steps: str) -> list[float]:
    """Loss of each of the first training steps."""
    gc.disable()  # not a matter of time here: collect once a step, which is much quicker
    training = losses(engine)
    found = []
    for _ in range(int(steps)):
        found.append(next(training))
        gc.collect()
    return found


def memory(engine: str, count: int = 20_000) -> float:
    """Bytes per product of two values, as allocated, over many products."""
    value = importlib.import_module("micrograd.engine" if engine == "micrograd" else "autograd").Value
    a, b = value(1.5), value(2.5)
    kept = [None] * count
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for index in range(count):
        kept[index] = a * b
    return (tracemalloc.get_traced_memory()[0] - before) / count


def chain(collector: str, length: str) -> float:
    """Median seconds to build a chain of so many additions and products and run backward through it."""
    from autograd import Value

    if collector == "off":
        gc.disable()
    times = []
    for _ in range(max(3, 200_000 // int(length))):
        start = time.perf_counter()
        step = Value(1e-6)
        factor = Value(1.000001)
        end = Value(1.0)
        for _ in range(int(length) // 2):
            end = end * factor + step
        end.backward()
        times.append(time.perf_counter() - start)
        del end
    return median(times)


def foreign_imports() -> list[str]:
    """Top-level packages from outside the standard library that `import autograd` loads, itself aside."""
    before = set(sys.modules)
    importlib.import_module("autograd")
    loaded = {name.partition(".")[0] for name in set(sys.modules) - before}
    return sorted(loaded - sys.stdlib_module_names - {"autograd"})


MEASUREMENTS: dict[str, Callable[..., Any]] = {
    "step": step,
    "trajectory": trajectory,
    "memory": memory,
    "chain": chain,
    "foreign-imports": foreign_imports,
}

if __name__ == "__main__":
    print(json.dumps(MEASUREMENTS[sys.argv[1]](*sys.argv[2:])))
