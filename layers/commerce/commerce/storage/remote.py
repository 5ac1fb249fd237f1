"""One AWS service: every request in tries that end within the call's time budget (contract: common.md §10)."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any, Final, TypeAlias

import botocore.session
from botocore import handlers
from botocore.config import Config
from botocore.credentials import CredentialResolver, EnvProvider
from botocore.exceptions import BotoCoreError, ClientError, CredentialRetrievalError, HTTPClientError
from botocore.exceptions import ConnectionError as BotoConnectionError

from commerce.call import BUDGET_SECONDS, TimeBudget
from commerce.errors import Contention, DependencyDown
from commerce.storage.answers import AnswerParsers
from commerce.storage.direct import DirectRequests

TRIES: Final = 3
CONNECT_SECONDS: Final = 1.0
# The part of a call's whole budget that a try may wait for its answer: three of them fit in.
READ_SHARE: Final = 0.25
READ_SECONDS: Final = READ_SHARE * BUDGET_SECONDS
# What a try is worth beginning for: a connection, and an answer that does not keep waiting.
SHORTEST_TRY_SECONDS: Final = CONNECT_SECONDS + 0.2
FIRST_PAUSE: Final = 0.05

# Codes of what passes: the same request may succeed a moment later.
_PASSING: Final = frozenset(
    {
        "InternalServerError",
        "InternalServiceError",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "ThrottlingException",
        "TransactionInProgressException",
    }
)
# The credentials at hand do not count, or not any longer: another environment has others, this one soon.
_STALE_CREDENTIALS: Final = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidSignatureException",
        "RequestExpired",
        "UnrecognizedClientException",
    }
)
_THROTTLED: Final = frozenset({"ProvisionedThroughputExceeded", "ThrottlingError"})

# The services as botocore's events name them.
_SERVICE_EVENTS: Final = frozenset({"dynamodb", "secrets-manager"})

Session: TypeAlias = botocore.session.Session

_read_seconds: ContextVar[float] = ContextVar("read_seconds", default=READ_SECONDS)


class StorageFailure(Exception):  # the storage room's own word; services turn it into theirs
    """A service refused a request for good (permissions, validation). `code` is the service's."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class Refused(Exception):  # an outcome that the caller of `Remote.call` asked for
    """The service refused with one of the caller's own codes. `again`: an earlier try may have been carried out."""

    def __init__(self, answer: Mapping[str, Any], *, again: bool) -> None:
        super().__init__(answer["Error"]["Code"])
        self.answer = answer
        self.again = again

    @property
    def code(self) -> str:
        """The service's."""
        return str(self.answer["Error"]["Code"])


class Remote:
    """The requests of one client. `answered` is told each answer, refusals included."""

    def __init__(
        self,
        client: Any,
        budget: Callable[[], TimeBudget],
        *,
        refusals: frozenset[str] = frozenset(),
        answered: Callable[[str, Mapping[str, Any]], None] = lambda *_: None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._client = client
        self._budget = budget
        self._refusals = refusals
        self._answered = answered
        self._jitter = jitter

    def call(self, method: str, parameters: Mapping[str, Any], tries: int = TRIES) -> Mapping[str, Any]:
        """The answer of the first try that gets one. A try that nobody answered may have been carried out.

        Raises Refused for the codes in `refusals`, StorageFailure for others that stay, DependencyDown for what passes
        but not in time, and Contention when there is no time for a first try.
        """
        budget, pause = self._budget(), FIRST_PAUSE
        if budget.remaining < SHORTEST_TRY_SECONDS:
            raise Contention
        for number in range(1, tries + 1):
            try:
                return self._tried(method, parameters, again=number > 1)
            except DependencyDown as error:
                wait = pause * (0.5 + self._jitter() / 2)
                if number == tries or not _passes(error) or budget.remaining - wait < SHORTEST_TRY_SECONDS:
                    raise
                budget.wait(wait)
                pause *= 4
        raise AssertionError("the last try returns or raises")

    def _tried(self, method: str, parameters: Mapping[str, Any], *, again: bool) -> Mapping[str, Any]:
        budget = self._budget()
        reset = _read_seconds.set(min(READ_SHARE * budget.seconds, budget.remaining - CONNECT_SECONDS))
        try:
            answer: Mapping[str, Any] = getattr(self._client, method)(**parameters)
        except ClientError as error:
            refusal: Mapping[str, Any] = error.response
            self._answered(method, refusal)
            code = refusal["Error"]["Code"]
            if code in _STALE_CREDENTIALS or _is_passing(refusal):
                raise DependencyDown from error
            if code in self._refusals:
                # A client of an operator's command repeats requests by itself.
                repeated = again or bool(refusal["ResponseMetadata"].get("RetryAttempts"))
                raise Refused(refusal, again=repeated) from error
            raise StorageFailure(code, refusal["Error"].get("Message", "")) from error
        except (BotoConnectionError, HTTPClientError, CredentialRetrievalError) as error:
            raise DependencyDown from error
        except BotoCoreError as error:
            raise StorageFailure(type(error).__name__, str(error)) from error
        finally:
            _read_seconds.reset(reset)
        self._answered(method, answer)
        return answer


def _is_passing(refusal: Mapping[str, Any]) -> bool:
    """Throttled, out of order, or a transaction that met either."""
    reasons = {reason.get("Code") for reason in refusal.get("CancellationReasons") or ()}
    status: int = refusal["ResponseMetadata"]["HTTPStatusCode"]
    return refusal["Error"]["Code"] in _PASSING or status >= 500 or bool(reasons & _THROTTLED)


def _passes(error: DependencyDown) -> bool:
    """Whether another try at once may help."""
    cause = error.__cause__
    return not isinstance(cause, CredentialRetrievalError) and not (
        isinstance(cause, ClientError) and cause.response["Error"]["Code"] in _STALE_CREDENTIALS
    )


def open_session() -> Session:
    """What clients have in common: the environment's region and credentials, and half of what making a client costs."""
    session = Session(include_builtin_handlers=False)
    session.register_component("response_parser_factory", AnswerParsers())
    if os.environ.get("AWS_ACCESS_KEY_ID"):
        # The first that botocore asks. Making all others, one of which looks for proxies, and looking for proxies
        # (`client_config`) takes the standard library's client of the web, a thirtieth of a start.
        session.register_component("credential_provider", CredentialResolver([EnvProvider()]))
    _register_handlers(session)
    return session


def _register_handlers(session: Session) -> None:
    """Nine of the more than a hundred that botocore brings along: the others are for other services."""
    events = session.get_component("event_emitter")
    places = {handlers.REGISTER_FIRST: events.register_first, handlers.REGISTER_LAST: events.register_last}
    for event, handler, *place in handlers.BUILTIN_HANDLERS:
        _, *service = event.split(".", 2)
        if not service or service[0] in _SERVICE_EVENTS:
            register = places[place[0]] if place else events.register
            register(event, handler)


def open_client(service: str, session: Session | None = None, *, validate_parameters: bool) -> Any:
    """A client of the session, else of one of its own, whose tries `Remote` counts and bounds."""
    session = session or open_session()
    client = session.create_client(service, config=client_config(validate_parameters=validate_parameters))
    client.meta.events.register("before-call", _bound_reading, "read-seconds")
    if service == "dynamodb":
        DirectRequests(client, session.get_component("response_parser_factory")).register()
    return client


def _bound_reading(context: dict[str, Any], **_: object) -> None:
    context["read_timeout"] = _read_seconds.get()


def _has_proxies() -> bool:
    """Whether botocore is to look for them: on Linux the environment's variables alone name any."""
    return sys.platform != "linux" or any(
        value and name.lower().endswith("_proxy") for name, value in os.environ.items()
    )


def client_config(*, validate_parameters: bool) -> Config:
    """One try a request: `Remote` makes the others, as it knows what time there is.

    botocore makes its long user agent twice a request, a fifth of what a call costs in the client.
    """
    return Config(
        user_agent="commerce",
        proxies=None if _has_proxies() else {},
        account_id_endpoint_mode="disabled",
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": 1},
        tcp_keepalive=True,
        parameter_validation=validate_parameters,
        max_pool_connections=16,
    )
