"""The lessons that are there: found by file name, described by their sources, which are read without being run."""

import ast
import importlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from ._lesson import Lesson

__all__ = ["FOLDER", "Entry", "catalogue", "chosen"]

FOLDER = Path(__file__).parent
"""Where the lessons are."""

NAME = re.compile(r"lesson(\d\d)_\w+\.py")


@dataclass(frozen=True)
class Entry:
    """One lesson: its number, its file, the title and the text of its docstring, the lectures that it belongs to."""

    number: int
    path: Path
    title: str
    text: str
    lecture: str

    def load(self) -> Lesson:
        """Import the lesson's module and give its `main`."""
        return cast(Lesson, importlib.import_module(f"examples.{self.path.stem}").main)


def catalogue(folder: Path = FOLDER) -> list[Entry]:
    """Every lesson of the folder in order. Raises ValueError for two with one number, and for one without a title."""
    entries: list[Entry] = []
    for path in sorted(folder.glob("lesson*.py")):
        match = NAME.fullmatch(path.name)
        if match is None:
            continue
        entry = _read(int(match[1]), path)
        if entries and entries[-1].number == entry.number:
            raise ValueError(f"{entries[-1].path.name} and {path.name} have one number; each lesson needs its own")
        entries.append(entry)
    return entries


def chosen(entries: list[Entry], numbers: list[str]) -> list[Entry]:
    """The lessons with these numbers. Raises ValueError for any other text, naming those that there are."""
    known = {entry.number: entry for entry in entries}
    found = []
    for text in numbers:
        if not text.isdecimal() or int(text) not in known:
            have = ", ".join(map(str, known)) or "none"
            raise ValueError(f"there is no lesson {text!r}; the lessons are: {have}")
        found.append(known[int(text)])
    return found


def _read(number: int, path: Path) -> Entry:
    tree = ast.parse(path.read_text("utf-8"), str(path))
    title, _, text = (ast.get_docstring(tree) or "").partition("\n")
    if not title.strip():
        raise ValueError(f"{path.name} has no docstring; its first line is the lesson's title")
    lecture = ""
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "LECTURE":
            lecture = str(ast.literal_eval(node.value))
    return Entry(number, path, title.strip(), text.strip(), lecture)
