"""Tries, timeouts and the time budget of requests: common.md §10."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore import handlers
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.credentials import ReadOnlyCredentials
from botocore.exceptions import ConnectTimeoutError, PartialCredentialsError, ReadTimeoutError

from commerce.call import ADMIN_BUDGET_SECONDS, BUDGET_SECONDS, TimeBudget
from commerce.errors import Contention, DependencyDown
from commerce.storage import Key, Store, secret_reader
from commerce.storage.remote import (
    CONNECT_SECONDS,
    READ_SECONDS,
    SHORTEST_TRY_SECONDS,
    TRIES,
    Remote,
    _read_seconds,
    open_client,
    open_session,
)
from tests.infrastructure.test_botocore_data import CALLS
from tests.support.virtual_time import VirtualTime

KEY = Key("T", "p", "s")


class Mute:
    """A client whose every request takes as long as a connection and the wait for an answer may take, or `seconds`."""

    def __init__(self, time: VirtualTime, seconds: float | None = None) -> None:
        self.time = time
        self.seconds = seconds
        self.began: list[tuple[float, float]] = []

    def get_item(self, **_: object) -> Any:
        self.began.append((self.time.now, _read_seconds.get()))
        self.time.now += CONNECT_SECONDS + _read_seconds.get() if self.seconds is None else self.seconds
        raise ReadTimeoutError(endpoint_url="x") if self.seconds is None else ConnectTimeoutError(endpoint_url="x")


def spent(client: Mute, time: VirtualTime, budget: TimeBudget, tries: int = TRIES) -> float:
    with pytest.raises(DependencyDown):
        Remote(client, lambda: budget).call("get_item", {}, tries)
    return time.now


def test_no_try_outlasts_the_budget() -> None:
    time = VirtualTime()
    client = Mute(time)
    assert spent(client, time, time.budget()) <= BUDGET_SECONDS
    assert [read for _, read in client.began] == pytest.approx([READ_SECONDS, READ_SECONDS, client.began[2][1]])
    assert client.began[2][1] < READ_SECONDS


def test_who_has_more_time_waits_longer_for_an_answer() -> None:
    """An administrator's 20 s are no reason to give a slow service up after six."""
    time = VirtualTime()
    client = Mute(time)
    assert 17 < spent(client, time, time.budget(ADMIN_BUDGET_SECONDS)) <= ADMIN_BUDGET_SECONDS
    assert [read for _, read in client.began] == pytest.approx([5.0, 5.0, 5.0])


@pytest.mark.parametrize("left", [1.2, 1.5, 3.0, 3.5, 4.4, 5.0, 20.0])
def test_whatever_is_left(left: float) -> None:
    time = VirtualTime()
    client = Mute(time)
    assert spent(client, time, time.budget(left)) <= left + 1e-9
    assert 1 <= len(client.began) <= TRIES


def test_a_try_that_is_not_worth_it_is_not_begun() -> None:
    time = VirtualTime()
    client = Mute(time)
    budget = time.budget(SHORTEST_TRY_SECONDS - 0.01)
    with pytest.raises(Contention):
        Remote(client, lambda: budget).call("get_item", {})
    assert client.began == []


def test_one_try_where_one_is_enough() -> None:
    time = VirtualTime()
    client = Mute(time)
    assert spent(client, time, time.budget(), tries=1) == CONNECT_SECONDS + READ_SECONDS


def test_pauses_grow() -> None:
    time = VirtualTime()
    client = Mute(time, seconds=0.0)
    assert 0.1 < spent(client, time, time.budget()) < 0.3
    first, second, third = (at for at, _ in client.began)
    assert 0.025 <= second - first <= 0.05
    assert 0.1 <= third - second <= 0.2


@contextmanager
def black_hole(receive: Callable[[socket.socket], object]) -> Iterator[str]:
    """A server that takes connections and says nothing that helps; its address."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        held: list[socket.socket] = []

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                held.append(connection)
                receive(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
        thread.join(5)
        for connection in held:
            connection.close()


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    return monkeypatch


def test_a_service_that_never_answers_for_real(environment: pytest.MonkeyPatch) -> None:
    """One budget over both services, on the clock of the machine."""
    with black_hole(lambda connection: connection.recv(65_536)) as address:
        environment.setenv("AWS_ENDPOINT_URL_DYNAMODB", address)
        environment.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", address)
        store = Store(open_client("dynamodb", validate_parameters=False))
        read = secret_reader("s", lambda: store.budget)
        begun = time.monotonic()
        store.begin(TimeBudget(2.4))
        with pytest.raises(DependencyDown):
            read()
        with pytest.raises((DependencyDown, Contention)):
            store.get([KEY])
        assert 1.2 <= time.monotonic() - begun < 2.7


def test_a_service_that_hangs_up_for_real(environment: pytest.MonkeyPatch) -> None:
    with black_hole(lambda connection: connection.close()) as address:
        environment.setenv("AWS_ENDPOINT_URL_DYNAMODB", address)
        store = Store(open_client("dynamodb", validate_parameters=False))
        begun = time.monotonic()
        with pytest.raises(DependencyDown):
            store.get([KEY])
        assert time.monotonic() - begun < 2


class _Empty:
    def stream(self) -> Iterator[bytes]:
        yield b"{}"


@pytest.mark.parametrize(("service", "operation"), CALLS)
def test_a_request_meets_all_of_the_handlers_that_botocore_has_for_it(
    environment: pytest.MonkeyPatch, service: str, operation: str
) -> None:
    met: list[tuple[str, str]] = []

    def noted(event: str, handler: Callable[..., Any]) -> Callable[..., Any]:
        def note(**arguments: Any) -> Any:
            met.append((event, arguments["event_name"]))
            return handler(**arguments)

        return note

    genuine = handlers.BUILTIN_HANDLERS
    environment.setattr(
        handlers, "BUILTIN_HANDLERS", [(event, noted(event, handler), *rest) for event, handler, *rest in genuine]
    )
    sequences = []
    for session in (botocore.session.Session(), open_session()):
        client = open_client(service, session, validate_parameters=False)
        client.meta.events.register_first(
            "before-send", lambda request, **_: AWSResponse(request.url, 200, HTTPHeaders(), _Empty())
        )
        client._make_api_call(operation, CALLS[service, operation])
        sequences.append([*met])
        met.clear()
    assert sequences[0] == sequences[1]
    assert {"before-call", "choose-signer", "creating-client-class"} <= {event for event, _ in sequences[0]}


def frozen(session: botocore.session.Session) -> ReadOnlyCredentials:
    credentials = session.get_credentials()
    assert credentials is not None
    return credentials.get_frozen_credentials()


def test_the_environment_s_credentials_are_those_that_botocore_finds(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("AWS_SESSION_TOKEN", "t")
    sessions = (botocore.session.Session(), open_session())
    assert [frozen(session) for session in sessions] == [ReadOnlyCredentials("x", "x", "t")] * 2


@pytest.mark.parametrize("missing", ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
def test_other_credentials_are_looked_for_as_botocore_does(
    environment: pytest.MonkeyPatch, tmp_path: Path, missing: str
) -> None:
    (tmp_path / "credentials").write_text("[default]\naws_access_key_id = f\naws_secret_access_key = f\n")
    environment.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    environment.delenv(missing)
    found: list[Any] = []
    for session in (botocore.session.Session(), open_session()):
        try:
            found.append(frozen(session))
        except PartialCredentialsError as error:
            found.append(str(error))
    assert found[0] == found[1]


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy"])
def test_proxies_of_the_environment_are_used(environment: pytest.MonkeyPatch, name: str) -> None:
    for other in ("HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"):
        environment.delenv(other, raising=False)

    def proxy() -> str | None:
        client = open_client("dynamodb", open_session(), validate_parameters=False)
        proxy_url: str | None = client._endpoint.http_session._proxy_config.proxy_url_for("https://dynamodb.example/")
        return proxy_url

    assert proxy() is None
    environment.setenv(name, "http://127.0.0.1:3128")
    assert proxy() == "http://127.0.0.1:3128"
    environment.setenv("no_proxy", "amazonaws.com")
    assert proxy() is None
