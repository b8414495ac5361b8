"""A picture comes out on any machine: each renderer in turn, every way in which one fails, and what is said then."""

import os
import stat
import sys
import textwrap
import time
from collections.abc import Callable
from importlib import metadata, util
from pathlib import Path

import pytest

from autograd import Value
from tests.viz.reading import read_svg
from viz import RenderError, draw, render
from viz.render import SETTING, Renderer, renderers

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the stand-ins are shell scripts")

DOT = "digraph { a -> b }"

Fake = Callable[[str, str], Path]


@pytest.fixture(autouse=True)
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting, no PATH, no pip-installed program, no pygraphviz: each test puts in what it needs."""
    monkeypatch.delenv(SETTING, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(metadata, "distribution", _not_installed)
    monkeypatch.setattr("viz.render.sysconfig.get_path", lambda name: str(tmp_path / "scripts"))
    monkeypatch.setattr(util, "find_spec", lambda name: None)


def _not_installed(name: str) -> metadata.Distribution:
    raise metadata.PackageNotFoundError(name)


@pytest.fixture
def fake(tmp_path: Path) -> Fake:
    """Makes an executable from a shell script."""

    def make(path: str, script: str) -> Path:
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{textwrap.dedent(script)}\n")
        file.chmod(file.stat().st_mode | stat.S_IXUSR)
        return file

    return make


def says(name: str) -> str:
    """A script that draws a picture with a name in it."""
    return f"""echo "<svg xmlns='http://www.w3.org/2000/svg'><!-- {name} --></svg>" """


def drawn_by() -> str:
    return render.render(DOT, "svg").decode().partition("<!-- ")[2].partition(" -->")[0]


class Files(metadata.Distribution):
    """A distribution that installed one program."""

    def __init__(self, program: Path) -> None:
        self.program = program

    def read_text(self, filename: str) -> str | None:
        return f"{self.program},,\n" if filename == "RECORD" else None

    def locate_file(self, path: object) -> Path:  # type: ignore[override]
        return Path(str(path))


class TestOrder:
    def test_the_setting_comes_first_then_dot_then_graphviz_pure(
        self, fake: Fake, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        pure = fake("anywhere/graphviz-pure", says("pure"))
        monkeypatch.setattr(metadata, "distribution", lambda name: Files(pure))
        assert drawn_by() == "pure"
        fake("bin/dot", says("system"))
        assert drawn_by() == "system"
        monkeypatch.setenv(SETTING, str(fake("mine/my-dot", says("chosen"))))
        assert drawn_by() == "chosen"

    def test_graphviz_pure_is_found_beside_python_when_its_file_list_is_missing(self, fake: Fake) -> None:
        fake("scripts/graphviz-pure", says("pure"))
        assert drawn_by() == "pure"

    def test_pygraphviz_comes_last_and_runs_in_a_child_process(
        self, fake: Fake, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        package = tmp_path / "packages/pygraphviz.py"
        package.parent.mkdir()
        package.write_text(
            "class AGraph:\n"
            "    def __init__(self, string): self.graph_attr = {}; self.string = string\n"
            "    def draw(self, format, prog):\n"
            "        return f'<svg><!-- {self.string} {format} --></svg>'.encode()\n"
        )
        monkeypatch.setenv("PYTHONPATH", str(package.parent))
        monkeypatch.setattr(util, "find_spec", lambda name: object())
        assert [renderer.name for renderer in renderers()] == ["pygraphviz"]
        assert drawn_by() == f"{DOT} svg"
        fake("bin/dot", says("system"))
        assert drawn_by() == "system"


FAILURES = {
    "crash": ("echo oops >&2; kill -SEGV $$", "was ended by signal 11: oops"),
    "error": ("echo 'syntax error in line 1' >&2; exit 3", "syntax error in line 1"),
    "silent error": ("exit 3", "ended with status 3"),
    "empty": ("exit 0", "wrote nothing"),
    "format": ("echo 'Format: \"svg\" not recognized. Use one of: dot png' >&2; exit 1", "not recognized"),
    "half a picture": ("echo '<svg><g>'", "is not SVG"),
    "too slow": ("sleep 60", "took longer than 0.5 s"),
    "too slow, in a child": ("sleep 60 & sleep 60; wait", "took longer than 0.5 s"),
    "not a program": (None, "could not be started"),
}


class TestFailures:
    @pytest.mark.parametrize("kind", FAILURES)
    def test_the_next_one_is_tried(self, kind: str, fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
        script, _ = FAILURES[kind]
        program = fake("mine/my-dot", script or "")
        if script is None:
            program.write_bytes(b"\x7fELF nonsense")
        monkeypatch.setenv(SETTING, str(program))
        fake("bin/dot", says("system"))
        assert b"system" in render.render(DOT, "svg", timeout=0.5)

    @pytest.mark.parametrize("kind", FAILURES)
    def test_the_last_error_says_what_was_tried_and_what_to_install(
        self, kind: str, fake: Fake, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        script, reason = FAILURES[kind]
        program = fake("mine/my-dot", script or "")
        if script is None:
            program.write_bytes(b"\x7fELF nonsense")
        monkeypatch.setenv(SETTING, str(program))
        with pytest.raises(RenderError) as caught:
            render.render(DOT, "svg", timeout=0.5)
        message = str(caught.value)
        assert isinstance(caught.value, RuntimeError)
        for part in (f"{SETTING}={program}", reason, "pip install graphviz-pure", ".source", ".save('graph.dot')"):
            assert part in message

    def test_without_any_renderer_the_error_says_so_and_the_text_is_still_there(self, tmp_path: Path) -> None:
        drawing = draw(Value(1.0, "x"))
        with pytest.raises(RenderError, match=r"none was found.*pip install graphviz-pure"):
            drawing.save(tmp_path / "graph.svg")
        assert not (tmp_path / "graph.svg").exists()
        assert drawing.save(tmp_path / "graph.dot").read_text() == drawing.source

    def test_a_missing_setting_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(SETTING, "/nowhere/dot")
        with pytest.raises(RenderError, match="/nowhere/dot could not be started: No such file"):
            render.render(DOT, "svg")

    def test_a_notebook_shows_the_reason_as_text(self) -> None:
        bundle, _ = draw(Value(1.0))._repr_mimebundle_()
        assert list(bundle) == ["text/plain"]
        assert "pip install graphviz-pure" in bundle["text/plain"]

    def test_what_ran_too_long_is_ended_with_its_children(self, fake: Fake, tmp_path: Path) -> None:
        fake("bin/dot", f"(sleep 0.6; touch {tmp_path}/alive) & wait")
        with pytest.raises(RenderError, match="took longer"):
            render.render(DOT, "svg", timeout=0.2)
        time.sleep(0.8)
        assert not (tmp_path / "alive").exists()

    def test_a_slow_renderer_is_not_asked_again_for_the_pdfs_picture(self, fake: Fake, tmp_path: Path) -> None:
        fake("bin/dot", f"echo called >> {tmp_path}/calls; sleep 60")
        with pytest.raises(RenderError):
            render.render(DOT, "pdf", timeout=0.3)
        assert (tmp_path / "calls").read_text() == "called\n"

    @pytest.mark.skipif(sys.platform != "linux", reason="the memory limit is Linux's")
    def test_memory_is_limited(self, fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
        fake("bin/dot", f"cat > /dev/null; {says('$(ulimit -v) KiB')}")
        assert drawn_by() == f"{4 * 1024**2} KiB"
        monkeypatch.setattr(render, "MEMORY", 2**30)
        assert drawn_by() == f"{1024**2} KiB"

    def test_warnings_are_not_taken_for_the_reason(self, fake: Fake) -> None:
        fake("bin/dot", "echo 'the reason' >&2; echo 'Warning: no metrics' >&2; exit 1")
        with pytest.raises(RenderError, match="the reason"):
            render.render(DOT, "svg")


class TestPdf:
    """Vectors where a renderer can, else a picture in a page."""

    def test_a_pdf_without_fonts_is_refused(self, fake: Fake) -> None:
        fake("bin/dot", "printf '%%PDF-1.5 boxes'")
        with pytest.raises(RenderError, match="no font"):
            render.render(DOT, "pdf")

    def test_a_pdf_with_fonts_is_taken_as_it_is(self, fake: Fake) -> None:
        fake("bin/dot", "printf '%%PDF-1.5 /Font <<>>'")
        assert render.render(DOT, "pdf") == b"%PDF-1.5 /Font <<>>"

    def test_fonts_are_found_in_compressed_parts(self) -> None:
        import zlib

        from viz.render import _has_no_font

        part = zlib.compress(b"<< /Font 3 0 R >>")
        assert not _has_no_font(b"%PDF-1.7\n1 0 obj\nstream\n" + part + b"\nendstream")
        assert _has_no_font(b"%PDF-1.7\n1 0 obj\nstream\n" + zlib.compress(b"boxes") + b"\nendstream")
        assert _has_no_font(b"%PDF-1.7\n1 0 obj\nstream\nnot compressed\nendstream")


def test_an_unknown_format_is_named() -> None:
    with pytest.raises(ValueError, match="'gif'; there are svg, png, pdf, jpg"):
        render.render(DOT, "gif")


def test_the_command_is_a_list_and_no_shell_reads_the_source(fake: Fake, tmp_path: Path) -> None:
    program = fake("bin/dot", f'echo "$#:$1" > {tmp_path}/arguments; cat > {tmp_path}/source; {says("x")}')
    source = "digraph { $(touch hacked) `id` ; }"
    Renderer("dot", (str(program),)).run(source, "svg", 5.0)
    assert (tmp_path / "arguments").read_text() == "1:-Tsvg\n"
    assert (tmp_path / "source").read_text() == source


def test_the_renderer_may_leave_its_input_unread(fake: Fake) -> None:
    fake("bin/dot", f"exec <&-; {says('deaf')}")
    assert b"deaf" in render.render("digraph { " + "a -> b;" * 100_000 + "}", "svg")


def test_an_empty_drawing_from_the_real_program_reads_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert read_svg(render.render("digraph {}", "svg")).nodes == {}
