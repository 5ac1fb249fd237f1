"""The whole OpenAPI document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from commerce import errors
from commerce.call import Api
from commerce.errors import AddressError, CommerceError
from commerce.http.bodies import ErrorModel, OAuthError
from commerce.http.routes import ALL_APIS, REQUIRED, ROUTES, Route
from commerce.identity.bodies import MfaLoginForm
from commerce.identity.sessions import CLIENT, GRANTS, PASSWORD
from local.openapi import parameters as p
from local.openapi.errors import error_examples, responses, single_responses
from local.openapi.examples import request_example, response_file
from local.openapi.operations import OPERATIONS, Description
from local.openapi.schemas import reference, schemas

_JSON: Final = "application/json"
_FORM: Final = "application/x-www-form-urlencoded"
_TEXT: Final = {"type": "string"}

TAGS: Final = {
    Api.STORE: ("Store", "What a storefront calls, with a shopper's token."),
    Api.ADMIN: ("Admin", "What merchandisers and applications call."),
    Api.AGENT: ("Agent", "What customer service calls, on behalf of a shopper."),
    Api.APP: ("Extension", "The admin operations for server-side extensions, with an application's token."),
    Api.APP_AGENT: (
        "Agent extension",
        "The agent operations for server-side extensions, with an application's token.",
    ),
}
_FORMS: Final = {
    PASSWORD: {"grant_type": PASSWORD, "username": "shopper", "password": "Shopper-2026"},
    CLIENT: {"grant_type": CLIENT},
}
# An operation that several APIs have is called after the API too.
_PREFIXES: Final = {
    Api.STORE: "store",
    Api.ADMIN: "admin",
    Api.AGENT: "agent",
    Api.APP: "extension",
    Api.APP_AGENT: "agentExtension",
}
_ABOUT: Final = """\
Write operations of a shop, wire-compatible with Oracle Commerce Cloud REST, and the calls that they need.

What each call does in every case is written in docs/contract; descriptions name the section.

- **Aliases**: `/ccstoreui/v1`, `/ccadminui/v1` and `/ccagentui/v1` answer exactly as `/ccstore/v1`, `/ccadmin/v1` and
  `/ccagent/v1` do, and a trailing slash is ignored.
- **Tokens**: a login gives one, `Authorization: Bearer …` sends it. Each API has tokens of its own; an application's
  count at all but the store.
- **Errors** have an `errorCode`, the same in every language, and a `message` for people. A path that does not exist is
  `00000404`, a method that it does not offer `00000405`.
- **What is not described** is ignored in requests: headers, query parameters, members of bodies. Answers may get more
  members at any time.
"""


def document() -> dict[str, Any]:
    """Made of tables alone: the same at every run."""
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        for api in route.apis:
            paths.setdefault(f"/{api.value}/v1/{route.path}", {})[route.method.lower()] = _operation(route, api)
    operations = [(route, api, OPERATIONS[route.operation]) for route in ROUTES for api in route.apis]
    models = [
        model
        for description in OPERATIONS.values()
        for model in (description.body, description.answer)
        if model is not None
    ]
    kinds = [list(_errors(*operation)) for operation in operations]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Commerce write operations",
            "version": "1",
            "summary": "Profiles, carts, addresses of organizations, shopper types and visitor cookies of a shop.",
            "description": _ABOUT,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": _servers(),
        "tags": [{"name": name, "description": text} for name, text in TAGS.values()],
        "paths": dict(sorted(paths.items())),
        "components": {
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "What a login of the same API gave (contract: auth.md §3).",
                },
                "applicationKey": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "An application's key, at logins with `client_credentials` (contract: auth.md §1).",
                },
            },
            "schemas": schemas([*models, ErrorModel, OAuthError]),
            "responses": single_responses(kinds),
            "examples": _examples() | error_examples(kinds),
        },
    }


def _servers() -> list[dict[str, Any]]:
    return [
        {
            "url": "http://localhost:{port}",
            "description": "The local cloud (`make up`)",
            "variables": {"port": {"default": "4566", "description": "The port that it was started with"}},
        },
        {
            "url": "https://{api}.execute-api.{region}.amazonaws.com/{stage}",
            "description": "A deployment to AWS (`make deploy`)",
            "variables": {
                "api": {"default": "abcdef1234", "description": "Id of the deployed API"},
                "region": {"default": "eu-central-1"},
                "stage": {"default": "prod", "description": "The deployment's parameter Stage"},
            },
        },
    ]


def operation_id(route: Route, api: Api) -> str:
    """``updateProfile``, which one API has; ``adminUpdateShopperType``, which several have."""
    if len(route.apis) == 1:
        return route.operation
    return f"{_PREFIXES[api]}{route.operation[0].upper()}{route.operation[1:]}"


def _operation(route: Route, api: Api) -> dict[str, Any]:
    description = OPERATIONS[route.operation]
    operation: dict[str, Any] = {
        "operationId": operation_id(route, api),
        "tags": [TAGS[api][0]],
        "summary": description.summary,
        "description": f"{description.text}\n\nContract: {description.section}.",
        "parameters": list(_parameters(route, api, description)),
    }
    if description.body is not None:
        operation["requestBody"] = _request(route, api, description.body)
    operation["responses"] = {
        **_success(route, description),
        **responses(_errors(route, api, description)),
    }
    if route.token:
        operation["security"] = [{"token": []}]
    elif route.body == "form" and CLIENT in GRANTS[api]:
        operation["security"] = [{"applicationKey": []}, *([{}] if PASSWORD in GRANTS[api] else [])]
    else:
        operation["security"] = []
    return operation


def _named_example(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/examples/{name}"}


def _examples() -> dict[str, Any]:
    """By the operation: what is sent, and what is answered."""
    found: dict[str, Any] = {}
    for route in ROUTES:
        if route.body == "json":
            found[f"{route.operation}Request"] = {"value": request_example(route.operation)}
        if response_file(route.operation).exists():
            answer = json.loads(response_file(route.operation).read_text(encoding="utf-8"))
            found[f"{route.operation}Answer"] = {"value": answer}
    return found


def _request(route: Route, api: Api, body: type) -> dict[str, Any]:
    if route.body == "form":
        examples = {grant: {"value": _FORMS[grant]} for grant in GRANTS[api]}
        if body is MfaLoginForm:
            examples[PASSWORD] = {"value": _FORMS[PASSWORD] | {"totp_code": "123456"}}
        return {"content": {_FORM: {"schema": reference(body), "examples": examples}}}
    example = {f"{route.operation}Request": _named_example(f"{route.operation}Request")}
    return {"required": True, "content": {_JSON: {"schema": reference(body), "examples": example}}}


def _success(route: Route, description: Description) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if route.tagged:
        headers["ETag"] = _header("Names the version that is answered, for `If-Match`.")
    if description.cookie:
        headers["Set-Cookie"] = _header(description.cookie)
    if description.replays:
        headers["Idempotency-Replayed"] = _header("`true` on an answer that repeats an earlier one.")
    done: dict[str, Any] = {"description": "Done."} | ({"headers": headers} if headers else {})
    content: dict[str, Any] = {"schema": reference(description.answer)}
    if response_file(route.operation).exists():
        content["examples"] = {f"{route.operation}Answer": _named_example(f"{route.operation}Answer")}
    found = {"200": done | {"content": {_JSON: content}}}
    if description.without_content:
        found["204"] = {"description": description.without_content}
    return found


def _header(text: str) -> dict[str, Any]:
    return {"description": text, "schema": _TEXT}


def _parameters(route: Route, api: Api, description: Description) -> Iterator[dict[str, Any]]:
    if "{id}" in route.path:
        yield p.ID.shown(example=description.id_example)
    if route.language == REQUIRED:
        yield replace(p.LANGUAGE, text=_LANGUAGE_REQUIRED, required=True).shown()
    else:
        yield p.LANGUAGE.shown()
    if _has_site(route, api):
        yield p.SITE.shown()
    for parameter in description.parameters:
        if parameter is not p.AGENT_CONTEXT or api is not Api.STORE:
            yield parameter.shown()
    if description.replays:
        yield p.IDEMPOTENCY_KEY.shown()
    if _heeds_tags(route):
        yield p.IF_MATCH.shown()


_LANGUAGE_REQUIRED: Final = (
    "Locale of labels, those that are sent and those of the answer, as `de` or `pt-BR` (contract: shopper-types.md §1)."
)


def _has_site(route: Route, api: Api) -> bool:
    """Sites are the store's; sessions have none (contract: common.md §7)."""
    return api is Api.STORE and route.apis is not ALL_APIS


def _heeds_tags(route: Route) -> bool:
    return route.tagged and route.method != "GET"


def _errors(route: Route, api: Api, description: Description) -> Iterator[type[CommerceError]]:
    if route.token:
        yield errors.NotAuthenticated
        yield errors.NotPermitted
    if _has_site(route, api):
        yield errors.UnknownSite
    if route.language == REQUIRED:
        yield errors.AssetLanguageRequired
    for kind in description.errors:
        if api is not Api.STORE or kind not in _OF_AGENTS:
            yield kind
    if description.replays:
        yield errors.IdempotencyKeyMalformed
        yield errors.IdempotencyKeyInUse
        yield errors.IdempotencyKeyReused
    if _heeds_tags(route):
        yield errors.StaleTag
    yield errors.BodyTooLarge
    yield errors.RateLimited
    yield errors.InternalFailure
    yield errors.Contention


# At the store the caller is the shopper, and may not find out which organizations there are.
_OF_AGENTS: Final[tuple[type[AddressError], ...]] = (
    errors.AgentContextMissing,
    errors.AgentContextUnreadable,
    errors.UnknownOrganization,
)
