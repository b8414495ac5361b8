"""Derivatives of functions: `grad`, `value_and_grad`, `jacobian`, `hessian`, `vjp`, `jvp`, of any order by nesting.

Functions take numbers or (nested) lists of numbers; nothing here touches any node's `.grad`. Each call gives the
function fresh nodes of its own, so an inner derivative never picks up an outer variable: no perturbation confusion.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

from .backward import check_fresh
from .clock import clock
from .conversion import as_number
from .errors import DomainError
from .operations import Value, identity
from .order import ordered_above
from .partials import local_partials
from .recording import differentiating, is_recording, recording
from .rows.evaluate import careful_floats
from .values import values

__all__ = ["grad", "hessian", "jacobian", "jvp", "value_and_grad", "vjp"]

Nested = Any
"""A number, a Value, or a list or tuple of these, nested to any depth."""

def grad(function: Callable[..., Any], argnums: int | Sequence[int] = 0) -> Callable[..., Any]:
    """The function that gives the gradient of `function`, which returns one number, in the shape of its argument.

    argnums: which positional argument to differentiate with respect to; a tuple gives a tuple of gradients.

    >>> from autograd import sin
    >>> grad(lambda x: x * x)(3.0)
    6.0
    >>> grad(grad(grad(lambda x: x ** 4)))(2.0)
    48.0
    >>> grad(lambda w: w[0] * w[1][0])([2.0, [5.0]])
    [5.0, [2.0]]
    """
    _check(function, argnums, "grad")
    both = value_and_grad(function, argnums)

    def gradient(*args: Nested, **kwargs: Any) -> Any:
        return both(*args, **kwargs)[1]

    return _named(gradient, "grad", function)


def value_and_grad(function: Callable[..., Any], argnums: int | Sequence[int] = 0) -> Callable[..., Any]:
    """Like `grad`, returning the pair (value, gradient) from one evaluation.

    >>> value_and_grad(lambda x: x * x)(3.0)
    (9.0, 6.0)
    """
    _check(function, argnums, "value_and_grad")

    def value_and_gradient(*args: Nested, **kwargs: Any) -> tuple[Any, Any]:
        call = _Call(function, args, kwargs, argnums)
        output = call.output
        if isinstance(output, list | tuple):
            raise TypeError(
                f"grad needs a function of one result, but {_name(function)} returned a {type(output).__name__}; "
                "use jacobian"
            )
        return call.plain(output), call.unflatten(call.pull({output: 1.0} if type(output) is Value else {}))

    return _named(value_and_gradient, "value_and_grad", function)


def vjp(function: Callable[..., Any], *args: Nested) -> tuple[Any, Callable[[Any], tuple[Any, ...]]]:
    """(value, pullback): the pullback takes a weight for each output, in the output's shape, and gives the weighted
    sum of the outputs' gradients, one entry an argument — one backward pass.

    >>> value, pullback = vjp(lambda a, b: [a * b, a + b], 2.0, 3.0)
    >>> value, pullback([1.0, 10.0])
    ([6.0, 5.0], (13.0, 12.0))
    """
    _check_function(function)
    call = _Call(function, args, {}, tuple(range(len(args))))

    def pullback(weights: Nested) -> tuple[Any, ...]:
        seeds: dict[Value, Any] = {}
        for output, weight in zip(call.outputs, _matching(weights, call.output, "weights"), strict=True):
            if type(output) is Value:
                seeds[output] = seeds[output] + weight if output in seeds else weight
        graph = call.differentiable or any(type(weight) is Value for weight in seeds.values())
        gradients: tuple[Any, ...] = call.unflatten(call.pull(seeds, graph))
        return gradients

    return _map(call.plain, call.output), pullback


def jvp(function: Callable[..., Any], args: Sequence[Nested], tangents: Sequence[Nested]) -> tuple[Any, Any]:
    """(value, derivative of the value along `tangents`), which have the shape of `args` — one forward pass.

    >>> jvp(lambda a, b: a * b, (2.0, 3.0), (1.0, 0.0))
    (6.0, 3.0)
    """
    _check_function(function)
    if not isinstance(args, list | tuple):
        raise TypeError(f"jvp takes the arguments as a tuple, got {type(args).__name__}; write jvp(f, (x,), (t,))")
    if not isinstance(tangents, list | tuple):
        raise TypeError(f"jvp takes the tangents as a tuple, got {type(tangents).__name__}; write jvp(f, (x,), (t,))")
    directions = _matching(list(tangents), list(args), "tangents")
    call = _Call(function, args, {}, tuple(range(len(args))))
    pushed = call.push(directions, call.differentiable or any(type(direction) is Value for direction in directions))
    along = _map(lambda output: pushed[output] if type(output) is Value else 0.0, call.output)
    return _map(call.plain, call.output), along


def jacobian(function: Callable[..., Any], argnums: int | Sequence[int] = 0) -> Callable[..., Any]:
    """The function that gives, for each output, its gradient: rows are outputs, entries have the argument's shape.

    One backward pass for each output (lectures, L8).

    >>> jacobian(lambda v: [v[0] * v[1], v[0] + v[1]])([2.0, 3.0])
    [[3.0, 2.0], [1.0, 1.0]]
    """
    _check(function, argnums, "jacobian")

    def rows(*args: Nested, **kwargs: Any) -> Any:
        call = _Call(function, args, kwargs, argnums)
        walk = call.walk([output for output in call.outputs if type(output) is Value])

        def row(output: Any) -> Any:
            return call.unflatten(call.pull({output: 1.0}, walk=walk))  # (a plain number is no node on the walk)

        return _map(row, call.output)

    return _named(rows, "jacobian", function)


def hessian(function: Callable[..., Any], argnums: int | Sequence[int] = 0) -> Callable[..., Any]:
    """The function that gives the second derivatives of `function`: the Jacobian of its gradient.

    >>> hessian(lambda v: v[0] ** 2 * v[1])([3.0, 5.0])
    [[10.0, 6.0], [6.0, 0.0]]
    """
    _check(function, argnums, "hessian")
    return _named(jacobian(grad(function, argnums), argnums), "hessian", function)


class _Call:
    """One evaluation of a function on fresh nodes, and the passes over the graph that it left.

    Results are `Value`s, so that they can be differentiated again, where an argument is a `Value` or another
    derivative is being taken around this one; floats otherwise.
    """

    def __init__(
        self, function: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any], argnums: int | Sequence[int]
    ) -> None:
        self.single = isinstance(argnums, int)
        positions = _positions(function, argnums, len(args))
        self.arguments = [args[position] for position in positions]
        given = [leaf for argument in self.arguments for leaf in _flat(argument)]
        # Inside no_grad a derivative is a plain number.
        self.differentiable = is_recording() and (differentiating() or any(type(leaf) is Value for leaf in given))
        with recording():
            # A variable that is a Value already gets a node of its own on top: what reaches it another way is constant.
            self.variables = [identity(leaf) if type(leaf) is Value else Value(leaf) for leaf in given]
            fresh = iter(self.variables)
            replaced = {position: _map(lambda _: next(fresh), args[position]) for position in positions}
            arguments = [replaced.get(position, argument) for position, argument in enumerate(args)]
            self.output = function(*arguments, **kwargs)
        self.outputs = _flat(self.output, f"the result of {_name(function)}")

    def plain(self, output: Any) -> Any:
        """An output as the caller gets it."""
        return output if self.differentiable or type(output) is not Value else output.data

    def unflatten(self, gradients: Sequence[Any]) -> Any:
        """One gradient a variable, in the shapes of the arguments."""
        remaining = iter(gradients)
        shaped = tuple(_map(lambda _: next(remaining), argument) for argument in self.arguments)
        return shaped[0] if self.single else shaped

    def walk(self, outputs: Sequence[Value]) -> "_Walk":
        """What lies between the variables and these outputs."""
        reached = set(self.variables)
        now = clock.now
        order = ordered_above(outputs, frozenset(self.variables))
        check_fresh(order, [operand for node in order for operand in node.inputs])
        return _Walk([node for node in order if _depends(node, reached)], reached, now)

    def pull(self, seeds: dict[Value, Any], graph: bool | None = None, walk: "_Walk | None" = None) -> list[Any]:
        """Reverse mode: the gradient of Σ seed · output with respect to each variable."""
        graph = self.differentiable if graph is None else graph
        with recording():
            walk = walk or self.walk(list(seeds))
            gradients = walk.pull(seeds, graph)
            walk.check()
            return [_result(gradients.get(variable, 0.0), graph) for variable in self.variables]

    def push(self, directions: Sequence[Any], graph: bool) -> dict[Value, Any]:
        """Forward mode: the derivative of each output along `directions`, from the variables up."""
        outputs = [output for output in self.outputs if type(output) is Value]
        with recording():
            tangents: dict[Value, Any] = dict(zip(self.variables, directions, strict=True))
            walk = self.walk(outputs)
            reached = walk.reached
            missing: dict[Value, DomainError] = {}
            for node in walk.order:
                total: Any = 0.0
                tangents[node] = total
                incoming = [tangents[operand] for operand in node.inputs if operand in reached]
                if all(map(_is_zero, incoming)):
                    continue
                try:
                    partials = walk.partials(node, graph)
                except DomainError as error:
                    missing[node] = error
                    continue
                for operand, partial in zip(node.inputs, partials, strict=True):
                    if operand in reached:
                        total = total + _product(tangents[operand], partial)
                tangents[node] = total
            # What is missing may be multiplied by 0 farther up: only the way down tells.
            for output in outputs if missing else ():
                gradients = walk.pull({output: 1.0}, graph)
                for node, refusal in missing.items():
                    if not _is_zero(gradients.get(node, 0.0)):
                        raise refusal
            walk.check()
            return {output: _result(tangents.get(output, 0.0), graph) for output in outputs}


class _Walk:
    """The nodes between some variables and some outputs, inputs first, and their local derivatives, computed once.

    What lies below a variable, or beside it, is another derivative's business and is not reached.
    """

    def __init__(self, order: list[Value], reached: set[Value], now: int) -> None:
        self.order = order
        self.reached = reached
        self.now = now
        self._known: dict[tuple[Value, bool], list[Any]] = {}

    def check(self) -> None:
        """Raise `StaleGraphError` if another thread has changed a leaf of this walk meanwhile."""
        if clock.now != self.now:
            self.now = clock.now
            check_fresh(self.order, [operand for node in self.order for operand in node.inputs])

    def pull(self, seeds: dict[Value, Any], graph: bool) -> dict[Value, Any]:
        """The gradients of Σ seed · output with respect to the nodes and the variables that it depends on."""
        gradients: dict[Value, Any] = dict(seeds)
        for node in reversed(self.order):
            upstream = gradients.get(node, 0.0)
            # A number 0 passes over a derivative that does not exist; a Value that is 0 now does not: it may vary.
            if _is_zero(upstream):
                continue
            for operand, partial in zip(node.inputs, self.partials(node, graph), strict=True):
                if operand in self.reached:
                    contribution = _product(upstream, partial)
                    known = gradients.get(operand)
                    gradients[operand] = contribution if known is None else known + contribution
        return gradients

    def partials(self, node: Value, graph: bool) -> list[Any]:
        """Local derivatives with respect to what is reached; `DomainError` where one does not exist."""
        if (node, graph) not in self._known:
            interpreter = values() if graph else careful_floats()
            self._known[node, graph] = local_partials(node, interpreter, self.reached.__contains__)
        return self._known[node, graph]


def _is_zero(factor: Any) -> bool:
    """Whether a factor is the number 0, once and for all."""
    return type(factor) is not Value and factor == 0.0


def _depends(node: Value, reached: set[Value]) -> bool:
    if node not in reached and any(operand in reached for operand in node.inputs):
        reached.add(node)
        return True
    return False


def _product(a: Any, b: Any) -> Any:
    """a · b without nodes for the factors 0 and 1."""
    for one, other in ((a, b), (b, a)):
        if type(one) is not Value and one == 1.0:
            return other
        if type(one) is not Value and one == 0.0 and type(other) is Value and math.isfinite(other.data):
            return 0.0
    return a * b


def _result(gradient: Any, graph: bool) -> Any:
    if graph:
        return gradient if type(gradient) is Value else Value(gradient)
    if math.isnan(gradient):
        raise DomainError("a derivative is not a number: numbers have overflowed on the way")
    return float(gradient)


def _flat(nested: Nested, what: str = "an argument to differentiate") -> list[Any]:
    """The numbers and Values of a nested list, in order."""
    if isinstance(nested, list | tuple):
        return [leaf for entry in nested for leaf in _flat(entry, what)]
    if type(nested) is Value:
        return [nested]
    try:
        return [as_number(nested)]
    except TypeError as error:
        raise TypeError(f"{what} is a number, a Value, or a list of these: {error}") from None


def _map(function: Callable[[Any], Any], nested: Nested) -> Any:
    """The same nested lists, `function` applied to each leaf."""
    if isinstance(nested, list | tuple):
        mapped = [_map(function, entry) for entry in nested]
        return mapped if isinstance(nested, list) else _rebuild(nested, mapped)
    return function(nested)


def _rebuild(example: tuple[Any, ...], entries: list[Any]) -> tuple[Any, ...]:
    return type(example)(*entries) if hasattr(example, "_fields") else tuple(entries)


def _matching(nested: Nested, example: Nested, what: str) -> list[Any]:
    """The leaves of `nested`, which must have the shape of `example`."""
    if isinstance(example, list | tuple):
        if not isinstance(nested, list | tuple) or len(nested) != len(example):
            raise ValueError(f"the {what} must have the same shape as what they belong to; a list does not match there")
        return [leaf for one, two in zip(nested, example, strict=True) for leaf in _matching(one, two, what)]
    if isinstance(nested, list | tuple):
        raise ValueError(f"the {what} must have the same shape as what they belong to; expected one number, got a list")
    return _flat(nested, f"each of the {what}")


def _positions(function: Callable[..., Any], argnums: int | Sequence[int], count: int) -> list[int]:
    numbers = [argnums] if isinstance(argnums, int) else list(argnums)
    if not all(-count <= number < count for number in numbers):
        raise ValueError(f"argnums {argnums!r}: {_name(function)} was called with {count} positional arguments")
    positions = [number % count for number in numbers]
    if len(set(positions)) != len(positions):
        raise ValueError(f"argnums {argnums!r} names an argument twice")
    return positions


def _check(function: Callable[..., Any], argnums: object, kind: str) -> None:
    """Raise where a derivative is asked for of no function, or by what is no position of an argument."""
    _check_function(function)
    numbers = argnums if isinstance(argnums, list | tuple) else [argnums]
    if not all(type(number) is int for number in numbers):
        raise (ValueError if isinstance(argnums, list | tuple) else TypeError)(
            f"argnums is the position of an argument, or a tuple of positions, got {argnums!r}; "
            f"{kind} gives a function, so the derivative at a point x is {kind}(f)(x)"
        )


def _check_function(function: object) -> None:
    if not callable(function):
        raise TypeError(
            f"a derivative is taken of a function, got {type(function).__name__}; for a Value use backward()"
            " and read .grad, or gradients(value)[leaf]"
        )


def _name(function: Callable[..., Any]) -> str:
    return getattr(function, "__name__", type(function).__name__)


def _named(derivative: Callable[..., Any], kind: str, function: Callable[..., Any]) -> Callable[..., Any]:
    derivative.__name__ = derivative.__qualname__ = f"{kind}({_name(function)})"
    derivative.__doc__ = f"{kind} of {_name(function)}"
    return derivative
