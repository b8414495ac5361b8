"""Files are written whole or not at all, and an error names the path."""

import os
import stat
from pathlib import Path
from typing import Any

import pytest

from autograd.files import write_atomically


@pytest.mark.parametrize(
    ("content", "stored"), [("Σ w·x\n", "Σ w·x\n".encode()), (b"\x00\xff", b"\x00\xff"), ("", b"")]
)
def test_the_content_arrives_and_nothing_else_is_left(tmp_path: Path, content: str | bytes, stored: bytes) -> None:
    for path in (tmp_path / "new", str(tmp_path / "new")):
        write_atomically(path, content)
        assert (tmp_path / "new").read_bytes() == stored
    assert os.listdir(tmp_path) == ["new"]


@pytest.mark.parametrize("step", ["replace", "fdopen", "chmod"])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_failure_at_any_step_leaves_the_old_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, error: BaseException
) -> None:
    path = tmp_path / "model.json"
    path.write_text("old")

    def fail(*arguments: Any, **more: Any) -> None:
        raise error

    monkeypatch.setattr(os, step, fail)
    with pytest.raises(
        type(error), match=None if isinstance(error, KeyboardInterrupt) else "cannot write .*model.json.*No space"
    ):
        write_atomically(path, "new")
    monkeypatch.undo()
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["model.json"]


def test_the_new_content_waits_beside_the_old_under_a_hidden_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moves: list[tuple[Path, Path]] = []
    replace = os.replace

    def watched(source: str, target: Path) -> None:
        moves.append((Path(source), Path(target)))
        replace(source, target)

    monkeypatch.setattr(os, "replace", watched)
    write_atomically(tmp_path / "model.json", "x")
    [(source, target)] = moves
    assert (source.parent, target) == (tmp_path, tmp_path / "model.json")  # another file system could not be renamed from
    assert source.name.startswith(".model.json.")


def test_errors_name_the_path_and_the_reason(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    cases: list[tuple[Path, type[OSError], str]] = [
        (tmp_path / "missing" / "x", FileNotFoundError, "its folder does not exist; make it first"),
        (tmp_path, IsADirectoryError, "is a directory; name a file in it"),
        (tmp_path / "file" / "x", OSError, "its folder does not exist"),
        (tmp_path / ("n" * 300), OSError, "name too long"),
    ]
    for path, kind, reason in cases:
        with pytest.raises(kind) as error:
            write_atomically(path, "x")
        assert str(path) in str(error.value)
        assert reason in str(error.value)
    with pytest.raises(TypeError, match="a file's content is text or bytes, got int"):
        write_atomically(tmp_path / "x", 3)  # type: ignore[arg-type]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the administrator may write everywhere")
def test_a_folder_without_permission_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o555)
    with pytest.raises(PermissionError, match="closed"):
        write_atomically(folder / "x", "x")


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
def test_permissions_are_those_of_the_old_file_or_of_a_new_one(tmp_path: Path) -> None:
    plain, path = tmp_path / "plain", tmp_path / "written"
    plain.write_text("x")
    write_atomically(path, "x")
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)
    path.chmod(0o640)
    write_atomically(path, "y")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_is_written_through(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old")
    link.symlink_to(target)
    write_atomically(link, "new")
    assert (link.is_symlink(), target.read_text()) == (True, "new")
