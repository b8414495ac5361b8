"""A bare `Value` in a notebook: a small card with its number, its gradient and how it was made."""

import re
from html import unescape
from html.parser import HTMLParser

import pytest

import autograd
from autograd import Value, constant, parameter
from autograd.markup import html_table
from nn import Neuron


class Cells(HTMLParser):
    """The cells of a table, row by row, and the tags that were met."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.tags: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data.rstrip("\n")


def card(value: Value) -> dict[str, list[str]]:
    """What the card says, by the words on its left; a line without one belongs to the line above it."""
    found: dict[str, list[str]] = {}
    for name, text in Cells(value._repr_html_()).rows:
        last = name or last  # noqa: F821 — the first row has a name
        found.setdefault(last, []).append(text)
    return found


def test_it_says_value_gradient_and_how_it_was_made() -> None:
    d, f = Value(4.0, "d"), Value(-2.0, "f")
    loss = d * f
    loss.label = "L"
    assert card(loss) == {
        "label": ["L"],
        "value": ["-8"],
        "gradient": ["not computed"],
        "made by": ["d * f", "= 4 * -2"],
    }
    loss.backward()
    assert card(loss)["gradient"] == ["1"]
    assert card(d)["gradient"] == ["-2"]


def test_a_gradient_of_zero_is_told_from_one_that_was_not_computed() -> None:
    x = Value(-1.0)
    assert card(x)["gradient"] == ["not computed"]
    x.relu().backward()
    assert card(x)["gradient"] == ["0"]


def test_what_nothing_computed_says_what_it_is() -> None:
    assert card(Value(1.0))["made by"] == ["nothing: a leaf"]
    assert card(parameter(1.0))["made by"] == ["nothing: a parameter, a leaf that training changes"]
    assert "gradient" not in card(constant(1.0))


def test_operations_are_written_as_one_writes_them() -> None:
    x = Value(2.0, "x")
    assert card(-x)["made by"] == ["-x", "= -2"]
    assert card(x.tanh())["made by"] == ["tanh(x)", "= tanh(2)"]
    assert card(x * x * 3)["made by"] == ["4 * 3"]


def test_a_label_with_an_operator_in_it_is_bracketed() -> None:
    a, b = Value(2.0, "x1*w1"), Value(3.0, "x2*w2")
    assert card(a * b)["made by"][0] == "(x1*w1) * (x2*w2)"


def test_of_many_inputs_the_middle_is_left_out() -> None:
    total = autograd.sum([Value(float(i), f"v{i}") for i in range(1000)])
    assert card(total)["made by"][0] == "sum(v0, v1, v2, … 994 more, v997, v998, v999)"
    assert len(total._repr_html_()) < 3000


def test_a_node_of_a_model_says_where_it_is() -> None:
    assert card(Neuron(2, seed=0)([1.0, 2.0]))["in"] == ["Neuron"]


@pytest.mark.parametrize(
    "label", ["<script>alert(1)</script>", "a & b", '"><img src=x onerror=alert(1)>', "two\nlines"]
)
def test_labels_are_text(label: str) -> None:
    x = Value(1.0, label)
    page = (x * 2)._repr_html_() + x._repr_html_()
    assert Cells(page).tags == {"div", "table", "tr", "td"}
    assert label.replace("\n", "\\n")[:30] in unescape(re.sub("<[^>]*>", "", page))


def test_the_card_has_no_colours_of_its_own() -> None:
    """So that it is read on a light page and on a dark one."""
    assert not re.search(r"(?<![-\w])color|background:(?!none)|#[0-9a-f]{3}", Value(1.0)._repr_html_())


def test_columns_of_numbers_end_at_the_right() -> None:
    table = html_table([["a", "1"]], head=["name", "count"], right=[1])
    assert re.findall("text-align:(left|right)", table) == ["left", "right"] * 2
