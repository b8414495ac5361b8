"""`no_grad`: as a block and as a decorator; nested; one thread's or task's own business."""

import asyncio
import inspect
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

import autograd
from autograd import Value, no_grad, parameter
from autograd.clock import clock
from autograd.recording import is_recording


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    yield
    assert is_recording()
    assert not clock.paused


def kept(x: Value) -> bool:
    """Whether a result computed here and now is part of a graph."""
    return bool((x * 2).inputs)


X = Value(3.0)


def test_results_inside_are_leaves_without_inputs() -> None:
    w = parameter(2.0)
    with no_grad():
        results = [w * X, 2 / X, X**2, autograd.sum([X, w]), X.relu(), -X, autograd.affine([w], [X], 1), +X * 1]
        results += [Value(0.0).sqrt(), *autograd.softmax([X, w])]
    for result in results:
        assert (result.inputs, result.op, result.operation, result.role, result.origin) == ((), "", None, "leaf", "")
        result.data = 1.0
    assert [result.data for result in results[:2]] == [1.0, 1.0]


def test_what_was_computed_inside_stops_gradients() -> None:
    x = Value(3.0)
    with no_grad():
        inside = x * x
    (inside * x).backward()
    assert (x.grad, inside.grad) == (9.0, 3.0)


def test_backward_works_inside_for_a_graph_from_outside() -> None:
    x = Value(3.0)
    y = x * x
    with no_grad():
        y.backward()
    assert x.grad == 6.0


def test_blocks_nest_and_one_object_may_be_entered_twice() -> None:
    switch = no_grad()
    with switch:
        with switch, no_grad():
            assert not kept(X)
        assert not kept(X)
        with no_grad():
            pass
        assert not kept(X)
    assert kept(X)


def test_an_exception_ends_the_block() -> None:
    with pytest.raises(KeyError), no_grad(), no_grad():
        raise KeyError
    assert kept(X)


@pytest.mark.parametrize("decorate", [no_grad, no_grad()])
def test_it_decorates_functions_and_methods(decorate: Any) -> None:
    @decorate
    def predict(x: Value, *, flag: bool = True) -> tuple[bool, bool]:
        """Its docstring."""
        return kept(x), flag

    class Model:
        @decorate
        def predict(self) -> bool:
            return kept(X)

    assert predict(X, flag=False) == (False, False)
    assert (predict.__name__, predict.__doc__) == ("predict", "Its docstring.")
    assert Model().predict() is False
    assert kept(X)

    @decorate
    def recursive(depth: int) -> list[bool]:
        return [kept(X)] + (recursive(depth - 1) if depth else [])

    assert recursive(3) == [False] * 4


def test_it_decorates_coroutines() -> None:
    @no_grad
    async def predict() -> list[bool]:
        seen = [kept(X)]
        await asyncio.sleep(0)
        return [*seen, kept(X)]

    async def main() -> None:
        task = asyncio.create_task(predict())
        await asyncio.sleep(0)
        assert kept(X)
        assert await task == [False, False]
        assert kept(X)

    assert inspect.iscoroutinefunction(predict)
    asyncio.run(main())


def test_it_decorates_generators_and_the_caller_records_between_items() -> None:
    log: list[Any] = []

    @no_grad()
    def produce() -> Any:
        try:
            log.append(("sent", (yield kept(X)), kept(X)))
            try:
                yield kept(X)
            except KeyError:
                log.append(("thrown", kept(X)))
                yield "caught"
            return kept(X)
        finally:
            log.append(("end", kept(X)))

    generator = produce()
    assert next(generator) is False
    assert kept(X)
    assert generator.send("hello") is False
    assert kept(X)
    assert generator.throw(KeyError) == "caught"
    assert kept(X)
    with pytest.raises(StopIteration) as stop:
        next(generator)
    assert stop.value.value is False
    assert log == [("sent", "hello", False), ("thrown", False), ("end", False)]


@pytest.mark.parametrize("started", [False, True])
def test_closing_a_decorated_generator_runs_its_clean_up_without_recording(started: bool) -> None:
    log: list[bool] = []

    @no_grad
    def produce() -> Iterator[int]:
        try:
            yield 1
            yield 2
        finally:
            log.append(kept(X))

    generator = produce()
    if started:
        next(generator)
    generator.close()  # type: ignore[attr-defined]
    assert log == [False] * started
    assert list(produce()) == [1, 2]


def test_an_error_in_a_decorated_generator_reaches_the_caller() -> None:
    @no_grad
    def produce() -> Iterator[int]:
        yield 1
        raise LookupError

    generator = produce()
    next(generator)
    with pytest.raises(LookupError):
        next(generator)


def test_a_generator_left_half_way_in_a_block_of_its_own_does_not_pause_its_caller() -> None:
    def produce() -> Iterator[bool]:
        with no_grad():
            yield kept(X)
            yield kept(X)

    generator = produce()
    with no_grad():
        assert next(generator) is False
    generator.close()  # type: ignore[attr-defined]
    assert kept(X)


def test_async_generators_and_things_that_are_no_functions_are_refused() -> None:
    async def produce() -> AsyncIterator[int]:
        yield 1

    with pytest.raises(TypeError, match="cannot decorate an async generator; put `with no_grad"):
        no_grad(produce)
    with pytest.raises(TypeError, match="no_grad decorates a function, got Value"):
        no_grad(X)  # type: ignore[arg-type]


def test_another_thread_keeps_recording() -> None:
    entered, done = threading.Event(), threading.Event()
    seen: list[bool] = []

    def work() -> None:
        entered.wait()
        seen.append(kept(X))
        with no_grad():
            seen.append(kept(X))
        seen.append(kept(X))
        done.set()

    thread = threading.Thread(target=work)
    thread.start()
    with no_grad():
        entered.set()
        done.wait()
        assert not kept(X)
    thread.join()
    assert seen == [True, False, True]


def test_async_tasks_do_not_disturb_each_other() -> None:
    async def inside(steps: int) -> list[bool]:
        seen = []
        with no_grad():
            for _ in range(steps):
                await asyncio.sleep(0)
                seen.append(kept(X))
        return [*seen, kept(X)]

    async def outside(steps: int) -> list[bool]:
        seen = []
        for _ in range(steps):
            await asyncio.sleep(0)
            seen.append(kept(X))
        return seen

    async def main() -> list[list[bool]]:
        return await asyncio.gather(inside(3), outside(5), inside(7), outside(2))

    assert asyncio.run(main()) == [[False] * 3 + [True], [True] * 5, [False] * 7 + [True], [True] * 2]


def test_a_task_started_inside_a_block_inherits_it_until_it_ends() -> None:
    async def child(gate: asyncio.Event) -> list[bool]:
        seen = [kept(X)]
        await gate.wait()
        return [*seen, kept(X)]

    async def main() -> list[bool]:
        gate = asyncio.Event()
        with no_grad():
            task = asyncio.create_task(child(gate))
            await asyncio.sleep(0)
        gate.set()
        return await task

    assert asyncio.run(main()) == [False, True]
