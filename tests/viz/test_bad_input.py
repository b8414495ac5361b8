"""What users get wrong at least once: each mistake has a typed error that names the thing and the fix."""

import inspect
from typing import Any

import pytest

from autograd import StaleGraphError, Value, no_grad
from nn import MLP
from viz import draw


@pytest.mark.parametrize(
    ("root", "message"),
    [
        (3.0, "not a float; a plain number has no graph"),
        (3, "not a int; a plain number has no graph"),
        ("loss", "not a str"),
        (None, "not None"),
        ([1.0, 2.0], "not a list"),
        ([Value(1.0)], r"not a list; .*draw\(autograd\.sum\(values\)\)"),
        ((Value(1.0), Value(2.0)), r"not a tuple; .*draw\(autograd\.sum\(values\)\)"),
        ({"loss": Value(1.0)}, "not a dict"),
        (object(), "not a object"),
        (MLP(2, [1]), r"not a MLP; .*draw\(model\(x\)\)"),
        (Value, "not a type"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_only_a_value_can_be_drawn(root: Any, message: str) -> None:
    with pytest.raises(TypeError, match=f"draw takes a Value.*{message}"):
        draw(root)


def test_numpy_arrays_are_refused() -> None:
    numpy = pytest.importorskip("numpy")
    with pytest.raises(TypeError, match="not a ndarray"):
        draw(numpy.zeros(3))


def test_a_result_without_a_graph_is_a_leaf() -> None:
    x = Value(2.0)
    with no_grad():
        y = x * x
    assert len(draw(y).source.split('<TABLE BORDER="2"')) == 2


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"direction": "left"}, ValueError, "direction must be one of LR, TB, RL, BT, got 'left'"),
        ({"direction": None}, ValueError, "direction must be one of"),
        ({"detail": "everything"}, ValueError, "detail must be one of auto, full, compact.*summary"),
        ({"max_nodes": 0}, ValueError, "max_nodes must be at least 1, got 0"),
        ({"max_nodes": 2.5}, TypeError, "max_nodes must be a whole number, got float"),
        ({"max_nodes": True}, TypeError, "max_nodes must be a whole number, got bool"),
        ({"names": 5}, TypeError, "names maps names to Values.*got int"),
        ({"names": "ab"}, TypeError, "names maps names to Values.*got str"),
        ({"names": [Value(1.0)]}, TypeError, "names maps names to Values.*got list"),
        ({"names": {Value(1.0): "x"}}, TypeError, "is not a string"),
    ],
)
def test_an_unknown_option_is_named(options: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        draw(Value(1.0), **options)


def test_a_changed_leaf_makes_the_picture_an_error_not_a_mix() -> None:
    x = Value(2.0, "x")
    y = x * x
    x.data = 3.0
    with pytest.raises(StaleGraphError, match="'x'"):
        draw(y)
    y.forward()
    assert ">9<" in draw(y).source or ">9&#160;<" in draw(y).source


def test_draw_has_fewer_than_ten_parameters() -> None:
    assert len(inspect.signature(draw).parameters) < 10
