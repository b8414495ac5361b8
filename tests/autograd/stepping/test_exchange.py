"""What comes back from JSON was checked: foreign and broken files are refused, with the place."""

import json
import math
import pickle
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import DomainError, Trace, Value, norm, tanh, trace
from tests.autograd.programs import PYTHON, Program, whole_programs
from viz import draw


def recorded() -> Trace:
    a, b = Value(2.0, "a"), Value(-3.0, "b")
    return trace((a * b).tanh(), {"n": None})


def broken(*path: Any, to: Any) -> str:
    content = json.loads(recorded().to_json())
    place = content
    for key in path[:-1]:
        place = place[key]
    if to is KeyError:
        del place[path[-1]]
    else:
        place[path[-1]] = to
    return json.dumps(content)


def test_a_file_comes_back_equal(tmp_path: Path) -> None:
    file = tmp_path / "trace.json"
    recorded().save(file)
    assert Trace.load(file) == recorded()
    assert Trace.load(str(file)).grads == recorded().grads


def test_what_is_not_json_is_refused(tmp_path: Path) -> None:
    for text in ("", "{", "[" * 100_000, "nan", b"\xff\xfe\x00", '"a"', "[]", "{}", '{"format": "other"}'):
        with pytest.raises(ValueError, match="this is not a trace"):
            Trace.from_json(text)
    file = tmp_path / "picture.png"
    file.write_bytes(b"\x89PNG\r\n")
    with pytest.raises(ValueError, match=r"picture\.png: this is not a trace"):
        Trace.load(file)
    with pytest.raises(FileNotFoundError):
        Trace.load(tmp_path / "missing.json")
    with pytest.raises(TypeError, match="read from JSON text, got int"):
        Trace.from_json(3)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (broken("version", to=99), "of version 99; this library reads version 1"),
        (broken("rule", to="max"), "its rule is 'max'"),
        (broken("rule", to="overwrite"), "'right' is not a list of steps"),
        (broken("rule", to=[]), "its rule is"),
        (broken("backward", to=[]), "'backward' is not a list of steps"),
        (broken("forward", to={}), "'forward' is not a list of steps"),
        (broken("backward", 1, "grad", to="1"), "'grad' of backward step 2 is not a number"),
        (broken("backward", 1, "grad", to=True), "'grad' of backward step 2 is not a number"),
        (broken("backward", 1, "grad", to=10**400), "'grad' of backward step 2 is not"),
        (broken("backward", 1, "node", to=None), "'node' of backward step 2 is not a text"),
        (broken("backward", 1, "uses", to=-1), "'uses' of backward step 2 is not a count"),
        (broken("backward", 1, "columns", to=[1]), "'columns' of backward step 2 is not a pair"),
        (broken("backward", 1, "columns", to=[1, 2, 3]), "is not a pair"),
        (broken("backward", 1, "contributions", to=[None]), "'contributions' of backward step 2 is not a number"),
        (broken("backward", 1, "index", to=5), "backward step 2 says that it is another one"),
        (broken("backward", 0, "direction", to="forward"), "backward step 1 says that it is another one"),
        (broken("backward", 1, "op", to=KeyError), "backward step 2 does not have the fields direction, index"),
        (broken("backward", 1, "extra", to=1), "backward step 2 does not have the fields"),
        (broken("backward", 1, "edges", to=3), "'edges' of backward step 2 is not a list"),
        (broken("backward", 1, "edges", 0, to=3), "backward step 2, edge 1 does not have the fields operand"),
        (broken("backward", 1, "edges", 0, "after", to=[]), "'after' of backward step 2, edge 1 is not a number"),
        (recorded().to_json().replace("-6.0", "NaN"), "is not a number"),
    ],
)
def test_a_broken_trace_is_refused_with_the_place(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Trace.from_json(text)


def test_columns_from_a_file_cannot_blow_up_the_output() -> None:
    assert len(str(Trace.from_json(broken("backward", 1, "columns", to=[10**12, 10**12])))) < 3000


def test_an_imported_trace_can_do_everything_but_know_nodes() -> None:
    a = Value(2.0, "a")
    original = trace(a * a)
    again = Trace.from_json(original.to_json())
    assert str(again.watch("a")) == str(original.watch("a"))
    assert str(again.watch(a)) == str(original.watch(a))  # by its label
    assert again.quiz().answer(2).correct
    assert again.walk().goto(1)
    with pytest.raises(KeyError):
        again.watch(Value(1.0, "b"))


def places(content: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where the numbers, texts and lists of a JSON document are."""
    if path:
        yield path
    pairs = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for key, entry in pairs:
        yield from places(entry, (*path, key))


FREE = ("symbol", "note", "columns")
"""What says nothing that another part of a trace would have to agree with."""


@pytest.mark.parametrize("how", [{}, {"rule": "overwrite"}, {"order": "dfs"}])
def test_a_trace_in_which_anything_was_changed_is_refused_or_still_one(how: Any) -> None:
    a, b = Value(2.0, "a"), Value(-3.0, "b")
    shared = a * b
    text = trace(shared.tanh() + shared * shared + a, **how).to_json()
    refused: list[str] = []
    for path in places(json.loads(text)):
        content = json.loads(text)
        place = content
        for key in path[:-1]:
            place = place[key]
        old = place[path[-1]]
        changes: list[Any] = [[]]
        if isinstance(old, int | float | str):
            changes = [f"{old}z", "b"] if isinstance(old, str) else [old + 1, 0.125]
        for place[path[-1]] in changes:
            try:
                changed = Trace.from_json(json.dumps(content))
            except ValueError as error:
                refused.append(str(error))
                continue
            # Nothing else says how a leaf that is used once is called, what it is, or that it is there at all.
            assert place[path[-1]] == old or set(path) & set(FREE) or (not how and path[:3] == ("backward", 4, "edges"))
            assert draw(changed).text()
            assert str(changed)
            assert changed.quiz().text()
            assert changed.walk().goto(1)
    assert len(refused) > 250
    assert all(re.search("trace is broken|is not a trace|of version", message) for message in refused)


@given(program=whole_programs, rule=st.sampled_from(["add", "overwrite"]), order=st.sampled_from(["topological", "dfs"]))
def test_every_trace_comes_back(program: Program, rule: Any, order: Any) -> None:
    root = program.run([Value(number) for number in program.leaves], PYTHON)[-1]
    with suppress(DomainError):
        recorded = trace(root, rule=rule, order=order)
        again = Trace.from_json(recorded.to_json())
        assert again == recorded
        assert (again.rule, again.order, again.right == recorded.right) == (rule, order, True)


def test_a_trace_with_a_partial_that_is_not_a_number_is_saved_and_pickled(tmp_path: Path) -> None:
    recorded = trace(tanh(norm([Value(math.inf, "a"), Value(1.0, "b")])))
    assert "nan" in str(recorded)
    recorded.save(tmp_path / "trace.json")
    for again in (Trace.load(tmp_path / "trace.json"), pickle.loads(pickle.dumps(recorded))):
        assert str(again) == str(recorded)
        assert again.to_json() == recorded.to_json()


def test_texts_from_a_file_come_out_on_one_line_without_control_codes() -> None:
    evil = "\x1b[31m\r\n<script>\ud800\u202e"
    text = recorded().to_json().replace('"a * b"', json.dumps(evil)).replace('"symbol": "b"', f'"symbol": {json.dumps(evil)}')
    again = Trace.from_json(text)
    assert again[1].expression == "\\x1b[31m\\r\\n<script>\\ud800\\u202e"
    for shown in (str(again), repr(again), str(again.forward), str(again.watch("a")), again[1].text()):
        assert all(line.isprintable() for line in shown.split("\n"))


@pytest.mark.parametrize("suffix", [".html", ".SVG", ".png", ".gif", ".pdf", ".jpeg"])
def test_a_picture_of_a_trace_is_not_a_file_of_json(suffix: str, tmp_path: Path) -> None:
    recorded = trace(Value(2.0, "a") * 3.0)
    with pytest.raises(ValueError, match=r"saved as JSON; viz.draw\(trace\)"):
        recorded.save(tmp_path / f"steps{suffix}")
    assert list(tmp_path.iterdir()) == []
