"""The compiled replay on one machine: `python -m benchmarks.replay [--quick]` prints steps, ratios and compile times.

NumPy by hand runs in the same process as the measure of the machine; other peers are compared by `benchmarks` itself.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from autograd import Graph
from autograd.jit import compile
from benchmarks.replay_tasks import GPT, micrograd_loss, nn_loss, numpy_by_hand, train_on_names
from benchmarks.report import seconds
from nn import SGD, Adam


def seconds_of(call: Callable[[], Any], repeats: int = 1, rounds: int = 7) -> float:
    """The median time of one of `repeats` things that a call does."""
    call()
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        taken.append((time.perf_counter() - start) / repeats)
    return median(taken)


READY = """
import time; start = time.perf_counter()
from autograd import Value
from autograd.jit import compile
from benchmarks.replay_tasks import nn_loss
import numba
_, loss = nn_loss(100)
built = time.perf_counter()
program = compile(loss, native=True); program.forward(); program.backward()
print(time.perf_counter() - start, time.perf_counter() - built)
"""


def rows_of(quick: bool) -> list[tuple[str, str, str]]:
    """What was measured, the figure, and how many times NumPy by hand it is, or what it is by itself."""
    found: list[tuple[str, str, str]] = []
    for count in (100, 1000 if quick else 10_000):
        times = 2000 if count == 100 else 20
        hand = seconds_of(_repeated(numpy_by_hand(count), times), times)
        found.append((f"moons step, {count} samples: NumPy by hand", seconds(hand), "1×"))
        tasks = {"nn": nn_loss, "micrograd's code": micrograd_loss} if count == 100 else {"nn": nn_loss}
        for name, task in tasks.items():
            for native in (True, False):
                model, loss = task(count)
                program = compile(loss, native=native)
                optimizer = SGD(model.parameters(), lr=1e-6)
                taken = seconds_of(lambda p=program, o=optimizer, n=times: p.step(o, times=n), times)  # type: ignore[misc]
                how = "Numba" if native else "NumPy"
                found.append((f"moons step, {count} samples: {name}, {how}", seconds(taken), f"{taken / hand:.3g}×"))
    model, loss = micrograd_loss(100)
    program = compile(loss, native=True, lift=False)
    optimizer = SGD(model.parameters(), lr=1e-6)
    taken = seconds_of(lambda: program.step(optimizer, times=500), 500)
    found.append(("moons step, micrograd's code, lifting switched off", seconds(taken), ""))
    gpt = GPT()
    loss = gpt.loss("emma")
    graph = Graph(loss)
    for native in (True, False):
        program, adam = compile(loss, native=native), Adam(gpt.parameters(), lr=1e-7)
        times = 500 if native else 20
        taken = seconds_of(lambda p=program, o=adam, n=times: p.step(o, times=n), times)  # type: ignore[misc]
        size = f"{len(graph):,} nodes, {graph.edge_count:,} edges"
        what = f"GPT step on one name ({size}), {'Numba' if native else 'NumPy'}"
        found.append((what, seconds(taken), ""))
    for how, jit in (("eager", False), ("replayed, tracing and lowering included", True)):
        start = time.perf_counter()
        train_on_names(250, 2, jit)
        found.append((f"GPT by nn.fit, 500 steps of a name, {how}", seconds(time.perf_counter() - start), ""))
    for name, (_, loss) in {"nn": nn_loss(100), "micrograd's code": micrograd_loss(100)}.items():
        nodes = len(Graph(loss))
        taken = seconds_of(lambda one=loss: compile(one, native=False), rounds=3)  # type: ignore[misc]
        found.append((f"lowering, {name} ({nodes:,} nodes)", f"{seconds(taken / nodes)} a node", ""))
    ready = subprocess.run([sys.executable, "-c", READY], capture_output=True, text=True, check=True).stdout.split()
    found.append(("a second process: imports, graph and compiled program", seconds(float(ready[0])), ""))
    return found


def _repeated(call: Callable[[], Any], times: int) -> Callable[[], None]:
    def many() -> None:
        for _ in range(times):
            call()

    return many


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.replay", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer samples")
    rows = [("measured", "time", "NumPy by hand"), *rows_of(parser.parse_args().quick)]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    rows.insert(1, tuple("-" * width for width in widths))  # type: ignore[arg-type]
    for row in rows:
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
