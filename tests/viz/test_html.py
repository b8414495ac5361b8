"""The page of a trace: one file that loads nothing, in which labels stay text, and that a browser steps through."""

import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from autograd import Value
from autograd import sum as sum_of
from autograd.stepping import Trace, trace
from tests.viz.browser import Browser, browser, needs_chromium
from viz import draw
from viz.frames import Film, film_of
from viz.graph import NOT_COMPUTED
from viz.html_page import embedded_json, steps_data

NASTY = [
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "<!--<script>",
    "]]>",
    "</pre></details><h1>",
    "&lt;b&gt; &amp; &",
    "{{data}} {{script}} \\1 \\g<0>",
    "two\nlines\r\tand a tab",
    "{a|b} \\N <>",
    "\u2028\u2029\x00\x1f\x7f",
    "\u202eright to left",
    "שלום",
    "🎉👨\u200d👩\u200d👧",
    "\ud800",
    "   ",
    "x" * 3000,
]

LABELS = st.text(st.characters() | st.sampled_from('<>&"{}|\\/\n'), max_size=30) | st.sampled_from(NASTY)


class Elements(HTMLParser):
    """All elements of a page with their attributes, and the text in each kind."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "input"):
            self._open.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag, f"</{tag}> closes something else"

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self._open:
            self.texts[self._open[-1]][-1] += data


def lesson(*names: str) -> Trace:
    a, b, c, f = (Value(x, name) for x, name in zip((2.0, -3.0, 10.0, -2.0), names or "abcf", strict=True))
    e = a * b
    d = e + c
    loss = d * f
    e.label, d.label, loss.label = "e", "d", "L"
    return trace(loss)


def page(recorded: Trace) -> str:
    return draw(recorded).render("html").decode()


def film(recorded: Trace) -> Film:
    return film_of(recorded, max_nodes=300, force=False)


def data_of(text: str) -> Any:
    found = re.search(r'<script type="application/json">(.*?)</script>', text, re.DOTALL)
    assert found
    return json.loads(found[1])


def test_the_page_loads_nothing_and_evaluates_nothing() -> None:
    text = page(lesson())
    elements = Elements(text)
    attributes = {name for _, found in elements.tags for name in found}
    assert attributes.isdisjoint({"src", "href", "srcset", "xlink:href", "onclick", "onload", "id"})
    assert {tag for tag, _ in elements.tags}.isdisjoint({"link", "iframe", "object", "embed", "base", "img"})
    assert not re.search(r"https?://|@import|url\(", text)
    assert not re.search(r"\beval\b|innerHTML|Function\(|document\.write|fetch\(|localStorage", text)
    policy = next(found["content"] for tag, found in elements.tags if tag == "meta" and "http-equiv" in found)
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"


def test_every_control_has_a_name_and_the_picture_a_title_and_a_description() -> None:
    elements = Elements(page(lesson()))
    buttons = [found for tag, found in elements.tags if tag == "button"]
    texts = elements.texts["button"]
    assert all(found.get("aria-label") or text for found, text in zip(buttons, texts, strict=True))
    assert all(found.get("type") for found in buttons)
    svg = next(found for tag, found in elements.tags if tag == "svg")
    assert svg["role"] == "img"
    assert elements.texts["title"][1] == "The derivatives of L, step by step"
    assert "7 nodes" in elements.texts["desc"][0]
    live = [found for _, found in elements.tags if found.get("aria-live") == "polite"]
    assert [found["class"] for found in live] == ["lines"]


def test_without_a_script_the_page_shows_the_end_and_all_steps_as_text() -> None:
    recorded = lesson()
    text = page(recorded)
    for box, title in zip(*boxes_in(text), strict=True):
        assert box["data"] == f"{recorded.data[title]:.6g}"
        assert box["grad"] == f"{recorded.grads[title]:.6g}"
    assert Elements(text).texts["pre"][1].endswith(f"{recorded.forward}\n{recorded}")


def boxes_in(text: str) -> tuple[list[dict[str, str]], list[str]]:
    svg = ElementTree.fromstring(text[text.index("<svg") : text.index("</svg>") + 6])
    boxes = [group for group in svg.iter("g") if group.get("class") == "box"]
    shown = [{t.get("data-role", ""): t.text or "" for t in box.iter("text") if t.get("data-role")} for box in boxes]
    return shown, [box.findtext("title") or "" for box in boxes]


def test_a_trace_of_60_nodes_is_a_page_of_less_than_200_kilobytes() -> None:
    x = [Value(float(i) / 7, f"input {i}") for i in range(12)]
    layer = [(x[i] * x[i + 1] + x[i + 2]).tanh() for i in range(10)]
    total = layer[0]
    for unit in layer[1:]:
        total = total * unit + total
    recorded = trace(total)
    assert len(film(recorded).names) == 60
    assert len(page(recorded).encode()) < 200_000


def test_the_same_trace_gives_the_same_page() -> None:
    assert page(lesson()) == page(lesson())


@given(st.recursive(LABELS, lambda inner: st.lists(inner) | st.dictionaries(LABELS, inner)))
def test_embedded_json_reads_back_and_cannot_end_its_element(data: Any) -> None:
    data = json.loads(json.dumps(data, ensure_ascii=False))
    text = embedded_json(data)
    assert not re.search("[<>&\u2028\u2029]", text)
    assert json.loads(text) == data


def nasty_examples(test: Any) -> Any:
    for label in NASTY:
        test = example(label)(test)
    return test


@given(LABELS)
@nasty_examples
@settings(max_examples=40)
def test_whatever_is_in_a_label_the_page_has_the_same_elements(label: str) -> None:
    a, b = Value(2.0, label), Value(-3.0, "b")
    loss = a * b
    loss.label = label
    recorded = trace(loss)
    text = page(recorded)
    elements = Elements(text)
    a.label, loss.label = "a", "L"
    plain = Elements(page(trace(loss)))
    # A box has no text for an expression that is too long; all else is the same.
    assert [(tag, sorted(found)) for tag, found in elements.tags if tag != "text"] == [
        (tag, sorted(found)) for tag, found in plain.tags if tag != "text"
    ]
    known = {"x", "y", "font-weight", "fill", "data-role", "text-anchor"}
    written = {name for tag, found in elements.tags if tag == "text" for name in found}
    assert written - {"font-size"} == known, "some renderers write a text of another size"
    made = film(recorded)
    assert elements.texts["pre"][1].split("\n") == [event.text for event in made.events]
    assert data_of(text) == json.loads(json.dumps(steps_data(made, recorded)))
    assert len(boxes_in(text)[0]) == 3


def test_names_with_line_ends_in_a_file_keep_the_lines_in_step_with_the_events() -> None:
    recorded = Trace.from_json(lesson().to_json().replace('"a"', '"a\\nb"'))
    assert "a\\nb" in recorded.grads
    made = film(recorded)
    assert Elements(page(recorded)).texts["pre"][1].split("\n") == [event.text for event in made.events]
    assert len(made.events) == 13


def test_the_quiz_ends_with_the_operands_that_are_shown() -> None:
    recorded = trace(sum_of([Value(float(i), f"x{i}").tanh() for i in range(30)]))
    made = film_of(recorded, max_nodes=10, force=False)
    assert [question["event"] for question in steps_data(made, recorded)["quiz"]] == [
        place for place, event in enumerate(made.events) if event.arrow >= 0
    ]


def close_contributions() -> Trace:
    a = Value(1.0, "a")
    return trace(a * 0.0625 + a * 1000)


@pytest.mark.parametrize("recorded", [lesson(), close_contributions()], ids=["lesson", "close"])
def test_the_quiz_on_the_page_has_the_trace_s_own_questions_answers_and_reasons(recorded: Trace) -> None:
    questions = data_of(page(recorded))["quiz"]
    quiz = recorded.quiz()
    made = film(recorded)
    for question in questions:
        assert question["text"] == quiz.text().split("\n")[1]
        assert made.events[question["event"]].text.endswith(f"→ {question['answer']:.6g}")
        for wrong, reason in question["mistakes"]:
            answer = quiz.answer(wrong)
            assert not answer.correct
            assert "; or ".join(answer.mistakes) == reason
        assert quiz.answer(question["answer"]).correct
    assert quiz.done
    first = data_of(page(lesson()))["quiz"][0]["mistakes"][0]
    assert first == [4.0, "that is d's own value; the local derivative ∂L/∂d is f = -2"]


def test_a_picture_that_does_not_move_has_a_page_too() -> None:
    a = Value(2.0, NASTY[0])
    text = draw(a * a).render("html").decode()
    assert data_of(text) == []
    assert Elements(text).texts["script"][0] == "[]"


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as driven:
        driven.resize(1300, 900)
        yield driven


def opened(driven: Browser, text: str, folder: Path) -> None:
    driven.messages.clear()
    driven.requests.clear()
    path = folder / "steps.html"
    path.write_text(text, encoding="utf-8")
    driven.open(path)


STATE = """(() => {
  const root = document.querySelector('.chainrule-steps');
  const numbers = (list, name) => list.map((element) => Number(element.dataset[name]));
  const found = (selector) => Array.from(root.querySelectorAll(selector));
  return {
    data: found('.box').map((box) => box.querySelector('[data-role=data]').textContent),
    grad: found('.box').map((box) => box.querySelector('[data-role=grad]').textContent),
    current: numbers(found('.box.current'), 'node'),
    changed: numbers(found('.box.changed'), 'node').sort(),
    flowed: numbers(found('.arrow:not(.quiet)'), 'arrow').sort(),
    entering: found('.arrow.entering').length,
    lines: found('.lines span').map((line) => line.textContent),
    place: root.querySelector('.place').textContent,
  };
})()"""


def expected(made: Film, event: int) -> dict[str, Any]:
    """What Python says the page shows right after an event, boxes in the order of the layout."""
    state = made.state(event)
    frame = sum(end < event for end in made.ends)
    data = {node: f"{box.data:.6g}" for node, box in zip(range(len(made.names)), made.picture.boxes, strict=True)}
    return {
        "data": {node: data[node] if node in state.known else NOT_COMPUTED for node in data},
        "grad": {node: state.grads.get(node, NOT_COMPUTED) for node in data},
        "current": [state.node] if state.node >= 0 else [],
        "changed": sorted(state.changed),
        "flowed": sorted(state.flowed),
        "lines": state.lines,
        "place": f"{frame} of {len(made.ends) - 1}, {state.phase}",
    }


def seen(driven: Browser) -> dict[str, Any]:
    state: dict[str, Any] = driven.run(STATE)
    order = driven.run("Array.from(document.querySelectorAll('.box'), (box) => Number(box.dataset.node))")
    for what in ("data", "grad"):
        state[what] = dict(zip(order, state[what], strict=True))
    state.pop("entering")
    return state


@needs_chromium
def test_the_arrow_keys_go_through_the_same_frames_as_python_there_and_back(chromium: Browser, tmp_path: Path) -> None:
    recorded = lesson()
    made = film(recorded)
    opened(chromium, page(recorded), tmp_path)
    assert seen(chromium) == expected(made, 0)
    for end in made.ends[1:]:
        chromium.press("ArrowRight")
        assert seen(chromium) == expected(made, end)
    chromium.press("ArrowRight")
    assert seen(chromium) == expected(made, made.ends[-1]), "at the end it stays put"
    for end in made.ends[-2::-1]:
        chromium.press("ArrowLeft")
        assert seen(chromium) == expected(made, end)
    chromium.press("End")
    assert seen(chromium) == expected(made, made.ends[-1])
    chromium.press("Home")
    assert seen(chromium) == expected(made, 0)
    assert chromium.messages == []
    assert [address for address in chromium.requests if not address.startswith("file:")] == []


@needs_chromium
def test_shift_and_arrow_keys_go_line_by_line(chromium: Browser, tmp_path: Path) -> None:
    recorded = lesson()
    made = film(recorded)
    opened(chromium, page(recorded), tmp_path)
    for event in range(1, len(made.events)):
        chromium.press("ArrowRight", shift=True)
        assert seen(chromium) == expected(made, event)
    chromium.press("ArrowLeft", shift=True)
    chromium.press("ArrowLeft", shift=True)
    assert seen(chromium) == expected(made, len(made.events) - 3)
    chromium.press("ArrowLeft")  # from the middle of a step to the end of the one before
    assert seen(chromium) == expected(made, made.ends[-2])


@needs_chromium
def test_the_slider_and_the_buttons_move_too(chromium: Browser, tmp_path: Path) -> None:
    recorded = lesson()
    made = film(recorded)
    opened(chromium, page(recorded), tmp_path)
    chromium.run("document.querySelector('input[type=range]').focus()")
    chromium.press("ArrowUp")
    assert seen(chromium) == expected(made, made.ends[1])
    chromium.press("ArrowRight")
    assert seen(chromium) == expected(made, made.ends[2]), "once, not once by the slider and once by the key"
    chromium.click("[data-do=end]")
    assert seen(chromium) == expected(made, made.ends[-1])
    chromium.click("[data-do=back]")
    chromium.click("[data-do=less]")
    assert seen(chromium) == expected(made, made.ends[-2] - 1)
    chromium.click("[data-do=start]")
    chromium.click("[data-do=next]")
    assert seen(chromium) == expected(made, 1)
    value = chromium.run("document.querySelector('input[type=range]').getAttribute('aria-valuetext')")
    assert value == "1 of 6, forward"


@needs_chromium
def test_play_goes_on_by_itself_and_stops_at_a_key(chromium: Browser, tmp_path: Path) -> None:
    opened(chromium, page(lesson()), tmp_path)
    chromium.click("[data-do=play]")
    assert chromium.run("document.querySelector('[data-do=play]').textContent") == "Pause"
    chromium.run(
        "new Promise((done) => { const wait = setInterval(() => {"
        "const place = document.querySelector('.place').textContent;"
        "if (place.startsWith('1 ')) { clearInterval(wait); done(); } }, 20); })"
    )
    chromium.click("[data-do=play]")
    assert chromium.run("document.querySelector('[data-do=play]').textContent") == "Play"
    chromium.click("[data-do=play]")
    assert chromium.run("document.querySelector('[data-do=play]').textContent") == "Pause"
    chromium.press("ArrowRight")
    assert chromium.run("document.querySelector('[data-do=play]').textContent") == "Play"
    assert chromium.run("document.querySelector('.place').textContent") == "2 of 6, forward"


@needs_chromium
def test_the_quiz_hides_the_answer_explains_a_mistake_and_reveals(chromium: Browser, tmp_path: Path) -> None:
    recorded = lesson()
    made = film(recorded)
    opened(chromium, page(recorded), tmp_path)
    chromium.click("[data-do=quiz]")

    def text(selector: str) -> str:
        return str(chromium.run(f"document.querySelector({json.dumps(selector)}).textContent"))

    def answer(written: str) -> str:
        chromium.run("document.querySelector('.quiz input').select()")
        chromium.type(written)
        chromium.press("Enter")
        return text(".verdict")

    assert text(".question") == "Question 1 of 6: d.grad is 0 so far. What is it after ∂L/∂d has been added?"
    first = next(place for place, event in enumerate(made.events) if event.arrow >= 0)
    assert seen(chromium) == expected(made, first - 1)
    assert chromium.run("document.activeElement.matches('.quiz input')")
    assert chromium.run("document.querySelector('.whole').hidden && document.querySelector('[data-do=next]').disabled")
    assert answer("four") == "Type a number, such as -2.5."
    assert answer("4") == "4 is not it: that is d's own value; the local derivative ∂L/∂d is f = -2."
    assert answer("17.5") == "17.5 is not it; try again."
    assert seen(chromium) == expected(made, first - 1)
    assert answer("−2.0001") == "Right: d.grad += -2 × 1, so 0 → -2"
    assert seen(chromium) == expected(made, first)
    assert text(".score") == "0 of 1 right at the first try"
    chromium.press("Enter")
    assert answer("4").startswith("Right:")
    chromium.press("Enter")
    assert text(".score") == "1 of 2 right at the first try"
    assert text(".question").startswith("Question 3 of 6: e.grad")
    chromium.click("[data-do=reveal]")
    assert text(".verdict") == "e.grad += 1 × -2, so 0 → -2"
    for _ in range(3):
        chromium.press("Enter")
        chromium.click("[data-do=reveal]")
    assert text(".score") == "1 of 6 right at the first try"
    assert text(".quiz [type=submit]") == "Finish"
    chromium.press("Enter")
    assert not chromium.run("document.querySelector('[data-do=next]').disabled")
    assert chromium.run("document.querySelector('.quiz').hidden && !document.querySelector('.whole').hidden")
    assert chromium.messages == []


@needs_chromium
def test_the_picture_zooms(chromium: Browser, tmp_path: Path) -> None:
    opened(chromium, page(lesson()), tmp_path)
    width = "document.querySelector('svg.picture').getBoundingClientRect().width"
    at_first = chromium.run(width)
    chromium.press("+")

    def times(factor: float) -> object:  # a browser places edges on 64ths of a pixel
        return pytest.approx(at_first * factor, abs=1 / 16)

    assert chromium.run(width) == times(1.25)
    chromium.click("[data-do=smaller]")
    assert chromium.run(width) == times(1)
    chromium.wheel(".view", -100, ctrl=True)
    assert chromium.run(width) == times(1.1)
    chromium.wheel(".view", -100, ctrl=False)
    assert chromium.run(width) == times(1.1)
    chromium.press("0")
    view = chromium.run("document.querySelector('.view').clientWidth")
    assert chromium.run(width) <= view + 1


@needs_chromium
def test_a_page_wider_than_the_window_keeps_the_current_node_in_sight(chromium: Browser, tmp_path: Path) -> None:
    x = Value(0.5, "x")
    for _ in range(30):
        x = x.tanh()
    chromium.emulate(prefers_reduced_motion="reduce")
    opened(chromium, page(trace(x)), tmp_path)
    for key in ["ArrowRight"] * 25 + ["End", "Home", "ArrowRight"]:
        chromium.press(key)
        inside = chromium.run(
            "(() => { const box = document.querySelector('.box.current'); if (!box) return true;"
            "const [b, v] = [box.getBoundingClientRect(), document.querySelector('.view').getBoundingClientRect()];"
            "return b.left >= v.left && b.right <= v.right; })()"
        )
        assert inside
    moving = "getComputedStyle(document.querySelector('.halo')).transitionDuration"
    assert chromium.run(moving) == "0s"
    chromium.emulate(prefers_reduced_motion="no-preference")
    assert chromium.run(moving) != "0s"


@needs_chromium
def test_two_on_one_page_do_not_disturb_each_other(chromium: Browser, tmp_path: Path) -> None:
    shown = draw(lesson())._repr_mimebundle_()[0]["text/html"]
    notebook = f'<body style="background:#111;color:#eee"><p>one</p>{shown}<p>two</p>{shown}</body>'
    opened(chromium, f'<!DOCTYPE html><meta charset="utf-8">{notebook}', tmp_path)
    chromium.run("document.querySelectorAll('[data-do=next]')[1].focus()")
    for _ in range(4):
        chromium.press("Enter")
    places = "Array.from(document.querySelectorAll('.place'), (place) => place.textContent)"
    assert chromium.run(places) == ["0 of 6, start", "4 of 6, backward"]
    chromium.run("document.querySelectorAll('.view')[0].focus()")
    chromium.press("ArrowRight")
    assert chromium.run(places) == ["1 of 6, forward", "4 of 6, backward"]
    chromium.press("End")
    shown_data = "Array.from(document.querySelectorAll('.box [data-role=data]'), (text) => text.textContent)"
    assert NOT_COMPUTED not in chromium.run(shown_data)[:7], "the second script has not begun the first one again"
    chromium.press("Home")
    chromium.press("ArrowRight")
    chromium.run("document.body.focus(); document.activeElement.blur()")
    chromium.press("ArrowRight")
    assert chromium.run(places) == ["1 of 6, forward", "4 of 6, backward"], "in a notebook, its own keys stay its own"
    assert chromium.run("Object.keys(window).filter((name) => /chainrule|steps/i.test(name)).length") == 0
    style = "getComputedStyle(document.querySelector('.chainrule-steps'))"
    assert chromium.run(f"{style}.color") == "rgb(34, 34, 34)"
    assert chromium.run(f"{style}.backgroundColor") == "rgb(255, 255, 255)"
    assert chromium.messages == []


@needs_chromium
@pytest.mark.parametrize("label", NASTY, ids=range(len(NASTY)))
def test_no_label_runs_as_script_or_breaks_the_page(label: str, chromium: Browser, tmp_path: Path) -> None:
    recorded = lesson(label, "b", "c", "f")
    made = film(recorded)
    opened(chromium, page(recorded), tmp_path)
    chromium.press("End")
    assert seen(chromium) == expected(made, made.ends[-1])
    chromium.click("[data-do=quiz]")
    assert chromium.run("document.querySelectorAll('script').length") == 2
    assert chromium.run("document.querySelectorAll('h1, img, [onload], [onmouseover]').length") == 0
    assert chromium.messages == []
    assert len(chromium.requests) == 1


@needs_chromium
def test_every_control_can_be_reached_with_the_tab_key_and_shows_it(chromium: Browser, tmp_path: Path) -> None:
    opened(chromium, page(lesson()), tmp_path)
    reached = []
    for _ in range(18):
        chromium.press("Tab")
        reached.append(chromium.run("document.activeElement.dataset.do || document.activeElement.tagName"))
        assert chromium.run("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        if reached[-1] == "SUMMARY":
            break
    assert reached == [
        "start", "back", "next", "end", "less", "more", "play", "INPUT", "smaller", "larger", "fit", "quiz",
        "DIV", "PRE", "SUMMARY",
    ]  # fmt: skip
