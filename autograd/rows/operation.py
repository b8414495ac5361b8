"""What a row of the table is: `Operation`, a name, its operands, its value, its partial derivatives and their limits.

A row is text only. Everything that runs, prints or proves it is derived from that text: `functions` and `steps` write
the Python that runs on floats, `evaluate` reads the same formulas on every other kind of operand.
"""

from __future__ import annotations

import keyword
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import FormulaError

if TYPE_CHECKING:
    from .formula import Formula

__all__ = ["OPERATIONS", "Jump", "Kink", "Operand", "Operation"]


class Operand(NamedTuple):
    """One parameter of an operation; `variadic` ones (written `*a`) stand for a list of values of any length.

    truth: whether a bool is welcome (written `c: bool`), as 1.0 or 0.0.
    """

    name: str
    variadic: bool = False
    default: float | None = None
    truth: bool = False

    def __str__(self) -> str:
        text = f"*{self.name}" if self.variadic else f"{self.name}: bool" if self.truth else self.name
        return text if self.default is None else f"{text}={self.default!r}"


class Kink(NamedTuple):
    """A place where the value is continuous and the derivative jumps.

    at: a formula `left == right`, true at the kink; between an n-ary operand and `y` it means: true of two or more.
    low, high: the partial's one-sided values, as formula texts; what the table's partial gives there is the convention.
    """

    at: str
    low: str
    high: str


class Jump(NamedTuple):
    """A place where the value itself jumps, so has no derivative; the table's partial is the one on either side.

    at: a formula `left == right`, true at the jump and nearly true next to it, on both sides.
    low, high: the value's limits on the two sides, in either order, as formula texts.
    """

    at: str
    low: str
    high: str


class Operation:
    """One row of the table.

    name: what the function and the method are called.
    operands: as in a Python signature: `a`, `a, b`, `a, slope=0.01`, `*w, *x, b`.
    value, partials: formulas over the operands' names and, for the partials, `y`, the operation's own value. A partial
        with respect to an n-ary operand is elementwise.
    domain: the condition under which the value exists; None: everywhere.
    outside: the ways to be outside the domain, in order: a condition each, and what to tell the user in words.
    smooth: the condition under which a partial exists, for all operands or one for each; None: as the domain.
    kinks: where the derivative jumps, and what lies on either side.
    jumps: where the value jumps, and what lies on either side.
    symbol: the infix or prefix sign, where the operation has one.
    method: whether `Value` gets a method of this name.
    doc: one line for the docstring; source: where the formula comes from.
    guarded: whether comparisons in the formulas come out right for a nan too, as inf - inf is one; else none may be
        lost there.
    functions: Python functions of floats that the formulas call and the table does not have, by name.
    """

    compute: Callable[..., float]
    """The value on floats (lists of them for n-ary operands); nan where there is none."""
    function: Callable[..., Any]
    """The public function, on values and numbers."""
    pull: Callable[[Any], None]
    """The backward step of one node."""

    def __init__(
        self,
        name: str,
        operands: str,
        value: str,
        partials: Sequence[str] | str,
        *,
        domain: str | None = None,
        outside: Sequence[tuple[str, str]] = (),
        smooth: str | Sequence[str | None] | None = None,
        kinks: Sequence[Kink] | Kink = (),
        jumps: Sequence[Jump] | Jump = (),
        symbol: str = "",
        method: bool = True,
        doc: str = "",
        source: str = "",
        guarded: bool = False,
        functions: Mapping[str, Callable[..., float]] | None = None,
    ) -> None:
        name = _normal(name)
        if str(name) != name or not name.isidentifier() or keyword.iskeyword(name) or name.strip("_") != name:
            raise FormulaError(f"an operation's name must be a Python name, got {name!r}")
        if isinstance(partials, str):  # ("2 * a") for ("2 * a",)
            partials = (partials,)
        kinks = (kinks,) if isinstance(kinks, Kink) else kinks
        jumps = (jumps,) if isinstance(jumps, Jump) else jumps
        _check_texts(name, operands=[operands], symbol=[symbol], doc=[doc], source=[source])
        self.name = name
        self.operands = tuple(_parse_operands(name, operands))
        self.variadic = any(operand.variadic for operand in self.operands)
        self.value_text = value
        self.partial_texts = _texts(name, "partials", partials)
        self.domain_text = domain
        self.outside = tuple(outside)
        one = smooth is None or isinstance(smooth, str)
        self.smooth_texts: tuple[str | None, ...] = _texts(
            name, "smooth conditions", [smooth] * len(self.operands) if one else smooth
        )
        self.kinks: tuple[Kink, ...] = _texts(name, "kinks", kinks)
        self.jumps: tuple[Jump, ...] = _texts(name, "jumps", jumps)
        self.symbol = symbol
        self.method = method and not self.operands[0].variadic
        self.doc = doc
        self.source = source
        self.guarded = guarded
        self.functions: Mapping[str, Callable[..., float]] = {_normal(key): f for key, f in (functions or {}).items()}
        self._parsed: dict[tuple[Any, ...], Formula] = {}
        for what, texts in (("partial derivatives", self.partial_texts), ("smooth conditions", self.smooth_texts)):
            if len(texts) != len(self.operands):
                raise FormulaError(f"{name} has {len(self.operands)} operands but {len(texts)} {what}")
        for kind, places in ((Kink, self.kinks), (Jump, self.jumps)):
            for place in places:
                if not isinstance(place, kind):
                    raise FormulaError(f"{name}: {place!r} is no {kind.__name__}(at, low, high)")

    # Formulas are parsed when something first reads them: importing the library parses none.

    @cached_property
    def value(self) -> Formula:
        """The formula of the value."""
        return self.formula(self.value_text)

    @cached_property
    def partials(self) -> tuple[Formula, ...]:
        """The formulas of the partial derivatives, one an operand."""
        return tuple(self.formula(text, "y") for text in self.partial_texts)

    @cached_property
    def domain(self) -> Formula | None:
        """The condition under which the value exists; None: everywhere."""
        return None if self.domain_text is None else self.formula(self.domain_text, condition=True)

    @cached_property
    def smooth(self) -> tuple[Formula | None, ...]:
        """The condition under which each partial exists; None: wherever the value does."""
        return tuple(None if text is None else self.formula(text, "y", condition=True) for text in self.smooth_texts)

    def sides(self, place: Kink | Jump) -> tuple[Formula, Formula, Formula]:
        """The formulas of a kink or jump: where it is, and the slope or value on either side."""
        return self.formula(place.at, "y", condition=True), self.formula(place.low, "y"), self.formula(place.high, "y")

    @cached_property
    def constant_partials(self) -> tuple[float | None, ...]:
        """For each operand the number that its partial is everywhere, None where it depends on the operands."""
        return tuple(partial.number for partial in self.partials)

    def formula(self, text: str, *more: str, condition: bool = False) -> Formula:
        """A formula over the operands' names (and `more`), parsed; `FormulaError` says what is wrong with it."""
        from .formula import Formula

        if not isinstance(text, str):
            raise FormulaError(f"a formula is text, got {type(text).__name__}: {text!r}")
        key = (text, more, condition)
        if key not in self._parsed:
            names = (*self.scalars, *more)
            self._parsed[key] = Formula(text, names, self.groups, condition=condition, guarded=self.guarded)
        return self._parsed[key]

    @property
    def formulas(self) -> list[Formula]:
        """What code is generated from: the value, the partials, the conditions."""
        return [formula for formula in (self.value, *self.partials, self.domain, *self.smooth) if formula is not None]

    @property
    def called(self) -> frozenset[str]:
        """Names of the functions that the row's formulas call."""
        sides = [formula for place in self.breaks for formula in self.sides(place)]
        return frozenset().union(*(formula.functions for formula in [*self.formulas, *sides]))

    def same_as(self, other: Operation) -> bool:
        """Whether another row says the same; functions, which a cell of a notebook defines anew, have the same code."""

        def contents(row: Operation) -> list[Any]:
            parts = ("__code__", "__closure__", "__defaults__")
            functions = {
                name: [getattr(f, part) for part in parts] if hasattr(f, "__code__") else f
                for name, f in row.functions.items()
            }
            return [functions, *(getattr(row, field) for field in _FIELDS)]

        return self.name == other.name and contents(self) == contents(other)

    def __repr__(self) -> str:
        return "\n".join([f"{self.signature} = {self.value_text}", *(f"    {line}" for line in self.facts())])

    def __str__(self) -> str:
        return f"<operation {self.signature} = {self.value_text}>"

    def facts(self) -> Iterator[str]:
        """What the row says beside the value, a line each: derivatives, domain, where they exist, kinks, source."""
        for operand, partial, smooth in zip(self.operands, self.partial_texts, self.smooth_texts, strict=True):
            yield f"∂/∂{operand.name} = {partial}" + (f"   where {smooth}" if smooth else "")
        if self.domain_text:
            yield f"domain: {self.domain_text}"
        for kink in self.kinks:
            yield f"kink: {kink.at}, slopes from {kink.low} to {kink.high}"
        for jump in self.jumps:
            yield f"jump: {jump.at}, values from {jump.low} to {jump.high}"
        if self.source:
            yield f"source: {self.source}"

    @property
    def signature(self) -> str:
        """As one would write its definition: `leaky_relu(a, slope=0.01)`."""
        return f"{self.name}({', '.join(map(str, self.operands))})"

    @property
    def scalars(self) -> tuple[str, ...]:
        """Names of the operands that are one value each."""
        return tuple(operand.name for operand in self.operands if not operand.variadic)

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the n-ary operands."""
        return tuple(operand.name for operand in self.operands if operand.variadic)

    @property
    def breaks(self) -> tuple[Kink | Jump, ...]:
        """All places without a derivative of their own inside the domain: kinks, then jumps."""
        return (*self.kinks, *self.jumps)

    def split(self, inputs: Sequence[Any]) -> list[Any]:
        """A node's flat inputs as one entry an operand: a list for an n-ary operand, a single value else."""
        if not self.variadic:
            return list(inputs)
        length = (len(inputs) - len(self.scalars)) // len(self.groups)
        entries: list[Any] = []
        position = 0
        for operand in self.operands:
            if operand.variadic:
                entries.append(list(inputs[position : position + length]))
                position += length
            else:
                entries.append(inputs[position])
                position += 1
        return entries


def _parse_operands(name: str, text: str) -> Iterator[Operand]:
    seen: set[str] = set()
    defaults = False
    for part in text.split(","):
        declared, _, default = (piece.strip() for piece in part.partition("="))
        operand, _, annotation = (piece.strip() for piece in declared.partition(":"))
        bare = _normal(operand.removeprefix("*"))
        if not bare.isidentifier() or annotation not in ("", "bool"):
            raise FormulaError(f"the operands of {name}, {text!r}, are not a parameter list such as 'a, b=1.0' or '*a'")
        if keyword.iskeyword(bare) or bare.strip("_") != bare or bare in (*_TAKEN, name, *seen):
            raise FormulaError(f"{name}: the operand name {bare!r} is taken; choose another")
        if (defaults and not default) or (default and operand.startswith("*")):
            raise FormulaError(f"the operands of {name}, {text!r}: a default stands last, and not with a *")
        seen.add(bare)
        defaults = bool(default)
        try:
            number = float(default) if default else None
        except ValueError:
            raise FormulaError(f"{name}: the default of {bare}, {default!r}, is not a number") from None
        if number is not None and not math.isfinite(number):
            raise FormulaError(f"{name}: the default of {bare}, {default!r}, is no finite number")
        yield Operand(bare, operand.startswith("*"), number, annotation == "bool")


_FIELDS = (
    "operands", "value_text", "partial_texts", "domain_text", "outside", "smooth_texts", "kinks", "jumps", "symbol",
    "method", "doc", "source", "guarded",
)  # fmt: skip
"""What makes a row, beside its name and its functions."""


def _normal(name: Any) -> Any:
    """A name as Python reads it: full-width letters, ligatures and the like are the plain ones (NFKC)."""
    if not isinstance(name, str) or name.isascii():
        return name
    import unicodedata

    return unicodedata.normalize("NFKC", name)


def _texts(name: str, field: str, given: Any) -> tuple[Any, ...]:
    try:
        return tuple(given)
    except TypeError:
        raise FormulaError(f"{name}: its {field} are a tuple, got {type(given).__name__}: {given!r}") from None


def _check_texts(name: str, **fields: Sequence[str]) -> None:
    """Raise if something that is shown, or written into generated code, is no text that can be written."""
    for field, texts in fields.items():
        for text in texts:
            if not isinstance(text, str):
                raise FormulaError(f"{name}: {field} is text, got {type(text).__name__}: {text!r}")
            if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
                raise FormulaError(f"{name}: {field} {text!r} holds a NUL or half a character (a lone surrogate)")


_TAKEN = ("y", "pi")
"""Names that formulas give a meaning of their own: the operation's value, and π."""

OPERATIONS: dict[str, Operation] = {}
"""Every operation by name, in the table's order: the table fills it, `register` adds to it."""
