"""Traces as JSON, and back: everything that is read is checked, nothing in it is ever run."""

import json
import math
import os
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, TypeVar

from ..wording import visible
from .consistency import check_forward, check_pass
from .step import Edge, Step
from .steps import ORDERS, RULES, Record, Steps
from .written import bracketed, written_names

__all__ = ["from_json", "load", "to_json"]

R = TypeVar("R", bound=Record)

FORMAT = "chainrule trace"
VERSION = 1


def to_json(trace: Record, ascii: bool = False) -> str:
    """See `Trace.to_json`. What JSON lacks is a text: "inf", "-inf", "nan"."""
    steps = {"backward": trace, "forward": trace.forward}
    content: dict[str, Any] = {"format": FORMAT, "version": VERSION, "rule": trace.rule, "order": trace.order}
    content |= {name: [_packed(step) for step in part] for name, part in steps.items()}
    if trace.right is not trace:
        content["right"] = [_packed(step) for step in trace.right]
    return json.dumps(content, ensure_ascii=ascii, allow_nan=False)


def from_json(kind: type[R], text: str | bytes) -> R:
    """See `Trace.from_json`; `kind` is the class of the result."""
    if not isinstance(text, str | bytes | bytearray):
        raise TypeError(f"a trace is read from JSON text, got {type(text).__name__}")
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"this is not a trace: it is not JSON ({error})") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ValueError(f'this is not a trace: to_json() writes an object with "format": "{FORMAT}"')
    if content.get("version") != VERSION:
        raise ValueError(f"this trace is of version {content.get('version')!r}; this library reads version {VERSION}")
    rule, order = content.get("rule"), content.get("order")
    if rule not in RULES or order not in ORDERS:
        raise ValueError(f"this trace is broken: its rule is {rule!r} and its order {order!r}")
    backward = _steps(content, "backward", "backward")
    names = list(dict.fromkeys(name for step in backward for name in (step.node, *(e.operand for e in step.edges))))
    hints = {
        name: text for name, text in zip(names, written_names(names), strict=True) if text != bracketed(name)
    }
    backward = _hinted(backward, hints)
    forward = Steps(_hinted(_steps(content, "forward", "forward"), hints))
    right = None
    if (rule, order) != ("add", "topological"):
        right = kind(_hinted(_steps(content, "right", "backward"), hints), forward)
        check_pass(right, "add", "topological")
        check_forward(forward, right)
    check_pass(backward, rule, order, right)
    check_forward(forward, backward)
    return kind(backward, forward, right, rule, order)


def load(kind: type[R], path: str | os.PathLike[str]) -> R:
    """See `Trace.load`."""
    try:
        return from_json(kind, Path(path).read_bytes())
    except ValueError as error:
        raise ValueError(f"{os.fspath(path)}: {error}") from None


def _packed(step: Step) -> dict[str, Any]:
    content = {name: _plain(getattr(step, name)) for name in _STEP if name != "edges"}
    content["edges"] = [{name: _plain(getattr(edge, name)) for name in _EDGE} for edge in step.edges]
    return content


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(entry) for entry in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _steps(content: dict[str, Any], name: str, direction: str) -> tuple[Step, ...]:
    given = content.get(name)
    if not isinstance(given, list) or not given:
        raise ValueError(f"this trace is broken: {name!r} is not a list of steps")
    steps = []
    for index, entry in enumerate(given, 1):
        where = f"{name} step {index}"
        values = _read(entry, _STEP, where)
        if (values["index"], values["count"], values["direction"]) != (index, len(given), direction):
            raise ValueError(f"this trace is broken: {where} says that it is another one")
        edges = [Edge(**_read(edge, _EDGE, f"{where}, edge {i}")) for i, edge in enumerate(values["edges"], 1)]
        steps.append(Step(**(values | {"edges": tuple(edges)})))
    return tuple(steps)


def _hinted(steps: tuple[Step, ...], hints: Mapping[str, str]) -> tuple[Step, ...]:
    """The steps with how names are written, where a name does not say so itself."""
    if not hints:
        return steps
    return tuple([
        replace(step, written=hints.get(step.node, ""),
                edges=tuple([replace(edge, written=hints.get(edge.operand, "")) for edge in step.edges]))
        for step in steps
    ])  # fmt: skip


def _float(value: Any) -> float:
    if value in ("inf", "-inf", "nan"):
        return float(value)
    if type(value) not in (int, float) or not math.isfinite(value):
        raise TypeError("a number")
    return float(value)


def _int(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 2**53:
        raise TypeError("a count")
    return value


def _str(value: Any) -> str:
    if type(value) is not str:
        raise TypeError("a text")
    return visible(value)  # (on one line and without control codes, as the names of a trace are from the start)


def _floats(value: Any) -> tuple[float, ...]:
    return tuple([_float(entry) for entry in _list(value)])


def _columns(value: Any) -> tuple[int, int]:
    first, second = (min(_int(entry), 200) for entry in _pair(value))
    return first, second


def _pair(value: Any) -> list[Any]:
    if len(_list(value)) != 2:
        raise TypeError("a pair")
    return _list(value)


def _list(value: Any) -> list[Any]:
    if type(value) is not list:
        raise TypeError("a list")
    return value


_READERS = {str: _str, float: _float, int: _int, tuple[float, ...]: _floats, tuple[Edge, ...]: _list,
            tuple[int, int]: _columns}  # fmt: skip
# How names are written follows from the names.
_STEP = {f.name: _READERS[f.type] for f in fields(Step) if f.name != "written"}  # type: ignore[index]
_EDGE = {f.name: _READERS[f.type] for f in fields(Edge) if f.name != "written"}  # type: ignore[index]


def _read(entry: Any, readers: dict[str, Any], where: str) -> dict[str, Any]:
    if not isinstance(entry, dict) or entry.keys() != readers.keys():
        raise ValueError(f"this trace is broken: {where} does not have the fields {', '.join(readers)}")
    values = {}
    for name, read in readers.items():
        try:
            values[name] = read(entry[name])
        except (TypeError, OverflowError) as error:
            raise ValueError(f"this trace is broken: {name!r} of {where} is not {error}") from None
    return values
