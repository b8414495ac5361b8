"""Compiled kernels of a test run live in a folder of the run, unless CHAINRULE_CACHE names one to be kept."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("numpy")

from autograd.jit import native


@pytest.fixture(scope="session", autouse=True)
def kernel_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    if "CHAINRULE_CACHE" in os.environ:
        yield Path(os.environ["CHAINRULE_CACHE"])
        return
    folder = tmp_path_factory.mktemp("kernels")
    os.environ["CHAINRULE_CACHE"] = str(folder)
    native.cache_folder.cache_clear()
    yield folder
    del os.environ["CHAINRULE_CACHE"]
    native.cache_folder.cache_clear()
