"""Where in the sequence: PE(pos, 2i) = sin(pos / 10000^(2i/d)), PE(pos, 2i + 1) = cos(same) (lectures L10).

Attention alone does not know the order of what it sees. Learned positions are an `Embedding` of 0, 1, 2...
"""

import math
from typing import Any

from autograd import Value

from . import _checks
from .module import Module

__all__ = ["PositionalEncoding", "positional_encoding"]


def positional_encoding(positions: int, width: int, base: float = 10000.0) -> list[list[float]]:
    """The rows PE(0), PE(1)... of `width` numbers: sines and cosines of ever slower waves (lectures L10).

    >>> [[round(x, 4) for x in row] for row in positional_encoding(2, 4)]
    [[0.0, 1.0, 0.0, 1.0], [0.8415, 0.5403, 0.01, 1.0]]
    """
    positions, width = _checks.count(positions, "positions"), _checks.count(width, "width")
    base = _checks.number(base, "base", least=1.0)
    return [[_encoded(position, k, width, base) for k in range(width)] for position in range(positions)]


def _encoded(position: int, k: int, width: int, base: float) -> float:
    angle = position / base ** ((k - k % 2) / width)
    return math.cos(angle) if k % 2 else math.sin(angle)


class PositionalEncoding(Module):
    """Adds `positional_encoding` to the rows of a sequence (lectures L10); it has no parameters.

    width: of the rows. base: 10000 in the lectures; a smaller one makes faster waves, for short sequences.

    >>> rows = PositionalEncoding(2)([[0.0, 0.0], [0.0, 0.0]])
    >>> [[round(v.data, 4) for v in row] for row in rows]
    [[0.0, 1.0], [0.8415, 0.5403]]
    """

    def __init__(self, width: int, *, base: float = 10000.0) -> None:
        self._width = _checks.count(width, "width")
        self._base = _checks.number(base, "base", least=1.0)
        self._rows: list[list[Value]] = []  # as constants, made when a position is first reached

    def __call__(self, xs: Any, start: int = 0) -> list[list[Value]]:
        """The rows of the sequence `xs`, whose first is at position `start`, each with its position added.

        Raises ValueError and TypeError for what is no sequence of rows of the right width.
        """
        where = self._where()
        rows = _checks.rows(xs, self._width, where)
        start = _checks.count(start, "start", least=0)
        for position in range(len(self._rows), start + len(rows)):
            encoded = [_encoded(position, k, self._width, self._base) for k in range(self._width)]
            self._rows.append([_checks.constant(number) for number in encoded])
        out = [[x + p for x, p in zip(row, self._rows[start + t], strict=True)] for t, row in enumerate(rows)]
        for row in out:
            for index, node in enumerate(row):
                node.origin = f"{where}/units.{index}"
        return out

    def _output(self) -> str:
        return f"n x {self._width}"

    def _describe(self) -> str:
        return f"PositionalEncoding({self._width})"
