"""Files that hang, crash, exit or print are contained; what is missing is said; the command line and its exit status."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograd.testing.__main__ import main
from autograd.testing.grading import UngradableError, grade
from autograd.testing.grading.process import LostError, Process

STUDENTS = Path(__file__).parent / "students"
RIGHT = (STUDENTS / "closures.py").read_text("utf-8")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "engine.py"


def ungradable(file: Path, source: str, **options: str) -> str:
    file.write_text(source, "utf-8")
    with pytest.raises(UngradableError) as caught:
        grade(file, examples=0, **options)  # type: ignore[arg-type]
    return str(caught.value)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("class Value:\n    def __init__(self, data)\n        pass\n", ["SyntaxError", "line 2", "def __init__(self, data)"]),
        ("import a_module_that_is_not_there\n", ["ModuleNotFoundError", "line 1", "import a_module_that"]),
        ("x = 1\n", ["no class Value", "none"]),
        ("class Node:\n    pass\n", ["no class Value", "Node", "--class Node"]),
        ("from autograd import Value\n", ["autograd", "class of your own"]),
        ("class Value:\n    def __init__(self, data, extra):\n        pass\n", ["Value(2.0) fails", "extra"]),
        ("class Value:\n    def __init__(self, data):\n        self.value, self.gradient = data, 0\n",
         ["no attribute data", "gradient, value"]),
    ],
)  # fmt: skip
def test_what_cannot_be_graded_is_said_with_the_files_own_line(file: Path, source: str, words: list[str]) -> None:
    message = ungradable(file, source)
    assert all(word in message for word in words), message


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("import sys; sys.exit('done')", "SystemExit: done"),
        ("import os; os._exit(3)", "exit status 3"),
        ("while True: pass", "no end after"),
        ("input('your name? ')", "EOFError"),
        ("import ctypes; ctypes.string_at(0)", "SIGSEGV" if os.name == "posix" else ""),
        ("numbers = open('numbers.txt').read()", "FileNotFoundError"),
        ("1 / 0", "ZeroDivisionError"),
    ],
)
def test_a_file_that_stops_is_graded_by_its_definitions(file: Path, line: str, words: str) -> None:
    file.write_text(f"{RIGHT}\n\n{line}\n", "utf-8")
    result = grade(file, examples=3)
    assert result.points == 100
    assert words in result.notes[0]


@pytest.mark.parametrize(
    ("body", "kind"),
    [("while True: pass", "hang"), ("import os; os._exit(0)", "crash"), ("return self.tanh()", "error"),
     ("import sys; sys.exit(1)", "error"), ("input()", "error"), ("x = [0] * 10**12", "error")],
)  # fmt: skip
def test_an_operation_that_does_not_come_back_is_named_and_the_rest_is_graded(file: Path, body: str, kind: str) -> None:
    source = RIGHT.replace("        out = Value(math.tanh(self.data), (self,))", f"        {body}\n        out = self")
    file.write_text(source, "utf-8")
    result = grade(file, examples=3)
    assert {mistake.kind for mistake in result.mistakes} == {kind}
    assert "tanh" in result.mistakes[0].name
    assert {item.key: item.points for item in result.items}["order"] == 7


def test_a_backward_pass_without_end_is_named(file: Path) -> None:
    file.write_text(RIGHT.replace("        order = sort(self)\n", "        while True: pass\n"), "utf-8")
    result = grade(file, examples=3)
    assert [(mistake.kind, mistake.name) for mistake in result.mistakes] == [("backward", "backward() fails")]
    assert "no end after" in result.text()


def test_a_class_without_backward_is_graded_for_its_values(file: Path) -> None:
    source = RIGHT[: RIGHT.index("    def backward(self):")] + RIGHT[RIGHT.index("\n\ndef wrap") :]
    file.write_text(source, "utf-8")
    result = grade(file, examples=3)
    assert [(mistake.kind, mistake.name) for mistake in result.mistakes] == [("missing", "missing: backward")]
    assert {item.key: item.points for item in result.items if item.points} == {
        "value": 2, "operators": 18, "constants": 8, "function": 5,
    }  # fmt: skip


def test_functions_for_plain_numbers_beside_the_class_are_no_mistakes(file: Path) -> None:
    source = f"{RIGHT}\n\nfrom math import sin, log\ndef sigmoid(x):\n    return 1 / (1 + math.exp(-x))\n"
    file.write_text(source, "utf-8")
    result = grade(file, examples=3)
    assert (result.complete, result.functions) == (True, ("{}.exp()", "{}.tanh()", "{}.relu()"))


def test_a_method_that_gives_no_value_costs_points(file: Path) -> None:
    file.write_text(
        RIGHT.replace("    def zero_grad", "    def sin(self):\n        math.sin(self.data)\n\n    def zero_grad"),
        "utf-8",
    )
    result = grade(file, examples=3)
    assert [(m.kind, m.name, m.detail) for m in result.mistakes] == [
        ("error", "sin(a) fails", "TypeError: the result is a NoneType, not a Value")
    ]
    assert not result.complete
    assert result.points < 100


def test_a_failing_constant_is_shown_as_it_was_tried(file: Path) -> None:
    file.write_text(RIGHT.replace("__radd__", "add_on_the_right"), "utf-8")
    [mistake] = grade(file, examples=3).mistakes
    assert (mistake.code[-1], mistake.kind) == ("y = 2 + a", "reflected")


def test_what_is_not_written_yet_is_listed(file: Path) -> None:
    file.write_text("class Value:\n    def __init__(self, data):\n        self.data, self.grad = data, 0\n", "utf-8")
    result = grade(file)
    assert result.missing == ("a + b", "a - b", "a * b", "a / b", "a ** b", "-a")
    assert "Not there yet" in result.text()


def test_only_a_part_of_what_the_file_prints_is_shown_and_escapes_are_visible(file: Path) -> None:
    file.write_text(f"{RIGHT}\nprint('\\x1b[31mred\\x07' * 3)\nfor i in range(100000): print(i)\n", "utf-8")
    result = grade(file, examples=3)
    assert result.points == 100
    text = result.text()
    assert "\x1b" not in text
    assert r"\x1b[31mred" in text
    assert text.splitlines()[-1] == "   | …"
    assert len(result.output) <= 4000


def test_escapes_in_messages_and_names_are_visible(file: Path) -> None:
    source = RIGHT.replace("out = Value(math.tanh(self.data), (self,))", "raise ValueError('\\x1b[2J')")
    file.write_text(source, "utf-8")
    text = grade(file, examples=3).text()
    assert "\x1b" not in text
    assert r"\x1b[2J" in text


def test_the_report_fits_into_80_columns_and_has_an_ascii_form(file: Path) -> None:
    file.write_text(RIGHT.replace("+= other.data * out.grad", "= out.grad"), "utf-8")
    result = grade(file, examples=10)
    assert result.mistakes
    assert max(map(len, result.text().splitlines())) < 80
    assert result.text(ascii_only=True).isascii()


def test_the_smallest_wrong_random_program_is_shrunk(file: Path) -> None:
    file.write_text(RIGHT.replace("self.grad += other.data * out.grad", "self.grad = other.data * out.grad"), "utf-8")
    result = grade(file)
    assert result.smallest is not None
    assert len([line for line in result.smallest.code if " = " in line]) <= 4
    assert result.smallest.yours != pytest.approx(result.smallest.right)


def test_an_error_that_no_classic_mistake_explains_is_shown_as_it_is(file: Path) -> None:
    # Wrong in graphs that are larger than those of the tests with a name.
    source = RIGHT.replace(
        "        for node in reversed(order):",
        "        if len(order) > 14: self.grad = 1.5\n        for node in reversed(order):",
    )
    file.write_text(source, "utf-8")
    result = grade(file)
    assert "unnamed" in {mistake.kind for mistake in result.mistakes}


def test_the_exit_status_says_full_marks_points_lost_or_nothing_to_grade(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["grade", str(STUDENTS / "closures.py"), "--examples", "3"]) == 0
    assert "100 of 100 points" in capsys.readouterr().out
    file.write_text(RIGHT.replace("class Value", "class Number").replace("Value(", "Number("), "utf-8")
    assert main(["grade", str(file)]) == 2
    assert "--class Number" in capsys.readouterr().err
    file.write_text(RIGHT.replace("1 - out.data**2", "1 - out.data"), "utf-8")
    assert main(["grade", str(file), "--json", "--examples", "3"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["of"] == 100
    assert [mistake["kind"] for mistake in found["mistakes"]] == ["derivative"]
    assert main(["grade", str(file.with_name("nothing.py"))]) == 2
    assert "no such file" in capsys.readouterr().err
    with pytest.raises(SystemExit) as caught:
        main(["grade"])
    assert caught.value.code == 2


def test_another_class_is_graded_by_its_name(file: Path) -> None:
    file.write_text(RIGHT.replace("Value", "Number"), "utf-8")
    assert grade(file, class_name="Number", examples=3).points == 100


def test_the_same_seed_gives_the_same_report() -> None:
    path = STUDENTS / "micrograd_design.py"
    assert grade(path, examples=20, seed=3).text() == grade(path, examples=20, seed=3).text()


def test_the_command_runs_in_a_terminal_without_unicode() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "autograd.testing", "grade", str(STUDENTS / "closures.py"), "--examples", "2"],
        capture_output=True, check=False, cwd=Path(__file__).parents[3], env=os.environ | {"PYTHONIOENCODING": "ascii"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.isascii()


def test_grading_leaves_nothing_beside_the_file(file: Path) -> None:
    file.write_text(f"{RIGHT}\nopen('written.txt', 'w').write('here')\n", "utf-8")
    grade(file, examples=3)
    assert [path.name for path in file.parent.iterdir()] == ["engine.py"]


def test_a_process_that_ends_or_answers_nonsense_is_lost_and_the_next_one_works(file: Path) -> None:
    file.write_text("import os\nos._exit(7)\n", "utf-8")
    load = {"do": "load", "path": str(file), "class_name": "Value"}
    process = Process()
    try:
        with pytest.raises(LostError, match="exit status 7"):
            process.ask(load, 5.0)
        with pytest.raises(LostError):
            process.ask(load, 5.0)
    finally:
        process.close()
    # Whatever the file writes to standard output is no answer.
    file.write_text(f"{RIGHT}\nprint('[1, 2]')\nprint('{{}}')\n", "utf-8")
    assert grade(file, examples=3).points == 100


def test_micrograd_as_published_loses_points_for_its_known_faults_only() -> None:
    engine = pytest.importorskip("micrograd.engine")
    result = grade(engine.__file__, examples=60)
    assert {mistake.kind for mistake in result.mistakes} == {"set", "interior", "recursion"}
    assert result.functions == ("{}.relu()",)
