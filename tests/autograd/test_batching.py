"""`vmap` is a loop over the leading axis: to the bit, for any rank, and through derivatives of any kind."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value, dot, grad, jacobian, mean, tanh, value_and_grad, vmap

numbers = st.floats(-3, 3)
rows = st.lists(st.lists(numbers, min_size=3, max_size=3), min_size=1, max_size=5)


def loss(w: Any, x: Any, y: Any) -> Any:
    return (tanh(dot(w, x)) - y) ** 2


@given(rows, st.lists(numbers, min_size=3, max_size=3))
def test_a_batch_gives_what_a_loop_gives_to_the_bit(xs: list[list[float]], w: list[float]) -> None:
    ys = [sum(x) for x in xs]
    assert vmap(loss, (None, 0, 0))(w, xs, ys) == [loss(w, x, y) for x, y in zip(xs, ys, strict=True)]
    each = vmap(grad(loss), (None, 0, 0))(w, xs, ys)
    assert each == [grad(loss)(w, x, y) for x, y in zip(xs, ys, strict=True)]


@given(rows)
def test_the_gradient_of_the_mean_is_the_mean_of_the_gradients(xs: list[list[float]]) -> None:
    w, ys = [0.3, -0.2, 0.5], [0.5 * x[0] for x in xs]
    whole = grad(lambda w: mean(vmap(loss, (None, 0, 0))(w, xs, ys)))(w)
    each = vmap(grad(loss), (None, 0, 0))(w, xs, ys)
    assert whole == pytest.approx([sum(column) / len(xs) for column in zip(*each, strict=True)], abs=1e-12)


def test_nested_it_maps_over_as_many_axes() -> None:
    numpy: Any = pytest.importorskip("numpy")
    array = numpy.arange(24.0).reshape(2, 3, 4) / 10
    w = [0.1, -0.2, 0.3, 0.4]
    mapped: Callable[..., Any] = lambda x: dot(w, x)  # noqa: E731
    for _ in range(2):
        mapped = vmap(mapped)
    assert numpy.array(mapped(array)) == pytest.approx(array @ numpy.array(w))


def test_a_tuple_of_results_becomes_a_tuple_of_lists_and_a_list_stays_a_row() -> None:
    values, gradients = vmap(value_and_grad(lambda x: x * x))([1.0, 2.0, 3.0])
    assert (values, gradients) == ([1.0, 4.0, 9.0], [2.0, 4.0, 6.0])
    assert vmap(lambda x: [x, 2 * x])([1.0, 2.0]) == [[1.0, 2.0], [2.0, 4.0]]


def test_values_pass_through_so_that_one_backward_pass_serves_the_batch() -> None:
    w, xs = Value(2.0, "w"), [Value(1.0), Value(3.0)]
    mean(vmap(lambda x: w * x)(xs)).backward()
    assert w.grad == 2.0
    assert [x.grad for x in xs] == [1.0, 1.0]


def test_keywords_go_to_every_call_and_one_axis_stands_for_all_arguments() -> None:
    assert vmap(lambda a, b, scale: scale * a * b)((1.0, 2.0), [3.0, 4.0], scale=10.0) == [30.0, 80.0]


def test_it_agrees_with_pytorch() -> None:
    torch: Any = pytest.importorskip("torch")
    w, xs = [0.3, -0.2, 0.5], [[1.0, 2.0, 3.0], [-1.0, 0.5, 0.0]]

    def theirs(w: Any, x: Any) -> Any:
        return torch.tanh(torch.dot(w, x))

    tensors = [torch.tensor(data, dtype=torch.float64) for data in (w, xs)]
    expected = torch.func.vmap(torch.func.grad(theirs), (None, 0))(*tensors).tolist()
    ours = vmap(grad(lambda w, x: tanh(dot(w, x))), (None, 0))(w, xs)
    assert ours == [pytest.approx(row, rel=1e-12) for row in expected]
    rows_of = vmap(jacobian(lambda x: [x[0] * x[1], x[1] ** 2]))([[1.0, 2.0], [3.0, 4.0]])
    assert rows_of == [[[2.0, 1.0], [0.0, 4.0]], [[4.0, 3.0], [0.0, 8.0]]]


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: vmap(3.0), TypeError, "vmap takes a function, got float"),  # type: ignore[arg-type]
        (lambda: vmap(tanh, 1), ValueError, "in_axes is 0 .* got 1"),
        (lambda: vmap(tanh, (True,)), ValueError, "got True"),
        (lambda: vmap(tanh)(1.0), TypeError, r"argument 0 of vmap\(tanh\) must be a list .* in_axes=None"),
        (lambda: vmap(tanh)("abc"), TypeError, "must be a list"),
        (lambda: vmap(tanh)([]), ValueError, r"the batch of vmap\(tanh\) is empty"),
        (lambda: vmap(tanh, None)(1.0), ValueError, "at least one argument that is a batch"),
        (lambda: vmap(tanh, (0, 0))([1.0]), ValueError, "in_axes for 2 arguments, but was called with 1"),
        (lambda: vmap(loss)([[1.0]], [[1.0], [2.0]], [1.0]), ValueError, "argument 0 has 1, argument 1 has 2"),
    ],
)
def test_what_is_no_batch_is_named(call: Callable[[], Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        call()
