"""States in memory and in files: exact round trips, clear refusals, and nothing changed on failure."""

import json
import math
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value
from nn import MLP, Layer, Module, StateError
from tests.autograd.processes import run


def model(seed: int = 0) -> MLP:
    return MLP(2, [2, 1], seed=seed)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=9, max_size=9))
def test_a_file_gives_back_the_same_bits(tmp_path_factory: pytest.TempPathFactory, numbers: list[float]) -> None:
    path = tmp_path_factory.mktemp("state") / "model.json"
    saved = model()
    for p, number in zip(saved.parameters(), numbers, strict=True):
        p.data = number
    saved.save(path)
    loaded = model(seed=1).load(path)
    assert [p.data.hex() for p in loaded.parameters()] == [number.hex() for number in numbers]


@given(st.lists(st.floats(allow_nan=False), min_size=9, max_size=9))
def test_a_state_dict_gives_back_the_same_bits(numbers: list[float]) -> None:
    first, second = model(), model(seed=1)
    for p, number in zip(first.parameters(), numbers, strict=True):
        p.data = number
    if all(map(math.isfinite, numbers)):
        second.load_state_dict(first.state_dict())
        assert [p.data.hex() for p in second.parameters()] == [number.hex() for number in numbers]
    else:
        with pytest.raises(StateError, match="must be finite"):
            second.load_state_dict(first.state_dict())


def test_load_returns_the_model_and_keeps_its_parameters(tmp_path: Path) -> None:
    model(seed=1).save(tmp_path / "m.json")
    first = model()
    parameters = first.parameters()
    assert first.load(tmp_path / "m.json") is first
    assert first.parameters() == parameters
    assert first.state_dict() == model(seed=1).state_dict()


def test_numpy_numbers_and_ints_are_welcome_in_a_state() -> None:
    first = model()
    state: Any = {name: np.float32(2.5) for name in first.state_dict()}
    first.load_state_dict(state)
    assert set(first.state_dict().values()) == {2.5}
    first.load_state_dict(dict.fromkeys(first.state_dict(), 3))
    assert set(first.state_dict().values()) == {3.0}


def spoilt(**changes: Any) -> dict[Any, Any]:
    state: dict[Any, Any] = model(seed=1).state_dict()
    for name, value in changes.items():
        key = name.replace("__", ".")
        if value is None:
            del state[key]
        else:
            state[key] = value
    return state


B = "layers__1__neurons__0__b"
BAD_STATES: list[tuple[Any, type[Exception], str]] = [
    ([1.0, 2.0], TypeError, r"a state is a dict of name and number, got list \[1\.0, 2\.0\]"),
    (spoilt(**{B: None}), StateError, r"not of a MLP\(2, \[2, 1\].*: missing: layers\.1\.neurons\.0\.b$"),
    (spoilt(extra=1.0), StateError, "unexpected: extra$"),
    (spoilt(**{B: None}, extra=1.0), StateError, r"missing: layers\.1\.neurons\.0\.b; unexpected: extra$"),
    (MLP(2, [4, 1]).state_dict(), StateError, r"unexpected: layers\.0\.neurons\.2\.w\.0, .* and 3 more$"),
    ({}, StateError, r"missing: layers\.0\.neurons\.0\.w\.0, .* and 4 more$"),
    (spoilt(**{B: "1.0"}), TypeError, r"parameter 'layers\.1\.neurons\.0\.b' must be a number, got str '1\.0'"),
    (spoilt(**{B: True}), TypeError, "must be a number, got bool True"),
    (spoilt(**{B: [1.0]}), TypeError, r"must be a number, got list \[1\.0\]"),
    (spoilt(**{B: Value(1.0)}), TypeError, r"must be a number, got Value.*; use its \.data"),
    (spoilt(**{B: math.nan}), StateError, r"parameter 'layers\.1\.neurons\.0\.b' must be finite, got nan"),
    (spoilt(**{B: 10**400}), StateError, "must be finite, got inf"),
    ({**spoilt(), 3: 1.0}, StateError, "unexpected: 3"),
]


@pytest.mark.parametrize(("state", "error", "message"), BAD_STATES)
def test_a_wrong_state_is_refused_and_changes_nothing(state: Any, error: type[Exception], message: str) -> None:
    target = model()
    before = target.state_dict()
    with pytest.raises(error, match=message):
        target.load_state_dict(state)
    assert target.state_dict() == before


@pytest.mark.parametrize(("count", "names"), [(5, "a0, a1, a2, a3, a4"), (6, "a0, a1, a2, a3, a4 and 1 more"), (7, "a0, a1, a2, a3, a4 and 2 more")])
def test_five_names_are_listed_and_the_others_counted(count: int, names: str) -> None:
    extra = {f"a{index}": 1.0 for index in range(count)}
    with pytest.raises(StateError) as error:
        model().load_state_dict(model().state_dict() | extra)
    assert str(error.value) == f"this state is not of a MLP(2, [2, 1], activation='relu'): unexpected: {names}"


def document(**changes: Any) -> str:
    parameters = {**model(seed=1).state_dict(), **changes.pop("numbers", {})}
    return json.dumps({"format": "chainrule.nn", "version": 1, "model": "MLP", "parameters": parameters, **changes})


NAME = "layers.1.neurons.0.b"
BAD_FILES: list[tuple[str | bytes, str]] = [
    ("", "not a saved model: Expecting value"),
    (document()[:-20], "not a saved model: "),
    (b"\x80\x04\x95\xff\xfe", "not a saved model: .*decode"),
    ("[" * 200_000, "not a saved model: "),
    ("[1, 2, 3]", "not a saved model: its \"format\" is not 'chainrule.nn'"),
    ('{"weights": [1, 2]}', "not a saved model: its \"format\" is not 'chainrule.nn'"),
    (document(version=2), "has version 2 of the format; this library reads version 1"),
    (document(parameters=[1.0]), 'has no "parameters"'),
    (document(parameters={}), r"missing: layers\.0\.neurons\.0\.w\.0"),
    (document(numbers={NAME: "1.0"}), "parameter 'layers.1.neurons.0.b' must be a number, got str '1.0'"),
    (document(numbers={NAME: None}), "must be a number, got None"),
    (document(numbers={NAME: math.nan}), "must be finite, got nan"),
    (document().replace('"model"', '"version"'), "the key 'version' appears twice"),
    (document().replace("0.0}", "1e999}"), "must be finite, got inf"),
    (document().replace("0.0}", f"1{'0' * 5000}}}"), "not a saved model: .*"),
]


@pytest.mark.parametrize(("content", "message"), BAD_FILES, ids=[str(i) for i in range(len(BAD_FILES))])
def test_a_broken_or_foreign_file_is_refused_and_changes_nothing(
    content: str | bytes, message: str, tmp_path: Path
) -> None:
    path = tmp_path / "model.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    target = model()
    before = target.state_dict()
    with pytest.raises(StateError, match=message) as caught:
        target.load(path)
    assert isinstance(caught.value, ValueError)
    assert target.state_dict() == before
    if "must be finite" not in message and "missing" not in message:  # of the file, not of what it holds
        assert str(caught.value).startswith(f"{str(path)!r}")


def test_a_file_of_another_model_is_refused_with_its_names(tmp_path: Path) -> None:
    Layer(2, 1).save(tmp_path / "layer.json")
    with pytest.raises(StateError, match=r"not of a MLP\(2, \[2, 1\].*unexpected: neurons\.0\.w\.0"):
        model().load(tmp_path / "layer.json")


def test_paths_that_cannot_be_read_or_written_raise_an_oserror_with_their_name(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"absent\.json"):
        model().load(tmp_path / "absent.json")
    with pytest.raises(OSError, match="folder"):
        model().save(tmp_path / "no folder" / "model.json")
    with pytest.raises(OSError, match=str(tmp_path.name)):
        model().save(tmp_path)


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="a root user may write everywhere")
def test_an_unwritable_folder_raises_permission_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(PermissionError, match=r"model\.json"):
        model().save(tmp_path / "model.json")


def test_a_diverged_model_is_not_saved_and_the_old_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    target = model()
    target.save(path)
    content = path.read_text("utf-8")
    target.parameters()[0].data = math.inf
    with pytest.raises(StateError, match=r"cannot save: parameter 'layers\.0\.neurons\.0\.w\.0' is inf"):
        target.save(path)
    assert path.read_text("utf-8") == content


def test_the_file_says_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    model().save(str(path))
    saved = json.loads(path.read_text("utf-8"))
    assert list(saved) == ["format", "version", "model", "parameters"]
    assert (saved["format"], saved["version"], saved["model"]) == ("chainrule.nn", 1, "MLP")
    assert saved["parameters"] == model().state_dict()


def test_a_file_is_read_and_changed_by_hand_with_ease(tmp_path: Path) -> None:
    class Winkel(Module):
        def __init__(self) -> None:
            self.α, self.β = Value(0.1), Value(-2.0)

    Winkel().save(tmp_path / "m.json")
    assert (tmp_path / "m.json").read_text("utf-8").splitlines() == [
        "{",
        ' "format": "chainrule.nn",',
        ' "version": 1,',
        ' "model": "Winkel",',
        ' "parameters": {',
        '  "α": 0.1,',
        '  "β": -2.0',
        " }",
        "}",
    ]
    assert Winkel().load(tmp_path / "m.json").state_dict() == {"α": 0.1, "β": -2.0}
    loaded = run(
        "from autograd import Value\nfrom nn import Module\nclass Winkel(Module): pass\n"
        "w = Winkel(); w.__dict__.update({'\\u03b1': Value(0), '\\u03b2': Value(0)})\n"
        f"print(*w.load({str(tmp_path / 'm.json')!r}).state_dict().values())",
        LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0",
    )  # fmt: skip
    assert loaded == "0.1 -2.0\n"  # whatever the machine's own encoding is


def test_names_beyond_ascii_survive_a_file(tmp_path: Path) -> None:
    class Named(Module):
        def __init__(self, start: float) -> None:
            self.winkel = {"α": Value(start), 'quote"\n': Value(start)}

    Named(1.5).save(tmp_path / "m.json")
    assert Named(0.0).load(tmp_path / "m.json").state_dict() == Named(1.5).state_dict()


class Named(Module):
    def __init__(self, name: str) -> None:
        setattr(self, name, Layer(1, 1, seed=0))


@pytest.mark.parametrize("name", ["\x1b[31m", "two\nlines", "\ud800", "\x9b31m", "schön"])
def test_names_reach_neither_file_nor_message_as_control_codes(tmp_path: Path, name: str) -> None:
    path = tmp_path / "model.json"
    first = Named(name)
    first.save(path)
    lines = path.read_text(encoding="utf-8").split("\n")
    assert all(line.isprintable() for line in lines)
    assert first.load(path).state_dict() == first.state_dict()
    with pytest.raises(StateError, match="unexpected: ") as error:
        model().load(path)
    assert str(error.value).isprintable()
