"""Checks and times one library at one task and prints the result as JSON; run by `figures` in a process of its own.

`python -m benchmarks.peers.worker LIBRARY TASK SECONDS`, in the environment of the peers.
"""

import json
import sys
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

from benchmarks.peers.tasks import Names, Task, Trainer, task

CHECKED = 5
"""Steps whose losses are compared, and after which the parameters are."""
WARM = {"moons-100": 20, "moons-10000": 5, "iris": 20, "gpt-1": 64, "gpt-32": 10}
SCALAR = ("chainrule", "micrograd")


def trainer_of(library: str, chosen: Task) -> Trainer:
    """Return a library's trainer, freshly made."""
    place = {
        "chainrule": ("scalars", "chainrule"),
        "replay": ("replay", "trainer"),
        "replay-loop": ("replay", "loop_trainer"),
        "micrograd": ("scalars", "micrograd"),
        "numpy": ("numpy_names", "NumpyNames") if isinstance(chosen, Names) else ("numpy_network", "NumpyNetwork"),
        "torch": ("torch_peer", "trainer"),
        "jax": ("jax_peer", "trainer"),
        "jax-loop": ("jax_peer", "loop_trainer"),
        "casadi": ("casadi_peer", "trainer"),
    }
    module, name = place[library]
    make: Callable[[Task], Trainer] = getattr(import_module(f"benchmarks.peers.{module}"), name)
    return make(chosen)


def report(library: str, name: str, duration: float) -> dict[str, Any]:
    """Train a few steps for the check, then for so many seconds for the time of a step.

    losses, parameters: of the checked steps. seconds: of a step in the quickest group of steps, which other programs
    on the machine disturb least. busy: seconds of the processor per second of the clock while they were timed.
    """
    chosen = task(name)
    trainer = trainer_of(library, chosen)
    losses = [trainer.steps(1) for _ in range(CHECKED)]
    parameters = trainer.parameters()
    if library not in SCALAR:
        trainer.steps(WARM[name])
    group = chosen.count // chosen.batch if isinstance(chosen, Names) else 1  # names differ in length
    while True:  # a group that takes long enough for the clock, and for what one call costs
        start = time.perf_counter()
        trainer.steps(group)
        if library in SCALAR or time.perf_counter() - start > 0.003:
            break
        group *= 2
    times: list[float] = []
    started, used = time.perf_counter(), time.process_time()
    while len(times) < 3 or time.perf_counter() - started < duration:
        start = time.perf_counter()
        trainer.steps(group)
        times.append((time.perf_counter() - start) / group)
    busy = (time.process_time() - used) / (time.perf_counter() - started)
    return {"losses": losses, "parameters": parameters, "seconds": min(times), "busy": busy}


if __name__ == "__main__":
    print(json.dumps(report(sys.argv[1], sys.argv[2], float(sys.argv[3]))))
