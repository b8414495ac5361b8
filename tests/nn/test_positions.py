"""Positional encodings: sines and cosines, PE(pos, 2i) and PE(pos, 2i + 1) of lectures L10."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nn import PositionalEncoding, Sequential, positional_encoding
from tests.nn.comparing import check_layer, data, flat


def encoding(positions: int, width: int, base: float = 10000.0) -> Any:
    pe = np.zeros((positions, width + 1))
    pos, i = np.arange(positions)[:, None], np.arange((width + 1) // 2)[None, :]
    angle = pos / base ** (2 * i / width)
    pe[:, 0 : width + 1 : 2][:, : angle.shape[1]] = np.sin(angle)
    pe[:, 1 : width + 1 : 2][:, : angle.shape[1]] = np.cos(angle)
    return pe[:, :width]


@given(st.integers(1, 20), st.integers(1, 9), st.sampled_from([10000.0, 50.0]))
def test_the_encoding_is_its_formula(positions: int, width: int, base: float) -> None:
    assert np.array(positional_encoding(positions, width, base)) == pytest.approx(encoding(positions, width, base))


def test_it_is_added_with_a_derivative_of_one() -> None:
    check_layer(PositionalEncoding(4), np.ones((3, 4)), lambda state, x: x + encoding(3, 4))


@given(st.integers(0, 6), st.integers(1, 5))
def test_a_sequence_can_go_on_where_another_ended(start: int, length: int) -> None:
    model = PositionalEncoding(4, base=20.0)
    out = model([[0.0] * 4] * length, start)
    assert data(out) == pytest.approx(encoding(start + length, 4, 20.0)[start:].reshape(-1).tolist())


@given(st.integers(0, 30), st.integers(0, 30))
def test_a_shift_is_a_rotation_of_each_pair(position: int, shift: int) -> None:
    """Why sines and cosines: PE(pos + k) is a linear function of PE(pos) that does not depend on pos."""
    rows = positional_encoding(61, 2, 10000.0)
    c, s = np.cos(shift), np.sin(shift)
    assert rows[position + shift] == pytest.approx([c * rows[position][0] + s * rows[position][1], c * rows[position][1] - s * rows[position][0]])


def test_constants_are_no_parameters_and_nodes_are_the_modules() -> None:
    model = Sequential(PositionalEncoding(2))
    out = model([[1.0, 2.0]])
    assert model.parameters() == []
    assert [y.origin for y in flat(out)] == ["Sequential/layers.0/units.0", "Sequential/layers.0/units.1"]
    assert out[0][0].inputs[1].role == "constant"
    assert model.summary().splitlines()[1].split() == ["layers.0", "PositionalEncoding(2)", "n", "x", "2", "0"]


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: PositionalEncoding(2)([[1.0]]), ValueError, "PositionalEncoding, position 0 expects 2 inputs, got 1"),
        (lambda: PositionalEncoding(2)([1.0, 2.0]), TypeError, "a list of rows, one a position, got one row of 2: write"),
        (lambda: PositionalEncoding(2)([]), ValueError, "expects at least one position"),
        (lambda: PositionalEncoding(2)([[1.0, 2.0]], -1), ValueError, "start must be at least 0"),
        (lambda: PositionalEncoding(0), ValueError, "width must be at least 1"),
        (lambda: positional_encoding(0, 2), ValueError, "positions must be at least 1"),
        (lambda: positional_encoding(2, 2, 0.5), ValueError, "base must be at least 1"),
    ],
)
def test_mistakes_are_named(call: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        call()
