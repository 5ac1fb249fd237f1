"""Rival writers, deterministically: somebody else acts right before a chosen call of a store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from commerce.storage import Store

METHODS = ("get", "query", "write")


@dataclass
class Rival:
    """`acted`: whether the call was reached that it waited for."""

    acted: bool = False


@contextmanager
def rival_before(store: Store, nth: int, action: Callable[[], object], *, surely: bool = True) -> Iterator[Rival]:
    """Runs `action` once, before the nth call of any method of the store (1 = the first).

    Fails the test when that call never came, unless `surely` is false.
    """
    rival = Rival()
    calls = 0
    originals = {name: getattr(store, name) for name in METHODS}

    def before(original: Callable[..., Any]) -> Callable[..., Any]:
        def method(*arguments: Any, **named: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == nth and not rival.acted:
                rival.acted = True
                action()
            return original(*arguments, **named)

        return method

    for name, original in originals.items():
        setattr(store, name, before(original))
    try:
        yield rival
    finally:
        for name in METHODS:
            delattr(store, name)
    assert rival.acted or not surely, f"the store was called {calls} times only"


@contextmanager
def rival_before_method(
    store: Store, method: str, action: Callable[[], object], *, turn: int = 1
) -> Iterator[list[str]]:
    """Runs `action` once, before the `turn`-th call of ``store.<method>``. Yields the list of such calls so far.

    Fails the test when that call never came.
    """
    calls: list[str] = []
    original = getattr(store, method)

    def call(*arguments: Any, **named: Any) -> Any:
        calls.append(method)
        if len(calls) == turn:
            action()
        return original(*arguments, **named)

    setattr(store, method, call)
    try:
        yield calls
    finally:
        delattr(store, method)
    assert len(calls) >= turn, f"{method} was called {len(calls)} times only"
