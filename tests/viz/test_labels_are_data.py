"""Whatever a user writes in a label is shown as text: it breaks neither DOT nor SVG, and nothing in it is markup."""

import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from autograd import Value
from autograd.wording import bounded, visible
from tests.viz.reading import SVG, read, read_svg
from viz import draw
from viz.notebook import DARK

NASTY = [
    '"quoted"',
    "'single'",
    "two\nlines",
    "tab\tand\rreturn",
    "<b>bold</b>",
    "</TD></TR></TABLE>>",
    "]>",
    "&amp; &lt; &#0; &",
    "{a|b}",
    "\\N \\G \\n \\l \\",
    "ends with a backslash\\",
    "</script><script>alert(1)</script>",
    "]]><!-- -->",
    "\u202eright to left\u202c",
    "שלום",
    "مرحبا",
    "🎉👨\u200d👩\u200d👧",
    "∂L/∂w₁",
    "权重",
    "\x00\x01\x1f\x7f\x85",
    "\ud800",
    "\ufffe\uffff",
    "   ",
    " padded ",
    "-> n3 [color=red]; }",
    "%s %d {0}",
    "x" * 5000,
]

LABELS = st.text(st.characters() | st.sampled_from('<>&"{}|\\/\n'), max_size=40)


def as_shown(label: str) -> str:
    """The label's one line in the picture, spaces at its ends left out."""
    return bounded(label).strip("\xa0 ")


def check(label: str) -> None:
    a, b = Value(2.0, label), Value(3.0, "plain")
    y = a * b
    y.label = label
    drawing = draw(y, names={label: a})
    picture = read(drawing)
    shown = [as_shown(label)] if as_shown(label) else []
    assert picture.nodes["n0"] == ["input", *shown, "data", "2", "grad", "not computed"]
    assert picture.nodes["n2"] == ["×", *shown, "data", "6", "grad", "not computed"]
    assert picture.edges == [("n0", "n2", ["∂ 3"]), ("n1", "n2", ["∂ 2"])]
    elements = list(ElementTree.fromstring(drawing.render("svg")).iter())
    assert [f"<style>{element.text}</style>" for element in elements if element.tag == f"{SVG}style"] == [DARK]
    tags = {element.tag.removeprefix(SVG) for element in elements}
    assert tags <= {"svg", "style", "g", "title", "text", "polygon", "polyline", "path", "ellipse"}


@pytest.mark.parametrize("label", NASTY, ids=lambda label: ascii(label[:20]))
def test_a_nasty_label_is_shown_as_it_is(label: str) -> None:
    check(label)


@given(LABELS)
@settings(max_examples=80)
@example("\x0b")
def test_any_label_is_shown_as_it_is(label: str) -> None:
    check(label)


@given(LABELS)
@settings(max_examples=20)
def test_any_label_is_data_in_summaries_too(label: str) -> None:
    x = Value(1.0, "x")
    y = x.exp()
    y.origin = f"{label}/layer"
    y.label = label
    picture = read(draw(y, detail="summary"))
    assert len(picture.nodes) + len(picture.edges) >= 2


@given(st.text(max_size=200))
def test_what_is_shown_is_printable_and_bounded(label: str) -> None:
    shown = bounded(label)
    assert len(shown) <= 32
    assert all(char.isprintable() or char in "\u200c\u200d" for char in shown)


@pytest.mark.parametrize(
    ("label", "shown"),
    [("two\nlines", "two\\nlines"), ("\u202eabc", "\\u202eabc"), ("\x00", "\\x00"), ("\ud800", "\\ud800")],
)
def test_what_cannot_be_printed_is_written_as_python_escapes_it(label: str, shown: str) -> None:
    assert visible(label) == shown


def test_a_long_label_ends_in_an_ellipsis() -> None:
    assert as_shown("x" * 5000) == "x" * 31 + "…"


def test_wide_letters_get_room() -> None:
    def width(label: str) -> float:
        svg = draw(Value(1.0, label)).render("svg")
        assert read_svg(svg)
        return float((ElementTree.fromstring(svg).get("width") or "").removesuffix("pt"))

    assert width("权" * 20) > width("w" * 20) > width("i" * 20)
