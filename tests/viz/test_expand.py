"""A neuron written out is the graph that one would write by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value, affine, dot, mean, no_grad, parameter, prod
from autograd import sum as total
from autograd.graph import topological_order
from tests.viz.reading import Picture, read
from viz import draw

numbers = st.floats(-10, 10).map(lambda x: round(x, 3))


def content(picture: Picture) -> tuple[list[list[str]], list[tuple[list[str], list[str], list[str]]]]:
    """Boxes and edges without the names that a picture gives its boxes."""
    edges = [(picture.nodes[tail], picture.nodes[head], texts) for tail, head, texts in picture.edges]
    return sorted(picture.nodes.values()), sorted(edges)


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=4), numbers, st.booleans())
def test_an_expanded_neuron_is_the_one_written_by_hand(
    pairs: list[tuple[float, float]], bias: float, back: bool
) -> None:
    def leaves() -> tuple[list[Value], list[Value], Value]:
        w = [parameter(a, f"w{i}") for i, (a, _) in enumerate(pairs)]
        return w, [Value(b, f"x{i}") for i, (_, b) in enumerate(pairs)], parameter(bias, "b")

    w, x, b = leaves()
    short = affine(w, x, b).tanh()
    w, x, b = leaves()
    z = w[0] * x[0]
    for weight, entry in zip(w[1:], x[1:], strict=True):
        z = z + weight * entry
    long = (z + b).tanh()
    for y in (short, long):
        y.label = "y"
        if back:
            y.backward()
    expanded, by_hand = (content(read(draw(y, detail="full", expand=e))) for y, e in ((short, True), (long, False)))
    rounded = [[round_text(text) for text in texts] for texts in expanded[0]]
    assert rounded == [[round_text(text) for text in texts] for texts in by_hand[0]]
    assert len(expanded[1]) == len(by_hand[1])


def round_text(text: str) -> str:
    """Five digits: the sum of one node is rounded once, that of a chain at every step."""
    try:
        return f"{round(float(text), 4) + 0.0:.4g}"
    except ValueError:
        return text


@pytest.mark.parametrize(
    ("make", "ops"),
    [
        (lambda a, b, c: dot([a, b], [b, c]), ["mul", "mul", "add"]),
        (lambda a, b, c: total([a, b, c]), ["add", "add"]),
        (lambda a, b, c: mean([a, b, c]), ["add", "add", "div"]),
        (lambda a, b, c: prod([a, b, c]), ["mul", "mul"]),
        (lambda a, b, c: total([a]), ["sum"]),
    ],
)
def test_each_operation_over_many_operands_is_written_with_two(make, ops) -> None:  # type: ignore[no-untyped-def]
    a, b, c = (Value(x, name) for x, name in ((2.0, "a"), (3.0, "b"), (5.0, "c")))
    y = make(a, b, c)
    y.label = "y"
    y.backward()
    picture = read(draw(y, expand=True, detail="full"))
    signs = {"mul": "×", "add": "+", "div": "÷", "sum": "sum"}
    made = [texts for texts in picture.nodes.values() if texts[0] in signs.values()]
    assert sorted(texts[0] for texts in made) == sorted(signs[op] for op in ops)
    assert picture.line("y", "data") == f"{y.data:.6g}"
    for leaf in (a, b, c):
        if leaf.has_grad:
            flows = [float(texts[1]) for tail, _, texts in picture.edges if tail == picture.box(leaf.label)]
            assert sum(flows) == pytest.approx(leaf.grad, rel=1e-3)


def test_the_graph_itself_is_not_changed() -> None:
    w, x, b = parameter(2.0, "w"), Value(3.0, "x"), parameter(1.0, "b")
    y = affine([w], [x], b).exp()
    y.backward()
    before = [(node, node.op, node.inputs, node.grad) for node in topological_order(y)]
    draw(y, expand=True)
    assert [(node, node.op, node.inputs, node.grad) for node in topological_order(y)] == before


def test_names_and_modules_go_over_to_the_expanded_graph() -> None:
    z = affine([parameter(2.0)], [Value(3.0)], parameter(1.0))
    z.origin = "Neuron"
    source = draw(z, expand=True, names={"z": z}, detail="full").source
    assert "<B>z</B>" in source


def test_it_works_within_no_grad() -> None:
    z = affine([parameter(2.0)], [Value(3.0)], parameter(1.0))
    with no_grad():
        assert len(read(draw(z, expand=True, detail="full")).nodes) == 5


def test_before_backward_nothing_has_a_gradient() -> None:
    z = affine([parameter(2.0)], [Value(3.0)], parameter(1.0))
    assert all("not computed" in texts for texts in read(draw(z, expand=True, detail="full")).nodes.values())


def test_a_graph_with_too_many_sums_says_that_it_is_not_expanded() -> None:
    rows = [dot([parameter(1.0)] * 100, [Value(1.0)] * 100) for _ in range(300)]
    assert "expand=True has no effect" in draw(total(rows), expand=True).source
