"""`python -m autograd.testing grade their_file.py`: the report, or JSON; exit status 0, 1 or 2."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time

from ...stepping.glyphs import ASCII, choose
from .grade import UngradableError, grade
from .report import _clean

__all__ = ["EPILOG", "add_arguments", "run"]

EPILOG = (
    "Exit status: 0 full marks, 1 something is wrong or missing, 2 nothing could be graded (no file, no class, it does "
    "not run)."
)
QUIET = 2.0
"""Seconds until progress is shown."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `grade`."""
    parser.epilog = EPILOG
    parser.add_argument("file", help="a Python file with a class Value: data, grad, operators, backward()")
    parser.add_argument("--class", dest="class_name", default="Value", metavar="NAME", help="the class (Value)")
    parser.add_argument("--seed", type=int, default=0, help="the first random program's seed (0)")
    parser.add_argument("--examples", type=int, default=200, metavar="N", help="how many random programs (200)")
    parser.add_argument("--json", action="store_true", help="the result as JSON, and nothing else")


def run(options: argparse.Namespace) -> int:
    """Grade and print; gives the exit status."""
    progress = _Progress()
    try:
        result = grade(
            options.file, class_name=options.class_name, seed=options.seed, examples=options.examples, progress=progress
        )
    except (UngradableError, OSError, ValueError) as error:
        progress.clear()
        message = "\n".join(_clean(line) for line in str(error).splitlines())
        if options.json:
            print(json.dumps({"error": message}))
        print(f"error: {message}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        progress.clear()
        print("interrupted", file=sys.stderr)
        return 130
    progress.clear()
    ascii_only = choose(sys.stdout) is ASCII
    text = (
        json.dumps(result.to_json(), indent=2, allow_nan=False) if options.json else result.text(ascii_only=ascii_only)
    )
    try:
        print(text, flush=True)
    except BrokenPipeError:
        # The reader, such as `head`, has seen enough; nothing must be written at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0 if result.complete else 1


class _Progress:
    """One line on a terminal's standard error, from the third second on."""

    def __init__(self) -> None:
        self.started = time.monotonic()
        self.shown = 0

    def __call__(self, what: str, count: int) -> None:
        if not sys.stderr.isatty() or time.monotonic() - self.started < QUIET:
            return
        line = f"grading: {what}" + (f", {count}" if count else "")
        sys.stderr.write("\r" + line.ljust(self.shown))
        sys.stderr.flush()
        self.shown = len(line)

    def clear(self) -> None:
        """Remove the line."""
        if self.shown:
            sys.stderr.write("\r" + " " * self.shown + "\r")
            sys.stderr.flush()
            self.shown = 0
