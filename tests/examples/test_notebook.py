"""The micrograd lecture as a notebook: it runs from top to bottom, says the lecture's numbers and shows every picture once."""

import ast
import json
import os
from pathlib import Path
from typing import Any

import pytest

nbclient = pytest.importorskip("nbclient", reason="notebooks run with nbclient (extra `test`)")
pytest.importorskip("ipykernel", reason="notebooks run in a kernel of ipykernel (extra `test`)")
pytest.importorskip("matplotlib")
nbformat = pytest.importorskip("nbformat")

ROOT = Path(__file__).resolve().parents[2]
LECTURE = ROOT / "examples" / "micrograd_lecture.ipynb"


def run(notebook: Any, folder: Path) -> Any:
    """The notebook, executed in `folder` by a kernel that finds this checkout."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.setenv("IPYTHONDIR", str(folder / "ipython"))
        patch.setenv("JUPYTER_RUNTIME_DIR", str(folder / "runtime"))
        for name in [name for name in os.environ if name.startswith("COV_")]:
            patch.delenv(name)
        client = nbclient.NotebookClient(
            notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
        )
        return client.execute()


def outputs(cell: Any) -> list[Any]:
    """What a cell shows: results and displays, not what is printed."""
    return [output.data for output in cell.outputs if "data" in output]


@pytest.fixture(scope="module")
def lecture(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """The code cells of the lecture, executed."""
    notebook = run(nbformat.read(LECTURE, as_version=4), tmp_path_factory.mktemp("lecture"))
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def result(lecture: list[Any], ending: str) -> Any:
    """What the only cell with this last line shows."""
    [found] = [cell for cell in lecture if cell.source.endswith(ending)]
    [shown] = outputs(found)
    return shown


def number(lecture: list[Any], ending: str) -> Any:
    return ast.literal_eval(result(lecture, ending)["text/plain"])


def test_the_committed_notebook_is_valid_and_has_no_outputs() -> None:
    notebook = nbformat.read(LECTURE, as_version=4)
    nbformat.validate(notebook)
    assert all(
        cell.outputs == [] and cell.execution_count is None for cell in notebook.cells if cell.cell_type == "code"
    )
    assert LECTURE.stat().st_size < 30_000
    assert set(json.loads(LECTURE.read_text("utf-8"))["metadata"]) == {"kernelspec", "language_info"}


def test_the_numbers_are_those_of_the_lecture(lecture: list[Any]) -> None:
    # f(x) = 3x² - 4x + 5 has the slope 6x - 4.
    assert number(lecture, "(f(3 + h) - f(3)) / h") == pytest.approx(14, abs=1e-4)
    assert number(lecture, "a.grad, b.grad, c.grad, f.grad") == (6.0, -4.0, -2.0, 4.0)
    assert number(lecture, "L.forward()") == pytest.approx(-7.286496)
    # tanh as one operation and made of exponentials: x1, w1, x2, w2.
    pairs = result(lecture, "zip(whole, (x1, w1, x2, w2))]")["text/plain"]
    assert ast.literal_eval(pairs) == [(-1.5, -1.5), (1.0, 1.0), (0.5, 0.5), (0.0, 0.0)]


def test_the_networks_learn_what_the_text_says(lecture: list[Any]) -> None:
    trained = [cell for cell in lecture if cell.source == "[round(model(x).data, 3) for x in xs]"]
    [scores] = outputs(trained[-1])
    assert [score > 0 for score in ast.literal_eval(scores["text/plain"])] == [True, False, False, True]
    assert "41 parameters" in result(lecture, "\nmodel")["text/plain"]


@pytest.mark.parametrize(
    "ending",
    ["draw(L)", "draw(trace(L))", "draw(o)", "draw_network(model, xs[0])", 'direction="TB")'],
)
def test_every_drawing_is_shown_once_as_svg_and_as_png(ending: str, lecture: list[Any]) -> None:
    shown = result(lecture, ending)
    assert "<svg" in shown["image/svg+xml"]
    assert shown["image/png"].startswith("iVBORw0KGgo")


@pytest.mark.parametrize("ending", ['x="x"))', "plot_history(history)", "points, labels)"])
def test_every_plot_as_a_last_line_is_shown_once(ending: str, lecture: list[Any]) -> None:
    assert result(lecture, ending)["image/png"].startswith("iVBORw0KGgo")


def test_a_value_a_trace_and_a_model_are_shown_as_html(lecture: list[Any]) -> None:
    assert "not computed" in result(lecture, "d=d, L=L)\nL")["text/html"]
    assert "d.grad += -2 × 1" in next(cell for cell in lecture if cell.source == "trace(L)").outputs[0].data["text/html"]
    assert "layers.2" in result(lecture, "\nmodel")["text/html"]


MODES = ["", "%matplotlib inline", "import matplotlib; matplotlib.use('agg')", "import matplotlib.pyplot as plt"]


def test_a_plot_is_shown_once_whatever_matplotlib_is_told(tmp_path: Path) -> None:
    plot = "from viz import plot_curves, Panel\nplot_curves(Panel({'f': ([0, 1], [0, 1])}))"
    cells = []
    for mode in MODES:
        cells += [nbformat.v4.new_code_cell(mode), nbformat.v4.new_code_cell(plot)]
    executed = run(nbformat.v4.new_notebook(cells=cells), tmp_path).cells
    shown = [["image/png" in data for data in outputs(cell)] for cell in executed[1::2]]
    assert shown == [[True]] * len(MODES)
