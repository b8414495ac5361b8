"""Images (lectures L10, L11): `Conv2d`, neurons that slide over a picture, `MaxPool2d` and `AvgPool2d`, and `flatten`.

An image is nested lists, channels x height x width (PyTorch's order); with one channel, its rows alone will do.
"""

from random import Random
from typing import Any, TypeAlias

from autograd import Value, mean
from autograd import max as largest

from . import _checks
from .activations import Activation, activation_text
from .init import Initialiser
from .module import Module
from .neuron import Neuron

__all__ = ["AvgPool2d", "Conv2d", "MaxPool2d", "flatten"]

Plane: TypeAlias = list[list[Value]]
Size: TypeAlias = int | tuple[int, int]


class Conv2d(Module):
    """A convolution: each filter is a neuron whose inputs are a patch of the image, at every place the same weights.

    channels: of the image. filters: how many, the channels of the result. size: of a patch.
    stride: steps between patches. padding: zeros around the image. All three may be pairs (height, width).
    activation, init, bias, bias_init, seed: as for `Neuron`; its weights are ordered channel, row, column. What is
    computed is the correlation Σ w·patch + b, as in every such library.

    >>> conv = Conv2d(1, 8, 3, seed=0)
    >>> out = conv([[0.0] * 8] * 8)
    >>> len(out), len(out[0]), len(out[0][0]), len(conv.parameters())
    (8, 6, 6, 80)
    """

    _lists_parts = False

    def __init__(
        self,
        channels: int,
        filters: int,
        size: Size,
        *,
        stride: Size = 1,
        padding: Size = 0,
        activation: Activation = "relu",
        init: str | Initialiser = "he",
        bias: bool = True,
        bias_init: str | Initialiser = "zeros",
        seed: int | Random | None = None,
    ) -> None:
        self._channels = _checks.count(channels, "channels")
        self._size = _pair(size, "size")
        self._stride = _pair(stride, "stride")
        self._padding = _pair(padding, "padding", least=0)
        filters = _checks.count(filters, "filters")
        rng = _checks.generator(seed)
        area = self._size[0] * self._size[1]
        self.filters = [
            Neuron(
                channels * area,
                activation=activation,
                init=init,
                bias=bias,
                bias_init=bias_init,
                seed=rng,
                fan_out=filters * area,
            )
            for _ in range(filters)
        ]

    def __call__(self, x: Any) -> list[Plane]:
        """One plane of activations for each filter.

        Raises ValueError for wrong channels or an image smaller than a patch, TypeError for what is no image.
        """
        where = self._where()
        planes = [_padded(plane, self._padding) for plane in _checks.image(x, self._channels, where)]
        patches = [
            [[value for plane in planes for value in _patch(plane, top, left, self._size)] for left in lefts]
            for top, lefts in _corners(planes[0], self._size, self._stride, where)
        ]
        return [[[neuron.fire(patch) for patch in row] for row in patches] for neuron in self.filters]

    def _output(self) -> str:
        return f"{len(self.filters)} x h x w"

    def _describe(self) -> str:
        first = self.filters[0]
        options = [f"activation={activation_text(first.activation)}"]
        options += [f"stride={_short(self._stride)}"] if self._stride != (1, 1) else []
        options += [f"padding={_short(self._padding)}"] if self._padding != (0, 0) else []
        options += ["bias=False"] if first.b is None else []
        return f"Conv2d({self._channels}, {len(self.filters)}, {_short(self._size)}, {', '.join(options)})"


class _Pool(Module):
    """What the poolings share: one number for each patch of each channel."""

    def __init__(self, size: Size, *, stride: Size | None = None) -> None:
        self._size = _pair(size, "size")
        self._stride = self._size if stride is None else _pair(stride, "stride")

    def __call__(self, x: Any) -> list[Plane]:
        """A smaller plane for each channel; what is left over at the right and the bottom is not used.

        Raises ValueError for an image smaller than a patch, TypeError for what is no image.
        """
        where = self._where()
        x = _checks.plain(x)
        channels = len(x) if _checks.depth(x) == 3 else 1
        pooled = []
        for plane in _checks.image(x, channels, where):
            rows = [
                [self._pooled(_patch(plane, top, left, self._size)) for left in lefts]
                for top, lefts in _corners(plane, self._size, self._stride, where)
            ]
            pooled.append(rows)
        for index, plane in enumerate(pooled):
            for node in (node for row in plane for node in row):
                node.origin = f"{where}/channels.{index}"
        return pooled

    def _pooled(self, patch: list[Value]) -> Value:
        raise NotImplementedError

    def _output(self) -> str:
        return "c x h x w"

    def _describe(self) -> str:
        stride = f", stride={_short(self._stride)}" if self._stride != self._size else ""
        return f"{type(self).__name__}({_short(self._size)}{stride})"


class MaxPool2d(_Pool):
    """The largest number of each patch of each channel; ties share the gradient (`autograd.max`).

    size: of a patch, a number or (height, width). stride: steps between patches, their size if None.

    >>> [[v.data for v in row] for row in MaxPool2d(2)([[1.0, 2.0], [3.0, 4.0]])[0]]
    [[4.0]]
    """

    def _pooled(self, patch: list[Value]) -> Value:
        return largest(patch)


class AvgPool2d(_Pool):
    """The mean of each patch of each channel.

    size: of a patch, a number or (height, width). stride: steps between patches, their size if None.

    >>> [[v.data for v in row] for row in AvgPool2d(2)([[1.0, 2.0], [3.0, 4.0]])[0]]
    [[2.5]]
    """

    def _pooled(self, patch: list[Value]) -> Value:
        return mean(patch)


def flatten(x: Any) -> list[Any]:
    """The numbers or Values of nested lists of any depth as one list, in order.

    >>> flatten([[[1.0, 2.0], [3.0]], [[4.0]]])
    [1.0, 2.0, 3.0, 4.0]
    """
    x = _checks.plain(x)
    if not _checks.is_list(x):
        return [x]
    flat: list[Any] = []
    for part in x:
        flat += flatten(part)
    return flat


def _pair(size: Any, name: str, least: int = 1) -> tuple[int, int]:
    if not isinstance(size, (tuple, list)):
        number = _checks.count(size, name, least)
        return number, number
    if len(size) != 2:
        raise ValueError(f"{name} must be a whole number or a pair of them, got {size!r}")
    return _checks.count(size[0], f"{name}[0]", least), _checks.count(size[1], f"{name}[1]", least)


def _short(pair: tuple[int, int]) -> str:
    return str(pair[0]) if pair[0] == pair[1] else str(pair)


def _padded(plane: Plane, padding: tuple[int, int]) -> Plane:
    rows, columns = padding
    if not rows and not columns:
        return plane
    zero = _checks.constant(0.0)
    side = [zero] * columns
    edge = [zero] * (len(plane[0]) + 2 * columns)
    return [edge] * rows + [side + row + side for row in plane] + [edge] * rows


def _corners(plane: Plane, size: tuple[int, int], stride: tuple[int, int], where: str) -> list[tuple[int, range]]:
    """The top row of each row of patches, with the left columns of its patches."""
    height, width = len(plane), len(plane[0])
    if height < size[0] or width < size[1]:
        raise ValueError(f"{where} takes patches of {size[0]} x {size[1]}, got an image of {height} x {width}")
    lefts = range(0, width - size[1] + 1, stride[1])
    return [(top, lefts) for top in range(0, height - size[0] + 1, stride[0])]


def _patch(plane: Plane, top: int, left: int, size: tuple[int, int]) -> list[Value]:
    return [value for row in plane[top : top + size[0]] for value in row[left : left + size[1]]]
