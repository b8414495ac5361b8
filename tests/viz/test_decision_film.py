"""Moving decision regions: a frame for each moment, one size, steady colours, white paper, and what is refused."""

from pathlib import Path
from typing import Any

import pytest

from viz import animate_decision
from viz.animation import write_gif

POINTS = [[0.0, 0.0], [1.0, 0.5], [0.2, 1.0], [0.9, 0.9]]
LABELS = [0, 1, 0, 1]


def beyond(limit: float) -> Any:
    return lambda points: [int(x > limit) for x, _ in points]


def frames_of(path: Path) -> list[Any]:
    image = pytest.importorskip("PIL.Image")
    with image.open(path) as film:
        found = []
        for index in range(film.n_frames):
            film.seek(index)
            found.append((film.convert("RGB").copy(), film.info["duration"]))
        assert film.info["loop"] == 0
    return found


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "film.gif"
    moments = [("start", beyond(-9.0)), ("half", beyond(0.5)), ("end", beyond(9.0))]
    ringed = [[], [0.9, 0.9], []]
    assert animate_decision(moments, POINTS, LABELS, path, ringed=ringed, milliseconds=200, steps=20) == path
    return path


def test_there_is_a_frame_for_each_moment_and_the_last_stays_longer(film: Path) -> None:
    frames = frames_of(film)
    assert [duration for _, duration in frames] == [200, 200, 3000]
    assert len({image.size for image, _ in frames}) == 1


def test_the_paper_is_white(film: Path) -> None:
    assert {image.getpixel((0, 0)) for image, _ in frames_of(film)} == {(255, 255, 255)}


def test_the_regions_move_and_keep_their_colours(film: Path) -> None:
    first, middle, last = (image for image, _ in frames_of(film))
    width, height = first.size
    left, right = (width // 4, height // 3), (width * 4 // 5, height // 3)
    assert middle.getpixel(right) == first.getpixel(right) == first.getpixel(left)
    assert middle.getpixel(left) == last.getpixel(left) == last.getpixel(right) != first.getpixel(left)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"frames": []}, ValueError, "frames is empty"),
        ({"path": "film.png"}, ValueError, r"suffix must be \.gif, got 'film\.png'"),
        ({"ringed": []}, ValueError, "1 frames but 0 points to ring"),
        ({"labels": [0]}, ValueError, "4 points but 1 labels"),
        ({"frames": [("a", None)]}, TypeError, "predict must be a model or a function"),
        ({"frames": [("a", lambda points: [1])]}, ValueError, "returned 1 labels"),
    ],
)
def test_bad_input_is_named(options: dict[str, Any], error: type[Exception], message: str, tmp_path: Path) -> None:
    arguments = {"frames": [("a", beyond(0.5))], "points": POINTS, "labels": LABELS, "path": tmp_path / "a.gif"}
    with pytest.raises(error, match=message):
        animate_decision(**(arguments | options), steps=4)
    assert list(tmp_path.iterdir()) == []


def test_frames_must_have_one_size_and_a_time_each(tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image")
    small, large = image.new("RGB", (10, 10)), image.new("RGB", (20, 10))
    with pytest.raises(ValueError, match="must have one size"):
        write_gif([small, large], tmp_path / "a.gif")
    with pytest.raises(ValueError, match="at least one frame"):
        write_gif([], tmp_path / "a.gif")
    with pytest.raises(ValueError, match="2 frames but 1 times"):
        write_gif([small, small], tmp_path / "a.gif", [100])
