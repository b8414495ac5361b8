"""Every example runs as a user would run it, learns what it says, leaves its pictures and prints where they are."""

import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run(name: str, *arguments: str, ok: bool = True, **environment: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, str(ROOT / "examples" / name), *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"} | environment,
        timeout=120,
    )
    assert (done.returncode == 0) == ok, done.stderr
    return done


def percent(output: str) -> float:
    """The first percentage that was printed."""
    return float(output.partition("%")[0].split()[-1])


def check_pictures(folder: Path, output: str, *names: str) -> None:
    assert sorted(path.name for path in folder.iterdir()) == sorted(names)
    for name in names:
        data = (folder / name).read_bytes()
        assert str(folder / name) in output
        if name.endswith(".svg"):
            assert ElementTree.fromstring(data).tag.endswith("svg")
        else:
            assert data.startswith(b"\x89PNG")
            assert len(data) > 10_000


def test_iris_learns_real_flowers_and_leaves_three_pictures(tmp_path: Path) -> None:
    pytest.importorskip("sklearn")
    pytest.importorskip("matplotlib")
    done = run("iris.py", "--out", str(tmp_path))
    assert percent(done.stdout) >= 93.0
    check_pictures(tmp_path, done.stdout, "iris_curves.png", "iris_regions.png", "iris_graph.svg")
    graph = (tmp_path / "iris_graph.svg").read_text()
    for text in ("sepal length", "petal width", "layers.0<", "layers.1<", "neurons.7<", "loss", "grad"):
        assert text in graph
    assert "not computed" not in graph


def test_the_pictures_in_the_readme_are_what_their_example_makes(tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image")
    pytest.importorskip("matplotlib")
    run("readme_picture.py", "--out", str(tmp_path))
    committed = ROOT / "docs" / "images"

    def texts(path: Path) -> list[str]:
        return ["".join(element.itertext()) for element in ElementTree.parse(path).iter() if "text" in element.tag]

    def lines(path: Path) -> str:
        return path.read_text("utf-8").partition('<pre class="all"')[2].partition("</pre>")[0]

    assert texts(tmp_path / "neuron.svg") == texts(committed / "neuron.svg")
    assert len(lines(committed / "steps.html").splitlines()) == 13  # the start, three steps forwards, nine lines back
    assert lines(tmp_path / "steps.html") == lines(committed / "steps.html")
    frames = [image.open(folder / "steps.gif").n_frames for folder in (tmp_path, committed)]
    assert frames == [7, 7]


def test_a_missing_extra_is_named(tmp_path: Path) -> None:
    (tmp_path / "sklearn").mkdir()
    (tmp_path / "sklearn" / "__init__.py").write_text("raise ModuleNotFoundError('not here')")
    done = run("iris.py", "--out", str(tmp_path / "out"), ok=False, PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}")
    assert "MissingExtraError" in done.stderr
    assert "pip install 'chainrule[examples]'" in done.stderr


@pytest.mark.parametrize("name", ["iris.py", "readme_picture.py"])
def test_help_says_what_the_options_are(name: str) -> None:
    assert "--out" in run(name, "--help").stdout
