"""A script that declares its properties one call each, all at once, and logs in for every call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.end_to_end.conftest import Answer

PATH = "/ccadmin/v1/shopperTypes/user"
LANGUAGE = {"X-CCAsset-Language": "en"}
# A property cannot be deleted and a type holds 500: on a stack that is up already, these are there.
FILLING = 190


@pytest.fixture
def log_in(call: Callable[..., Answer], application_key: str) -> Callable[[int], Answer]:
    form = "grant_type=client_credentials"
    return lambda _number: call("POST", "/ccadmin/v1/login", form, token=application_key, headers=FORM)


FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def all_at_once(send: Callable[[int], Answer], count: int) -> list[Answer]:
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(send, range(count)))


def test_a_hundred_logins(log_in: Callable[[int], Answer]) -> None:
    answers = all_at_once(log_in, 100)
    assert Counter(answer.status for answer in answers) == {200: 100}
    assert len({answer.body["access_token"] for answer in answers}) == 100


@pytest.mark.parametrize("others", [0, FILLING])
def test_forty_five_properties(call: Callable[..., Answer], log_in: Callable[[int], Answer], others: int) -> None:
    token = log_in(0).body["access_token"]

    def put(properties: dict[str, Any]) -> Answer:
        return call("PUT", PATH, {"properties": properties}, token=token, headers=LANGUAGE)

    filling = {f"_filling_{number}": {"type": "number", "internalOnly": True} for number in range(others)}
    if filling:
        assert put(filling).status == 200
    names = [f"_script_{number}" for number in range(45)]
    stamp = f"{token[-8:]} {others}"
    answers = all_at_once(lambda number: put({names[number]: {"type": "number", "label": stamp}}), len(names))
    assert Counter(answer.status for answer in answers) == {200: 45}
    shown = call("GET", PATH, token=token, headers=LANGUAGE).body["properties"]
    assert [shown[name]["label"] for name in names] == [stamp] * 45
