"""Generated requests over HTTP: no 5xx, each answer as docs/openapi.json describes it, nothing stored beside an error.

At the store calls a shopper of this file's own; at the other APIs an internal user who may not write, an agent without
a context, and an application. FUZZ says how many times as many requests as in `make test`: `make fuzz` sets it.
"""

import json
import os
import time
import urllib.parse
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation.modes import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    status_code_conformance,
)

from local.openapi import TARGET
from tests.end_to_end.conftest import Answer
from tests.support.described import description, misfit, shortens
from tests.support.local_cloud import dynamodb, operate

RENEWAL_SECONDS: Final = 200
EXAMPLES: Final = 2 * int(os.environ.get("FUZZ", "1"))
CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
]
OWN: Final = {"id": "described", "login": "described", "password": "Described-2026", "email": "described@example.com"}
USERS: Final = {
    "ccstore": ("described", "Described-2026"),
    "ccadmin": ("clerk", "Clerk-2026"),
    "ccagent": ("agent", "Agent-2026"),
}
APPLICATIONS: Final = ("ccapp", "ccappagent")
SCHEMA: Final = schemathesis.openapi.from_path(str(TARGET))
OPERATIONS: Final = [(path, method) for path, item in description()["paths"].items() for method in item]


class Tokens:
    """One for each API, renewed in time: the name that the shopper logs in with may have changed meanwhile."""

    def __init__(self, call: Callable[..., Answer], tokens: dict[str, str]) -> None:
        self._call = call
        self._tokens = tokens
        self._renewed = time.monotonic()

    def one_more(self, api: str) -> str:
        """A token of its own for one test: a logout ends it."""
        if time.monotonic() - self._renewed > RENEWAL_SECONDS:
            self._tokens = {known: self._refreshed(known) for known in self._tokens}
            self._renewed = time.monotonic()
        return self._refreshed(api)

    def _refreshed(self, api: str) -> str:
        answer = self._call("POST", f"/{api}/v1/refresh", token=self._tokens[api])
        assert answer.status == 200, answer.text
        return str(answer.body["access_token"])


@pytest.fixture(scope="module")
def tokens(
    deployed: dict[str, Any],
    call: Callable[..., Answer],
    application_key: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Tokens]:
    """For each API, the shopper's after it was put back to what it says above; the shopper goes in the end.

    What it has taken, the documented e-mail address among it, is for others of a cloud that goes on running.
    """
    store = tmp_path_factory.mktemp("store")
    (store / "shoppers.json").write_text(json.dumps([OWN]), encoding="utf-8")
    operate(deployed["endpointUrl"], ["load", str(store)])
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    found = {}
    for api, (username, password) in USERS.items():
        form = urllib.parse.urlencode({"grant_type": "password", "username": username, "password": password})
        found[api] = call("POST", f"/{api}/v1/login", form, headers=headers)
    key = {"Authorization": f"Bearer {application_key}"}
    for api in APPLICATIONS:
        form = urllib.parse.urlencode({"grant_type": "client_credentials"})
        found[api] = call("POST", f"/{api}/v1/login", form, headers=headers | key)
    yield Tokens(call, {api: str(answer.body["access_token"]) for api, answer in found.items()})
    operate(deployed["endpointUrl"], ["erase-shopper", OWN["id"], "--yes"])


@pytest.fixture(scope="module")
def stored(deployed: dict[str, Any]) -> Callable[[], Any]:
    """All that the tables hold of the shopper."""
    client = dynamodb(deployed["endpointUrl"])

    def rows() -> Any:
        return [
            client.query(
                TableName=deployed["tables"][name],
                KeyConditionExpression="pk = :id",
                ExpressionAttributeValues={":id": {"S": OWN["id"]}},
                ConsistentRead=True,
            )["Items"]
            for name in ("Profiles", "Orders")
        ]

    return rows


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    with requests.Session() as kept:
        yield kept


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_described(
    deployed: dict[str, Any],
    tokens: Tokens,
    stored: Callable[[], Any],
    session: requests.Session,
    path: str,
    method: str,
    record_property: Callable[[str, object], None],
) -> None:
    operation = SCHEMA[path][method.upper()]
    api = path.split("/")[1]
    token, sent, before = tokens.one_more(api), 0, stored()

    @seed(0)
    @settings(max_examples=EXAMPLES, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(
        case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
        | operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
    )
    def send(case: Any) -> None:
        nonlocal sent, before
        sent += 1
        headers = {"Authorization": f"Bearer {token}"} if sent % 8 else {}
        answer = case.call(base_url=deployed["endpointUrl"], session=session, headers=headers)
        case.validate_response(answer, checks=CHECKS)
        received = {name.lower(): values[-1] for name, values in answer.headers.items()}
        shortened = shortens(case.query or {})
        assert misfit(path, method, answer.status_code, received, answer.text, shortened=shortened) == ""
        if answer.status_code < 400:
            before = stored()
        elif method != "get":
            assert stored() == before, answer.text

    send()
    record_property("requests", sent)
