"""Size and cost: what is too large to draw is summarised quickly, and the summary says so; nothing hangs."""

import re
import struct
import xml.etree.ElementTree as ElementTree
from itertools import pairwise

import pytest

from autograd import Value, mean, parameter
from autograd import sum as sum_of
from nn import MLP, hinge
from tests.viz.reading import SVG, Picture, read
from viz import draw
from viz.rows import rows_of
from viz.survey import survey


def chain(length: int) -> Value:
    node = Value(0.5, "x0")
    for _ in range(length):
        node = node.tanh()
    return node


def used_all_along(times: int) -> Value:
    """The classic trap: a leaf that is used all along a chain is pulled through every rank of the layout."""
    a = Value(0.5, "a")
    y = a
    for _ in range(times):
        y = y.tanh() * a
    return y


def counted(picture: Picture) -> set[int]:
    """All whole numbers in the caption."""
    text = " ".join(picture.caption).replace(",", "")
    return {int(digits) for digits in re.findall(r"(?<![\d.])\d+(?![\d.])", text)}


def test_a_graph_of_a_million_nodes_answers_with_a_summary() -> None:
    root = chain(1_000_000)
    drawing = draw(root)
    assert len(drawing.source) < 100_000
    picture = read(drawing)
    assert {1_000_001, 1_000_000} <= counted(picture)
    assert "1,000,001 nodes" in repr(drawing)


def test_a_summary_counts_what_it_left_out() -> None:
    picture = read(draw(chain(1000)))
    shown = sum(texts[0] == "tanh" for texts in picture.nodes.values())
    assert 1 < shown < 100
    assert {shown, 1001 - shown, 1001} <= counted(picture)


def test_a_summary_says_how_to_see_more() -> None:
    text = " ".join(read(draw(chain(1000))).caption)
    assert "force=True" in text
    assert "draw(" in text


def test_force_draws_every_node() -> None:
    picture = read(draw(chain(400), force=True))
    assert len(picture.nodes) == 401
    assert len(picture.edges) == 400


def test_even_force_does_not_draw_what_cannot_be_laid_out() -> None:
    assert len(draw(chain(30_000), force=True).source) < 100_000


def test_max_nodes_is_the_number_of_boxes_that_is_still_drawn() -> None:
    assert len(read(draw(chain(9), max_nodes=10)).nodes) == 10
    assert 1001 not in counted(read(draw(chain(9), max_nodes=10)))
    assert {10, 9} <= counted(read(draw(chain(9), max_nodes=9)))


def test_a_wide_root_is_summarised_too() -> None:
    root = mean([Value(float(i)) for i in range(5000)])
    assert {5001} <= counted(read(draw(root)))


def test_shown_and_hidden_inputs_of_a_summarised_node_add_up() -> None:
    root = mean([Value(float(i), f"x{i}") for i in range(5000)])
    picture = read(draw(root))
    [box] = [name for name, texts in picture.nodes.items() if texts[0] == "mean"]
    arrows = [(tail, texts) for tail, head, texts in picture.edges if head == box]
    shown = [tail for tail, _ in arrows if picture.nodes[tail][0] == "input"]
    [(stub, label)] = [(tail, texts) for tail, texts in arrows if tail not in shown]
    hidden = int(label[0].replace(",", ""))
    assert len(shown) + hidden == 5000
    assert f"{hidden:,}" in " ".join(picture.nodes[stub])


def test_a_batch_through_a_model_is_summarised_by_its_layers() -> None:
    model = MLP(2, [16, 16, 1], seed=0)
    loss = hinge([model([i / 10, -i / 20]) for i in range(20)], [1, -1] * 10)
    loss.backward()
    texts = " ".join(" ".join(texts) for texts in read(draw(loss)).nodes.values())
    for layer, parameters in enumerate((48, 272, 17)):
        assert f"layers.{layer}" in texts
        assert f"{parameters} parameters" in texts


class TestFanOut:
    """A leaf with many uses far apart is drawn once for each use, dashed."""

    def test_each_use_has_its_own_dashed_box(self) -> None:
        y = used_all_along(12)
        drawing = draw(y, detail="full")
        picture = read(drawing)
        copies = [name for name, texts in picture.nodes.items() if texts[:2] == ["input", "a"]]
        assert len(copies) == 13
        assert drawing.source.count('STYLE="DASHED"') == 13
        tails = [tail for tail, _, _ in picture.edges if tail in copies]
        assert sorted(tails) == sorted(copies)

    def test_no_argument_is_lost(self) -> None:
        y = used_all_along(12)
        assert len(read(draw(y, detail="full")).edges) == survey(y).edges == 36

    def test_up_to_eight_uses_share_a_box(self) -> None:
        picture = read(draw(used_all_along(7), detail="full"))
        assert sum(texts[:2] == ["input", "a"] for texts in picture.nodes.values()) == 1

    def test_many_uses_side_by_side_share_a_box(self) -> None:
        w = parameter(0.5, "w")
        picture = read(draw(mean([w * float(i) for i in range(20)]), detail="full"))
        assert sum(texts[:2] == ["parameter", "w"] for texts in picture.nodes.values()) == 1

    def test_hundreds_of_uses_are_laid_out_within_the_time_limit(self) -> None:
        y = used_all_along(300)
        assert len(read(draw(y, force=True)).edges) == 900


class TestCost:
    """The summed length of the arrows in ranks, which predicts the time of a layout."""

    def test_a_chain_costs_its_length(self) -> None:
        assert survey(chain(50)).span(fold=False) == 50

    def test_a_skip_costs_the_ranks_that_it_crosses(self) -> None:
        x = Value(1.0).exp()
        y = x
        for _ in range(9):
            y = y.tanh()
        assert survey(x + y).span(fold=False) == 1 + 9 + 1 + 10

    def test_a_leaf_stands_right_before_its_first_use(self) -> None:
        late = Value(2.0)
        assert survey(chain(50) + late).span(fold=False) == 50 + 2

    def test_copies_cost_one_each(self) -> None:
        assert survey(used_all_along(100)).span(fold=False) == survey(used_all_along(100)).edges == 300

    def test_long_arrows_are_refused_where_few_boxes_would_not_be(self) -> None:
        skips = [Value(1.0).exp() for _ in range(140)]
        y = skips[0]
        for _ in range(3):
            for skip in skips:
                y = y + skip
        assert survey(y).span(fold=True) > 50_000
        assert survey(y).boxes(fold=True) < 1000
        assert len(draw(y, max_nodes=1000).source) < 60_000
        assert len(draw(y, max_nodes=1000, force=True).source) > 200_000

    def test_a_costly_layout_is_cut_short(self) -> None:
        assert "nslimit" in draw(chain(3500), force=True).source
        assert "nslimit" not in draw(chain(100), force=True).source


def test_dense_layers_are_drawn_without_numbers_on_the_arrows_and_say_so() -> None:
    drawing = draw(MLP(2, [16, 16, 1], seed=0)([1.0, 2.0]))  # type: ignore[arg-type]
    picture = read(drawing)
    assert not any(texts for _, _, texts in picture.edges)
    assert len(picture.edges) in counted(picture)
    assert any("compact" in line for line in picture.caption)
    full = read(draw(MLP(2, [16, 16, 1], seed=0)([1.0, 2.0]), detail="compact", direction="TB"))  # type: ignore[arg-type]
    assert all(texts for _, _, texts in full.edges)


@pytest.mark.parametrize("detail", ["auto", "full", "compact", "summary"])
def test_every_detail_of_a_small_graph_draws(detail: str) -> None:
    y = Value(2.0, "x") * parameter(3.0, "w")
    assert read(draw(y, detail=detail)).nodes  # type: ignore[arg-type]


@pytest.mark.parametrize("direction", ["LR", "TB", "RL"])
def test_a_forced_chain_is_broken_into_rows_whose_letters_can_be_read(direction: str) -> None:
    node = Value(0.5, "x")
    for _ in range(1000):
        node = node.tanh()
    drawing = draw(node, force=True, direction=direction)  # type: ignore[arg-type]
    width, height = struct.unpack(">II", drawing.render("png")[16:24])
    assert min(width, height) > 3000
    root = ElementTree.fromstring(drawing.render("svg"))
    points = float((root.get("width") or "").removesuffix("pt"))
    assert 11 * width / points > 12, "a letter of 11 points has so many pixels"


def test_rows_are_read_from_the_top_as_lines_of_a_text() -> None:
    node = Value(0.5, "x")
    for _ in range(200):
        node = node.tanh()
    root = ElementTree.fromstring(draw(node, force=True).render("svg"))
    places = {}
    for group in root.iter(f"{SVG}g"):
        if group.get("class") == "node":
            text = next(group.iter(f"{SVG}text"))
            places[int((group.findtext(f"{SVG}title") or "n").removeprefix("n"))] = (
                float(text.get("x") or 0),
                float(text.get("y") or 0),
            )
    ordered = [places[number] for number in sorted(places)]
    rows = sum(after[0] < before[0] for before, after in pairwise(ordered))
    assert 5 < rows < 30
    assert all(after[0] > before[0] or after[1] > before[1] + 20 for before, after in pairwise(ordered))


def test_what_a_page_has_room_for_is_not_broken() -> None:
    assert rows_of(draw(chain(9))._picture) == (set(), [])
    wide = sum_of([Value(float(i), f"x{i}").tanh() for i in range(150)])
    assert rows_of(draw(wide, force=True)._picture) == (set(), [])
