"""Parallel administrators on the deployed stack (contract: shopper-types.md §3, §10; common.md §10).

A property cannot be deleted and a type holds 500: on a stack that is up already, most are there from the run before.
"""

import time
import urllib.parse
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from tests.end_to_end.conftest import Answer, at_once, warm

PATH = "/ccadmin/v1/shopperTypes/user"
PROFILE = "/ccstore/v1/profiles/current"
CALLS = 30


@pytest.fixture
def merchant(call: Callable[..., Answer], deployed: dict[str, Any]) -> str:
    account = deployed["sample"]["merchant"]
    form = {"grant_type": "password", "username": account["username"], "password": account["password"]}
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = call("POST", "/ccadmin/v1/login/", urllib.parse.urlencode(form), headers=headers)
    assert answer.status == 200, answer.text
    return str(answer.body["access_token"])


@pytest.fixture
def script(call: Callable[..., Answer], application_key: str) -> str:
    """An admin script's token: made with an application key, at the login with a trailing slash."""
    answer = call("POST", "/ccadmin/v1/login/?grant_type=client_credentials", "", token=application_key)
    assert answer.status == 200, answer.text
    return str(answer.body["access_token"])


def test_thirty_puts_of_one_new_property_each(call: Callable[..., Answer], merchant: str) -> None:
    run = uuid.uuid4().hex[:8]
    locales = ("en", "de", "fr_CA")

    def put(number: int) -> Answer:
        properties = {f"x_parallel_{number}": {"type": "number", "label": f"{run} {number}", "internalOnly": True}}
        headers = {"X-CCAsset-Language": locales[number % 3]}
        return call("PUT", PATH, {"properties": properties}, token=merchant, headers=headers)

    def touch(_: int) -> Answer:
        headers = {"X-CCAsset-Language": "en"}
        return call("PUT", PATH, {"properties": {"login": {}}}, token=merchant, headers=headers)

    warm(touch)
    answers = at_once(put, range(CALLS))
    assert [answer.status for answer in answers] == [200] * CALLS
    shown = {
        locale: call("GET", PATH, token=merchant, headers={"X-CCAsset-Language": locale}).body["properties"]
        for locale in locales
    }
    found = [shown[locales[number % 3]][f"x_parallel_{number}"]["label"] for number in range(CALLS)]
    assert found == [f"{run} {number}" for number in range(CALLS)]


def test_labels_of_three_locales_in_parallel(call: Callable[..., Answer], script: str) -> None:
    """GET in three locales, PUT changed labels back per locale at once, GET again: the diff is what was sent."""
    locales = ("de", "fr_CA", "it")
    run = uuid.uuid4().hex[:8]

    def get(locale: str) -> dict[str, Any]:
        answer = call("GET", PATH, token=script, headers={"X-CCAsset-Language": locale})
        properties: dict[str, Any] = answer.body["properties"]
        for moment in ("registrationDate", "lastPasswordUpdate"):
            del properties[moment]
        return properties

    before = {locale: get(locale) for locale in ("en", *locales)}
    changed = {
        locale: {name: entry | {"label": f"{locale} {name} {run}"} for name, entry in before[locale].items()}
        for locale in locales
    }

    def put(number: int) -> Answer:
        locale = locales[number]
        return call("PUT", PATH, {"properties": changed[locale]}, token=script, headers={"X-CCAsset-Language": locale})

    answers = at_once(put, range(3))
    assert [answer.status for answer in answers] == [200] * 3
    assert {locale: get(locale) for locale in locales} == changed


def test_a_new_property_is_on_a_profile_from_the_next_call_on(
    call: Callable[..., Answer], merchant: str, login: Callable[[str], str]
) -> None:
    shopper = login("shopper")
    name = f"x_{uuid.uuid4().hex[:8]}"

    def shown(answer: Answer) -> dict[str, Any]:
        assert answer.status == 200, answer.text
        return {entry["id"]: entry["value"] for entry in answer.body["dynamicProperties"]}

    assert name not in shown(call("PUT", PROFILE, {name: 7}, token=shopper))
    for default in range(3):
        declared = {"properties": {name: {"type": "number", "default": default}}}
        answer = call("PUT", PATH, declared, token=merchant, headers={"X-CCAsset-Language": "en"})
        assert answer.status == 200, answer.text
        assert shown(call("GET", PROFILE, token=shopper))[name] == default
        assert shown(call("PUT", PROFILE, {}, token=shopper))[name] == default
    assert shown(call("PUT", PROFILE, {name: 7}, token=shopper))[name] == 7
    hidden = {"properties": {name: {"internalOnly": True}}}
    assert call("PUT", PATH, hidden, token=merchant, headers={"X-CCAsset-Language": "en"}).status == 200
    assert name not in shown(call("GET", PROFILE, token=shopper))


def test_twenty_puts_of_one_custom_value_each(
    call: Callable[..., Answer], merchant: str, login: Callable[[str], str]
) -> None:
    shopper = login("shopper")
    start = time.time_ns()
    names = [f"x_value_{number}" for number in range(20)]
    declared = {"properties": {name: {"type": "number", "internalOnly": False} for name in names}}
    assert call("PUT", PATH, declared, token=merchant, headers={"X-CCAsset-Language": "en"}).status == 200
    answers = at_once(lambda number: call("PUT", PROFILE, {names[number]: start + number}, token=shopper), range(20))
    assert [answer.status for answer in answers] == [200] * 20
    shown = {entry["id"]: entry["value"] for entry in call("GET", PROFILE, token=shopper).body["dynamicProperties"]}
    assert [shown[name] for name in names] == [start + number for number in range(20)]
    hidden = {"properties": {name: {"internalOnly": True} for name in names}}
    assert call("PUT", PATH, hidden, token=merchant, headers={"X-CCAsset-Language": "en"}).status == 200
