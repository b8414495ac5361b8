"""Text drawings: one line for each argument, right numbers, bounded, and printable anywhere."""

import io
import os
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value, affine, parameter, relu
from nn import MLP, softmax_cross_entropy
from viz import draw

GOLDEN = """\
            data  grad   ∂  ∂·grad
L  ×          -8     1
├─ d  +        4    -2  -2      -2
│  ├─ ×       -6    -2   1      -2
│  │  ├─ a     2     6  -3       6
│  │  └─ b    -3    -4   2      -4
│  └─ c       10    -2   1      -2
└─ f          -2     4   4       4
∂: partial derivative of the node above by this one
∂·grad: times that node's grad, what flows back"""


def lecture_graph() -> Value:
    a, b, c, f = (Value(x, name) for x, name in ((2.0, "a"), (-3.0, "b"), (10.0, "c"), (-2.0, "f")))
    d = a * b + c
    d.label = "d"
    y = d * f
    y.label = "L"
    return y


def words(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines()]


def test_a_small_graph() -> None:
    y = lecture_graph()
    y.backward()
    assert words(draw(y).text(ascii=False).replace("  input", "")) == words(GOLDEN)


def test_ascii_has_the_same_numbers_and_only_ascii() -> None:
    y = lecture_graph()
    y.backward()
    text = draw(y).text(ascii=True)
    assert text.isascii()
    assert text.splitlines()[2] == "|- d  +               4    -2  -2      -2"


def test_before_backward_no_gradient_is_shown() -> None:
    text = draw(lecture_graph()).text(ascii=True)
    assert "d*grad" not in text.splitlines()[0]
    assert "grad -: not computed, call backward()" in text


def test_a_node_used_twice_is_written_out_once() -> None:
    a = Value(3.0, "a")
    e = a.exp()
    y = e * e
    y.backward()
    lines = draw(y).text(ascii=False).splitlines()
    assert [line.split()[:4] for line in lines[2:5]] == [
        ["├─", "exp", "#1", "20.0855"], ["│", "└─", "a", "input"], ["└─", "exp", "#1", "↑"],
    ]  # fmt: skip
    assert "↑: written out above" in lines


@given(st.integers(1, 40), st.booleans())
def test_every_argument_has_one_line(steps: int, square: bool) -> None:
    x = Value(0.5, "x")
    y = x
    arguments = 0
    for _ in range(steps):
        y = y * y if square else y.tanh()
        arguments += 2 if square else 1
    lines = draw(y, detail="full").text(ascii=True).splitlines()
    assert sum("|- " in line or "`- " in line for line in lines) == arguments


def test_parameters_inside_a_box_are_lines_of_it() -> None:
    z = affine([parameter(2.0, "w")], [Value(3.0, "x")], parameter(1.0, "b"))
    z.backward()
    lines = words(draw(z, detail="compact").text(ascii=True))
    assert ["|", "*", "w", "2", "3", "3"] in lines
    assert ["|", "*", "b", "1", "1", "1"] in lines


def test_kinks_and_constants_are_told() -> None:
    text = draw(relu(Value(0.0, "x")) * 2.0, detail="full").text(ascii=True)
    assert "|  (kink: " in text
    assert "constant" in text


def test_a_deep_graph_goes_on_at_the_left() -> None:
    x = Value(0.5, "x")
    for _ in range(200):
        x = x.tanh()
    text = draw(x, detail="full").text(ascii=True)
    assert max(map(len, text.splitlines())) < 120
    assert 10 < text.count("... below") < 25
    assert text.count("tanh") == 200 + text.count("... below")


def test_a_large_graph_is_bounded() -> None:
    x = [Value(float(i), f"x{i}") for i in range(400)]
    y = x[0]
    for other in x[1:]:
        y = y + other
    lines = draw(y, detail="full", force=True).text(ascii=True).splitlines()
    assert len(lines) < 320
    assert any("more lines" in line for line in lines)
    model = MLP(4, [200, 200, 1], seed=0)
    assert len(draw(model([1.0] * 4)).text().splitlines()) < 60  # type: ignore[arg-type]


@given(st.text(max_size=60))
def test_a_label_is_data(label: str) -> None:
    text = draw(Value(1.0, label).exp()).text(ascii=False)
    assert all(line.isprintable() or "\u200c" in line or "\u200d" in line for line in text.split("\n"))
    assert len(text.split("\n")) == 5
    assert draw(Value(1.0, label).exp()).text(ascii=True).isascii()


def test_a_kink_is_noted_in_ascii_without_escapes() -> None:
    drawing = draw(Value(0.0, "x").relu())
    assert "(kink: subgradient 0 ∈ [0, 1])" in drawing.text(ascii=False)
    assert "(kink: subgradient 0 in [0, 1])" in drawing.text(ascii=True)


@pytest.mark.parametrize(("encoding", "is_ascii"), [("ascii", True), ("cp1252", True), ("utf-8", False)])
def test_the_terminals_encoding_decides(encoding: str, is_ascii: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stdout", stream)
    text = draw(lecture_graph()).text()
    print(text)
    stream.flush()
    monkeypatch.undo()
    assert text.isascii() is is_ascii


@pytest.mark.parametrize("width", [60, 80, 132])
@pytest.mark.parametrize(
    "options", [{"detail": "compact"}, {"detail": "full", "force": True}, {"detail": "modules"}, {"detail": "summary"}]
)
def test_no_line_is_wider_than_the_terminal(width: int, options: dict[str, Any]) -> None:
    loss = softmax_cross_entropy(MLP(2, [16, 16, 2], seed=0)([0.5, -1.0]), 1)
    loss.backward()
    lines = draw(loss, title="x" * 200, **options).text(width=width).splitlines()
    assert max(map(len, lines)) <= width
    if options["detail"] in ("compact", "full"):
        assert lines[1].split() == ["data", "grad", "∂", "∂·grad"]
        assert f"{loss.data:.3g}" in lines[2]


def test_where_nothing_says_how_wide_the_terminal_is_it_has_80_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    loss = softmax_cross_entropy(MLP(2, [8, 8, 2], seed=0)([0.5, -1.0]), 1)
    loss.backward()
    drawing = draw(loss, detail="compact")
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setattr("shutil.get_terminal_size", os.terminal_size)
    assert drawing.text() == drawing.text(width=80)
    monkeypatch.setattr("shutil.get_terminal_size", lambda fallback: os.terminal_size((132, 24)))
    assert drawing.text() == drawing.text(width=132) != drawing.text(width=80)


def test_where_there_is_room_numbers_have_six_digits() -> None:
    x = Value(1 / 3, "x")
    assert "0.333333" in draw(x.tanh()).text(width=80)


def test_before_a_name_is_cut_numbers_have_fewer_digits() -> None:
    y = Value(1 / 3, "n" * 31).tanh().tanh().tanh()
    y.backward()
    # Numbers of six digits take 36 columns, of four 32; the name with its branches and the word "input" takes 47.
    text = draw(y).text(width=80)
    assert "n" * 31 in text
    assert "  0.3333  " in text
    assert "n" * 31 not in draw(y).text(width=60)
