"""What is done before anybody calls."""

import random
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from commerce import snapshot
from tests.support.deployment import Product


def _requests(product: Product) -> list[str]:
    sent: list[str] = []
    events = product.app("get_profile").parts.store.client.meta.events
    events.register_first("before-send.dynamodb", lambda request, **_: sent.append(request.url))
    return sent


def test_a_rehearsal_sends_nothing_and_leaves_nothing(product: Product) -> None:
    sent = _requests(product)
    snapshot.prime(product.app("get_profile").parts.store)
    assert sent == []
    token = product.login()
    assert product.call("GET", "/ccstore/v1/profiles/current", token=token).status == 200
    assert len(sent) == 1


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
