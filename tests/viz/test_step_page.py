"""What the page of a trace adds to its numbers: kinds, modules, wrong gradients, and every size, colour and sheet of paper."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from autograd import Value, trace
from nn import MLP, Neuron
from tests.viz.browser import Browser, browser, needs_chromium
from viz import draw
from viz.steps import StepsDrawing


def page_of(root: Value, rule: str = "add") -> StepsDrawing:
    drawing = draw(trace(root, rule=rule))  # type: ignore[arg-type]
    assert isinstance(drawing, StepsDrawing)
    return drawing


def reused() -> Value:
    """r = (2v + v)·2v: two nodes are used twice, so that overwriting loses contributions of both."""
    v = Value(3.0, "v")
    p = v * 2
    p.label = "p"
    return (p + v) * p


def test_a_parameter_keeps_its_kind_and_a_node_its_modules_name() -> None:
    hidden = MLP(2, [2, 1], activation="tanh", seed=0)([Value(1.0, "x1"), Value(2.0, "x2")])
    assert isinstance(hidden, Value)
    boxes = page_of(hidden)._picture.boxes
    kinds = {box.title: (box.kind, box.operation) for box in boxes if box.kind != "computed"}
    assert kinds["x1"] == ("leaf", "leaf")
    assert kinds["layers.0.neurons.0.w.1"] == ("parameter", "parameter")
    notes = [box.notes[0] for box in boxes if box.operation == "affine"]
    assert notes == ["layers.0.neurons.0", "layers.0.neurons.1", "layers.1.neurons.0"]


def test_a_wrong_gradient_is_marked_and_has_the_right_one_beside_it() -> None:
    drawing = page_of(reused(), "overwrite")
    # r = 6v², so dr/dv = 12v = 36; dr/dp = (p + v) + p = 15.
    notes = {box.title: box.notes[-1] for box in drawing._picture.boxes if box.notes}
    assert (notes["v"], notes["p"]) == ("right grad: 36", "right grad: 15")
    assert drawing.render("html").count(b'class="box wrong"') == 2
    assert b'class="box wrong"' not in page_of(reused()).render("html")


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as driven:
        yield driven


def opened(driven: Browser, drawing: StepsDrawing, folder: Path, width: int = 1000, height: int = 700) -> None:
    driven.resize(width, height)
    driven.open(drawing.save(folder / "page.html"))


@needs_chromium
def test_only_a_wrong_gradient_is_red_and_only_once_it_is_there(chromium: Browser, tmp_path: Path) -> None:
    opened(chromium, page_of(reused(), "overwrite"), tmp_path)
    colours = (
        "Array.from(document.querySelectorAll('.box [data-role=grad]'),"
        " (text) => getComputedStyle(text).fill == 'rgb(176, 0, 32)').filter(Boolean).length"
    )
    assert chromium.run(colours) == 0
    chromium.press("End")
    assert chromium.run(colours) == 2


@needs_chromium
def test_fit_shows_all_of_a_tall_picture(chromium: Browser, tmp_path: Path) -> None:
    root = Neuron(12, activation="tanh", seed=0)([float(i) for i in range(12)])
    opened(chromium, page_of(root), tmp_path)
    cut = "(() => { const v = document.querySelector('.view'); return v.scrollHeight - v.clientHeight; })()"
    assert chromium.run(cut) > 100
    chromium.press("0")
    assert chromium.run(cut) <= 1


@needs_chromium
def test_on_a_phone_nothing_but_the_picture_is_wider_than_the_screen(chromium: Browser, tmp_path: Path) -> None:
    opened(chromium, page_of(Neuron(3, activation="tanh", seed=0)([1.0, 2.0, 3.0])), tmp_path, 360, 700)
    chromium.press("End")
    assert chromium.run("document.documentElement.scrollWidth") <= 360
    assert chromium.run(
        "(() => { const p = document.querySelector('pre.lines'); return p.scrollWidth <= p.clientWidth; })()"
    )
    sizes = chromium.run(
        "Array.from(document.querySelectorAll('.bar button'), (b) => b.getBoundingClientRect().height)"
    )
    assert min(sizes) >= 40


@needs_chromium
def test_dark_mode_turns_light_and_dark_round(chromium: Browser, tmp_path: Path) -> None:
    opened(chromium, page_of(reused()), tmp_path)
    seen = "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector('.chainrule-steps')).filter]"
    assert chromium.run(seen)[1] == "none"
    chromium.emulate(prefers_color_scheme="dark")
    assert chromium.run(seen) == ["rgb(25, 25, 25)", "invert(0.9) hue-rotate(180deg)"]
    chromium.emulate(prefers_color_scheme="light")


@needs_chromium
def test_printed_nothing_is_cut_off_and_all_steps_are_there(chromium: Browser, tmp_path: Path) -> None:
    opened(chromium, page_of(Neuron(12, activation="tanh", seed=0)([float(i) for i in range(12)])), tmp_path)
    chromium._call("Emulation.setEmulatedMedia", media="print")
    chromium.run("window.dispatchEvent(new Event('beforeprint'))")
    assert chromium.run("document.querySelector('.whole').open")
    assert chromium.run("getComputedStyle(document.querySelector('.bar')).display") == "none"
    cut = (
        "Array.from(document.querySelectorAll('.view, pre'), (e) =>"
        " Math.max(e.scrollHeight - e.clientHeight, e.scrollWidth - e.clientWidth))"
    )
    assert max(chromium.run(cut)) <= 1
    chromium._call("Emulation.setEmulatedMedia", media="")
