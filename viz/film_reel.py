"""What a training film is made of: the parameters of each epoch, and from them what every neuron says of the plane.

`film` writes it, as an animation (film_picture) or as a page with a slider (film_page), on the places of film_sheet.
"""

import copy
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from tqdm import tqdm

from autograd.wording import count_of

from .film_sheet import SHOWN, Sheet, laid_out
from .layers import Layer, activations, layers_of
from .plots import COLOURS, _samples

__all__ = ["NEGATIVE", "POSITIVE", "SIDE", "ZERO", "Reel", "Shot"]

Features: TypeAlias = Callable[[list[float]], Sequence[float]]

SIDE = 36
"""Points of the plane along each side at which the network is asked."""

ZERO = 127
"""The byte of a map that stands for 0; 0 and 254 are the strongest negative and positive."""

POSITIVE, NEGATIVE = COLOURS[0], COLOURS[1]

@dataclass(slots=True)
class Shot:
    """One frame: the network after `epoch` epochs.

    weights: in the order of the sheet's lines. biases: of its boxes, 0 for inputs. maps: each box's activation over the
    plane, rows from the top, in bytes around `ZERO`, on one scale a layer. region: the output's map, saturating at
    scores of about 2, or with several outputs the number of the largest. right: share of the samples on their side.
    """

    epoch: int
    loss: float | None
    right: float
    weights: list[float]
    biases: list[float]
    maps: list[bytes]
    region: bytes

    @property
    def title(self) -> str:
        """What a frame is called."""
        loss = "" if self.loss is None else f"   loss {self.loss:.4f}"
        return f"epoch {self.epoch}{loss}   {self.right:.1%} of the points right"


class Reel:
    """What `TrainingFilm` keeps of a run, and the numbers of its frames; see there for the arguments."""

    def __init__(
        self,
        model: Any,
        points: Any,
        labels: Any,
        *,
        features: Features | None = None,
        names: Iterable[str] | None = None,
        threshold: float = 0.0,
        frames: int = 60,
    ) -> None:
        self.points, self.labels = _samples(len, points, labels, SIDE)
        layers = layers_of(model, "TrainingFilm")
        self._features: Features = features or list
        inputs = self._features(self.points[0])
        if len(inputs) != layers[0].inputs:
            raise ValueError(
                f"the network takes {layers[0].inputs} inputs, but a point gives {len(inputs)}; "
                "give features=, the function that makes its inputs of a point"
            )
        if names is not None and (isinstance(names, str) or len(list(names := list(names))) != len(inputs)):
            raise ValueError(f"names must be a list of {len(inputs)} strings, one an input")
        if type(frames) is not int or frames < 2:
            raise ValueError(f"frames must be a whole number of at least 2, got {frames!r}")
        self._outputs = len(layers[-1].neurons)
        known = range(self._outputs) if self.several else (-1, 0, 1)
        for label in self.labels:
            if label not in known or self._outputs > len(COLOURS):
                raise ValueError(f"labels are 0 and 1, -1 and 1, or 0 to K - 1 for K outputs (at most 6), got {label}")
        self._names = [str(name) for name in names or (f"x{place + 1}" for place in range(len(inputs)))]
        self._threshold, self._most = threshold, frames
        self._parameters = list(model.parameters())
        self._model = copy.deepcopy(model)
        self._kept = [(0, self._numbers())]
        self._last = self._kept[0]
        self._stride = 1
        self._losses: list[float] = []
        self._made: dict[int, Shot] = {}

    def record(self, history: Any) -> None:
        """Keep the parameters as they are after this epoch; what `fit` calls."""
        epoch = len(history)
        self._losses = [float(loss) for loss in history.losses]
        self._last = (epoch, self._numbers())
        if epoch % self._stride == 0:
            self._kept.append(self._last)
        if len(self._kept) > 2 * self._most:  # so that a long run keeps no more than twice the film
            self._stride *= 2
            self._kept = [shot for shot in self._kept if shot[0] % self._stride == 0]

    @property
    def several(self) -> bool:
        """Whether the network has an output for each class, and not one score."""
        return self._outputs > 1

    @property
    def colours(self) -> list[str]:
        """The colours of the classes, as the points have them."""
        return list(COLOURS[: self._outputs]) if self.several else [NEGATIVE, POSITIVE]

    @property
    def title(self) -> str:
        """The film in words."""
        return f"training film of a network of {'-'.join(map(str, self._sizes()))}"

    def classes(self) -> list[int]:
        """For each point the place of its class in `colours`."""
        return [int(label) if self.several else int(label == 1) for label in self.labels]

    def ranges(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Lowest and highest x1 and x2 of the plane that is shown."""
        ends = []
        for axis in (0, 1):
            low, high = (choose(row[axis] for row in self.points) for choose in (min, max))
            margin = 0.08 * (high - low) or 1.0
            ends.append((low - margin, high + margin))
        return ends[0], ends[1]

    def places(self) -> list[tuple[float, float]]:
        """The points as shares of the plane's width and height."""
        return [
            tuple((x - low) / (high - low) for x, (low, high) in zip(row, self.ranges(), strict=True))  # type: ignore[misc]
            for row in self.points
        ]

    def sheet(self) -> Sheet:
        """Where everything stands."""
        layers = layers_of(self._model, "TrainingFilm")
        titles = [count_of(layers[0].inputs, "input"), *(f"{len(one.neurons)} {one.activation}" for one in layers)]
        return laid_out(self._sizes(), titles, self._names, self._losses, self.ranges())

    def shots(self, last_only: bool = False) -> list[Shot]:
        """The frames, computed when first asked for; the model itself is not touched."""
        kept = self._kept if self._kept[-1][0] == self._last[0] else [*self._kept, self._last]
        if last_only:
            kept = kept[-1:]
        elif len(kept) > self._most:
            kept = [kept[round(place * (len(kept) - 1) / (self._most - 1))] for place in range(self._most)]
        for epoch, numbers in tqdm(kept, "frames", delay=2, leave=False):
            if epoch not in self._made:
                self._made[epoch] = self._shot(epoch, numbers)
        return [self._made[epoch] for epoch, _ in kept]

    def _shot(self, epoch: int, numbers: list[float]) -> Shot:
        for parameter, data in zip(self._model.parameters(), numbers, strict=True):
            parameter.data = data
        layers = layers_of(self._model, "TrainingFilm")
        grid = [self._activations(point, layers) for point in self._grid()]
        maps = [
            _bytes([row[column][index] for row in grid], _largest(row[column] for row in grid))
            for column, size in enumerate(self._sizes())
            for index in range(min(size, SHOWN))
        ]
        outputs = [self._activations(point, layers)[-1] for point in self.points]
        right = sum(self._class(output) == own for output, own in zip(outputs, self.classes(), strict=True))
        neurons = [layer.neurons[:SHOWN] for layer in layers]
        biases = [0.0 if neuron.bias is None else neuron.bias.data for row in neurons for neuron in row]
        return Shot(
            epoch=epoch,
            loss=self._losses[epoch - 1] if 0 < epoch <= len(self._losses) else None,
            right=right / len(outputs),
            weights=[weight.data for row in neurons for neuron in row for weight in neuron.weights[:SHOWN]],
            biases=[0.0] * min(layers[0].inputs, SHOWN) + biases,
            maps=maps,
            region=self._region([row[-1] for row in grid]),
        )

    def _region(self, outputs: list[list[float]]) -> bytes:
        if self.several:
            return bytes(self._class(output) for output in outputs)
        return _bytes([math.tanh(output[0] - self._threshold) for output in outputs], 1.0)

    def _class(self, output: list[float]) -> int:
        return output.index(max(output)) if self.several else int(output[0] > self._threshold)

    def _activations(self, point: list[float], layers: list[Layer]) -> list[list[float]]:
        return activations(self._model, self._features(point), layers, "TrainingFilm")

    def _grid(self) -> list[list[float]]:
        (x_low, x_high), (y_low, y_high) = self.ranges()
        shares = [(place + 0.5) / SIDE for place in range(SIDE)]
        return [[x_low + (x_high - x_low) * x, y_high - (y_high - y_low) * y] for y in shares for x in shares]

    def _sizes(self) -> list[int]:
        layers = layers_of(self._model, "TrainingFilm")
        return [layers[0].inputs, *(len(layer.neurons) for layer in layers)]

    def _numbers(self) -> list[float]:
        return [parameter.data for parameter in self._parameters]


def _largest(rows: Iterable[list[float]]) -> float:
    return max((abs(x) for row in rows for x in row if math.isfinite(x)), default=0.0)


def _bytes(numbers: list[float], largest: float) -> bytes:
    """Numbers from -largest to largest as bytes around `ZERO`."""
    scale = ZERO / largest if largest else 0.0
    return bytes(ZERO + round(max(-largest, min(largest, x)) * scale) for x in numbers)
