"""The cursor on the command line: one key and Enter a move, by lines, so that it works in any terminal or pipe."""

from collections.abc import Callable

from .traces import Trace
from .walker import Walker

__all__ = ["KEYS", "run"]

KEYS = "n next node, s step an edge, b back, u NAME until that node, g gradients so far, q quit; Enter alone is n"


def run(trace: Trace, read: Callable[[str], str] = input, show: Callable[[object], None] = print) -> None:
    """Move a cursor through a trace as the lines that `read` gives say, until `q` or the end of the input."""
    walker = trace.walk()
    show(KEYS)
    while True:
        try:
            line = read("> ").strip()
        except EOFError:
            show("")
            return
        if line in ("q", "quit"):
            return
        show(_answer(walker, line))


def _answer(walker: Walker, line: str) -> object:
    key, _, rest = line.partition(" ")
    match key, rest.strip():
        case ("" | "n" | "next"), "":
            return walker.next()
        case ("s" | "step"), "":
            return walker.step()
        case ("b" | "back"), "":
            return walker.back()
        case ("g" | "grads"), "":
            return walker.text()
        case ("u" | "until"), name if name:
            try:
                return walker.until(name)
            except KeyError as error:
                return error.args[0]
    return f"{line!r} is not a move. {KEYS}"
