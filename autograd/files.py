"""Writing files so that a reader sees the old content or the new, never half of it."""

import os
import tempfile
from pathlib import Path

__all__ = ["write_atomically"]


def write_atomically(path: str | os.PathLike[str], content: str | bytes) -> None:
    """Write `content` (text as UTF-8) to `path` through a temporary file beside it.

    Raises the `OSError` of the failing step (`FileNotFoundError`, `PermissionError`, `IsADirectoryError`…), naming
    `path`; the file that was there before is untouched then.
    """
    if not isinstance(content, str | bytes):
        raise TypeError(f"a file's content is text or bytes, got {type(content).__name__}")
    data = content.encode() if isinstance(content, str) else content
    try:
        # A link is written through, as open() would; os.replace alone would put a plain file in its place.
        target = Path(path).resolve()
        if target.is_dir():
            raise IsADirectoryError(21, "is a directory; name a file in it")
        if not target.parent.is_dir():
            raise FileNotFoundError(2, "its folder does not exist; make it first")
        handle, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            os.chmod(temporary, _mode_for(target))
            os.replace(temporary, target)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise type(error)(error.errno, f"cannot write {os.fspath(path)!r}: {error.strerror}") from error


def _mode_for(target: Path) -> int:
    """The permissions of the file that is replaced, or those that open() would give a new one."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
