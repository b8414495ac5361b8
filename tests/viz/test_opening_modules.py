"""A picture of modules is a page in which they open, one at a time; any picture's page searches, and lights up paths."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograd import Value, mean
from autograd.graph import topological_order
from nn import GPT, MLP, softmax_cross_entropy
from tests.viz.browser import Browser, browser, needs_chromium
from viz import Drawing, draw, draw_network
from viz.model import Picture
from viz.modules import OPENED


def gpt_loss() -> tuple[GPT, Value]:
    model = GPT(6, 4, block_size=4, heads=2, layers=2, seed=0)
    loss = softmax_cross_entropy(model([0, 1, 2]), [1, 2, 3])
    loss.backward()
    return model, loss


def drawing(depth: int = 2) -> Drawing:
    return draw(gpt_loss()[1], detail="modules", depth=depth, direction="TB")


def titles(picture: Picture) -> set[str]:
    return {group.title for group in picture.groups}


def counted(picture: Picture, word: str) -> int:
    lines = [line for group in picture.groups for line in group.lines]
    return sum(int(m[1].replace(",", "")) for line in lines if (m := re.match(rf"([\d,]+) {word}s?\b", line)))


def test_every_module_opens_to_what_is_in_it_and_all_else_stays_closed() -> None:
    first, *others = drawing()._picture.views
    assert first.opened == []
    assert {view.opened[-1] for view in others} >= {
        "GPT/embedding", "GPT/blocks.0", "GPT/blocks.0/attention", "GPT/blocks.0/attention/queries", "GPT/head",
    }  # fmt: skip
    for view in others:
        assert len(view.picture.groups) <= len(first.picture.groups) + len(view.opened) * OPENED
        outermost = view.opened[0]
        assert titles(first.picture) - titles(view.picture) == {outermost}
        new = {title.replace("⊕ ", "") for title in titles(view.picture) - titles(first.picture)}
        assert all(title.startswith(f"{outermost}/") for title in new)
        assert not new & set(view.opened)
        assert any(title.startswith(f"{view.opened[-1]}/") for title in new)


def test_whatever_is_open_every_parameter_is_in_one_box() -> None:
    _, loss = gpt_loss()
    views = draw(loss, detail="modules", depth=2)._picture.views
    used = sum(node.role == "parameter" for node in topological_order(loss))
    assert {counted(view.picture, "parameter") for view in views} == {used}


def test_a_click_on_a_box_leads_to_the_view_in_which_it_is_open() -> None:
    views = drawing()._picture.views
    clicks = 0
    for view in views:
        title = {group.name: group.title for group in view.picture.groups}
        for box, number in view.opens.items():
            assert views[number].opened[-1] == title[box]
            clicks += 1
    assert clicks > len(views)


def test_the_middle_of_a_long_list_opens_too() -> None:
    model = MLP(2, [2] * 20, seed=0)
    picture = draw(mean(model([0.5, 1.0])), detail="modules", depth=2, max_nodes=12)._picture
    [middle] = [view for view in picture.views if view.opened[-1:] == ["MLP/layers.2 … layers.17 (16 modules)"]]
    assert {f"MLP/layers.{i}" for i in range(20)} <= titles(middle.picture)


def test_a_neuron_alone_has_nothing_to_open() -> None:
    loss = MLP(2, [1], seed=0)([0.5, 1.0])
    assert isinstance(loss, Value)
    assert draw(loss, detail="modules", depth=3)._picture.views == []


def test_other_pictures_have_no_views() -> None:
    assert draw(gpt_loss()[1].tanh(), detail="compact", force=True)._picture.views == []


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as driven:
        yield driven


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return drawing().save(tmp_path_factory.mktemp("page") / "modules.html")


def opened(driven: Browser, path: Path, width: int = 1000, height: int = 800) -> None:
    driven.messages.clear()
    driven.requests.clear()
    driven.resize(width, height)
    driven.open(path)


VISIBLE = "Array.from(document.querySelectorAll('.view > div:not([hidden]) .node'))"


def click(driven: Browser, title: str) -> None:
    driven.run(
        f"{VISIBLE}.find((box) => Array.from(box.querySelectorAll('text')).some((line) => line.textContent == {title!r}))"
        ".dispatchEvent(new MouseEvent('click', { bubbles: true }))"
    )


def shown(driven: Browser) -> set[str]:
    """The titles of the boxes that one sees."""
    found = driven.run(
        f"{VISIBLE}.map((box) => Array.from(box.querySelectorAll('text'), (line) => line.textContent)"
        ".find((line) => line.includes('/') || line.includes('the modules')))"
    )
    return set(found)


def closers(driven: Browser) -> list[str]:
    return list(driven.run("Array.from(document.querySelectorAll('.opened button'), (b) => b.textContent)"))


@needs_chromium
def test_modules_open_by_clicking_one_at_a_time(chromium: Browser, saved: Path) -> None:
    opened(chromium, saved)
    at_first = shown(chromium)
    click(chromium, "GPT/blocks.0")
    assert "GPT/blocks.0" not in shown(chromium)
    assert {"GPT/blocks.0/attention", "GPT/blocks.1", "GPT/embedding"} <= shown(chromium)
    click(chromium, "GPT/blocks.0/attention")
    assert closers(chromium) == ["Close GPT/blocks.0", "Close GPT/blocks.0/attention"]
    assert {"GPT/blocks.0/attention/queries", "GPT/blocks.0/feed_forward"} <= shown(chromium)
    click(chromium, "GPT/blocks.1")
    assert closers(chromium) == ["Close GPT/blocks.1"]
    assert "GPT/blocks.0" in shown(chromium), "the one that was open has closed"
    chromium.press("Escape")
    assert shown(chromium) == at_first
    assert chromium.messages == []
    assert len(chromium.requests) == 1


@needs_chromium
def test_what_was_opened_is_in_the_middle_and_as_large_as_before(chromium: Browser, saved: Path) -> None:
    opened(chromium, saved, 800, 500)
    height = f"{VISIBLE}[0].querySelector('text').getBoundingClientRect().height"
    before = chromium.run(height)
    click(chromium, "GPT/head")
    assert chromium.run(height) == pytest.approx(before, rel=0.05)
    seen = chromium.run(
        f"(() => {{ const v = document.querySelector('.view').getBoundingClientRect(); return {VISIBLE}"
        ".filter((box) => box.textContent.includes('GPT/head/')).some((box) => { const r = box.getBoundingClientRect();"
        " return r.top >= v.top && r.bottom <= v.bottom && r.left >= v.left && r.right <= v.right; }); })()"
    )
    assert seen


@needs_chromium
def test_modules_open_by_the_keyboard_too(chromium: Browser, saved: Path) -> None:
    opened(chromium, saved)
    chromium.run(f"{VISIBLE}.find((box) => box.classList.contains('opens')).focus()")
    chromium.press("Enter")
    assert len(closers(chromium)) == 1
    chromium.press("Escape")
    assert closers(chromium) == []


@needs_chromium
def test_search_finds_what_is_shown_and_opens_what_is_not(chromium: Browser, saved: Path) -> None:
    opened(chromium, saved)
    chromium.press("/")
    chromium.type("feed_forward/layers")
    found = "document.querySelector('.found').textContent"
    number = int(str(chromium.run(found)).split()[0])
    assert number >= 2
    chromium.press("Enter")
    assert chromium.run(found) == f"1 of {number}"
    assert closers(chromium)[-1] == "Close GPT/blocks.0/feed_forward"
    here = f"{VISIBLE}.filter((box) => box.classList.contains('here')).map((box) => box.textContent)"
    assert "feed_forward/layers" in chromium.run(here)[0]
    chromium.run("document.querySelector('input').select()")
    chromium.type("no such module")
    assert chromium.run(found) == "not found"


@needs_chromium
def test_pointing_at_a_node_lights_its_paths_to_the_loss(chromium: Browser, tmp_path: Path) -> None:
    a, b = Value(2.0, "a"), Value(3.0, "b")
    c = a * b
    c.label = "c"
    d = b.tanh()
    d.label = "d"
    loss = c + d
    loss.label = "loss"
    opened(chromium, draw(loss).save(tmp_path / "graph.html"))
    point = f"{VISIBLE}.find((box) => box.querySelectorAll('text')[1].textContent == '%s')"
    lit = f"{VISIBLE}.filter((box) => box.classList.contains('lit')).map((box) => box.querySelectorAll('text')[1].textContent).sort()"
    arrows = "document.querySelectorAll('.edge.lit').length"
    for title, nodes, number in (
        ("b", ["b", "c", "d", "loss"], 4),
        ("a", ["a", "c", "loss"], 2),
        ("d", ["d", "loss"], 1),
    ):
        chromium.run(f"{point % title}.dispatchEvent(new PointerEvent('pointerover', {{ bubbles: true }}))")
        assert (chromium.run(lit), chromium.run(arrows)) == (nodes, number)
    chromium.run("document.querySelector('.view').dispatchEvent(new PointerEvent('pointerleave'))")
    assert chromium.run("document.querySelectorAll('.lighting').length") == 0


@needs_chromium
def test_arrows_that_end_at_a_row_are_followed_too(chromium: Browser, tmp_path: Path) -> None:
    model = MLP(2, [3, 1], seed=0)
    out = model([Value(0.5, "x"), Value(-1.0, "y")])
    assert isinstance(out, Value)
    opened(chromium, draw(out, detail="compact").save(tmp_path / "graph.html"))
    chromium.run(
        f"{VISIBLE}.find((box) => box.textContent.includes('input')).dispatchEvent(new PointerEvent('pointerover', {{ bubbles: true }}))"
    )
    # x, three neurons of z and a, and the output: 8 boxes, 3 + 3 + 3 arrows.
    assert chromium.run("document.querySelectorAll('.node.lit').length") == 1 + 3 * 2 + 1
    assert chromium.run("document.querySelectorAll('.edge.lit').length") == 9


@needs_chromium
def test_the_page_of_a_network_lights_paths_and_drags(chromium: Browser, tmp_path: Path) -> None:
    opened(chromium, draw_network(MLP(2, [4, 4, 1], seed=0)).save(tmp_path / "net.html"), 600, 300)
    chromium.press("+")
    chromium.press("+")
    mouse = {"button": "left", "buttons": 1, "clickCount": 1}
    chromium._call("Input.dispatchMouseEvent", type="mousePressed", x=300, y=200, **mouse)
    chromium._call("Input.dispatchMouseEvent", type="mouseMoved", x=280, y=190, **mouse)
    chromium._call("Input.dispatchMouseEvent", type="mouseMoved", x=200, y=150, **mouse)
    chromium._call("Input.dispatchMouseEvent", type="mouseReleased", x=200, y=150, **mouse)
    view = "[document.querySelector('.view').scrollLeft, document.querySelector('.view').scrollTop]"
    assert chromium.run(view)[1] == pytest.approx(50, abs=1)
    assert chromium.messages == []


@needs_chromium
def test_on_a_phone_only_the_picture_scrolls(chromium: Browser, saved: Path) -> None:
    opened(chromium, saved, 390, 844)
    click(chromium, "GPT/blocks.0")
    assert chromium.run("document.documentElement.scrollWidth") <= 390
