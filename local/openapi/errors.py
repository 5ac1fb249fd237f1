"""The errors of an operation as answers, each with an example of the form it comes in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, Final

from commerce.errors import CommerceError, LoginRefused, PropertyError, PropertyErrors, RateLimited, leaves
from commerce.exact_json import JsonObject
from commerce.http.bodies import ErrorModel, OAuthError
from commerce.http.error_body import error_body, error_headers
from local.openapi.schemas import reference

Kind = type[CommerceError]

# What the texts of errors name.
_VALUES: Final = {"property": "firstName", "value": "7", "limit": 254}
_HEADERS: Final = {
    "Retry-After": ("Seconds after which another try makes sense.", {"type": "integer"}),
    "WWW-Authenticate": ("`Bearer`; the gateway calls it `x-amzn-Remapped-WWW-Authenticate`.", {"type": "string"}),
}


def responses(kinds: Iterable[Kind]) -> dict[str, Any]:
    """Status → response, with an example of every kind. One that stands alone is a component."""
    return {
        str(_status(alike[0])): _response(alike)
        if len(alike) > 1
        else {"$ref": f"#/components/responses/{alike[0].__name__}"}
        for alike in _by_status(kinds)
    }


def error_examples(operations: Iterable[Iterable[Kind]]) -> dict[str, Any]:
    """The examples that `responses` refers to, for each of the operations."""
    named = {kind for kinds in operations for kind in kinds}
    return {kind.__name__: {"summary": _summary(kind), "value": _body(kind)} for kind in leaves() if kind in named}


def single_responses(operations: Iterable[Iterable[Kind]]) -> dict[str, Any]:
    """The responses that it refers to: of errors that stand alone under their status."""
    alone = {alike[0] for kinds in operations for alike in _by_status(kinds) if len(alike) == 1}
    return {kind.__name__: _response([kind]) for kind in leaves() if kind in alone}


def _by_status(kinds: Iterable[Kind]) -> Iterator[Sequence[Kind]]:
    """In the order of errors.py, each once."""
    wanted = set(kinds)
    known = sorted((kind for kind in leaves() if kind in wanted), key=_status)
    return (list(alike) for _, alike in groupby(known, _status))


def _status(kind: Kind) -> int:
    return kind.status


def _response(kinds: Sequence[Kind]) -> dict[str, Any]:
    models = dict.fromkeys(OAuthError if issubclass(kind, LoginRefused) else ErrorModel for kind in kinds)
    schemas = [reference(model) for model in models]
    response: dict[str, Any] = {
        "description": _summary(kinds[0]) if len(kinds) == 1 else f"Refused: {_codes(kinds)}.",
        "content": {
            "application/json": {
                "schema": schemas[0] if len(schemas) == 1 else {"anyOf": schemas},
                "examples": {kind.__name__: {"$ref": f"#/components/examples/{kind.__name__}"} for kind in kinds},
            }
        },
    }
    names = dict.fromkeys(name for kind in kinds for name in error_headers(_raised(kind)))
    if names:
        response["headers"] = {
            name: {"description": text, "schema": schema} for name, (text, schema) in _HEADERS.items() if name in names
        }
    return response


def _codes(kinds: Sequence[Kind]) -> str:
    return ", ".join(f"`{code}`" for code in dict.fromkeys(kind.code for kind in kinds))


def _summary(kind: Kind) -> str:
    if issubclass(kind, LoginRefused):
        return kind.code
    text = kind.text
    for name, value in _VALUES.items():
        text = text.replace(f"{{{name}}}", str(value))
    return f"{kind.code}: {text}"


def _body(kind: Kind) -> JsonObject:
    error = _raised(kind)
    return error_body(PropertyErrors([error]) if isinstance(error, PropertyError) else error, "en")


def _raised(kind: Kind) -> CommerceError:
    if issubclass(kind, RateLimited):
        return kind(1)
    error = kind()
    error.values = dict(_VALUES)
    if issubclass(kind, PropertyError):
        error.path = str(_VALUES["property"])
    return error
