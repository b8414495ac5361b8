"""Lesson 15, digits."""

from nn import Conv2d, Layer, flatten, predict

__all__ = ["solution_1", "solution_2"]


def solution_1() -> tuple[int, int]:
    """The weights (without biases) of a layer from 64 numbers to 8 · 6 · 6, and of eight filters of 3 × 3."""
    layer = Layer(64, 8 * 6 * 6, bias=False, seed=0)
    conv = Conv2d(1, 8, 3, bias=False, seed=0)
    return len(layer.parameters()), len(conv.parameters())


def solution_2() -> tuple[float, float]:
    """What the filter answers to a step up and to a step down: 3, and after ReLU nothing."""
    conv = Conv2d(1, 1, 3, bias=False, seed=0)
    for weight, number in zip(conv.parameters(), [-1.0, 0.0, 1.0] * 3, strict=True):
        weight.data = number
    answers: list[float] = []
    for edge in ([0.0, 0.0, 1.0], [1.0, 0.0, 0.0]):
        answers += flatten(predict(conv, [[edge] * 3]))
    return answers[0], answers[1]
