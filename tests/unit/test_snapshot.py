"""What is done before anybody calls."""

import random
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from commerce import snapshot
from commerce.storage import Key, StorageFailure
from tests.support.deployment import Product


def test_a_rehearsal_sends_nothing_and_leaves_nothing(product: Product) -> None:
    store = product.app("get_current_profile").parts.store
    snapshot.prime(store)
    # Sent, it would have failed like this one: there is no such table.
    with pytest.raises(StorageFailure, match="ResourceNotFoundException"):
        store.get([Key("rehearsal", "rehearsal", "rehearsal")])


def test_provisioned_environments_are_primed(monkeypatch: pytest.MonkeyPatch) -> None:
    primed: list[Any] = []
    monkeypatch.setattr(snapshot, "prime", primed.append)
    monkeypatch.setenv("AWS_LAMBDA_INITIALIZATION_TYPE", "provisioned-concurrency")
    snapshot.get_ready(None)
    monkeypatch.setenv("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand")
    snapshot.get_ready(None)
    assert primed == [None]


def test_a_snapshot_is_taken_after_priming_and_copies_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    registered: dict[str, tuple[Callable[..., None], tuple[Any, ...]]] = {}
    hooks: Any = ModuleType("snapshot_restore_py")
    hooks.register_before_snapshot = lambda hook, *given: registered.update(before=(hook, given))
    hooks.register_after_restore = lambda hook, *given: registered.update(after=(hook, given))
    monkeypatch.setitem(sys.modules, "snapshot_restore_py", hooks)
    monkeypatch.setenv("AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start")
    snapshot.get_ready(None)
    assert registered["before"] == (snapshot.prime, (None,))

    state = random.getstate()
    drawn = []
    for _ in range(2):
        random.setstate(state)
        hook, given = registered["after"]
        hook(*given)
        drawn.append(random.random())  # noqa: S311
    assert drawn[0] != drawn[1]
