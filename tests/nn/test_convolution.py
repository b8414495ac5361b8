"""Convolution and pooling: SciPy's correlation, NumPy's patches, PyTorch's layers (lectures L10, L11)."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import correlate2d

from autograd import Value
from nn import AvgPool2d, Conv2d, Layer, MaxPool2d, Sequential, fit, flatten, predict, softmax_cross_entropy
from tests.nn.comparing import biases_of, check_layer, check_round_trip, check_torch, data, layer, tensors, values

RNG = np.random.default_rng(0)
IMAGE = RNG.normal(size=(2, 5, 6))
OPTIONS: list[dict[str, Any]] = [
    {"size": 3},
    {"size": (2, 3), "padding": 1},
    {"size": 2, "stride": 2},
    {"size": (1, 4), "stride": (2, 1), "padding": (0, 2), "bias": False},
    {"size": (5, 6)},
]


def patches(x: Any, size: Any, stride: Any) -> Any:
    """Every patch of an image, with its place: loops over the definition."""
    (kh, kw), (sh, sw) = size, stride
    for i in range((x.shape[1] - kh) // sh + 1):
        for j in range((x.shape[2] - kw) // sw + 1):
            yield i, j, x[:, i * sh : i * sh + kh, j * sw : j * sw + kw]


def pair(size: Any) -> Any:
    return size if isinstance(size, tuple) else (size, size)


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_a_convolution_is_its_formula(options: dict[str, Any]) -> None:
    padding = pair(options.get("padding", 0))

    def formula(state: Any, x: Any) -> Any:
        weights, bias = layer(state, "filters")
        padded = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2))
        found = list(patches(padded, pair(options["size"]), pair(options.get("stride", 1))))
        height, width = 1 + max(i for i, _, _ in found), 1 + max(j for _, j, _ in found)
        out = np.zeros((3, height, width), dtype=complex)
        for i, j, patch in found:
            out[:, i, j] = np.tanh(weights @ patch.reshape(-1) + bias)
        return out

    model = Conv2d(2, 3, activation="tanh", bias_init="uniform", seed=1, **options)
    check_layer(model, IMAGE, formula)


@given(st.integers(1, 5), st.integers(1, 5), st.integers(0, 4), st.integers(0, 4), st.integers(0, 99))
@settings(max_examples=40)
def test_a_convolution_is_scipys_correlation(kh: int, kw: int, more: int, wider: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    image = rng.normal(size=(kh + more, kw + wider))
    model = Conv2d(1, 1, (kh, kw), activation=None, bias=False, seed=seed)
    kernel = np.array(data(model.filters[0].w)).reshape(kh, kw)
    out = model(image)
    assert np.array([data(row) for row in out[0]]) == pytest.approx(correlate2d(image, kernel, "valid"), abs=1e-12)


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_a_convolution_is_pytorchs(options: dict[str, Any]) -> None:
    torch: Any = pytest.importorskip("torch")
    model = Conv2d(2, 3, activation=None, bias_init="uniform", seed=1, **options)
    theirs = {"kernel_size" if name == "size" else name: option for name, option in options.items()}
    other = torch.nn.Conv2d(2, 3, **theirs).double()
    weights = [f.w for f in model.filters]
    pairs: list[tuple[Any, Any]] = [(weights, other.weight)]
    with torch.no_grad():
        other.weight.copy_(tensors(weights).reshape(other.weight.shape))
        if other.bias is not None:
            biases = biases_of(type("Filters", (), {"neurons": model.filters}))
            other.bias.copy_(tensors(biases))
            pairs.append((biases, other.bias))
    leaves, x = values(IMAGE), tensors(IMAGE)
    check_torch(model(leaves), other(x), [*pairs, (leaves, x)])


@pytest.mark.parametrize("kind", ["max", "mean"])
@pytest.mark.parametrize("options", [{"size": 2}, {"size": (2, 3)}, {"size": 3, "stride": 1}, {"size": 2, "stride": (3, 1)}], ids=str)
def test_pooling_is_its_formula_and_pytorchs(kind: str, options: dict[str, Any]) -> None:
    model = (MaxPool2d if kind == "max" else AvgPool2d)(**options)
    size = pair(options["size"])
    stride = pair(options.get("stride", size))

    def pooled(patch: Any) -> Any:
        if kind == "mean":
            return patch.mean(axis=(1, 2))
        rows = patch.reshape(len(patch), -1)
        return rows[np.arange(len(rows)), rows.real.argmax(1)]

    def formula(state: Any, x: Any) -> Any:
        found = list(patches(x, size, stride))
        out = np.zeros((2, 1 + max(i for i, _, _ in found), 1 + max(j for _, j, _ in found)), dtype=complex)
        for i, j, patch in found:
            out[:, i, j] = pooled(patch)
        return out

    check_layer(model, IMAGE, formula)
    torch: Any = pytest.importorskip("torch")
    other = (torch.nn.MaxPool2d if kind == "max" else torch.nn.AvgPool2d)(options["size"], options.get("stride"))
    leaves, x = values(IMAGE), tensors(IMAGE)
    check_torch(model(leaves), other(x), [(leaves, x)])


@given(st.floats(-3, 3), st.integers(0, 3), st.integers(0, 3))
def test_a_convolution_moves_with_the_image(value: float, down: int, right: int) -> None:
    model = Conv2d(1, 2, 3, activation="tanh", seed=0)
    image = np.zeros((9, 9))
    image[2, 2] = value
    moved = np.roll(image, (down, right), (0, 1))
    before, after = (np.array([[data(row) for row in plane] for plane in model(x)]) for x in (image, moved))
    assert np.roll(before, (down, right), (1, 2)) == pytest.approx(after)


def test_one_channel_may_come_as_rows_and_zeros_are_shared() -> None:
    model = Conv2d(1, 1, 2, padding=1, seed=0)
    rows = [[1.0, 2.0], [3.0, 4.0]]
    assert data(model(rows)) == data(model([rows])) == data(model(np.array(rows)))
    out = model(rows)
    corner = out[0][0][0].inputs[0]
    zeros = [node for node in corner.inputs[4:8] if node.role == "constant"]
    assert (corner.op, len(zeros), len(set(zeros))) == ("affine", 3, 1)
    assert data(MaxPool2d(2)(rows)) == [4.0]


def test_a_small_network_learns_to_tell_horizontal_from_vertical_bars() -> None:
    images, labels = [], []
    for at in range(4):
        for horizontal in (True, False):
            image = np.zeros((5, 5))
            image[(at, slice(None)) if horizontal else (slice(None), at)] = 1.0
            images.append(image)
            labels.append(int(horizontal))
    model = Sequential(Conv2d(1, 2, 3, seed=0), MaxPool2d(3), flatten, Layer(2, 2, activation=None, seed=1))
    history = fit(model, images, labels, loss=softmax_cross_entropy, epochs=60, progress=False)
    assert history.losses[-1] < 0.3 * history.losses[0]
    assert [int(b > a) for a, b in predict(model, images)] == labels


def test_flatten_keeps_the_order() -> None:
    assert flatten(IMAGE) == IMAGE.reshape(-1).tolist()
    assert flatten(3.0) == [3.0]
    assert flatten([]) == []
    v = Value(1.0)
    assert flatten([[v], [[v]]]) == [v, v]


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: Conv2d(2, 1, 2)(IMAGE[:1]), ValueError, "Conv2d expects 2 channels, got 1"),
        (lambda: Conv2d(1, 1, 2)(IMAGE), ValueError, "Conv2d expects 1 channel, got 2"),
        (lambda: Conv2d(2, 1, 2)(IMAGE[0]), TypeError, "expects an image, lists of 2 x height x width numbers"),
        (lambda: Conv2d(1, 1, 2)([1.0, 2.0]), TypeError, "expects an image"),
        (lambda: Conv2d(1, 1, 2)("image"), TypeError, "expects an image"),
        (lambda: Conv2d(1, 1, 3)([[1.0, 2.0]]), ValueError, "Conv2d takes patches of 3 x 3, got an image of 1 x 2"),
        (lambda: Conv2d(1, 1, 1)([[1.0, 2.0], [1.0]]), ValueError, "Conv2d, channel 0, row 1 expects 2 inputs, got 1"),
        (lambda: Conv2d(2, 1, 1)([[[1.0]], [[1.0], [2.0]]]), ValueError, "channel 1 has 2 rows, but channel 0 has 1"),
        (lambda: Conv2d(1, 1, 0), ValueError, "size must be at least 1, got 0"),
        (lambda: Conv2d(1, 1, (1, 0)), ValueError, r"size\[1\] must be at least 1"),
        (lambda: Conv2d(1, 1, (1, 2, 3)), ValueError, r"size must be a whole number or a pair of them, got \(1, 2, 3\)"),
        (lambda: Conv2d(1, 1, 2, padding=-1), ValueError, "padding must be at least 0"),
        (lambda: Conv2d(1, 1, 2, stride=0), ValueError, "stride must be at least 1"),
        (lambda: Conv2d(1, 0, 2), ValueError, "filters must be at least 1"),
        (lambda: MaxPool2d(3)([[1.0]]), ValueError, "MaxPool2d takes patches of 3 x 3, got an image of 1 x 1"),
        (lambda: AvgPool2d(2)(1.0), TypeError, "AvgPool2d expects an image"),
    ],
)
def test_mistakes_are_named(call: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        call()


def test_seeds_files_origins_and_summary(tmp_path: Any) -> None:
    assert Conv2d(1, 2, 2, seed=1).state_dict() == Conv2d(1, 2, 2, seed=1).state_dict()
    check_round_trip(Conv2d(1, 2, 2, seed=1), Conv2d(1, 2, 2, seed=2), tmp_path / "c.json")
    assert Conv2d(1, 2, 3, stride=2, padding=(0, 1), bias=False)._describe() == (
        "Conv2d(1, 2, 3, activation='relu', stride=2, padding=(0, 1), bias=False)"
    )
    assert repr(MaxPool2d((2, 3))) == "<MaxPool2d((2, 3)): 0 parameters>"
    model = Sequential(Conv2d(1, 2, 3, seed=0), AvgPool2d(2, stride=1), flatten, Layer(18, 3, activation="relu"))
    rows = [line.split() for line in model.summary([[0.0] * 6] * 6).splitlines()]
    assert rows[1][-6:] == ["2", "x", "4", "x", "4", "20"]
    assert rows[2][-6:] == ["2", "x", "3", "x", "3", "0"]
    assert "AvgPool2d(2, stride=1)" in model.summary()
    assert model.summary().splitlines()[1].split()[-6:] == ["2", "x", "h", "x", "w", "20"]
    out = model[1](model[0]([[0.5] * 6] * 6))
    assert out[1][0][0].origin == "Sequential/layers.1/channels.1"
    assert out[1][0][0].inputs[0].origin == "Sequential/layers.0/filters.1"
