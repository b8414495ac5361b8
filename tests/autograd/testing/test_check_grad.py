"""check_grad accepts right gradients and objects to wrong ones, in words that say what is wrong."""

import math

import pytest

from autograd import Kink, NoGraphError, Operation, Value, exp, log, no_grad, register, relu, sqrt, tanh, unregister
from autograd.testing import BUGS, Model, changed_rule, check_grad


def neuron(w, x):
    return tanh(w[0] * x + w[1])


POINT = ([0.5, -1.0], 1.25)


@pytest.mark.parametrize("reference", ["mpmath", "sympy", "central"])
def test_right_gradients_pass_against_every_reference(reference):
    report = check_grad(neuron, POINT, reference=reference)
    assert {entry.name for entry in report.entries} == {"w[0]", "w[1]", "x"}
    assert {entry.mode for entry in report.entries} == {"backward", "backward ×2", "jvp", "grad"}
    assert report.worst.ratio <= 1


@pytest.mark.parametrize("reference", ["mpmath", "sympy", "central"])
def test_a_rule_off_by_a_millionth_fails_against_every_reference(reference):
    with changed_rule("tanh", ["1.000001 * (1 - y ** 2)"]), pytest.raises(AssertionError):
        check_grad(neuron, POINT, reference=reference)


def test_the_message_holds_table_code_the_wrong_rule_and_the_explanation():
    with changed_rule("tanh", ["1 - y"]), pytest.raises(AssertionError) as caught:
        check_grad(neuron, POINT)
    text = str(caught.value)
    for column in ("entry", "ours", "reference", "error/tol", "nearest kink"):
        assert column in text
    assert "v2 = tanh(v1)" in text
    assert "The rule of tanh is wrong at v2: ∂tanh/∂v1 = 1 - y gives" in text
    assert "How the engine gets" in text


def test_the_code_in_the_message_runs_and_shows_the_fault():
    with changed_rule("tanh", ["1 - y"]):
        with pytest.raises(AssertionError) as caught:
            check_grad(neuron, POINT)
        lines = str(caught.value).split("The case as code:\n")[1].split("\n\n")[0]
        session = {}
        exec("\n".join(line.strip() for line in lines.split("\n")), session)
        assert session["x0"].grad == pytest.approx(1.25 * (1 - math.tanh(-0.375)))


def test_a_fault_of_the_pass_is_not_blamed_on_a_rule():
    with (
        BUGS["lost edge"],
        pytest.raises(AssertionError, match="own partial derivatives are right here") as caught,
    ):
        check_grad(lambda x: x * x, (3.0,))
    assert "The rule of" not in str(caught.value)


def test_second_and_third_orders_are_checked():
    assert any(entry.mode == "order 3" for entry in check_grad(lambda x: x**3 * exp(x), (0.5,), order=3).entries)
    # Right to first order at the point, wrong to second: 1 - y² and 1 - y·t agree where t is y's own number.
    number = repr(math.tanh(0.5))
    with changed_rule("tanh", [f"1 - y * {number}"]):
        check_grad(lambda x: x.tanh(), (0.5,))
        with pytest.raises(AssertionError, match="order 2"):
            check_grad(lambda x: x.tanh(), (0.5,), order=2)


def test_a_graph_used_twice_must_double_the_gradient():
    with BUGS["stale interior"], pytest.raises(AssertionError, match="left over from the first"):
        check_grad(lambda x: tanh(x * x), (0.5,))


def test_forward_mode_is_held_against_the_reference_too():
    with BUGS["no chain"], pytest.raises(AssertionError, match="jvp"):
        check_grad(lambda x: tanh(x) * 3, (0.5,))


def test_several_outputs_are_all_checked():
    assert len(check_grad(lambda x, y: [x * y, [x + y]], (2.0, 3.0)).entries) == 16


def test_a_gradient_between_the_slopes_of_a_kink_passes_and_one_outside_fails():
    report = check_grad(lambda x: relu(x) * 2, (0.0,))
    assert report.worst.gap == 0
    with pytest.raises(AssertionError, match="on a kink of relu"):
        check_grad(lambda x: relu(x) - relu(-x), (0.0,))  # x itself, but the convention gives 0


def test_numbers_of_very_different_size_are_judged_on_their_own_scale():
    check_grad(lambda a, b: a * 1e-200 + b * 1e200, (1e-9, 1e9))
    with changed_rule("mul", ["b * 1.0001", "a"]), pytest.raises(AssertionError):
        check_grad(lambda a, b: a * 1e-200 + b * 1e200, (1e-9, 1e9))


def test_rounding_that_cancellation_makes_visible_is_no_failure():
    check_grad(lambda x: exp(x) / (1 + exp(x)) * (1 - exp(x) / (1 + exp(x))), (20.0,))
    check_grad(lambda x: tanh(x), (15.0,))


def test_parameters_of_a_model_are_entries_and_keep_their_gradients():
    model = Model([[[0.5, -1.0, 0.25]], [[2.0, 0.1]]], [([1.0, 2.0], [0.5])])
    model.parameters()[0].grad = 7.0
    report = check_grad(model, ())
    assert {entry.name for entry in report.entries} == {p.label for p in model.parameters()}
    assert [p.grad for p in model.parameters()] == [7.0, 0.0, 0.0, 0.0, 0.0]
    assert [p.has_grad for p in model.parameters()] == [True, False, False, False, False]


def test_a_module_and_a_loss_of_nn_are_checked_by_duck_type():
    import nn

    check_grad(nn.MLP(2, [3, 1], activation="tanh", seed=1), ([0.5, -1.0],))
    with changed_rule("tanh", ["1 - y"]), pytest.raises(AssertionError):
        check_grad(nn.MLP(2, [3, 1], activation="tanh", seed=1), ([0.5, -1.0],))


def test_a_users_operation_is_checked_and_its_wrong_rule_found():
    right = Operation("hump", "a", "exp(-a * a)", ("-2 * a * y",))
    wrong = Operation("bump", "a", "exp(-a * a)", ("-a * y",))
    for row in (right, wrong):
        register(row)
    try:
        check_grad(right.function, (0.5,), order=2)
        with pytest.raises(AssertionError, match="The rule of bump is wrong"):
            check_grad(wrong.function, (0.5,))
    finally:
        for row in (right, wrong):
            unregister(row.name)


def test_the_distance_to_the_nearest_kink_is_that_of_the_entry():
    report = check_grad(lambda a, b: relu(a) + b * b, (0.25, 3.0))
    gaps = {entry.name: (entry.gap, entry.kink) for entry in report.entries}
    assert gaps["a"] == (0.25, "relu")
    assert gaps["b"] == (math.inf, "")


def test_constants_and_detached_values_have_no_entries_and_no_derivative():
    check_grad(lambda x: x * x.detach(), (3.0,), reference="mpmath")
    assert check_grad(lambda x: Value(2.0), (3.0,)).worst.ours == 0


def test_inside_no_grad_there_is_no_graph_to_check_and_the_error_says_so():
    with no_grad(), pytest.raises(NoGraphError, match="outside of no_grad"):
        check_grad(lambda x: Value(1.0) + 0 * x, (3.0,))


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ((3.0, (1.0,)), TypeError, "function of numbers, got float"),
        ((tanh, 1.0), TypeError, r"write check_grad\(f, \(x,\)\)"),
        ((tanh, ("1.0",)), TypeError, "str"),
        ((tanh, (math.nan,)), ValueError, "nan"),
        ((lambda: Value(1.0), ()), ValueError, "nothing to differentiate"),
    ],
)
def test_what_cannot_be_checked_is_refused(arguments, error, words):
    with pytest.raises(error, match=words):
        check_grad(*arguments)


@pytest.mark.parametrize(
    "options",
    [
        {"order": 0},
        {"order": 1.5},
        {"reference": "guess"},
        {"tol": 0},
        {"tol": 2},
        {"reference": "central", "order": 2},
    ],
)
def test_options_that_make_no_sense_are_refused(options):
    with pytest.raises(ValueError, match=r"order|reference|tol"):
        check_grad(tanh, (1.0,), **options)


def test_domain_errors_of_the_function_pass_through():
    with pytest.raises(ValueError, match=r"log of -1\.0"):
        check_grad(log, (-1.0,))
    with pytest.raises(ValueError, match="derivative of sqrt"):
        check_grad(sqrt, (0.0,))


def test_a_stated_kink_is_no_excuse_away_from_it():
    row = register(
        Operation("bentop", "a", "where(a > 0, a, 0)", ("where(a > 1, 1, 0)",), kinks=(Kink("a == 0", "0", "1"),))
    )
    try:
        check_grad(row, (2.0,))
        with pytest.raises(AssertionError):
            check_grad(row, (0.5,))
    finally:
        unregister("bentop")


def test_a_report_of_a_wrong_rule_to_the_last_word():
    with BUGS["mul swapped"], pytest.raises(AssertionError) as error:
        check_grad(lambda a, b: a * b + a, (3.0, 5.0))
    assert str(error.value) == """8 of 8 derivatives are wrong (reference: mpmath)

   entry  mode         ours  reference  error/tol  nearest kink
✗  b      backward     5     3          6.7e+08    none
✗  b      backward ×2  5     3          6.7e+08    none
✗  b      jvp          5     3          6.7e+08    none
✗  b      grad         5     3          6.7e+08    none
✗  a      backward     4     6          3.3e+08    none
✗  a      backward ×2  4     6          3.3e+08    none
✗  a      jvp          4     6          3.3e+08    none
✗  a      grad         4     6          3.3e+08    none

The case as code:
    from autograd import Value, add, mul
    x0 = Value(3.0)
    x1 = Value(5.0)
    v0 = mul(x0, x1)
    v1 = add(v0, x0)
    v1.backward()

The rule of mul is wrong at v0: ∂mul/∂x0 = a gives 3, but the value's slope is 5
The rule of mul is wrong at v0: ∂mul/∂x1 = b gives 5, but the value's slope is 3

How the engine gets ∂v1/∂x1 (b):
    ∂v1/∂x1 = 5, the sum over 1 path
      ∂v1/∂v0 × ∂v0/∂x1 = 1 × x1 = 1 × 5 = 5"""


def test_a_report_of_a_wrong_pass_to_the_last_word():
    with BUGS["lost edge"], pytest.raises(AssertionError) as error:
        check_grad(lambda a, b: a * b + a * a, (3.0, 5.0))
    assert str(error.value) == """2 of 8 derivatives are wrong (reference: mpmath)

   entry  mode         ours  reference  error/tol  nearest kink
✗  a      backward     8     11         2.7e+08    none
✗  a      backward ×2  8     11         2.7e+08    none
   a      jvp          11    11         0          none
   b      backward     3     3          0          none
   b      backward ×2  3     3          0          none
   b      jvp          3     3          0          none
   a      grad         11    11         0          none
   b      grad         3     3          0          none

The case as code:
    from autograd import Value, add, mul
    x0 = Value(3.0)
    x1 = Value(5.0)
    v0 = mul(x0, x1)
    v1 = mul(x0, x0)
    v2 = add(v0, v1)
    v2.backward()

Each step's own partial derivatives are right here; the backward pass combines them wrongly: a path is lost or counted \
twice, or a node passes its gradient on before it has all of it.

What the paths add up to for ∂v2/∂x0 (a):
    ∂v2/∂x0 = 11, the sum over 3 paths
      ∂v2/∂v0 × ∂v0/∂x0 = 1 × x1 = 1 × 5 = 5
      ∂v2/∂v1 × ∂v1/∂x0₁ = 1 × x0 = 1 × 3 = 3
      ∂v2/∂v1 × ∂v1/∂x0₂ = 1 × x0 = 1 × 3 = 3
    ∂v2/∂x0 = 5 + 3 + 3 = 11"""


def test_a_long_program_is_explained_by_its_paths():
    def long(a, b):
        y = a * b
        for _ in range(7):
            y = y + 1
        return y * a

    with BUGS["mul swapped"], pytest.raises(AssertionError) as error:
        check_grad(lambda a, b: long(a, b) + b, (3.0, 5.0))
    chain = " ← ".join(f"v{line}" for line in range(8, -1, -1))
    assert str(error.value).split("How the engine gets ")[1].splitlines() == [
        "∂v9/∂x1 (b):",
        "    v9 ← x1: 1 = 1",
        f"    v9 ← {chain} ← x1: 1 · 22 · 1 · 1 · 1 · 1 · 1 · 1 · 1 · 5 = 110",
        "    sum over paths = 111",
    ]
