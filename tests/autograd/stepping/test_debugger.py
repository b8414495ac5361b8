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
    ("code", "file", "line"),
    [
        ("a * b", "<autograd mul infix>", "y = (a * b)"),
        ("a.tanh()", "<autograd tanh function>", "y = tanh(a)"),
    ],
)
def test_stepping_into_a_generated_method_shows_its_source(tmp_path: Path, code: str, file: str, line: str) -> None:
    text = debugged(tmp_path, code, code, ["step", "step", "list"])
    assert file in text
    assert line in text


def test_stepping_goes_from_the_very_first_call_into_the_generated_code(tmp_path: Path) -> None:
    # Only then is the code written: four lines of the library, stepped over, come first.
    text = debugged(tmp_path, "a * b", "pass", ["step"] * 4 + ["next"] * 3 + ["step"] * 3)
    assert "<string>" not in text
    assert "<autograd mul infix>" in text
    assert "-> if type(b) is not Value:" in text


def test_stepping_through_backward_shows_the_pull(tmp_path: Path) -> None:
    # Broken into where backward() calls it: the walk over the graph before that is long.
    source = (ROOT / "autograd" / "backward.py").read_text("utf-8").splitlines()
    line = next(number for number, text in enumerate(source, 1) if "_operation.pull(node)" in text)
    commands = [f"break autograd/backward.py:{line}", "continue", "step", "step", "list"]
    text = debugged(tmp_path, "a * b", "(a * b).backward()", ["next", *commands])
    assert "<autograd mul backward>" in text
    assert re.search(r"_grad \+= \w+ \* b$", text, re.MULTILINE)
