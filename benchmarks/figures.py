"""What is measured, and the figure that is asked of it.

Each function takes its measurements and returns the rows of the table that they fill.
"""

import os
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.environment import CACHE, ROOT
from benchmarks.gpt import PARAMETERS
from benchmarks.operators import OPERATORS
from benchmarks.report import Row, seconds
from benchmarks.rounds import Ratio, interleave, work

OPERATORS_ASKED = {"a * 2.0": 2.5, "a > 0.0": 2.5, "tanh(0.5)": 4}
"""The largest multiple of `a * b` that is asked of an operator."""


@dataclass(frozen=True)
class Effort:
    """How much is measured: rounds, seconds of training per process, training steps compared, imports."""

    rounds: int = 5
    seconds: float = 4.0
    trajectory: int = 100
    imports: int = 15

    @classmethod
    def quick(cls) -> "Effort":
        """Return an effort of about two minutes."""
        return cls(rounds=1, seconds=1.5, trajectory=20, imports=5)


def measure(python: Path, effort: Effort, parts: Sequence[str]) -> list[Row]:
    """Take the measurements of the named parts, in the table's order, with the given interpreter."""
    return [row for name, part in PARTS.items() if name in parts for row in part(python, effort)]


def moons(python: Path, effort: Effort) -> list[Row]:
    """One moons step: micrograd's model with our `Value`, then the same task written with our `nn`."""
    reports = interleave(python, "step", ["micrograd", "swapped", "nn", "fit"], effort.rounds, str(effort.seconds))
    return [
        faster(what, reports["micrograd"], reports[engine], asked)
        for engine, what, asked in (
            ("swapped", "moons step, micrograd's model code, only `Value` swapped", 12),
            ("nn", "moons step, written with `nn`", None),
            ("fit", "moons step, inside `nn.fit`", 75),
        )
    ]


def trajectory(python: Path, effort: Effort) -> list[Row]:
    """The losses of training with our `nn` against micrograd's, from the same initial weights."""
    peer, *ours = (work(python, "trajectory", engine, str(effort.trajectory)) for engine in ("micrograd", "nn", "fit"))
    difference = max(abs(a - b) for losses in ours for a, b in zip(peer, losses, strict=True))
    return [
        Row(
            f"loss after {effort.trajectory} steps; largest difference on the way",
            f"{peer[-1]:.9f}",
            f"{ours[-1][-1]:.9f}",
            f"{difference:.1e}",
            "≤ 1e-9",
            difference,
            difference <= 1e-9,
        )
    ]


def gpt(python: Path, effort: Effort) -> list[Row]:
    """A training step of a GPT of microgpt's shape: only `Value` swapped, then also `dot` for its linear layers."""
    rows = []
    for collector in ("on", "off"):
        engines = ["microgpt", "swapped", "dot"]
        reports = interleave(python, "gpt-step", engines, effort.rounds, collector, str(effort.seconds))
        for engine, what, asked in (
            ("swapped", "only `Value` swapped", 1.3),
            ("dot", "and `dot` for linear layers", 4),
        ):
            what = f"GPT step, {PARAMETERS:,} parameters, {what}, collector {collector}"
            rows.append(faster(what, reports["microgpt"], reports[engine], asked))
    steps = effort.trajectory // 5
    difference = work(python, "gpt-difference", str(steps))
    text = f"{difference:.1e}"
    what = f"GPT, largest difference of a loss in {steps} steps"
    rows.append(Row(what, "", "", text, "≤ 1e-9", difference, difference <= 1e-9))
    return rows


def faster(what: str, peer: Sequence[float], ours: Sequence[float], asked: float | None) -> Row:
    """Return a row of times of the same rounds, and how many times faster ours are."""
    ratio = Ratio.of(ours, peer)
    return Row(
        what,
        seconds(median(peer)),
        seconds(median(ours)),
        f"{ratio.text()} faster",
        "" if asked is None else f"≥ {asked}×",
        ratio.median,
        None if asked is None else ratio.median >= asked,
    )


def operators(python: Path, effort: Effort) -> list[Row]:
    """Single operators as multiples of `a * b` in the same process, collector off (and on)."""
    peers = interleave(python, "operators", ["micrograd"], effort.rounds, "off")["micrograd"]
    off, on = (
        interleave(python, "operators", ["chainrule"], effort.rounds, collector)["chainrule"]
        for collector in ("off", "on")
    )
    rows = []
    for text, edges in OPERATORS.items():
        ratio, kept = (Ratio.of([run["a * b"] for run in runs], [run[text] for run in runs]) for runs in (off, on))
        asked = OPERATORS_ASKED.get(text)
        peer = [run[text] * 1e-9 for run in peers if run[text] is not None]
        rows.append(
            Row(
                f"`{text}`" + (f", {edges} edges: an edge" if edges > 1 else ""),
                seconds(median(peer)) if peer else "",
                seconds(median(run[text] for run in off) * 1e-9),
                f"{ratio.text()} of `a * b`; collector on {kept.median:.3g}×",
                "" if asked is None else f"≤ {asked}×",
                ratio.median,
                None if asked is None else max(ratio.median, kept.median) <= asked,
            )
        )
    return rows


def memory(python: Path, effort: Effort) -> list[Row]:
    """Memory of a product of two values, its number included."""
    reports = interleave(python, "memory", ["micrograd", "chainrule"], effort.rounds)
    peer, ours = median(reports["micrograd"]), median(reports["chainrule"])
    cell = f"{ours:.0f} B"
    return [Row("memory per binary node", f"{peer:.0f} B", cell, cell, "≤ 140 B", ours, ours <= 140)]


def chain(python: Path, effort: Effort) -> list[Row]:
    """Build and backward of a chain of 1,000,000 operations, which micrograd's recursion can't do.

    The growth per node is taken twice: the collector looks at the whole graph again and again while it grows,
    which the engine can't help; with the collector off it is the engine's own.
    """
    short, long = 10_000, 1_000_000
    rows = []
    for collector, asked in (("on", 1.74), ("off", 1.5)):
        rounds = [
            [work(python, "chain", collector, str(length)) for length in (short, long)] for _ in range(effort.rounds)
        ]
        shorts, longs = zip(*rounds, strict=True)
        whole = median(longs)
        if collector == "on":
            cell = seconds(whole)
            what = "chain of 1,000,000 operations: build + backward"
            rows.append(Row(what, "RecursionError", cell, cell, "≤ 3 s", whole, whole <= 3))
        growth = Ratio.of([t / short for t in shorts], [t / long for t in longs])
        rows.append(
            Row(
                f"time per node at 1,000,000 against 10,000, collector {collector}",
                "RecursionError",
                f"{seconds(whole / long)} a node",
                growth.text(),
                f"≤ {asked}×",
                growth.median,
                growth.median <= asked,
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
        Row("`import autograd`", seconds(peer), seconds(ours), seconds(ours), "< 25 ms", ours, ours < 0.025),
        Row(what, "", ", ".join(foreign) or "none", str(len(foreign)), "0", len(foreign), not foreign),
    ]


PARTS: dict[str, Callable[[Path, Effort], list[Row]]] = {
    "moons": moons,
    "trajectory": trajectory,
    "gpt": gpt,
    "operators": operators,
    "memory": memory,
    "chain": chain,
    "import": import_time,
}
"""The parts of the table by the name that `--only` takes."""
