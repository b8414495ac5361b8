"""Pictures in notebooks: shown once, trusted or not, light or dark, never wider than the cell."""

import struct
from base64 import b64decode
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from autograd import Value, trace
from autograd.stepping.glyphs import UNICODE
from autograd.stepping.step import head_text
from examples._index import index_page
from nn import MLP, Neuron, datasets, fit, mse
from tests.viz.browser import Browser, browser, needs_chromium
from viz import (
    Panel,
    TrainingFilm,
    draw,
    draw_network,
    plot_curves,
    plot_decision,
    plot_history,
    plot_layers,
    plot_weights,
)


def neuron() -> Value:
    out = Neuron(2, activation="tanh", seed=0)([Value(1.0, "x1"), Value(2.0, "x2")])
    assert isinstance(out, Value)
    out.backward()
    return out


DRAWINGS = {
    "graph": lambda: draw(neuron()),
    "network": lambda: draw_network(MLP(2, [3, 1], seed=0)),
    "steps": lambda: draw(trace(neuron())),
}


def size_of(png: bytes) -> tuple[int, ...]:
    return struct.unpack(">II", png[16:24])


@pytest.mark.parametrize("kind", DRAWINGS)
def test_a_png_stands_beside_the_svg(kind: str) -> None:
    shown, about = DRAWINGS[kind]()._repr_mimebundle_()
    assert "<svg" in shown["image/svg+xml"]
    png = b64decode(shown["image/png"])
    assert png.startswith(b"\x89PNG")
    # 144 dots an inch, where a page has 96: the PNG is as large on the page as the SVG, whose size is in points.
    width, height = size_of(png)
    assert (about["image/png"]["width"], about["image/png"]["height"]) == (round(width / 1.5), round(height / 1.5))


def test_a_png_that_would_bloat_the_notebook_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("viz.notebook.LARGEST", 1000)
    shown, about = draw(neuron())._repr_mimebundle_()
    assert set(shown) == {"text/plain", "image/svg+xml"}
    assert about == {}


class Sanitised(HTMLParser):
    """What a notebook that is not trusted keeps: no script and no style, of other elements the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.images: list[str] = []
        self._dropped = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._dropped += tag in ("script", "style")
        if tag == "img" and not self._dropped:
            self.images.append(dict(attrs)["src"] or "")

    def handle_endtag(self, tag: str) -> None:
        self._dropped -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        self.text += "" if self._dropped else data


def test_without_scripts_a_step_page_in_a_notebook_is_a_picture_and_its_steps_and_no_dead_button() -> None:
    recorded = trace(neuron())
    shown, _ = draw(recorded)._repr_mimebundle_()
    kept = Sanitised(shown["text/html"])
    [image] = kept.images
    assert image.startswith("data:image/png;base64,")
    assert image.partition(",")[2] == shown["image/png"]
    lines = [line.strip() for line in kept.text.splitlines() if line.strip()]
    assert lines[1] == "Known at the start: the numbers of the leaves."
    heads = [head_text(step, UNICODE).strip() for step in (*recorded.forward, *recorded)]
    assert [line for line in lines if line.startswith("[")] == heads
    assert not {"Next", "Play", "Quiz", "Check"} & set(kept.text.split())


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as driven:
        yield driven


def opened(driven: Browser, html: str, folder: Path, *, scripts: bool = True) -> None:
    (folder / "page.html").write_text(f'<!DOCTYPE html><meta charset="utf-8">{html}', "utf-8")
    driven._call("Emulation.setScriptExecutionDisabled", value=not scripts)
    driven.open(folder / "page.html")


@pytest.fixture
def notebook_page(chromium: Browser) -> Iterator[Browser]:
    chromium.resize(900, 700)
    yield chromium
    chromium._call("Emulation.setScriptExecutionDisabled", value=False)
    chromium.emulate(prefers_color_scheme="light")


def moving() -> str:
    shown, _ = draw(trace(neuron()))._repr_mimebundle_()
    return shown["text/html"]


@needs_chromium
def test_where_scripts_run_the_picture_of_a_trace_becomes_the_page_that_moves(
    notebook_page: Browser, tmp_path: Path
) -> None:
    opened(notebook_page, moving() * 2, tmp_path)
    assert (
        notebook_page.run("document.querySelectorAll('.chainrule-notebook > img, .chainrule-notebook > pre').length")
        == 0
    )
    places = "Array.from(document.querySelectorAll('.place'), (place) => place.textContent)"
    assert notebook_page.run(places) == ["0 of 4, start"] * 2
    notebook_page.click("[data-do=next]")
    assert notebook_page.run(places) == ["1 of 4, forward", "0 of 4, start"]
    assert notebook_page.messages == []


@needs_chromium
def test_without_scripts_the_saved_page_shows_picture_and_steps_and_no_button(
    notebook_page: Browser, tmp_path: Path
) -> None:
    wide = Value(0.5, "x")
    for _ in range(12):
        wide = wide.tanh()
    opened(notebook_page, draw(trace(wide)).render("html").decode(), tmp_path, scripts=False)
    boxes = "Array.from(document.querySelectorAll({}), (e) => e.getBoundingClientRect().height)"
    assert max(notebook_page.run(boxes.format("'button, input'"))) == 0
    assert notebook_page.run("document.querySelector('pre.all').checkVisibility()")
    [left, right] = notebook_page.run(
        "(() => { const r = document.querySelector('svg.picture').getBoundingClientRect(); return [r.left, r.right]; })()"
    )
    assert right - left > 600
    assert left >= 0
    assert right <= 900


@needs_chromium
@pytest.mark.parametrize(
    ("body", "system", "dark"),
    [
        ('data-jp-theme-light="false"', "light", True),
        ('data-jp-theme-light="true"', "dark", False),
        ('class="vscode-dark"', "light", True),
        ('class="vscode-light"', "dark", False),
        ("", "dark", True),
        ("", "light", False),
    ],
)
def test_a_page_in_a_notebook_follows_the_notebooks_theme_and_else_the_systems(
    body: str, system: str, dark: bool, notebook_page: Browser, tmp_path: Path
) -> None:
    notebook_page.emulate(prefers_color_scheme=system)
    opened(notebook_page, f"<body {body}>{moving()}", tmp_path)
    shown = notebook_page.run("getComputedStyle(document.querySelector('.chainrule-steps')).filter")
    assert shown == ("invert(0.9) hue-rotate(180deg)" if dark else "none")


@needs_chromium
@pytest.mark.parametrize("how", ["document", "img", "inline", "page"])
def test_a_picture_is_dark_where_the_system_is(how: str, notebook_page: Browser, tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image")
    drawing = draw(neuron())
    drawing.save(tmp_path / "graph.svg")
    svg = (tmp_path / "graph.svg").read_text("utf-8")
    body = {"img": '<img src="graph.svg">', "inline": svg[svg.index("<svg") :]}
    for system, least, most in (("light", 250, 255), ("dark", 0, 40)):
        notebook_page.emulate(prefers_color_scheme=system)
        if how == "document":
            notebook_page.open(tmp_path / "graph.svg")
        elif how == "page":
            notebook_page.open(drawing.save(tmp_path / "still.html"))
        else:
            opened(notebook_page, f'<body style="margin:0">{body[how]}', tmp_path)
        x, y = notebook_page.run(
            "(() => { const r = document.querySelector('svg, img').getBoundingClientRect(); return [r.x + 3, r.y + 3]; })()"
        )
        notebook_page.screenshot(tmp_path / "shot.png")
        colour = image.open(tmp_path / "shot.png").convert("L").getpixel((int(x) + 1, int(y) + 1))
        assert least <= colour <= most, (system, colour)


@needs_chromium
def test_pictures_scale_down_to_the_cell_and_never_up(notebook_page: Browser, tmp_path: Path) -> None:
    shown, _ = draw(neuron())._repr_mimebundle_()
    svg = shown["image/svg+xml"]
    size = "(() => { const r = document.querySelector('svg').getBoundingClientRect(); return [r.width, r.height]; })()"
    opened(notebook_page, f'<div style="width:5000px">{svg[svg.index("<svg") :]}</div>', tmp_path)
    natural = notebook_page.run(size)
    opened(notebook_page, f'<div style="width:300px">{svg[svg.index("<svg") :]}</div>', tmp_path)
    width, height = notebook_page.run(size)
    assert natural[0] > 400
    assert width == pytest.approx(300, abs=1)
    assert height / width == pytest.approx(natural[1] / natural[0], rel=0.01)
    opened(notebook_page, f'<div style="width:300px">{moving()}</div>', tmp_path, scripts=False)
    assert notebook_page.run("document.querySelector('img').getBoundingClientRect().width") == 300


PLOTS: dict[str, Any] = {
    "history": lambda: plot_history(type("History", (), {"losses": [3.0, 2.0, 1.0]})()),
    "decision": lambda: plot_decision(lambda rows: [int(x > 0) for x, _ in rows], [[-1, 0], [1, 1]], [0, 1], steps=5),
    "curves": lambda: plot_curves(Panel({"f": ([0, 1], [0, 1])})),
    "weights": lambda: plot_weights(MLP(2, [2, 1], seed=0)),
    "layers": lambda: plot_layers(neuron(), "activations"),
}


@pytest.mark.parametrize("kind", PLOTS)
def test_a_plot_displays_itself_as_a_picture(kind: str) -> None:
    pytest.importorskip("matplotlib")
    formatter = pytest.importorskip("IPython.core.formatters").DisplayFormatter()
    plot = PLOTS[kind]()
    shown, about = formatter.format(plot)
    width, height = size_of(b64decode(shown["image/png"]))
    assert (about["image/png"]["width"], about["image/png"]["height"]) == (width // 2, height // 2)
    assert width == round(plot.get_size_inches()[0] * 200)
    assert repr(plot).startswith("<plot of ")


def test_a_film_shows_its_last_frame(tmp_path: Path) -> None:
    pytest.importorskip("PIL")
    pytest.importorskip("matplotlib")
    formatter = pytest.importorskip("IPython.core.formatters").DisplayFormatter()
    film = TrainingFilm(MLP(2, [2, 1], activation="tanh", seed=0), *datasets.circle(10))
    shown, _ = formatter.format(film)
    assert shown["image/png"] == film.save(tmp_path / "film.png").read_bytes()


def test_every_plot_is_a_figure_that_shows_itself() -> None:
    pytest.importorskip("matplotlib")
    from viz.figure import Plot
    from viz.plots import _figure

    assert isinstance(_figure(2, 2), Plot)
    made = [path.name for path in Path("viz").glob("*.py") if "figures.Figure(" in path.read_text("utf-8")]
    assert made == []


@needs_chromium
@pytest.mark.parametrize("kind", ["film", "lessons"])
def test_the_other_pages_are_dark_where_the_system_is(kind: str, notebook_page: Browser, tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image")
    path = tmp_path / "other.html"
    if kind == "film":
        points, classes = datasets.circle(10)
        model = MLP(2, [2, 1], activation="tanh", seed=0)
        film = TrainingFilm(model, points, classes)
        fit(model, points, classes, loss=mse, epochs=2, callbacks=[film.record], progress=False)
        film.save(path)
    else:
        path.write_text(index_page([]), "utf-8")
    for system, least, most in (("light", 250, 255), ("dark", 0, 40)):
        notebook_page.emulate(prefers_color_scheme=system)
        notebook_page.open(path)
        notebook_page.screenshot(tmp_path / "shot.png")
        shot = image.open(tmp_path / "shot.png").convert("L")
        # Below the page's end, and in the page: both are of one mind.
        assert least <= shot.getpixel((2, 690)) <= most
        assert least <= shot.getpixel((60, 300)) <= most
