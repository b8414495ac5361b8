"""What a grading finds: `Item`s of a rubric of 100 points, and `Mistake`s with the program that shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

__all__ = ["RUBRIC", "Item", "Marks", "Mistake"]

RUBRIC: dict[str, tuple[int, str]] = {
    "value": (4, "Value(2) holds data and grad"),
    "operators": (18, "+  -  *  /  **  and -a give the right numbers"),
    "constants": (8, "plain numbers on either side: a + 2, 2 - a, …"),
    "function": (5, "a function for neurons: relu, tanh, sigmoid, exp, …"),
    "seed": (4, "backward() starts from 1 at the root"),
    "derivatives": (14, "each operation's own derivative"),
    "chain": (5, "… times the gradient that comes from above"),
    "several": (6, "a value used by two operations: gradients add up"),
    "twice": (7, "a value used twice by one operation: a * a"),
    "order": (7, "a gradient is passed on when it is complete"),
    "random": (6, "random programs"),
    "again": (4, "a second backward() doubles the leaves' gradients"),
    "losses": (3, "the gradients of two losses add up in the leaves"),
    "deep": (3, "a sum of 5,000 terms"),
    "paths": (2, "a graph with 10 ** 12 paths"),
    "inputs": (2, "inputs are kept in order"),
    "data": (2, "nothing changes the data"),
}
"""What is graded, in order: key, points, what it is. The points add up to 100."""


@dataclass(frozen=True)
class Item:
    """One line of the rubric: what was reached, and a word on it."""

    key: str
    points: int
    of: int
    what: str
    note: str = ""


@dataclass(frozen=True)
class Mistake:
    """One mistake, by name: the smallest program that shows it, the two numbers, why, and what to try next.

    kind: a short key such as "overwrite"; operations: those that it concerns, in the class's own syntax.
    """

    kind: str
    name: str
    code: Sequence[str] = ()
    quantity: str = ""
    yours: Any = None
    right: Any = None
    why: str = ""
    next: str = ""
    operations: Sequence[str] = ()
    line: int = 0
    text: str = ""
    detail: str = ""


@dataclass
class Marks:
    """Points as they are given, and mistakes as they are found; a rubric line that was never reached gets 0.

    limits: what costs nothing by itself; missing: operators that are not written yet.
    """

    reached: dict[str, tuple[float, str]] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    limits: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def give(self, key: str, share: float, note: str = "") -> None:
        """Set a line's share of its points, from 0 to 1."""
        self.reached[key] = (share, note)

    def found(self, *kinds: str) -> bool:
        """Whether a mistake of one of these kinds was found."""
        return any(mistake.kind in kinds for mistake in self.mistakes)

    def items(self) -> list[Item]:
        """The rubric; shares are rounded down, so that full points mean that nothing is missing."""
        items = []
        for key, (of, what) in RUBRIC.items():
            share, note = self.reached.get(key, (0.0, "not tested"))
            items.append(Item(key, int(share * of + 1e-9), of, what, note))
        return items


@dataclass(frozen=True)
class Result:
    """The result: `points` of 100, `items` of the rubric, `mistakes` by name, `limits` that cost nothing.

    missing: operators that are not written yet; functions: those that were found, as they are called;
    smallest: the smallest wrong random program where the mistakes above explain it; notes: about the file as such;
    output: the beginning of what the file printed.
    """

    path: str
    class_name: str
    items: tuple[Item, ...]
    mistakes: tuple[Mistake, ...]
    limits: tuple[str, ...]
    missing: tuple[str, ...]
    functions: tuple[str, ...]
    smallest: Mistake | None
    notes: tuple[str, ...]
    output: str

    @property
    def complete(self) -> bool:
        """Whether there are full marks and no mistake."""
        return not self.mistakes and all(item.points == item.of for item in self.items)

    @property
    def points(self) -> int:
        """What was reached, of 100."""
        return sum(item.points for item in self.items)
