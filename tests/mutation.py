"""A pytest plugin for mutation testing only (`docs/testing.md`): what mutmut cannot know of this engine.

It runs for a mutant the tests that called the mutated function while mutmut collected statistics. Here the quickest
of them come first, for at most `MUTATION_SECONDS` (20): most mutants die at once, and one that lives does not cost
minutes. Its second run, alone and with more seconds, tells the survivors.
"""

import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings

from autograd import calls

ONCE = tuple(
    f"autograd.{name}." for name in ("operations", "rows", "table")
)
"""Modules whose code runs once in a process, for whichever test happens to come first."""

WITNESSES = ["bad_input", "domains", "formula", "functional", "generated_code", "interpreters", "kinks", "messages", "registration", "second_derivatives", "special_points", "table_proofs", "table_values", "value"]
"""The tests that together ask for everything that these modules make."""

SECONDS = float(os.environ.get("MUTATION_SECONDS", "20"))
STATISTICS = Path("mutmut-stats.json")

seen: set[str] = set()

# mutmut wraps every function: its frames are no more the caller's than ours.
calls.PACKAGES += ("mutmut.",)


def pytest_sessionstart() -> None:
    """A failure is enough: the smallest failing example of a mutant, which takes minutes to find, is not searched for."""
    settings.register_profile("mutation", settings.default, phases=(Phase.explicit, Phase.generate))
    settings.load_profile("mutation")
    if _testing():
        signal.signal(signal.SIGALRM, _give_up)
        signal.setitimer(signal.ITIMER_REAL, 3 * SECONDS + 15)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Credit the tests of the table with the functions that have run once already."""
    if os.environ.get("MUTANT_UNDER_TEST") == "stats":
        from mutmut.state import state

        hits = state()._stats
        seen.update(name for name in hits if name.startswith(ONCE))
        if item.path.stem.removeprefix("test_") in WITNESSES:
            hits |= seen


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The quickest tests first, as many as there is time for."""
    if not _testing():
        return
    durations: dict[str, float] = json.loads(STATISTICS.read_text())["duration_by_test"]
    items.sort(key=lambda item: durations.get(item.nodeid, 0.0))
    left, count = SECONDS, 0
    for item in items:
        left -= durations.get(item.nodeid, 0.0)
        count += left >= 0
    del items[max(count, 1) :]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A mutant that cannot even be imported is killed; mutmut takes pytest's code for it as Ctrl-C."""
    if session.exitstatus == pytest.ExitCode.INTERRUPTED and session.testsfailed:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _testing() -> bool:
    return os.environ.get("MUTANT_UNDER_TEST", "stats") not in ("stats", "list_all_tests", "fail") and STATISTICS.exists()


def _give_up(*_: Any) -> None:
    os._exit(36)  # mutmut's code for a timeout
