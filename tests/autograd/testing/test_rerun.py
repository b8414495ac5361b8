"""check_grad runs the function itself again: what its graph has lost is found and named, and nothing else is."""

import math
import random

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

import nn
from autograd import Value, exp, log, no_grad, sqrt, tanh
from autograd.testing import Model, check_grad, programs
from autograd.testing.entries import Case
from autograd.testing.rerun import Rerun


def findings(f, *inputs):
    return list(Rerun(Case(f, inputs), 1e-9).findings())


def message(f, *inputs, **options):
    with pytest.raises(AssertionError) as caught:
        check_grad(f, inputs, **options)
    return str(caught.value)


def test_a_cut_path_is_found_and_named():
    text = message(lambda x: x * Value(x.data), 3.0)
    assert "By x the slope of the function is 6, that of its graph 3." in text
    assert "A cut path: a new Value was made of 3, the data of x; no gradient comes back" in text
    assert "Use x itself, or x.detach()" in text
    assert "v0 = mul(x0, 3.0)" in text


def test_a_captured_number_is_found_and_named():
    assert "A captured number: 3 is the data of x" in message(lambda x: x * x.data, 3.0)
    text = message(lambda w, x: (y := tanh(w * x)) * y.data, 0.5, 2.0)
    assert "is the data of v1, and moves with it" in text
    assert "By w the slope" in text
    assert "By x the slope" in text


def test_math_of_data_is_found_and_named():
    text = message(lambda x: x * math.tanh(x.data), 0.5)
    assert "Computed outside the graph: the number 0.4621171573, which is 0.46211718" in text
    assert "A cut path" not in text
    assert "A captured number" not in text


def test_what_no_grad_computes_is_found():
    def f(x):
        with no_grad():
            scale = 2 * x
        return scale * x

    assert "Computed outside the graph: the number 6" in message(f, 3.0)


@pytest.mark.parametrize("f", [lambda x: math.tanh(x.data), lambda x: Value(x.data) * 2])
def test_a_result_without_a_graph_is_found(f):
    text = message(f, 0.5)
    assert "no graph leads to it" in text or "A cut path" in text


def test_a_hidden_state_is_named():
    calls = []

    def f(x):
        calls.append(x)
        return x * len(calls)

    text = message(f, 3.0)
    assert text.startswith("At the same inputs the function gives 3, then 6: it has a hidden state, such as a counter")


def test_a_hidden_state_that_shows_late_is_named():
    calls = []

    def f(x):
        calls.append(x)
        return x * (1 if len(calls) < 8 else 2)

    assert "it has a hidden state" in message(f, 3.0)


def test_a_cached_result_is_named_a_hidden_state():
    cache = {}
    assert "a cached result is a hidden state" in message(lambda x: cache.setdefault("y", x * x), 3.0)


def test_a_state_that_follows_the_input_or_never_changes_again_is_fine():
    last, first = [], []

    def follows(x):
        last[:] = [x.data]
        return x * x + 0 * last[0]

    def remembers(x):
        first.append(x.data)
        return x * first[0]

    check_grad(follows, (3.0,))
    check_grad(remembers, (3.0,))


def test_a_branch_that_builds_or_joins_another_graph_is_named():
    assert "builds another graph" in message(lambda x: x * 5 if x.data == 3 else x * 7 - 6, 3.0)
    assert "joins its nodes otherwise" in message(lambda a, b: (a if a.data == 3 else b) * 1, 3.0, 3.0)


@pytest.mark.parametrize("draw", [random.random, lambda: np.random.random()])
def test_random_numbers_are_named(draw):
    text = message(lambda x: x * draw(), 3.0)
    assert "it draws random numbers. Seed them inside the function" in text


def test_a_random_generator_of_its_own_is_a_hidden_state():
    chance = random.Random(0)
    assert "a random generator of its own" in message(lambda x: x * chance.random(), 3.0)


def test_random_numbers_that_are_seeded_inside_are_fine():
    check_grad(lambda x: x * random.Random(5).random(), (3.0,))
    model = nn.Sequential(nn.Layer(2, 30, activation=None, seed=0), nn.Dropout(0.5))
    assert "it draws random numbers" in message(model, [1.0, 2.0])
    model.eval()
    check_grad(model, ([1.0, 2.0],))


def test_random_numbers_that_do_not_reach_the_result_are_fine():
    check_grad(lambda x: x * x + 0 * random.random(), (3.0,))


def test_a_cut_path_through_a_parameter_is_found():
    class Scaled(Model):
        def __call__(self):
            return super().__call__() + 1e-3 * self.parameters()[1].data

    text = message(Scaled([[[0.5, -1.0, 0.25]]], [([1.0, 2.0], [0.5])]))
    assert "By w0.0.1 the slope" in text


def test_the_parameters_of_a_model_are_as_before_and_its_graphs_not_stale():
    model = Model([[[0.5, -1.0, 0.25]]], [([1.0, 2.0], [0.5])])
    loss = model()
    numbers = [parameter.data for parameter in model.parameters()]
    check_grad(model, ())
    assert [parameter.data for parameter in model.parameters()] == numbers
    loss.backward()
    assert model.parameters()[0].has_grad


def test_a_function_that_raises_leaves_parameters_as_they_were_and_detach_as_it_was():
    detach = Value.detach

    class Brittle(Model):
        def __call__(self):
            if self.parameters()[0].data != 0.5:
                raise RuntimeError("only there")
            return super().__call__()

    model = Brittle([[[0.5, -1.0, 0.25]]], [([1.0, 2.0], [0.5])])
    check_grad(model, ())
    assert model.parameters()[0].data == 0.5
    with pytest.raises(ZeroDivisionError):
        check_grad(lambda x: x / (x.data - x.data), (1.0,))
    assert Value.detach is detach


def test_what_detach_gives_is_constant_by_intention():
    check_grad(lambda x: x * x.detach(), (3.0,))
    check_grad(lambda x: x * x.detach(), (3.0,), reference="central")
    # … and nothing else in the same function is
    assert "A cut path" in message(lambda x: x.detach() * x + Value(x.data), 3.0)


def test_the_differences_of_central_are_those_of_the_function_with_its_parameters_moved():
    class Scaled(Model):
        def __call__(self):
            return super().__call__() + 0.5 * self.parameters()[0].data

    assert "derivatives" not in message(Scaled([[[0.5, -1.0, 0.25]]], [([1.0, 2.0], [0.5])]), reference="central")


def test_every_output_and_input_is_reported_by_name_and_many_are_cut_short():
    text = message(lambda w: [w[0] * w[1], sum(Value(v.data) * v for v in w)], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0])
    assert text.startswith("7 slopes of the function are not in its graph")
    assert "By w[0], for output 1, the slope of the function is 2, that of its graph 1." in text
    assert "… and 2 more" in text


# What a hidden constant may be made of, and its slope at x.
HIDDEN = {
    "itself": (lambda x: x, lambda x: 1.0),
    "sine": (math.sin, math.cos),
    "square": (lambda x: x * x, lambda x: 2 * x),
    "tanh": (math.tanh, lambda x: 1 - math.tanh(x) ** 2),
}


@settings(max_examples=150)
@given(programs(), st.sampled_from(sorted(HIDDEN)), st.integers(0, 7), st.sampled_from([1e-4, -1e-4, 0.1]), st.booleans())
def test_a_planted_slope_of_1e_4_through_a_hidden_constant_is_found_in_any_program(program, kind, place, slope, fresh):
    place %= len(program.inputs)
    function, derivative = HIDDEN[kind]
    steep = derivative(program.inputs[place])
    assume(abs(steep) > 1e-3)
    # Beside the program's own slopes, which may be a million times larger, the allowed error is relative.
    leaves = [Value(number) for number in program.inputs]
    program(*leaves).backward()
    assume(abs(leaves[place].grad) < 1e3)

    def planted(*inputs):
        hidden = slope / steep * function(inputs[place].data)
        return program(*inputs) + (Value(hidden) if fresh else hidden)

    found = findings(planted, *program.inputs)
    assert len(found) == 1
    assert found[0].startswith(f"By inputs[{place}] ")


@pytest.mark.parametrize("x", [0.0, 1e-9, -1e-4, 1.0, 37.5, 1e6])
def test_a_planted_slope_is_found_at_any_size_of_the_input(x):
    assert len(findings(lambda x: tanh(x) + 1e-4 * x.data, x)) == 1


def test_an_input_without_nearby_points_has_none_to_run_at():
    assert findings(lambda x: x * 1.0, math.inf) == []
    check_grad(lambda x: x * 0.5, (1e308,))
    check_grad(lambda x: x * 0.5, (5e-324,))


def test_a_planted_slope_is_found_among_many_arguments():
    rng = random.Random(3)
    weights = [rng.uniform(-1, 1) for _ in range(200)]

    def f(w):
        return sum((tanh(v) for v in w), Value(0.0)) + 1e-4 * w[137].data

    assert len(findings(f, weights)) == 1
    assert "By w[137]" in findings(f, weights)[0]


def test_a_planted_slope_is_found_at_a_border_which_only_one_side_can_be_reached_from():
    assert len(findings(lambda x: x * x + 1e-4 * x.data + 0 * math.sqrt(x.data), 0.0)) == 1


@given(programs(max_ops=30))
def test_no_program_of_the_table_gives_an_alarm(program):
    assert findings(program, *program.inputs) == []


PLACES = st.sampled_from([0.0, 1e-12, 3e-9, 1e-7, 1e-5, 1e-3, 0.3])


@settings(max_examples=300)
@given(
    st.lists(st.integers(-30, 30), min_size=1, max_size=4, unique=True),
    st.lists(st.integers(-5, 5), min_size=5, max_size=5),
    st.lists(st.integers(-3, 3), min_size=4, max_size=4),
    st.integers(0, 3), PLACES, st.sampled_from([1, -1]), st.booleans(), st.booleans(),
)  # fmt: skip
def test_functions_in_pieces_with_python_branches_give_no_alarm(breaks, rises, hops, at, offset, side, left, jumps):
    """Straight lines between breaks, joined or with jumps; each break belongs to the piece on either side of it."""
    breaks = sorted(number / 10 for number in breaks)

    def f(x):
        y = rises[0] * (x - breaks[0])
        level = 0.0
        for index, place in enumerate(breaks):
            if x.data > place or (x.data == place and left):
                level += hops[index] if jumps else 0.0
                y = rises[index + 1] * (x - place) + level
            if index + 1 < len(breaks):
                level += rises[index + 1] * (breaks[index + 1] - place)
        return y

    assert findings(f, breaks[at % len(breaks)] + side * offset) == []


@settings(max_examples=100)
@given(st.lists(st.sampled_from([-1.0, -0.25, 0.0, 1e-10, 0.5, 2.0]), min_size=1, max_size=40))
def test_functions_of_many_arguments_on_kinks_of_their_own_give_no_alarm(numbers):
    signs = [1 if index % 3 else -1 for index in range(len(numbers))]

    def f(xs):
        return sum((sign * (x if x.data >= 0 else -x) for sign, x in zip(signs, xs, strict=True)), Value(0.0))

    assert findings(f, numbers) == []


@settings(max_examples=100)
@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=20))
@example([1000.0, 999.0, -1000.0])
def test_numbers_that_cancel_give_no_alarm_however_rounding_falls(numbers):
    def softmax_loss(xs):
        shift = max(x.data for x in xs)
        return log(sum((exp(x - shift) for x in xs), Value(0.0))) + shift - xs[0]

    def centred(xs):
        mean = math.fsum(x.data for x in xs) / len(xs)
        return sum(((x - mean) * 1e3 for x in xs), Value(0.0)) + 1e3 * len(xs) * mean

    assert findings(softmax_loss, numbers) == []
    assert findings(centred, numbers) == []


@settings(max_examples=100)
@given(st.floats(-40, 40))
def test_branches_that_say_the_same_in_other_roundings_give_no_alarm(x):
    def sigmoid(x):
        return 1 / (1 + exp(-x)) if x.data >= 0 else exp(x) / (1 + exp(x))

    def near_zero(x):
        return 1 - x * x / 6 if abs(x.data) < 1e-4 else x.sin() / x

    assert findings(sigmoid, x) == []
    assert findings(near_zero, x) == []
    assert findings(near_zero, x / 1e6) == []


def test_a_value_filled_in_at_one_point_gives_no_alarm_where_its_slope_is_right():
    def sinc(x):
        return x * 0 + 1 if x.data == 0 else x.sin() / x

    def flat(x):
        return x * 0 if x.data == 0 else x * abs(x) ** 0.5

    assert findings(sinc, 0.0) == []
    assert findings(flat, 0.0) == []
    # … and one where it is wrong: the slope at 0 is 1
    assert len(findings(lambda x: x * 0 if x.data == 0 else x * x / x, 0.0)) == 1


@settings(max_examples=60)
@given(st.sampled_from([0.0, 1e-12, 1e-9, 1e-5, 0.01, 1.0]))
def test_borders_of_domains_give_no_alarm(x):
    def guarded(x):
        if x.data < 0:
            raise RuntimeError("not here")
        return x * x

    def filled(x):
        return sqrt(x) * x if x.data > 0 else 0 * x

    def table(x):
        return {x0: 3.0}[x.data] * x

    x0 = x
    for f in (guarded, filled, table):
        assert findings(f, x) == []
    if x:
        assert findings(sqrt, x) == []
        assert findings(log, x) == []
        assert findings(lambda x: log(x) + log(2 * x0 - x), x) == []


def test_a_border_beside_another_does_not_hide_a_cut_path():
    def f(a, b, c):
        if a.data < 0 or b.data > 1:
            raise ValueError("outside")
        return a * a + b * b + c * Value(c.data)

    assert len(findings(f, 0.0, 1.0, 2.0)) == 1


def test_a_solver_that_iterates_in_numbers_and_ends_with_one_step_on_values_gives_no_alarm():
    def root(x):
        z = 1.0
        for _ in range(50):
            z -= (z * z - x.data) / (2 * z)
        return z - (z * z - x) / (2 * z)

    check_grad(root, (2.0,), reference="central")
    assert findings(root, 2.0) == []
