"""Every kind of drawing can be saved with every suffix that it names; a page of a still picture loses nothing of it."""

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograd import Value, parameter
from autograd.stepping import trace
from nn import MLP
from tests.viz.reading import SVG
from viz import Drawing, draw, draw_network, side_by_side

NASTY = '</div><script>alert(1)</script>"\ud800'

STARTS = {
    "svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF", "jpg": b"\xff\xd8", "jpeg": b"\xff\xd8",
    "html": b"<!DOCTYPE html>", "dot": b"digraph", "gif": b"GIF89a",
}  # fmt: skip


def loss() -> Value:
    model = MLP(2, [3, 1], activation="tanh", seed=0)
    out = model([Value(0.5, "x1"), Value(-1.0, "x2")])
    assert isinstance(out, Value)
    result = out**2
    result.backward()
    return result


DRAWINGS: dict[str, Callable[[str], Drawing]] = {
    "full": lambda title: draw(loss(), detail="full", title=title),
    "compact": lambda title: draw(loss(), detail="compact", title=title),
    "modules": lambda title: draw(loss(), detail="modules", title=title),
    "summary": lambda title: draw(loss(), detail="summary", title=title),
    "expanded": lambda title: draw(loss(), expand=True, title=title),
    "one node": lambda title: draw(Value(1.0), title=title),
    "trace": lambda title: draw(trace(Value(3.0, "a") * Value(2.0, "b")), title=title),
    "network": lambda title: draw_network(MLP(2, [3, 1], seed=0), [1.0, -1.0], title=title),
    "side by side": lambda title: side_by_side({"one": draw(loss()), "two": draw(Value(1.0))}, title=title),
}


@pytest.mark.parametrize("kind", DRAWINGS)
def test_every_drawing_can_be_saved_with_every_suffix(kind: str, tmp_path: Path) -> None:
    drawing = DRAWINGS[kind]("")
    for suffix in (*drawing.formats, "dot", "jpeg"):
        path = drawing.save(tmp_path / f"picture.{suffix}")
        assert path.read_bytes().startswith(STARTS[suffix]), suffix


@pytest.mark.parametrize("kind", DRAWINGS)
def test_a_title_is_in_the_picture_in_its_page_and_in_its_text(kind: str) -> None:
    drawing = DRAWINGS[kind]("Who is to blame?")
    assert drawing.render("svg").count(b"Who is to blame?") == 1
    assert drawing.render("html").count(b"Who is to blame?") >= 2
    assert drawing.text().startswith("Who is to blame?\n")
    assert "Who is to blame?" not in DRAWINGS[kind]("").source


@pytest.mark.parametrize("kind", DRAWINGS)
def test_a_title_is_data(kind: str) -> None:
    drawing = DRAWINGS[kind](NASTY)
    assert "script" not in {
        element.tag.removeprefix(SVG) for element in ElementTree.fromstring(drawing.render()).iter()
    }
    assert drawing.render("html").count(b"<script") == 2


@pytest.mark.parametrize("kind", ["full", "trace", "network"])
def test_a_title_of_another_type_is_refused(kind: str) -> None:
    title: Any = 3
    with pytest.raises(TypeError, match="title must be a string, got int"):
        DRAWINGS[kind](title)


@pytest.mark.parametrize("kind", [kind for kind in DRAWINGS if kind != "trace"])
def test_the_page_of_a_still_picture_holds_the_renderers_picture_unchanged(kind: str) -> None:
    drawing = DRAWINGS[kind]("")
    svg = drawing.render("svg").decode()
    assert svg[svg.index("<svg") :].strip() in drawing.render("html").decode()


def test_so_frames_and_tooltips_are_in_the_page() -> None:
    assert len(re.findall('class="cluster"', DRAWINGS["compact"]("").render("html").decode())) >= 2
    assert "b = 0" in DRAWINGS["network"]("").render("html").decode()


def test_show_opens_the_page_and_gives_its_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    opened: list[str] = []
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("webbrowser.open", opened.append)
    path = draw(parameter(1.0)).show()
    assert path is not None
    assert opened == [path.as_uri()]
    assert path.read_bytes().startswith(STARTS["html"])


def test_in_a_notebook_show_displays_the_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    IPython = pytest.importorskip("IPython")
    shown: list[object] = []
    monkeypatch.setattr(IPython, "get_ipython", lambda: type("Shell", (), {"kernel": 1}))
    monkeypatch.setattr("IPython.display.display", shown.append)
    drawing = draw(Value(1.0))
    assert drawing.show() is None
    assert shown == [drawing]
