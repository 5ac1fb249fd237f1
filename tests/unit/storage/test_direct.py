"""Requests on the straight way: signed, sent, answered and refused as botocore does it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pprint import pformat
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import botocore.auth
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config
from botocore.credentials import Credentials, ReadOnlyCredentials
from botocore.exceptions import ConnectionClosedError, CredentialRetrievalError, NoCredentialsError, ReadTimeoutError
from botocore.session import Session
from hypothesis import given
from hypothesis import strategies as st

from commerce.storage import direct
from commerce.storage.direct import DirectRequests, signed_headers
from commerce.storage.remote import _read_seconds, client_config, open_client, open_session
from tests.infrastructure.test_botocore_data import CALLS, ENDPOINTS, FAILURES, SUCCESSES

MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
OPERATIONS = sorted(operation for service, operation in CALLS if service == "dynamodb")
GET = CALLS["dynamodb", "GetItem"]
URL = "https://dynamodb.eu-central-1.amazonaws.com/"
SENT_BY_BOTOCORE_ALONE = {"amz-sdk-invocation-id", "amz-sdk-request"}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB", "AWS_REGION", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {
        "DEFAULT_REGION": "eu-central-1",
        "ACCESS_KEY_ID": "AKIDEXAMPLE",
        "SECRET_ACCESS_KEY": "s",
    }.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    at(monkeypatch, MOMENT)
    return monkeypatch


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    for module in (botocore.auth, direct):
        monkeypatch.setattr(module, "get_current_datetime", lambda remove_tzinfo=True: moment.replace(tzinfo=None))


class Raw:
    def __init__(self, text: bytes) -> None:
        self._text = text

    def stream(self) -> Iterator[bytes]:
        yield self._text


class Wire:
    """What a client sends, and what each request is answered with."""

    def __init__(self, client: Any, status: int = 200, text: bytes = b"{}") -> None:
        self.client = client
        self.answer = status, text
        self.sent: list[Any] = []
        self.own_ways: list[bool] = []
        client.meta.events.register_first("before-send", self._catch)
        client.meta.events.register_first("request-created", lambda **_: self.own_ways.append(True))

    def _catch(self, request: Any, **_: object) -> AWSResponse:
        headers = {name: value for name, value in request.headers.items() if name not in SENT_BY_BOTOCORE_ALONE}
        headers["User-Agent"] = headers["User-Agent"].split()[0]  # Powertools adds itself on botocore's way
        self.sent.append((request.method, request.url, headers, request.body, request.stream_output))
        answered = HTTPHeaders()
        answered["x-amzn-RequestId"] = "R1"
        return AWSResponse(request.url, self.answer[0], answered, Raw(self.answer[1]))

    def call(self, operation: str) -> str:
        """What was read, types too; an error by its type and answer."""
        try:
            return pformat(self.client._make_api_call(operation, CALLS["dynamodb", operation]))
        except Exception as error:  # noqa: BLE001
            return pformat((type(error).__name__, str(error), getattr(error, "response", None)))


def client_of(**options: Any) -> Any:
    """A client of the layer's, whose configuration has `options`, too."""
    if not options:
        return open_client("dynamodb", open_session(), validate_parameters=False)
    session = open_session()
    config = client_config(validate_parameters=False).merge(Config(**options))
    client = session.create_client("dynamodb", config=config)
    DirectRequests(client, session.get_component("response_parser_factory")).register()
    return client


def both_ways(operation: str, client: Any, status: int = 200, text: bytes = b"{}") -> Wire:
    """Asserts that the second of two equal calls, which is sent directly, is in nothing unlike the first."""
    wire = Wire(client, status, text)
    outcomes = [wire.call(operation), wire.call(operation)]
    assert wire.own_ways == [True]
    assert len(wire.sent) == 2
    assert wire.sent[0] == wire.sent[1]
    assert outcomes[0] == outcomes[1]
    return wire


@pytest.mark.parametrize("token", ["", "a/session+token=="])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_each_call_is_sent_and_read_as_botocore_does_it(
    environment: pytest.MonkeyPatch, operation: str, token: str
) -> None:
    if token:
        environment.setenv("AWS_SESSION_TOKEN", token)
    wire = both_ways(operation, client_of(), 200, SUCCESSES[operation])
    assert ("X-Amz-Security-Token" in wire.sent[1][2]) == bool(token)


@pytest.mark.parametrize(("region", "options"), ENDPOINTS)
def test_everywhere(environment: pytest.MonkeyPatch, region: str, options: dict[str, Any]) -> None:
    environment.setenv("AWS_DEFAULT_REGION", region)
    both_ways("PutItem", client_of(**options))


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:8000", "http://localhost:80", "https://[::1]:8443", "http://Local/"]
)
def test_at_an_address_of_ones_own(environment: pytest.MonkeyPatch, address: str) -> None:
    environment.setenv("AWS_ENDPOINT_URL_DYNAMODB", address)
    both_ways("PutItem", client_of())


def test_the_trace_of_lambda_goes_along(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("AWS_LAMBDA_FUNCTION_NAME", "f")
    environment.setenv("_X_AMZN_TRACE_ID", "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1")
    wire = both_ways("PutItem", client_of())
    assert wire.sent[1][2]["X-Amzn-Trace-Id"].startswith(b"Root=1-5759e988")


REFUSALS = {
    **FAILURES,
    "throttled": (400, b'{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"slow"}'),
    "unknown": (400, b'{"__type":"x#Unheard"}'),
    "without a type": (400, b"{}"),
    "page": (503, b"<html>Service Unavailable</html>"),
    "failed": (500, b'{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError"}'),
    "blank": (500, b""),
    "moved": (301, b""),
    "no answer": (200, b"<html>"),
}


@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_refusal_is_the_one_that_botocore_reads(refusal: str) -> None:
    both_ways("TransactWriteItems", client_of(), *REFUSALS[refusal])


TOKENS = st.none() | st.text("abcXYZ019+/=", min_size=1, max_size=30)
NAMES = st.text("abc-1", min_size=1, max_size=8)


class Signer:
    """As much of botocore's as a signature needs; `auth`: who signs."""

    signature_version = "v4"

    def __init__(self, credentials: Any, region: str = "eu-central-1", service: str = "dynamodb") -> None:
        self.credentials, self.region_name, self.signing_name = credentials, region, service
        self.auth: Any = SigV4Auth

    def get_auth_instance(self, signing_name: str, region_name: str, signature_version: str) -> Any:
        assert signature_version == "v4"
        return self.auth(self.credentials, signing_name, region_name)


def request(body: bytes = b"{}", url: str = URL, target: str = "DynamoDB_20120810.GetItem") -> dict[str, Any]:
    headers = {"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.0", "User-Agent": "commerce"}
    return {"method": "POST", "url": url, "body": body, "headers": headers}


def context(**members: Any) -> dict[str, Any]:
    return {"client_config": Config(), "auth_type": None, **members}


def signed_by_botocore(params: Mapping[str, Any], signer: Signer) -> dict[str, str]:
    made = AWSRequest(params["method"], params["url"], params["headers"], params["body"])
    made.context = {}
    SigV4Auth(signer.credentials, signer.signing_name, signer.region_name).add_auth(made)
    return dict(made.headers.items())


@given(
    st.builds(ReadOnlyCredentials, NAMES, st.text(min_size=1, max_size=40), TOKENS),
    NAMES,
    NAMES,
    st.binary(max_size=50),
    st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)),  # noqa: DTZ001  as botocore's clock has them
    st.sampled_from([URL, "http://127.0.0.1:8000/", "https://x.example:443/", "http://[::1]:80/"]),
    st.sampled_from(OPERATIONS),
)
def test_any_request(
    credentials: ReadOnlyCredentials,
    region: str,
    service: str,
    body: bytes,
    moment: datetime,
    url: str,
    operation: str,
) -> None:
    signer, params = Signer(credentials, region, service), request(body, url, f"DynamoDB_20120810.{operation}")
    with (
        patch.object(botocore.auth, "get_current_datetime", lambda **_: moment),
        patch.object(direct, "get_current_datetime", lambda **_: moment),
    ):
        assert signed_headers(params, signer, context()) == signed_by_botocore(params, signer)


def test_a_day_ends_and_credentials_change(environment: pytest.MonkeyPatch) -> None:
    signatures = set()
    for seconds in (-1, 0, 1):
        at(environment, datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=seconds))
        for credentials in (ReadOnlyCredentials("A", "s", "t"), ReadOnlyCredentials("A", "s2", "t2")):
            for region, service in (("eu-central-1", "dynamodb"), ("us-east-1", "dynamodb"), ("us-east-1", "other")):
                signer = Signer(credentials, region, service)
                made = signed_headers(request(), signer, context())
                assert made == signed_by_botocore(request(), signer)
                signatures.add(made["Authorization"] if made else "")
    assert len(signatures) == 18


def test_credentials_that_rotate_are_asked_for_each_time() -> None:
    client = client_of()
    wire = Wire(client)
    wire.call("GetItem")
    credentials = [Credentials("A1", "s1", "t1"), Credentials("A2", "s2", "t2")]
    signer = client._request_signer
    for signer._credentials in credentials:
        wire.call("GetItem")
    assert wire.own_ways == [True]
    for (_, url, headers, body, _), known in zip(wire.sent[1:], credentials, strict=True):
        text = {name: value if isinstance(value, str) else value.decode() for name, value in headers.items()}
        expected = signed_by_botocore({**request(body, url), "headers": _unsigned(text)}, Signer(known))
        assert text["Authorization"] == expected["Authorization"]
        assert text["X-Amz-Security-Token"] == known.token


def _unsigned(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: headers[name] for name in ("X-Amz-Target", "Content-Type", "User-Agent")}


UNKNOWN: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "a path": ({"url": URL + "path"}, {}),
    "no path": ({"url": URL.rstrip("/")}, {}),
    "a query": ({"url": URL + "?a=b"}, {}),
    "another verb": ({"method": "PUT"}, {}),
    "a text": ({"body": "{}"}, {}),
    "a file": ({"body": SimpleNamespace(seek=None)}, {}),
    "another header": ({"headers": {**request()["headers"], "X-Amz-Api-Version": "1"}}, {}),
    "a header less": ({"headers": {"X-Amz-Target": "x"}}, {}),
    "a signature for many regions": ({}, {"auth_type": "v4a"}),
    "a bearer's token": ({}, {"auth_type": "bearer"}),
    "no signature": ({}, {"auth_type": "none"}),
    "a body that is not signed": ({}, {"payload_signing_enabled": False}),
    "a choice of signatures": ({}, {"client_config": SimpleNamespace(auth_scheme_preference="sigv4a")}),
    "other credentials": ({}, {"signing": {"request_credentials": None}}),
}


@pytest.mark.parametrize("what", UNKNOWN)
def test_what_is_not_known_is_botocore_s_to_sign(what: str) -> None:
    params, known = UNKNOWN[what]
    signer = Signer(ReadOnlyCredentials("A", "s", None))
    assert signed_headers(request(), signer, context()) is not None
    assert signed_headers({**request(), **params}, signer, context(**known)) is None


def test_another_signer_of_version_4_is_left_to_sign() -> None:
    signer = Signer(ReadOnlyCredentials("A", "s", None))
    signer.auth = type("CrtSigV4Auth", (SigV4Auth,), {})
    assert signed_headers(request(), signer, context()) is None


def test_an_endpoint_may_say_where_and_for_whom_to_sign() -> None:
    signer = Signer(ReadOnlyCredentials("A", "s", None))
    made = signed_headers(request(), signer, context(signing={"region": "us-west-2", "signing_name": "other"}))
    assert made == signed_by_botocore(request(), Signer(signer.credentials, "us-west-2", "other"))


def test_without_credentials_botocore_says_so() -> None:
    client = client_of()
    wire = Wire(client)
    wire.call("GetItem")
    client._request_signer._credentials = None
    with pytest.raises(NoCredentialsError):
        client.get_item(**GET)


def test_credentials_that_cannot_be_had_are_the_same_failure() -> None:
    class Lost(Credentials):
        def get_frozen_credentials(self) -> ReadOnlyCredentials:
            raise CredentialRetrievalError(provider="p", error_msg="gone")

    client = client_of()
    Wire(client).call("GetItem")
    client._request_signer._credentials = Lost("A", "s")
    with pytest.raises(CredentialRetrievalError):
        client.get_item(**GET)


def test_who_has_an_answer_before_the_call_is_heard_first() -> None:
    client = client_of()
    wire = Wire(client)
    wire.call("GetItem")
    known: Any = AWSResponse("x", 200, HTTPHeaders(), None), {"Item": {}}
    client.meta.events.register("before-call", lambda **_: known)
    assert client.get_item(**GET) == {"Item": {}}
    assert len(wire.sent) == 1


def test_other_services_go_botocore_s_way() -> None:
    client = open_client("secretsmanager", open_session(), validate_parameters=False)
    wire = Wire(client, 200, b'{"SecretString":"x"}')
    for _ in range(2):
        client.get_secret_value(SecretId="s")
    assert wire.own_ways == [True, True]


MUTE = None
CLOSED = b"closed"


class Server:
    """Answers one request after the other, by MUTE not at all, by a blank with closing the connection.

    CLOSED: the connection is closed behind the answer before. `requests`: how many came on each connection.
    """

    def __init__(self, *answers: bytes | None) -> None:
        self._pending = [*answers]
        self._ended, self.closed = threading.Event(), threading.Event()
        self.requests: list[int] = []

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Its address."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            thread = threading.Thread(target=self._serve, args=(listener,), daemon=True)
            thread.start()
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
            self._ended.set()
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            thread.join(5)

    def _serve(self, listener: socket.socket) -> None:
        while self._pending:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            self.requests.append(0)
            with connection:
                while self._pending and self._answer(connection):
                    pass
            self.closed.set()

    def _answer(self, connection: socket.socket) -> bool:
        """Whether the connection stays open."""
        if not _read_request(connection):
            return False
        self.requests[-1] += 1
        answer = self._pending.pop(0)
        if answer is MUTE:
            self._ended.wait(5)
        if not answer:
            return False
        connection.sendall(answer)
        if self._pending[:1] == [CLOSED]:
            self._pending.pop(0)
            return False
        return True


def _read_request(connection: socket.socket) -> bool:
    head, body = b"", b""
    while not head.endswith(b"\r\n\r\n"):
        part = connection.recv(1)
        if not part:
            return False
        head += part
    length = next(int(line[15:]) for line in head.splitlines() if line.startswith(b"Content-Length:"))
    while len(body) < length:
        body += connection.recv(length)
    return True


def http(text: bytes, status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(text)}\r\nx-amzn-RequestId: R\r\n\r\n".encode() + text


ROW = http(SUCCESSES["GetItem"])


def test_one_connection_serves_both_ways(environment: pytest.MonkeyPatch) -> None:
    server = Server(ROW, ROW, http(FAILURES["condition"][1], "400 Bad Request"), ROW)
    with server.serving() as address:
        environment.setenv("AWS_ENDPOINT_URL_DYNAMODB", address)
        client = client_of()
        read = [client.get_item(**GET) for _ in range(2)]
        with pytest.raises(client.exceptions.ConditionalCheckFailedException) as refused:
            client.get_item(**GET)
        read.append(client.get_item(**GET))
    assert read[0] == read[1] == read[2]
    assert refused.value.response["Item"] == {"pk": {"S": "a"}}
    assert server.requests == [4]


def test_a_connection_that_was_closed_meanwhile_is_replaced(environment: pytest.MonkeyPatch) -> None:
    server = Server(ROW, ROW, CLOSED, ROW)
    with server.serving() as address:
        environment.setenv("AWS_ENDPOINT_URL_DYNAMODB", address)
        client = client_of()
        client.get_item(**GET)
        client.get_item(**GET)
        assert server.closed.wait(5)
        client.get_item(**GET)
    assert server.requests == [2, 1]


def test_a_service_that_hangs_up(environment: pytest.MonkeyPatch) -> None:
    server = Server(ROW, b"")
    with server.serving() as address:
        environment.setenv("AWS_ENDPOINT_URL_DYNAMODB", address)
        client = client_of()
        client.get_item(**GET)
        with pytest.raises(ConnectionClosedError):
            client.get_item(**GET)
    assert server.requests == [2]


def test_a_service_that_keeps_waiting(environment: pytest.MonkeyPatch) -> None:
    server = Server(ROW, MUTE)
    with server.serving() as address:
        environment.setenv("AWS_ENDPOINT_URL_DYNAMODB", address)
        client = client_of()
        client.get_item(**GET)
        reset = _read_seconds.set(0.1)
        try:
            with pytest.raises(ReadTimeoutError):
                client.get_item(**GET)
        finally:
            _read_seconds.reset(reset)
    assert server.requests == [2]


def test_clients_as_they_come_go_botocore_s_way() -> None:
    session = Session(include_builtin_handlers=True)
    wire = Wire(session.create_client("dynamodb"))
    for _ in range(2):
        wire.call("GetItem")
    assert wire.own_ways == [True, True]
