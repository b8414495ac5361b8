"""Runs a lesson: `run(main)` is the command line of a lesson's own file, `perform` what `python -m examples` uses too.

A lesson is a function `main(out, *, quick)` that prints, writes its pictures into the folder `out`, with names that
begin with its own number, and returns the figures that it claims by name.
"""

import argparse
import io
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

__all__ = ["Lesson", "Performance", "never_fail_to_print", "options", "perform", "run"]


class Lesson(Protocol):
    """What a lesson's `main` must be."""

    def __call__(self, out: Path, *, quick: bool = False) -> dict[str, float]:
        """Give the lesson."""


@dataclass(frozen=True)
class Performance:
    """What a run of a lesson left: its printed text, its figures by name, the files it wrote, seconds that it took."""

    text: str
    figures: dict[str, float]
    files: list[Path]
    seconds: float


def perform(main: Lesson, out: Path, *, quick: bool, show: Callable[[str], object] | None = None) -> Performance:
    """Run a lesson into the folder `out`, which is made if need be; `show` gets each piece of text as it is printed.

    Raises OSError where the folder cannot be made, and whatever the lesson raises.
    """
    out.mkdir(parents=True, exist_ok=True)
    before = {path: path.stat().st_mtime_ns for path in out.iterdir()}
    printed = _Copy(show)
    started = time.perf_counter()
    with redirect_stdout(printed):
        figures = main(out, quick=quick)
    seconds = time.perf_counter() - started
    changed = (path for path in out.iterdir() if path.stat().st_mtime_ns != before.get(path))
    return Performance(printed.getvalue(), figures, sorted(changed), seconds)


def run(main: Lesson, arguments: Sequence[str] | None = None) -> None:
    """The command line of one lesson's file: `--quick`, `--out DIR`."""
    parser = argparse.ArgumentParser(description="One lesson of the curriculum; `python -m examples` lists them all.")
    options(parser)
    given = parser.parse_args(arguments)
    never_fail_to_print()
    screen = sys.stdout
    try:
        performance = perform(main, given.out, quick=given.quick, show=screen.write)
    except OSError as error:
        parser.error(str(error))
    for path in performance.files:
        print(path)


def options(parser: argparse.ArgumentParser) -> None:
    """The options that a lesson and `python -m examples` have in common."""
    parser.add_argument("--quick", action="store_true", help="the same claims on less work, a few seconds")
    parser.add_argument("--out", type=Path, default=Path("out"), metavar="DIR", help="folder for the pictures (out)")


def never_fail_to_print() -> None:
    """Signs such as ∂ that a terminal's encoding lacks become question marks instead of an error."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


class _Copy(io.StringIO):
    """Keeps what is printed and shows it as well; has the screen's encoding, by which texts choose their signs."""

    def __init__(self, show: Callable[[str], object] | None) -> None:
        super().__init__()
        self._show = show
        self._encoding = "utf-8" if show is None else sys.stdout.encoding

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._encoding

    def write(self, text: str) -> int:
        if self._show is not None:
            self._show(text)
        return super().write(text)
