"""Recurrent networks (lectures L2, L10): a cell makes a new state from an input and the state before it.

`RNNCell`, `LSTMCell`, and `Recurrent`, which unrolls one of them over a sequence: the loop becomes a graph without one.
"""

from random import Random
from typing import Any, TypeAlias

from autograd import Value, dot, tanh

from . import _checks
from .activations import Activation, activation_text
from .init import Initialiser
from .layers import Layer
from .module import Module

__all__ = ["LSTMCell", "RNNCell", "Recurrent"]

Row: TypeAlias = list[Value]


class RNNCell(Module):
    """h' = f(W [x, h] + b): a layer that sees the input and its own last output (lectures L2: a = σ(w a + b)).

    nin, nhidden: widths of x and h. activation: f. init, bias, seed: as for `Layer`; the columns of W are those of x,
    then those of h (PyTorch keeps them apart, with two biases whose sum is ours).

    >>> cell = RNNCell(2, 3, seed=0)
    >>> h = cell([1.0, 0.0])
    >>> h = cell([0.0, 1.0], h)
    >>> [v.op for v in h]
    ['tanh', 'tanh', 'tanh']
    """

    _lists_parts = False

    def __init__(
        self,
        nin: int,
        nhidden: int,
        *,
        activation: Activation = "tanh",
        init: str | Initialiser = "xavier",
        bias: bool = True,
        seed: int | Random | None = None,
    ) -> None:
        self._nin, self._nhidden = _checks.count(nin, "nin"), _checks.count(nhidden, "nhidden")
        self.layer = Layer(nin + nhidden, nhidden, activation=activation, init=init, bias=bias, seed=seed)

    def start(self) -> Row:
        """The state before the first input: zeros."""
        return [Value(0.0) for _ in range(self._nhidden)]

    def __call__(self, x: Any, h: Any = None) -> Row:
        """The new state for one input and the state before it, `start()` if None.

        Raises ValueError for a wrong length of either and TypeError for what is not one row.
        """
        where = self._where()
        row = _checks.inputs(x, self._nin, where)
        before = self.start() if h is None else _checks.inputs(h, self._nhidden, f"{where}, state h")
        return self.layer.fire(row + before)

    def _output(self) -> str:
        return str(self._nhidden)

    def _describe(self) -> str:
        activation = activation_text(self.layer.neurons[0].activation)
        return f"RNNCell({self._nin}, {self._nhidden}, activation={activation})"


class LSTMCell(Module):
    """Long short-term memory (Hochreiter and Schmidhuber 1997, with forget gates): a state h, c with gated changes.

    i, f, o = σ(W [x, h] + b), three layers of gates; g = tanh(W [x, h] + b), the candidate;
    c' = f ⊙ c + i ⊙ g; h' = o ⊙ tanh(c').

    nin, nhidden: widths of x and of h, c. forget_bias: where the biases of f start; 1 makes it remember at first
    (Gers et al. 2000). init, seed: as for `Layer`. PyTorch's `LSTMCell` is the same with the gates' order i, f, g, o.

    >>> cell = LSTMCell(2, 3, seed=0)
    >>> h, c = cell([1.0, 0.0])
    >>> h, c = cell([0.0, 1.0], (h, c))
    >>> len(h), len(c), len(cell.parameters())
    (3, 3, 72)
    """

    _lists_parts = False

    def __init__(
        self,
        nin: int,
        nhidden: int,
        *,
        forget_bias: float = 1.0,
        init: str | Initialiser = "xavier",
        seed: int | Random | None = None,
    ) -> None:
        self._nin, self._nhidden = _checks.count(nin, "nin"), _checks.count(nhidden, "nhidden")
        start = _checks.number(forget_bias, "forget_bias")
        rng = _checks.generator(seed)

        def gate(activation: str, bias: float = 0.0) -> Layer:
            return Layer(
                nin + nhidden, nhidden, activation=activation, init=init, bias_init=lambda *_: bias, seed=rng
            )

        self.input = gate("sigmoid")
        self.forget = gate("sigmoid", start)
        self.candidate = gate("tanh")
        self.output = gate("sigmoid")

    def start(self) -> tuple[Row, Row]:
        """The state (h, c) before the first input: zeros."""
        return [Value(0.0) for _ in range(self._nhidden)], [Value(0.0) for _ in range(self._nhidden)]

    def __call__(self, x: Any, state: tuple[Any, Any] | None = None) -> tuple[Row, Row]:
        """The new state (h, c) for one input and the state before it, `start()` if None.

        Raises ValueError for a wrong length of any and TypeError for what is not one row, or a state that is no pair.
        """
        where = self._where()
        row = _checks.inputs(x, self._nin, where)
        h, c = self._state(state, where)
        seen = row + h
        i, f, g, o = (layer.fire(seen) for layer in (self.input, self.forget, self.candidate, self.output))
        cells = [dot([f[k], i[k]], [c[k], g[k]]) for k in range(self._nhidden)]
        hidden = []
        for k, cell in enumerate(cells):
            bounded = tanh(cell)
            out = o[k] * bounded
            cell.origin = bounded.origin = f"{where}/cells.{k}"
            out.origin = f"{where}/units.{k}"
            hidden.append(out)
        return hidden, cells

    def _state(self, state: Any, where: str) -> tuple[Row, Row]:
        if state is None:
            return self.start()
        if not isinstance(state, (tuple, list)) or len(state) != 2:
            raise TypeError(f"{where}: the state is a pair (h, c), got {_checks._show(state)}")
        h, c = (_checks.inputs(s, self._nhidden, f"{where}, state {n}") for n, s in zip("hc", state, strict=True))
        return h, c

    def _output(self) -> str:
        return str(self._nhidden)

    def _describe(self) -> str:
        return f"LSTMCell({self._nin}, {self._nhidden})"


class Recurrent(Module):
    """A cell unrolled in time: the same parameters at every position, each state made from the one before (L2, L10).

    cell: an `RNNCell`, `LSTMCell` or another module with `start()` and `(x, state) -> state`, whose state is h or a
    tuple that begins with h.

    >>> hs = Recurrent(RNNCell(1, 4, seed=0))([[0.0], [1.0], [0.0]])
    >>> len(hs), len(hs[0])
    (3, 4)
    """

    def __init__(self, cell: Module) -> None:
        if not hasattr(cell, "start") or not isinstance(cell, Module):
            raise TypeError(f"Recurrent takes a cell such as RNNCell(2, 8), got {_checks._show(cell)}")
        self.cell = cell

    def __call__(self, xs: Any, state: Any = None) -> list[Row]:
        """The hidden row h of every position of the sequence `xs`; the last one has seen all of it."""
        return self.run(xs, state)[0]

    def run(self, xs: Any, state: Any = None) -> tuple[list[Row], Any]:
        """As calling it, and the state after the last position, with which one can go on.

        Raises ValueError for an empty sequence, TypeError for what is none.
        """
        xs = _checks.plain(xs)
        where = self._where()
        if not _checks.is_list(xs):
            raise TypeError(f"{where} expects a list of rows, one a position, got {_checks._show(xs)}")
        if not xs:
            raise ValueError(f"{where} expects at least one position, got an empty list")
        state = self.cell.start() if state is None else state
        hidden = []
        for x in xs:
            state = self.cell(x, state)
            hidden.append(state[0] if isinstance(state, tuple) else state)
        return hidden, state

    def _output(self) -> str:
        return f"n x {self.cell._output()}"

    def _describe(self) -> str:
        return f"Recurrent({self.cell._describe()})"
