"""`Perceptron`, the first learning machine (lectures L1): a threshold on w·x + b, and its learning rule.

The threshold has no useful derivative, so it learns by a rule of its own, not by back-propagation.
"""

import math
from random import Random
from typing import Any

from autograd import Value, affine, parameter

from . import _checks
from ._checks import _show
from .history import History
from .init import Initialiser, initialiser
from .module import Module

__all__ = ["Perceptron"]


class Perceptron(Module):
    """A perceptron of `nin` inputs: weights `w`, a bias `b`, the score z = w·x + b and the class sign(z) (lectures L1).

    init, bias_init, seed: as for `Neuron`, but weights start at zero.

    Calling it gives the score, a Value, so that `perceptron_loss` and `accuracy` take it as they take any model's.

    >>> points, labels = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [-1, -1, -1, 1]
    >>> model = Perceptron(2)
    >>> history = model.learn(points, labels)  # AND
    >>> history.stopped, [model.classify(x) for x in points]
    ('converged', [-1, -1, -1, 1])
    """

    def __init__(
        self,
        nin: int,
        *,
        init: str | Initialiser = "zeros",
        bias_init: str | Initialiser = "zeros",
        seed: int | Random | None = None,
    ) -> None:
        nin = _checks.count(nin, "nin")
        rng = _checks.generator(seed)
        draw, draw_bias = initialiser(init), initialiser(bias_init)
        self.w = [parameter(_checks.number(draw(rng, nin, 1), "a weight from init")) for _ in range(nin)]
        self.b = parameter(_checks.number(draw_bias(rng, nin, 1), "the bias from bias_init"))

    def __call__(self, x: Any) -> Value:
        """The score z = w·x + b of one point, before the threshold.

        Raises ValueError for a wrong length and TypeError for what is not one point.
        """
        where = self._where()
        z = affine(self.w, _checks.inputs(x, len(self.w), where), self.b)
        z.origin = where
        return z

    def classify(self, x: Any) -> int:
        """The class of one point: +1 where the score is above 0, else -1."""
        return 1 if self._score(self._point(x)) > 0 else -1

    def distance(self, x: Any) -> float:
        """The distance |w·x + b| / ||w|| of a point to the boundary w·x + b = 0 (lectures L1).

        Raises ValueError where all weights are 0: there is no boundary then.
        """
        score = self._score(self._point(x))
        length = math.hypot(*(w.data for w in self.w))
        if length == 0.0:
            raise ValueError(f"{self._where()} has no boundary: its weights are all 0; let it learn first")
        return abs(score) / length

    def learn(self, points: Any, labels: Any, *, rate: float = 1.0, epochs: int = 100) -> History:
        """Learn by the rule of lectures L1, w <- w + rate Σ y x and b <- b + rate Σ y over the misclassified points.

        points: rows of numbers. labels: -1 or +1 for each. A score of 0 counts as misclassified.
        The history has "loss", the perceptron's, and "mistakes" before each epoch's update; `stopped` is "converged"
        as soon as there are none, as there will be if a line separates the classes, else "epochs".

        Raises ValueError and TypeError for points and labels that don't fit.
        """
        rate = _checks.number(rate, "rate", least=0.0)
        epochs = _checks.count(epochs, "epochs")
        rows, signs = self._points(points), _signs(labels)
        if len(rows) != len(signs):
            raise ValueError(f"{_checks.counted(rows, 'point')} but {_checks.counted(signs, 'label')}")
        history = History()
        while not history.stopped:
            scores = [self._score(x) for x in rows]
            wrong = [(x, y) for x, y, z in zip(rows, signs, scores, strict=True) if y * z <= 0]
            loss = math.fsum(-y * z for y, z in zip(signs, scores, strict=True) if y * z <= 0)
            history.records.append({"loss": loss, "mistakes": float(len(wrong))})
            if history.best_epoch is None or loss < history.losses[history.best_epoch]:
                history.best_epoch = len(history) - 1
            if not wrong:
                history.stopped = "converged"
            elif len(history) == epochs:
                history.stopped = "epochs"
            for index, w in enumerate(self.w):
                w.data += rate * math.fsum(y * x[index] for x, y in wrong)
            self.b.data += rate * math.fsum(y for _, y in wrong)
        return history

    def _score(self, x: list[float]) -> float:
        return math.fsum([*(w.data * number for w, number in zip(self.w, x, strict=True)), self.b.data])

    def _point(self, x: Any) -> list[float]:
        return [value.data for value in _checks.inputs(x, len(self.w), self._where())]

    def _points(self, points: Any) -> list[list[float]]:
        rows = _checks.rows(points, len(self.w), self._where(), "point")
        return [[value.data for value in row] for row in rows]

    def _output(self) -> str:
        return "1"

    def _describe(self) -> str:
        return f"Perceptron({len(self.w)})"


def _signs(labels: Any) -> list[float]:
    labels = _checks.plain(labels)
    if not _checks.is_list(labels):
        raise TypeError(f"labels must be a list of -1 and +1, got {_show(labels)}")
    signs = [_checks.number(y, f"label {index}") for index, y in enumerate(labels)]
    for index, y in enumerate(signs):
        if y not in (-1, 1):
            raise ValueError(f"label {index} is {y:g}; labels are -1 or +1 (2 * y - 1 makes them from 0 and 1)")
    return signs
