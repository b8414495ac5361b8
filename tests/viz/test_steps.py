"""A trace draws as frames in one layout: each shows what is known after its step, and nothing more."""

import io
import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from autograd import MissingExtraError, Value
from autograd import sum as sum_of
from autograd.stepping import Trace, trace
from autograd.testing import Program, programs
from autograd.wording import number
from tests.viz.reading import read
from viz import draw
from viz.frames import Film, film_of
from viz.frames_layout import lay_out
from viz.steps import StepsDrawing


def lesson() -> Value:
    a, b, c, f = (Value(x, name) for x, name in ((2.0, "a"), (-3.0, "b"), (10.0, "c"), (-2.0, "f")))
    e = a * b
    d = e + c
    loss = d * f
    e.label, d.label, loss.label = "e", "d", "L"
    return loss


def film(recorded: Trace, **options: bool) -> Film:
    return film_of(recorded, max_nodes=300, **{"force": False, **options})


def steps(root: Value, **options: object) -> StepsDrawing:
    drawing = draw(trace(root), **options)  # type: ignore[arg-type]
    assert isinstance(drawing, StepsDrawing)
    return drawing


def test_there_is_a_frame_for_the_start_and_for_each_step_with_the_lines_that_are_printed() -> None:
    recorded = trace(lesson())
    made = film(recorded)
    texts = ["\n".join(made.state(end).lines) for end in made.ends]
    assert texts[1:] == [*map(str, recorded.forward), *map(str, recorded)]


def test_numbers_appear_with_the_forward_steps_and_gradients_with_the_backward_steps() -> None:
    made = film(trace(lesson()))
    index = {name: place for place, name in enumerate(made.names)}
    start, *forward = (made.state(end) for end in made.ends[:4])
    assert start.known == {index[name] for name in "abcf"}
    assert not start.grads
    assert [state.known - start.known for state in forward] == [
        {index["e"]}, {index["e"], index["d"]}, {index["e"], index["d"], index["L"]},
    ]  # fmt: skip
    assert not any(state.grads or state.flowed for state in forward)
    first = made.state(made.ends[4])
    assert first.grads == {index["L"]: "1", index["d"]: "-2", index["f"]: "4"}
    assert first.changed == {index["L"], index["d"], index["f"]}
    assert first.node == index["L"]
    half = made.state(made.ends[4] - 1)  # one line of that step less
    assert half.grads == {index["L"]: "1", index["d"]: "-2"}


@given(programs(max_ops=8))
@settings(max_examples=60)
def test_the_last_frame_has_the_gradients_of_backward_and_every_argument_an_arrow(program: Program) -> None:
    leaves = [Value(x, f"x{i}") for i, x in enumerate(program.inputs)]
    root = program(*leaves)
    if not isinstance(root, Value):
        return
    recorded = trace(root)
    made = film(recorded)
    last = made.state(len(made.events) - 1)
    assert {made.names[node]: grad for node, grad in last.grads.items()} == {
        name: number(grad) for name, grad in recorded.grads.items()
    }
    root.backward()
    for leaf in leaves:
        if leaf.has_grad and leaf.label in made.names:
            assert last.grads[made.names.index(leaf.label)] == number(leaf.grad)
    title = {box.name: box.title for box in made.picture.boxes}
    drawn = Counter((title[arrow.tail], title[arrow.head], arrow.contribution) for arrow in made.picture.arrows)
    assert drawn == Counter((e.operand, step.node, e.contribution) for step in recorded for e in step.edges)
    assert last.flowed == set(range(len(made.picture.arrows)))


@given(programs(max_ops=8))
@settings(max_examples=30)
def test_each_event_changes_one_gradient_by_what_its_own_arrow_carries(program: Program) -> None:
    root = program(*program.inputs) if not program.inputs else program(*[Value(x) for x in program.inputs])
    if not isinstance(root, Value):
        return
    made = film(trace(root))
    title = {box.name: box.title for box in made.picture.boxes}
    for event in made.events:
        if event.arrow >= 0:
            arrow = made.picture.arrows[event.arrow]
            assert title[arrow.tail] == made.names[event.target]
            assert title[arrow.head] == made.names[event.node]


def test_an_operand_that_is_there_twice_has_two_arrows() -> None:
    a = Value(3.0, "a")
    made = film(trace(a * a))
    assert [(arrow.tail, arrow.head) for arrow in made.picture.arrows] == [("n0", "n1"), ("n0", "n1")]
    grads = [made.state(i).grads.get(0) for i in range(len(made.events))]
    assert grads == [None, None, None, "3", "6"]


def test_a_leaf_with_many_uses_gets_a_box_for_each_and_all_show_the_same_gradient() -> None:
    a = x = Value(0.9, "a")
    for _ in range(12):
        x = x * a
    made = film(trace(x))
    copies = [box for box in made.picture.boxes if box.title == "a"]
    assert len(copies) == 13
    assert all(box.copied for box in copies)
    layout = lay_out(made, "LR", 60)
    shown = {text.text for box in copies for text in layout.boxes[box.name].texts if text.role == "grad"}
    assert shown == {number(trace(x).grads["a"])}


def test_a_root_without_inputs_is_one_frame_of_each_pass() -> None:
    made = film(trace(Value(3.0, "x")))
    assert [made.state(end).phase for end in made.ends] == ["start", "forward", "backward"]
    assert b"<svg" in steps(Value(3.0, "x")).render("html")


def test_a_trace_that_was_read_from_a_file_draws_the_same() -> None:
    recorded = trace(lesson())
    read_back = Trace.from_json(recorded.to_json())
    assert draw(read_back).source == draw(recorded).source
    assert draw(read_back).render("html") == draw(recorded).render("html")


def test_later_changes_of_the_graph_do_not_show() -> None:
    loss = lesson()
    drawing = steps(loss)
    before = film(trace(loss)).events
    loss.inputs[1].data = 5.0
    loss.label = "changed"
    assert "changed" not in drawing.source
    assert drawing._film.events == before


@pytest.mark.parametrize("bug", [{"rule": "overwrite"}, {"order": "dfs"}])
def test_a_bug_mode_says_that_it_is_wrong_on_purpose(bug: dict[str, Any]) -> None:
    a = Value(3.0, "a")
    b = a * a
    recorded = trace(b + b * a, **bug)
    made = film(recorded)
    assert "wrong on purpose" in made.title
    last = made.state(len(made.events) - 1)
    assert last.grads[made.names.index("a")] == number(recorded.grads["a"]) != number(recorded.right.grads["a"])


def test_a_trace_that_is_too_large_shows_the_steps_next_to_the_root_and_says_so() -> None:
    x = Value(0.5, "x")
    for _ in range(3000):
        x = x.tanh() + 0.1
    made = film(trace(x))
    assert len(made.names) == 60
    assert any("first 59 of 6,000 steps" in note for note in made.picture.notes)
    assert next(event.text[:9] for event in made.events if event.phase == "backward") == "[1/6000] "
    assert made.state(0).known == {0}, "the number at the edge of what is shown is known from the start"
    forced = film_of(trace(x), max_nodes=2000, force=True)
    assert len(forced.names) == 60


def test_a_sum_of_more_operands_than_can_be_shown_counts_the_others() -> None:
    made = film(trace(sum_of([Value(float(i), f"x{i}") for i in range(1000)])))
    assert [group.title for group in made.picture.groups] == ["940 operands not shown"]
    assert len(made.names) == 61
    assert lay_out(made, "LR", 60).boxes["n60_more"].texts[0].text == "940 operands not shown"


def test_what_a_long_lived_leaf_would_cost_is_seen_before_the_layout() -> None:
    nodes = [Value(0.5, "x")]
    for _ in range(280):
        nodes.append(nodes[-1].tanh())
    made = film(trace(sum_of(nodes[1:])))
    assert any("Too large to show whole" in note for note in made.picture.notes)


def test_the_other_formats_show_the_end(tmp_path: Path) -> None:
    loss = lesson()
    drawing = steps(loss)
    picture = read(drawing)
    loss.backward()
    for node in ("a", "b", "c", "d", "e", "f", "L"):
        assert picture.line(node, "grad") == number(trace(loss).grads[node])
    assert drawing.save(tmp_path / "end.png").read_bytes().startswith(b"\x89PNG")
    assert "digraph" in drawing.save(tmp_path / "end.dot").read_text()


def test_options_that_do_not_fit_a_trace_are_refused() -> None:
    recorded = trace(lesson())
    with pytest.raises(TypeError, match=r"trace\(root, names="):
        draw(recorded, names={})
    with pytest.raises(ValueError, match="detail and expand"):
        draw(recorded, detail="summary")
    with pytest.raises(ValueError, match="detail and expand"):
        draw(recorded, expand=True)
    with pytest.raises(ValueError, match="direction"):
        draw(recorded, direction="down")  # type: ignore[arg-type]


def test_a_picture_that_does_not_move_is_no_gif(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"draw\(trace\(root\)\) can be a \.gif"):
        draw(lesson()).save(tmp_path / "graph.gif")
    with pytest.raises(ValueError, match=r"\.html, \.gif, \.dot, got"):
        steps(lesson()).save(tmp_path / "graph.bmp")


def frames_of(gif: bytes) -> list[tuple[object, int]]:
    image = pytest.importorskip("PIL.Image").open(io.BytesIO(gif))
    frames = []
    for place in range(image.n_frames):
        image.seek(place)
        frames.append((image.convert("RGB"), image.info["duration"]))
    assert image.info["loop"] == 0
    return frames


def test_the_gif_has_a_frame_a_step_loops_and_rests_at_the_end(tmp_path: Path) -> None:
    frames = frames_of(steps(lesson()).save(tmp_path / "steps.gif").read_bytes())
    assert len(frames) == 7
    assert all(1000 <= duration <= 5000 for _, duration in frames)
    assert frames[-1][1] == 5000
    assert len({image.size for image, _ in frames}) == 1  # type: ignore[attr-defined]


def test_the_gif_marks_the_current_box_and_changes_no_pixel_of_boxes_that_stay() -> None:
    made = film(trace(lesson()))
    layout = lay_out(made, "LR", 60)
    pixels = 1.5
    images = [image for image, _ in frames_of(steps(lesson()).render("gif"))]

    def part(image: object, node: int) -> object:
        return image.crop(tuple(round(edge * pixels) for edge in layout.boxes[f"n{node}"].frame))  # type: ignore[attr-defined]

    def yellow(image: object) -> int:
        data = image.tobytes()  # type: ignore[attr-defined]
        found = zip(data[::3], data[1::3], data[2::3], strict=True)
        return sum(r > 240 and 200 < g < 235 and 110 < b < 165 for r, g, b in found)

    for image, end in zip(images, made.ends, strict=True):
        state = made.state(end)
        marked = [node for node in range(len(made.names)) if yellow(part(image, node)) > 500]
        assert marked == [state.node] * (state.node >= 0)
    a = made.names.index("a")
    left, _, right, bottom = (edge * pixels for edge in layout.boxes[f"n{a}"].frame)
    gradient = images[0].crop((round((left + right) / 2), round(bottom - 18), round(right - 4), round(bottom - 4)))  # type: ignore[attr-defined]
    assert len(set(gradient.tobytes())) > 5, "it says that the gradient is not computed"
    assert images[0].getpixel((0, 0)) == (255, 255, 255)  # type: ignore[attr-defined]
    assert {part(image, a).tobytes() for image in images[:-1]} == {part(images[0], a).tobytes()}  # type: ignore[attr-defined]
    assert part(images[-1], a).tobytes() != part(images[0], a).tobytes()  # type: ignore[attr-defined]


def test_a_gif_whose_numbers_could_not_be_read_is_refused_and_names_html() -> None:
    x = Value(0.5, "x")
    for _ in range(100):
        x = x.tanh()
    with pytest.raises(ValueError, match=r"save it as \.html"):
        steps(x).render("gif")


@pytest.mark.parametrize("missing", ["PIL", "matplotlib"])
def test_without_pillow_or_its_font_the_error_says_what_to_install(
    missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from viz import gif_raster

    gif_raster._font.cache_clear()
    for name in [name for name in sys.modules if name.partition(".")[0] == missing]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(MissingExtraError, match=r"chainrule\[examples\]"):
        steps(lesson()).render("gif")


def test_a_notebook_gets_the_page_a_terminal_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    drawing = steps(lesson())
    shown, _ = drawing._repr_mimebundle_()
    assert shown["text/plain"] == repr(drawing)
    assert "chainrule-steps" in shown["text/html"]
    assert drawing.text(ascii=True).count("\n") >= 7
    monkeypatch.setattr("viz.render.renderers", list)
    assert "pip install graphviz-pure" in steps(lesson())._repr_mimebundle_()[0]["text/plain"]


def test_in_a_still_picture_too_a_wrong_gradient_is_red_with_the_right_one_beside() -> None:
    a = Value(3.0, "a")
    svg = draw(trace(a * a, rule="overwrite")).render("svg")
    red = [text.text.strip("\xa0 ") for text in ElementTree.fromstring(svg).iter() if text.get("fill") == "#b00020"]
    assert red == ["3", "right grad: 6"]
    assert b"#b00020" not in draw(trace(a * a)).render("svg")
