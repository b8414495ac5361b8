"""Running a small program in a Python of its own: what the tests that need a fresh process share."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT)}


def run(program: str, *options: str, **environment: str) -> str:
    """What a program prints; an error there is an error here."""
    done = subprocess.run(
        [sys.executable, *options, "-c", program],
        capture_output=True, text=True, check=False, env=ENVIRONMENT | environment, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout
