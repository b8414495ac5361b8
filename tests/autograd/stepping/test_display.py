"""Names, ASCII where the output shows no mathematical signs, tables for IPython and rich, values on one line."""

import io
import sys
from typing import Any

import pytest

import autograd
from autograd import Value, explain, label, nudge, trace
from autograd.stepping import diagnose
from autograd.stepping.exchange import to_json
from autograd.stepping.glyphs import ASCII, UNICODE


class Terminal(io.StringIO):
    """A stream of a given encoding, as a terminal is one."""

    def __init__(self, encoding: str | None) -> None:
        super().__init__()
        self._encoding = encoding

    @property
    def encoding(self) -> str | None:  # type: ignore[override]
        return self._encoding


def squared() -> tuple[Value, dict[str, Value]]:
    a = Value(3.0)
    b = a + a
    return b * b, {"a": a, "b": b}


def printed(monkeypatch: pytest.MonkeyPatch, encoding: str | None, *things: object) -> str:
    terminal = Terminal(encoding)
    monkeypatch.setattr(sys, "stdout", terminal)
    for thing in things:
        print(thing)
    monkeypatch.undo()
    return terminal.getvalue()


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "cp437", "no-such-encoding"])
def test_ascii_where_the_encoding_cannot_print_the_signs(monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    text = printed(monkeypatch, encoding, trace(*squared()))
    assert text.isascii()
    assert "db/da[1] = 1" in text
    assert "a.grad += 1 x 12" in text
    assert "12 -> 24" in text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", None])
def test_signs_where_it_can(monkeypatch: pytest.MonkeyPatch, encoding: str | None) -> None:
    text = printed(monkeypatch, encoding, trace(*squared()))
    assert "∂b/∂a₁ = 1" in text
    assert "12 → 24" in text


def test_everything_that_prints_falls_back_to_ascii(monkeypatch: pytest.MonkeyPatch) -> None:
    root, names = squared()
    x = Value(0.0, "δ")
    kink = x.relu()
    recorded, wrong = trace(root, {**names, "B": names["b"]}), trace(root, names, rule="overwrite")
    w = recorded.walk()
    quiz = recorded.quiz()
    long = trace(autograd.sum([Value(1.0) for _ in range(200)]))
    things = [
        recorded, recorded.forward, wrong, w.step(), w, w.next(), w.back(), w.until("b"), w.until("b"), quiz,
        quiz.answer(3), quiz.answer(6), quiz.reveal(), recorded.watch("a"), explain(root, names["a"], names),
        nudge(root, names["a"]), diagnose(root), diagnose(kink), trace(kink), autograd.compare(wrong, recorded), long,
        explain(kink, x), nudge(x * 1, x),
    ]  # fmt: skip
    text = printed(monkeypatch, "ascii", *things)
    assert text.isascii()
    assert "kink: subgradient 0 in [0, 1]" in text
    assert "dv2/d\\u03b4" in text
    assert "b==B" in text


def test_a_repeated_operand_and_a_name_with_a_digit_cannot_be_confused() -> None:
    a, a_1 = Value(3.0, "a"), Value(3.0, "a_1")
    repeated, other = trace(a + a)[0], trace(a_1 + a)[0]
    assert repeated.text(ASCII).splitlines()[1].split()[0] == "dv2/da[1]"
    assert other.text(ASCII).splitlines()[1].split()[0] == "dv3/da_1"


def test_the_way_of_writing_can_be_chosen() -> None:
    step = trace(*squared())[1]
    assert "∂b/∂a₁" in step.text(UNICODE)
    assert "db/da[1]" in step.text(ASCII)


class TestNames:
    """How nodes are called."""

    def test_label_names_by_its_arguments(self) -> None:
        a = Value(2.0)
        b = a * a
        label(a=a, b=b)
        assert (a.label, b.label) == ("a", "b")

    def test_label_refuses_what_is_not_a_value_and_changes_nothing(self) -> None:
        a = Value(2.0, "old")
        with pytest.raises(TypeError, match=r"label labels Values, but b is of type float: 3\.0"):
            label(a=a, b=3.0)  # type: ignore[arg-type]
        assert a.label == "old"

    def test_names_are_looked_up_by_identity_and_labels_are_left_alone(self) -> None:
        a = Value(3.0, "label")
        b = Value(3.0)
        root = a * b
        other, _hidden, text, number = 5, b, "a", 3.0
        names = dict(locals())
        assert trace(root, names)[0].expression == "a * b"
        assert (a.label, b.label) == ("label", "")

    def test_names_with_an_underscore_are_skipped(self) -> None:
        a = Value(3.0)
        assert trace(a * 2, {"_": a, "_a": a})[0].expression == "v1 * 2"

    def test_aliases_are_shown_together(self) -> None:
        e = Value(3.0) * 2
        assert trace(e, {"d": e, "e": e})[0].node == "d≡e"
        assert trace(e, dict.fromkeys("abcdef", e))[0].node == "a≡b≡c≡…"

    def test_nameless_nodes_are_numbered_in_topological_order_whatever_others_are_called(self) -> None:
        def build(first: str) -> list[str]:
            x = Value(2.0, first)
            y = x * 3
            return [step.node for step in trace((y + 1).tanh())]

        assert build("") == build("x") == build("") == ["v4", "v3", "v2"]

    def test_no_two_nodes_have_one_name(self) -> None:
        a, b, c = Value(1.0, "w"), Value(2.0, "w"), Value(3.0, "v5")
        recorded = trace(a * b * c)
        assert len(recorded.grads) == len(recorded.data) == 5
        assert {"w", "w#2", "v5"} < set(recorded.grads)

    def test_labels_are_data(self) -> None:
        x = Value(2.0, "two\nlines\x1b[31m\u202e{x}[red]\\N")
        text = trace(x * 3).text(UNICODE)
        assert len(text.splitlines()) == 2
        assert "two\\nlines\\x1b[31m\\u202e{x}[red]\\N" in text
        assert len(str(trace(Value(1.0, "n" * 100_000)))) < 500

    @pytest.mark.parametrize("names", ["ab", Value(1.0), 5, [1, 2], [("a",)], {1: Value(1.0)}, [("a", 1, 2)]])
    def test_other_names_are_refused(self, names: Any) -> None:
        with pytest.raises(TypeError, match="name"):
            trace(Value(1.0), names)

    def test_modules_name_their_parameters(self) -> None:
        import nn

        model = nn.MLP(2, [2, 1])
        out = model([Value(1.0), Value(2.0)])
        out = out[0] if isinstance(out, list) else out
        assert any(name.startswith("layers.0.neurons.0.w") for name in trace(out).grads)
        assert set(dict(model.named_parameters())) < set(trace(out, model.named_parameters()).grads)


def test_a_value_is_one_readable_line() -> None:
    x = Value(2.0, "two\nlines")
    y = x * 3
    assert repr(x) == "Value(data=2.0, grad=not computed, label='two\\nlines')"
    y.backward()
    assert repr(y) == "Value(data=6.0, grad=1.0, op='mul')"


def test_json_may_be_ascii_too() -> None:
    recorded = trace(Value(2.0, "δ") * 3)
    assert to_json(recorded, ascii=True).isascii()
    assert autograd.Trace.from_json(to_json(recorded, ascii=True)) == recorded
