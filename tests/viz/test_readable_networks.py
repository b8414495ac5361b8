"""The graph of a network can be read: each arrow ends at its weight's row, each label stands at its own arrow."""

import math
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Value, dot, parameter
from nn import MLP, softmax_cross_entropy
from tests.viz.reading import SVG, read
from viz import Drawing, draw
from viz.frames_layout import BLANK
from viz.render import SETTING

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"

COLUMN = 880
"""Pixels of the column in which the documentation shows a picture."""


@pytest.fixture(scope="module", autouse=True)
def renderer_of_pip(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Where things stand is up to the renderer: what is proved is proved of the one that pip installs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(SETTING, raising=False)
        patch.setenv("PATH", str(tmp_path_factory.mktemp("empty")))
        yield


def network(inputs: int, widths: list[int], seed: int = 0, direction: str = "LR") -> Drawing:
    model = MLP(inputs, widths, activation="tanh", seed=seed)
    x = [Value(0.3 * i - 0.5, f"x{i}") for i in range(inputs)]
    loss = softmax_cross_entropy(model(x), 0)
    loss.backward()
    return draw(loss, detail="compact", direction=direction)  # type: ignore[arg-type]


def points(edge: ElementTree.Element) -> list[tuple[float, float]]:
    path = edge.find(f".//{SVG}path")
    assert path is not None
    numbers = [float(number) for number in re.findall(r"-?[\d.]+", path.get("d") or "")]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def curve(edge: ElementTree.Element) -> list[tuple[float, float]]:
    """Places along an arrow's Bézier curves."""
    given = points(edge)
    places = []
    for start in range(0, len(given) - 3, 3):
        a, b, c, d = given[start : start + 4]
        for step in range(21):
            t = step / 20
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            places.append((
                sum(w * p[0] for w, p in zip(weights, (a, b, c, d), strict=True)),
                sum(w * p[1] for w, p in zip(weights, (a, b, c, d), strict=True)),
            ))  # fmt: skip
    return places


def groups(drawing: Drawing, kind: str) -> list[ElementTree.Element]:
    found = [g for g in ElementTree.fromstring(drawing.render()).iter(f"{SVG}g") if g.get("class") == kind]
    return sorted(found, key=lambda g: int(re.sub(r"\D", "", g.get("id") or "0")))


def tip(edge: ElementTree.Element) -> tuple[float, float]:
    """The place nearest to the head: Graphviz' triangle begins and ends at its base, its tip is the second corner."""
    triangle = edge.find(f".//{SVG}polygon")
    assert triangle is not None
    corners = [tuple(map(float, pair.split(","))) for pair in (triangle.get("points") or "").split()]
    return corners[1][0], corners[1][1]


@settings(max_examples=8)
@given(st.integers(1, 5), st.lists(st.integers(2, 5), min_size=1, max_size=2), st.sampled_from(["LR", "RL"]))
def test_an_arrow_ends_at_the_row_of_its_own_weight(inputs: int, widths: list[int], direction: str) -> None:
    drawing = network(inputs, widths, direction=direction)
    boxes = {group.findtext(f"{SVG}title"): group for group in groups(drawing, "node")}
    checked = 0
    for arrow, edge in zip(drawing._picture.arrows, groups(drawing, "edge"), strict=True):
        if not arrow.row:
            continue
        name = next(box.rows[int(arrow.row[3:])].name for box in drawing._picture.boxes if box.name == arrow.head)
        row = next(text for text in boxes[arrow.head].iter(f"{SVG}text") if text.text == name)
        assert tip(edge)[1] == pytest.approx(float(row.get("y") or 0) - 4, abs=5), "rows are 16 points high"
        checked += 1
    assert checked == sum(a * b for a, b in zip([inputs, *widths], widths, strict=False))


def test_the_row_says_what_its_arrow_would() -> None:
    w, x = [parameter(2.0, "w0"), parameter(-3.0, "w1")], [Value(5.0, "x0"), Value(7.0, "x1")]
    z = dot(w, x)
    z.backward(10.0)
    picture = draw(z, detail="compact")._picture
    [box] = [box for box in picture.boxes if box.rows]
    into = {arrow.row: arrow for arrow in picture.arrows}
    titles = {box.name: box.title for box in picture.boxes}
    assert [titles[into[f"row{i}"].tail] for i in range(2)] == ["x0", "x1"]
    assert [(row.data, row.flow) for row in box.rows] == [(2.0, 20.0), (-3.0, -30.0)]


def test_without_a_backward_pass_there_is_nothing_to_flow() -> None:
    z = parameter(2.0, "w") * Value(3.0, "x")
    drawing = draw(z, detail="compact")
    assert "to input" not in drawing.source
    assert [arrow.row for arrow in drawing._picture.arrows] == ["row0"]


def test_within_its_frame_a_neuron_is_z_and_a_and_in_a_terminal_it_keeps_its_whole_name() -> None:
    drawing = network(2, [3, 2])
    titles = [texts[:2] for texts in read(drawing).nodes.values()]
    assert titles.count(["affine", "z"]) == titles.count(["tanh", "a"]) == 3
    assert sorted(title for _, title in titles if title.startswith("neurons")) == ["neurons.0", "neurons.1"]
    assert "layers.0.neurons.2  tanh" in drawing.text(ascii=True)


@pytest.mark.parametrize(
    ("inputs", "widths", "seed"), [(4, [8, 3], 0), (2, [3, 2], 2), (3, [5, 5, 2], 1), (4, [12, 3], 5)]
)
def test_neurons_stand_in_order_from_the_top(inputs: int, widths: list[int], seed: int) -> None:
    drawing = network(inputs, widths, seed)
    heights = {
        group.findtext(f"{SVG}title"): float(next(group.iter(f"{SVG}text")).get("y") or 0)
        for group in groups(drawing, "node")
    }
    layers: dict[str, list[float]] = {}
    for box in drawing._picture.boxes:
        if box.operation == "affine":
            layers.setdefault(box.title.partition(".neurons")[0], []).append(heights[box.name])
    assert [len(column) for column in layers.values()] == widths
    for column in layers.values():
        assert column == sorted(column)


def plate(texts: list[ElementTree.Element]) -> tuple[float, float, float, float]:
    """The rectangle that a label's lines take: letters are about half as wide as high."""
    edges = []
    for text in texts:
        size, x, y = (float(text.get(name) or 0) for name in ("font-size", "x", "y"))
        width = len((text.text or "").strip("\xa0 ")) * size * 0.5
        left = x - width / 2 if text.get("text-anchor") == "middle" else x + size * BLANK
        edges.append((left, y - 0.75 * size, left + width, y))
    lefts, tops, rights, bottoms = zip(*edges, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def gap(label: tuple[float, float, float, float], place: tuple[float, float]) -> float:
    left, top, right, bottom = label
    return math.hypot(max(left - place[0], 0, place[0] - right), max(top - place[1], 0, place[1] - bottom))


def labels_astray(svg: bytes) -> list[str]:
    """The labels of a picture that stand on an arrow, nearer to another one than to their own, or far from it."""
    edges = [g for g in ElementTree.fromstring(svg).iter(f"{SVG}g") if g.get("class") == "edge"]
    curves = [curve(edge) for edge in edges]
    found = []
    for number, edge in enumerate(edges):
        texts = [text for text in edge.iter(f"{SVG}text") if (text.text or "").strip("\xa0 ")]
        if texts:
            label = plate(texts)
            gaps = [min(gap(label, place) for place in places) for places in curves]
            if not 0 < gaps[number] <= min(*gaps, 15) + 0.5:
                found.append(texts[0].text or "")
    return found


@pytest.mark.parametrize(("inputs", "widths"), [(4, [8, 3]), (2, [3, 2]), (3, [5, 5, 2])])
def test_a_label_of_a_network_is_nearer_to_its_own_arrow_than_to_another(inputs: int, widths: list[int]) -> None:
    assert labels_astray(network(inputs, widths).render()) == []


@pytest.mark.parametrize("path", sorted(IMAGES.glob("*.svg")), ids=lambda path: path.stem)
def test_so_is_every_label_in_the_documentation(path: Path) -> None:
    assert labels_astray(path.read_bytes()) == []


@settings(max_examples=10)
@given(st.integers(0, 10**6))
def test_so_are_those_of_small_graphs(seed: int) -> None:
    rng = Random(seed)
    nodes = [Value(rng.uniform(0.5, 2), f"x{i}") for i in range(rng.randint(2, 4))]
    for _ in range(rng.randint(3, 9)):
        a, b = rng.choice(nodes), rng.choice(nodes)
        nodes.append(rng.choice([a * b, a + b, a - b, a.tanh()]))
    nodes[-1].backward()
    drawing = draw(nodes[-1])
    # Where many arrows leave one node, one in twenty is crossed close to its label.
    assert len(labels_astray(drawing.render())) <= len(drawing._picture.arrows) / 20


@pytest.mark.parametrize("path", sorted(IMAGES.glob("*.svg")), ids=lambda path: path.stem)
def test_text_in_the_documentation_is_at_least_8_pixels_high(path: Path) -> None:
    root = ElementTree.parse(path).getroot()
    width = float((root.get("width") or "0").removesuffix("pt")) * 4 / 3
    smallest = min(
        float(text.get("font-size") or 0) for text in root.iter(f"{SVG}text") if "".join(text.itertext()).strip("\xa0 ")
    )
    assert smallest * 4 / 3 * min(1.0, COLUMN / width) >= 8


def test_without_colours_an_arrow_without_a_number_shows_its_sign() -> None:
    drawing = network(2, [3, 2])
    for arrow, edge in zip(drawing._picture.arrows, groups(drawing, "edge"), strict=True):
        line = edge.find(f".//{SVG}path")
        assert line is not None
        if arrow.row:
            assert ("stroke-dasharray" in line.attrib) == ((arrow.contribution or 0.0) < 0)
        else:
            assert "stroke-dasharray" not in line.attrib
    assert "orange, dashed without a number: negative" in drawing.source
