"""Language models as compositions of the other modules (lectures L10): `GPT`, decoder-only, and `Transformer`, encoder
and decoder. A model takes tokens, whole numbers from 0, and gives the logits of the next token at each position.

`generation` lets them write; `softmax_cross_entropy` trains them.
"""

from random import Random
from typing import Any, TypeAlias

from autograd import Value

from . import _checks
from .embedding import Embedding
from .init import Initialiser, normal
from .layers import Layer
from .module import Module
from .normalisation import LayerNorm, RMSNorm
from .positions import PositionalEncoding
from .transformer import BlockState, DecoderBlock, EncoderBlock, Norm

__all__ = ["GPT", "Transformer"]

Row: TypeAlias = list[Value]


def bare_rms_norm(width: int) -> RMSNorm:
    """`RMSNorm` without parameters."""
    return RMSNorm(width, learned=False)


class GPT(Module):
    """A decoder-only transformer: token and position embeddings, decoder blocks, a norm, and a layer of logits.

    tokens: how many there are. width: of a row. block_size: longest sequence. heads, layers: of and how many blocks.
    hidden, dropout, activation: as for `DecoderBlock`. norm, bias: the smallest that work are the defaults, norms
    without parameters and no biases; `norm=LayerNorm, bias=True` is GPT-2.
    init: of all weights, N(0, 0.08²) if None. seed: as for `Neuron`.

    >>> model = GPT(27, 16, block_size=16, heads=4, layers=1, seed=0)
    >>> logits = model([0, 5, 13])
    >>> len(logits), len(logits[0]), len(model.parameters())
    (3, 27, 4192)
    """

    def __init__(
        self,
        tokens: int,
        width: int,
        *,
        block_size: int,
        heads: int = 4,
        layers: int = 1,
        hidden: int | None = None,
        norm: Norm = bare_rms_norm,
        dropout: float = 0.0,
        activation: Any = "relu",
        bias: bool = False,
        init: str | Initialiser | None = None,
        seed: int | Random | None = None,
    ) -> None:
        self.block_size = _checks.count(block_size, "block_size")
        rng = _checks.generator(seed)
        start: str | Initialiser = normal(0.0, 0.08) if init is None else init
        self.embedding = Embedding(tokens, width, init=start, seed=rng)
        self.positions = Embedding(block_size, width, init=start, seed=rng)
        self.blocks = [
            DecoderBlock(
                width,
                heads,
                hidden,
                norm=norm,
                norm_first=True,
                dropout=dropout,
                activation=activation,
                init=start,
                bias=bias,
                seed=rng,
            )
            for _ in range(_checks.count(layers, "layers"))
        ]
        self.norm = norm(width)
        self.head = Layer(width, tokens, activation=None, init=start, bias=bias, seed=rng)

    def __call__(self, tokens: Any, state: list[BlockState] | None = None) -> list[Row]:
        """The logits of the next token at each position of `tokens`.

        state: what `start()` gave, and earlier calls added to: the positions before these, not computed again.

        Raises ValueError for a token that is out of range or more positions than `block_size`, TypeError for what is
        no list of whole numbers.
        """
        tokens = _checks.tokens(tokens, len(self.embedding.table), self._where())
        state = self.start() if state is None else state
        before = len(state[0][0])
        if before + len(tokens) > self.block_size:
            raise ValueError(
                f"{self._where()} has a block_size of {self.block_size} positions, got {before + len(tokens)}"
            )
        rows = [
            _placed(
                _checks.chosen(self.embedding.table, token, f"{self._where()}: token {at}"),
                self.positions.table[before + at],
                self._where(),
            )
            for at, token in enumerate(tokens)
        ]
        for block, known in zip(self.blocks, state, strict=True):
            rows = block(rows, None, known)
        return [self.head.fire(self.norm(row)) for row in rows]

    def start(self) -> list[BlockState]:
        """The state before the first token: no keys and values in any block."""
        return [block.start() for block in self.blocks]

    def _output(self) -> str:
        return f"n x {self.head._output()}"

    def _describe(self) -> str:
        width, heads = self.head._nin, self.blocks[0].attention._heads
        sizes = f"block_size={self.block_size}, heads={heads}, layers={len(self.blocks)}"
        return f"GPT({len(self.embedding.table)}, {width}, {sizes})"


class Transformer(Module):
    """Encoder and decoder (lectures L10; Vaswani et al. 2017): one reads a sequence, the other writes one about it.

    source, target: how many tokens each language has. width: of a row. heads, layers: of and how many blocks each.
    hidden, norm, norm_first, dropout, init, seed: as for `EncoderBlock`. Positions are sines and cosines.

    >>> model = Transformer(5, 7, 8, heads=2, layers=1, seed=0)
    >>> logits = model([1, 2, 3], [0, 4])  # the source, and the target so far
    >>> len(logits), len(logits[0])
    (2, 7)
    """

    def __init__(
        self,
        source: int,
        target: int,
        width: int,
        *,
        heads: int = 4,
        layers: int = 1,
        hidden: int | None = None,
        norm: Norm = LayerNorm,
        norm_first: bool = False,
        dropout: float = 0.0,
        init: str | Initialiser = "xavier",
        seed: int | Random | None = None,
    ) -> None:
        rng = _checks.generator(seed)
        layers = _checks.count(layers, "layers")
        self.source, self.target = (Embedding(count, width, seed=rng) for count in (source, target))
        self.positions = PositionalEncoding(width)
        options: dict[str, Any] = {"norm": norm, "norm_first": norm_first, "dropout": dropout}
        options |= {"init": init, "seed": rng}
        self.encoder = [EncoderBlock(width, heads, hidden, **options) for _ in range(layers)]
        self.decoder = [DecoderBlock(width, heads, hidden, cross=True, **options) for _ in range(layers)]
        self.head = Layer(width, target, activation=None, init=init, seed=rng)

    def __call__(self, source: Any, target: Any) -> list[Row]:
        """The logits of the next token at each position of `target`, after reading `source`."""
        return self.decode(self.encode(source), target)

    def encode(self, source: Any) -> list[Row]:
        """The encoder's rows for the tokens `source`: what the decoder looks at.

        Raises ValueError and TypeError for what is no list of tokens.
        """
        tokens = _checks.tokens(source, len(self.source.table), f"{self._where()}, source")
        rows = self.positions(self.source(tokens))
        for block in self.encoder:
            rows = block(rows)
        return rows

    def decode(self, memory: list[Row], target: Any, state: list[BlockState] | None = None) -> list[Row]:
        """The logits of the next token at each position of `target`, for what `encode` gave.

        state: what `start(memory)` gave, and earlier calls added to: the positions before these, not computed again.
        """
        tokens = _checks.tokens(target, len(self.target.table), f"{self._where()}, target")
        state = self.start(memory) if state is None else state
        rows = self.positions(self.target(tokens), len(state[0][0]))
        for block, known in zip(self.decoder, state, strict=True):
            rows = block(rows, None, known)
        return [self.head.fire(row) for row in rows]

    def start(self, memory: list[Row]) -> list[BlockState]:
        """The decoder's state before its first token."""
        return [block.start(memory) for block in self.decoder]

    def _output(self) -> str:
        return f"n x {self.head._output()}"

    def _describe(self) -> str:
        sizes = f"{len(self.source.table)}, {len(self.target.table)}, {self.head._nin}"
        return f"Transformer({sizes}, heads={self.encoder[0].attention._heads}, layers={len(self.encoder)})"


def _placed(row: Row, position: Row, where: str) -> Row:
    """A token's row plus its position's."""
    out = [a + b for a, b in zip(row, position, strict=True)]
    for index, node in enumerate(out):
        node.origin = f"{where}/embedding/units.{index}"
    return out
