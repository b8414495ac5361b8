"""What is measured, and the figure that is asked of it.

Each function takes its measurements and returns the rows of the table that they fill.
"""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.environment import CACHE, ROOT
from benchmarks.report import Row, seconds
from benchmarks.rounds import Ratio, interleave, work


@dataclass(frozen=True)
class Effort:
    """How much is measured: rounds, seconds of training per process, training steps compared, imports."""

    rounds: int = 5
    seconds: float = 4.0
    trajectory: int = 100
    imports: int = 15

    @classmethod
    def quick(cls) -> "Effort":
        """Return an effort of about a minute."""
        return cls(rounds=1, seconds=1.5, trajectory=20, imports=5)


def measure_all(python: Path, effort: Effort) -> list[Row]:
    """Take every measurement with the given interpreter."""
    return [
        *training_step(python, effort),
        trajectory(python, effort),
        memory(python, effort),
        *chain(python, effort),
        *import_time(python, effort),
    ]


def training_step(python: Path, effort: Effort) -> list[Row]:
    """One moons step: micrograd's model with our `Value`, then the same task written with our `nn`."""
    reports = interleave(python, "step", ["micrograd", "swapped", "nn"], effort.rounds, str(effort.seconds))
    rows = []
    for engine, what, asked in (
        ("swapped", "moons step, micrograd's model code, only `Value` swapped", 6),
        ("nn", "moons step, written with `nn`", 60),
    ):
        ratio = Ratio.of(reports[engine], reports["micrograd"])
        rows.append(
            Row(
                what,
                seconds(median(reports["micrograd"])),
                seconds(median(reports[engine])),
                f"{ratio.text()} faster",
                f"≥ {asked}×",
                ratio.median >= asked,
            )
        )
    return rows


def trajectory(python: Path, effort: Effort) -> Row:
    """The losses of training with our `nn` against micrograd's, from the same initial weights."""
    losses = {engine: work(python, "trajectory", engine, str(effort.trajectory)) for engine in ("micrograd", "nn")}
    difference = max(abs(a - b) for a, b in zip(losses["micrograd"], losses["nn"], strict=True))
    return Row(
        f"loss after {effort.trajectory} steps; largest difference on the way",
        f"{losses['micrograd'][-1]:.9f}",
        f"{losses['nn'][-1]:.9f}",
        f"{difference:.1e}",
        "≤ 1e-9",
        difference <= 1e-9,
    )


def memory(python: Path, effort: Effort) -> Row:
    """Memory of a product of two values, its number included."""
    reports = interleave(python, "memory", ["micrograd", "chainrule"], effort.rounds)
    peer, ours = median(reports["micrograd"]), median(reports["chainrule"])
    return Row("memory per binary node", f"{peer:.0f} B", f"{ours:.0f} B", f"{ours:.0f} B", "≤ 200 B", ours <= 200)


def chain(python: Path, effort: Effort) -> list[Row]:
    """Build and backward of a chain of 1,000,000 operations, which micrograd's recursion can't do.

    The growth per node is taken twice: the collector looks at the whole graph again and again while it grows,
    which the engine can't help; with the collector off it is the engine's own.
    """
    short, long = 10_000, 1_000_000
    rows = []
    for collector in ("on", "off"):
        rounds = [
            [work(python, "chain", collector, str(length)) for length in (short, long)] for _ in range(effort.rounds)
        ]
        shorts, longs = zip(*rounds, strict=True)
        whole = median(longs)
        if collector == "on":
            cell = seconds(whole)
            what = "chain of 1,000,000 operations: build + backward"
            rows.append(Row(what, "RecursionError", cell, cell, "≤ 3 s", whole <= 3))
        growth = Ratio.of([t / short for t in shorts], [t / long for t in longs])
        rows.append(
            Row(
                f"time per node at 1,000,000 against 10,000, collector {collector}",
                "RecursionError",
                f"{seconds(whole / long)} a node",
                growth.text(),
                "≤ 1.5×",
                growth.median <= 1.5,
            )
        )
    return rows


def import_time(python: Path, effort: Effort) -> list[Row]:
    """`import autograd` in fresh processes, and which packages it loads from outside the standard library."""
    # As after an installation: byte code exists. It is kept away from the sources.
    settings = {**os.environ, "PYTHONPYCACHEPREFIX": str(CACHE / "bytecode")}
    settings.pop("PYTHONDONTWRITEBYTECODE", None)

    def once(module: str) -> float:
        command = [str(python), "-X", "importtime", "-c", f"import {module}"]
        run = subprocess.run(command, cwd=ROOT, env=settings, stderr=subprocess.PIPE, text=True, check=True)
        # "import time: self [us] | cumulative | imported package"; the module itself comes last.
        return float(run.stderr.splitlines()[-1].split("|")[1]) * 1e-6

    modules = ("micrograd.engine", "autograd")
    rounds = [[once(module) for module in modules] for _ in range(effort.imports + 1)][1:]  # the first compiles
    peer, ours = (median(taken) for taken in zip(*rounds, strict=True))
    foreign = work(python, "foreign-imports")
    what = "packages it loads from outside the standard library"
    return [
        Row("`import autograd`", seconds(peer), seconds(ours), seconds(ours), "< 30 ms", ours < 0.03),
        Row(what, "", ", ".join(foreign) or "none", str(len(foreign)), "0", not foreign),
    ]
