"""A trace shows exactly what `backward()` does, in the words and numbers that the lesson needs, and changes nothing."""

import copy
import math
import sys
from typing import Any

import pytest
from hypothesis import example, given

import autograd
from autograd import DomainError, StaleGraphError, Step, Trace, Value, trace
from autograd.graph import topological_order
from autograd.stepping.glyphs import UNICODE
from tests.autograd.stepping.graphs import bits, chain, graphs, state

LESSON = """
[1/3] L = d * f = -8              L.grad = 1  (seed)
      ∂L/∂d = f = -2            d.grad += -2 × 1          0 → -2
      ∂L/∂f = d = 4             f.grad += 4 × 1           0 → 4
[2/3] d = e + c = 4               d.grad = -2  (1 use, done)
      ∂d/∂e = 1                 e.grad += 1 × -2          0 → -2
      ∂d/∂c = 1                 c.grad += 1 × -2          0 → -2
[3/3] e = a * b = -6              e.grad = -2  (1 use, done)
      ∂e/∂a = b = -3            a.grad += -3 × -2         0 → 6
      ∂e/∂b = a = 2             b.grad += 2 × -2          0 → -4
"""


def lesson() -> dict[str, Value]:
    a, b, c, f = Value(2), Value(-3), Value(10), Value(-2)
    e = a * b
    d = e + c
    L = d * f
    return {"a": a, "b": b, "c": c, "f": f, "e": e, "d": d, "L": L}


def printed(steps: Any, capsys: pytest.CaptureFixture[str]) -> str:
    for step in steps:
        print(step)
    return capsys.readouterr().out


def words(text: str) -> list[list[str]]:
    return [line.split() for line in text.strip().splitlines()]


def name_everything(root: Value) -> dict[str, Value]:
    return {f"n{i}": node for i, node in enumerate(topological_order(root))}


def test_the_lesson_prints_with_exactly_these_words_and_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    nodes = lesson()
    assert words(printed(trace(nodes["L"], nodes), capsys)) == words(LESSON)


def test_the_columns_line_up(capsys: pytest.CaptureFixture[str]) -> None:
    nodes = lesson()
    lines = printed(trace(nodes["L"], nodes), capsys).splitlines()
    assert {line.index(".grad") - len(line.split(".grad")[0].split()[-1]) for line in lines} == {32}
    assert {line.index("→") for line in lines if "→" in line} == {len("0 ") + lines[1].index("0 →")}


def test_labels_serve_as_names_and_print_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    nodes = lesson()
    by_names = printed(trace(nodes["L"], nodes), capsys)
    autograd.label(**nodes)
    assert printed(trace(nodes["L"]), capsys) == by_names


def test_a_node_used_twice_is_marked_and_counted() -> None:
    a = Value(3.0, "a")
    b = a + a
    L = b * b
    first, second = trace(L, {"b": b, "L": L})
    assert [edge.operand for edge in first.edges] == ["b", "b"]
    assert "b.grad = 12  (2 uses, done: 6 + 6)" in str(second)
    assert words(str(second))[1:] == [
        ["∂b/∂a₁", "=", "1", "a.grad", "+=", "1", "×", "12", "0", "→", "12"],
        ["∂b/∂a₂", "=", "1", "a.grad", "+=", "1", "×", "12", "12", "→", "24"],
    ]


def test_a_local_derivative_shows_symbol_and_number_from_the_row() -> None:
    n = Value(0.8813735870195432, "n")
    o = n.tanh()
    assert "∂o/∂n = 1 - o**2 = 0.5 " in str(trace(o, {"o": o}))


@given(root=graphs())
def test_final_gradients_equal_those_of_backward_to_the_bit(root: Value) -> None:
    names = name_everything(root)
    grads = trace(root, names).grads
    root.backward()
    for name, node in names.items():
        if node.role != "constant":
            assert bits(grads.get(name, 0.0)) == bits(node.grad), name


@given(root=graphs())
def test_every_row_of_the_table_can_be_traced_printed_and_read_back(root: Value) -> None:
    recorded = trace(root)
    assert str(recorded)
    assert str(recorded.forward)
    for step in (*recorded, *recorded.forward):
        assert eval(repr(step), {"Step": Step}) == step
        assert eval(repr(step), {"Step": Step}).columns == step.columns
    again = Trace.from_json(recorded.to_json())
    assert again == recorded
    assert again.forward == recorded.forward
    assert str(again) == str(recorded)


@given(root=graphs())
def test_recording_touches_nothing(root: Value) -> None:
    root.backward()
    before = state(root)
    recorded = trace(root, name_everything(root))
    str(recorded), list(recorded.walk().trace), recorded.quiz(), trace(root, rule="overwrite", order="dfs")
    assert state(root) == before


@given(root=graphs())
def test_names_never_change_numbers(root: Value) -> None:
    def numbers(recorded: Trace) -> list[object]:
        return [
            (s.op, s.data, s.grad, s.uses, s.contributions, [(e.partial, e.contribution, e.after) for e in s.edges])
            for s in recorded
        ]

    assert numbers(trace(root)) == numbers(trace(root, name_everything(root)))


@given(root=graphs())
def test_steps_hold_strings_and_numbers_only_and_cannot_be_changed(root: Value) -> None:
    def check(value: object) -> None:
        if isinstance(value, tuple):
            for entry in value:
                check(entry)
        elif isinstance(value, Step.Edge):
            for name in Step.Edge.__slots__:
                check(getattr(value, name))
        else:
            assert type(value) in (str, float, int)

    for step in trace(root):
        for name in Step.__slots__:
            check(getattr(step, name))
        with pytest.raises(AttributeError):
            step.grad = 3.0  # type: ignore[misc]


def test_a_trace_stays_as_it_was_whatever_happens_to_the_graph() -> None:
    nodes = lesson()
    recorded = trace(nodes["L"], nodes)
    before = str(recorded), list(recorded), str(recorded.forward)
    nodes["a"].data = 100.0
    nodes["L"].forward()
    nodes["L"].backward()
    autograd.label(L=nodes["a"])
    assert (str(recorded), list(recorded), str(recorded.forward)) == before
    for attribute in ("forward", "rule", "root", "other"):
        with pytest.raises(AttributeError):
            setattr(recorded, attribute, 3)


def test_it_is_a_sequence() -> None:
    nodes = lesson()
    recorded = trace(nodes["L"], nodes)
    assert len(recorded) == 3
    assert recorded[0].node == "L"
    assert recorded[-1].node == "e"
    assert [s.node for s in recorded[1:]] == ["d", "e"]
    assert [s.node for s in reversed(recorded)] == ["e", "d", "L"]
    assert recorded.index(recorded[2]) == 2
    assert recorded[0] in recorded
    with pytest.raises(IndexError, match="no step 3: the trace has 3"):
        recorded[3]


def test_forward_steps_are_of_the_same_class_and_show_numbers() -> None:
    nodes = lesson()
    forward = trace(nodes["L"], nodes).forward
    assert [type(step) for step in forward] == [Step] * 3
    assert str(forward) == (
        "[1/3] e = a * b = 2 * -3 = -6\n[2/3] d = e + c = -6 + 10 = 4\n[3/3] L = d * f = 4 * -2 = -8"
    )


def test_a_leaf_alone_is_one_step() -> None:
    recorded = trace(Value(3.0, "a"))
    assert words(str(recorded)) == [["[1/1]", "a", "=", "3", "a.grad", "=", "1", "(seed)"]]
    assert dict(recorded.grads) == {"a": 1.0}
    assert str(recorded.forward) == "[1/1] a = 3"


def test_constants_get_no_gradient_and_no_line() -> None:
    x = Value(3.0, "x")
    [step] = trace(x**2)
    assert [edge.operand for edge in step.edges] == ["x"]
    assert (step.expression, step.edges[0].symbol) == ("x**2", "2 * x")


@pytest.mark.parametrize(
    ("build", "note"),
    [
        (lambda x: x.relu(), "kink: subgradient 0 ∈ [0, 1]"),
        (lambda x: abs(x), "kink: subgradient 0 ∈ [-1, 1]"),
        (lambda x: x.leaky_relu(0.2), "kink: subgradient 0.2 ∈ [0.2, 1]"),
        (lambda x: autograd.max([x, x * 1]), "kink: subgradient 0.5 ∈ [0, 1]"),
        (lambda x: autograd.norm([x]), "kink: subgradient 0 ∈ [-1, 1]"),
    ],
)
def test_kinks_are_flagged(build: Any, note: str) -> None:
    root = build(Value(0.0, "x"))
    assert trace(root)[0].edges[0].note == note
    assert trace(root)[0].text(UNICODE).splitlines()[1].endswith(note)
    elsewhere = build(Value(0.5, "x"))
    if elsewhere.op != "max":
        assert trace(elsewhere)[0].edges[0].note == ""


def test_only_those_that_tie_are_on_the_kink() -> None:
    a, b, c = Value(2.0, "a"), Value(1.0, "b"), Value(2.0, "c")
    assert [edge.note for edge in trace(autograd.max([a, b]))[0].edges] == ["", ""]
    assert [bool(edge.note) for edge in trace(autograd.max([a, b, c]))[0].edges] == [True, False, True]
    lo = Value(0.0, "lo")
    assert [bool(edge.note) for edge in trace(Value(0.0, "x").clamp(lo, Value(1.0)))[0].edges] == [True, True, False]


def test_an_upstream_of_zero_contributes_zero_even_where_there_is_no_derivative() -> None:
    x = Value(0.0, "x")
    root = x.sqrt() * 0.0
    recorded = trace(root)
    root.backward()
    assert recorded.grads["x"] == x.grad == 0.0
    assert "does not exist" in str(recorded[1])
    assert recorded[1].edges[0].note == "no derivative here: an upstream gradient of 0 contributes 0"


def test_a_zero_upstream_meets_an_infinite_derivative_and_an_infinite_one_a_zero() -> None:
    x = Value(5e-324, "x")
    c, a = Value(1.0, "c"), Value(0.5, "a")
    for root, leaf, grad in (
        (x.log() * 0.0, x, 0.0),
        (autograd.where(c, a, 2.0) * 1e200 * 1e200, c, 0.0),
        (autograd.where(c, a, 2.0) * 1e200 * 1e200, a, math.inf),
    ):
        root.zero_grad()
        root.backward()
        assert trace(root).grads[leaf.label] == leaf.grad == grad
    assert "an upstream gradient of 0 contributes 0" in str(trace(x.log() * 0.0))


def test_contributions_are_added_in_the_order_of_backward() -> None:
    a, b, c, d = Value(1.0, "a"), Value(1e16, "b"), Value(1.0, "c"), Value(-1e16, "d")
    for root in (autograd.dot([a, c, a], [b, a, d]), autograd.affine([a, c, a], [b, a, d], a)):
        root.zero_grad()
        root.backward()
        assert bits(trace(root).grads["a"]) == bits(a.grad)
    assert trace(autograd.dot([a, c, a], [b, a, d])).grads["a"] == 1.0  # 1e16 - 1e16 + 1, in this order


def test_a_missing_derivative_that_is_needed_is_a_domain_error() -> None:
    with pytest.raises(DomainError, match=r"derivative of sqrt does not exist at 0\.0 \('x'\)"):
        trace(Value(0.0, "x").sqrt())


def test_a_gradient_that_is_not_a_number_is_a_domain_error() -> None:
    x = Value(0.0, "x")
    root = x * x * 1e200 * 1e200
    with pytest.raises(DomainError):
        root.backward()
    with pytest.raises(DomainError, match="not a number"):
        trace(root)


def test_infinities_print_and_come_back() -> None:
    x = Value(1e200, "x")
    recorded = trace(x * 1e200)
    assert recorded[0].data == math.inf
    assert eval(repr(recorded[0]), {"Step": Step}) == recorded[0]
    assert Trace.from_json(recorded.to_json()) == recorded


def test_a_stale_graph_is_refused() -> None:
    nodes = lesson()
    nodes["a"].data = 1.0
    with pytest.raises(StaleGraphError):
        trace(nodes["L"])


@pytest.mark.parametrize("wrong", [3.0, None, "L", [Value(1.0)]])
def test_the_root_must_be_a_value(wrong: Any) -> None:
    with pytest.raises(TypeError, match="Value"):
        trace(wrong)


@pytest.mark.parametrize("wrong", [{"rule": "max"}, {"order": "bfs"}, {"rule": None}])
def test_an_unknown_rule_or_order_is_named(wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"the (rule|order) is"):
        trace(Value(1.0), **wrong)


def test_many_operands_are_shortened_in_the_middle() -> None:
    values = [Value(i, f"a{i}") for i in range(100)]
    root = autograd.sum(values)
    [step] = trace(root)
    lines = str(step).splitlines()
    assert len(lines) == 1 + 9
    assert "sum([a0, a1, a2, …, a97, a98, a99])" in lines[0]
    assert lines[5].strip() == "… 92 more operands: step.edges has them all"
    assert len(step.edges) == 100
    assert "a.grad" not in lines[5]
    eight = trace(autograd.sum(values[:8]))[0]
    assert len(str(eight).splitlines()) == 9


def test_a_huge_trace_shortens_itself_and_says_how_to_see_more() -> None:
    recorded = trace(chain(100_000))
    text = str(recorded)
    assert len(text.splitlines()) < 100
    assert "… 99,980 more steps: print(trace[10:30]) for the next, trace.walk() for all" in text
    assert len(str(recorded[10:30]).splitlines()) == 60
    assert len(recorded.walk().goto(3).moves) == 3


def test_what_long_steps_advise_exists() -> None:
    forward = trace(chain(1_000)).forward
    text = str(forward)
    assert "… 980 more steps: print(steps[10:30]) for the next" in text
    assert not hasattr(forward, "walk")
    assert "walk()" not in text
    assert str(forward[10:30]).startswith("[11/1000] ")


def test_a_huge_trace_answers_for_its_last_step() -> None:
    recorded = trace(chain(100_000))
    assert recorded[99_999].index == 100_000
    assert recorded.grads["w"] == 100_001.0


def test_it_works_where_the_recursion_limit_is_small() -> None:
    limit = sys.getrecursionlimit()
    root = chain(5_000)
    sys.setrecursionlimit(400)
    try:
        recorded = trace(root)
        assert len(trace(root, order="dfs")) == 5_000
        assert len(Trace.from_json(recorded.to_json())) == 5_000
    finally:
        sys.setrecursionlimit(limit)


def test_a_trace_can_be_copied_and_pickled() -> None:
    nodes = lesson()
    recorded = trace(nodes["L"], nodes)
    assert copy.copy(recorded) == copy.deepcopy(recorded) == recorded
    assert hash(copy.copy(recorded)) == hash(recorded)


def test_names_of_steps_work_for_values_labels_and_aliases() -> None:
    nodes = lesson()
    recorded = trace(nodes["L"], [*nodes.items(), ("D", nodes["d"])])
    assert recorded.name("D") == recorded.name("d") == recorded.name(nodes["d"]) == "d≡D"
    assert recorded.turn("D") == 2
    assert recorded.turn("a") == 0
    with pytest.raises(KeyError, match="no node of this trace is called 'zz'; the nodes are L, d≡D, f"):
        recorded.name("zz")
    with pytest.raises(KeyError, match="not a node of this trace"):
        recorded.name(Value(1.0))
    with pytest.raises(TypeError, match="by its name or as the Value itself"):
        recorded.name(3)  # type: ignore[arg-type]


class TestBugs:
    """`rule="overwrite"` and `order="dfs"`: what goes wrong without += and without topological order."""

    def twice(self) -> tuple[Value, dict[str, Value]]:
        a = Value(3.0)
        b = a + a
        root = b * b
        return root, {"a": a, "b": b, "L": root}

    def diamond(self) -> tuple[Value, dict[str, Value]]:
        a = Value(2.0)
        b = a * 3
        c = b * b
        root = b + c
        return root, {"a": a, "b": b, "c": c, "L": root}

    def test_overwriting_keeps_only_the_last_contribution(self) -> None:
        wrong = trace(*self.twice(), rule="overwrite")
        assert wrong.grads["a"] == 6.0
        assert wrong.right.grads["a"] == 24.0
        assert "b.grad = 6  (2 uses, the last overwrote: 6, 6)  wrong, should be 12" in wrong.text(UNICODE)
        assert "a.grad = 1 × 6" in str(wrong)
        assert ["should be 24" in edge.note for edge in wrong[1].edges] == [False, True]

    def test_depth_first_passes_a_gradient_on_too_early(self) -> None:
        wrong = trace(*self.diamond(), order="dfs")
        assert "(1 of 3 uses, too early)  wrong, should be 13" in wrong.text(UNICODE)
        assert (wrong.grads["a"], wrong.right.grads["a"]) == (3.0, 39.0)

    def test_the_right_pass_stands_beside_it(self) -> None:
        wrong = trace(*self.twice(), rule="overwrite")
        table = str(wrong).split("\n\n")[1]
        assert words(table)[0] == ["node", "data:", "wrong", "right", "grad:", "wrong", "right"]
        assert ["a", "3", "3", "6", "24", "(+18)"] in words(table)
        assert repr(wrong) == str(wrong)

    def test_where_nothing_is_used_twice_no_bug_shows(self) -> None:
        nodes = lesson()
        for bug in ({"rule": "overwrite"}, {"order": "dfs"}):
            wrong = trace(nodes["L"], nodes, **bug)  # type: ignore[arg-type]
            assert dict(wrong.grads) == dict(wrong.right.grads)
            assert "no difference: 7 nodes the same in both" in str(wrong)

    def test_it_survives_json(self) -> None:
        wrong = trace(*self.diamond(), order="dfs")
        again = Trace.from_json(wrong.to_json())
        assert (again, again.right, again.order) == (wrong, wrong.right, "dfs")
        assert str(again) == str(wrong)

    @given(root=graphs())
    def test_the_pass_beside_a_bug_is_the_right_one(self, root: Value) -> None:
        try:
            wrong = trace(root, rule="overwrite", order="dfs")
        except DomainError:  # the wrong numbers may meet a derivative that the right ones never ask for
            return
        assert wrong.right == trace(root)


@example(root=chain(3))
@given(root=graphs())
def test_the_uses_of_a_node_are_counted_and_add_up(root: Value) -> None:
    recorded = trace(root)
    for step in recorded[1:]:
        total = 0.0
        for contribution in step.contributions:
            total += contribution
        assert total == step.grad
        assert step.uses == len(step.contributions)


def test_a_negative_number_gets_brackets_where_it_would_be_misread() -> None:
    x = Value(-3.0, "x")
    [step] = trace(x**2.0).forward
    assert str(step) == "[1/1] v2 = x**2 = (-3)**2 = 9"
    assert str(trace(-x).forward) == "[1/1] v2 = -x = -(-3) = 3"
