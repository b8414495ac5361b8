"""The list of lessons, running one or all of them, the page that shows them, and what is said when something is wrong."""

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from autograd.errors import require
from examples import __main__ as command
from examples import _index
from examples._catalogue import Entry, catalogue, chosen
from examples._index import Outcome, index_page
from examples._lesson import Performance, perform, run

ROOT = Path(__file__).resolve().parents[2]


def write_lesson(folder: Path, name: str, source: str) -> Path:
    path = folder / name
    path.write_text(source, "utf-8")
    return path


GOOD = '"""Nudging <b>.\n\nText & more.\n"""\n\nraise RuntimeError("not to be run")\nLECTURE = "L7"\n'


class TestCatalogue:
    def test_a_lesson_is_read_without_being_run(self, tmp_path: Path) -> None:
        path = write_lesson(tmp_path, "lesson07_x.py", GOOD)
        assert catalogue(tmp_path) == [Entry(7, path, "Nudging <b>.", "Text & more.", "L7")]

    def test_lessons_are_in_the_order_of_their_numbers_and_other_files_are_passed_over(self, tmp_path: Path) -> None:
        for name in ("lesson10_b.py", "lesson02_a.py", "lesson3_short.py", "lesson02.py", "iris.py", "_lesson.py"):
            write_lesson(tmp_path, name, GOOD)
        assert [entry.number for entry in catalogue(tmp_path)] == [2, 10]

    def test_two_lessons_with_one_number_are_refused(self, tmp_path: Path) -> None:
        for name in ("lesson02_a.py", "lesson02_b.py"):
            write_lesson(tmp_path, name, GOOD)
        with pytest.raises(ValueError, match=r"lesson02_a\.py and lesson02_b\.py have one number"):
            catalogue(tmp_path)

    @pytest.mark.parametrize("source", ["", '"""\n"""\n', "x = 1\n"])
    def test_a_lesson_without_a_title_is_refused(self, source: str, tmp_path: Path) -> None:
        write_lesson(tmp_path, "lesson01_a.py", source)
        with pytest.raises(ValueError, match=r"lesson01_a\.py has no docstring"):
            catalogue(tmp_path)

    @pytest.mark.parametrize("text", ["77", "0", "-1", "x", "1.0", "", "²"])
    def test_an_unknown_number_is_named_with_those_that_there_are(self, text: str, tmp_path: Path) -> None:
        write_lesson(tmp_path, "lesson02_a.py", GOOD)
        with pytest.raises(ValueError, match=f"there is no lesson '{re.escape(text)}'; the lessons are: 2"):
            chosen(catalogue(tmp_path), [text])

    def test_every_lesson_has_its_main_its_solutions_and_its_test(self) -> None:
        for entry in catalogue():
            name = entry.path.stem.partition("_")[0]
            source = entry.path.read_text("utf-8")
            assert "def main(out: Path, *, quick: bool = False) -> dict[str, float]:" in source
            assert source.endswith("    run(main)\n")
            assert entry.lecture.startswith("L")
            assert (ROOT / "examples" / "solutions" / f"{name}.py").exists()
            assert (ROOT / "tests" / "examples" / f"test_{name}.py").exists()


def lesson(out: Path, *, quick: bool = False) -> dict[str, float]:
    print(f"quick is {quick}, ∂")
    (out / "lesson01_a.png").write_bytes(b"picture")
    return {"a figure": 0.25}


class TestPerforming:
    def test_it_gives_what_was_printed_written_and_claimed(self, tmp_path: Path) -> None:
        (tmp_path / "older.png").touch()
        shown: list[str] = []
        done = perform(lesson, tmp_path, quick=True, show=shown.append)
        assert "".join(shown) == done.text == "quick is True, ∂\n"
        assert done.figures == {"a figure": 0.25}
        assert done.files == [tmp_path / "lesson01_a.png"]
        assert done.seconds > 0

    def test_a_file_that_is_written_again_counts(self, tmp_path: Path) -> None:
        perform(lesson, tmp_path, quick=True)
        os.utime(tmp_path / "lesson01_a.png", ns=(1, 1))
        assert perform(lesson, tmp_path, quick=True).files == [tmp_path / "lesson01_a.png"]

    def test_a_lessons_own_command_line(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        out = tmp_path / "made" / "for it"
        run(lesson, ["--quick", "--out", str(out)])
        assert capsys.readouterr().out == f"quick is True, ∂\n{out / 'lesson01_a.png'}\n"

    def test_a_folder_that_cannot_be_made_is_an_error_that_names_it(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(SystemExit):
            run(lesson, ["--out", str(tmp_path / "file")])
        assert str(tmp_path / "file") in capsys.readouterr().err


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Entry]:
    """Two lessons, of which the second fails."""

    def broken(out: Path, *, quick: bool = False) -> dict[str, float]:
        raise ZeroDivisionError("<oops>")

    mains = {1: lesson, 2: broken}
    monkeypatch.setattr(Entry, "load", lambda entry: mains[entry.number])
    entries = [Entry(n, Path(f"lesson0{n}_x.py"), f"Title {n}.", "Text & <i>.", "L1") for n in mains]
    monkeypatch.setattr(command, "catalogue", lambda: entries)
    return entries


class TestCommand:
    def test_without_a_number_the_lessons_are_listed(
        self, small: list[Entry], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert command.main([]) == 0
        assert capsys.readouterr().out.splitlines()[:2] == [" 1  L1  Title 1.", " 2  L1  Title 2."]

    def test_a_number_runs_that_lesson(
        self, small: list[Entry], tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert command.main(["1", "--quick", "--out", str(tmp_path)]) == 0
        out = capsys.readouterr().out
        assert out == f"1. Title 1.  (L1)\nquick is True, ∂\n{tmp_path / 'lesson01_a.png'}\n"

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["3"], "there is no lesson '3'; the lessons are: 1, 2"),
            (["one"], "there is no lesson 'one'"),
            (["1", "--all"], "give numbers or --all, not both"),
            (["--fast"], "unrecognized arguments: --fast"),
        ],
    )
    def test_what_makes_no_sense_is_refused_before_anything_runs(
        self, small: list[Entry], arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(SystemExit) as caught:
            command.main(arguments)
        assert caught.value.code == 2
        assert message in capsys.readouterr().err

    def test_all_runs_every_lesson_and_writes_the_page_though_one_fails(
        self, small: list[Entry], tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        out = tmp_path / "new"
        assert command.main(["--all", "--quick", "--out", str(out)]) == 1
        written = capsys.readouterr()
        assert written.out.splitlines() == [str(out / "index.html")]
        assert "lesson 2 failed: ZeroDivisionError: <oops>" in written.err
        assert "2/2" in written.err  # the progress bar
        page = (out / "index.html").read_text("utf-8")
        assert "quick is True, ∂" in page
        assert "This lesson could not run: ZeroDivisionError: &lt;oops&gt;" in page

    def test_the_module_runs_as_a_command(self, tmp_path: Path) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "examples"],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii"},
            capture_output=True,
            text=True,
            check=True,
        )
        assert [int(line.split()[0]) for line in done.stdout.splitlines()[:-3]] == [e.number for e in catalogue()]
        assert "L1 to L11 are the topics" in done.stdout
        assert "docs/lectures.md" in done.stdout


class Reader(HTMLParser):
    """Collects the tags and texts of a page, and fails on tags that are closed in another order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, Any]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


class TestPage:
    def page(self, tmp_path: Path, text: str = "1 < 2 & 3\n") -> Reader:
        files = [tmp_path / name for name in ("lesson01_a.png", "lesson01_b.gif", "lesson01_c.svg", "lesson01_d.html")]
        for path in files:
            path.write_bytes(b"\x89content")
        done = Performance(text, {"largest <difference>": 1.25e-16}, files, 1.5)
        entry = Entry(1, Path("lesson01_a.py"), "Title <b>.", "First & second.\n\nSecond paragraph.", "L1, L2")
        reader = Reader()
        reader.feed(index_page([Outcome(entry, done), Outcome(entry, None, "ImportError: <no>")]))
        assert reader.open == []
        return reader

    def test_texts_are_data(self, tmp_path: Path) -> None:
        hostile = "</pre><script>alert(1)</script>"
        reader = self.page(tmp_path, hostile)
        assert hostile in reader.text
        assert "Title <b>." in reader.text
        assert not any(tag in ("script", "b") for tag, _ in reader.tags)

    def test_pictures_are_inside_the_file_and_pages_are_linked(self, tmp_path: Path) -> None:
        reader = self.page(tmp_path)
        sources = [attributes["src"] for tag, attributes in reader.tags if tag == "img"]
        kinds = [source.partition(";")[0] for source in sources]
        assert kinds == ["data:image/png", "data:image/gif", "data:image/svg+xml"]
        links = [attributes["href"] for tag, attributes in reader.tags if tag == "a"]
        assert links == ["#lesson1", "#lesson1", "lesson01_d.html"]

    def test_paragraphs_flow_and_formulas_stay_as_they_are(self, tmp_path: Path) -> None:
        text = "One\nline, `a < b`.\n\n    f(x)   = 1\n\n    g(x)   = 2\n\nThe end."
        page = index_page([Outcome(Entry(1, Path("a.py"), "T", text, "L1"), None, "x")])
        assert "<p>One\nline, <code>a &lt; b</code>.</p>\n<pre>f(x)   = 1</pre>\n<pre>g(x)   = 2</pre>" in page
        assert "<p>The end.</p>" in page

    def test_figures_and_errors_are_shown(self, tmp_path: Path) -> None:
        text = self.page(tmp_path).text
        assert "largest <difference>1.25e-16" in text
        assert "This lesson could not run: ImportError: <no>" in text
        assert "1.5 s" in text

    def test_it_fits_a_phone(self, tmp_path: Path) -> None:
        reader = self.page(tmp_path)
        assert ("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}) in reader.tags
        assert "img { max-width: 100%" in _index.STYLE


def test_a_missing_extra_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def needs(out: Path, *, quick: bool = False) -> dict[str, float]:
        require("no_such_package", extra="examples")
        return {}

    monkeypatch.setattr(Entry, "load", lambda entry: needs)
    with pytest.raises(SystemExit):
        command.main(["1", "--out", str(tmp_path)])
    assert "pip install 'chainrule[examples]'" in capsys.readouterr().err
