"""The family of gated linear units (lectures L3): y = g(a) ⊙ b with a = x W_a + b_a, b = x W_b + b_b.

`GLU`, `ReGLU`, `GEGLU` and `SwiGLU` differ in the gate's function g.
"""

from random import Random
from typing import Any

from autograd import Value, parameter, swish

from . import _checks
from .activations import Activation
from .init import Initialiser
from .layers import Layer
from .module import Module

__all__ = ["GEGLU", "GLU", "ReGLU", "SwiGLU"]


class GLU(Module):
    """y = sigmoid(a) ⊙ b: `gate`, a layer with the function g, times `linear`, a layer without one (lectures L3).

    nin, nout: widths. init, bias, bias_init, seed: as for `Layer`. Dauphin et al. 2016, arXiv:1612.08083; PyTorch's
    `torch.nn.functional.glu` has the two halves the other way round.

    >>> y = GLU(2, 3, seed=0)([1.0, -1.0])
    >>> [v.op for v in y], len(GLU(2, 3).parameters())
    (['mul', 'mul', 'mul'], 18)
    """

    _gate: Activation = "sigmoid"
    _lists_parts = False

    def __init__(
        self,
        nin: int,
        nout: int,
        *,
        init: str | Initialiser = "xavier",
        bias: bool = True,
        bias_init: str | Initialiser = "zeros",
        seed: int | Random | None = None,
    ) -> None:
        self._nin = _checks.count(nin, "nin")
        rng = _checks.generator(seed)
        self.gate, self.linear = (
            Layer(nin, nout, activation=activation, init=init, bias=bias, bias_init=bias_init, seed=rng)
            for activation in (self._gate, None)
        )

    def __call__(self, x: Any) -> Value | list[Value]:
        """The gated values for one sample of `nin` numbers: a list, or a Value where `nout` is 1.

        Raises ValueError for a wrong length and TypeError for what is not one sample.
        """
        where = self._where()
        row = _checks.inputs(x, self._nin, where)
        out = [gate * linear for gate, linear in zip(self._gates(row), self.linear.fire(row), strict=True)]
        for index, y in enumerate(out):
            y.origin = f"{where}/units.{index}"
        return _checks.alone(out)

    def _gates(self, x: list[Value]) -> list[Value]:
        return self.gate.fire(x)

    def _output(self) -> str:
        return self.linear._output()

    def _describe(self) -> str:
        bias = ", bias=False" if self.linear.neurons[0].b is None else ""
        return f"{type(self).__name__}({self._nin}, {len(self.linear.neurons)}{bias})"


class ReGLU(GLU):
    """y = relu(a) ⊙ b (lectures L3; Shazeer 2020, arXiv:2002.05202).

    >>> y = ReGLU(1, 1, init=lambda *_: 2.0)(3.0)
    >>> y.data
    36.0
    """

    _gate = "relu"


class GEGLU(GLU):
    """y = gelu(a) ⊙ b with the exact gelu (lectures L3; Shazeer 2020, arXiv:2002.05202).

    >>> y = GEGLU(1, 1, init=lambda *_: 1.0)(1.0)
    >>> round(y.data, 6)
    0.841345
    """

    _gate = "gelu"


class SwiGLU(GLU):
    """y = swish(a) ⊙ b with swish(a) = a sigmoid(beta a) (lectures L3; Shazeer 2020, arXiv:2002.05202).

    beta: where the parameter `beta` starts, which is learned then; None, the usual choice, fixes it at 1 (SiLU).

    >>> [p.label for p in SwiGLU(1, 1, beta=2.0).parameters()][-1]
    'beta'
    """

    _gate: Activation = "silu"

    def __init__(
        self,
        nin: int,
        nout: int,
        *,
        beta: float | None = None,
        init: str | Initialiser = "xavier",
        bias: bool = True,
        bias_init: str | Initialiser = "zeros",
        seed: int | Random | None = None,
    ) -> None:
        if beta is not None:
            beta = _checks.number(beta, "beta")
            self._gate: Activation = None
        super().__init__(nin, nout, init=init, bias=bias, bias_init=bias_init, seed=seed)
        self.beta = None if beta is None else parameter(beta)

    def _gates(self, x: list[Value]) -> list[Value]:
        gates = self.gate.fire(x)
        if self.beta is None:
            return gates
        swished = [swish(a, self.beta) for a in gates]
        for a, gate in zip(gates, swished, strict=True):
            gate.origin = a.origin
        return swished
