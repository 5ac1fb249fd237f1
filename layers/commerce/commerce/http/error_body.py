"""Errors as bodies: errorModel in single or multi form, and the OAuth form of logins (contract: common.md §5)."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

from commerce.errors import (
    CommerceError,
    LoginRefused,
    MethodNotAllowed,
    NotAuthenticated,
    PropertyErrors,
    RateLimited,
)
from commerce.exact_json import JsonObject, dumps
from commerce.locales import language_of

_MESSAGES = Path(__file__).with_name("messages")
_FOR_DEVELOPERS: Final = "devMessage"
_SHOWN: Final = 100
# A body can hold an id of four million characters, which no answer could hold.
_MOST_INFO: Final = 100_000


def error_body(error: CommerceError, language: str) -> JsonObject:
    """The JSON object of an error answer."""
    if isinstance(error, LoginRefused):
        told = error.dev_message
        return {"error": error.code} | ({"error_description": told} if told else {})
    if isinstance(error, PropertyErrors):
        entries = [_entry(part, language) for part in error.errors]
        first = entries[0]
        return {
            "errorCode": first["errorCode"],
            "message": first["message"],
            "status": first["status"],
            **{name: first[name] for name in (_FOR_DEVELOPERS,) if name in first},
            "errors": entries,
        }
    return _entry(error, language)


def error_headers(error: CommerceError) -> dict[str, str]:
    """Headers that belong to the error itself."""
    match error:
        case MethodNotAllowed():
            return {"Allow": ", ".join(error.allowed)}
        case RateLimited():
            return {"Retry-After": str(error.retry_after)}
        case NotAuthenticated():
            return {"WWW-Authenticate": "Bearer"}
    return {"Retry-After": "1"} if error.status in (409, 503) else {}


def _entry(error: CommerceError, language: str) -> JsonObject:
    entry: JsonObject = {
        "errorCode": error.code,
        "message": _message(type(error).__name__, error.text, language, error.values),
        "status": str(error.status),
    }
    dev_message = error.dev_message
    if dev_message:
        entry[_FOR_DEVELOPERS] = dev_message
    if error.more_info is not None:
        entry["moreInfo"] = _cut(error.more_info, _MOST_INFO)
    if error.path is not None:
        entry["o:errorPath"] = error.path
    return entry


def _message(name: str, english: str, language: str, values: dict[str, object]) -> str:
    text = english
    for locale in (language, language_of(language)):
        translated = _translations(locale).get(name)
        if translated:
            text = translated
            break
    for blank, value in values.items():
        text = text.replace(f"{{{blank}}}", _shown(value))
    return text


def _shown(value: Any) -> str:
    return _cut(value if isinstance(value, str) else dumps(value), _SHOWN)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[:length] + "…"


@cache
def _translations(locale: str) -> dict[str, str]:
    file = _MESSAGES / f"{locale}.json"
    if language_of(locale) == "en" or not file.is_file():
        return {}
    texts: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return texts
