"""An `Outcome` or an error as the answer API Gateway expects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

from commerce.call import Api, Call, FinishedAnswer, Outcome, Selection
from commerce.errors import CommerceError
from commerce.exact_json import JsonObject, JsonValue, dumps
from commerce.http.cookies import set_cookie
from commerce.http.error_body import error_body, error_headers
from commerce.http.event import Envelope
from commerce.settings import Origins, Settings

GatewayAnswer: TypeAlias = dict[str, Any]
_Tree: TypeAlias = "dict[str, _Tree | None]"

_VERSION: Final = "oraclecommercecloud-version"
_EXPOSED: Final = f"ETag, Retry-After, Idempotency-Replayed, {_VERSION}"
_TOKEN_CHARACTERS: Final = frozenset("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")


def success(outcome: Outcome, call: Call, envelope: Envelope, settings: Settings) -> GatewayAnswer:
    """200 with links and the entity's tag, or 204 where there is no content."""
    headers = _common_headers(envelope, settings)
    cookies = [set_cookie(cookie, secure=envelope.secure) for cookie in outcome.cookies]
    if outcome.body is None:
        return _answer(204, headers, "", cookies)
    if outcome.replayed_tag is None:
        finished = call.finish(outcome.body, outcome.entity)
    else:
        finished = FinishedAnswer(outcome.body, outcome.replayed_tag)
        headers["Idempotency-Replayed"] = "true"
    if finished.tag:
        headers["ETag"] = finished.tag
    return _answer(200, headers, dumps(select(finished.body, call.selection)), cookies)


def failure(error: CommerceError, envelope: Envelope, settings: Settings, language: str) -> GatewayAnswer:
    """The error's status, headers and body."""
    headers = _common_headers(envelope, settings) | error_headers(error)
    return _answer(error.status, headers, dumps(error_body(error, language)), ())


def without_body(answer: GatewayAnswer) -> GatewayAnswer:
    """What HEAD gets: the same status and headers."""
    return answer | {"body": ""}


def preflight(envelope: Envelope, settings: Settings) -> GatewayAnswer:
    """200 with an empty body; CORS headers only for an allowed origin (contract: common.md §9)."""
    headers = _own_headers(settings)
    origin = envelope.headers.get("origin")
    maps = settings.store_origins.values() if envelope.api is Api.STORE else [_origins(envelope, settings)]
    methods = frozenset[str]().union(*(origins[origin] for origins in maps if origin in origins)) if origin else ()
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


def select(body: JsonObject, selection: Selection) -> JsonObject:
    """`fields` keeps only what it names, then `exclude` removes (contract: common.md §8)."""
    if selection.fields is not None:
        body = _kept(body, _tree(selection.fields))
    if selection.exclude:
        body = _without(body, _tree(selection.exclude))
    return body


def _tree(paths: Sequence[tuple[str, ...]]) -> _Tree:
    """Paths as a tree of names, so that a body is walked once, however many there are; None where a path ends."""
    tree: _Tree = {}
    for path in paths:
        branch = tree
        for name in path[:-1]:
            below = branch.setdefault(name, {})
            if below is None:
                break  # a shorter path names all of it
            branch = below
        else:
            branch[path[-1]] = None
    return tree


def _kept(value: JsonValue, tree: _Tree) -> JsonValue:
    if isinstance(value, list):
        return [_kept(item, tree) for item in value]
    if not isinstance(value, dict):
        return value
    kept: JsonObject = {}
    for name, member in value.items():
        if name in tree:
            below = tree[name]
            if below is None:
                kept[name] = member
            elif member is None or isinstance(member, dict | list):
                kept[name] = _kept(member, below)
    return kept


def _without(value: JsonValue, tree: _Tree) -> JsonValue:
    if isinstance(value, list):
        return [_without(item, tree) for item in value]
    if not isinstance(value, dict):
        return value
    left: JsonObject = {}
    for name, member in value.items():
        below = tree.get(name, {})
        if below is not None:
            left[name] = _without(member, below) if below else member
    return left


def _common_headers(envelope: Envelope, settings: Settings) -> dict[str, str]:
    headers = {"Content-Type": "application/json;charset=UTF-8", **_own_headers(settings)}
    origin = envelope.headers.get("origin")
    method = "GET" if envelope.method == "HEAD" else envelope.method
    if origin and method in _origins(envelope, settings).get(origin, ()):
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


def _origins(envelope: Envelope, settings: Settings) -> Origins:
    match envelope.api:
        case Api.STORE:
            return settings.store_origins.get(envelope.site or settings.default_site, {})
        case Api.ADMIN | Api.APP:
            return settings.admin_origins
        case _:
            return settings.agent_origins


def _header_names(text: str) -> list[str]:
    names = (name.strip() for name in text.split(","))
    return [name for name in names if name and _TOKEN_CHARACTERS.issuperset(name)]


def _answer(status: int, headers: Mapping[str, str], body: str, cookies: Sequence[str]) -> GatewayAnswer:
    answer: GatewayAnswer = {"statusCode": status, "headers": dict(headers), "body": body, "isBase64Encoded": False}
    if cookies:
        answer["multiValueHeaders"] = {"Set-Cookie": list(cookies)}
    return answer
