"""A trace in a notebook: its steps as `print` writes them, as HTML that keeps its columns and stays short."""

import re
from html import unescape

import autograd
from autograd import Value, trace
from autograd.stepping.glyphs import UNICODE
from tests.autograd.stepping.graphs import chain


def text_of(html: str) -> str:
    return unescape(re.sub("<[^>]*>", "", html))


def reused() -> Value:
    x = Value(3.0, "x")
    y = x + x
    y.label = "y"
    return y * y


def test_a_trace_shows_the_lines_of_its_steps() -> None:
    recorded = trace(reused())
    assert text_of(recorded._repr_html_()).strip() == "\n".join(step.text(UNICODE) for step in recorded)
    assert text_of(recorded.forward._repr_html_()).strip() == "\n".join(step.text(UNICODE) for step in recorded.forward)


def test_what_is_wrong_on_purpose_is_red_and_compared_with_the_right_pass() -> None:
    html = trace(reused(), rule="overwrite")._repr_html_()
    red = [text_of(line) for line in re.findall(r'<span style="color:#d04030">(.*?)</span>', html)]
    assert len(red) == 2
    assert all("wrong, should be" in line for line in red)
    assert "grad: wrong  right" in text_of(html)
    assert "color" not in trace(reused())._repr_html_()


def test_a_long_trace_is_shortened_in_the_middle() -> None:
    html = trace(chain(1000))._repr_html_()
    shown = re.findall(r"\[(\d+)/1000\]", text_of(html))
    assert shown == [str(i) for i in (*range(1, 11), *range(991, 1001))]
    assert "… 980 more steps: the slice [10:-10] has them" in html
    assert len(html) < 10_000


def test_a_step_of_many_operands_is_shortened_in_the_middle() -> None:
    html = trace(autograd.sum([Value(1.0) for _ in range(1000)]))._repr_html_()
    assert text_of(html).count("∂v1001/∂") == 8
    assert "… 992 more operands" in html


def test_labels_are_text() -> None:
    html = trace(Value(1.0, "<script>alert(1)</script>") * 2)._repr_html_()
    assert set(re.findall(r"<(\w+)", html)) == {"pre", "b"}
