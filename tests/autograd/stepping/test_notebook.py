"""A trace in a notebook: its steps as `print` writes them, as HTML that keeps its columns and stays short."""

import re
from html import unescape

import autograd
from autograd import Value, trace
from autograd.stepping.glyphs import UNICODE
from nn import MLP
from tests.autograd.stepping.graphs import chain


def text_of(html: str) -> str:
    return unescape(re.sub("<[^>]*>", "", html))


def reused() -> Value:
    x = Value(3.0, "x")
    y = x + x
    y.label = "y"
    return y * y


def test_a_trace_shows_the_text_that_print_shows_without_breaking_lines() -> None:
    recorded = trace(reused())
    assert text_of(recorded._repr_html_()) == recorded.text(UNICODE)
    assert text_of(recorded.forward._repr_html_()) == recorded.forward.text(UNICODE)
    model = MLP(2, [16, 16, 1], seed=0)
    large = trace(model([1.0, 2.0]))
    assert text_of(large._repr_html_()) == large.text(UNICODE)
    assert re.findall("<b>(.*?) ", large._repr_html_())[0] == f"[1/{len(large)}]"


def test_what_is_wrong_on_purpose_is_red_and_compared_with_the_right_pass() -> None:
    html = trace(reused(), rule="overwrite")._repr_html_()
    red = [text_of(line) for line in re.findall(r'<span style="color:#d04030">(.*?)</span>', html)]
    assert len(red) == 2
    assert all("wrong, should be" in line for line in red)
    assert "grad: wrong  right" in text_of(html)
    assert "color" not in trace(reused())._repr_html_()


def test_a_long_trace_and_a_wide_step_are_shortened_in_the_middle() -> None:
    long = trace(chain(1000))._repr_html_()
    shown = re.findall(r"\[(\d+)/1000\]", text_of(long))
    assert shown == [str(i) for i in (*range(1, 11), *range(991, 1001))]
    wide = trace(autograd.sum([Value(1.0) for _ in range(1000)]))._repr_html_()
    assert max(map(len, (long, wide))) < 12_000


def test_labels_are_text() -> None:
    html = trace(Value(1.0, "<script>alert(1)</script>") * 2)._repr_html_()
    assert set(re.findall(r"<(\w+)", html)) == {"pre", "b"}
