"""A program's passes leave behind what the eager ones would, refuse what they would, and never show old numbers."""

import math
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from autograd import (
    DomainError,
    Graph,
    Operation,
    StaleGraphError,
    Value,
    dot,
    log,
    mean,
    norm,
    parameter,
    register,
    sqrt,
    unregister,
)
from autograd import pow as power
from autograd.jit import compile
from tests.autograd.jit.agreement import assert_agrees

BOTH = pytest.mark.parametrize("native", [False, True], ids=["numpy", "numba"])


@pytest.fixture(autouse=True)
def _numba_where_asked(request: pytest.FixtureRequest) -> None:
    if "native" in request.fixturenames and request.getfixturevalue("native"):
        pytest.importorskip("numba")


@BOTH
def test_forward_and_backward_read_the_leaves_present_numbers(native: bool) -> None:
    x, w = Value(3.0), Value(2.0)
    root = (w * x).tanh() + w
    program = compile(root, native=native)
    x.data = 0.25
    assert program.forward() == pytest.approx(math.tanh(0.5) + 2.0, rel=1e-15)
    program.backward()
    assert w.grad == pytest.approx(1 + 0.25 * (1 - math.tanh(0.5) ** 2), rel=1e-14)
    assert root.data == program.forward()


@BOTH
def test_backward_twice_doubles_leaf_gradients_and_takes_a_seed(native: bool) -> None:
    x = Value(3.0)
    program = compile(x * x + x * 2.0, native=native)
    program.forward()
    program.backward()
    program.backward()
    assert x.grad == 16.0
    x.zero_grad()
    program.backward(-0.5)
    assert x.grad == -4.0


@BOTH
def test_backward_after_a_leaf_changed_is_refused_as_stale(native: bool) -> None:
    x = Value(3.0, "x")
    program = compile(x * x, native=native)
    program.forward()
    x.data = 4.0
    with pytest.raises(StaleGraphError, match="'x'"):
        program.backward()
    assert not x.has_grad


@BOTH
def test_eager_passes_through_numbers_the_program_left_behind_are_refused_until_written_back(native: bool) -> None:
    x = Value(1.0)
    inner = x.exp()
    root = inner * 2 + x
    program = compile(root, native=native)
    x.data = 2.0
    program.forward()
    with pytest.raises(StaleGraphError):
        root.backward()
    program.write_back()
    assert inner.data == math.exp(2.0)
    root.backward()
    assert x.grad == pytest.approx(2 * math.exp(2.0) + 1)


@BOTH
def test_a_domain_error_names_the_node_as_the_eager_pass_does(native: bool) -> None:
    x = Value(2.0, "x")
    program = compile(mean([log(x), x * 2, x * 3]), native=native)
    x.data = -1.0
    with pytest.raises(DomainError, match=r"log of -1.0.*'x'"):
        program.forward()
    x.data = 3.0
    assert program.forward() == pytest.approx((math.log(3) + 15) / 3)


@BOTH
def test_a_missing_derivative_is_refused_and_every_gradient_stays(native: bool) -> None:
    x, y = Value(4.0, "x"), Value(1.0)
    program = compile(sqrt(x) + y, native=native)
    x.data = 0.0
    program.forward()
    y.grad = 5.0
    with pytest.raises(DomainError, match="sqrt"):
        program.backward()
    assert y.grad == 5.0
    assert not x.has_grad


@BOTH
def test_an_upstream_gradient_of_zero_contributes_zero_even_where_the_derivative_is_infinite(native: bool) -> None:
    x = Value(4.0)
    program = compile(sqrt(x) * 0.0 + x, native=native)
    x.data = 0.0
    program.forward()
    program.backward()
    assert x.grad == 1.0


@BOTH
def test_overflow_gives_infinity_and_inf_minus_inf_the_typed_error(native: bool) -> None:
    x = Value(1.0)
    grown = compile(x.exp() + 1, native=native)
    x.data = 1000.0
    assert grown.forward() == math.inf
    y = Value(1.0)
    difference = compile(y.exp() - (y * 2).exp(), native=native)
    y.data = 1000.0
    with pytest.raises(DomainError):
        difference.forward()


@BOTH
def test_a_nan_hidden_by_a_comparison_is_found(native: bool) -> None:
    x = Value(1.0)
    program = compile((x.exp() - (x * 2).exp()).relu() + x, native=native)
    x.data = 1000.0
    with pytest.raises(DomainError):
        program.forward()


@BOTH
@pytest.mark.parametrize("count", [1, 9])
def test_a_registered_operation_compiles_with_no_further_edit(native: bool, count: int) -> None:
    gentle = register(
        Operation(
            "gentle",
            "a, scale=1.0",
            "a / (scale + abs(a))",
            ("scale / (scale + abs(a)) ** 2", "-y / (scale + abs(a))"),
            domain="scale > 0",
        )
    )
    spread = register(
        Operation(
            "spread",
            "*a",
            "max(a) - sum(a) / count(a)",
            ("where(a == max(a), 1, 0) - 1 / count(a)",),
            domain="min(a) > -100",
        )
    )
    try:

        def build() -> Value:
            s = Value(0.5)
            rows = [[Value(0.3 * n + j), Value(1.0 - n)] for n, j in [(n, 0.1) for n in range(count)]]
            return mean([gentle(spread([a, b, a * b]), s) for a, b in rows])

        assert_agrees(build, native=native)
        far = Value(1.0, "far")
        program = compile(mean([spread([far, far * 2]) for _ in range(count)]), native=native)
        far.data = -200.0
        with pytest.raises(DomainError, match="spread"):
            program.forward()
    finally:
        unregister("gentle")
        unregister("spread")


@BOTH
def test_every_function_of_the_formula_language_compiles(native: bool) -> None:
    row = Operation(
        "odd", "a, b, c", "norm(a, b, c) + max(a, b) + sum(a, b) * prod(b, c) + count(a, b) * pi + min(b, c) % 1",
        ("a / norm(a, b, c) + where(a >= b, 1, 0) + prod(b, c)",
         "b / norm(a, b, c) + where(b > a, 1, 0) + prod(b, c) + sum(a, b) * c + where(b < c, 1, 0)",
         "c / norm(a, b, c) + sum(a, b) * b + where(c <= b, 1, 0)"),
    )  # fmt: skip
    many = Operation(
        "bent", "*a, b", "norm(a) / (count(a) + b ** 2) + min(a)",
        ("a / norm(a) / (count(a) + b ** 2) + where(a == min(a), 1, 0)",
         "-2 * b * norm(a) / (count(a) + b ** 2) ** 2"),
    )  # fmt: skip
    odd, bent = register(row), register(many)
    try:

        def build() -> Value:
            rows = [(Value(0.5 + n), Value(1.25 - 0.3 * n), Value(0.7)) for n in range(9)]
            return mean([odd(a, b, c) * bent([a, b, c, a * b], c) for a, b, c in rows])

        assert_agrees(build, native=native)
    finally:
        unregister("odd")
        unregister("bent")


@BOTH
def test_constants_ask_for_no_derivative(native: bool) -> None:
    x = Value(-2.0)
    program = compile(power(x, 3.0), native=native)
    program.forward()
    program.backward()
    assert x.grad == 12.0


@BOTH
def test_a_chain_of_many_nodes_compiles_and_runs_without_recursion(native: bool) -> None:
    x = Value(0.5)
    root = x
    for _ in range(2000):
        root = root.tanh() if _ % 2 else root + x
    program = compile(root, native=native)
    expected = root.data
    x.data = 0.5
    assert program.forward() == pytest.approx(expected, rel=1e-12)


def test_rows_open_as_ordinary_graphs_and_traces_with_the_same_numbers() -> None:
    w, b = parameter(0.5, "w"), parameter(0.1, "b")
    xs = [Value(0.3 * n) for n in range(4)]
    program = compile(mean([((w * x + b).tanh() - 1) ** 2 for x in xs]), native=False)
    w.data = 0.75
    program.forward()
    graph = program.graph(row=2)
    assert isinstance(graph, Graph)
    assert graph.root.data == pytest.approx((math.tanh(0.75 * 0.6 + 0.1) - 1) ** 2)
    assert len(program.rows) == 4
    assert program.trace(row=1).graph.root is program.rows[1] if hasattr(program.trace(row=1), "graph") else True
    with pytest.raises(IndexError, match="4 rows"):
        program.graph(row=4)


def test_a_program_prints_its_instructions_with_the_nodes_that_each_stands_for() -> None:
    w = [parameter(0.5), parameter(0.25)]
    rows = [[Value(n + 0.5), Value(n * 2.0)] for n in range(8)]
    program = compile(mean([(w[0] * x + w[1] * y + 1).relu() for x, y in rows]), native=False)
    text = repr(program)
    assert "8 relu nodes" in text
    assert "1 mean node" in text
    assert "· " in text


def test_every_kind_of_instruction_is_printed() -> None:
    rng = random.Random(1)
    w = [[parameter(rng.random()) for _ in range(3)] for _ in range(4)]
    x = [[Value(rng.random()) for _ in range(3)] for _ in range(9)]
    hidden = [[dot(row, sample).tanh() for row in w] for sample in x]
    scattered = [w[0][0], w[2][1], w[1][2], w[3][0]]
    outputs = [dot(scattered, values) * 2.0 - values[1] for values in hidden]
    text = repr(compile(mean([*outputs, norm(outputs), Value(1.0) * 3.0]), native=False))
    for part in ("·", "tanh(", "norm(", "gathered(", "constant", "leaves[", "gather ", "a copy"):
        assert part in text, text


def test_compile_says_what_it_takes() -> None:
    with pytest.raises(TypeError, match="Value"):
        compile(lambda x: x)  # type: ignore[arg-type]


CHECK = """
from autograd import Value
from autograd.jit import compile, native
x = Value(2.0)
program = compile(x.tanh() * x, native=True)
x.data = 0.5
print(program.forward(), native.cache_folder())
"""


def run_elsewhere(**environment: str) -> str:
    pytest.importorskip("numba")
    root = Path(__file__).resolve().parents[3]
    settings = {**os.environ, "PYTHONPATH": str(root), **environment}
    done = subprocess.run([sys.executable, "-c", CHECK], env=settings, capture_output=True, text=True, check=True)
    return done.stdout


def test_a_read_only_home_is_no_error(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", "utf-8")
    number, folder = run_elsewhere(CHAINRULE_CACHE=str(blocked)).split()
    assert float(number) == pytest.approx(0.5 * math.tanh(0.5), rel=1e-15)
    assert not Path(folder).exists(), "a temporary folder is removed at the end"


def test_a_second_process_finds_the_kernels_of_the_first(tmp_path: Path) -> None:
    first = run_elsewhere(CHAINRULE_CACHE=str(tmp_path))
    kept = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.nb?")}
    assert kept
    assert run_elsewhere(CHAINRULE_CACHE=str(tmp_path)) == first
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.nb?")} == kept


def test_without_numba_numpy_runs_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numba", None)
    x = Value(2.0)
    program = compile(x * x)
    assert not program.native
    assert program.forward() == 4.0
    with pytest.raises(ImportError, match=r"chainrule\[fast\]"):
        compile(x * x, native=True)
