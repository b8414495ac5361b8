"""The parts of a transformer (lectures L10): `FeedForward`, `EncoderBlock` and `DecoderBlock`, with a residual sum and
a norm around each part. `language` makes a language model of them.
"""

from collections.abc import Callable
from random import Random
from typing import Any, TypeAlias

from autograd import Value

from . import _checks
from .activations import Activation, activation_text
from .attention import KeyValues, Mask, MultiHeadAttention
from .dropout import Dropout
from .init import Initialiser
from .layers import Layer
from .module import Module
from .normalisation import LayerNorm

__all__ = ["DecoderBlock", "EncoderBlock", "FeedForward", "TransformerBlock"]

Row: TypeAlias = list[Value]
Norm: TypeAlias = Callable[[int], Module]
BlockState: TypeAlias = tuple[KeyValues, KeyValues | None]
"""The keys and values that a decoder block has so far: its own, and the encoder's where it looks at them."""


class FeedForward(Module):
    """FFN(x) = max(0, x W_1 + b_1) W_2 + b_2, at each position for itself (lectures L10).

    width: of the rows it takes and gives. hidden: neurons between; four times the width if None.
    activation, init, bias, seed: as for `Layer`.

    >>> ffn = FeedForward(4, seed=0)
    >>> len(ffn([1.0, 0.0, 0.0, 0.0])), len(ffn.parameters())
    (4, 148)
    """

    def __init__(
        self,
        width: int,
        hidden: int | None = None,
        *,
        activation: Activation = "relu",
        init: str | Initialiser = "xavier",
        bias: bool = True,
        seed: int | Random | None = None,
    ) -> None:
        self._width = _checks.count(width, "width")
        hidden = 4 * width if hidden is None else _checks.count(hidden, "hidden")
        rng = _checks.generator(seed)
        self.layers = [
            Layer(width, hidden, activation=activation, init=init, bias=bias, seed=rng),
            Layer(hidden, width, activation=None, init=init, bias=bias, seed=rng),
        ]

    def __call__(self, x: Any) -> Row:
        """The output for one row.

        Raises ValueError for a wrong length and TypeError for what is not one row.
        """
        first, second = self.layers
        return second.fire(first.fire(_checks.inputs(x, self._width, self._where())))

    def _output(self) -> str:
        return str(self._width)

    def _describe(self) -> str:
        first = self.layers[0]
        activation = activation_text(first.neurons[0].activation)
        return f"FeedForward({self._width}, {len(first.neurons)}, activation={activation})"


class TransformerBlock(Module):
    """What encoder and decoder blocks share: attention, a feed-forward network, and x + F(x) with a norm around each.

    width: of the rows it takes and gives. heads: of the attention. hidden: as for `FeedForward`.
    norm: makes a norm for a width: `LayerNorm`, `RMSNorm`, or a function such as `lambda n: RMSNorm(n, learned=False)`.
    norm_first: False computes norm(x + F(x)), as the lectures do; True x + F(norm(x)), which trains more easily.
    dropout: probability for the numbers of each F(x). activation, init, bias, seed: as for `Layer`.

    Each part is an attribute; another network of the same width may take the place of `feed_forward`.
    """

    def __init__(
        self,
        width: int,
        heads: int,
        hidden: int | None = None,
        *,
        norm: Norm = LayerNorm,
        norm_first: bool = False,
        dropout: float = 0.0,
        activation: Activation = "relu",
        init: str | Initialiser = "xavier",
        bias: bool = True,
        seed: int | Random | None = None,
    ) -> None:
        self._width = _checks.count(width, "width")
        self._norm_first = norm_first
        rng = _checks.generator(seed)
        self.attention = MultiHeadAttention(width, heads, init=init, bias=bias, seed=rng)
        self.attention_norm = norm(width)
        self.feed_forward = FeedForward(width, hidden, activation=activation, init=init, bias=bias, seed=rng)
        self.feed_forward_norm = norm(width)
        self.dropout = Dropout(dropout, seed=rng)

    def _fed(self, x: Row) -> Row:
        """The second half of a block, the same in all: the feed-forward network at one position."""
        norm = self.feed_forward_norm
        return self._after(x, self.feed_forward(self._before(x, norm)), norm, "feed_forward")

    def _before(self, x: Row, norm: Module) -> Row:
        """What F sees in x + F(norm(x)) or norm(x + F(x))."""
        return norm(x) if self._norm_first else x

    def _after(self, x: Row, change: Row, norm: Module, part: str) -> Row:
        """The sum of x and what F, called `part`, made of it, normalised where that was not done before."""
        if self.training and self.dropout.p:
            change = self.dropout(change)
        where = f"{self._where()}/{part}_sum"
        total = [a + b for a, b in zip(x, change, strict=True)]
        for index, node in enumerate(total):
            node.origin = f"{where}/units.{index}"
        return total if self._norm_first else norm(total)

    def _output(self) -> str:
        return f"n x {self._width}"

    def _describe(self) -> str:
        return f"{type(self).__name__}({self._width}, {self.attention._heads})"


class EncoderBlock(TransformerBlock):
    """A block whose positions all see each other (lectures L10): self-attention, then the feed-forward network.

    Arguments as for `TransformerBlock`.

    >>> block = EncoderBlock(4, 2, seed=0)
    >>> out = block([[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]])
    >>> len(out), len(out[0]), len(block.parameters())
    (2, 4, 244)
    """

    def __call__(self, xs: Any, mask: Mask | None = None) -> list[Row]:
        """The new rows of the sequence `xs`. mask: as for `attention`.

        Raises ValueError and TypeError for what is no sequence of rows of the right width.
        """
        rows = _checks.rows(xs, self._width, self._where())
        norm = self.attention_norm
        changes = self.attention([self._before(row, norm) for row in rows], None, mask)
        rows = [self._after(row, change, norm, "attention") for row, change in zip(rows, changes, strict=True)]
        return [self._fed(row) for row in rows]


class DecoderBlock(TransformerBlock):
    """A block whose positions see only themselves and what is before them (lectures L10).

    cross: whether there is a second attention, `cross`, to the rows of an encoder, between the first and the
    feed-forward network; a decoder-only model has none. Other arguments as for `TransformerBlock`.

    >>> block = DecoderBlock(4, 2, seed=0)
    >>> rows = [[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]]
    >>> [v.data for v in block(rows)[0]] == [v.data for v in block(rows[:1])[0]]  # the future changes nothing
    True
    """

    def __init__(
        self,
        width: int,
        heads: int,
        hidden: int | None = None,
        *,
        cross: bool = False,
        norm: Norm = LayerNorm,
        norm_first: bool = False,
        dropout: float = 0.0,
        activation: Activation = "relu",
        init: str | Initialiser = "xavier",
        bias: bool = True,
        seed: int | Random | None = None,
    ) -> None:
        rng = _checks.generator(seed)
        super().__init__(
            width,
            heads,
            hidden,
            norm=norm,
            norm_first=norm_first,
            dropout=dropout,
            activation=activation,
            init=init,
            bias=bias,
            seed=rng,
        )
        self.cross = MultiHeadAttention(width, heads, init=init, bias=bias, seed=rng) if cross else None
        self.cross_norm = norm(width) if cross else None

    def __call__(self, xs: Any, memory: Any = None, state: BlockState | None = None) -> list[Row]:
        """The new rows of the sequence `xs`.

        memory: the encoder's rows, where the block has a cross-attention.
        state: what `start(memory)` gave, and earlier calls added to: the positions before those of `xs`.

        Raises ValueError and TypeError for what is no sequence of rows of the right width, and for a memory that is
        missing or not wanted.
        """
        rows = _checks.rows(xs, self._width, self._where())
        state = self.start(memory) if state is None else state
        return [self._step(row, state) for row in rows]

    def start(self, memory: Any = None) -> BlockState:
        """The state before the first position: no keys and values of its own, and those of the encoder's rows."""
        where = self._where()
        if self.cross is None:
            if memory is not None:
                raise ValueError(f"{where} has no cross-attention for a memory; make it with cross=True")
            return self.attention.start(), None
        if memory is None:
            raise ValueError(f"{where} has a cross-attention, which needs the encoder's rows: memory=...")
        self.cross.forget()
        return self.attention.start(), self.cross.read(_checks.rows(memory, self._width, f"{where}, memory"))

    def _step(self, x: Row, state: BlockState) -> Row:
        own, others = state
        norm = self.attention_norm
        x = self._after(x, self.attention.step(self._before(x, norm), own), norm, "attention")
        if self.cross is not None and self.cross_norm is not None and others is not None:
            norm = self.cross_norm
            x = self._after(x, self.cross.look(self._before(x, norm), others), norm, "cross")
        return self._fed(x)
