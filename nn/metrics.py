"""How good predictions are, as plain numbers: what one watches, beside the loss that is minimised."""

from typing import Any

from autograd import Value

from . import _checks
from .losses import Prediction, Target

__all__ = ["accuracy"]


def accuracy(predictions: Prediction, labels: Target, threshold: float = 0.0) -> float:
    """The share of predictions that are right, from 0 to 1.

    Lists of scores (logits or probabilities): the largest one's index is compared with the label 0..K-1; the first
    wins a tie. Single scores: above `threshold` means 1, else the other label, 0 or -1; give 0.5 for probabilities.
    Raises ValueError for empty lists, different lengths and labels that cannot be.

    >>> accuracy([[0.1, 2.0], [3.0, 1.0]], [1, 1])
    0.5
    >>> accuracy([Value(0.3), Value(-2.0)], [1, -1])
    1.0
    """
    outputs: Any = _checks.plain(predictions)
    targets: Any = _checks.plain(labels)
    if not _checks.is_list(outputs) or not _checks.is_list(targets):
        raise TypeError("accuracy needs a list of predictions and a list of labels")
    if not outputs:
        raise ValueError("accuracy: the list of predictions is empty")
    if len(outputs) != len(targets):
        raise ValueError(f"accuracy: {_checks.counted(outputs, 'prediction')} but {_checks.counted(targets, 'label')}")
    right = [
        _is_right(_checks.plain(p), _checks.number(y, f"accuracy: label {i}"), threshold, i)
        for i, (p, y) in enumerate(zip(outputs, targets, strict=True))
    ]
    return sum(right) / len(right)


def _is_right(prediction: Any, label: float, threshold: float, index: int) -> bool:
    if _checks.is_list(prediction):
        scores = [_number(score, index) for score in prediction]
        if label not in range(len(scores)):
            raise ValueError(f"accuracy: label {index} is {label:g}, but the classes are 0 to {len(scores) - 1}")
        return scores.index(max(scores)) == label
    if label not in (-1, 0, 1):
        raise ValueError(f"accuracy: label {index} is {label:g}; single scores need labels 1 and 0, or 1 and -1")
    return (_number(prediction, index) > threshold) == (label == 1)


def _number(score: Any, index: int) -> float:
    return score.data if isinstance(score, Value) else _checks.number(score, f"accuracy: prediction {index}")
