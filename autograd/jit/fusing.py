"""Flattening: chains of additions become one `sum`, sums of products one `dot` or `affine`.

Which rows take part is read from their formulas (`bilinear`). A node is taken into the one above it only where nothing
else reads it; what is left over of it is dropped by a later pass.
"""

from typing import Any, NamedTuple, TypeAlias

from ..value import Value
from .bilinear import terms_of
from .rows import OPERATIONS, Operation
from .tape import CONSTANT, NODE, PARAMETER, Tape

__all__ = ["flatten_sums"]

_MANY = 3  # a sum of two terms stays the addition that it was


_Pair: TypeAlias = tuple[float, int, int, int]
"""Sign and places of a product, and the node that computes just that, or -1."""


class _Sum(NamedTuple):
    """Σ sign · a · b + Σ sign · c."""

    pairs: list[_Pair]
    singles: list[tuple[float, int]]


def flatten_sums(tape: Tape) -> Tape:
    """The tape with its chains of additions and products as `sum`, `dot` and `affine` nodes.

    >>> from autograd import Value
    >>> from .tape import record
    >>> w, x, b = [Value(1.0), Value(2.0)], [Value(3.0), Value(4.0)], Value(5.0)
    >>> flat = flatten_sums(record(b + w[0] * x[0] + w[1] * x[1]))
    >>> flat.rows[flat.root].name, len(flat.inputs[flat.root]), flat.run()[flat.root]
    ('affine', 5, 16.0)
    """
    uses = [0] * len(tape)
    for place in (tape.root, *tape.others):
        uses[place] = 2  # read from outside, so that nothing takes it in
    for operands in tape.inputs:
        for operand in operands:
            uses[operand] += 1
    sums: dict[int, _Sum] = {}
    larger: set[int] = set()  # those that took in others
    recipes: dict[Operation, _Recipe | None] = {}
    kinds, inputs = tape.kinds, tape.inputs
    for place, row in enumerate(tape.rows):
        if row is None:
            continue
        recipe = recipes[row] if row in recipes else recipes.setdefault(row, _recipe(row))
        if recipe is None:
            continue
        operands = inputs[place]
        pairs: list[_Pair] = []
        if recipe.variadic:
            products, singles = _spread(recipe, row, operands)
        else:
            products = [(sign, operands[i], operands[j]) for sign, i, j in recipe.products]
            singles = [(sign, operands[i]) for sign, i in recipe.singles]
        for sign, a, b in products:
            if kinds[a] != PARAMETER and (kinds[b] == PARAMETER or (kinds[a] == NODE and kinds[b] != NODE)):
                a, b = b, a
            pairs.append((sign, a, b, place if sign > 0 and len(products) == 1 and not singles else -1))
        total = _Sum(pairs, [])
        if singles:
            total = _with_singles(total, singles, place, uses, sums, larger)
        sums[place] = total
    return _rewritten(tape, sums, larger)


class _Recipe(NamedTuple):
    """The terms of a row by the indices of its operands; of names, where the row is n-ary."""

    products: list[tuple[float, Any, Any]]
    singles: list[tuple[float, Any]]
    variadic: bool


def _recipe(row: Operation) -> _Recipe | None:
    terms = terms_of(row)
    if terms is None:
        return None
    names = [operand.name for operand in row.operands]
    key: Any = (lambda name: name) if row.variadic else names.index
    return _Recipe(
        [(t.sign, *map(key, t.factors)) for t in terms if len(t.factors) == 2],
        [(t.sign, key(t.factors[0])) for t in terms if len(t.factors) == 1],
        row.variadic,
    )


def _spread(
    recipe: _Recipe, row: Operation, operands: tuple[int, ...]
) -> tuple[list[tuple[float, int, int]], list[tuple[float, int]]]:
    """The terms of an n-ary node, element by element."""
    names = (operand.name for operand in row.operands)
    entries = {
        name: entry if isinstance(entry, list) else [entry]
        for name, entry in zip(names, row.split(operands), strict=True)
    }
    products = [
        (sign, a, b) for sign, one, other in recipe.products for a, b in zip(entries[one], entries[other], strict=True)
    ]
    return products, [(sign, place) for sign, name in recipe.singles for place in entries[name]]


def _with_singles(
    total: _Sum,
    singles: list[tuple[float, int]],
    place: int,
    uses: list[int],
    sums: dict[int, _Sum],
    larger: set[int],
) -> _Sum:
    """Add the terms that are one place each, taking apart the sums that only this node reads."""
    taken = [sums.get(operand) if uses[operand] == 1 else None for _, operand in singles]
    single = sum([1 if one is None else len(one.singles) for one in taken])
    for (sign, operand), one in zip(singles, taken, strict=True):
        # A neuron Σ w·x + b is whole: what is added to it later (1 + z, z - target, a residual) stays an addition.
        if one is None or (len(one.pairs) > 1 and len(one.singles) == 1 and single > 1):
            total.singles.append((sign, operand))
            continue
        del sums[operand]
        larger.add(place)
        if sign < 0:
            one.pairs[:] = [(-s, a, b, -1) for s, a, b, _ in one.pairs]
            one.singles[:] = [(-s, each) for s, each in one.singles]
        # The shorter list goes into the longer one: a chain of additions costs linear time from either end.
        if len(total.pairs) + len(total.singles) < len(one.pairs) + len(one.singles):
            total, one = one, total
        total.pairs.extend(one.pairs)
        total.singles.extend(one.singles)
    return total


class _Writer:
    """The new tape, growing; `moved` says where the old places went."""

    def __init__(self, tape: Tape) -> None:
        self.old = tape
        self.tape = Tape([], [], [], [], [], -1)
        self.moved: list[int] = []
        self.constants: dict[float, int] = {}

    def node(self, row: Operation, inputs: list[int], source: Value | None = None) -> int:
        self.tape.kinds.append(NODE)
        self.tape.rows.append(row)
        self.tape.inputs.append(tuple(inputs))
        self.tape.numbers.append(0.0)
        self.tape.sources.append(source)
        return len(self.tape.kinds) - 1

    def constant(self, number: float) -> int:
        if number not in self.constants:
            self.tape.kinds.append(CONSTANT)
            self.tape.rows.append(None)
            self.tape.inputs.append(())
            self.tape.numbers.append(number)
            self.tape.sources.append(None)
            self.constants[number] = len(self.tape.kinds) - 1
        return self.constants[number]

    def copy(self, place: int) -> int:
        old = self.old
        self.tape.kinds.append(old.kinds[place])
        self.tape.rows.append(old.rows[place])
        self.tape.inputs.append(tuple([self.moved[i] for i in old.inputs[place]]))
        self.tape.numbers.append(old.numbers[place])
        self.tape.sources.append(old.sources[place])
        return len(self.tape.kinds) - 1

    def is_zero(self, place: int) -> bool:
        return self.old.kinds[place] == CONSTANT and self.old.numbers[place] == 0.0

    def negated(self, pair: _Pair) -> tuple[int, int] | None:
        """The pair with its sign taken into a constant factor, if it has one."""
        _, a, b, _ = pair
        for constant, other in ((a, b), (b, a)):
            if self.old.kinds[constant] == CONSTANT:
                return self.constant(-self.old.numbers[constant]), self.moved[other]
        return None

    def products(self, pairs: list[_Pair]) -> list[tuple[int, int]]:
        """All pairs with positive signs."""
        found: list[tuple[int, int]] = []
        negative: list[_Pair] = []
        for pair in pairs:
            sign, one, other, _ = pair
            if sign > 0:
                found.append((self.moved[one], self.moved[other]))
            elif negated := self.negated(pair):
                found.append(negated)
            else:
                negative.append(pair)
        if negative:
            a, b = [self.moved[p[1]] for p in negative], [self.moved[p[2]] for p in negative]
            found.append((self.constant(-1.0), self.node(OPERATIONS["dot"], a + b)))
        return found

    def sum(self, total: _Sum, source: Value | None) -> int:
        pairs = total.pairs
        # The 0 that Python's own sum() starts with adds nothing.
        singles = [one for one in total.singles if not self.is_zero(one[1])]
        if not pairs and not singles:
            singles = total.singles[:1]
        if len(pairs) == 1 and pairs[0][3] >= 0:
            singles = [*singles, (1.0, pairs[0][3])]
            pairs = []
        products = self.products(pairs)
        plain = [self.moved[place] for sign, place in singles if sign > 0]
        products += [(self.constant(-1.0), self.moved[place]) for sign, place in singles if sign < 0]
        if not products:
            return self.node(OPERATIONS["sum"], plain, source)
        if len(plain) > 1:
            plain = [self.node(OPERATIONS["sum"], plain)]
        a, b = [a for a, _ in products], [b for _, b in products]
        return self.node(OPERATIONS["affine" if plain else "dot"], a + b + plain, source)


def _rewritten(tape: Tape, sums: dict[int, _Sum], larger: set[int]) -> Tape:
    writer = _Writer(tape)
    for place in range(len(tape)):
        total = sums.get(place)
        if total is not None and place in larger and len(total.pairs) + len(total.singles) >= _MANY:
            writer.moved.append(writer.sum(total, tape.sources[place]))
        else:
            writer.moved.append(writer.copy(place))
    others = tuple([writer.moved[place] for place in tape.others])
    return writer.tape.replaced(root=writer.moved[tape.root], others=others)
