"""The file form of a model's parameters: JSON with a small header and exact floats.

`repr` of a float, which JSON uses, gives the same bits back. Nothing in a file is ever executed.
"""

import json
import math
import os
from collections.abc import Iterable
from typing import Any

from autograd.files import write_atomically
from autograd.wording import bounded

from ._checks import _show
from .errors import StateError

__all__ = ["check_names", "read_state", "write_state"]

FORMAT = "chainrule.nn"
VERSION = 1


def write_state(path: str | os.PathLike[str], model: str, state: dict[str, float]) -> None:
    """Write a state as `Module.state_dict` gives it; `model` is the class's name, for a human reader.

    Raises StateError for parameters that are not finite, and the `OSError` of a path that can't be written.
    """
    for name, value in state.items():
        if not math.isfinite(value):
            raise StateError(f"cannot save: parameter {name!r} is {value}; the training has diverged")
    document = {"format": FORMAT, "version": VERSION, "model": model, "parameters": state}
    # Names with control codes or halves of characters are escaped: a terminal may show the file, and UTF-8 lacks these.
    escaped = not all(map(str.isprintable, (model, *state)))
    write_atomically(path, json.dumps(document, indent=1, ensure_ascii=escaped) + "\n")


def read_state(path: str | os.PathLike[str]) -> dict[str, Any]:
    """The parameters in a file that `write_state` wrote; `load_state_dict` checks names and types.

    Raises StateError for a file that is broken or not of this format, `OSError` for one that can't be read.
    """
    where = repr(os.fspath(path))
    try:
        with open(path, encoding="utf-8") as file:
            document = json.load(file, object_pairs_hook=_unique_keys)
    except (ValueError, RecursionError) as error:
        raise StateError(f"{where} is not a saved model: {error}") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise StateError(f'{where} is JSON, but not a saved model: its "format" is not {FORMAT!r}')
    version = document.get("version")
    if version != VERSION:
        raise StateError(f"{where} has version {version!r} of the format; this library reads version {VERSION}")
    parameters = document.get("parameters")
    if not isinstance(parameters, dict):
        raise StateError(f'{where} has no "parameters"')
    return parameters


def check_names(state: Any, expected: Iterable[str], kind: str = "", name: str = "") -> None:
    """Raise unless `state` is a dict of exactly the expected names.

    kind: the entry that says what the state is of, which must be `name`; "" where there is none, and `name` is a model.
    """
    if not isinstance(state, dict):
        raise TypeError(f"a state is a dict of name and number, got {_show(state)}")
    if kind and state.get(kind) != name:
        raise StateError(f"this state is not of a {name}: its {kind!r} is {bounded(repr(state.get(kind)), 80)}")
    expected = dict.fromkeys(expected)
    missing = [key for key in expected if key not in state]
    unexpected = [bounded(str(key), 80) for key in state if key not in expected]  # (from a file, perhaps)
    if missing or unexpected:
        lists = (("missing", missing), ("unexpected", unexpected))
        found = "; ".join(f"{what}: {_some(keys)}" for what, keys in lists if keys)
        raise StateError(f"this state is not of a {name}: {found}")


def _some(names: list[str]) -> str:
    shown = ", ".join(names[:5])
    return shown if len(names) <= 5 else f"{shown} and {len(names) - 5} more"


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for key, value in pairs:
        if key in document:
            raise ValueError(f"the key {key!r} appears twice")
        document[key] = value
    return document
