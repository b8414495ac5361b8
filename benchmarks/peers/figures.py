"""The rows of the table beside array libraries, one for every task, library and number of threads.

Each library is held to our eager engine: five steps from the same parameters, the same losses and parameters after.
"busy" is processor time per second: about 1 for one thread, and less where other programs held the machine.
"""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.figures import Effort
from benchmarks.report import Row, seconds
from benchmarks.rounds import Ratio, run

TASKS = {
    "moons-100": "moons, 100 samples",
    "moons-10000": "moons, 10,000 samples",
    "iris": "Iris, 150 samples",
    "gpt-1": "GPT, 1 name a step",
    "gpt-32": "GPT, 32 names a step",
}
LIBRARIES = {
    "replay": "chainrule replayed, a call a step",
    "replay-loop": "chainrule replayed, many steps a call",
    "micrograd": "micrograd",
    "torch": "PyTorch",
    "casadi": "CasADi SX",
    "jax": "JAX jit, a call a step",
    "jax-loop": "JAX jit, many steps a call",
    "numpy": "NumPy by hand",
}
NAMES = {("gpt-1", "micrograd"): "microgpt-shaped Value", ("moons-10000", "casadi"): "CasADi SX of a sample, mapped"}
"""What a library is called at a task, where that differs."""
LEFT_OUT = {
    ("moons-10000", "micrograd"),  # two minutes and gigabytes a step
    ("iris", "micrograd"),  # has no exp
    ("gpt-1", "casadi"),
    ("gpt-1", "jax-loop"),  # names differ in length
    ("gpt-1", "replay-loop"),
    ("gpt-32", "replay-loop"),
    ("gpt-32", "micrograd"),
    ("gpt-32", "casadi"),
    ("gpt-32", "jax-loop"),
}
THREADED = {"torch", "jax", "jax-loop", "numpy"}
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NPROC": "1",
    "PJRT_NPROC": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false",
}
"""Settings that keep the libraries to one thread; the last three are JAX's."""


def measure(python: Path, effort: Effort, parts: Sequence[str]) -> list[Row]:
    """Take the measurements of the named tasks with the given interpreter."""
    return [row for name in PARTS if name in parts for row in PARTS[name](python, effort)]


def compare_libraries(task: str, python: Path, effort: Effort) -> list[Row]:
    """Train one task with every library in turn, round by round."""
    engines = [("chainrule", "")]
    for library in LIBRARIES:
        if (task, library) not in LEFT_OUT:
            engines += [(library, threads) for threads in (("one", "default") if library in THREADED else ("",))]
    reports: dict[tuple[str, str], list[Any]] = {engine: [] for engine in engines}
    for number in range(effort.rounds):
        for engine in engines if number % 2 == 0 else reversed(engines):
            library, threads = engine
            settings = ONE_THREAD if threads == "one" else {}
            arguments = (library, task, str(effort.seconds / 2))
            reports[engine].append(run(python, "benchmarks.peers.worker", *arguments, settings=settings))
    ours = reports.pop(("chainrule", ""))
    return [row(task, library, threads, ours, theirs) for (library, threads), theirs in reports.items()]


def row(task: str, library: str, threads: str, ours: list[Any], theirs: list[Any]) -> Row:
    """Return the row of one library at one task."""
    name = NAMES.get((task, library), LIBRARIES[library])
    times, eager = [r["seconds"] for r in theirs], [r["seconds"] for r in ours]
    ratio = Ratio.of(times, eager)
    difference = max(
        abs(a - b)
        for part in ("losses", "parameters")
        for report in theirs
        for a, b in zip(report[part], ours[0][part], strict=True)
    )
    busy = median(r["busy"] for r in theirs)
    used = {"one": ", 1 thread", "default": ", default threads", "": ""}[threads]
    return Row(
        f"{TASKS[task]}: {name}{used}",
        f"{seconds(median(times))}, {busy:.2f} busy",
        seconds(median(eager)),
        f"{ratio.text()} its time; apart by {difference:.0e}",
        "apart by ≤ 1e-9",
        ratio.median,
        difference <= 1e-9,
    )


PARTS: dict[str, Callable[[Path, Effort], list[Row]]] = {task: partial(compare_libraries, task) for task in TASKS}
"""The tasks by the name that `--only` takes."""
