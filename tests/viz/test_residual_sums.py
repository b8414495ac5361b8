"""A residual connection can be seen: its sum is a ⊕ of its own, with one arrow from x and one from F(x)."""

from collections.abc import Callable

import pytest

from autograd import Value, affine, dot, parameter, relu
from nn import GPT, Layer, LayerNorm, Residual, Sequential, softmax_cross_entropy
from tests.viz.reading import read
from viz import Drawing, draw

Row = list[Value]


def layer(x: Row, scope: str, width: int) -> Row:
    """A layer of neurons, written by hand."""
    made = []
    for index in range(width):
        z = affine([parameter(0.1 * (i + index + 1)) for i in range(len(x))], x, parameter(0.1))
        a = relu(z)
        z.origin = a.origin = f"{scope}/neurons.{index}"
        made.append(a)
    return made


def plus(x: Row, change: Row) -> Row:
    """A sum that no module has made."""
    return [a + b for a, b in zip(x, change, strict=True)]


def loss_of(row: Row) -> Value:
    weights = [parameter(0.5) for _ in row]
    loss = dot(weights, row)
    loss.backward()
    return loss


def arrows(drawing: Drawing) -> dict[str, set[str]]:
    """By the title of a ⊕, the titles of the boxes that its arrows come from."""
    picture = read(drawing)
    titles = {name: texts[1] if texts[0] == "⊕" else texts[0] for name, texts in picture.nodes.items()}
    sums = {name for name, texts in picture.nodes.items() if texts[0] == "⊕"}
    return {titles[name]: {titles[tail] for tail, head, _ in picture.edges if head == name} for name in sums}


def by_hand(scopes: list[list[str]]) -> Value:
    """x + F(x) once for each list of scopes, whose layers are F."""
    row = layer([Value(0.5), Value(-1.0)], "Net/first", 3)
    for stage in scopes:
        change = row
        for scope in stage:
            change = layer(change, scope, 3)
        row = plus(row, change)
    return loss_of(layer(row, "Net/last", 2))


@pytest.mark.parametrize(
    ("scopes", "depth", "expected"),
    [
        ([["Net/block"]], 2, {"Net/block": {"Net/first", "Net/block"}}),
        ([["Net/block/a", "Net/block/b"]], 2, {"Net/block": {"Net/first", "Net/block"}}),
        (
            [["Net/a"], ["Net/b"]],
            2,
            {"Net/a": {"Net/first", "Net/a"}, "Net/b": {"Net/a", "Net/b"}},
        ),
        (  # two sums in a block without scopes of their own
            [["Net/block/norm1", "Net/block/attention"], ["Net/block/norm2", "Net/block/mlp"]],
            3,
            {
                "Net/block/attention": {"Net/first", "Net/block/attention"},
                "Net/block/mlp": {"Net/block/attention", "Net/block/mlp"},
            },
        ),
    ],
)
def test_a_residual_sum_by_hand_has_an_arrow_from_x_and_one_from_what_was_made_of_it(
    scopes: list[list[str]], depth: int, expected: dict[str, set[str]]
) -> None:
    assert arrows(draw(by_hand(scopes), detail="modules", depth=depth)) == expected


def gpt() -> Value:
    model = GPT(8, 8, block_size=8, heads=2, layers=1, norm=LayerNorm, bias=True, seed=0)
    return softmax_cross_entropy(model([0, 1, 2]), [1, 2, 3])


def sequence() -> Value:
    model = Sequential(Layer(2, 4, seed=0), Residual(Layer(4, 4, seed=1)), Layer(4, 2, activation=None, seed=2))
    return softmax_cross_entropy(model([0.5, -1.0]), 1)


@pytest.mark.parametrize(
    ("make", "depth", "expected"),
    [
        (
            gpt,
            3,
            {
                "GPT/blocks.0/attention_sum": {"GPT/embedding", "GPT/blocks.0/attention"},
                "GPT/blocks.0/feed_forward_sum": {"GPT/blocks.0/attention_sum", "GPT/blocks.0/feed_forward"},
            },
        ),
        (
            sequence,
            3,
            {
                "Sequential/layers.1/sum": {"Sequential/layers.0", "Sequential/layers.1/inner"},
            },
        ),
    ],
)
def test_so_have_those_of_nn(make: Callable[[], Value], depth: int, expected: dict[str, set[str]]) -> None:
    loss = make()
    loss.backward()
    assert arrows(draw(loss, detail="modules", depth=depth)) == expected


def test_other_sums_between_modules_are_none() -> None:
    x: Row = [Value(0.5), Value(-1.0)]
    tokens, places = layer(x, "Net/tokens", 3), layer(x, "Net/places", 3)
    loss = loss_of(layer(plus(tokens, places), "Net/last", 2))
    assert arrows(draw(loss, detail="modules", depth=2)) == {}


def test_a_sum_says_how_many_numbers_it_adds_and_in_a_terminal_it_has_its_sign() -> None:
    drawing = draw(by_hand([["Net/block"]]), detail="modules", depth=2)
    assert "[⊕ Net/⊕ block]" not in drawing.text()
    assert "[Net/⊕ block]\n" in drawing.text(ascii=False)
    assert "x + F(x): 3 sums" in drawing.text(ascii=False)
