"""What the page of a trace adds to its numbers: kinds, modules, wrong gradients, and every size, colour and sheet of paper."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograd import Value, trace
from autograd.graph import topological_order
from autograd.stepping import explain
from autograd.stepping.glyphs import UNICODE
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


def why(driven: Browser, node: str) -> list[str]:
    """Click the box with this title, and read the answer's lines."""
    driven.run(
        f"Array.from(document.querySelectorAll('.box')).find((box) => box.querySelector('title').textContent == {node!r})"
        ".querySelector('[data-role=data]').dispatchEvent(new MouseEvent('click', { bubbles: true }))"
    )
    return list(
        driven.run("Array.from(document.querySelectorAll('.why .head, .why li, .why .total'), (e) => e.textContent)")
    )


PULSES = "document.getAnimations().filter((a) => a.effect.target.matches('.pulse'))"


def centre(driven: Browser, selector: str) -> tuple[float, float]:
    x, y = driven.run(
        f"(() => {{ const r = document.querySelector({json.dumps(selector)}).getBoundingClientRect();"
        " return [r.x + r.width / 2, r.y + r.height / 2]; })()"
    )
    return x, y


@needs_chromium
def test_a_pulse_with_partial_times_gradient_runs_against_the_arrow(chromium: Browser, tmp_path: Path) -> None:
    b = Value(3.0, "b")
    opened(chromium, page_of(b.tanh() * 2.0), tmp_path)
    chromium.press("End")
    assert chromium.run(f"{PULSES}.length") == 0, "a jump shows where it ends, nothing moves"
    chromium.press("ArrowLeft")
    chromium.press("ArrowRight")
    assert chromium.run(f"{PULSES}.length") == 1
    # ∂tanh(b)/∂b = 1 - tanh(3)² = 0.00986604, and the gradient of tanh(b) is 2.
    assert chromium.run("document.querySelector('.pulse').textContent") == "0.00986604 × 2"
    chromium.run(f"{PULSES}[0].pause()")
    tail = centre(chromium, ".box[data-node='0'] .halo")[0]
    head = centre(chromium, ".box[data-node='1'] .halo")[0]
    places = []
    for moment in (0, 250, 500, 750, 999):
        chromium.run(f"{PULSES}[0].currentTime = {moment}")
        places.append(centre(chromium, ".pulse")[0])
    assert places == sorted(places, reverse=True)
    assert abs(places[0] - head) < (head - tail) / 2 < abs(places[-1] - head)


@needs_chromium
def test_who_wants_less_motion_gets_no_pulse(chromium: Browser, tmp_path: Path) -> None:
    chromium.emulate(prefers_reduced_motion="reduce")
    opened(chromium, page_of(reused()), tmp_path)
    for _ in range(5):
        chromium.press("ArrowRight")
        assert chromium.run("document.querySelectorAll('.pulse').length") == 0
    chromium.emulate(prefers_reduced_motion="no-preference")


@needs_chromium
def test_the_target_shows_the_sum_that_its_gradient_is(chromium: Browser, tmp_path: Path) -> None:
    a = Value(3.0, "a")
    b = a + a
    b.label = "b"
    root = b * b
    opened(chromium, page_of(root), tmp_path)
    sums = "Array.from(document.querySelectorAll('.sum'), (sum) => [sum.closest('.box').dataset.node, sum.textContent])"
    seen = []
    for _ in range(8):
        chromium.press("ArrowRight", shift=True)
        seen.append(chromium.run(sums))
    # Two forward steps, then for each of two backward steps its first line and its two edges: b is 6, so b·b gives 6 + 6.
    assert seen == [
        [], [], [], [["1", "0 + 6 → 6"]], [["1", "6 + 6 → 12"]],
        [], [["0", "0 + 12 → 12"]], [["0", "12 + 12 → 24"]],
    ]  # fmt: skip


@needs_chromium
def test_a_wrong_pass_writes_over_what_was_there(chromium: Browser, tmp_path: Path) -> None:
    a = Value(3.0, "a")
    opened(chromium, page_of(a * a, "overwrite"), tmp_path)
    chromium.press("End")
    assert chromium.run("document.querySelector('.sum').textContent") == "3 → 3"


def diamonds(levels: int) -> Value:
    x = Value(1.5, "x")
    for level in range(levels):
        x = x * x.tanh() + 0.25
        x.label = f"y{level}"
    return x


def small_network() -> Value:
    hidden = MLP(2, [2, 1], activation="tanh", seed=0)([Value(1.0, "x1"), Value(2.0, "x2")])
    assert isinstance(hidden, Value)
    return hidden


@needs_chromium
@pytest.mark.parametrize("make", [reused, small_network, lambda: diamonds(3), lambda: diamonds(6)])
def test_a_click_asks_why_and_the_answer_is_what_explain_says(
    make: Callable[[], Value], chromium: Browser, tmp_path: Path
) -> None:
    root = make()
    drawing = page_of(root)
    opened(chromium, drawing, tmp_path)
    recorded = trace(root)
    for node in topological_order(root):
        if node.role == "constant":
            continue
        name = recorded.name(node)
        lines = explain(root, node).text(UNICODE).split("\n")
        # (the first line says names as the boxes do, in full)
        lines[0] = re.sub(r"\bl(\d)\.n(\d)(\.w(?=\d))?", _in_full, lines[0])
        if any("more; all of them" in line for line in lines):
            answer = why(chromium, name)
            assert answer[:21] == [line.removeprefix("  ") for line in lines[:21]]
            assert answer[21].endswith(f" + … = {explain(root, node).gradient:.6g}")
        else:
            assert why(chromium, name) == [line.removeprefix("  ") for line in lines]
    assert chromium.messages == []


def _in_full(short: re.Match[str]) -> str:
    return f"layers.{short[1]}.neurons.{short[2]}" + (".w." if short[3] else "")


@needs_chromium
def test_the_paths_light_up_all_together_or_one_at_a_time(chromium: Browser, tmp_path: Path) -> None:
    opened(chromium, page_of(reused()), tmp_path)
    assert len(why(chromium, "v")) == 5
    lit = "Array.from(document.querySelectorAll('.arrow.lit'), (arrow) => Number(arrow.dataset.arrow)).sort()"
    # Arrows: v → p, p → p + v, v → p + v, p + v → root, p → root.
    assert chromium.run(lit) == [0, 1, 2, 3, 4]
    for place, arrows in enumerate([[0, 1, 3], [2, 3], [0, 4]], start=1):
        chromium.run(f"document.querySelector('.why li:nth-child({place}) button').focus()")
        assert chromium.run(lit) == arrows
    chromium.press("Escape")
    assert chromium.run(lit) == []
    assert chromium.run("document.querySelector('.why').hidden")


@needs_chromium
def test_w_asks_about_the_present_line_and_a_step_or_the_quiz_ends_the_answer(
    chromium: Browser, tmp_path: Path
) -> None:
    opened(chromium, page_of(reused()), tmp_path)
    chromium.press("End")
    chromium.press("w")
    assert chromium.run("document.querySelector('.why .head').textContent").endswith("/∂v = 36, the sum over 3 paths")
    chromium.press("ArrowLeft")
    assert chromium.run("document.querySelector('.why').hidden")
    chromium.click("[data-do=quiz]")
    assert why(chromium, "v") == why(chromium, "p")
    assert chromium.run("document.querySelector('.why').hidden"), "the quiz asks, and does not tell"


@needs_chromium
def test_dragging_moves_a_picture_that_is_larger_than_its_frame_and_is_no_click(
    chromium: Browser, tmp_path: Path
) -> None:
    opened(chromium, page_of(diamonds(6)), tmp_path)
    x, y = centre(chromium, ".box[data-node='0'] .halo")
    mouse = {"button": "left", "buttons": 1, "clickCount": 1}
    chromium._call("Input.dispatchMouseEvent", type="mousePressed", x=x, y=y, **mouse)
    for step in range(1, 6):
        chromium._call("Input.dispatchMouseEvent", type="mouseMoved", x=x - 10 * step, y=y, **mouse)
    chromium._call("Input.dispatchMouseEvent", type="mouseReleased", x=x - 50, y=y, **mouse)
    assert chromium.run("document.querySelector('.view').scrollLeft") == pytest.approx(50, abs=1)
    assert chromium.run("document.querySelector('.why').hidden")


@needs_chromium
def test_on_a_phone_the_buttons_are_signs_in_one_row(chromium: Browser, tmp_path: Path) -> None:
    opened(chromium, page_of(reused()), tmp_path, 390, 844)
    tops = chromium.run(
        "Array.from(document.querySelectorAll('.moves button'), (b) => Math.round(b.getBoundingClientRect().top))"
    )
    assert len(tops) == 7
    assert len(set(tops)) == 1
