"""An `Outcome` or an error as the answer API Gateway expects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

from commerce.call import Call, FinishedAnswer, Outcome
from commerce.delivery import AnswerTooLarge, deliverable
from commerce.errors import CommerceError
from commerce.exact_json import JsonObject, dumps
from commerce.http.cookies import set_cookie
from commerce.http.error_body import error_body, error_headers
from commerce.http.event import Envelope
from commerce.origins import AllowedOrigins
from commerce.settings import Settings

GatewayAnswer: TypeAlias = dict[str, Any]

_VERSION: Final = "oraclecommercecloud-version"
_EXPOSED: Final = f"ETag, Retry-After, Idempotency-Replayed, {_VERSION}"
_TOKEN_CHARACTERS: Final = frozenset("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")


def success(
    outcome: Outcome, call: Call, envelope: Envelope, settings: Settings, allowed: AllowedOrigins
) -> GatewayAnswer:
    """200 with links and the entity's tag, or 204 where there is no content.

    Raises AnswerTooLarge: neither the answer nor a shorter one can be delivered.
    """
    headers = _common_headers(envelope, settings, allowed)
    cookies = [set_cookie(cookie, secure=envelope.secure) for cookie in outcome.cookies]
    if outcome.body is None:
        return _answer(204, headers, "", cookies)
    finished = next(filter(_reaches_its_caller, _finished(outcome.body, outcome, call)), None)
    if finished is None:
        raise AnswerTooLarge
    if finished.tag:
        headers["ETag"] = finished.tag
    if outcome.replayed:
        headers["Idempotency-Replayed"] = "true"
    return _answer(200, headers, finished.text, cookies)


def failure(
    error: CommerceError, envelope: Envelope, settings: Settings, language: str, allowed: AllowedOrigins
) -> GatewayAnswer:
    """The error's status, headers and body."""
    headers = _common_headers(envelope, settings, allowed) | error_headers(error)
    return _answer(error.status, headers, dumps(error_body(error, language)), ())


def without_body(answer: GatewayAnswer) -> GatewayAnswer:
    """What HEAD gets: the same status and headers."""
    return answer | {"body": ""}


def preflight(envelope: Envelope, settings: Settings, allowed: AllowedOrigins) -> GatewayAnswer:
    """200 with an empty body; CORS headers only for an allowed origin (contract: common.md §9)."""
    headers = _own_headers(settings)
    origin = envelope.headers.get("origin")
    methods = allowed.methods_of_any_site(origin, envelope.api) if origin else ()
    if origin and methods:
        headers |= {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Allow-Methods": ",".join(sorted(methods)),
            "Access-Control-Allow-Credentials": "true",
            "Vary": "Origin",
        }
        requested = _header_names(envelope.headers.get("access-control-request-headers", ""))
        if requested:
            headers["Access-Control-Allow-Headers"] = ", ".join(requested)
    return _answer(200, headers, "", ())


def _finished(body: JsonObject | FinishedAnswer, outcome: Outcome, call: Call) -> Iterator[FinishedAnswer]:
    """The answer, then the shorter ones."""
    yield body if isinstance(body, FinishedAnswer) else call.finish(body, outcome.entity)
    for shorter in outcome.shorter:
        yield call.finish(shorter(), outcome.entity)


def _reaches_its_caller(answer: FinishedAnswer) -> bool:
    return deliverable(answer.text)


def _common_headers(envelope: Envelope, settings: Settings, allowed: AllowedOrigins) -> dict[str, str]:
    headers = {"Content-Type": "application/json;charset=UTF-8", **_own_headers(settings)}
    origin = envelope.headers.get("origin")
    method = "GET" if envelope.method == "HEAD" else envelope.method
    if origin and method in allowed.methods(origin, envelope.api, envelope.site or settings.default_site):
        headers |= {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Allow-Credentials": "true",
            "Access-Control-Expose-Headers": _EXPOSED,
            "Vary": "Origin",
        }
    return headers


def _own_headers(settings: Settings) -> dict[str, str]:
    """What every answer carries, a preflight's too."""
    return {"Cache-Control": "no-store", _VERSION: settings.service_version}


def _header_names(text: str) -> list[str]:
    names = (name.strip() for name in text.split(","))
    return [name for name in names if name and _TOKEN_CHARACTERS.issuperset(name)]


def _answer(status: int, headers: Mapping[str, str], body: str, cookies: Sequence[str]) -> GatewayAnswer:
    answer: GatewayAnswer = {"statusCode": status, "headers": dict(headers), "body": body, "isBase64Encoded": False}
    if cookies:
        answer["multiValueHeaders"] = {"Set-Cookie": list(cookies)}
    return answer
