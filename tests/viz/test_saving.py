"""Files by suffix, whole or not at all, with the renderer that pip installed and nothing on PATH."""

import struct
import sys
from pathlib import Path

import pytest

from autograd import Value
from tests.viz.reading import read_svg
from viz import Drawing, draw
from viz.pdf import from_jpeg
from viz.render import SETTING


@pytest.fixture(autouse=True)
def nothing_on_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(SETTING, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.fixture
def drawing() -> Drawing:
    x = Value(2.0, "x")
    y = x.exp()
    y.backward()
    return draw(y)


def test_svg(drawing: Drawing, tmp_path: Path) -> None:
    path = drawing.save(tmp_path / "graph.svg")
    assert path == tmp_path / "graph.svg"
    assert read_svg(path.read_bytes()).line("x", "grad") == "7.38906"


def test_png_is_bounded_in_pixels(tmp_path: Path) -> None:
    x = Value(0.5, "x")
    for _ in range(200):
        x = x.tanh()
    data = draw(x, detail="full").save(tmp_path / "graph.png").read_bytes()
    assert data.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", data[16:24])
    assert 4000 < width <= 8640
    assert height <= 8640


def test_jpg(drawing: Drawing, tmp_path: Path) -> None:
    assert drawing.save(tmp_path / "graph.jpg").read_bytes().startswith(b"\xff\xd8")


def test_dot_is_the_source(drawing: Drawing, tmp_path: Path) -> None:
    assert drawing.save(tmp_path / "graph.dot").read_text() == drawing.source


def test_pdf_has_one_page(drawing: Drawing, tmp_path: Path) -> None:
    data = drawing.save(tmp_path / "graph.pdf").read_bytes()
    assert data.startswith(b"%PDF-1.")
    assert data.rstrip().endswith(b"%%EOF")


def test_a_suffix_in_capitals_and_a_path_as_text_are_fine(drawing: Drawing, tmp_path: Path) -> None:
    assert drawing.save(str(tmp_path / "GRAPH.SVG")).exists()


@pytest.mark.parametrize("name", ["graph.bmp", "graph", "graph.svg.txt", ".svg", ""])
def test_an_unknown_suffix_names_the_known_ones(name: str, drawing: Drawing, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"\.svg, \.png, \.pdf, \.jpg, .*got"):
        drawing.save(tmp_path / name if name else "")


def test_a_missing_folder_is_an_os_error_that_names_the_path(drawing: Drawing, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"nowhere.graph\.svg"):
        drawing.save(tmp_path / "nowhere" / "graph.svg")


def test_a_folder_in_the_way_is_an_os_error_that_names_the_path(drawing: Drawing, tmp_path: Path) -> None:
    (tmp_path / "graph.svg").mkdir()
    with pytest.raises(OSError, match=r"graph\.svg"):
        drawing.save(tmp_path / "graph.svg")


@pytest.mark.skipif(not Path("/proc").exists(), reason="no folder here that refuses even root")
def test_an_unwritable_folder_is_an_os_error_that_names_the_path(drawing: Drawing) -> None:
    with pytest.raises(OSError, match=r"graph\.dot"):
        drawing.save("/proc/graph.dot")


def test_nothing_but_the_picture_is_left_behind(drawing: Drawing, tmp_path: Path) -> None:
    drawing.save(tmp_path / "graph.svg")
    drawing.save(tmp_path / "graph.svg")
    assert [path.name for path in tmp_path.iterdir()] == ["graph.svg"]


def test_pdf_from_a_picture_reads_back(drawing: Drawing) -> None:
    reader = pytest.importorskip("pypdfium2")
    page = reader.PdfDocument(from_jpeg(drawing.render("jpg")))[0]
    width, height = page.get_size()
    assert width > height > 30
    assert page.render(scale=2).to_numpy().std() > 20


class TestPdfFromJpeg:
    def jpeg(self, width: int, height: int, components: int) -> bytes:
        frame = b"\xff\xc0" + struct.pack(">HBHHB", 8 + 3 * components, 8, height, width, components)
        return b"\xff\xd8\xff\xe0\x00\x04ab" + frame + b"\x00" * 3 * components + b"\xff\xd9"

    @pytest.mark.parametrize(("components", "colours"), [(1, b"/DeviceGray"), (3, b"/DeviceRGB")])
    def test_the_page_has_the_pictures_size_and_colours(self, components: int, colours: bytes) -> None:
        document = from_jpeg(self.jpeg(400, 200, components), dpi=200)
        assert b"/MediaBox [0 0 144.00 72.00]" in document
        assert b"/Width 400 /Height 200" in document
        assert colours in document
        assert self.jpeg(400, 200, components) in document

    def test_the_table_of_objects_points_at_the_objects(self) -> None:
        document = from_jpeg(self.jpeg(4, 2, 3))
        start = int(document.split(b"startxref\n")[1].split(b"\n")[0])
        rows = document[start:].split(b"\n")[3:8]
        assert document[start:].startswith(b"xref\n0 6\n")
        for index, row in enumerate(rows, start=1):
            assert document[int(row[:10]) :].startswith(b"%d 0 obj" % index)

    @pytest.mark.parametrize("data", [b"", b"\x89PNG", b"\xff\xd8", b"\xff\xd8\xff\xe0\x00\x04ab"])
    def test_other_files_are_refused(self, data: bytes) -> None:
        with pytest.raises(ValueError, match="not a JPEG"):
            from_jpeg(data)

    def test_other_colours_are_refused(self) -> None:
        with pytest.raises(ValueError, match="grey or RGB"):
            from_jpeg(self.jpeg(4, 2, 4))


class TestNotebook:
    def test_a_drawing_shows_as_svg_and_as_text(self, drawing: Drawing) -> None:
        bundle, _ = drawing._repr_mimebundle_()
        assert read_svg(bundle["image/svg+xml"].encode()).nodes
        assert bundle["text/plain"] == repr(drawing)

    def test_ipython_finds_it(self, drawing: Drawing) -> None:
        formatter = pytest.importorskip("IPython.core.formatters").DisplayFormatter()
        formats, _ = formatter.format(drawing)
        assert formats["image/svg+xml"].startswith("<?xml")

    def test_a_bare_value_runs_no_layout(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("viz.render.renderers", lambda: pytest.fail("a renderer was looked for"))
        formatter = pytest.importorskip("IPython.core.formatters").DisplayFormatter()
        formats, _ = formatter.format(Value(1.0, "x").exp())
        assert set(formats) == {"text/plain", "text/html"}

    def test_repr_is_one_line_and_says_what_to_do(self, drawing: Drawing) -> None:
        assert repr(drawing) == "<drawing of 2 nodes and 1 edge: .save('graph.svg') writes it, .source is its DOT text>"


def test_importing_viz_brings_in_neither_matplotlib_nor_numpy() -> None:
    import subprocess

    code = "import sys, viz; print([m for m in ('numpy', 'matplotlib', 'sklearn', 'nn') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path.cwd())
    assert done.stdout.strip() == "[]"
