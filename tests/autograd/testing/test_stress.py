"""The stress command finds nothing wrong in the engine, and finds an engine in which a half pass can be seen."""

import signal
import sys

import pytest

from autograd.testing import stress
from autograd.testing.__main__ import main
from tests.autograd.processes import run

has_alarms = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no alarms")


def test_the_command_prints_a_line_for_each_scenario() -> None:
    out = run("import sys; from autograd.testing.__main__ import main; sys.exit(main(['stress', '--seconds', '1.5']))")
    lines = out.splitlines()
    assert [line.partition(":")[0] for line in lines] == [*stress.SCENARIOS]
    assert all(line.endswith(" 0 wrong") for line in lines)


def test_a_time_that_is_none_is_refused() -> None:
    with pytest.raises(SystemExit):
        main(["stress", "--seconds", "0"])


def wrongs(name: str, plant: str) -> int:
    """How often a scenario finds the engine wrong that `plant` has changed, in a process that ends with it."""
    program = f"""
import os, random, time
from autograd import no_grad
from autograd.testing import stress
import sys
modules = sys.modules
{plant}
print(stress.SCENARIOS[{name!r}](time.monotonic() + 1.5, random.Random(0))[2], flush=True)
os._exit(0)
"""
    return int(run(program))


@has_alarms
def test_a_pass_that_is_not_undone_is_found() -> None:
    plant = "module = modules['autograd.backward']; module.undo = lambda: None; module.OPEN = []"
    assert wrongs("interrupted backward()", plant)


def test_a_change_that_is_not_noticed_is_found() -> None:
    plant = "modules['autograd.backward'].check_fresh = lambda computed, leaves: None"
    assert wrongs("a leaf changed while it is used", plant)


@pytest.mark.skipif(sys.version_info >= (3, 13) and not sys._is_gil_enabled(), reason="zero_grad always takes its turn")
def test_a_zero_that_is_lost_is_found() -> None:
    assert wrongs("zero_grad during a pass", "modules['autograd.base'].OPEN = []")


@has_alarms
def test_a_switch_that_stays_is_found() -> None:
    plant = """
class Switch:
    def __enter__(self):
        self.inner = no_grad()
        self.inner.__enter__()

    def __exit__(self, *error):
        self.inner.__exit__(*error)

kept = []  # (a switch that nobody keeps would be off again)
def switch():
    kept.append(Switch())
    return kept[-1]

stress.no_grad = switch
"""
    assert wrongs("interrupted no_grad and grad", plant)
