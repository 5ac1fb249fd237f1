"""GET and HEAD …/registry: the endpoints of one API, as real clients look them up (contract: common.md §13)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from commerce.call import Call, Outcome
from commerce.exact_json import JsonObject
from commerce.http.routes import ROUTES, Route

# What a recorded registry says of an operation that does not follow from its route: clients have been written to it.
_RECORDED: Final[Mapping[str, JsonObject]] = {
    "getAddresses": {"requestType": "application/json"},
    "removeCurrentProfileIncompleteOrder": {"authRequired": False},
}


def registry(call: Call) -> Outcome:
    """All served endpoints of the API that was called, under the prefix it was called by."""
    rows = {route.registry_id: _row(route, call.api_name) for route in ROUTES if call.api in route.apis}
    return Outcome({"crossDomainRequestsEnabled": False, "endpointMap": rows})


def _row(route: Route, prefix: str) -> JsonObject:
    media_types = {"json": "application/json", "form": "application/x-www-form-urlencoded", None: None}
    row: JsonObject = {
        "id": route.registry_id,
        "method": route.method,
        "url": f"/{prefix}/v1/{route.path.replace('{id}', '{}')}",
        "requestType": media_types[route.body],
        "responseType": "application/json",
        "authRequired": route.token,
        "httpsRequired": False,
        "useOptimisticLock": False,
        "cachingEnabled": False,
        "hasPathParams": "{id}" in route.path,
        "hasDoc": False,
        "singular": route.singular,
        "localeHint": route.language,
    }
    return row | _RECORDED.get(route.operation, {})
