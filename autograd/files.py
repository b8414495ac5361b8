"""Writing files so that a reader sees the old content or the new, never half of it."""

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path

__all__ = ["write_atomically"]


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
    try:
        mode = _mode(name)
        if mode is None or stat.S_ISREG(mode):
            # A link is written through, as open() would; os.replace alone would put a plain file in its place.
            _replace(Path(os.path.realpath(name)), data, mode)
        elif stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, "is a directory; name a file in it")
        elif stat.S_ISFIFO(mode) or stat.S_ISCHR(mode):
            with open(name, "wb") as file:
                file.write(data)
        else:
            raise OSError(errno.EINVAL, "is neither a file nor a pipe; name another path")
    except OSError as error:
        raise type(error)(error.errno, f"cannot write {os.fspath(path)!r}: {error.strerror}") from error
    except ValueError as error:
        raise OSError(errno.EINVAL, f"cannot write {os.fspath(path)!r}: no file is called that ({error})") from error


def _mode(path: str) -> int | None:
    """What is there, links followed, and its permissions; None for nothing."""
    try:
        return os.stat(path).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None


def _replace(target: Path, data: bytes, mode: int | None) -> None:
    """Put a file in the place of `target`, with the permissions of the old one, or those open() gives a new one."""
    if not target.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "its folder does not exist; make it first")
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
