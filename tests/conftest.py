"""Settings shared by all tests: hypothesis profiles and a matplotlib that needs no screen.

The default profile "ci" draws the same examples on every run, so that the README's test command never flakes;
`pytest --hypothesis-profile=explore` looks for new ones.
"""

import atexit
import os
import shutil
import tempfile

import pytest
from hypothesis import settings

os.environ.setdefault("MPLBACKEND", "Agg")

# Compiled kernels of a run live and die with it, unless CHAINRULE_CACHE names a folder to be kept.
if not os.environ.get("CHAINRULE_CACHE"):
    os.environ["CHAINRULE_CACHE"] = tempfile.mkdtemp(prefix="chainrule-tests-")
    atexit.register(shutil.rmtree, os.environ["CHAINRULE_CACHE"], ignore_errors=True)

settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("explore", deadline=None, max_examples=1000, print_blob=True)
settings.load_profile("ci")


@pytest.fixture(autouse=True)
def _screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Text is laid out for 80 columns and 24 lines, whatever terminal the tests run in."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LINES", "24")
