"""`diagnose`, `compare` and `watch`: what is wrong in a graph, what changed between two, how one gradient grew."""

from typing import Any

import pytest
from hypothesis import given

import autograd
from autograd import StaleGraphError, Value, compare, diagnose, trace
from autograd.graph import topological_order
from autograd.stepping import Diagnosis
from tests.autograd.stepping.graphs import chain, graphs, state


def kinds(found: Diagnosis) -> list[tuple[str, str]]:
    return [(finding.kind, finding.node) for finding in found.findings]


class TestDiagnose:
    """Zero, tiny and huge partials; dead and saturated units."""

    def test_a_healthy_graph_has_nothing_to_report(self) -> None:
        a, b = Value(2.0, "a"), Value(3.0, "b")
        found = diagnose(a * b)
        assert found.healthy
        assert str(found) == "nothing to report: gradients flow from v3 to all of 3 nodes"

    def test_a_dead_relu_and_what_it_cuts_off(self) -> None:
        w, x, b = Value(-1.0, "w"), Value(2.0, "x"), Value(1.0, "b")
        z = w * x
        a = z.relu()
        found = diagnose(a + b, {"z": z, "a": a})
        assert kinds(found) == [("dead", "a"), ("cut off", "x"), ("cut off", "w")] or kinds(found) == [
            ("dead", "a"), ("cut off", "w"), ("cut off", "x")]  # fmt: skip
        assert "a: relu(z) with z = -2, ∂a/∂z = where(z > 0, 1, 0) = 0" in str(found)

    def test_a_saturated_unit(self) -> None:
        x = Value(12.0, "x")
        found = diagnose(x.tanh() * 1)
        assert kinds(found)[0] == ("saturated", "v2")
        assert "tanh(x) with x = 12, ∂v2/∂x = 1 - v2**2 = 1.51" in str(found)
        assert kinds(diagnose(Value(50.0, "x").tanh()))[0] == ("saturated", "v2")

    def test_tiny_and_huge_partials(self) -> None:
        x, y = Value(1e-7, "x"), Value(1e7, "y")
        assert kinds(diagnose(x * y)) == [("tiny", "v3"), ("huge", "v3"), ("vanishing", "y"), ("exploding", "x")]
        assert kinds(diagnose(x * y, tiny=1e-9, huge=1e9)) == []
        zero = Value(0.0, "o")
        assert ("zero", "v3") in kinds(diagnose(zero * y))

    def test_products_along_a_path_vanish_and_explode(self) -> None:
        x = Value(1.0, "x")
        small, large = x, x
        for _ in range(30):
            small, large = small * 0.5, large * 2
        vanishing, exploding = diagnose(small), diagnose(large)
        assert kinds(vanishing) == [("vanishing", "x")]
        assert kinds(exploding) == [("exploding", "x")]
        assert "9.31323e-10 along v31 → v30 → v29 → v28 → … 23 nodes … → v4 → v3 → v2 → x" in " ".join(str(vanishing).split())

    def test_a_residual_connection_saves_the_gradient(self) -> None:
        x = Value(1.0, "x")
        y = x
        for _ in range(30):
            y = y + y * 0.001
        assert not diagnose(y, tiny=1e-4).of("vanishing")

    def test_a_module_dead_for_every_sample_is_named(self) -> None:
        outputs = []
        for x in (1.0, 2.0):
            for origin, weight in (("MLP/0", -1.0), ("MLP/1", x - 1.5)):
                unit = (Value(weight) * x).relu()
                unit.origin = origin
                outputs.append(unit)
        found = diagnose(autograd.sum(outputs))
        assert found.dead_modules == ("MLP/0",)
        assert "MLP/0 is dead for every sample of this graph" in str(found)

    def test_at_most_eight_of_a_kind_are_printed(self) -> None:
        found = diagnose(autograd.sum([Value(-1.0).relu() for _ in range(50)]))
        assert "dead: the unit passes no gradient on (50)" in str(found)
        assert "… 42 more: .of('dead')" in str(found)
        assert len(found.of("dead")) == 50

    @pytest.mark.parametrize("limits", [{"tiny": 0.0}, {"huge": -1.0}, {"tiny": 5.0, "huge": 2.0}])
    def test_limits_must_make_sense(self, limits: dict[str, float]) -> None:
        with pytest.raises(ValueError, match="0 < tiny < huge"):
            diagnose(Value(1.0), **limits)  # type: ignore[arg-type]

    def test_wrong_arguments_are_refused(self) -> None:
        with pytest.raises(TypeError, match="Value"):
            diagnose(3.0)  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="real number"):
            diagnose(Value(1.0), tiny="small")  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="there is no kind 'sick'; the kinds are dead,"):
            diagnose(Value(1.0)).of("sick")
        x = Value(1.0, "x")
        root = x * 2
        x.data = 2.0
        with pytest.raises(StaleGraphError):
            diagnose(root)

    @given(root=graphs())
    def test_the_graph_is_left_as_it_was(self, root: Value) -> None:
        before = state(root)
        assert str(diagnose(root))
        assert state(root) == before

    @given(root=graphs())
    def test_what_is_cut_off_has_no_gradient(self, root: Value) -> None:
        cut = {finding.node for finding in diagnose(root).of("cut off")}
        grads = trace(root).grads
        for node in topological_order(root):
            name = trace(root).name(node) if node.role != "constant" else ""
            if name in cut:
                assert grads[name] == 0.0

    def test_it_works_at_depth_100000(self) -> None:
        assert diagnose(chain(100_000)).healthy


class TestCompare:
    """Two traces side by side."""

    def step(self) -> tuple[Any, Any]:
        w, x = Value(2.0, "w"), Value(3.0, "x")
        loss = (w * x - 5) ** 2
        before = trace(loss, {"L": loss})
        loss.backward()
        w.data -= 0.01 * w.grad
        loss.forward()
        return before, trace(loss, {"L": loss})

    def test_before_and_after_a_training_step(self) -> None:
        before, after = self.step()
        found = compare(before, after)
        by_name = {difference.name: difference for difference in found.differences}
        assert by_name["w"].data == (2.0, 1.94)
        assert by_name["L"].data == (1.0, pytest.approx(0.6724))
        assert by_name["L"].grad == (1.0, 1.0)
        assert found.same == 0
        assert "before" in str(found)

    def test_equal_traces_have_no_difference(self) -> None:
        before, _ = self.step()
        assert str(compare(before, before)) == "no difference: 5 nodes the same in both"

    def test_nodes_that_only_one_has_are_shown(self) -> None:
        a = Value(1.0, "a")
        found = compare(trace(a * 2), trace((a * 2).tanh()))
        assert [d.name for d in found.differences if None in d.data] == ["v3"]
        assert "only in one" in str(found)

    def test_many_differences_are_shortened(self) -> None:
        x = Value(1.0, "x")
        y = x
        for _ in range(100):
            y = y * 1.01
        before = trace(y)
        x.data = 2.0
        y.forward()
        text = str(compare(before, trace(y)))
        assert len(text.splitlines()) == 23
        assert "more: see .differences" in text

    @pytest.mark.parametrize("wrong", [None, Value(1.0), "L", []])
    def test_only_traces_are_compared(self, wrong: Any) -> None:
        right = trace(Value(1.0))
        with pytest.raises(TypeError, match="compare takes two traces"):
            compare(right, wrong)
        with pytest.raises(TypeError, match="compare takes two traces"):
            compare(wrong, right)


class TestWatch:
    """The changes of one gradient."""

    def test_every_change_is_shown_before_and_after(self) -> None:
        a = Value(3.0)
        b = a + a
        recorded = trace(b * b, {"a": a, "b": b})
        changes = recorded.watch(a)
        assert [(c.before, c.after) for c in changes] == [(0.0, 12.0), (12.0, 24.0)]
        assert str(changes) == "[2] from b: a.grad += 12   0 → 12\n[2] from b: a.grad += 12   12 → 24"

    def test_a_bug_shows_there_too(self) -> None:
        a = Value(3.0, "a")
        assert str(trace(a * a, rule="overwrite").watch("a")).splitlines()[1] == "[1] from v2: a.grad = 3   3 → 3"

    def test_the_root_only_has_its_seed(self) -> None:
        a = Value(3.0, "a")
        assert str(trace(a * a).watch("v2")) == "v2.grad = 1 from the start (seed), and never changes"

    def test_many_changes_are_shortened(self) -> None:
        changes = trace(chain(1000)).watch("w")
        assert len(changes) == 1001
        assert "… 981 more changes" in str(changes)
        assert len(str(changes).splitlines()) == 21

    def test_unknown_nodes_are_refused(self) -> None:
        recorded = trace(Value(3.0, "a"))
        with pytest.raises(KeyError, match="no node of this trace is called 'b'"):
            recorded.watch("b")
        with pytest.raises(TypeError, match="by its name"):
            recorded.watch(1)  # type: ignore[arg-type]

    @given(root=graphs())
    def test_changes_follow_on_each_other_up_to_the_final_gradient(self, root: Value) -> None:
        recorded = trace(root)
        for name, grad in recorded.grads.items():
            changes = recorded.watch(name)
            last = 0.0
            for change in changes:
                assert change.before == last
                last = change.after
            if changes:
                assert last == grad
