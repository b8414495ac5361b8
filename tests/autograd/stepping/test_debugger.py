"""pdb shows the source of the generated functions."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

PROGRAM = """
from autograd import Value
a, b = Value(2.0), Value(3.0)
{warm}
c = {code}
c.backward()
"""


def debugged(tmp_path: Path, code: str, warm: str, commands: list[str]) -> str:
    script = tmp_path / "lesson.py"
    script.write_text(PROGRAM.format(code=code, warm=warm))
    done = subprocess.run(
        [sys.executable, "-m", "pdb", str(script)],
        input="\n".join(["break 5", "continue", *commands, "quit"]) + "\n",
        capture_output=True, text=True, timeout=60, cwd=ROOT, env={"PYTHONPATH": str(ROOT), "PATH": ""},
    )  # fmt: skip
    return done.stdout


@pytest.mark.parametrize(
    ("code", "line"), [("a * b", "y = self._data * other._data"), ("a.tanh()", "y = tanh_value(self._data)")]
)
@pytest.mark.parametrize("warm", ["pass", "a * b; a.tanh()"])
def test_stepping_into_an_operation_shows_its_source_from_the_first_call(
    tmp_path: Path, code: str, line: str, warm: str
) -> None:
    text = debugged(tmp_path, code, warm, ["step", "step", "list", "list"])
    assert "operations.py(" in text
    assert line in text


def test_stepping_through_backward_shows_the_step_of_the_operation(tmp_path: Path) -> None:
    # Broken into where backward() calls it: the walk over the graph before that is long.
    source = (ROOT / "autograd" / "backward.py").read_text("utf-8").splitlines()
    line = next(number for number, text in enumerate(source, 1) if "_operation.pull(node)" in text)
    commands = [f"break autograd/backward.py:{line}", "continue", "step", "step", "list"]
    text = debugged(tmp_path, "a * b", "pass", ["next", *commands])
    assert "mul_backward(" in text
    assert re.search(r"_grad \+= grad \* b$", text, re.MULTILINE)
