"""Several graphs as one drawing: each keeps its boxes, arrows and numbers, in a frame with its name."""

from typing import Any

import pytest

from autograd import Value, trace
from nn import MLP, softmax_cross_entropy
from tests.viz.reading import read
from viz import draw, draw_network, side_by_side


def product() -> Value:
    a, b = Value(2.0, "a"), Value(-3.0, "b")
    y = a * b
    y.label = "y"
    y.backward()
    return y


def test_every_box_and_arrow_of_each_graph_is_there_once() -> None:
    y = product()
    alone, both = read(draw(y)), read(side_by_side({"one": draw(y), "two": draw(y)}))
    assert sorted(both.nodes.values()) == sorted([*alone.nodes.values()] * 2)
    assert sorted(texts for _, _, texts in both.edges) == sorted([texts for _, _, texts in alone.edges] * 2)
    assert both.caption == alone.caption


def test_no_arrow_leads_from_one_graph_to_another() -> None:
    both = read(side_by_side({"one": draw(product()), "two": draw(product())}))
    assert {(tail.partition("_")[0], head.partition("_")[0]) for tail, head, _ in both.edges} == {
        ("g0", "g0"),
        ("g1", "g1"),
    }


def test_frames_have_the_titles_as_data() -> None:
    svg = side_by_side({'<b> & "x"': draw(product()), "two": draw(product())}).render("svg")
    assert b"&lt;b&gt; &amp; &quot;x&quot;" in svg or b'&lt;b&gt; &amp; "x"' in svg
    assert b"<b>" not in svg


def test_frames_of_modules_stay_inside() -> None:
    loss = softmax_cross_entropy(MLP(2, [3, 2], seed=0)([0.5, -1.0]), 1)
    drawing = draw(loss, detail="compact")
    source = side_by_side({"one": drawing, "two": draw(product())}).source
    assert source.count("subgraph") == drawing.source.count("subgraph") + 2


def test_a_trace_shows_what_flowed_in_it() -> None:
    x = Value(3.0, "x")
    y = x * x
    y.label = "y"
    both = read(side_by_side({"right": draw(trace(y)), "wrong": draw(trace(y, rule="overwrite"))}))
    grads = sorted(texts[texts.index("grad") + 1] for texts in both.nodes.values() if "x" in texts)
    assert grads == ["3", "6"]


def test_the_text_has_both_graphs() -> None:
    text = side_by_side({"one": draw(product()), "two": draw(product())}).text(ascii=True)
    assert text.count("y  *") == 2


def test_summaries_can_stand_beside_graphs() -> None:
    y = Value(1.0, "x")
    for _ in range(400):
        y = y * 1.0
    assert "subgraph" in side_by_side({"large": draw(y), "small": draw(product())}).source


@pytest.mark.parametrize(
    ("drawings", "error", "message"),
    [
        ({}, ValueError, "at least one drawing"),
        ([draw(Value(1.0))], TypeError, "a dict from titles to drawings, got list"),
        ({"a": Value(1.0)}, TypeError, "'a' must be a drawing that draw"),
        ({"net": draw_network(MLP(2, [1], seed=0))}, TypeError, "'net' must be a drawing that draw"),
    ],
)
def test_bad_input_is_named(drawings: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        side_by_side(drawings)


def test_an_unknown_direction_is_named() -> None:
    with pytest.raises(ValueError, match="direction must be one of"):
        side_by_side({"a": draw(Value(1.0))}, direction="up")


def test_graphs_flow_as_asked() -> None:
    assert "rankdir=TB" in side_by_side({"a": draw(product(), direction="TB")}, direction="TB").source
