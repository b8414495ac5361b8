"""Normalisation: ẑ = γ (z − E[z]) / √(Var[z] + ε) + β over a layer's activations (lectures L9), and two relatives.

`LayerNorm` and `RMSNorm` look at one sample; `BatchNorm` looks at each feature over a batch.
"""

from typing import Any

from autograd import Value, affine, dot, mean, parameter

from . import _checks
from .module import Module

__all__ = ["BatchNorm", "LayerNorm", "RMSNorm"]


class _Norm(Module):
    """What the norms share: the width, ε and the learned gain γ (`gamma`) and shift β (`beta`)."""

    def __init__(self, width: int, eps: float, gain: bool, shift: bool) -> None:
        self._width = _checks.count(width, "width")
        self._eps = _checks.constant(_checks.number(eps, "eps", least=0.0))
        self._count = _checks.constant(float(width))
        self._power = _checks.constant(-0.5)
        self.gamma = [parameter(1.0) for _ in range(width)] if gain else None
        self.beta = [parameter(0.0) for _ in range(width)] if shift else None

    def _finished(self, z: list[Value], where: str) -> list[Value]:
        """γ z + β, each a single node, with the origin of the module."""
        gamma, beta = self.gamma, self.beta
        for x in z:
            x.origin = f"{where}/moments"
        if gamma is not None and beta is not None:
            z = [affine([g], [x], b) for g, x, b in zip(gamma, z, beta, strict=True)]
        elif gamma is not None:
            z = [g * x for g, x in zip(gamma, z, strict=True)]
        for index, x in enumerate(z):
            x.origin = f"{where}/units.{index}"
        return z

    def _inverse_root(self, numbers: list[Value], count: Value, where: str) -> tuple[Value, Value]:
        """The mean square of the numbers, and 1 / √(mean square + ε)."""
        total = dot(numbers, numbers)
        square = total / count
        spread = square + self._eps
        scale = spread**self._power
        for node in (total, square, spread, scale):
            node.origin = f"{where}/moments"
        return square, scale

    def _output(self) -> str:
        return str(self._width)

    def _describe(self) -> str:
        learned = "" if self.gamma is not None else ", learned=False"
        return f"{type(self).__name__}({self._width}{learned})"


class LayerNorm(_Norm):
    """ẑ = γ (z − E[z]) / √(Var[z] + ε) + β over the `width` numbers of one sample (lectures L9; Ba et al. 2016).

    eps: ε. learned: whether there are parameters `gamma` (γ, starts at 1) and `beta` (β, starts at 0), one a number.
    Var is the mean of the squared deviations, as in PyTorch.

    >>> z = LayerNorm(2)([1.0, 3.0])
    >>> [round(v.data, 4) for v in z], len(LayerNorm(2).parameters())
    ([-1.0, 1.0], 4)
    """

    def __init__(self, width: int, *, eps: float = 1e-5, learned: bool = True) -> None:
        super().__init__(width, eps, learned, learned)

    def __call__(self, x: Any) -> list[Value]:
        """The normalised numbers of one sample.

        Raises ValueError for a wrong length and TypeError for what is not one sample.
        """
        where = self._where()
        row = _checks.inputs(x, self._width, where)
        deviations = _centred(row, where)[1]
        scale = self._inverse_root(deviations, self._count, where)[1]
        return self._finished([z * scale for z in deviations], where)


class RMSNorm(_Norm):
    """γ z / √(mean z² + ε) over the `width` numbers of one sample: no mean is subtracted (Zhang, Sennrich 2019).

    eps: ε. learned: whether there are parameters `gamma` (γ, starts at 1). arXiv:1910.07467, eq. 4.

    >>> z = RMSNorm(2)([3.0, -3.0])
    >>> [round(v.data, 4) for v in z], len(RMSNorm(2).parameters())
    ([1.0, -1.0], 2)
    """

    def __init__(self, width: int, *, eps: float = 1e-5, learned: bool = True) -> None:
        super().__init__(width, eps, learned, False)

    def __call__(self, x: Any) -> list[Value]:
        """The scaled numbers of one sample.

        Raises ValueError for a wrong length and TypeError for what is not one sample.
        """
        where = self._where()
        row = _checks.inputs(x, self._width, where)
        scale = self._inverse_root(row, self._count, where)[1]
        return self._finished([z * scale for z in row], where)


class BatchNorm(_Norm):
    """ẑ = γ (z − E[z]) / √(Var[z] + ε) + β for each of `width` features, E and Var taken over a batch of samples.

    While training, the batch's own mean and variance are used, and running averages of them are kept, which are used
    after `eval()` and saved with the parameters: running <- (1 - momentum) running + momentum (this batch's), with the
    unbiased variance there. Ioffe and Szegedy 2015, arXiv:1502.03167; conventions as in PyTorch's `BatchNorm1d`.

    eps: ε. learned: whether there are parameters `gamma` and `beta`.

    >>> norm = BatchNorm(1)
    >>> [round(v.data, 3) for v in norm([[1.0], [3.0]])], norm.running_mean, norm.running_var
    ([-1.0, 1.0], [0.2], [1.1])
    >>> norm.eval()([[1.0]])[0].data == (1.0 - 0.2) / (1.1 + 1e-5) ** 0.5
    True
    """

    _buffers = ("running_mean", "running_var")

    def __init__(self, width: int, *, eps: float = 1e-5, momentum: float = 0.1, learned: bool = True) -> None:
        super().__init__(width, eps, learned, learned)
        self.momentum = _checks.number(momentum, "momentum", least=0.0)
        self.running_mean = [0.0] * width
        self.running_var = [1.0] * width

    @property
    def takes_batch(self) -> bool:
        """A batch norm does."""
        return True

    def __call__(self, xs: Any) -> list[Value | list[Value]]:
        """The normalised samples of a batch, a list of rows of `width` numbers (or of Values where `width` is 1).

        Raises ValueError for a wrong length, or for a single sample while training, and TypeError for what is no batch.
        """
        where = self._where()
        batch = _checks.rows(xs, self._width, where, "sample")
        columns = [list(column) for column in zip(*batch, strict=True)]
        normalised = self._by_batch(columns, where) if self.training else self._by_running(columns, where)
        return [_checks.alone(self._finished(list(row), where)) for row in zip(*normalised, strict=True)]

    def _by_batch(self, columns: list[list[Value]], where: str) -> list[list[Value]]:
        size = len(columns[0])
        if size < 2:
            raise ValueError(f"{where} needs a batch of at least 2 samples while training, got 1; for use, call eval()")
        samples = _checks.constant(float(size))
        normalised = []
        means, variances = [], []
        for column in columns:
            centre, deviations = _centred(column, where)
            variance, scale = self._inverse_root(deviations, samples, where)
            normalised.append([z * scale for z in deviations])
            means.append(centre.data)
            variances.append(variance.data * size / (size - 1))
        self.running_mean = [self._moved(*pair) for pair in zip(self.running_mean, means, strict=True)]
        self.running_var = [self._moved(*pair) for pair in zip(self.running_var, variances, strict=True)]
        return normalised

    def _moved(self, running: float, now: float) -> float:
        return (1 - self.momentum) * running + self.momentum * now

    def _by_running(self, columns: list[list[Value]], where: str) -> list[list[Value]]:
        normalised = []
        for column, average, variance in zip(columns, self.running_mean, self.running_var, strict=True):
            centre = _checks.constant(average)
            root = _checks.constant((variance + self._eps.data) ** 0.5)
            deviations = [z - centre for z in column]
            for node in deviations:
                node.origin = f"{where}/moments"
            normalised.append([z / root for z in deviations])
        return normalised

    def _output(self) -> str:
        return f"n x {self._width}"


def _centred(numbers: list[Value], where: str) -> tuple[Value, list[Value]]:
    """The mean, and the deviations from it."""
    centre = mean(numbers)
    deviations = [z - centre for z in numbers]
    for node in (centre, *deviations):
        node.origin = f"{where}/moments"
    return centre, deviations
