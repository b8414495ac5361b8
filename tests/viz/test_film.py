"""The training film: its frames are what the network was at each epoch, and its page and animation show them."""

import base64
import json
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from autograd import no_grad
from nn import MLP, Adam, binary_cross_entropy_with_logits, datasets, fit, predict, softmax_cross_entropy
from tests.viz.browser import browser, needs_chromium
from viz import TrainingFilm
from viz.film_reel import SIDE, ZERO

POINTS, CLASSES = datasets.circle(24)


def trained(epochs: int = 6, **options: Any) -> tuple[TrainingFilm, MLP, list[list[float]]]:
    """A film, its network, and all parameters after each epoch."""
    model = MLP(2, [4, 1], activation="tanh", init="xavier", seed=3)
    film = TrainingFilm(model, POINTS, CLASSES, **options)
    numbers = [[p.data for p in model.parameters()]]
    fit(
        model,
        POINTS,
        CLASSES,
        loss=binary_cross_entropy_with_logits,
        optimizer=Adam(model.parameters(), lr=0.1),
        epochs=epochs,
        callbacks=[film.record, lambda _: numbers.append([p.data for p in model.parameters()])],
        progress=False,
    )
    return film, model, numbers


def page_data(path: Path) -> Any:
    found = re.search(r'<script type="application/json">(.*?)</script>', path.read_text("utf-8"), re.DOTALL)
    assert found
    return json.loads(found[1])


def test_a_frame_has_the_weights_the_network_had_and_what_it_said_of_each_point() -> None:
    film, model, numbers = trained()
    shots = film.shots()
    assert [shot.epoch for shot in shots] == list(range(7))
    assert shots[0].loss is None
    for shot, then in zip(shots, numbers, strict=True):
        for p, data in zip(model.parameters(), then, strict=True):
            p.data = data
        assert shot.weights == [w.data for layer in model.layers for neuron in layer.neurons for w in neuron.w]
        assert shot.biases[2:] == [neuron.b.data for layer in model.layers for neuron in layer.neurons if neuron.b is not None]
        said = [score > 0 for score in predict(model, POINTS)]
        assert shot.right == sum(a == bool(b) for a, b in zip(said, CLASSES, strict=True)) / len(CLASSES)


def test_a_frame_says_the_loss_of_its_epoch() -> None:
    model = MLP(2, [1], seed=0)
    film = TrainingFilm(model, POINTS, CLASSES)
    loss = binary_cross_entropy_with_logits
    history = fit(model, POINTS, CLASSES, loss=loss, epochs=4, callbacks=[film.record], progress=False)
    assert [shot.loss for shot in film.shots()] == [None, *history.losses]
    assert f"loss {history.losses[-1]:.4f}" in film.shots()[-1].title


def test_maps_are_the_activations_over_the_plane_from_its_top_left() -> None:
    film, model, _ = trained()
    shot = film.shots(last_only=True)[0]
    (x_low, x_high), (y_low, y_high) = film.ranges()
    for row, column in [(0, 0), (5, 30), (SIDE - 1, SIDE - 1)]:
        place = row * SIDE + column
        x = x_low + (x_high - x_low) * (column + 0.5) / SIDE
        y = y_high - (y_high - y_low) * (row + 0.5) / SIDE
        with no_grad():
            hidden = [a.data for a in model.layers[0]([x, y])]  # type: ignore[union-attr]
            score = model([x, y]).data  # type: ignore[union-attr]
        for neuron, a in enumerate(hidden):
            # The strongest of a layer is at most 1 for tanh, so the map shows at least a itself.
            shown = shot.maps[2 + neuron][place] - ZERO
            assert shown * a >= 0
            assert abs(shown) >= abs(round(a * ZERO)) - 1
        assert (shot.region[place] > ZERO) == (score > 0) or shot.region[place] == ZERO
    assert max(abs(byte - ZERO) for one in shot.maps[2:6] for byte in one) == ZERO


def test_making_the_film_leaves_the_model_and_its_graphs_alone() -> None:
    film, model, numbers = trained()
    loss = binary_cross_entropy_with_logits(model(POINTS[0]), 1)
    film.shots()
    assert [p.data for p in model.parameters()] == numbers[-1]
    loss.backward()  # would be refused as stale if a parameter had been written


def test_a_long_run_keeps_evenly_spaced_epochs_and_the_last() -> None:
    model = MLP(2, [2, 1], seed=0)
    film = TrainingFilm(model, POINTS, CLASSES, frames=8)
    history = SimpleNamespace(losses=[])
    for epoch in range(1, 1002):
        history.losses.append(1.0 / epoch)
        film.record(_Lengthy(history.losses))
    assert len(film._kept) <= 17
    epochs = [shot.epoch for shot in film.shots()]
    assert len(epochs) == 8
    assert (epochs[0], epochs[-1]) == (0, 1001)
    gaps = [b - a for a, b in pairwise(epochs)]
    assert max(gaps) <= 2.1 * min(gaps[:-1])


class _Lengthy:
    def __init__(self, losses: list[float]) -> None:
        self.losses = list(losses)

    def __len__(self) -> int:
        return len(self.losses)


def test_several_classes_are_regions_of_their_own() -> None:
    points = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]
    model = MLP(2, [3], seed=1)
    film = TrainingFilm(model, points, [0, 1, 2])
    fit(model, points, [0, 1, 2], loss=softmax_cross_entropy, epochs=200, callbacks=[film.record], progress=False)
    shot = film.shots(last_only=True)[0]
    assert shot.right == 1.0
    assert set(shot.region) == {0, 1, 2}
    assert shot.region[0] == 2  # the top left belongs to the point there


def test_features_are_the_networks_inputs_and_are_drawn_as_such(tmp_path: Path) -> None:
    names = ["x1^2", "x2^2", "x1 x2"]
    model = MLP(3, [1], seed=0)
    film = TrainingFilm(model, POINTS, CLASSES, features=datasets.features(names), names=names)
    shot = film.shots()[0]
    assert min(shot.maps[0]) >= ZERO  # a square is never negative
    data = page_data(film.save(tmp_path / "film.html"))
    assert [box[5] for box in data["boxes"]] == [*names, "layer 0, neuron 0"]


def test_the_page_holds_all_frames_and_loads_nothing(tmp_path: Path) -> None:
    film, _, _ = trained(names=["</script><b>", "x2"])
    path = film.save(tmp_path / "film.html")
    text = path.read_text("utf-8")
    assert "<b>" not in text
    assert not re.search(r"""(src|href)=|url\(|https?://|@import""", text)
    data = page_data(path)
    assert [shot["epoch"] for shot in data["shots"]] == list(range(7))
    last = film.shots(last_only=True)[0]
    assert base64.b64decode(data["shots"][-1]["maps"]) == b"".join(last.maps) + last.region
    assert data["shots"][-1]["weights"] == pytest.approx(last.weights, rel=1e-3)
    assert len(data["lines"]) == 2 * 4 + 4
    assert len(data["curve"]) == 6
    assert last.title in text


def test_the_animation_has_a_frame_an_epoch_and_the_picture_is_its_last(tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image")
    pytest.importorskip("matplotlib")
    film, _, _ = trained()
    with image.open(film.save(tmp_path / "film.gif")) as gif:
        assert gif.n_frames == 7
        assert gif.size == (960, 520)
    with image.open(film.save(tmp_path / "film.png")) as png:
        assert png.size == (1920, 1040)
        # Every box of the sheet is painted: its middle is not the white of the paper, or its map is 0 there.
        box = film.sheet().boxes[0]
        assert png.convert("RGB").getpixel((round(2 * box.x) + 4, round(2 * box.y + box.size))) != (255, 255, 255)


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda m: TrainingFilm(m, POINTS, CLASSES[:-1]), ValueError, "24 points but 23 labels"),
        (lambda m: TrainingFilm(m, [[1.0]], [0]), ValueError, "point 0 must be two numbers"),
        (lambda m: TrainingFilm(m, POINTS, [2] * 24), ValueError, "labels are 0 and 1"),
        (lambda m: TrainingFilm(object(), POINTS, CLASSES), TypeError, "TrainingFilm takes a model of layers"),
        (lambda m: TrainingFilm(MLP(3, [1]), POINTS, CLASSES), ValueError, "takes 3 inputs, but a point gives 2"),
        (lambda m: TrainingFilm(m, POINTS, CLASSES, names=["a"]), ValueError, "names must be a list of 2"),
        (lambda m: TrainingFilm(m, POINTS, CLASSES, frames=1), ValueError, "frames must be"),
        (lambda m: TrainingFilm(m, POINTS, CLASSES).save("film.mp4"), ValueError, "must be one of .gif, .html, .png"),
    ],
)
def test_what_makes_no_film_is_named(make: Callable[[MLP], Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        make(MLP(2, [2, 1], seed=0))


@needs_chromium
def test_a_reader_can_move_the_slider_and_point_at_a_neuron(tmp_path: Path) -> None:
    film, model, _ = trained()
    path = film.save(tmp_path / "film.html")
    with browser(tmp_path / "profile") as page:
        page.open(path)
        assert page.run("document.querySelector('.place').textContent") == "epoch 0 of 6"
        page.press("ArrowRight")
        assert page.run("document.querySelector('.place').textContent") == "epoch 1 of 6"
        page.click("[data-do=end]")
        title = page.run("document.querySelector('canvas').getAttribute('aria-label')")
        assert film.shots(last_only=True)[0].title in title
        box = film.sheet().boxes[2]
        at = page.run(
            "(() => { const r = document.querySelector('canvas').getBoundingClientRect();"
            f"return [r.x + ({box.x} + 9) * r.width / 960, r.y + ({box.y} + 9) * r.width / 960]; }})()"
        )
        page._call("Input.dispatchMouseEvent", type="mouseMoved", x=at[0], y=at[1])
        about = page.run("document.querySelector('.about').textContent")
        assert about.startswith("Layer 0, neuron 0: bias ")
        bias = model.layers[0].neurons[0].b
        assert bias is not None
        shown = float(about.split("bias ")[1].split(";")[0].replace("−", "-"))
        assert shown == pytest.approx(bias.data, rel=0.01)
        # The canvas is painted with what the frame says: the plane's corner has the sign of the output there.
        assert page.messages == []
        assert [url for url in page.requests if not url.startswith("file:")] == []
        page.screenshot(tmp_path / "shot.png")


def test_negative_weights_are_dashed_not_only_orange(tmp_path: Path) -> None:
    Image = pytest.importorskip("PIL.Image")
    model = MLP(2, [1], activation="tanh", seed=0)
    for parameter, number in zip(model.parameters(), (1.0, -1.0, 0.0), strict=True):
        parameter.data = number
    film = TrainingFilm(model, POINTS, CLASSES)
    picture = Image.open(film.save(tmp_path / "film.png")).convert("L")
    sheet = film.sheet()
    white = []
    for line in sheet.lines:
        tail, head = sheet.boxes[line.tail], sheet.boxes[line.head]
        x, y, to_x, to_y = tail.x + tail.size, tail.y + tail.size / 2, head.x, head.y + head.size / 2
        shares = [0.1 + 0.8 * step / 400 for step in range(401)]
        places = [(round(2 * (x + s * (to_x - x))), round(2 * (y + s * (to_y - y)))) for s in shares]
        white.append(sum(picture.getpixel(place) > 240 for place in places))
    assert white[0] == 0
    assert white[1] > 50
