"""Writes docs/openapi.json from routes, wire models and errors: `python -m local.openapi [--check]`.

`--check` changes nothing and fails when the file is not what would be written.
"""

import importlib
import json
import sys
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from commerce.errors import LoginRefused, PropertyErrors, leaves
from commerce.http.routes import PREFIXES, ROUTES, Route
from local.workspace import ROOT

TARGET = ROOT / "docs" / "openapi.json"
EXAMPLES = ROOT / "docs" / "contract" / "examples"

# Of each operation that takes JSON: the wire model, where there is one, and the contract's example of a body.
BODIES: Mapping[str, tuple[str | None, str | None]] = {
    "updateVisitorInfo": (None, "update-visitor-info.request.json"),
    "updateProfile": ("commerce.profiles.model:ProfileChanges", "update-profile.request.json"),
    "updateSiteProperties": ("commerce.profiles.model:SitePropertiesRequest", None),
    "addProfileAddress": ("commerce.profiles.model:ProfileAddressRequest", None),
    "updateProfileAddress": ("commerce.profiles.model:ProfileAddressRequest", None),
    "updateShopperType": (None, "update-shopper-type.request.json"),
    "updateAddress": ("commerce.organizations.model:AddressRequest", "update-organization-address.request.json"),
    "addAddress": ("commerce.organizations.model:AddressRequest", None),
    "updateCurrentProfileOrder": ("commerce.orders.model:OrderForm", "update-current-order.request.json"),
}
# Operations that may have nothing to show, and when.
WITHOUT_CONTENT: Mapping[str, str] = {"getIncompleteOrder": "There is no current order."}
FORM = {
    "type": "object",
    "required": ["grant_type"],
    "properties": {
        "grant_type": {"type": "string", "enum": ["password", "client_credentials"]},
        "username": {"type": "string"},
        "password": {"type": "string", "format": "password"},
        "totp_code": {"type": "string"},
    },
}


def document() -> dict[str, Any]:
    """The whole OpenAPI document."""
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        for prefix in sorted(prefix for prefix, api in PREFIXES.items() if api in route.apis):
            paths.setdefault(f"/{prefix}/v1/{route.path}", {})[route.method.lower()] = _operation(route, prefix)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Commerce write operations",
            "version": "1",
            "description": "What each call does is written in docs/contract.",
        },
        "paths": dict(sorted(paths.items())),
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
            "schemas": {"errorModel": _error_model(), "loginError": _login_error(), **_schemas()},
        },
    }


def _operation(route: Route, prefix: str) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": f"{prefix}.{route.operation}",
        "tags": [prefix],
        "parameters": _parameters(route),
        "responses": _responses(route),
    }
    if route.token:
        operation["security"] = [{"bearer": []}]
    if route.body == "form":
        operation["requestBody"] = {"content": {"application/x-www-form-urlencoded": {"schema": FORM}}}
    elif route.body == "json":
        content: dict[str, Any] = {"schema": {"type": "object"}}
        model, example = BODIES[route.operation]
        if model:
            content["schema"] = {"$ref": f"#/components/schemas/{model.rpartition(':')[2]}"}
        if example:
            content["example"] = json.loads((EXAMPLES / example).read_text(encoding="utf-8"))
        operation["requestBody"] = {"required": True, "content": {"application/json": content}}
    return operation


def _responses(route: Route) -> dict[str, Any]:
    # What OAuth says of logins stands beside what every call may answer (contract: auth.md §6).
    errors = ("errorModel", "loginError") if route.body == "form" else ("errorModel",)
    schemas = [{"$ref": f"#/components/schemas/{name}"} for name in errors]
    error = schemas[0] if len(schemas) == 1 else {"anyOf": schemas}
    responses: dict[str, Any] = {
        "200": {"description": "Done.", "content": {"application/json": {"schema": {"type": "object"}}}},
        "default": {
            "description": "An error of docs/contract/errors.md.",
            "content": {"application/json": {"schema": error}},
        },
    }
    if route.operation in WITHOUT_CONTENT:
        responses["204"] = {"description": WITHOUT_CONTENT[route.operation]}
    return responses


def _parameters(route: Route) -> list[dict[str, Any]]:
    text = {"type": "string"}
    found: list[dict[str, Any]] = []
    if "{id}" in route.path:
        found.append({"name": "id", "in": "path", "required": True, "schema": text})
    found += [{"name": name, "in": "query", "schema": text} for name in ("fields", "exclude")]
    if route.language:
        required = route.language == "assetLanguageRequired"
        found.append({"name": "X-CCAsset-Language", "in": "header", "required": required, "schema": text})
    if route.tagged and route.method != "GET":
        found.append({"name": "If-Match", "in": "header", "schema": text})
    return found


def _error_model() -> dict[str, Any]:
    statuses = {kind.code: kind.status for kind in leaves() if not issubclass(kind, (LoginRefused, PropertyErrors))}
    codes = ", ".join(f"{code} ({status})" for code, status in sorted(statuses.items()))
    entry = {
        "message": {"type": "string"},
        "errorCode": {"type": "string", "description": codes},
        "status": {"type": "string"},
        "moreInfo": {"type": "string"},
        "o:errorPath": {"type": "string"},
    }
    items = {"type": "object", "properties": {name: {"type": "string"} for name in entry}}
    return {
        "type": "object",
        "required": ["message", "errorCode", "status"],
        "properties": {**entry, "errors": {"type": "array", "items": items}},
    }


def _login_error() -> dict[str, Any]:
    codes = sorted({kind.code for kind in leaves(LoginRefused)})
    return {"type": "object", "required": ["error"], "properties": {"error": {"type": "string", "enum": codes}}}


def _schemas() -> dict[str, Any]:
    schemas: dict[str, Any] = {}
    for model in {model for model, _ in BODIES.values() if model}:
        module, _, name = model.partition(":")
        schema = TypeAdapter(getattr(importlib.import_module(module), name)).json_schema(
            ref_template=f"#/components/schemas/{name}.{{model}}"
        )
        schemas |= {f"{name}.{part}": definition for part, definition in schema.pop("$defs", {}).items()}
        schemas[name] = schema
    return dict(sorted(schemas.items()))


def main() -> int:
    """Write the file, or compare."""
    text = json.dumps(document(), indent=1, ensure_ascii=False) + "\n"
    if "--check" not in sys.argv[1:]:
        TARGET.write_text(text, encoding="utf-8")
        return 0
    if not TARGET.is_file() or TARGET.read_text(encoding="utf-8") != text:
        print("docs/openapi.json is not up to date: python -m local.openapi writes it", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
