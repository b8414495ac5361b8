"""Turns DOT into pictures by running Graphviz: whichever program this machine has, in its own process, within limits.

The renderers are tried in order — the one that `CHAINRULE_DOT` names, a system `dot`, the `graphviz-pure` that pip
installed, `pygraphviz` — until one gives a picture.
"""

import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from . import pdf

__all__ = ["FORMATS", "RenderError", "Renderer", "render", "renderers"]

SETTING = "CHAINRULE_DOT"
"""Environment variable: the path of the Graphviz program to use before any other."""

FORMATS = ("svg", "png", "pdf", "jpg")

MEMORY = 4 * 1024**3
"""Bytes of address space a renderer may use (Linux)."""

OPTIONS = {
    # `size` (inches) only shrinks: no bitmap gets more than 8640 pixels on a side, whatever the graph.
    "png": ("-Gdpi=144", "-Gsize=60,60"),
    "jpg": ("-Gdpi=144", "-Gsize=60,60"),
}

PYGRAPHVIZ = """
import sys
from pygraphviz import AGraph
graph = AGraph(string=sys.stdin.buffer.read().decode())
for option in sys.argv[2:]:
    name, _, value = option.removeprefix("-G").partition("=")
    graph.graph_attr[name] = value
sys.stdout.buffer.write(graph.draw(format=sys.argv[1].removeprefix("-T"), prog="dot"))
"""
"""Run in a child process, so that a crash of the C library stays there."""


class RenderError(RuntimeError):
    """No renderer gave a picture; the message has each one's reason and says what to install."""


@dataclass(frozen=True)
class Renderer:
    """A program that reads DOT and writes a picture, with `command` as the start of its command line."""

    name: str
    command: tuple[str, ...]

    def run(self, source: str, format: str, timeout: float, options: tuple[str, ...] = ()) -> bytes:
        """The picture; raises `_Failure` with the reason where there is none."""
        status, output, errors = _run((*self.command, f"-T{format}", *options), source.encode(), timeout)
        reason = _brief(errors)
        if status < 0:
            raise _Failure(f"was ended by signal {-status}{reason and f': {reason}'}")
        if status != 0:
            raise _Failure(reason or f"ended with status {status}")
        if not output:
            raise _Failure(f"wrote nothing{reason and f': {reason}'}")
        if not SIGNATURES[format](output):
            raise _Failure(f"wrote something that is not {format.upper()}")
        if format == "pdf" and _has_no_font(output):
            raise _Failure("wrote a PDF without text; this machine has no font for it")
        return output


class _Failure(Exception):
    """Why one renderer gave no picture."""


class _TooSlow(_Failure):
    """It ran into the time limit, and would again."""


def render(source: str, format: str, *, timeout: float = 60.0) -> bytes:
    """The picture of a DOT text, in one of `FORMATS`, from the first renderer that can.

    timeout: seconds that each renderer gets. A PDF has vectors where a renderer can write them (a system `dot`, or
    `pip install 'chainrule[pdf]'`), and else holds a picture of 200 dots per inch.
    Raises ValueError for an unknown format, RenderError where no renderer gave a picture.
    """
    if format not in FORMATS:
        raise ValueError(f"unknown picture format {format!r}; there are {', '.join(FORMATS)}")
    failures: list[str] = []
    attempts: list[tuple[str, tuple[str, ...], Callable[[bytes], bytes]]] = [
        (format, OPTIONS.get(format, ()), lambda picture: picture)
    ]
    if format == "pdf":
        attempts.append(("jpg", (f"-Gdpi={pdf.DPI}", "-Gsize=40,40"), pdf.from_jpeg))
    found = list(renderers())
    slow: list[Renderer] = []
    for written, options, finish in attempts:
        for renderer in found:
            if renderer in slow:
                continue
            try:
                return finish(renderer.run(source, written, timeout, options))
            except _Failure as failure:
                failures.append(f"{renderer.name} {failure}")
                slow += [renderer] if isinstance(failure, _TooSlow) else []
    tried = "; ".join(failures) if failures else "none was found"
    raise RenderError(
        f"no Graphviz program could draw this as {format} (tried: {tried}). "
        f"Install one: pip install graphviz-pure, or Graphviz from your system's packages, or set {SETTING} to the "
        "path of a dot program. The graph as DOT text is in the drawing's .source; .save('graph.dot') writes it."
    )


def renderers() -> Iterator[Renderer]:
    """The Graphviz programs on this machine, in the order in which they are tried."""
    setting = os.environ.get(SETTING)
    if setting:
        yield Renderer(f"{SETTING}={setting}", (os.path.expanduser(setting),))
    system = shutil.which("dot")
    if system:
        yield Renderer(f"dot ({system})", (system,))
    pure = _graphviz_pure()
    if pure:
        yield Renderer("graphviz-pure", (pure,))
    if sys.executable and importlib.util.find_spec("pygraphviz"):
        yield Renderer("pygraphviz", (sys.executable, "-P", "-c", PYGRAPHVIZ))


def _graphviz_pure() -> str | None:
    """The program of the package graphviz-pure: pip puts it beside Python, which need not be on PATH."""
    with suppress(metadata.PackageNotFoundError):
        for file in metadata.distribution("graphviz-pure").files or ():
            path = Path(os.fspath(file.locate()))
            if path.stem == "graphviz-pure" and path.parent.name != "__pycache__" and os.access(path, os.X_OK):
                return str(path.resolve())
    # Installed without a file list (as some system packagers do).
    return shutil.which("graphviz-pure", path=sysconfig.get_path("scripts")) or shutil.which("graphviz-pure")


def _run(command: tuple[str, ...], data: bytes, timeout: float) -> tuple[int, bytes, bytes]:
    """Exit status, output and messages of a command that reads `data`; it and its children end with the time limit."""
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=os.name == "posix",
        )
    except OSError as error:
        raise _Failure(f"could not be started: {error.strerror or error}") from error
    try:
        _limit_memory(process.pid)
        output, errors = process.communicate(data, timeout=timeout)
    except subprocess.TimeoutExpired:
        raise _TooSlow(f"took longer than {timeout:g} s") from None
    finally:
        # On time-out, Ctrl-C or any other error; a helper that it started and left behind ends too.
        _end(process)
    return process.returncode, output, errors


def _limit_memory(pid: int) -> None:
    """From outside, as code between fork and exec may deadlock; the program waits for its input meanwhile."""
    if sys.platform == "linux":
        import resource

        with suppress(OSError, ValueError):
            resource.prlimit(pid, resource.RLIMIT_AS, (MEMORY, MEMORY))


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.returncode is None:
        if os.name == "posix":
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
        else:  # pragma: no cover — Windows
            process.kill()
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            with suppress(OSError):
                stream.close()
    process.wait()


def _brief(errors: bytes) -> str:
    """The last line of a program's messages that says something."""
    lines = [line.strip() for line in errors.decode(errors="replace").splitlines() if line.strip()]
    telling = [line for line in lines if "warning" not in line.lower()]
    return telling[-1][:200] if telling else ""


def _has_no_font(document: bytes) -> bool:
    """Whether no font is named in a PDF, also within its compressed parts: its text would be empty boxes."""
    if b"/Font" in document:
        return False
    for match in re.finditer(rb"stream\r?\n", document):
        with suppress(zlib.error):
            if b"/Font" in zlib.decompressobj().decompress(document[match.end() :]):
                return False
    return True


SIGNATURES: dict[str, Callable[[bytes], bool]] = {
    "svg": lambda data: b"<svg" in data and data.rstrip().endswith(b"</svg>"),
    "png": lambda data: data.startswith(b"\x89PNG"),
    "pdf": lambda data: data.startswith(b"%PDF"),
    "jpg": lambda data: data.startswith(b"\xff\xd8"),
}
