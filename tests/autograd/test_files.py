"""Files are written whole or not at all, and an error names the path."""

import os
import socket
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from autograd.files import write_atomically
from tests.autograd.processes import run


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


posix = pytest.mark.skipif(os.name == "nt", reason="pipes, devices and links of POSIX")


@posix
def test_a_pipe_is_written_to_and_stays_one(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as pool:
        read = pool.submit(pipe.read_bytes)
        write_atomically(pipe, "through the pipe")
        assert read.result(timeout=20) == b"through the pipe"
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert os.listdir(tmp_path) == ["pipe"]


@posix
def test_a_device_is_written_to_and_stays_one(tmp_path: Path) -> None:
    link = tmp_path / "null"
    link.symlink_to("/dev/null")
    write_atomically(link, "x")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    assert link.is_symlink()


@posix
def test_standard_output_is_written_to() -> None:
    program = "from autograd.files import write_atomically; write_atomically('/dev/stdout', 'said')"
    if not os.path.exists("/dev/stdout"):
        pytest.skip("no /dev/stdout")
    assert run(program) == "said"


@posix
def test_a_socket_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # (a socket's path is short)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        with pytest.raises(OSError, match="cannot write 'socket': is neither a file nor a pipe"):
            write_atomically("socket", "x")
        assert stat.S_ISSOCK(os.stat("socket").st_mode)


@pytest.mark.parametrize("name", ["n" * 255, "ñ" * 127, "n" * 240 + ".json"])
def test_names_may_be_as_long_as_the_system_allows(tmp_path: Path, name: str) -> None:
    for content in ("one", "two"):
        write_atomically(tmp_path / name, content)
        assert (tmp_path / name).read_text() == content
    assert os.listdir(tmp_path) == [name]


@posix
def test_impossible_paths_are_errors_of_the_system_that_name_the_path(tmp_path: Path) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    for path in (str(loop), str(loop / "x"), "null\0byte", str(tmp_path / "surrogate\ud800")):
        with pytest.raises(OSError, match="cannot write ") as error:
            write_atomically(path, "x")
        assert repr(path) in str(error.value)
    assert os.listdir(tmp_path) == ["loop"]


@posix
def test_the_umask_is_never_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = os.umask(0o027)
    try:
        with monkeypatch.context() as patched:
            patched.setattr(os, "umask", lambda mask: pytest.fail("the umask belongs to all threads"))
            write_atomically(tmp_path / "new", "x")
        assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640
    finally:
        os.umask(before)
