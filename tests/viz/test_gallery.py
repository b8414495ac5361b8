"""docs/pictures.md shows the pictures that examples/gallery.py makes, and these are small."""

import importlib.util
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from types import ModuleType

import pytest

from viz.render import SETTING

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "docs" / "images"


@pytest.fixture(scope="module")
def gallery() -> ModuleType:
    spec = importlib.util.spec_from_file_location("gallery", ROOT / "examples" / "gallery.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def made(gallery: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    with pytest.MonkeyPatch.context() as patch:  # another renderer, or another version, writes other texts
        patch.delenv(SETTING, raising=False)
        patch.setenv("PATH", str(folder))
        gallery.main(["--out", str(folder)])
    return folder


def shown() -> set[str]:
    return set(re.findall(r"\(images/([^)]+)\)", (ROOT / "docs" / "pictures.md").read_text("utf-8")))


def test_the_page_shows_all_that_the_command_makes(made: Path) -> None:
    assert shown() == {path.name for path in made.iterdir()}


def test_every_picture_of_the_page_is_in_the_repository_and_small() -> None:
    for name in shown():
        assert 500 < (IMAGES / name).stat().st_size < 150_000, name


def test_committed_pictures_say_what_the_command_makes_now(made: Path) -> None:
    for path in made.iterdir():
        if path.suffix == ".txt":
            assert (IMAGES / path.name).read_text("utf-8") == path.read_text("utf-8")
        if path.suffix == ".svg":  # numbers of places differ in their last digits between machines
            assert texts(IMAGES / path.name) == texts(path), path.name


def texts(path: Path) -> list[str]:
    """All texts but the style sheet."""
    elements = [element for element in ElementTree.parse(path).iter() if not element.tag.endswith("style")]
    return sorted(text for element in elements if (text := (element.text or "").strip()))


def test_the_pictures_are_files_of_their_kind(made: Path) -> None:
    for path in made.iterdir():
        data = path.read_bytes()
        assert data.startswith({".png": b"\x89PNG", ".svg": b"<?xml"}.get(path.suffix, b" "))
