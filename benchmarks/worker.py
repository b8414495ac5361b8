"""Takes one measurement, with one engine, and prints it as JSON; run by `rounds` in a process of its own.

`python -m benchmarks.worker MEASUREMENT [ARGUMENT...]`, in an environment that has micrograd. Engines of the moons are
`micrograd`, `swapped` (its model code around our `Value`), `nn` (as our library writes it) and `fit` (by `nn.fit`);
of the GPT `microgpt` (a Value of its design), `swapped` (ours instead) and `dot` (and `dot` for linear layers).
Times are of the processor, so that a process that has to wait for it is not slower.
"""

import gc
import importlib
import json
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from itertools import islice
from statistics import median
from typing import Any

from benchmarks import gpt, moons
from benchmarks.operators import operators


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
    if engine == "fit":
        from benchmarks.moons_nn import times_of_fit

        return median(times_of_fit(float(duration))[1:])  # the first warms up
    training = losses(engine)
    next(training)  # warm up
    times: list[float] = []
    while len(times) < 3 or sum(times) < float(duration):
        start = time.process_time()
        next(training)
        times.append(time.process_time() - start)
    return median(times)


def trajectory(engine: str, steps: str) -> list[float]:
    """Loss of each of the first training steps."""
    if engine == "fit":
        from benchmarks.moons_nn import losses_of_fit

        return losses_of_fit(int(steps))
    gc.disable()  # not a matter of time here: collect once a step, which is much quicker
    training = losses(engine)
    found = []
    for _ in range(int(steps)):
        found.append(next(training))
        gc.collect()
    return found


def gpt_losses(engine: str) -> Iterator[float]:
    """Train the GPT for ever, one name a step; each item is the loss of one step."""
    if engine == "microgpt":
        from benchmarks.microvalue import MicroValue

        return gpt.training(MicroValue)
    from autograd import Value, dot

    def linear(x: gpt.Vector, matrix: gpt.Matrix) -> gpt.Vector:
        return [dot(row, x) for row in matrix]

    return gpt.training(Value, linear if engine == "dot" else gpt.product)


def gpt_step(engine: str, collector: str, duration: str, names: int = 8) -> float:
    """Seconds of a step of the GPT: the mean over a pass of so many names, in the quickest pass.

    With the collector off, it is run after each step, outside the time: a microgpt graph is a cycle.
    """
    passes: list[float] = []
    if collector == "off":
        gc.disable()
    started = time.process_time()
    while len(passes) < 2 or time.process_time() - started < float(duration):
        training = gpt_losses(engine)  # the same names in every pass
        next(training)  # makes the model
        spent = 0.0
        for _ in range(names):
            start = time.process_time()
            next(training)
            spent += time.process_time() - start
            if collector == "off":
                gc.collect()
        passes.append(spent / names)
    return min(passes)


def gpt_difference(steps: str) -> float:
    """Largest difference of a loss between the three engines; RuntimeError where they train different things."""
    first, *others = (list(islice(gpt_losses(engine), int(steps))) for engine in ("microgpt", "swapped", "dot"))
    largest = max(abs(a - b) for other in others for a, b in zip(first, other, strict=True))
    if not largest <= 1e-9:
        raise RuntimeError(f"the GPT's losses differ by {largest:.1e} between engines: their times say nothing")
    return largest


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
        start = time.process_time()
        step = Value(1e-6)
        factor = Value(1.000001)
        end = Value(1.0)
        for _ in range(int(length) // 2):
            end = end * factor + step
        end.backward()
        times.append(time.process_time() - start)
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
    "gpt-step": gpt_step,
    "gpt-difference": gpt_difference,
    "operators": operators,
    "memory": memory,
    "chain": chain,
    "foreign-imports": foreign_imports,
}

if __name__ == "__main__":
    print(json.dumps(MEASUREMENTS[sys.argv[1]](*sys.argv[2:])))
