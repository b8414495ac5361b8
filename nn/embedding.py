"""`Embedding`, a learned vector for each token, and `one_hot`, the vector that selects one (lectures L10).

Learned positions are an embedding of 0, 1, 2...; fixed ones are `PositionalEncoding`, in `positions`.
"""

from random import Random
from typing import Any

from autograd import parameter

from . import _checks
from .init import Initialiser, initialiser, normal
from .module import Module

__all__ = ["Embedding", "one_hot"]


class Embedding(Module):
    """A table of `count` rows of `width` parameters; a token 0, 1... selects its row (as one-hot vector times table).

    init: where they start, N(0, 1) if None, as in PyTorch. seed: as for `Neuron`.
    A row that was not used gets no gradient, and the optimisers leave it alone.

    >>> e = Embedding(27, 16, seed=0)
    >>> e(3) == e.table[3], len(e([0, 3, 3]))
    (True, 3)
    >>> e(27)
    Traceback (most recent call last):
    ValueError: Embedding: token is 27, but there are only 0 to 26
    """

    def __init__(
        self, count: int, width: int, *, init: str | Initialiser | None = None, seed: int | Random | None = None
    ) -> None:
        count, width = _checks.count(count, "count"), _checks.count(width, "width")
        rng = _checks.generator(seed)
        draw = normal(0.0, 1.0) if init is None else initialiser(init)
        self.table = [
            [parameter(_checks.number(draw(rng, count, width), "a weight from init")) for _ in range(width)]
            for _ in range(count)
        ]

    def __call__(self, tokens: Any) -> Any:
        """The row of one token, or a list of rows for a list of tokens (nested lists too).

        Raises ValueError for a token that is out of range and TypeError for what is not a whole number.
        """
        return self._rows(_checks.plain(tokens), f"{self._where()}: token")

    def _rows(self, tokens: Any, what: str) -> Any:
        if _checks.is_list(tokens):
            return [self._rows(token, f"{what} {index}") for index, token in enumerate(tokens)]
        return list(_checks.chosen(self.table, tokens, what))

    def _output(self) -> str:
        return str(len(self.table[0]))

    def _describe(self) -> str:
        return f"Embedding({len(self.table)}, {len(self.table[0])})"


def one_hot(labels: Any, count: int) -> Any:
    """A row of `count` numbers, 1.0 at the label and 0.0 elsewhere; for lists of labels, lists of rows.

    Raises ValueError for a label outside 0 to count - 1 and TypeError for what is not a whole number.

    >>> one_hot(1, 3), one_hot([0, 2], 3)
    ([0.0, 1.0, 0.0], [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    """
    return _one_hot(_checks.plain(labels), _checks.count(count, "count"), "one_hot: label")


def _one_hot(labels: Any, count: int, what: str) -> Any:
    if _checks.is_list(labels):
        return [_one_hot(label, count, f"{what} {index}") for index, label in enumerate(labels)]
    label = _checks.index(labels, count, what)
    return [float(index == label) for index in range(count)]
