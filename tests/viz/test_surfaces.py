"""Surfaces: the heights of the maps are the function's, axes are the right way round, colours are centred at zero."""

from pathlib import Path
from typing import Any

import pytest

from viz import plot_surfaces


def test_the_maps_have_the_functions_heights_first_variable_across() -> None:
    figure = plot_surfaces({"f": lambda a, b: a + 10 * b}, low=-1.0, high=1.0, steps=3)
    space, flat = figure.axes
    heights = flat.collections[0].get_array().reshape(3, 3).tolist()
    assert heights == [[-11, -10, -9], [-1, 0, 1], [9, 10, 11]]  # rows: b from below, columns: a
    assert (flat.get_xlabel(), flat.get_ylabel()) == (space.get_xlabel(), space.get_ylabel()) == ("a", "b")
    assert space.get_title() == "f"


def test_colours_are_centred_at_zero() -> None:
    _, flat = plot_surfaces({"f": lambda a, b: a - 5}, low=0.0, high=1.0, steps=3).axes
    assert flat.collections[0].get_clim() == (-5.0, 5.0)


def test_each_function_has_a_surface_and_a_map(tmp_path: Path) -> None:
    path = tmp_path / "surfaces.png"
    figure = plot_surfaces({"f": lambda a, b: a * b, "constant": lambda a, b: 1.0}, path, steps=4, title="two")
    assert len(figure.axes) == 4
    assert path.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"functions": {}}, "functions is empty"),
        ({"steps": 1}, "steps must be"),
        ({"steps": 2.5}, "steps must be"),
        ({"low": 1.0, "high": 1.0}, "low must be below high"),
        ({"low": float("-inf")}, "low must be below high"),
        ({"functions": {"f": lambda a, b: float("nan")}}, r"'f' is nan at \(-3, -3\)"),
    ],
)
def test_bad_input_is_named(options: dict[str, Any], message: str) -> None:
    arguments = {"functions": {"f": lambda a, b: a}} | options
    with pytest.raises(ValueError, match=message):
        plot_surfaces(**arguments)
