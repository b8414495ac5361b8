"""The process in which a student's file runs: it reads requests as lines of JSON and answers each with one such line.

Started as a script of its own, on the standard library alone. What leaves it are numbers, names and messages, never an
object of the file; what the file prints goes to standard error, what it reads is empty.
"""

from __future__ import annotations

import ast
import builtins
import json
import linecache
import math
import operator
import os
import sys
import tokenize
import traceback
import types
from collections.abc import Callable, Iterator
from typing import Any

NAME = "student_file"
SHOWN = 300
"""Characters of a message or a source line that are passed on."""

OPERATORS: dict[str, Callable[..., Any]] = {
    "add": operator.add, "sub": operator.sub, "mul": operator.mul, "div": operator.truediv, "pow": operator.pow,
    "neg": operator.neg,
}  # fmt: skip

DUNDERS = [
    f"__{prefix}{name}__" for name in ("add", "sub", "mul", "truediv", "pow") for prefix in ("", "r")
] + ["__neg__", "__abs__"]  # fmt: skip


class Worker:
    """The file's module, its class, and how each function of it is called."""

    def __init__(self) -> None:
        self.path = ""
        self.module = types.ModuleType(NAME)
        self.cls: Any = None
        self.forms: dict[str, str] = {}
        self.waiting: list[Any] = []

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """What a request gives, or `{"error": …}` with the file's own line."""
        self.waiting = []
        try:
            method: Callable[..., dict[str, Any]] = getattr(self, "do_" + request.pop("do"))
            return method(**request)
        except BaseException as error:  # sys.exit() and KeyboardInterrupt of the file as well
            return {"error": self.describe(error)}

    def do_load(self, path: str, class_name: str, definitions_only: bool = False) -> dict[str, Any]:
        """Run the file as a module (or only its imports, definitions and plain assignments), and find the class."""
        self.path = path
        sys.path.insert(0, os.path.dirname(path))
        with tokenize.open(path) as file:
            source = file.read()
        # Lines as they are now, whatever the file does to itself.
        linecache.cache[path] = (len(source), None, source.splitlines(keepends=True), path)
        tree = ast.parse(source, path)
        if definitions_only:
            tree.body = [node for node in tree.body if _defines(node)]
        self.module.__dict__["__file__"] = path
        sys.modules[NAME] = self.module
        exec(compile(tree, path, "exec"), self.module.__dict__)  # noqa: S102 — the file to be graded
        classes = [name for name, found in vars(self.module).items() if _own_class(found)]
        self.cls = getattr(self.module, class_name, None)
        if not isinstance(self.cls, type):
            return {"class": False, "classes": classes}
        if self.cls.__module__.partition(".")[0] == "autograd":
            return {"class": False, "classes": classes, "foreign": self.cls.__module__}
        names = [name for name in dir(self.cls) if not name.startswith("_")]
        return {
            "class": True,
            "classes": classes,
            "dunders": [name for name in DUNDERS if getattr(self.cls, name, None) is not None],
            "methods": [name for name in names if callable(getattr(self.cls, name, None))],
        }

    def do_construct(self, number: float) -> dict[str, Any]:
        """Which of the names a fresh value has."""
        value = self.cls(number)
        missing = [name for name in ("data", "grad", "backward") if not hasattr(value, name)]
        return {
            "missing": missing,
            "has": sorted(name for name in _attributes(value) if not name.startswith("_")),
            "data": None if "data" in missing else _number(value.data, self.cls),
            "grad": None if "grad" in missing else _number(value.grad, self.cls),
        }

    def do_find(self, name: str, aliases: list[str], numbers: list[float]) -> dict[str, Any]:
        """How a function of one value is called: as a method or as a function of the module."""
        errors = []
        for alias in aliases:
            for form, call in self._calls(name, alias):
                for number in numbers:
                    try:
                        result = call(self.cls(number))
                    except BaseException as error:  # sys.exit() too
                        if form.startswith("{}"):  # a function of the module may be meant for plain numbers
                            errors.append(self.describe(error))
                        continue
                    if isinstance(result, self.cls):
                        self.forms[name] = form
                        return {"form": form}
                    if form.startswith("{}"):
                        what = f"the result is {_article(type(result).__name__)}, not a {self.cls.__name__}"
                        errors.append({"type": "TypeError", "message": what, "line": 0, "text": ""})
        return {"form": "", "error": errors[0] if errors else None}

    def do_forms(self, forms: dict[str, str]) -> dict[str, Any]:
        """Set what `do_find` found in another process."""
        self.forms = forms
        return {}

    def do_made(self, op: str, numbers: list[float]) -> dict[str, Any]:
        """How many values one operation makes: more than one where it is put together from others."""
        leaves = [self.cls(number) for number in numbers]
        original = self.cls.__init__
        made = 0

        def counting(*arguments: Any, **options: Any) -> None:
            nonlocal made
            made += 1
            original(*arguments, **options)

        self.cls.__init__ = counting
        try:
            self._apply(op, leaves)
        finally:
            self.cls.__init__ = original
        return {"made": made}

    def do_sets(self) -> dict[str, Any]:
        """The attribute of a result in which its inputs are kept without order, if there is one."""
        a, b = self.cls(2.0), self.cls(3.0)
        for op in ("add", "mul"):
            try:
                result = self._apply(op, [a, b])
            except Exception:
                continue
            for name, held in _attributes(result).items():
                if isinstance(held, set | frozenset | dict) and any(item is a for item in held):
                    return {"name": name, "type": type(held).__name__}
        return {"name": ""}

    def do_chain(self, length: int, number: float) -> dict[str, Any]:
        """`length` additions in a row, and the backward pass."""
        leaf, one = self.cls(number), self.cls(1.0)
        node = self._apply("add", [leaf, one])
        for _ in range(length - 1):
            node = self._apply("add", [node, one])
        self.waiting = [leaf, node]
        if hasattr(node, "grad") and not node.grad:
            node.grad = 1.0
        node.backward()
        return {"grad": _number(leaf.grad, self.cls)}

    def do_run(
        self, leaves: list[float], steps: list[list[Any]], actions: list[list[Any]], grads: bool = True
    ) -> dict[str, Any]:
        """A straight-line program, then actions: what stands in every place, and the gradients after each action."""
        places = [self.cls(number) for number in leaves]
        made = [_number(place.data, self.cls) for place in places]
        found: dict[str, Any] = {"made": made}
        for index, (op, arguments) in enumerate(steps):
            try:
                result = self._apply(op, [self._argument(places, *argument) for argument in arguments])
            except BaseException as error:
                return {"error": self.describe(error) | {"step": index}}
            if not isinstance(result, self.cls):
                what = f"the result is {_article(type(result).__name__)}, not a {self.cls.__name__}"
                return {"error": {"type": "TypeError", "message": what, "step": index, "line": 0}}
            places.append(result)
            made.append(_number(result.data, self.cls))
        found["data"] = [_number(place.data, self.cls) for place in places]
        found["after"] = []
        for name, place, *number in actions:
            try:
                node = places[place]
                if name == "backward":
                    node.backward()
                elif name == "zero_grad":
                    node.zero_grad()
                else:
                    node.grad = number[0]
            except BaseException as error:
                return found | {"error": self.describe(error) | {"action": name}}
            found["after"].append(
                [_number(getattr(place, "grad", None), self.cls) for place in places] if grads else []
            )
        found["data_after"] = [_number(place.data, self.cls) for place in places]
        return found

    def describe(self, error: BaseException) -> dict[str, Any]:
        """An exception in words, with the last line of the student's file that it went through."""
        line = 0
        if isinstance(error, SyntaxError) and error.filename == self.path:
            line = error.lineno or 0
        else:
            for frame, number in traceback.walk_tb(error.__traceback__):
                if frame.f_code.co_filename == self.path:
                    line = number
        try:
            message = error.msg if isinstance(error, SyntaxError) else str(error)
        except BaseException:
            message = "(the message cannot be shown)"
        text = linecache.getline(self.path, line).strip() if line else ""
        return {"type": type(error).__name__, "message": message[:SHOWN], "line": line, "text": text[:SHOWN]}

    def _calls(self, name: str, alias: str) -> Iterator[tuple[str, Callable[..., Any]]]:
        if name == "abs" and alias == "abs" and hasattr(self.cls, "__abs__"):
            yield "abs({})", abs
        if callable(getattr(self.cls, alias, None)):
            yield f"{{}}.{alias}()", lambda value: getattr(value, alias)()
            yield f"{self.cls.__name__}.{alias}({{}})", getattr(self.cls, alias)
        function = vars(self.module).get(alias)
        if callable(function) and not isinstance(function, type):
            yield f"{alias}({{}})", function

    def _apply(self, op: str, arguments: list[Any]) -> Any:
        if op in OPERATORS:
            return OPERATORS[op](*arguments)
        form = self.forms[op]
        if form == "abs({})":
            return abs(arguments[0])
        call, _, _ = form.partition("(")
        owner, dot, name = call.rpartition(".")
        if owner == "{}":
            return getattr(arguments[0], name)()
        return getattr(self.cls if dot else self.module, name)(*arguments)

    def _argument(self, places: list[Any], kind: str, given: Any) -> Any:
        """A place, a constant as it is, or a constant as a value of the class."""
        if kind == "place":
            return places[given]
        return given if kind == "constant" else self.cls(given)


def _defines(node: ast.stmt) -> bool:
    """Whether a statement only gives something a name."""
    if isinstance(node, ast.Assign | ast.AnnAssign):
        return not any(isinstance(inner, ast.Call | ast.Await) for inner in ast.walk(node))
    return isinstance(node, ast.Import | ast.ImportFrom | ast.ClassDef | ast.FunctionDef)


def _own_class(found: Any) -> bool:
    return isinstance(found, type) and found.__module__ == NAME and not issubclass(found, BaseException)


def _attributes(value: Any) -> dict[str, Any]:
    found = dict(getattr(value, "__dict__", {}))
    for cls in type(value).__mro__:
        slots = vars(cls).get("__slots__", ())
        for name in [slots] if isinstance(slots, str) else slots:
            if hasattr(value, name):
                found[name] = getattr(value, name)
    return found


def _number(found: Any, cls: type) -> Any:
    """A number as a float, None as it is, anything else as a description."""
    if found is None:
        return None
    if isinstance(found, cls):
        found = getattr(found, "data", None)
    try:
        return float(found)
    except OverflowError:
        return math.inf
    except Exception:
        return {"type": type(found).__name__}


def _article(name: str) -> str:
    return f"an {name}" if name[:1] in "aeiou" else f"a {name}"


def _limit_memory(megabytes: int) -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    for name, most in (("RLIMIT_AS", megabytes * 2**20), ("RLIMIT_CORE", 0)):
        try:
            resource.setrlimit(getattr(resource, name), (most, most))
        except (AttributeError, ValueError, OSError):
            continue


def main() -> None:
    """Answer requests until there are no more."""
    requests = os.fdopen(os.dup(0), "r", encoding="utf-8")
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr, unused-ignore]
    _limit_memory(int(sys.argv[1]))
    worker = Worker()
    for line in requests:
        answer = worker.answer(json.loads(line))
        try:
            builtins.print(json.dumps(answer), file=answers, flush=True)
        except MemoryError:
            os._exit(1)


if __name__ == "__main__":
    main()
