"""`python -m autograd.testing …`: the grader of a student's engine, and campaigns that take minutes or hours.

grade FILE   points and mistakes of the engine in a file
programs N   check_grad of N random programs of up to 30 steps      soak   the same up to 1,000,000
mutants      every wrong rule of the table has to be caught         torch  random programs against PyTorch
power N      how many random programs it takes to find each of them, for N seeds
stress       signals and threads against passes, no_grad and forks, for two minutes or --seconds N
accuracy     the worst relative error of every row of the table beside mpmath: minutes, or --points N
special OP   lines about an operation for the table of special points, to be read before they join it

An interrupted campaign goes on from a seed.
"""

from __future__ import annotations

import argparse
import math
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ..errors import MissingExtraError, require
from .build import random_program
from .check import check_grad
from .grading.command import add_arguments
from .grading.command import run as grade_file
from .mutants import mutants


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a campaign or grade a file; 0 when nothing was found, 1 otherwise, 2 where nothing could be graded."""
    parser = argparse.ArgumentParser(prog="python -m autograd.testing", description=__doc__.split("\n", 1)[0])
    commands = parser.add_subparsers(dest="command", required=True)
    for name, count in (("programs", 10_000), ("soak", 1_000_000), ("torch", 5_000)):
        command = commands.add_parser(name)
        command.add_argument("count", type=int, nargs="?", default=count, help="how many programs")
        command.add_argument("--seed", type=int, default=0, help="the first program's seed")
        command.add_argument("--max-ops", type=int, default=30, help="the largest number of steps")
    commands.add_parser("mutants")
    power = commands.add_parser("power")
    power.add_argument("count", type=int, nargs="?", default=10, help="how many seeds")
    power.add_argument("--seed", type=int, default=0, help="the first seed")
    power.add_argument("--examples", type=int, default=100, help="how many programs are drawn at most")
    commands.add_parser("special").add_argument("operation", help="the operation's name in the table")
    accuracy = commands.add_parser("accuracy")
    accuracy.add_argument("operations", nargs="*", help="names of operations; none: all of the table")
    accuracy.add_argument("--points", type=int, default=100, help="how many points for each operation")
    accuracy.add_argument("--seed", type=int, default=0, help="of the points")
    stress = commands.add_parser("stress")
    stress.add_argument("--seconds", type=float, default=120.0, help="how long it takes")
    stress.add_argument("--seed", type=int, default=0, help="of the random moments")
    add_arguments(commands.add_parser("grade", help="grade the engine in a student's file"))
    options = parser.parse_args(arguments)
    if options.command == "grade":
        return grade_file(options)
    if options.command == "mutants":
        return _mutants()
    if options.command == "power":
        if options.count < 1 or options.examples < 1:
            parser.error("the number of seeds and --examples are whole numbers from 1 on")
        return _power(range(options.seed, options.seed + options.count), options.examples)
    if options.command == "stress":
        return _stress(options, parser)
    if options.command == "accuracy":
        return _accuracy(options, parser)
    if options.command == "special":
        return _special(options.operation, parser)
    if options.count < 1 or options.max_ops < 1:
        parser.error("count and --max-ops are whole numbers from 1 on")
    check: Callable[[Any], None] = _check_program
    if options.command == "torch":
        try:
            require("torch", extra="torch")
        except MissingExtraError:
            print("skipped: PyTorch is not installed (pip install torch)")
            return 0
        from .peer import compare_program as check
    return _programs(options, check)


def _special(operation: str, parser: argparse.ArgumentParser) -> int:
    from ..table import OPERATIONS
    from .special import draft

    if operation not in OPERATIONS:
        parser.error(f"the table has no operation {operation!r}")
    for line in draft(operation):
        print(line)
    return 0


def _stress(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from . import stress

    if not 0 < options.seconds < float("inf"):
        parser.error("--seconds is a number above 0")
    wrong = 0
    for tally in stress.run(options.seconds, options.seed):
        wrong += tally.wrong
        print(f"{tally.name}: {tally.tries:,} tries, {tally.disturbed:,} disturbed, {tally.wrong:,} wrong", flush=True)
    return 1 if wrong else 0


def _accuracy(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from ..table import OPERATIONS
    from .accuracy import ASKED, measure

    unknown = [name for name in options.operations if name not in OPERATIONS]
    if unknown:
        parser.error(f"the table has no operation {unknown[0]!r}")
    if options.points < 1:
        parser.error("--points is a whole number from 1 on")
    missed = 0
    print(f"{'':14}  {'value':>7}  {'first':>7}  {'second':>7}   worst relative error (where it is above {ASKED:g})")
    for name in options.operations or list(OPERATIONS):
        found = measure(OPERATIONS[name], options.points, options.seed)
        print(f"{name:14}  " + "  ".join(f"{worst.error:7.1e}" for worst in found), flush=True)
        for worst in found:
            if worst.error > ASKED:
                missed += not worst.stated
                what = ("value", "first", "second")[worst.order]
                print(f"    {what}, at {', '.join(map(repr, worst.point))}: {worst.stated or 'MISSED'}", flush=True)
    return 1 if missed else 0


def _check_program(program: Any) -> None:
    check_grad(program, program.inputs)


def _programs(options: argparse.Namespace, check: Callable[[Any], None]) -> int:
    started = time.perf_counter()
    done = mismatches = steps = 0
    seeds = range(options.seed, options.seed + options.count)
    try:
        for seed in _progress(seeds):
            program = random_program(seed, max_ops=options.max_ops)
            try:
                check(program)
            except Exception as error:  # a crash of the engine is a finding too
                mismatches += 1
                print(f"\nseed {seed}: {type(error).__name__}\n{error}\n{program}\n", flush=True)
            done += 1
            steps += len(program.steps)
    except KeyboardInterrupt:
        print(f"\ninterrupted; continue with --seed {options.seed + done}")
    seconds = time.perf_counter() - started
    average = steps / max(done, 1)
    print(f"{done} programs, {average:.1f} steps on average: {mismatches} mismatches, {seconds:.0f} s")
    return 1 if mismatches else 0


def _mutants() -> int:
    every = list(mutants())
    survivors = [mutant for mutant in _progress(every) if not mutant.caught()]
    for mutant in survivors:
        print(f"survived: {mutant}")
    print(f"{len(every) - len(survivors)} of {len(every)} wrong rules caught")
    return 1 if survivors else 0


def _power(seeds: Iterable[int], examples: int) -> int:
    from .power import examples_needed

    needed: dict[str, list[float]] = {}
    for seed in _progress(seeds):
        for name, found in examples_needed(seed, examples):
            needed.setdefault(name, []).append(math.inf if found is None else found)
    every = [number for numbers in needed.values() for number in numbers]
    missed = sum(map(math.isinf, every))
    seeds_done = len(every) // len(needed)
    print(f"{len(needed)} bugs, {seeds_done} seeds, {examples} examples: {missed} of {len(every)} missed")
    print(f"examples needed: median {statistics.median(every):g}, worst {max(every):g}; the hardest to find:")
    for name in sorted(needed, key=lambda name: (-statistics.median(needed[name]), -max(needed[name])))[:10]:
        print(f"  {name}: median {statistics.median(needed[name]):g}, worst {max(needed[name]):g}")
    return 1 if missed else 0


def _progress(items: Iterable[Any]) -> Iterable[Any]:
    tqdm: Any = require("tqdm", extra="test")
    bar: Iterable[Any] = tqdm.tqdm(items, file=sys.stderr, disable=not sys.stderr.isatty())
    return bar


if __name__ == "__main__":
    sys.exit(main())
