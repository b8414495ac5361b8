"""The class that a model gives to each of many points, from whatever it says of them: classes, scores, or itself.

One rule for all plots of decisions, and the same as `nn.accuracy`'s.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

from autograd import Value, no_grad

__all__ = ["classes_of", "listed"]


def classes_of(
    predict: Callable[..., Any], points: list[list[float]], labels: Sequence[Any], threshold: float | None = None
) -> list[Any]:
    """One class for each point.

    predict: a model, which is asked one point at a time, switched to use and without a graph, or a function of all
    points. It gives classes; or lists of scores, of which the largest counts; or single scores of two classes, where
    those above `threshold` mean the larger label. None: 0.5 where all scores are within 0 and 1, so probabilities,
    else 0.
    labels: the true classes of the samples: what the classes are called.
    Raises TypeError and ValueError for what is none of these.
    """
    outputs = _outputs(predict, points)
    if len(outputs) != len(points):
        raise ValueError(
            f"predict got {len(points)} points but returned {len(outputs)} labels; it must label each"
        )
    lists = sum(isinstance(output, list) for output in outputs)
    known = sorted({*labels})
    if lists and lists < len(outputs):
        raise ValueError("predict gives lists of scores for some points and single numbers for others")
    if lists:
        return _largest(outputs, known)
    if all(_is_class(output, known) for output in outputs):
        return outputs
    for output in outputs:
        if not _is_number(output):
            raise ValueError(f"predict gives {output!r}, which is neither a score nor one of the labels {_some(known)}")
    low, high = _two(known)
    if threshold is None:
        threshold = 0.5 if all(0 <= score <= 1 for score in outputs) else 0.0
    return [high if score > threshold else low for score in outputs]


def listed(data: Any, name: str) -> list[Any]:
    """Lists and arrays as plain lists."""
    data = data.tolist() if hasattr(data, "tolist") else data
    if isinstance(data, str) or not isinstance(data, Sequence):
        raise TypeError(f"{name} must be a list or an array, got {type(data).__name__}")
    return list(data)


def _outputs(predict: Any, points: list[list[float]]) -> list[Any]:
    """What a function gives for the points, or a model of `nn` for one after the other, as plain numbers."""
    if not hasattr(predict, "named_modules"):
        return [_plain(output) for output in listed(predict(points), "what predict returns")]
    modes = [(module, module.training) for _, module in predict.named_modules()]
    predict.eval()
    try:
        with no_grad():
            outputs = predict(points) if predict.takes_batch else [predict(point) for point in points]
    finally:
        for module, mode in modes:
            module.training = mode
    return [_plain(output) for output in outputs]


def _plain(output: Any) -> Any:
    """A prediction without graph and arrays; a list of one score is that score."""
    if isinstance(output, Value):
        return output.data
    output = output.tolist() if hasattr(output, "tolist") else output
    if isinstance(output, list | tuple):
        scores = [_plain(score) for score in output]
        return scores[0] if len(scores) == 1 else scores
    return output


def _is_number(output: Any) -> bool:
    return isinstance(output, int | float) and math.isfinite(output)


def _is_class(output: Any, known: list[Any]) -> bool:
    # (a class that no sample shown has is a whole number, or cannot be told from a mistake)
    return output in known or isinstance(output, int) or (isinstance(output, float) and output.is_integer())


def _largest(outputs: list[list[Any]], known: list[Any]) -> list[Any]:
    count = len(outputs[0])
    for scores in outputs:
        if len(scores) != count or not all(map(_is_number, scores)):
            raise ValueError(f"predict gives {scores!r}; scores are lists of finite numbers, one for each class")
    if all(isinstance(label, int | float) and label in range(count) for label in known):
        classes: list[Any] = list(range(count))
    elif len(known) == count:
        classes = known
    else:
        raise ValueError(f"predict gives {count} scores for each point, but the labels are {_some(known)}")
    return [classes[scores.index(max(scores))] for scores in outputs]


def _two(known: list[Any]) -> tuple[Any, Any]:
    for pair in ((0, 1), (-1, 1)):
        if {*known} <= {*pair}:
            return pair
    if len(known) != 2:
        raise ValueError(
            f"predict gives single scores, which tell two classes apart, but the labels are {_some(known)}:"
            " give a list of scores for each point, or the classes"
        )
    return known[0], known[1]


def _some(known: list[Any]) -> str:
    return ", ".join(map(repr, known[:6])) + (", …" if len(known) > 6 else "")
