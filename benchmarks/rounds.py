"""Runs workers in fresh processes, engines side by side in turn, and compares them round by round.

A slow moment of the machine then falls on all engines of a round alike, and leaves their ratio as it is.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.environment import ROOT


@dataclass(frozen=True)
class Ratio:
    """How many times the baseline's figure another one is: median, smallest and largest of the rounds."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, baseline: Sequence[float], other: Sequence[float]) -> "Ratio":
        """Compare figures of the same rounds, pair by pair."""
        ratios = [o / b for b, o in zip(baseline, other, strict=True)]
        return cls(median(ratios), min(ratios), max(ratios))

    def text(self) -> str:
        """Return the median and, in brackets, the range of several rounds."""
        if self.low == self.high:
            return f"{figures(self.median)}×"
        return f"{figures(self.median)}× ({figures(self.low)}–{figures(self.high)})"


def figures(value: float) -> str:
    """Return a number with three figures, or all digits before the point.

    >>> figures(0.01234), figures(12.34), figures(1234.5)
    ('0.0123', '12.3', '1,234')
    """
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def work(python: Path, measurement: str, *arguments: str) -> Any:
    """Take one measurement of `benchmarks.worker` in a fresh process and return what it reports."""
    return run(python, "benchmarks.worker", measurement, *arguments)


def run(python: Path, module: str, *arguments: str, settings: Mapping[str, str] | None = None) -> Any:
    """Run a module that prints JSON in a fresh process and return it; `settings` are more environment variables."""
    print("  measuring", *arguments, *(settings or {}), file=sys.stderr, flush=True)
    command = [str(python), "-m", module, *arguments]
    environment = {**os.environ, **(settings or {})}
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def interleave(
    python: Path, measurement: str, engines: Sequence[str], rounds: int, *arguments: str
) -> dict[str, list[Any]]:
    """Measure every engine once per round; the engines take turns, in one order and then in the other."""
    reports: dict[str, list[Any]] = {engine: [] for engine in engines}
    for number in range(rounds):
        for engine in engines if number % 2 == 0 else reversed(engines):
            reports[engine].append(work(python, measurement, engine, *arguments))
    return reports
