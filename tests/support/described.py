"""Whether an answer is one that docs/openapi.json describes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from local.openapi import TARGET


@cache
def description() -> Mapping[str, Any]:
    """The OpenAPI document."""
    document: Mapping[str, Any] = json.loads(TARGET.read_text(encoding="utf-8"))
    return document


def misfit(template: str, method: str, status: int, headers: Mapping[str, str], text: str) -> str:
    """What of an answer the description of its operation does not allow; empty when all is as described.

    `template`: the path with its parameters' names. `headers` have lower-case names.
    """
    responses = description()["paths"][template][method.lower()]["responses"]
    if str(status) not in responses and "default" not in responses:
        return f"status {status}"
    content = responses.get(str(status), responses.get("default")).get("content")
    if content is None:
        return f"a body: {text[:200]}" if text else ""
    if headers.get("content-type", "").partition(";")[0] not in content:
        return f"content type {headers.get('content-type')}"
    try:
        body = json.loads(text)
    except ValueError:
        return f"no JSON: {text[:200]}"
    error = next(
        _validator(template, method.lower(), str(status) if str(status) in responses else "default").iter_errors(body),
        None,
    )
    return f"{error.message}: {text[:200]}" if error else ""


@cache
def _validator(template: str, method: str, status: str) -> Any:
    document = description()
    (media,) = document["paths"][template][method]["responses"][status]["content"].values()
    return Draft202012Validator({**media["schema"], "components": document["components"]})
