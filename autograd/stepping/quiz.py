"""`Trace.quiz`: predict the next gradient, then have it revealed; a wrong answer hears which mistake it looks like."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import final

from ..conversion import as_number
from ..wording import number, visible
from .glyphs import Glyphs
from .interactive import quiz_by_keys
from .layout import lay_out
from .shown import Shown
from .step import Edge, Step, head_row
from .steps import Record

__all__ = ["Answer", "Quiz"]

TOLERANCE = 1e-3
"""How near, relatively, an answer must be: as one would round it."""


@final
@dataclass(frozen=True, slots=True, repr=False)
class Answer(Shown):
    """What an answer is worth: `correct`, and if not, the mistakes that lead to this number (`mistakes`, as texts)."""

    given: float
    correct: bool
    mistakes: tuple[str, ...]
    _explained: str = ""

    def _written(self, glyphs: Glyphs, width: int | None) -> str:
        """Right, with the full line of the trace; or not, with what may have gone wrong."""
        if self.correct:
            return glyphs.text(f"right: {self._explained}")
        if not self.mistakes:
            return f"{number(self.given)} is not it; try again, or reveal()"
        return glyphs.text(f"{number(self.given)} is not it: " + "; or ".join(self.mistakes))


@final
class Quiz(Shown):
    """Questions about a trace, one per edge; its repr is the present question.

    >>> from autograd import Value, trace
    >>> d, f = Value(4.0, "d"), Value(-2.0, "f")
    >>> q = trace(d * f, names={"L": None}).quiz()
    >>> q
    v3 = d * f = -8             v3.grad = 1  (seed)
    d.grad is 0 so far. What is it after ∂v3/∂d has been added?
    >>> q.answer(4)
    4 is not it: that is d's own value; the local derivative ∂v3/∂d is f = -2
    >>> q.answer(-2)
    right: d.grad += -2 × 1, so 0 → -2
    >>> q.reveal()
    f.grad += 4 × 1, so 0 → 4
    >>> q
    finished: 0 of 2 right at the first try
    """

    def __init__(self, trace: Record) -> None:
        self._questions: Iterator[tuple[Step, Edge]] = ((step, edge) for step in trace for edge in step.edges)
        self._present = next(self._questions, None)
        self._asked = 0
        self.right = 0
        self._tried = False

    @property
    def done(self) -> bool:
        """Whether no question is left."""
        return self._present is None

    @property
    def asked(self) -> int:
        """How many questions are answered or revealed."""
        return self._asked

    def answer(self, number: float | str) -> Answer:
        """Judge an answer to the present question. A right one goes on to the next question, a wrong one may be mended.

        An answer is right if it is near enough to be a rounded one (1 in 1,000); a text such as "-2" or "1/3" is read.
        Raises TypeError for what is not a number, ValueError for nan and for a text that is none, and RuntimeError
        when no question is left.
        """
        step, edge = self._question()
        given = _read(number) if isinstance(number, str) else as_number(number)
        if not _near(given, edge.after):
            self._tried = True
            return Answer(given, False, tuple(dict.fromkeys(_mistakes(given, step, edge))))
        if not self._tried:
            self.right += 1
        self._advance()
        return Answer(given, True, (), _solution(step, edge))

    def reveal(self) -> "Revealed":
        """Give the present question's answer, and go on to the next."""
        step, edge = self._question()
        self._advance()
        return Revealed(_solution(step, edge))

    def interactive(self) -> None:
        """Ask question after question: a number is an answer, `r` reveals it, `q` ends it."""
        quiz_by_keys(self)

    def _written(self, glyphs: Glyphs, width: int | None) -> str:
        """The present question, or the result."""
        if self._present is None:
            return f"finished: {self.right} of {self.asked} right at the first try"
        step, edge = self._present
        row = head_row(step, glyphs)
        [head] = lay_out([[row._replace(place="")]], width, (step.columns[0] - row.indent, 0))
        local = f"{glyphs.d}{glyphs.name(step.name)}/{glyphs.d}{glyphs.name(edge.name)}{glyphs.mark(edge.which)}"
        so_far = f"{glyphs.name(edge.name)}.grad is {number(edge.before)} so far"
        return "\n".join([*head, f"{so_far}. What is it after {local} has been added?"])

    def _question(self) -> tuple[Step, Edge]:
        if self._present is None:
            raise RuntimeError("the quiz is finished; trace.quiz() starts another one")
        return self._present

    def _advance(self) -> None:
        self._present = next(self._questions, None)
        self._asked += 1
        self._tried = False


@final
class Revealed(Shown):
    """The answer to a question."""

    __slots__ = ("_solution",)

    def __init__(self, solution: str) -> None:
        self._solution = solution

    def _written(self, glyphs: Glyphs, width: int | None) -> str:
        """The line of the trace."""
        return glyphs.text(self._solution)


def _read(text: str) -> float:
    """The number that a text is, such as `-2`, `1e-3` or `1/3`."""
    try:
        return as_number(float(Fraction(text.strip().replace("−", "-"))))
    except (ValueError, ArithmeticError):
        raise ValueError(f"an answer is a number, such as -2, 0.25 or 1/3, got {visible(text)!r}") from None


def _near(given: float, wanted: float) -> bool:
    return given == wanted or math.isclose(given, wanted, rel_tol=TOLERANCE, abs_tol=1e-12)


def _solution(step: Step, edge: Edge) -> str:
    sign = "=" if step.rule == "overwrite" else "+="
    amount = f"{number(edge.partial)} × {number(step.grad)}"
    return f"{edge.name}.grad {sign} {amount}, so {number(edge.before)} → {number(edge.after)}"


def _mistakes(given: float, step: Step, edge: Edge) -> Iterator[str]:
    """The usual mistakes that give this number."""
    before, partial, upstream, own = edge.before, edge.partial, step.grad, edge.data
    symbol = edge.symbol if edge.symbol == number(partial) else f"{edge.symbol} = {number(partial)}"
    local = f"the local derivative ∂{step.name}/∂{edge.name} is {symbol}"
    if not _near(own, partial) and any(_near(given, wrong) for wrong in (own, before + own * upstream, own * upstream)):
        yield f"that is {edge.name}'s own value{_times(own, given, before, upstream)}; {local}"
    if not _near(upstream, 1.0) and _near(given, before + partial):
        yield f"the upstream gradient is missing: multiply {number(partial)} by {step.name}.grad = {number(upstream)}"
    alone = not _near(partial, 1.0) and not _near(own, upstream)
    if alone and any(_near(given, wrong) for wrong in (upstream, before + upstream)):
        yield f"that is the upstream gradient {step.name}.grad alone; {local}"
    if before and step.rule == "add" and any(_near(given, wrong) for wrong in (edge.contribution, partial)):
        yield (
            f"that overwrites {number(before)}, which {edge.name} has from another use; contributions are added: "
            f"{number(before)} + {number(edge.contribution)}"
        )
    if edge.contribution and any(_near(given, wrong) for wrong in (-edge.after, before - edge.contribution)):
        yield f"the sign is wrong: {number(partial)} × {number(upstream)} = {number(edge.contribution)}"
    if upstream and _near(given, before + partial + upstream) and not _near(partial + upstream, edge.contribution):
        yield f"partial and upstream gradient are multiplied, not added: {number(partial)} × {number(upstream)}"


def _times(own: float, given: float, before: float, upstream: float) -> str:
    if _near(given, own):
        return ""
    return f" times the upstream gradient {number(upstream)}" + (f", added to {number(before)}" if before else "")
