"""`python -m examples` lists the lessons, `python -m examples 5` runs one, `python -m examples --all` runs them all."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from autograd import MissingExtraError
from autograd.files import write_atomically

from ._catalogue import Entry, catalogue, chosen
from ._index import Outcome, index_page
from ._lesson import never_fail_to_print, options, perform


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m examples", description="The lessons: list them, or run some.")
    parser.add_argument("numbers", nargs="*", metavar="NUMBER", help="lessons to run; none lists them")
    parser.add_argument("--all", action="store_true", help="run every lesson and write index.html")
    options(parser)
    given = parser.parse_args(arguments)
    never_fail_to_print()
    entries = catalogue()
    if given.all and given.numbers:
        parser.error("give numbers or --all, not both")
    try:
        lessons = chosen(entries, given.numbers)
    except ValueError as error:
        parser.error(str(error))
    if not given.all and not lessons:
        print(listing(entries))
        return 0
    try:
        if given.all:
            return run_all(entries, given.out, quick=given.quick)
        for entry in lessons:
            show(entry, given.out, quick=given.quick)
    except (MissingExtraError, OSError) as error:
        parser.error(str(error))
    return 0


def listing(entries: Sequence[Entry]) -> str:
    """One line for each lesson: number, lecture, title."""
    width = max((len(entry.lecture) for entry in entries), default=0)
    lines = [f"{entry.number:2}  {entry.lecture:{width}}  {entry.title}" for entry in entries]
    topics = "L1 to L11 are the topics of the lectures behind this library: docs/lectures.md"
    usage = "python -m examples 1 runs the first; --all runs all of them; --help says more"
    return "\n".join([*lines, "", topics, usage])


def show(entry: Entry, out: Path, *, quick: bool) -> None:
    """Run one lesson before the reader's eyes."""
    print(f"{entry.number}. {entry.title}  ({entry.lecture})")
    for path in perform(entry.load(), out, quick=quick, show=sys.stdout.write).files:
        print(path)


def run_all(entries: Sequence[Entry], out: Path, *, quick: bool) -> int:
    """Run every lesson, then write the page; a lesson that fails is named and does not keep the others from running."""
    out.mkdir(parents=True, exist_ok=True)
    outcomes = []
    with tqdm(entries, unit="lesson") as bar:
        for entry in bar:
            bar.set_description(f"lesson {entry.number}")
            outcomes.append(attempt(entry, out, quick=quick))
    page = out / "index.html"
    write_atomically(page, index_page(outcomes))
    failed = [outcome for outcome in outcomes if outcome.performance is None]
    for outcome in failed:
        print(f"lesson {outcome.entry.number} failed: {outcome.error}", file=sys.stderr)
    print(page)
    return 1 if failed else 0


def attempt(entry: Entry, out: Path, *, quick: bool) -> Outcome:
    """What a lesson leaves, or its error."""
    try:
        return Outcome(entry, perform(entry.load(), out, quick=quick))
    except Exception as error:
        return Outcome(entry, None, f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    sys.exit(main())
