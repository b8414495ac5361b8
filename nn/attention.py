"""Attention(Q, K, V) = softmax(Q Kᵀ / √d_k) V (lectures L10): each query takes a mean of the values, weighted by how
well it matches their keys. `attention` is the formula, `causal_mask` hides the future, `MultiHeadAttention` has the
weights.
"""

import math
from collections.abc import Sequence
from random import Random
from typing import Any, TypeAlias

from autograd import Value, dot, exp_difference, logsumexp, softmax
from autograd import sum as add_up

from . import _checks
from ._checks import _show
from .init import Initialiser
from .layers import Layer
from .module import Module

__all__ = ["KeyValues", "MultiHeadAttention", "attention", "attention_weights", "causal_mask"]

Row: TypeAlias = list[Value]
Mask: TypeAlias = Sequence[Sequence[bool]]


def attention(queries: Any, keys: Any, values: Any, mask: Mask | None = None) -> list[Row]:
    """softmax(Q Kᵀ / √d_k) V for rows of numbers or Values (lectures L10): a row as wide as a value for each query.

    queries, keys: rows of one width d_k. values: one row for each key.
    mask: mask[i][j] says whether query i sees key j; None lets it see all. What is masked costs nothing.

    Raises ValueError for lengths that don't fit, naming them, and for a query that sees no key.

    >>> [[v.data for v in row] for row in attention([[0.0]], [[1.0], [2.0]], [[10.0, 0.0], [20.0, 0.0]])]
    [[15.0, 0.0]]
    """
    weights = attention_weights(queries, keys, mask)
    rows = _values(values)
    if len(rows) != len(keys):
        raise ValueError(f"attention needs one value for each key, got {len(rows)} and {len(keys)}")
    seen = _seen(len(weights), len(rows), mask)
    return [
        [dot([row[j] for j in visible], [rows[j][k] for j in visible]) for k in range(len(rows[0]))]
        for row, visible in zip(weights, seen, strict=True)
    ]


def attention_weights(queries: Any, keys: Any, mask: Mask | None = None) -> list[Row]:
    """softmax(Q Kᵀ / √d_k): a row for each query, which sums to 1, with 0 for what the mask hides.

    Arguments and errors as for `attention`.

    >>> [[v.data for v in row] for row in attention_weights([[1.0], [0.0]], [[1.0], [1.0]], causal_mask(2))]
    [[1.0, 0.0], [0.5, 0.5]]
    """
    q = _checks.rows(queries, _width(queries), "attention", "query")
    k = _checks.rows(keys, len(q[0]), "attention", "key")
    scale = _checks.constant(1 / math.sqrt(len(q[0])))
    weights = []
    for query, visible in zip(q, _seen(len(q), len(k), mask), strict=True):
        scaled = [number * scale for number in query]
        row = iter(softmax([dot(scaled, k[j]) for j in visible]))
        weights.append([next(row) if j in visible else _checks.constant(0.0) for j in range(len(k))])
    return weights


def causal_mask(positions: int) -> list[list[bool]]:
    """The mask of a decoder: position i sees the positions 0 to i.

    >>> causal_mask(3)
    [[True, False, False], [True, True, False], [True, True, True]]
    """
    size = _checks.count(positions, "positions")
    return [[j <= i for j in range(size)] for i in range(size)]


class KeyValues:
    """The keys and values of the positions so far, split among the heads: what later positions need of earlier ones.

    A decoder that goes on from here computes no key or value again.
    """

    __slots__ = ("columns", "keys", "size")

    def __init__(self, heads: int, width: int) -> None:
        self.size = 0
        self.keys: list[list[Row]] = [[] for _ in range(heads)]
        # Column k of the values of a head holds number k of each: one side of the dot product with the weights.
        self.columns: list[list[Row]] = [[[] for _ in range(width // heads)] for _ in range(heads)]

    def append(self, key: Row, value: Row) -> None:
        """Add a position."""
        self.size += 1
        at = 0
        for keys, columns in zip(self.keys, self.columns, strict=True):
            end = at + len(columns)
            keys.append(key[at:end])
            for column, number in zip(columns, value[at:end], strict=True):
                column.append(number)
            at = end

    def __len__(self) -> int:
        return self.size


class MultiHeadAttention(Module):
    """Attention several times side by side, each head on its part of Q = W_q x, K = W_k x, V = W_v x, then W_o (L10).

    width: of the rows it takes and gives. heads: how many; each has width / heads numbers of each row.
    init, bias, seed: as for `Layer`; all four layers are linear.

    After a call, `pattern` holds the weights: for each head a row for each query, as plain numbers.

    Raises ValueError where the heads do not divide the width.

    >>> attend = MultiHeadAttention(4, 2, seed=0)
    >>> out = attend([[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]])
    >>> len(out), len(out[0]), len(attend.parameters())
    (3, 4, 80)
    >>> len(attend.pattern), [round(sum(row), 9) for row in attend.pattern[0]]
    (2, [1.0, 1.0, 1.0])
    """

    def __init__(
        self,
        width: int,
        heads: int,
        *,
        init: str | Initialiser = "xavier",
        bias: bool = True,
        seed: int | Random | None = None,
    ) -> None:
        self._width, self._heads = _checks.count(width, "width"), _checks.count(heads, "heads")
        if width % heads:
            raise ValueError(f"heads must divide the width, but {width} / {heads} is not a whole number")
        self._scale = _checks.constant(1 / math.sqrt(width // heads))
        self._pattern: list[list[list[float]]] = [[] for _ in range(self._heads)]
        rng = _checks.generator(seed)
        self.queries, self.keys, self.values, self.out = (
            Layer(width, width, activation=None, init=init, bias=bias, seed=rng) for _ in range(4)
        )

    @property
    def pattern(self) -> list[list[list[float]]]:
        """The weights of the last call: heads, queries, keys; rows of a causal call are as long as what was seen."""
        return [list(rows) for rows in self._pattern]

    def __call__(self, xs: Any, memory: Any = None, mask: Mask | None = None) -> list[Row]:
        """What each position of the sequence `xs` takes from those of `memory`, or of `xs` itself if that is None.

        mask: as for `attention`. Raises ValueError and TypeError for what is no sequence of rows of the right width.
        """
        where = self._where()
        rows = _checks.rows(xs, self._width, where)
        others = rows if memory is None else _checks.rows(memory, self._width, f"{where}, memory")
        known = self.read(others)
        seen = None if mask is None else _seen(len(rows), len(others), mask, where)
        self.forget()
        return [self.look(row, known, None if seen is None else seen[index]) for index, row in enumerate(rows)]

    def forget(self) -> None:
        """Begin a new `pattern`."""
        for rows in self._pattern:
            rows.clear()

    def start(self) -> KeyValues:
        """No keys and values: what `step` begins with."""
        return KeyValues(self._heads, self._width)

    def read(self, rows: list[Row], known: KeyValues | None = None) -> KeyValues:
        """The keys and values of rows that were checked already, added to those of `known`."""
        known = self.start() if known is None else known
        for row in rows:
            known.append(self.keys.fire(row), self.values.fire(row))
        return known

    def step(self, row: Row, known: KeyValues) -> Row:
        """Causal attention, one position at a time: adds the row to `known`, and looks at all that is there."""
        if not known:
            self.forget()
        return self.look(row, self.read([row], known))

    def look(self, row: Row, known: KeyValues, visible: Sequence[int] | None = None) -> Row:
        """What one query takes from the keys and values in `known`, or from those of them that it sees."""
        where, scale = self._where(), self._scale
        query = [number * scale for number in self.queries.fire(row)]
        mixed: Row = []
        at = 0
        for head, (keys, columns) in enumerate(zip(known.keys, known.columns, strict=True)):
            part = query[at : at + len(columns)]
            at += len(columns)
            if visible is not None:
                keys = [keys[j] for j in visible]
                columns = [[column[j] for j in visible] for column in columns]
            scores = [dot(part, key) for key in keys]
            shift = logsumexp(scores)
            terms = [exp_difference(score, shift) for score in scores]
            total = add_up(terms)
            weights = [term / total for term in terms]  # (as softmax, whose nodes would have no scope)
            taken = [dot(weights, column) for column in columns]
            scope = f"{where}/heads.{head}"
            for node in (*part, *scores, shift, *terms, total, *weights, *taken):
                node.origin = scope
            mixed += taken
            numbers = [weight._data for weight in weights]  # only shown: no look that would bar a replay
            if visible is not None:
                found = dict(zip(visible, numbers, strict=True))
                numbers = [found.get(j, 0.0) for j in range(len(known))]
            self._pattern[head].append(numbers)
        return self.out.fire(mixed)

    def _output(self) -> str:
        return f"n x {self._width}"

    def _describe(self) -> str:
        bias = ", bias=False" if self.out.neurons[0].b is None else ""
        return f"MultiHeadAttention({self._width}, {self._heads}{bias})"


def _width(rows: Any) -> int:
    rows = _checks.plain(rows)
    if not _checks.is_list(rows) or not rows or not _checks.is_list(_checks.plain(rows[0])) or not len(rows[0]):
        raise TypeError(f"attention takes lists of rows of numbers or Values, got {_show(rows)}")
    return len(rows[0])


def _values(values: Any) -> list[Row]:
    return _checks.rows(values, _width(values), "attention", "value")


def _seen(queries: int, keys: int, mask: Mask | None, where: str = "attention") -> list[Sequence[int]]:
    """Which keys each query sees."""
    if mask is None:
        return [range(keys)] * queries
    mask = _checks.plain(mask)
    if not _checks.is_list(mask) or not all(_checks.is_list(row) for row in mask):
        raise TypeError(f"{where}: the mask must be a list of rows, one a query, got {_show(mask)}")
    if len(mask) != queries or any(len(row) != keys for row in mask):
        sizes = f"{len(mask)} rows of {', '.join(sorted({str(len(row)) for row in mask}))}"
        raise ValueError(f"{where}: the mask must have {queries} rows of {keys}, one a query and key; it has {sizes}")
    seen: list[Sequence[int]] = [[j for j, sees in enumerate(row) if sees] for row in mask]
    for index, visible in enumerate(seen):
        if not visible:
            raise ValueError(f"{where}: the mask lets query {index} see no key at all")
    return seen
