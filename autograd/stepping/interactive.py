"""The cursor by keys, and the quiz, by lines: each ends with Enter, so that it works in any terminal and notebook."""

from collections.abc import Callable
from typing import Any, Protocol

from .shown import Shown

__all__ = ["ANSWERS", "KEYS", "quiz_by_keys", "show", "walk_by_keys"]

KEYS = (
    "n next node (n 3: three), s step an edge, b back, u NAME until that node, g gradients so far, ? help, q quit; "
    "Enter alone is n"
)

ANSWERS = "answer with a number, such as -2 or 1/3; r or Enter alone reveals it, ? help, q quit"


class Showing(Protocol):
    """What `show` needs of a thing."""

    def show(self) -> None: ...


class Cursor(Showing, Protocol):
    """What the keys need of a `Walker`."""

    def next(self, nodes: int = 1) -> Showing: ...
    def step(self) -> Showing: ...
    def back(self) -> Showing: ...
    def until(self, where: str) -> Showing: ...


def show(thing: Showing) -> None:
    """Print to standard output, in colour where that is a terminal that wants it."""
    thing.show()


def _ask(read: Callable[[str], str], show: Callable[[Showing], None]) -> str | None:
    """The next line that `read` gives, None where the user has had enough: `q`, or the end of the input."""
    try:
        line = read("> ").strip()
    except EOFError:
        show(_Text(""))
        return None
    return None if line.lower() in ("q", "quit", "exit") else line


def _read(prompt: str) -> str:
    return input(prompt)  # whatever that is now: Jupyter puts its own in place of Python's


def walk_by_keys(walker: Cursor, read: Callable[[str], str] = _read, show: Callable[[Showing], None] = show) -> None:
    """Move a cursor as the lines that `read` gives say, until `q` or the end of the input."""
    show(_Text(KEYS))
    while (line := _ask(read, show)) is not None:
        show(_answer(walker, line))


class Questions(Showing, Protocol):
    """What the questions need of a `Quiz`."""

    @property
    def done(self) -> bool: ...
    @property
    def asked(self) -> int: ...
    def answer(self, number: str) -> Showing: ...
    def reveal(self) -> Showing: ...


def quiz_by_keys(quiz: Questions, read: Callable[[str], str] = _read, show: Callable[[Showing], None] = show) -> None:
    """Ask the questions of a quiz until they are answered, or `q` or the end of the input."""
    show(_Text(ANSWERS))
    while not quiz.done:
        show(_Text(""))
        show(quiz)
        asked = quiz.asked
        while quiz.asked == asked:
            if (line := _ask(read, show)) is None:
                return
            show(_judged(quiz, line))
    show(_Text(""))
    show(quiz)


def _judged(quiz: Questions, line: str) -> Showing:
    if line.lower() in ("", "r", "reveal"):
        return quiz.reveal()
    if line in ("?", "h", "help"):
        return _Text(ANSWERS)
    try:
        return quiz.answer(line)
    except ValueError as error:
        return _Text(str(error))


def _answer(walker: Cursor, line: str) -> Showing:
    key, _, rest = line.partition(" ")
    match key.lower(), rest.strip():
        case ("" | "n" | "next"), "":
            return walker.next()
        case ("n" | "next"), count if count.isdecimal() and int(count):
            return walker.next(int(count))
        case ("s" | "step"), "":
            return walker.step()
        case ("b" | "back"), "":
            return walker.back()
        case ("g" | "grads"), "":
            return walker
        case ("?" | "h" | "help"), "":
            return _Text(KEYS)
        case ("u" | "until"), name if name:
            try:
                return walker.until(name)
            except KeyError as error:
                return _Text(error.args[0])
    return _Text(f"{line!r} is not a move. {KEYS}")


class _Text(Shown):
    """A sentence, broken to fit."""

    def __init__(self, sentence: str) -> None:
        self._sentence = sentence

    def _written(self, glyphs: Any, width: int | None) -> str:
        return str(glyphs.text(self._sentence))
