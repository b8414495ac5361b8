"""The cursor by keys: one key and Enter a move, by lines, so that it works in any terminal, pipe and notebook."""

from collections.abc import Callable
from typing import Any, Protocol

from .glyphs import for_terminal
from .shown import Shown
from .terminal import screen

__all__ = ["KEYS", "ask", "show", "walk_by_keys"]

KEYS = (
    "n next node (n 3: three), s step an edge, b back, u NAME until that node, g gradients so far, ? help, q quit; "
    "Enter alone is n"
)


class Cursor(Protocol):
    """What the keys need of a `Walker`."""

    def next(self, nodes: int = 1) -> Shown: ...
    def step(self) -> Shown: ...
    def back(self) -> Shown: ...
    def until(self, where: str) -> Shown: ...
    def text(self) -> str: ...


def show(thing: object) -> None:
    """Print to standard output; what is `Shown` in colour, where that is a terminal that wants it."""
    thing.show() if isinstance(thing, Shown) else print(for_terminal().text(str(thing)))


def ask(read: Callable[[str], str], show: Callable[[object], None]) -> str | None:
    """The next line that `read` gives, None where the user has had enough: `q`, or the end of the input."""
    try:
        line = read("> ").strip()
    except EOFError:
        show("")
        return None
    return None if line.lower() in ("q", "quit", "exit") else line


def walk_by_keys(walker: Cursor, read: Callable[[str], str] = input, show: Callable[[object], None] = show) -> None:
    """Move a cursor as the lines that `read` gives say, until `q` or the end of the input."""
    show(_Text(KEYS))
    while (line := ask(read, show)) is not None:
        show(_answer(walker, line))


def _answer(walker: Cursor, line: str) -> object:
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
