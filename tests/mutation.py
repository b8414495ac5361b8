"""A pytest plugin for mutation testing only (`docs/testing.md`): what mutmut cannot know of this engine.

mutmut runs for a mutant the tests that called its function while it collected statistics. Code that runs once in a
process, such as the code generators, would so belong to the one test that happened to come first.
"""

import os
from pathlib import Path

import pytest

from autograd import calls

ONCE = tuple(
    f"autograd.{name}."
    for name in ("codegen", "floats", "formula", "interpreters", "operation", "operations", "pullgen", "table")
)
WITNESSES = {
    f"test_{name}.py"
    for name in ("domains", "formula", "functional", "generated_code", "interpreters", "kinks", "registration")
} | {"test_second_derivatives.py", "test_special_points.py", "test_table_proofs.py", "test_table_values.py"}
"""The tests that together ask for everything that is made of the table."""

seen: set[str] = set()

# mutmut wraps every function: its frames are no more the caller's than ours.
calls.PACKAGES += ("mutmut.",)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Credit the tests of the table with the functions that have run once already."""
    if os.environ.get("MUTANT_UNDER_TEST") == "stats":
        from mutmut.state import state

        hits = state()._stats
        seen.update(name for name in hits if name.startswith(ONCE))
        if Path(item.fspath).name in WITNESSES:
            hits |= seen
