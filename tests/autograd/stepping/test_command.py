"""`python -m autograd`: traces of expressions that are parsed, never evaluated as code; every error shows its place."""

import importlib
import json
import math
import os
import pty
import re
import select
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import OPERATIONS, Trace, Value, trace
from autograd.stepping import command, interactive
from autograd.stepping.evaluation import evaluate, read_variables
from autograd.stepping.syntax import ExpressionError, parse
from autograd.testing.points import points

ROOT = Path(__file__).resolve().parents[3]
LESSON = ["e = a*b; d = e + c; d*f", "a=2", "b=-3", "c=10", "f=-2"]
NEURON = ["tanh(x1*w1 + x2*w2 + b)", "x1=2", "x2=0", "w1=-3", "w2=1", "b=6.8813735870195432"]


def run(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> str:
    assert command.main(arguments) == status
    output = capsys.readouterr()
    return output.out if status == 0 else output.err


def lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines()]


class TestOutput:
    """What it prints."""

    def test_forward_and_backward(self, capsys: pytest.CaptureFixture[str]) -> None:
        shown = lines(run(capsys, *NEURON))
        assert shown[0] == "forward"
        assert "[5/5] v10 = tanh(v9) = tanh(0.881374) = 0.707107" in shown
        assert "backward" in shown
        assert "∂v10/∂v9 = 1 - v10**2 = 0.5 v9.grad += 0.5 × 1 0 → 0.5" in shown
        assert "∂v6/∂w1 = x1 = 2 w1.grad += 2 × 0.5 0 → 1" in shown

    def test_one_direction_only(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert "backward" not in run(capsys, *LESSON, "--forward")
        assert "forward" not in run(capsys, *LESSON, "--backward")

    def test_explain(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert "= f × 1 × b = -2 × 1 × -3 = 6" in run(capsys, *LESSON, "--explain", "a")
        assert "--explain zz: nothing is called that here; the names are a, b, c, f, e, d" in run(
            capsys, *LESSON, "--explain", "zz", status=2
        )

    def test_json_is_json_and_nothing_else(self, capsys: pytest.CaptureFixture[str]) -> None:
        text = run(capsys, *LESSON, "--json", "--explain", "a")
        assert json.loads(text)["format"] == "chainrule trace"
        assert Trace.from_json(text).grads["a"] == 6.0

    def test_draw(self, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
        file = tmp_path / "graph.dot"
        run(capsys, *LESSON, "--draw", str(file))
        assert "digraph" in file.read_text("utf-8")
        assert "cannot write" in run(capsys, *LESSON, "--draw", str(tmp_path / "no" / "graph.dot"), status=2)

    def test_a_picture_that_cannot_be_written_fails_before_the_work(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(command, "evaluate", None)  # the first thing of the work
        monkeypatch.setitem(sys.modules, "viz", None)
        for option in ("--draw", "--page"):
            for name, message in (("no/a.html", "does not exist"), (".", "as the name ends"), ("a.txt", "as the name ends")):
                assert command.main([*LESSON, option, str(tmp_path / name)]) == 2
                output = capsys.readouterr()
                assert output.out == ""
                assert message in output.err
                assert "Errno" not in output.err
            (tmp_path / "folder.html").mkdir(exist_ok=True)
            assert "is a directory" in run(capsys, *LESSON, option, str(tmp_path / "folder.html"), status=2)
        assert [path.name for path in tmp_path.iterdir()] == ["folder.html"]

    def test_the_step_page(self, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
        pytest.importorskip("graphviz")
        page = tmp_path / "steps.html"
        run(capsys, *LESSON, "--page", str(page))
        assert "The derivatives of v7, step by step" in page.read_text("utf-8")

    def test_the_quiz(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        answers = iter(["4", "-2", "q"])
        monkeypatch.setattr("builtins.input", lambda prompt: next(answers))
        shown = run(capsys, *LESSON, "--quiz")
        assert "4 is not it: that is d's own value" in shown
        assert "right: d.grad += -2 × 1, so 0 → -2" in shown
        assert "forward" not in shown

    def test_help_lists_operations_and_file_kinds(self, capsys: pytest.CaptureFixture[str]) -> None:
        from viz.drawing import Drawing
        from viz.steps import StepsDrawing

        with pytest.raises(SystemExit, match="0"):
            command.main(["--help"])
        shown = capsys.readouterr().out
        assert max(map(len, shown.splitlines())) <= 80
        listed = set(re.findall(r"[\w*%/+-]+", shown.partition("operations:")[2]))
        for row in OPERATIONS.values():
            assert (row.symbol or row.name) in listed, row.name
        assert {*command.DRAWN} == {*Drawing.formats, "jpeg", "dot"}
        assert {*command.PAGES} == {*StepsDrawing.formats} - {*Drawing.formats} | {"html"}
        for suffix in (*command.DRAWN, *command.PAGES):
            assert f".{suffix}" in shown

    def test_version(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit, match="0"):
            command.main(["--version"])
        assert re.fullmatch(r"chainrule (\d+\.\d+\.\d+.*|\(not installed.*\))\n", capsys.readouterr().out)

    def test_it_is_a_console_script_that_calls_itself_by_its_name(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
        module, _, name = project["scripts"]["chainrule"].partition(":")
        main = getattr(importlib.import_module(module), name)
        monkeypatch.setattr(sys, "argv", ["/some/where/chainrule", "a*2", "a=3", "--forward"])
        assert main() == 0
        assert "[1/1] v2 = a * 2 = 3 * 2 = 6" in capsys.readouterr().out
        with pytest.raises(SystemExit, match="0"):
            main(["--help"])
        assert capsys.readouterr().out.startswith("usage: chainrule ")

    @pytest.mark.parametrize("options", [(), ("--forward",), ("--backward",)])
    def test_where_there_is_no_derivative_the_forward_pass_is_shown_and_then_the_place(
        self, options: tuple[str, ...], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert command.main(["b + sqrt(a) * b", "a=0", "b=1", *options]) == 2
        output = capsys.readouterr()
        assert lines(output.out)[:4] == [
            "forward", "[1/3] v3 = sqrt(a) = sqrt(0) = 0", "[2/3] v4 = v3 * b = 0 * 1 = 0", "[3/3] v5 = b + v4 = 1 + 0 = 1",
        ]  # fmt: skip
        assert "∂" not in output.out
        message, text, caret = output.err.splitlines()
        assert message.startswith("error: the derivative of sqrt does not exist at 0.0 ('a')")
        assert (text, caret) == ("  b + sqrt(a) * b", "      ^")
        assert ".py" not in output.err

    def test_of_several_operations_the_one_without_a_derivative_is_pointed_at(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        shown = run(capsys, "e = a**2; sqrt(a + 1) + sqrt(e)", "a=0", "--json", status=2)
        assert shown.splitlines()[2].index("^") == shown.splitlines()[1].index("sqrt(e)")

    def test_draw_says_what_is_missing(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "viz", None)
        assert "--draw needs the viz package" in run(capsys, *LESSON, "--draw", "x.svg", status=2)

    def test_an_expression_may_begin_with_a_minus(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert "[2/2] v3 = -v2 = -9" in run(capsys, "-x**2", "x=3", "--forward")

    def test_wrong_options_are_refused(self, capsys: pytest.CaptureFixture[str]) -> None:
        for wrong in (["a", "a=1", "--nonsense"], [], ["a", "a=1", "--forward", "--backward"]):
            with pytest.raises(SystemExit, match="2"):
                command.main(wrong)
            error = capsys.readouterr().err
            assert "usage: python -m autograd" in error
            assert wrong or "arguments are required: expression\n" in error


class TestProcess:
    """As a user runs it."""

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "autograd", *arguments],
            cwd=ROOT, capture_output=True, timeout=60, env={**os.environ, **environment},
        )  # fmt: skip

    def test_it_runs_and_falls_back_to_ascii(self) -> None:
        done = self.run(*NEURON, PYTHONIOENCODING="ascii")
        assert (done.returncode, done.stderr) == (0, b"")
        assert b"dv10/dv9 = 1 - v10**2 = 0.5" in done.stdout

    def test_errors_go_to_standard_error_without_a_traceback(self) -> None:
        done = self.run("a + * b", "a=1", "b=2")
        assert done.returncode == 2
        assert done.stdout == b""
        assert done.stderr.decode().splitlines() == [
            "error: expected a number, a name or a bracket, found '*'", "  a + * b", "      ^",
        ]  # fmt: skip

    def test_the_caret_stands_under_its_place_in_ascii_and_in_a_narrow_terminal_too(self) -> None:
        done = self.run("δ + log(x)", "x=-2", "δ=1", PYTHONIOENCODING="ascii")
        _, text, caret = done.stderr.decode("ascii").splitlines()
        assert caret.index("^") == text.index("log")
        done = self.run("a + " * 30 + "log(x)", "x=-2", "a=1", COLUMNS="40")
        *_, text, caret = done.stderr.decode("utf-8").splitlines()
        assert len(text) <= 40
        assert text[caret.index("^") :].startswith("log(x)")

    def test_a_reader_that_leaves_is_no_error(self) -> None:
        quoted = " ".join(f"'{argument}'" for argument in (*LESSON, "--json"))
        done = subprocess.run(
            ["bash", "-c", f"'{sys.executable}' -m autograd {quoted} | head -c 1; echo ${{PIPESTATUS[0]}} >&2"],
            cwd=ROOT, capture_output=True, timeout=60,
        )  # fmt: skip
        assert done.stderr.strip() == b"0"


class TestLanguage:
    """What can be written."""

    def value(self, text: str, **variables: float) -> float:
        return evaluate(text, variables)[0].data

    @pytest.mark.parametrize(
        "text",
        ["x + y * 2", "-x**2", "2**-x", "x**y**0.5", "(x + y) * (x - y)", "x - y - 1", "x / y / 2", "+x - -y", "--x",
         "1.5e-3 * x + .5 - 2.", "-(x)", "x * -y", "x % y * 2", "-x % y"],
    )  # fmt: skip
    def test_arithmetic_has_the_meaning_it_has_in_python(self, text: str) -> None:
        x, y = 3.0, 2.0
        assert self.value(text, **{n: v for n, v in (("x", x), ("y", y)) if n in text}) == eval(text)

    def test_every_operation_of_the_table_can_be_called(self) -> None:
        for row in OPERATIONS.values():
            x, *rest = row.split(points(row, 1, width=2)[0])
            texts = [str(entry) for entry in rest]
            arguments = ", ".join([f"[x, {x[1]}]" if row.operands[0].variadic else "x", *texts])
            start = x[0] if row.operands[0].variadic else x
            assert isinstance(evaluate(f"{row.name}({arguments})", {"x": start})[0], Value), row.name

    def test_one_list_may_be_written_without_brackets(self) -> None:
        assert self.value("sum(x, 2, x)", x=1.0) == self.value("sum([x, 2, x])", x=1.0) == 4.0

    def test_assignments_name_nodes_and_numbers(self) -> None:
        root, names = evaluate("a = 2; e = a*b; d = e; d*d;", {"b": 3.0})
        assert (root.data, names["a"].label, names["e"].label) == (36.0, "a", "e")
        assert names["d"] is names["e"]

    def test_names_may_be_greek(self) -> None:
        assert self.value("δ * 2", δ=3.0) == 6.0

    @pytest.mark.parametrize(
        ("text", "python"),
        [
            ("a × b", "a * b"), ("a·b ⋅ 2 ∙ b", "a * b * 2 * b"), ("a − b", "a - b"), ("−a ÷ b", "-a / b"),
            ("pi*a", "math.pi * a"), ("2·π·a", "2 * math.pi * a"),
        ],
    )  # fmt: skip
    def test_the_signs_of_mathematics_that_traces_print_are_understood(self, text: str, python: str) -> None:
        given = {name: value for name, value in (("a", 3.0), ("b", -2.0)) if name in text}
        assert self.value(text, **given) == eval(python, {"math": math, "a": 3.0, "b": -2.0})

    @pytest.mark.parametrize("sign", ["<", "<=", ">", ">=", "==", "!="])
    @pytest.mark.parametrize("a", [1.0, 2.0, 3.0])
    def test_a_condition_may_be_a_comparison(self, sign: str, a: float) -> None:
        expected = a * 10 if eval(f"{a + 1} {sign} 2 * 1.5") else 0.0
        assert self.value(f"where(a + 1 {sign} 2 * 1.5, a * 10, 0 * a)", a=a) == expected
        mathematical = {"<=": "≤", ">=": "≥", "!=": "≠"}.get(sign, sign)
        assert self.value(f"where((a + 1) {mathematical} 3, a * 10, 0 * a)", a=a) == expected
        assert self.value(f"where(where(a + 1 {sign} 3, 1, 0) > 0.5, a * 10, 0*a)", a=a) == expected

    def test_what_a_trace_prints_for_a_derivative_can_be_typed_in(self) -> None:
        """Every partial of a table's row that has no list in it, at a point: its text gives its number."""
        tried = 0
        for row in OPERATIONS.values():
            if row.variadic:
                continue
            numbers = points(row, 1)[0]
            root = row.function(*[Value(number, f"n{i}") for i, number in enumerate(numbers)])
            [step] = trace(root)
            for edge in step.edges:
                text = f"{edge.symbol} + 0*n0 + 0*v"
                names = dict.fromkeys(("n0", "v"), 0.0) | {e.operand: e.data for e in step.edges} | {"v": step.data}
                named = re.sub(rf"\b{step.node}\b", "v", text)
                used = {name: value for name, value in names.items() if re.search(rf"\b{name}\b", named)}
                assert self.value(named, **used) == pytest.approx(edge.partial, rel=1e-12, abs=1e-300), (row.name, text)
                tried += 1
        assert tried > 60

    @pytest.mark.parametrize(
        ("text", "position", "message"),
        [
            ("1 + ln(a)", 4, "there is no operation 'ln': write log(a)"),
            ("softmax(a, b)", 0, "write exp(a - logsumexp(a, b, ...))"),
            ("b + a²", 5, "powers are written **: a**2"),
            ("(a)²", 3, "powers are written **"),
            ("a⁻¹", 1, "powers are written **"),
            ("√a", 0, "sqrt(a)"),
            ("|a|", 0, "abs(a)"),
            ("arctan(a)", 0, "write atan(a)"),
            ("σ(a)", 0, "write sigmoid(a)"),
            ("a > 0", 2, "a comparison is a condition: write where(a > b, a, b)"),
            ("relu(a >= 0)", 7, "a comparison is a condition"),
            ("where(a > 0 > 1, a, a)", 12, "a comparison is a condition"),
            ("where((a > 0), a, a)", 9, "a comparison is a condition"),
            ("where(a, b < 1, a)", 11, "a comparison is a condition"),
            ("where(a)", 0, "where is called as where(a > b, a, b)"),
            ("math.tanh(a)", 4, "write tanh(a), not math.tanh(a)"),
            ("pi = 3", 0, "'pi' is a constant and cannot be assigned to"),
            ("pi(a)", 0, "there is no operation 'pi'"),
        ],
    )
    def test_what_people_write_otherwise_gets_a_hint_that_fits(self, text: str, position: int, message: str) -> None:
        with pytest.raises(ExpressionError, match=re.escape(message)) as caught:
            parse(text)
        assert caught.value.position == position

    def test_e_is_not_known_and_says_what_is(self) -> None:
        with pytest.raises(ExpressionError, match=r"e has no value: add e=..., a number; e to the x is exp\(x\)"):
            evaluate("e**a", {"a": 1.0})

    @pytest.mark.parametrize(
        ("text", "position", "message"),
        [
            ("", 0, "nothing to compute"),
            ("  ", 2, "nothing to compute"),
            ("a ^ 2", 2, "powers are written"),
            ("a < 2", 2, "a comparison is a condition: write where(a > b, a, b)"),
            ("a.b", 1, "no attributes"),
            ("'a'", 0, "no texts"),
            ("a @ b", 2, "'@' means nothing here"),
            ("a $", 2, "means nothing here"),
            ("a b", 2, "an operator is missing before 'b'"),
            ("2a", 1, "an operator is missing before 'a'"),
            ("(a)(b)", 3, "an operator is missing before '('"),
            ("a +", 3, "something is missing at the end"),
            ("a + (b", 4, "never closed"),
            ("a)", 1, "expected an operator or the end, found ')'"),
            ("a,b", 1, "expected an operator or the end, found ','"),
            ("[a]", 0, "expected a number, a name or a bracket"),
            ("()", 1, "expected a number, a name or a bracket"),
            ("a = ", 4, "something is missing at the end"),
            ("a + b = c", 6, "only a name can be assigned to"),
            ("exp = 3", 0, "is an operation and cannot be assigned to"),
            ("exp * 3", 0, "exp is an operation: write exp(a)"),
            ("tan(a, b)", 0, "tan is called as tan(a)"),
            ("tanh()", 0, "tanh is called as tanh(a)"),
            ("1 + tanhh(a)", 4, "did you mean tanh"),
            ("dot(a, b)", 0, "dot is called as dot([w, ...], [x, ...])"),
            ("sum()", 0, "sum is called as sum(a, b, ...)"),
            ("sum([])", 0, "sum is called as"),
            ("sum([a)", 6, "expected , or ] in the list"),
            ("tanh(a", 6, "expected , or ) in the call of tanh"),
            ("leaky_relu(a, slope=2)", 19, "expected , or )"),
            ("1e999", 0, "too large"),
            ("__import__('os')", 11, "no texts"),
            ("__import__(os)", 0, "no operation '__import__'"),
            ("lambda: 1", 6, "means nothing here"),
            ("a; ; b", 3, "expected a number, a name or a bracket"),
        ],
    )
    def test_everything_else_is_an_error_with_a_caret_under_its_place(
        self, text: str, position: int, message: str
    ) -> None:
        with pytest.raises(ExpressionError, match=re.escape(message)) as caught:
            parse(text)
        assert caught.value.position == position
        assert str(caught.value).splitlines()[-1] == " " * (2 + position) + "^"

    @pytest.mark.parametrize(
        ("text", "variables", "position", "message"),
        [
            ("a*b", {"a": 1.0}, 2, "b has no value: add b=..., a number"),
            ("a; a = 3", {}, 0, "a has no value"),
            ("a", {"a": 1.0, "b": 1.0, "c": 1.0}, 1, "not in the expression: b, c"),
            ("a = 1; a*b", {"a": 1.0, "b": 1.0}, 0, "a is assigned here, and given a number too"),
            ("a = 1; a = 2", {}, 7, "a has a value already"),
            ("2*3", {}, 0, "this is the number 6.0: without a variable there is no gradient"),
            ("b + log(a)", {"a": -1.0, "b": 1.0}, 4, "log of -1.0"),
            ("b + 1/a", {"a": 0.0, "b": 1.0}, 5, "1.0 / 'a' with 'a' = 0.0: division by zero"),
            ("dot([a, a], [a])", {"a": 1.0}, 0, "pairs its operands"),
        ],
    )
    def test_what_cannot_be_computed_is_an_error_with_its_place(
        self, text: str, variables: dict[str, float], position: int, message: str
    ) -> None:
        with pytest.raises(ExpressionError, match=re.escape(message)) as caught:
            evaluate(text, variables)
        assert caught.value.position == position

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["a"], "given as name=number"),
            (["=2"], "given as name=number"),
            (["1a=2"], "given as name=number"),
            (["a=nan"], "a needs a number"),
            (["a=1_0"], "a needs a number"),
            (["a="], "a needs a number"),
            (["a=2+3"], "a needs a number"),
            (["a=1j"], "a needs a number"),
            (["a=1", "a=2"], "a is given twice"),
            (["exp=1"], "exp is an operation"),
            (["pi=3"], "pi is a constant"),
            (["a²=3"], "powers are written"),
        ],
    )
    def test_wrong_variables_are_refused(self, arguments: list[str], message: str) -> None:
        with pytest.raises(ExpressionError, match=message):
            read_variables(arguments)

    @pytest.mark.parametrize(
        "text",
        ["(" * 5000 + "a" + ")" * 4999, "2**" * 3000 + "a", "tanh(" * 2000 + "a" + ")" * 2000, "[" * 9000, "a+" * 9999],
    )
    def test_huge_and_deep_expressions_are_refused_cleanly(self, text: str) -> None:
        with pytest.raises(ExpressionError, match=r"nested|too long|expected") as caught:
            parse(text)
        assert len(str(caught.value)) < 500

    def test_long_flat_ones_are_fine(self) -> None:
        assert self.value("a" + "+a" * 4000, a=1.0) == 4001.0
        assert self.value("-" * 5000 + "a", a=1.0) == 1.0
        assert self.value("(" * 90 + "a" + ")" * 90, a=1.0) == 1.0

    @given(st.text(alphabet=st.sampled_from("ab12.e+-*/=<>!×²;,()[] \n\tδ^_'tanhsumdot"), max_size=40))
    def test_any_text_gives_a_graph_or_an_expression_error(self, text: str) -> None:
        place = 0
        try:
            evaluate(text, {})
        except ExpressionError as error:
            place = error.position
        assert 0 <= place <= len(text)


class TestInteractive:
    """`--interactive`, by lines and through a pseudo-terminal."""

    def test_every_key(self) -> None:
        root, names = evaluate(LESSON[0], {"a": 2.0, "b": -3.0, "c": 10.0, "f": -2.0})
        recorded = trace(root, names)
        given_lines = iter(["", "s", "b", "g", "u e", "u zz", "x", "u", "n", "next", "q", "never read"])
        shown: list[str] = []
        interactive.walk_by_keys(recorded.walk(), lambda _: next(given_lines), lambda thing: shown.append(str(thing)))
        assert " ".join(shown[0].split()) == interactive.KEYS
        assert shown[1] == str(recorded[0])
        assert "d.grad = -2  (1 use, done)" in shown[2]
        assert shown[3] == "undo [2/3] d: e.grad -2 → 0"
        assert shown[4].startswith("at 1 of 3 nodes: v7.grad = 1")
        assert shown[5] == f"{recorded[1]}\n{recorded[2]}"
        assert shown[6].startswith("no node of this trace is called 'zz'")
        assert shown[7].startswith("'x' is not a move. n next node")
        assert shown[8].startswith("'u' is not a move")
        assert shown[9] == shown[10] == "at the end: every gradient is done"
        assert next(given_lines) == "never read"

    def test_in_a_terminal(self) -> None:
        child, terminal = pty.fork()
        if child == 0:  # pragma: no cover — another process
            os.chdir(ROOT)
            os.environ |= {"PYTHONIOENCODING": "utf-8", "NO_COLOR": "1"}
            os.execv(sys.executable, [sys.executable, "-m", "autograd", *LESSON, "--interactive"])
        try:
            self._expect(terminal, "Enter alone is n")
            moves = {"n": "∂v7/∂d = f = -2", "s": "e.grad += 1 × -2", "b": "undo [2/3] d", "u e": "[3/3] e", "q": ""}
            for key, answer in moves.items():
                os.write(terminal, f"{key}\n".encode())
                self._expect(terminal, answer)
            _, status = os.waitpid(child, 0)
            assert os.waitstatus_to_exitcode(status) == 0
        finally:
            os.close(terminal)

    def test_ctrl_d_ends_it_and_ctrl_c_too(self) -> None:
        for key, status in ((b"\x04", 0), (b"\x03", 130)):
            child, terminal = pty.fork()
            if child == 0:  # pragma: no cover — another process
                os.chdir(ROOT)
                os.execv(sys.executable, [sys.executable, "-m", "autograd", *LESSON, "--interactive"])
            try:
                self._expect(terminal, "> ")
                os.write(terminal, key)
                text = self._expect(terminal, "", again=key)
                _, found = os.waitpid(child, 0)
                assert os.waitstatus_to_exitcode(found) == status
                assert "Traceback" not in text
            finally:
                os.close(terminal)

    def _expect(self, terminal: int, wanted: str, again: bytes = b"", seconds: float = 30.0) -> str:
        """Read until `wanted` and a prompt, or, for "", until the other side has gone; a key in vain is sent `again`.

        (A signal just before input() begins to wait is not noticed until the next key: Python's own race.)
        """
        text, end = "", time.monotonic() + seconds
        while not (wanted and wanted in text and text.rstrip(" ").endswith(">")):
            ready, _, _ = select.select([terminal], [], [], 0.5)
            assert time.monotonic() < end, f"{wanted!r} did not come; this did: {text!r}"
            if not ready:
                os.write(terminal, again)
                continue
            try:
                part = os.read(terminal, 4096)
            except OSError:  # how a pseudo-terminal says that the other side has gone
                part = b""
            if not part:
                assert not wanted
                return text
            text += part.decode()
        return text


def test_the_lesson_shows_what_the_command_line_prints() -> None:
    page = (ROOT / "docs" / "stepping.md").read_text("utf-8")
    blocks = re.findall(r"^```console\n\$ python (.*?)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 2
    for arguments, shown in blocks:
        done = subprocess.run(
            ["bash", "-c", f"'{sys.executable}' {arguments} 2>&1"],
            cwd=ROOT, capture_output=True, timeout=60, env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        )  # fmt: skip
        assert done.stdout.decode() == shown
