"""Whether an answer is one that docs/openapi.json describes.

Where the description leaves open which other members there may be, an answer has none: what is not described is missed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

import jsonschema_rs

from commerce.http.routes import PREFIXES
from local.openapi import TARGET

_SHORTENING = {"fields", "exclude"}


@cache
def description() -> Mapping[str, Any]:
    """The OpenAPI document."""
    document: Mapping[str, Any] = json.loads(TARGET.read_text(encoding="utf-8"))
    return document


def check(method: str, path: str, status: int, headers: Mapping[str, str], text: str) -> None:
    """Fails the test for an answer that is not as described; of a call that nothing is said of, none is wrong.

    `path`: as it was called, with its query. `headers` have lower-case names.
    """
    path, _, query = path.partition("?")
    template = template_of(path)
    if template is None or method.lower() not in description()["paths"][template]:
        return
    wrong = misfit(template, method, status, headers, text, shortened=shortens(dict(parse_qsl(query))))
    assert not wrong, f"{method} {path}: not as docs/openapi.json has it: {wrong}"


def shortens(query: Mapping[str, Any]) -> bool:
    """Whether a query asks for a part of the answer."""
    return bool(_SHORTENING & query.keys())


def misfit(
    template: str, method: str, status: int, headers: Mapping[str, str], text: str, *, shortened: bool = False
) -> str:
    """What of an answer the description of its operation does not allow; empty when all is as described.

    `template`: the path with its parameters' names. `shortened`: the call asked for a part of the answer.
    """
    response = _response(template, method.lower(), str(status))
    if response is None:
        return f"status {status}: {text[:200]}"
    content = response.get("content")
    if content is None:
        return f"a body: {text[:200]}" if text else ""
    media = headers.get("content-type", "").partition(";")[0]
    if media not in content:
        return f"content type {media}"
    try:
        body = json.loads(text)
    except ValueError:
        return f"no JSON: {text[:200]}"
    code = body.get("errorCode", body.get("error")) if status >= 400 else None
    if code is not None and code not in _codes(template, method.lower(), str(status)):
        return f"error {code} with status {status}"
    validator = _validator(json.dumps(content[media]["schema"]), shortened)
    if validator.is_valid(body):
        return ""
    error = next(validator.iter_errors(body))
    return f"{error.message[:500]} at {list(error.instance_path)}: {text[:200]}"


@cache
def template_of(path: str) -> str | None:
    """The described path of an address, None where there is none; aliases are described as the APIs they stand for."""
    prefix, slash, rest = path.removeprefix("/").partition("/")
    api = PREFIXES.get(prefix)
    address = f"/{api.value if api else prefix}{slash}{rest.removesuffix('/')}"
    for template in description()["paths"]:
        pattern = re.escape(template).replace(r"\{id\}", "[^/]+")
        if re.fullmatch(pattern, address):
            return str(template)
    return None


@cache
def _response(template: str, method: str, status: str) -> Mapping[str, Any] | None:
    responses = description()["paths"][template][method]["responses"]
    return _resolved(responses[status]) if status in responses else None


@cache
def _codes(template: str, method: str, status: str) -> frozenset[str]:
    """The codes of the examples."""
    response = _response(template, method, status) or {}
    examples = [_resolved(example) for media in response["content"].values() for example in media["examples"].values()]
    return frozenset(example["value"].get("errorCode") or example["value"]["error"] for example in examples)


def _resolved(part: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in part:
        return part
    found = description()
    for name in part["$ref"].removeprefix("#/").split("/"):
        found = found[name]
    return found


@cache
def _validator(schema: str, shortened: bool) -> Any:
    schemas = _open_and_whole(shortened)
    return jsonschema_rs.Draft202012Validator({**json.loads(schema), "components": {"schemas": schemas}})


@cache
def _open_and_whole(shortened: bool) -> Mapping[str, Any]:
    """All schemas, closed where they do not say that they are open; `shortened`: without what is required."""
    schemas = json.loads(json.dumps(description()["components"]["schemas"]))
    for schema in schemas.values():
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
        if shortened:
            schema.pop("required", None)
    return dict(schemas)
