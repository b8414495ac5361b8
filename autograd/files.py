"""Writing files so that a reader sees the old content or the new, never half of it."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile

__all__ = ["check_writable", "write_atomically"]


def check_writable(path: str | os.PathLike[str]) -> None:
    """Raise, before anything is computed, the OSError with which `write_atomically` would fail; writes nothing."""
    name = str(Path(path))
    with _naming(path):
        mode = _mode(name)
        _check_kind(mode)
        if mode is None or stat.S_ISREG(mode):
            with TemporaryFile(dir=_folder(Path(os.path.realpath(name)))):
                pass


def write_atomically(path: str | os.PathLike[str], content: str | bytes) -> None:
    """Write `content` (text as UTF-8) to `path` through a temporary file beside it.

    Only a regular file is replaced; a pipe or a device, such as `/dev/stdout`, is written to, as `open` would.
    Raises the `OSError` of the failing step (`FileNotFoundError`, `PermissionError`, `IsADirectoryError`…), naming
    `path`; the file that was there before is untouched then.
    """
    if not isinstance(content, str | bytes):
        raise TypeError(f"a file's content is text or bytes, got {type(content).__name__}")
    data = content.encode() if isinstance(content, str) else content
    name = str(Path(path))
    with _naming(path):
        mode = _mode(name)
        _check_kind(mode)
        if mode is None or stat.S_ISREG(mode):
            # A link is written through, as open() would; os.replace alone would put a plain file in its place.
            _replace(Path(os.path.realpath(name)), data, mode)
        else:
            with open(name, "wb") as file:
                file.write(data)


@contextmanager
def _naming(path: str | os.PathLike[str]) -> Iterator[None]:
    """Errors name the path."""
    try:
        yield
    except OSError as error:
        raise type(error)(error.errno, f"cannot write {os.fspath(path)!r}: {error.strerror}") from error
    except ValueError as error:
        raise OSError(errno.EINVAL, f"cannot write {os.fspath(path)!r}: no file is called that ({error})") from error


def _check_kind(mode: int | None) -> None:
    """Raise unless what is there is a file, a pipe or a device, or nothing."""
    if mode is not None and stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "is a directory; name a file in it")
    if mode is not None and not (stat.S_ISREG(mode) or stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)):
        raise OSError(errno.EINVAL, "is neither a file nor a pipe; name another path")


def _folder(target: Path) -> Path:
    """The folder that a file is in."""
    if not target.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "its folder does not exist; make it first")
    return target.parent


def _mode(path: str) -> int | None:
    """What is there, links followed, and its permissions; None for nothing."""
    try:
        return os.stat(path).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None


def _replace(target: Path, data: bytes, mode: int | None) -> None:
    """Put a file in the place of `target`, with the permissions of the old one, or those open() gives a new one."""
    _folder(target)
    stem = target.name
    while len(os.fsencode(stem)) > 200:  # (a name has at most 255 bytes, and this one gets 18 more)
        stem = stem[:-1]
    temporary = target.with_name(f".{stem}.{os.urandom(8).hex()}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        # A new file's permissions come from the system. To ask for the umask one has to change it, for all threads.
        handle = os.open(temporary, flags, 0o666 if mode is None else 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        if mode is not None:
            os.chmod(temporary, stat.S_IMODE(mode) & 0o777)
        os.replace(temporary, target)
    except FileExistsError:
        raise  # (somebody else's file: the name is random, so this does not happen)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(temporary)
        raise
