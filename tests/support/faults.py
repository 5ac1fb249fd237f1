"""Faults between the product's AWS clients and moto: at any request, what a network and a service may do to it.

What the device adds to moto: a transaction that is sent again with its token is answered and not carried out again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ConnectionClosedError, ConnectTimeoutError, ReadTimeoutError
from moto.core.botocore_stubber import BotocoreStubber, MockRawResponse

from commerce.storage.remote import CONNECT_SECONDS, READ_SECONDS
from tests.support.virtual_time import VirtualTime

WRITES = frozenset({"DeleteItem", "PutItem", "TransactWriteItems", "UpdateItem"})
READS = frozenset({"BatchGetItem", "GetItem", "Query"})
TABLES = READS | WRITES
EVERYTHING = TABLES | {"GetSecretValue"}

Answer = AWSResponse
CarryOut = Callable[[], Answer]


@dataclass(frozen=True, slots=True)
class Request:
    """One try of a request: the operation's name and what it says."""

    sent: AWSPreparedRequest
    operation: str
    body: Any

    @property
    def read_seconds(self) -> float:
        context: dict[str, Any] = getattr(self.sent, "context", None) or {}
        seconds: float = context.get("read_timeout", READ_SECONDS)
        return seconds

    def refused(self, code: str, status: int = 400, **more: Any) -> Answer:
        text = json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": code, **more})
        return AWSResponse(self.sent.url, status, HTTPHeaders(), MockRawResponse(text))


class Fault(Enum):
    """What may happen; the operations that it may happen to."""

    THROTTLED = "throttled", EVERYTHING
    UNAVAILABLE = "5xx", EVERYTHING
    UNAVAILABLE_AFTER = "5xx after the effect", WRITES
    UNREACHABLE = "connection timeout", EVERYTHING
    TIMEOUT = "timeout before the effect", EVERYTHING
    TIMEOUT_AFTER = "timeout after the effect", WRITES
    RESET = "reset", EVERYTHING
    RESET_AFTER = "reset after the effect", WRITES
    CONFLICT = "transaction conflict", WRITES
    UNPROCESSED = "unprocessed keys", frozenset({"BatchGetItem"})
    EXPIRED = "expired credentials", EVERYTHING
    DENIED = "denied", EVERYTHING

    def __init__(self, title: str, operations: frozenset[str]) -> None:
        self.title = title
        self.operations = operations

    @property
    def loses_the_answer(self) -> bool:
        """The request is carried out, and nobody hears of it."""
        return self in (Fault.UNAVAILABLE_AFTER, Fault.TIMEOUT_AFTER, Fault.RESET_AFTER)

    def happen(self, request: Request, carry_out: CarryOut, time: VirtualTime) -> Answer:
        """The answer to a request in its place. Raises what botocore raises where there is none."""
        url = request.sent.url
        if self.loses_the_answer:
            carry_out()
        match self:
            case Fault.THROTTLED:
                return _throttled(request)
            case Fault.UNAVAILABLE | Fault.UNAVAILABLE_AFTER:
                return request.refused("InternalServerError", 500)
            case Fault.UNREACHABLE:
                time.sleep(CONNECT_SECONDS)
                raise ConnectTimeoutError(endpoint_url=url)
            case Fault.TIMEOUT | Fault.TIMEOUT_AFTER:
                time.sleep(request.read_seconds)
                raise ReadTimeoutError(endpoint_url=url)
            case Fault.RESET | Fault.RESET_AFTER:
                raise ConnectionClosedError(endpoint_url=url)
            case Fault.CONFLICT:
                return _conflict(request)
            case Fault.UNPROCESSED:
                answer = {"Responses": {}, "UnprocessedKeys": request.body["RequestItems"]}
                return AWSResponse(url, 200, HTTPHeaders(), MockRawResponse(json.dumps(answer)))
            case Fault.EXPIRED:
                return request.refused("ExpiredTokenException")
            case Fault.DENIED:
                return request.refused("AccessDeniedException")


def _throttled(request: Request) -> Answer:
    if request.operation == "TransactWriteItems":
        return _cancelled(request, "ThrottlingError")
    return request.refused("ThrottlingException")


def _conflict(request: Request) -> Answer:
    if request.operation == "TransactWriteItems":
        return _cancelled(request, "TransactionConflict")
    return request.refused("TransactionConflictException")


def _cancelled(request: Request, code: str) -> Answer:
    """For its first member's sake: the entity that the operation is about."""
    reasons = [{"Code": code}, *({"Code": "None"} for _ in request.body["TransactItems"][1:])]
    return request.refused("TransactionCanceledException", CancellationReasons=reasons)


@dataclass
class Faults:
    """The device. `tries`: the operations of all requests so far that were not `sheltered`."""

    time: VirtualTime
    tries: list[str] = field(default_factory=list)
    _plan: Callable[[Request, int], Fault | None] = lambda *_: None
    _carried_out: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    _sheltered: bool = True

    @contextmanager
    def at(self, number: int, fault: Fault | None, *, always: bool = False) -> Iterator[None]:
        """The `number`-th request from here on (1 = the first) meets it; `always`: so do all after it of its kind."""
        hit: list[str] = []

        def plan(request: Request, seen: int) -> Fault | None:
            if fault is None:
                return None
            if seen == number:
                hit.append(request.operation)
            return fault if seen == number or (always and request.operation in hit) else None

        self.tries, self._plan, self._sheltered = [], plan, False
        try:
            yield
        finally:
            self._plan, self._sheltered = lambda *_: None, True

    def answer(self, sent: AWSPreparedRequest, carry_out: CarryOut) -> Answer:
        """What comes back for one request."""
        target = sent.headers["X-Amz-Target"]
        name = (target.decode() if isinstance(target, bytes) else target).rpartition(".")[2]
        body: Any = sent.body
        request = Request(sent, name, json.loads(body))
        if self._sheltered:
            return carry_out()
        self.tries.append(name)
        fault = self._plan(request, len(self.tries))
        once = self._once(request, carry_out) if name == "TransactWriteItems" else carry_out
        return once() if fault is None else fault.happen(request, once, self.time)

    def _once(self, request: Request, carry_out: CarryOut) -> CarryOut:
        def once() -> Answer:
            token = request.body["ClientRequestToken"]
            if token not in self._carried_out:
                answer = carry_out()
                if answer.status_code != 200:
                    return answer
                self._carried_out[token] = answer.status_code, answer.content
            status, content = self._carried_out[token]
            return AWSResponse(request.sent.url, status, HTTPHeaders(), MockRawResponse(content.decode()))

        return once


@contextmanager
def faults_between(monkeypatch: pytest.MonkeyPatch) -> Iterator[Faults]:
    """The device in its place, with calls that have budgets of its time."""
    device = Faults(VirtualTime())
    original = BotocoreStubber.__call__

    def stub(stubber: BotocoreStubber, event_name: str, request: AWSPreparedRequest, **more: Any) -> Any:
        if "X-Amz-Target" not in request.headers:
            return original(stubber, event_name, request, **more)

        def carry_out() -> Answer:
            answer = original(stubber, event_name, request, **more)
            assert answer is not None, "moto has no answer"
            return answer

        return device.answer(request, carry_out)

    with monkeypatch.context() as patch:
        patch.setattr(BotocoreStubber, "__call__", stub)
        device.time.rule(patch)
        yield device
