"""Traces in a real terminal: they fit its width, break between columns, are coloured there and nowhere else."""

import contextlib
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Value, compare, diagnose, explain, nudge, trace
from autograd.stepping import terminal
from autograd.stepping.glyphs import UNICODE, for_terminal
from autograd.stepping.layout import Row, lay_out
from autograd.stepping.terminal import screen, wants_color, width_of
from autograd.stepping.written import bracketed, written_names
from nn import MLP
from tests.autograd.processes import in_a_terminal
from tests.autograd.stepping.graphs import chain, graphs

ROOT = Path(__file__).resolve().parents[3]
ESCAPE = "\x1b"


def mlp_loss() -> Value:
    model = MLP(2, [16, 16, 1], seed=0)
    return (model([0.5, -1.0]) - 1.0) ** 2  # type: ignore[operator, no-any-return]


def micrograd() -> dict[str, Value]:
    """The lecture's neuron, with its labels."""
    x1, x2, w1, w2, b = (Value(v, n) for v, n in ((2, "x1"), (0, "x2"), (-3, "w1"), (1, "w2"), (6.88, "b")))
    p, q = x1 * w1, x2 * w2
    s = p + q
    n = s + b
    o = n.tanh()
    for node, label in ((p, "x1*w1"), (q, "x2*w2"), (s, "x1*w1 + x2*w2"), (n, "n"), (o, "o")):
        node.label = label
    return {"o": o, "s": s, "p": p, "x1": x1}


def longest(text: str) -> int:
    return max(map(width_of, text.splitlines()))


def squeezed(text: str) -> str:
    return "".join(text.split())


class TestWidth:
    """Lines fit."""

    @pytest.mark.parametrize("width", [40, 60, 80, 100, 200])
    def test_the_trace_of_an_mlp_fits_whatever_the_width(self, width: int) -> None:
        recorded = trace(mlp_loss())
        for text in (recorded.text(width=width), recorded.forward.text(width=width), str(recorded[2])):
            assert longest(text) <= max(width, 80 if text == str(recorded[2]) else width)

    @pytest.mark.parametrize("width", [40, 80])
    def test_everything_that_prints_fits(self, width: int) -> None:
        nodes = micrograd()
        o, s = nodes["o"], nodes["s"]
        recorded, wrong = trace(o), trace(s * s, rule="overwrite")
        quiz, walker = recorded.quiz(), recorded.walk()
        things: list[Any] = [
            recorded, wrong, explain(o, "x1"), nudge(o, "x1"), diagnose(o), quiz, quiz.answer(17), quiz.reveal(),
            walker.next(3), walker, walker.back(), recorded.watch("x1"), compare(wrong, recorded), walker.until("x1"),
            walker.until("x1"), autograd.testing.BUGS,
        ]  # fmt: skip
        for thing in things:
            assert longest(thing.text(width=width)) <= width, thing

    @given(root=graphs(), width=st.integers(40, 120))
    def test_breaking_lines_changes_spaces_only_and_never_cuts_a_word(self, root: Value, width: int) -> None:
        recorded = trace(root)
        for step in (*recorded, *recorded.forward):
            whole, broken = step.text(UNICODE), step.text(UNICODE, width)
            assert broken.split() == whole.split()
            assert all(width_of(line) <= width for line in broken.splitlines())

    def test_no_line_breaks_inside_a_name(self) -> None:
        long = trace(micrograd()["o"]).text(width=40)
        assert long.count("(x1*w1 + x2*w2)") == trace(micrograd()["o"]).text(width=400).count("(x1*w1 + x2*w2)") > 5
        explained = explain(micrograd()["o"], "x1").text(width=40)
        assert "∂(x1*w1 + x2*w2)/∂(x1*w1)" in explained

    def test_a_name_longer_than_the_line_stays_whole(self) -> None:
        x = Value(2.0, "n" * 50)
        assert "n" * 50 in trace(x * 3).text(width=40)

    def test_columns_line_up_within_what_is_shown_only(self) -> None:
        blocks = [[Row("[1] ", "y = a", "y.grad = 1"), Row("    ", "dy/da = 1", "a.grad += 1", "0 -> 1")],
                  [Row("[2] ", "z" * 60, "z.grad = 1"), Row("    ", "dz/dy = 1", "y.grad += 1", "0 -> 1")]]  # fmt: skip
        alone, both = lay_out(blocks[:1], 80), lay_out(blocks, 80)
        assert alone[0] == ["[1] y = a      y.grad = 1", "    dy/da = 1  a.grad += 1  0 -> 1"]
        assert both[0] == alone[0]  # the long head beside it, far down a long trace, pads nothing
        assert both[1] == ["[2] " + "z" * 60 + "  z.grad = 1", "    dz/dy = 1  y.grad += 1  0 -> 1"]

    def test_what_does_not_fit_beside_stands_below(self) -> None:
        rows = [Row("[1] ", "y = a", "y.grad = 1", tail=("(seed)",)), Row("    ", "dy/da = 1", "a.grad += 1", "0 -> 1")]
        assert lay_out([rows], 30) == [["[1] y = a  y.grad = 1  (seed)", "    dy/da = 1", "      a.grad += 1  0 -> 1"]]
        assert lay_out([rows], 20)[0] == [
            "[1] y = a", "    y.grad = 1", "        (seed)", "    dy/da = 1", "      a.grad += 1", "      0 -> 1",
        ]  # fmt: skip

    def test_where_the_cursor_is_breaks_between_gradients_only(self) -> None:
        walker = trace(micrograd()["o"]).walk()
        walker.next(5)
        for width in range(30, 80):
            lines = walker.text(width=width).splitlines()
            assert all(line.lstrip().startswith(("at 5", "nodes", "of 5", "5", "…")) or ".grad = " in line for line in lines)
            assert all(not line.lstrip().startswith("=") for line in lines)

    def test_wide_and_combining_characters_count_as_they_show(self) -> None:
        text = trace(Value(2.0, "重み") * Value(3.0, "é")).text(width=80)
        head, first, second = text.splitlines()
        at = {width_of(line[: re.search(r"\S+\.grad", line).start()]) for line in (head, first, second)}  # type: ignore[union-attr]
        assert len(at) == 1

    def test_the_width_is_that_of_the_terminal_and_80_where_there_is_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        loss = mlp_loss()
        monkeypatch.setenv("COLUMNS", "50")
        assert longest(str(trace(loss))) <= 50
        assert str(trace(loss)) == trace(loss).text(width=50)
        monkeypatch.delenv("COLUMNS")
        monkeypatch.delenv("LINES")
        monkeypatch.setattr(sys, "stdout", io.StringIO())
        assert screen() == (80, 24)
        assert str(trace(loss)) == trace(loss).text(width=80)

    def test_a_wide_trace_is_no_longer_than_a_deep_one(self) -> None:
        text = trace(mlp_loss()).text(width=80)
        assert len(text.splitlines()) < 130
        assert "more steps: print(trace[6:26]) for the next, trace.walk() for all" in text
        assert text.count("[67/67]") == text.count("[1/67]") == 1

    def test_the_ends_of_a_trace_that_is_shortened_for_its_rows_do_not_overlap(self) -> None:
        x = [Value(float(i), f"x{i}") for i in range(8)]
        y = autograd.sum(x)
        for _ in range(8):
            y = autograd.sum([y, *x[1:]])
        shown = re.findall(r"^\[(\d+)/9\]", trace(y).text(width=80), re.MULTILINE)
        assert shown == ["1", "2", "3", "7", "8", "9"]
        assert "… 3 more steps: print(trace[3:23])" in trace(y).text(width=80)


class TestNames:
    """Names in formulas."""

    def test_parameter_paths_are_shortened_and_the_short_forms_are_explained(self) -> None:
        recorded = trace(mlp_loss())
        text = recorded.text(width=80)
        assert "affine([l2.n0.w0, …, l2.n0.w15], [v373, …, v403], l2.n0.b)" in squeezed_lines(text)
        assert "neurons" not in text.rpartition("\n")[0]
        assert text.endswith("(l2.n0.w0 is short for layers.2.neurons.0.w.0)")

    def test_short_names_and_whole_ones_are_both_understood(self) -> None:
        loss = mlp_loss()
        recorded = trace(loss)
        assert recorded.name("l2.n0.w15") == recorded.name("layers.2.neurons.0.w.15") == "layers.2.neurons.0.w.15"
        assert recorded.grads["layers.2.neurons.0.w.15"] == recorded.watch("l2.n0.w15")[-1].after
        for name in ("l2.n0.w15", "layers.2.neurons.0.w.15"):
            assert explain(loss, name).node == nudge(loss, name).leaf == "layers.2.neurons.0.w.15"

    def test_they_come_back_from_a_file(self) -> None:
        recorded = trace(mlp_loss())
        again = autograd.Trace.from_json(recorded.to_json())
        assert again.text(width=80) == recorded.text(width=80)
        assert again.name("l2.n0.w15") == "layers.2.neurons.0.w.15"

    @given(
        st.lists(
            st.one_of(
                st.lists(st.sampled_from(["layers", "linear", "l", "w", "w1", "0", "1", "10", "b"]), min_size=1, max_size=6)
                .map(".".join),
                st.text(alphabet="ab1. +*()'\"", min_size=1, max_size=5),
            ),
            unique=True, max_size=12,
        )
    )  # fmt: skip
    def test_no_two_names_are_written_alike(self, names: list[str]) -> None:
        written = written_names(names)
        assert len({*written}) == len(names)

    def test_what_would_be_ambiguous_stays_whole(self) -> None:
        names = ["layers.0.w.1", "l0.w1", "linear.0.w.1", "layers.0.w.1.5"]
        assert written_names(names) == ["la0.w1", "l0.w1", "li0.w1", "la0.w1.5"]
        assert written_names(["layers.0.w.1", "l0.w1"]) == ["layers.0.w.1", "l0.w1"]

    def test_labels_with_operators_are_bracketed_in_formulas(self) -> None:
        nodes = micrograd()
        step = trace(nodes["o"])[1]
        assert step.expression == "(x1*w1 + x2*w2) + b"
        text = step.text(UNICODE)
        assert "∂n/∂(x1*w1 + x2*w2) = 1" in text
        assert "(x1*w1 + x2*w2).grad += 1 × " in text
        assert step.edges[0].operand == "x1*w1 + x2*w2"
        assert "n = (x1*w1 + x2*w2) + b" in str(trace(nodes["o"]).forward)
        assert "∂n/∂(x1*w1 + x2*w2)" in str(explain(nodes["o"], nodes["x1"]))

    @pytest.mark.parametrize(
        ("label", "written"),
        [
            ("w", "w"), ("w'", "w'"), ("h[0]", "h[0]"), ("δ", "δ"), ("d≡e", "d≡e"), ("w#2", "w#2"), ("a_1", "a_1"),
            ("a.b", "a.b"), ("-a", "(-a)"), ("a b", "(a b)"), ("log(a)", "(log(a))"), ("a, b", "(a, b)"),
            ("x[1,2]", "(x[1,2])"), ("a) * (b", "'a) * (b'"), ("3", "'3'"), ("1e-3", "'1e-3'"), ("inf", "'inf'"),
            ("it's (a", '"it\'s (a"'), ("…", "(…)"), ("∂a", "(∂a)"),
        ],
    )  # fmt: skip
    def test_brackets_or_quotes_only_where_they_are_needed(self, label: str, written: str) -> None:
        assert bracketed(label) == written

    def test_explain_and_nudge_take_names(self) -> None:
        nodes = micrograd()
        o, x1 = nodes["o"], nodes["x1"]
        assert str(explain(o, "x1")) == str(explain(o, x1))
        assert str(nudge(o, "x1")) == str(nudge(o, x1))
        assert explain(o, "x1*w1").node == explain(o, "(x1*w1)").node == "x1*w1"
        assert explain(o, "X", names={"X": x1, "other": x1}).node == "X≡other"
        for ask in (explain, nudge):
            with pytest.raises(KeyError, match=r"no node of this graph of o is called 'x'; the nodes are x1, w1"):
                ask(o, "x")
            with pytest.raises(KeyError, match=r"called 'x11'; did you mean 'x1'\?"):
                ask(o, "x11")

    def test_a_variable_without_a_label_is_found_with_names(self) -> None:
        x = Value(3.0)
        y = x * 2
        with pytest.raises(KeyError, match=r"names=locals\(\) brings in those of variables"):
            explain(y, "x")
        assert explain(y, "x", names=locals()).gradient == 2.0
        with pytest.raises(KeyError) as caught:
            explain(y, "z", names=locals())
        assert "locals" not in str(caught.value)

    def test_a_constant_is_not_found_by_its_number(self) -> None:
        y = Value(3.0, "x") * 2
        with pytest.raises(KeyError, match="no node"):
            explain(y, "2")


def squeezed_lines(text: str) -> str:
    return " ".join(text.split())


@contextlib.contextmanager
def prompt(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As at Python's prompt, in a terminal that is 80 columns wide and shows colours."""
    with monkeypatch.context() as patch:
        patch.setattr(sys, "ps1", ">>> ", raising=False)
        patch.setattr(terminal, "is_terminal", lambda stream=None: True)
        patch.setenv("TERM", "xterm")
        patch.delenv("NO_COLOR", raising=False)
        yield


class TestColor:
    """Colour where the output is a terminal that wants it, never in files."""

    def test_str_and_repr_are_plain_even_in_a_terminal(self, monkeypatch: pytest.MonkeyPatch) -> None:
        recorded = trace(micrograd()["o"])
        with prompt(monkeypatch):
            assert wants_color()
            for text in (str(recorded), repr(recorded), f"{recorded}", f"{recorded!r}", str(recorded[0]), recorded.text()):
                assert ESCAPE not in text

    def test_the_prompt_shows_colours(self, monkeypatch: pytest.MonkeyPatch) -> None:
        recorded = trace(Value(3.0, "a") * Value(-2.0, "b"), {"y": None})
        with prompt(monkeypatch):
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                sys.__displayhook__(recorded)
        text = out.getvalue()
        assert "= \x1b[36m-6\x1b[0m" in text  # the value
        assert "∂v3/∂a = b = \x1b[33m-2\x1b[0m" in text  # the local derivative
        assert "v3.grad = \x1b[35m1\x1b[0m" in text  # the gradient
        assert "0 → \x1b[1;32m-2\x1b[0m" in text  # what changed
        assert re.sub(r"\x1b\[[\d;]*m", "", text).rstrip("\n") == str(recorded)

    @pytest.mark.parametrize(("variable", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
    def test_not_where_the_user_does_not_want_it(
        self, variable: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with prompt(monkeypatch):
            monkeypatch.setenv(variable, value)
            assert not wants_color()
            trace(Value(3.0, "a") * 2).show()
        assert ESCAPE not in capsys.readouterr().out

    def test_not_in_files_and_pipes_and_streams_that_only_say_they_are_terminals(self, tmp_path: Path) -> None:
        class Claims(io.StringIO):
            def isatty(self) -> bool:
                return True

        with open(tmp_path / "file", "w", encoding="utf-8") as file:
            for stream in (file, io.StringIO(), Claims(), None):
                assert not for_terminal(stream).color or stream is None

    def test_show_prints_the_text(self, capsys: pytest.CaptureFixture[str]) -> None:
        recorded = trace(micrograd()["o"])
        recorded.show()
        assert capsys.readouterr().out == f"{recorded}\n"
        recorded.show(width=40)
        assert capsys.readouterr().out == recorded.text(width=40) + "\n"

    def test_what_a_bug_got_wrong_is_red(self) -> None:
        text = trace(micrograd()["s"] * micrograd()["s"], rule="overwrite").text(UNICODE._replace(color=True))
        assert "wrong" not in text.partition("\n\n")[0]
        s = micrograd()["s"]
        assert "\x1b[1;31mwrong, should be -12\x1b[0m" in trace(s * s, rule="overwrite").text(UNICODE._replace(color=True))


class TestPrompts:
    """A bare `trace(e)` as the last line, wherever that is."""

    def test_python_shows_the_steps_where_they_fit_the_screen(self, monkeypatch: pytest.MonkeyPatch) -> None:
        recorded = trace(micrograd()["o"])
        assert repr(recorded) == str(recorded)
        assert repr(recorded[1:3]) == str(recorded[1:3])
        assert repr(recorded.forward) == str(recorded.forward)
        lines = len(str(recorded).splitlines())
        monkeypatch.setenv("LINES", str(lines + 1))
        assert repr(recorded) == str(recorded)
        monkeypatch.setenv("LINES", str(lines))
        assert repr(recorded) == "<trace of o: 5 steps; print() shows it, .walk() goes through it>"
        assert repr(recorded[:]) == "<5 steps: print() shows them>"

    def test_a_single_step_reads_at_the_prompt_and_evaluates_elsewhere(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from IPython.lib.pretty import pretty

        step = trace(Value(3.0, "a") * 2)[0]
        assert eval(repr(step), {"Step": autograd.Step}) == step
        with prompt(monkeypatch):
            monkeypatch.setenv("NO_COLOR", "1")
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                sys.__displayhook__(step)
            assert out.getvalue() == f"{step}\n"
            assert eval(repr(step), {"Step": autograd.Step}) == step
        assert pretty(step) == str(step)

    def test_a_long_one_is_summed_up_without_making_its_steps(self, monkeypatch: pytest.MonkeyPatch) -> None:
        recorded = trace(chain(1_000))
        monkeypatch.setattr(autograd.Trace, "_written", None)
        assert repr(recorded) == "<trace of v1001: 1,000 steps; print() shows it, .walk() goes through it>"

    @pytest.mark.parametrize("make", [lambda: trace(mlp_loss()), lambda: trace(micrograd()["o"])[1:4]])
    def test_ipython_shows_what_print_shows(self, make: Any) -> None:
        from IPython.lib.pretty import pretty

        recorded = make()
        assert pretty(recorded) == str(recorded)

    def test_jupyter_gets_what_print_shows_as_text(self) -> None:
        from IPython.core.formatters import DisplayFormatter

        recorded = trace(mlp_loss())
        data, _ = DisplayFormatter().format(recorded, include={"text/plain"})
        assert data["text/plain"] == str(recorded)
        assert len(data["text/plain"]) < 8_000  # it was 143,901

    @pytest.mark.parametrize("width", [60, 200])
    def test_rich_shows_it_too_and_reads_no_markup_in_labels(self, width: int) -> None:
        from rich.console import Console

        x = Value(3.0, "[red]x[/red]")
        recorded = trace(x * x)
        console = Console(file=io.StringIO(), width=width)
        console.print(recorded)
        assert console.file.getvalue() == recorded.text(width=width) + "\n"  # type: ignore[attr-defined]
        colourful = Console(file=io.StringIO(), width=width, force_terminal=True, color_system="standard")
        colourful.print(recorded)
        assert ESCAPE in colourful.file.getvalue()  # type: ignore[attr-defined]

    def test_a_session_in_a_real_terminal(self) -> None:
        """Python's own prompt, in a pseudo-terminal of 60 columns."""
        import fcntl
        import select
        import struct
        import termios

        typed = (
            "from autograd import Value, trace\n"
            "a, b = Value(2.0, 'a'), Value(-3.0, 'b')\n"
            "e = a * b\n"
            "trace(e)\n"
            "open('/dev/null', 'w').write(repr(trace(e))) - len(str(trace(e)))\n"
            "print(trace(e))\n"
            "exit()\n"
        )
        child, main = in_a_terminal(
            "-q", "-i", "-c", "print('ready')", COLUMNS="", LINES="", NO_COLOR="", PYTHONSTARTUP="", TERM="xterm",
            PYTHONIOENCODING="utf-8", PYTHON_BASIC_REPL="1", PYTHON_COLORS="0",
        )  # fmt: skip
        fcntl.ioctl(main, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 60, 0, 0))
        text = b""
        with contextlib.suppress(OSError):  # how a pseudo-terminal says that the other side has gone
            while b"ready" not in text:
                text += os.read(main, 4096)
            os.write(main, typed.encode())
            while select.select([main], [], [], 60)[0]:
                part = os.read(main, 4096)
                if not part:
                    break
                text += part
        os.close(main)
        child.wait(timeout=30)
        shown = text.decode().replace("\r\n", "\n")
        coloured, _, plain = shown.partition("print(trace(e))\n>>> ")[0], "", shown
        assert "e = a * b" in coloured
        assert "\x1b[33m-3\x1b[0m" in shown  # the prompt's own display
        assert "\n0\n" in shown  # a repr that goes elsewhere has not a character more than the text
        assert "∂v3/∂a = b = -3" in plain  # print() cannot know where it goes
        outputs = [line for line in shown.splitlines() if "∂v3" in line or "v3.grad" in line]
        assert outputs
        assert all(width_of(line) <= 60 for line in outputs)


class TestMoves:
    """What a lesson asks of the cursor and the quiz."""

    def test_next_goes_several_nodes_on_and_back_takes_them_back_together(self) -> None:
        recorded = trace(micrograd()["o"])
        one_by_one, walker = recorded.walk(), recorded.walk()
        parts = [one_by_one.next() for _ in range(3)]
        moved = walker.next(3)
        assert moved.moves == tuple(part.moves[0] for part in parts)
        assert dict(walker.grads) == dict(one_by_one.grads)
        assert walker.position == 3
        walker.back()
        assert (walker.position, dict(walker.grads)) == (0, {})
        assert len(walker.next(100).moves) == 5
        assert walker.done
        for wrong in (0, -1, 1.5, "3", True):
            with pytest.raises(ValueError, match="1 or more"):
                walker.next(wrong)  # type: ignore[arg-type]

    def test_a_walk_by_keys_from_python(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        lines = iter(["n 2", "s", "?", "n 0", "Q", "never read"])
        monkeypatch.setattr("builtins.input", lambda prompt: next(lines))
        recorded = trace(micrograd()["o"])
        walker = recorded.walk()
        walker.interactive()
        shown = capsys.readouterr().out
        assert squeezed(str(recorded.walk().next(2))) in squeezed(shown)
        assert squeezed_lines(shown).count("? help, q quit") == 3
        assert "'n 0' is not a move" in squeezed_lines(shown)
        assert walker.position == 2
        assert next(lines) == "never read"

    def test_a_quiz_by_keys(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        lines = iter(["x", "-4", "6", "r", "?", "", "6"])
        monkeypatch.setattr("builtins.input", lambda prompt: next(lines))
        a, b = Value(3.0, "a"), Value(-4.0, "b")
        quiz = trace(a * b * 2, {"y": None}).quiz()
        quiz.interactive()
        shown = squeezed_lines(capsys.readouterr().out)
        assert "an answer is a number, such as -2, 0.25 or 1/3, got 'x'" in shown
        assert "-4 is not it" in shown
        assert quiz.done
        assert "finished: 1 of 3 right at the first try" in shown

    @pytest.mark.parametrize(("text", "number"), [("-2", -2.0), (" 1/4 ", 0.25), ("−3", -3.0), ("1e-1", 0.1), ("2.5", 2.5)])
    def test_answers_may_be_texts(self, text: str, number: float) -> None:
        a, b = Value(number, "a"), Value(1.0, "b")
        answer = trace(b * a).quiz().answer(text)
        assert answer.correct
        assert answer.given == number


class TestPlantedBugs:
    """`BUGS` and traces."""

    def test_the_bugs_print_as_a_table(self) -> None:
        from autograd.testing import BUGS

        head, *rows = BUGS.text(UNICODE).splitlines()  # type: ignore[attr-defined]
        assert head.split() == ["bug", "found", "by", "what", "it", "does"]
        assert [row.split("  ")[0] for row in rows] == list(BUGS)
        assert repr(BUGS) == str(BUGS)
        assert squeezed(str(BUGS)) == squeezed("\n".join([head, *rows]))
        assert all(bug.doc in row for row, bug in zip(rows, BUGS.values(), strict=True))

    def test_an_unknown_bug_is_answered_with_those_that_there_are(self) -> None:
        from autograd.testing import BUGS

        with pytest.raises(KeyError, match=r"no bug is called 'lost egde'; they are overwrite, wrong order, lost edge,"):
            BUGS["lost egde"]
        assert BUGS.get("lost egde") is None

    def test_with_a_bug_a_trace_shows_it_or_says_why_not(self) -> None:
        from autograd.testing import BUGS

        def graph() -> Value:
            a, b = Value(0.0, "a"), Value(2.0, "b")
            z = (a - b) / b * a + b.sigmoid() + a.tanh() + b**a + (b + 1).log() + a.relu()
            return autograd.max([z * 1, z * 1]) * z

        def steps(recorded: autograd.Trace) -> list[str]:
            return list(map(str, recorded))

        right = steps(trace(graph()))
        for name, bug in BUGS.items():
            with bug:
                shown = trace(graph())
            told = f"BUGS[{name!r}] does not show in this trace: "
            assert (shown.note.startswith(told) and len(shown.note) > len(told) + 10) != (
                steps(shown) != right and not shown.note
            ), name
            assert squeezed(shown.note) in squeezed(str(shown))
        assert steps(trace(graph())) == right

    def test_a_wrong_rule_of_an_operation_that_is_not_there_says_so(self) -> None:
        from autograd.testing import BUGS

        with BUGS["tanh square"], BUGS["overwrite"]:
            shown = trace(Value(3.0, "a") * 2)
        assert shown.note == "BUGS['tanh square'] does not show in this trace: no node here is made by tanh, whose rule is wrong"
        assert shown.rule == "overwrite"
        assert trace(Value(3.0, "a") * 2).note == ""

    def test_the_note_stands_at_the_prompt_where_the_steps_do_not(self) -> None:
        from autograd.testing import BUGS

        with BUGS["lost edge"]:
            assert repr(trace(chain(100))).splitlines()[1].startswith("BUGS['lost edge'] does not show")


def test_the_command_line_in_a_pipe_is_plain_and_80_wide() -> None:
    environment = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES")}
    done = subprocess.run(
        [sys.executable, "-m", "autograd", "tanh(x1*w1 + x2*w2 + b)", "x1=2", "x2=0", "w1=-3", "w2=1", "b=6.88137358"],
        cwd=ROOT, capture_output=True, timeout=60, env={**environment, "PYTHONIOENCODING": "utf-8", "TERM": "xterm"},
    )  # fmt: skip
    text = done.stdout.decode()
    assert ESCAPE not in text
    assert longest(text) <= 80
