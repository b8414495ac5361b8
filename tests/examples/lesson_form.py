"""The form that every lesson has, checked on a quick run: what it prints, what it leaves, its exercises."""

import importlib
import math
from pathlib import Path
from types import ModuleType

from examples._catalogue import catalogue
from examples._lesson import Performance, perform

SIGNS = {".png": b"\x89PNG", ".gif": b"GIF89a", ".svg": b"<?xml", ".html": b"<!DOCTYPE html>"}


def given(lesson: ModuleType, folder: Path) -> Performance:
    """Run a lesson quickly into an empty folder, and check its form."""
    done = perform(lesson.main, folder, quick=True)
    name = lesson.__name__.rpartition(".")[2][: len("lessonNN")]
    assert done.files, "a lesson leaves a picture"
    for path in done.files:
        assert path.name.startswith(f"{name}_")
        assert path.read_bytes().startswith(SIGNS[path.suffix]), path
        assert path.stat().st_size > 3_000, path
    lines = done.text.splitlines()
    assert 4 <= len(lines) <= 60
    assert max(map(len, lines)) <= 80, max(lines, key=len)
    assert done.text.count("Exercise 1:") == done.text.count("Exercise 2:") == 1
    assert done.figures
    assert all(type(figure) is float and math.isfinite(figure) for figure in done.figures.values()), done.figures
    [entry] = [entry for entry in catalogue() if entry.path.stem.startswith(name)]
    assert entry.title.endswith(".")
    assert entry.lecture == lesson.LECTURE
    assert entry.lecture.startswith("L")
    return done


def solutions(lesson: ModuleType) -> ModuleType:
    """The module with the solutions of its exercises."""
    name = lesson.__name__.rpartition(".")[2][: len("lessonNN")]
    return importlib.import_module(f"examples.solutions.{name}")
