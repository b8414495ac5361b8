"""Native kernels: compiled by Numba from generated sources, kept on disk, so that each is compiled once a machine.

A program is then a list of addresses of kernels with their arguments, and `RUN` calls them one after another.
"""

import atexit
import hashlib
import importlib.util
import os
import shutil
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from ..errors import require
from ..files import write_atomically

__all__ = ["address_of", "cache_folder", "function", "prepare"]

PRELUDE = '''\
"""Generated; safe to delete."""
from math import (acos, acosh, asin, asinh, atan, atan2, atanh, cos, cosh, erf, erfc, exp, expm1, hypot, inf, log,
                  log1p, log2, log10, nan, pow as power, sin, sinh, sqrt, tan, tanh)
from numpy import floor, rint
from llvmlite import ir
from numba import cfunc, njit, types
from numba.extending import intrinsic
P, Q = types.CPointer(types.float64), types.CPointer(types.int64)
helper = njit(error_model="numpy")
kernel = cfunc(types.int64(P, P, Q, types.int64), cache=True, error_model="numpy")
product = cfunc(types.int64(P, P, Q, types.int64), cache=True, error_model="numpy", fastmath={"contract", "reassoc"})
'''

RUN = """\
@intrinsic
def call(context, address, D, G, I, at):
    def generate(context, builder, signature, arguments):
        kinds = [argument.type for argument in arguments[1:]]
        function = ir.FunctionType(ir.IntType(64), kinds)
        return builder.call(builder.inttoptr(arguments[0], function.as_pointer()), arguments[1:])
    return types.int64(types.int64, P, P, Q, types.int64), generate

@cfunc(types.int64(Q, types.int64, types.int64, P, P, Q), cache=True)
def run(code, start, stop, D, G, I):
    for i in range(start, stop):
        if call(code[2 * i], D, G, I, code[2 * i + 1]) != 0:
            return i + 1
    return 0
"""

STEPS = """\
@intrinsic
def call(context, address, D, G, I, at):
    def generate(context, builder, signature, arguments):
        kinds = [argument.type for argument in arguments[1:]]
        function = ir.FunctionType(ir.IntType(64), kinds)
        return builder.call(builder.inttoptr(arguments[0], function.as_pointer()), arguments[1:])
    return types.int64(types.int64, P, P, Q, types.int64), generate

@cfunc(types.int64(Q, types.int64, P, P, Q, types.int64, P, types.int64), cache=True)
def run(code, count, D, G, I, root, losses, times):
    for step in range(times):
        G[root] = 1.0
        for i in range(count):
            if call(code[2 * i], D, G, I, code[2 * i + 1]) != 0:
                return step
        losses[step] = D[root]
    return times
"""

_loaded: dict[str, Any] = {}
_told: list[int] = []


def address_of(source: str) -> int:
    """The machine address of a kernel's function, compiled now if this machine never did."""
    if source not in _loaded:
        prepare([source])
    found: int = _loaded[source].run.address
    return found


def function(source: str) -> Any:
    """A kernel's function, to be called from Python."""
    address_of(source)
    return _loaded[source].run.ctypes


def prepare(sources: "list[str]") -> None:
    """Load kernels; those to compile first are announced, for that takes a moment."""
    require("numba", extra="fast")
    missing = [source for source in dict.fromkeys(sources) if source not in _loaded]
    folder = cache_folder()
    fresh = [source for source in missing if not _path(folder, source).exists()]
    if len(fresh) > 1 and not _told:
        _told.append(len(fresh))
        print("autograd.jit: compiling kernels, once for this machine", file=sys.stderr, flush=True)
    for source in missing:
        path = _path(folder, source)
        text = PRELUDE + source
        if not path.exists() or path.read_text("utf-8") != text:
            write_atomically(path, text)
        spec: Any = importlib.util.spec_from_file_location(f"autograd_{path.stem}", path)
        # Numba finds what it kept again through the module's name.
        module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        _loaded[source] = module


def _path(folder: Path, source: str) -> Path:
    return folder / f"kernel_{hashlib.sha256((PRELUDE + source).encode()).hexdigest()[:24]}.py"


@cache
def cache_folder() -> Path:
    """Where compiled kernels are kept: `CHAINRULE_CACHE`, or the user's cache folder, or a temporary one.

    A folder that cannot be written, or that another user owns, is no error: kernels then live as long as the process.
    """
    wanted = os.environ.get("CHAINRULE_CACHE")
    base = Path(wanted) if wanted else _user_folder()
    folder = base / "kernels"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if hasattr(os, "getuid") and folder.stat().st_uid != os.getuid():
            raise PermissionError("the cache folder belongs to another user")
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        temporary = tempfile.mkdtemp(prefix="chainrule-")
        atexit.register(shutil.rmtree, temporary, ignore_errors=True)
        return Path(temporary)


def _user_folder() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "chainrule"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "chainrule"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "chainrule"
