"""Each planted bug is found by the tool that claims it, and is gone afterwards."""

import math
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.stateful import run_state_machine_as_test

import autograd
from autograd import OPERATIONS, StaleGraphError, Value
from autograd.testing import BUGS, check_grad, check_kinks, gradient_machine, programs, random_program

QUIET = settings(
    max_examples=2000, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck), report_multiple_bugs=False,
)  # fmt: skip


def look_with_programs():
    for seed in range(2000):
        program = random_program(seed)
        check_grad(program, program.inputs)


def look_with_kinks():
    for op in OPERATIONS:
        check_kinks(op)


def look_with_machine():
    run_state_machine_as_test(gradient_machine(), settings=settings(QUIET, max_examples=400, stateful_step_count=30))


TOOLS = {"programs": look_with_programs, "kinks": look_with_kinks, "machine": look_with_machine}


@pytest.mark.parametrize("name", BUGS)
def test_a_planted_bug_is_caught(name):
    # The machine's calls may also be refused: by an engine that takes a fresh graph for a stale one.
    with BUGS[name], pytest.raises((AssertionError, StaleGraphError)):
        TOOLS[BUGS[name].found_by]()


@pytest.mark.parametrize("name", BUGS)
def test_a_bug_is_gone_after_an_exception_inside_it(name):
    with pytest.raises(KeyError, match="inside"), BUGS[name]:
        raise KeyError("inside")
    x, y = Value(0.5), Value(2.0)
    middle = x.tanh() * y - x
    root = middle * middle
    root.backward()
    root.backward()
    t = x.data**0 * Value(0.5).tanh().data
    expected = 2 * (t * 2 - 0.5) * ((1 - t * t) * 2 - 1)
    assert x.grad == pytest.approx(2 * expected, rel=1e-12)


def test_a_tree_without_shared_nodes_does_not_find_an_accumulation_bug_but_sharing_does():
    def first(share):
        for seed in range(100):
            program = random_program(seed, share=share)
            leaves = [Value(number) for number in program.inputs]
            program(*leaves).backward()
            right = [leaf.grad for leaf in leaves]
            with BUGS["lost edge"]:
                leaves = [Value(number) for number in program.inputs]
                program(*leaves).backward()
            if [leaf.grad for leaf in leaves] != pytest.approx(right, rel=1e-9):
                return seed
        return None

    assert first(share=False) is None
    assert first(share=True) is not None


@settings(max_examples=25)
@given(programs(max_ops=4))
def test_a_bug_can_be_entered_again_and_again(program):
    with BUGS["tanh square"], BUGS["tanh square"]:
        pass
    check_grad(program, program.inputs)


Machine = gradient_machine()
TestMachine = Machine.TestCase
TestMachine.settings = settings(max_examples=60, stateful_step_count=30, deadline=None, derandomize=True)


def leaf_gradients(build: Callable[..., Value], *numbers: float, passes: int = 1) -> list[float]:
    leaves = [Value(number) for number in numbers]
    root = build(*leaves)
    for _ in range(passes):
        root.backward()
    return [leaf.grad for leaf in leaves]


def half_way() -> list[float]:
    a, b = Value(1.0), Value(0.0)
    with pytest.raises(autograd.DomainError):
        ((b * 3).sqrt() + a * 2).backward()
    return [a.grad]


def after_a_change() -> list[float]:
    x = Value(2.0)
    y = x * x
    x.data = 5.0
    try:
        y.backward()
    except autograd.StaleGraphError:
        return []
    return [x.grad]


def after_zero_grad() -> list[float]:
    x = Value(1.0)
    y = x * 2
    y.backward()
    y.zero_grad()
    return [x.grad]


def forward_again() -> list[float]:
    x = Value(1.0)
    y = x * 2 * 3
    x.data = 5.0
    return [y.forward()]


# What a class computes with pencil and paper: the right numbers, and those of the engine with this bug.
LESSONS: dict[str, tuple[Callable[[], list[float]], list[float], list[float]]] = {
    "overwrite": (lambda: leaf_gradients(lambda x: x * 2 + x * 3, 1.0), [5.0], [2.0]),
    "wrong order": (lambda: leaf_gradients(lambda x: (b := x * 2) + b * 3, 1.0), [8.0], [2.0]),
    "lost edge": (lambda: leaf_gradients(lambda x: x * x, 3.0), [6.0], [3.0]),
    "stale interior": (lambda: leaf_gradients(lambda x: x * 2, 1.0, passes=2), [4.0], [6.0]),
    "no accumulation": (lambda: leaf_gradients(lambda x: x * 2, 1.0, passes=2), [4.0], [2.0]),
    "not restored": (half_way, [0.0], [2.0]),
    "stale ignored": (after_a_change, [], [10.0]),
    "no chain": (lambda: [autograd.grad(lambda x: x * 2 * 3)(1.0)], [6.0], [2.0]),
    "detach leaks": (lambda: leaf_gradients(lambda x: x.detach() * x, 3.0), [3.0], [6.0]),
    "zero_grad shallow": (after_zero_grad, [0.0], [2.0]),
    "forward shallow": (forward_again, [30.0], [6.0]),
    "sub sign": (lambda: leaf_gradients(lambda a, b: a - b, 3.0, 5.0), [1.0, -1.0], [1.0, 1.0]),
    "mul swapped": (lambda: leaf_gradients(lambda a, b: a * b, 3.0, 5.0), [5.0, 3.0], [3.0, 5.0]),
    "div denominator": (lambda: leaf_gradients(lambda a, b: a / b, 3.0, 2.0), [0.5, -0.75], [0.5, -1.5]),
    "tanh square": (lambda: leaf_gradients(Value.tanh, 0.5), [1 - math.tanh(0.5) ** 2], [1 - math.tanh(0.5)]),
    "sigmoid input": (lambda: leaf_gradients(Value.sigmoid, 0.0), [0.25], [0.0]),
    "pow exponent": (lambda: leaf_gradients(lambda a, b: a**b, 2.0, 3.0), [12.0, 8 * math.log(2)], [12.0, 0.0]),
    "log scale": (lambda: leaf_gradients(Value.log, 2.0), [0.5], [0.5005]),
    "relu everywhere": (lambda: leaf_gradients(Value.relu, -1.0), [0.0], [1.0]),
    "relu kink": (lambda: leaf_gradients(Value.relu, 0.0), [0.0], [2.0]),
    "max tie": (lambda: leaf_gradients(lambda a, b: autograd.max([a, b]), 1.0, 1.0), [0.5, 0.5], [1.0, 1.0]),
}


@pytest.mark.parametrize("name", BUGS)
def test_a_bug_does_what_its_line_says_and_no_more(name: str) -> None:
    lesson, right, wrong = LESSONS[name]
    assert lesson() == pytest.approx(right, rel=1e-15)
    with BUGS[name]:
        assert lesson() == pytest.approx(wrong, rel=1e-15)
    assert lesson() == pytest.approx(right, rel=1e-15)
