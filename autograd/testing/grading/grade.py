"""`grade`: a student's file, from loading it to the report; and `Grade`, what comes out."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .advice import explain
from .derivatives import check_derivatives
from .marks import Marks, Mistake, Result
from .operations import find_operations
from .passes import check_data, check_passes
from .report import report
from .search import check_random
from .student import Failure, Student

__all__ = ["Grade", "UngradableError", "grade"]

SECONDS = 8.0
"""Random programs end after this time from the start; one grading takes less than ten seconds."""


class UngradableError(ValueError):
    """There is nothing to grade: the file does not run, or has no such class. The message says what was found."""


class Grade(Result):
    """What `grade` gives: the result, as a report and as JSON."""

    def to_json(self) -> dict[str, Any]:
        """Plain dictionaries, lists, numbers and texts; nan and inf, which JSON has no numbers for, are texts."""
        found: dict[str, Any] = _plain(asdict(self))
        return {"points": self.points, "of": sum(item.of for item in self.items)} | found

    def text(self, *, ascii_only: bool = False) -> str:
        """The report for a terminal of 80 columns."""
        return report(self, ascii_only=ascii_only)

    def __str__(self) -> str:
        return self.text()


def grade(
    path: str | os.PathLike[str], *, class_name: str = "Value", seed: int = 0, examples: int = 200,
    progress: Callable[[str, int], None] | None = None,
) -> Grade:  # fmt: skip
    """Grade the engine in a student's file: a class with `data`, `grad`, operators and `backward()`.

    class_name: the class; seed and examples: which random programs, and how many; progress: called with what is being
    done and, for random programs, how many are done.
    The file runs in a process of its own, with limits on time and memory. Raises `UngradableError` where there is
    nothing to grade, `FileNotFoundError` where there is no file.
    """
    file = Path(path).resolve()
    if not file.is_file():
        raise FileNotFoundError(2, "there is no such file", os.fspath(path))
    if examples < 0:
        raise ValueError(f"examples is a whole number from 0 on, got {examples!r}")
    student = Student(file, class_name)
    try:
        return _grade(student, seed, examples, progress or (lambda what, count: None))
    finally:
        student.close()


def _grade(student: Student, seed: int, examples: int, progress: Callable[[str, int], None]) -> Grade:
    until = time.monotonic() + SECONDS
    marks = Marks()
    progress("loading the file", 0)
    loaded = _loaded(student)
    notes = _notes(loaded)
    smallest: Mistake | None = None
    missing = _construct(student, marks)
    progress("operations", 0)
    found = find_operations(student, marks, loaded["dunders"])
    if missing:
        why, try_next = explain("missing")
        marks.mistakes.insert(0, Mistake("missing", f"missing: {', '.join(missing)}", why=why, next=try_next))
    else:
        progress("derivatives", 0)
        clean = check_derivatives(student, marks, found)
        progress("backward passes", 0)
        check_passes(student, marks, found, clean, loaded["methods"])
        smallest = check_random(
            student, marks, found, clean, seed=seed, examples=examples, until=until,
            progress=lambda count: progress("random programs", count),
        )  # fmt: skip
        check_data(student, marks)
    student.close()
    return Grade(
        str(student.path), student.class_name, tuple(marks.items()), tuple(marks.mistakes), tuple(marks.limits),
        tuple(marks.missing), tuple(student.forms.values()), smallest, tuple(notes), student.output,
    )  # fmt: skip


def _plain(found: Any) -> Any:
    if isinstance(found, dict):
        return {key: _plain(inner) for key, inner in found.items()}
    if isinstance(found, list | tuple):
        return [_plain(inner) for inner in found]
    return repr(found) if isinstance(found, float) and not math.isfinite(found) else found


def _loaded(student: Student) -> dict[str, Any]:
    loaded = student.load()
    if isinstance(loaded, Failure):
        shown = f"\n    {loaded.text}" if loaded.text else ""
        raise UngradableError(f"the file does not run: {loaded.words()}{shown}")
    if not loaded["class"]:
        if "foreign" in loaded:
            raise UngradableError(f"{student.class_name} comes from {loaded['foreign']}: grade a class of your own")
        names = ", ".join(loaded["classes"]) or "none"
        hint = f"; choose with --class {loaded['classes'][0]}" if loaded["classes"] else ""
        raise UngradableError(f"there is no class {student.class_name} in the file; its classes: {names}{hint}")
    return loaded


def _notes(loaded: dict[str, Any]) -> list[str]:
    stopped = loaded.get("stopped")
    if not isinstance(stopped, Failure):
        return []
    return [
        f"Running the whole file stopped ({stopped.words()}); only its imports, definitions and plain assignments "
        "were used."
    ]


def _construct(student: Student, marks: Marks) -> list[str]:
    """The names that a value lacks; `UngradableError` where there is no value, or no data to compare."""
    answer = student.ask("construct", number=2.0)
    name = student.class_name
    if isinstance(answer, Failure):
        shown = f"\n    {answer.text}" if answer.text else ""
        raise UngradableError(f"{name}(2.0) fails: {answer.words()}{shown}")
    missing: list[str] = answer["missing"]
    if "data" in missing:
        raise UngradableError(
            f"{name}(2.0) has no attribute data; it has: {', '.join(answer['has']) or 'none'}. "
            "The grader reads data and grad and calls backward()"
        )
    note = f"missing: {', '.join(missing)}" if missing else ""
    if answer["data"] != 2.0:
        note = f"{name}(2.0).data is not 2.0"
    elif "grad" not in missing and answer["grad"] not in (None, 0.0):
        note = "grad is not 0 at first"
    marks.give("value", 1.0 if not note else 0.5, note)
    return missing
