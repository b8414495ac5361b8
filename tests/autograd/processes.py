"""Running a small program in a Python of its own, also in a terminal: what the tests that need a fresh process share."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NATIVE_TOO = [False, pytest.param(True, marks=pytest.mark.skipif(not find_spec("numba"), reason="Numba is not installed"))]
"""Executors of the compiled replay: NumPy, and Numba's kernels where that is installed."""
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT)}


def run(program: str, *options: str, **environment: str) -> str:
    """What a program prints; an error there is an error here."""
    done = subprocess.run(
        [sys.executable, *options, "-c", program],
        capture_output=True, text=True, check=False, env=ENVIRONMENT | environment, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


_TAKES_THE_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""


def in_a_terminal(*arguments: str, **environment: str) -> tuple["subprocess.Popen[bytes]", int]:
    """A Python with a pseudo-terminal of its own, and our end of that. An empty variable is left out.

    (`pty.fork` runs Python between fork and exec, where a lock that another thread has held hangs the child.)
    """
    ours, theirs = os.openpty()
    variables = {name: text for name, text in (ENVIRONMENT | environment).items() if text}
    child = subprocess.Popen(
        [sys.executable, "-c", _TAKES_THE_TERMINAL, *arguments],
        stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True, cwd=ROOT, env=variables,
    )  # fmt: skip
    os.close(theirs)
    return child, ours
