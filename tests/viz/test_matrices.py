"""Matrices as maps: entries, names, a scale centred at zero for each, and what is refused."""

from pathlib import Path
from typing import Any

import pytest

from autograd import Value
from viz import plot_matrices


def maps(figure: Any) -> dict[str, list[list[float]]]:
    return {axes.get_title(): axes.images[0].get_array().tolist() for axes in figure.axes if axes.images}


def test_each_matrix_is_a_map_with_its_name() -> None:
    given = {"δ": [[1.0, -2.0], [0.5, 0.0]], "values": [[Value(3.0)]]}
    assert maps(plot_matrices(given)) == {"δ": [[1.0, -2.0], [0.5, 0.0]], "values": [[3.0]]}


def test_arrays_are_welcome() -> None:
    numpy = pytest.importorskip("numpy")
    assert maps(plot_matrices({"a": numpy.eye(2)})) == {"a": [[1, 0], [0, 1]]}


def test_each_map_has_a_scale_of_its_own_centred_at_zero() -> None:
    figure = plot_matrices({"large": [[1.0, -4.0]], "small": [[1e-16, 0.0]], "zero": [[0.0]]})
    limits = {axes.get_title(): axes.images[0].get_clim() for axes in figure.axes if axes.images}
    assert limits == {"large": (-4, 4), "small": (-1e-16, 1e-16), "zero": (-1, 1)}


def test_axes_are_named_at_the_edges_of_the_figure_only() -> None:
    figure = plot_matrices({str(k): [[1.0]] for k in range(4)}, across=2, x="neuron", y="sample")
    panels = [axes for axes in figure.axes if axes.images]
    assert [axes.get_xlabel() for axes in panels] == ["", "", "neuron", "neuron"]
    assert [axes.get_ylabel() for axes in panels] == ["sample", "", "sample", ""]


def test_a_path_gets_the_figure(tmp_path: Path) -> None:
    plot_matrices({"a": [[1.0]]}, tmp_path / "a.png", title="$")
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("matrices", "error", "message"),
    [
        ({}, TypeError, "must be a dict"),
        ([[1.0]], TypeError, "must be a dict"),
        ({"m": [1.0, 2.0]}, ValueError, "'m' must be rows of numbers"),
        ({"m": []}, ValueError, "'m' must be rows of numbers"),
        ({"m": [[]]}, ValueError, "'m' must be rows of numbers"),
        ({"m": [[1.0], [1.0, 2.0]]}, ValueError, "the rows of 'm' have different lengths: 1, 2"),
        ({"m": [[float("inf")]]}, ValueError, "'m' has a number that is not finite"),
        ({"m": [["x"]]}, TypeError, "a row of 'm'"),
        ({"m": "text"}, TypeError, "m must be a list or an array, got str"),
    ],
)
def test_bad_input_is_named(matrices: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        plot_matrices(matrices)
