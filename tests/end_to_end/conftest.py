"""The deployed stack that end-to-end tests call over HTTP: the running local cloud, or one of their own."""

import http.client
import json
import os
import urllib.parse
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest

from local.workspace import STACK_FILE
from tests.support import described, local_cloud, refusals

TIMEOUT_SECONDS = 30
# Each call under way has a process of its own in the local cloud. Threads by the dozen meet inside one process, on
# tables that lock: tests/concurrency.
AT_ONCE = int(os.environ.get("AT_ONCE", "4"))
WARM_ROUNDS = 5

S = TypeVar("S")
T = TypeVar("T")


@dataclass(frozen=True)
class Answer:
    """An HTTP answer; header names in lower case, repeated headers as lists."""

    status: int
    headers: Mapping[str, list[str]]
    text: str

    @property
    def body(self) -> Any:
        return json.loads(self.text)


def at_once(send: Callable[[S], T], items: Iterable[S]) -> list[T]:
    """`send` for each, AT_ONCE of them under way."""
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        return list(pool.map(send, items))


def warm(touch: Callable[[int], Answer]) -> None:
    """Starts the functions' processes: that many at once on a small machine may take longer than a call has."""

    def answered(number: int) -> bool:
        try:
            return touch(number).status < 500
        except TimeoutError:
            return False

    for _ in range(WARM_ROUNDS):
        if all(at_once(answered, range(AT_ONCE))):
            return
    pytest.fail("the functions' processes do not come up")


@pytest.fixture(scope="package")
def deployed() -> Iterator[dict[str, Any]]:
    """What .local/stack.json holds."""
    with local_cloud.up() as stack:
        yield stack


@pytest.fixture(scope="module")
def application_key(deployed: dict[str, Any]) -> str:
    """The one that counts now: a test that brings the cloud up again makes a new one."""
    assert deployed
    return str(json.loads(STACK_FILE.read_text(encoding="utf-8"))["sample"]["applicationKey"])


@pytest.fixture(scope="package")
def call(deployed: dict[str, Any]) -> Callable[..., Answer]:
    """`call("PUT", "/ccstore/v1/profiles/current", {"firstName": "Jack"}, token=…, headers=…)`.

    A dict is sent as JSON, text and bytes as they are. The path is sent as it is, query string included.
    """
    address = urllib.parse.urlsplit(deployed["endpointUrl"])

    def make(
        method: str,
        path: str,
        body: Mapping[str, Any] | str | bytes | None = None,
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        sent = {name.lower(): value for name, value in (headers or {}).items()}
        if token is not None:
            sent["authorization"] = f"Bearer {token}"
        if isinstance(body, Mapping):
            body = json.dumps(body)
            sent.setdefault("content-type", "application/json")
        if isinstance(body, str):
            body = body.encode()
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=TIMEOUT_SECONDS)
        try:
            connection.request(method, address.path + path, body, sent)
            answer = connection.getresponse()
            received: dict[str, list[str]] = {}
            for name, value in answer.getheaders():
                received.setdefault(name.lower(), []).append(value)
            text = answer.read().decode()
            described.check(method, path, answer.status, {name: lines[-1] for name, lines in received.items()}, text)
            refusals.check(refusals.over_http(path, sent, body), answer.status, text)
            return Answer(answer.status, received, text)
        finally:
            connection.close()

    return make


@pytest.fixture(scope="package")
def login(call: Callable[..., Answer], deployed: dict[str, Any]) -> Callable[[str], str]:
    """`login("shopper")`: a new token of a user named in the stack's sample, made with the store's login."""

    def make(user: str) -> str:
        account = deployed["sample"][user]
        form = {"grant_type": "password", "username": account["username"], "password": account["password"]}
        answer = call(
            "POST",
            "/ccstore/v1/login",
            urllib.parse.urlencode(form),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
        assert answer.status == 200, answer.text
        token: str = answer.body["access_token"]
        return token

    return make
