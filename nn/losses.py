"""The losses of lectures L4, each for one prediction or for a batch, as one `Value` to run backward from.

A prediction is what a model returns: a Value, or a list of them. A batch is a list of predictions, with a list of
targets of the same shape (NumPy arrays are welcome). Losses from logits are stable for logits of any size.
"""

import math
import operator
from collections.abc import Iterator, Sequence
from typing import Any, Protocol, TypeAlias

from autograd import Value, cross_entropy, dot, log, log1p, logsumexp, mean, relu, softplus
from autograd import sum as total

from . import _checks
from ._checks import _show

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "half_squared_error",
    "hinge",
    "l2",
    "mse",
    "perceptron_loss",
    "softmax_cross_entropy",
    "squared_error",
]


class _Array(Protocol):
    def tolist(self) -> Any: ...


Prediction: TypeAlias = "Value | float | Sequence[Prediction] | _Array"
Target: TypeAlias = "float | Sequence[Target] | _Array"


def mse(predictions: Prediction, targets: Target) -> Value:
    """Mean squared error: the mean of (prediction - target)^2 over all numbers of the batch (L4).

    >>> mse([Value(1.0), Value(5.0)], [0.0, 2.0]).data
    5.0
    """
    return _mean([_square(p, y) for _, p, y in _pairs("mse", predictions, targets)])


def squared_error(predictions: Prediction, targets: Target) -> Value:
    """The squared loss ||g - y||^2 (L4): summed over the numbers of one prediction.

    A flat list is one prediction (a vector); of a list of lists, a batch, it is the mean over the predictions.

    >>> squared_error([Value(1.0), Value(5.0)], [0.0, 2.0]).data
    10.0
    >>> squared_error([[Value(1.0)], [Value(5.0)]], [[0.0], [2.0]]).data
    5.0
    """
    return _squared("squared_error", predictions, targets)


def half_squared_error(predictions: Prediction, targets: Target) -> Value:
    """One half of `squared_error`: ||h - y||^2 / 2, whose derivative is h - y (L4, and delta in L5).

    >>> half_squared_error([Value(1.0), Value(5.0)], [0.0, 2.0]).data
    5.0
    """
    return 0.5 * _squared("half_squared_error", predictions, targets)


def binary_cross_entropy(probabilities: Prediction, targets: Target) -> Value:
    """-[y ln p + (1 - y) ln(1 - p)] for probabilities p and targets y in [0, 1], the mean over a batch (L4).

    Raises ValueError for a number outside [0, 1], DomainError where a certain prediction is wrong (the loss
    is infinite there; `binary_cross_entropy_with_logits` has no such place).

    >>> round(binary_cross_entropy(Value(0.9), 1).data, 6)
    0.105361
    """
    losses = []
    for at, p, y in _pairs("binary_cross_entropy", probabilities, targets):
        _unit(y, f"binary_cross_entropy: target{at}")
        _unit(
            p.data,
            f"binary_cross_entropy: probability{at}",
            "; for logits use binary_cross_entropy_with_logits",
        )
        # A term with factor 0 is left out, as 0 ln 0 = 0; its logarithm may not exist.
        terms = [-log(p)] if y == 1 else [-log1p(-p)] if y == 0 else [-y * log(p), (y - 1) * log1p(-p)]
        losses.append(terms[0] if len(terms) == 1 else total(terms))
    return _mean(losses)


def binary_cross_entropy_with_logits(logits: Prediction, targets: Target) -> Value:
    """Binary cross-entropy of sigmoid(z): y softplus(-z) + (1 - y) softplus(z), the mean over a batch.

    Stable for logits of any size (L4); targets are in [0, 1], ValueError otherwise.

    >>> binary_cross_entropy_with_logits(Value(-1000.0), 1).data
    1000.0
    """
    losses = []
    for at, z, y in _pairs("binary_cross_entropy_with_logits", logits, targets):
        _unit(y, f"binary_cross_entropy_with_logits: target{at}")
        if y in (0, 1):
            losses.append(softplus(-z) if y else softplus(z))
        else:
            losses.append(y * softplus(-z) + (1 - y) * softplus(z))
    return _mean(losses)


def softmax_cross_entropy(logits: Prediction, labels: Target) -> Value:
    """-ln softmax(z)[label] = logsumexp(z) - z[label] for a list of K logits and a label 0..K-1 (L4).

    For a batch, or the positions of a sequence, a list of such lists and a list of labels: the mean over all labels,
    which may be nested (a batch of sequences). Stable for logits of any size.
    Raises TypeError for labels that are not whole numbers, ValueError for labels out of range, naming the place.

    >>> softmax_cross_entropy([Value(1000.0), Value(0.0)], 1).data
    1000.0
    """
    name = "softmax_cross_entropy"
    rows: Any = _checks.plain(logits)
    classes: Any = _checks.plain(labels)
    if not _checks.is_list(classes):
        return _cross_entropy(name, "", rows, classes)
    return _mean(_cross_entropies(name, rows, classes, ""))


def hinge(scores: Prediction, labels: Target) -> Value:
    """The max-margin loss max(0, 1 - y s) for scores s and labels y = -1 or +1, the mean over a batch (L4).

    Raises ValueError for other labels, naming the place.

    >>> hinge([Value(0.5), Value(3.0)], [1, -1]).data
    2.25
    """
    return _mean([relu(1 - s if y > 0 else 1 + s) for s, y in _signed("hinge", scores, labels)])


def perceptron_loss(scores: Prediction, labels: Target) -> Value:
    """The perceptron's loss, the sum of -y s over the *misclassified* points, y = -1 or +1 (lectures L1).

    A score of 0 counts as misclassified, or a perceptron that starts from zero weights would never learn. A sum, not
    a mean: its gradient step is the perceptron's update. Raises ValueError for other labels, naming the place.

    >>> perceptron_loss([Value(0.5), Value(3.0)], [1, -1]).data
    3.0
    """
    pairs = _signed("perceptron_loss", scores, labels)
    return dot([-y if y * s.data <= 0 else 0.0 for s, y in pairs], [s for s, _ in pairs])


def l2(weights: Sequence[Value], strength: float) -> Value:
    """The penalty (strength / 2) sum of w^2 to add to a loss (L4): `loss + l2(model.weights(), 1e-4)`.

    Raises ValueError for a negative strength or an empty list, TypeError for what is not a list of Values.

    >>> l2([Value(3.0), Value(4.0)], 0.1).data
    1.25
    """
    half = _checks.number(strength, "strength", least=0.0) / 2
    weights = list(weights) if _checks.is_list(weights) else [weights]  # type: ignore[list-item]
    for index, w in enumerate(weights):
        if not isinstance(w, Value):
            raise TypeError(f"l2 needs a list of Values such as model.weights(); item {index} is {_show(w)}")
    if not weights:
        raise ValueError("l2 needs at least one weight")
    return half * dot(weights, weights)


def _mean(losses: list[Value]) -> Value:
    return losses[0] if len(losses) == 1 else mean(losses)


def _square(p: Value, y: float) -> Value:
    return (p - y) ** 2


def _squared(name: str, predictions: Any, targets: Any) -> Value:
    predictions, targets = _checks.plain(predictions), _checks.plain(targets)
    if _checks.is_list(predictions) and predictions and _checks.is_list(_checks.plain(predictions[0])):
        if not _checks.is_list(targets):
            raise TypeError(f"{name}: a batch of predictions needs a list of targets, got {_show(targets)}")
        _same_length(name, predictions, targets)
        pairs = zip(predictions, targets, strict=True)
        return _mean([_norm2([_square(p, y) for _, p, y in _pairs(name, ps, ys, f" {i}")])
                      for i, (ps, ys) in enumerate(pairs)])  # fmt: skip
    return _norm2([_square(p, y) for _, p, y in _pairs(name, predictions, targets)])


def _norm2(squares: list[Value]) -> Value:
    return squares[0] if len(squares) == 1 else total(squares)


def _cross_entropies(name: str, rows: Any, labels: Any, at: str) -> list[Value]:
    """The losses of nested lists of predictions, in order."""
    if not _checks.is_list(rows):
        raise TypeError(f"{name}: a list of labels needs a list of predictions, got {_show(rows)}")
    _same_length(name, rows, labels, at)
    losses = []
    for index, (row, label) in enumerate(zip(rows, labels, strict=True)):
        place = f"{at}[{index}]" if at else f" {index}"
        row, label = _checks.plain(row), _checks.plain(label)
        nested = _checks.is_list(label)
        losses += _cross_entropies(name, row, label, place) if nested else [_cross_entropy(name, place, row, label)]
    return losses


def _cross_entropy(name: str, at: str, logits: Any, label: Any) -> Value:
    if not _checks.is_list(logits) or len(logits) < 2:
        raise TypeError(
            f"{name}: prediction{at} must be a list of at least 2 logits, got {_show(logits)};"
            " for a single logit use binary_cross_entropy_with_logits"
        )
    if isinstance(label, Value):  # an input of a compiled replay
        z = [_value(logit, f"{name}: logit {j} of prediction{at}") for j, logit in enumerate(logits)]
        picked: Value = _checks.chosen(z, label, f"{name}: label{at}")
        return logsumexp([logit - picked for logit in z])
    try:
        if isinstance(label, bool):
            raise TypeError
        k = operator.index(label)
    except TypeError:
        raise TypeError(f"{name}: label{at} must be a whole number (the class), got {_show(label)}") from None
    if not 0 <= k < len(logits):
        raise ValueError(f"{name}: label{at} is {k}, but {len(logits)} logits have the classes 0 to {len(logits) - 1}")
    z = [_value(logit, f"{name}: logit {j} of prediction{at}") for j, logit in enumerate(logits)]
    return cross_entropy(z[:k] + z[k + 1 :], z[k])


def _signed(name: str, scores: Any, labels: Any) -> list[tuple[Value, float]]:
    pairs = []
    for at, s, y in _pairs(name, scores, labels):
        if y not in (-1, 1):
            raise ValueError(f"{name}: label{at} is {y:g}; labels are -1 or +1 (2 * y - 1 makes them from 0 and 1)")
        pairs.append((s, y))
    return pairs


def _pairs(name: str, predictions: Any, targets: Any, at: str = "") -> list[tuple[str, Value, float]]:
    """Triples of place (" 3"), prediction and target, from numbers or equally nested lists of them."""
    return list(_walk_pairs(name, predictions, targets, at))


def _walk_pairs(name: str, predictions: Any, targets: Any, at: str) -> Iterator[tuple[str, Value, float]]:
    predictions, targets = _checks.plain(predictions), _checks.plain(targets)
    if not _checks.is_list(predictions) and not _checks.is_list(targets):
        yield (
            at,
            _value(predictions, f"{name}: prediction{at}"),
            targets if _checks.is_input(targets) else _checks.number(targets, f"{name}: target{at}"),
        )
        return
    for kind, other, data in (("prediction", "target", predictions), ("target", "prediction", targets)):
        if not _checks.is_list(data):
            raise TypeError(f"{name}: {kind}{at} is {_show(data)}, but its {other} is a list; both need one shape")
    _same_length(name, predictions, targets, at)
    for index, (p, y) in enumerate(zip(predictions, targets, strict=True)):
        yield from _walk_pairs(name, p, y, f"{at}[{index}]" if at else f" {index}")


def _same_length(name: str, predictions: Any, targets: Any, at: str = "") -> None:
    if not predictions:
        raise ValueError(f"{name}: the list of predictions{f' at{at}' if at else ''} is empty")
    if len(predictions) != len(targets):
        place = f" at{at}" if at else ""
        counts = f"{_checks.counted(predictions, 'prediction')} but {_checks.counted(targets, 'target')}"
        raise ValueError(f"{name}: {counts}{place}")


def _value(prediction: Any, what: str) -> Value:
    return prediction if isinstance(prediction, Value) else Value(_checks.number(prediction, what))


def _unit(number: float, what: str, hint: str = "") -> None:
    if not 0 <= number <= 1 or math.isnan(number):
        raise ValueError(f"{what} must be from 0 to 1, got {number:g}{hint}")
