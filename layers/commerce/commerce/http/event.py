"""An API Gateway (REST, Lambda proxy) event as a `Call`."""

from __future__ import annotations

import base64
import binascii
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias
from urllib.parse import quote, urlencode

from commerce.call import Api, Call, Selection, TimeBudget, Unusable
from commerce.errors import BodyTooLarge
from commerce.exact_json import UnusableJson, loads
from commerce.http.routes import PREFIXES
from commerce.locales import negotiated_locale
from commerce.settings import Settings
from commerce.tags import NO_PRECONDITION, IfMatch, TagKeys

Event: TypeAlias = Mapping[str, Any]

MAX_BODY_BYTES: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Envelope:
    """What is known of a request before its body is looked at."""

    method: str
    path: str
    api: Api
    prefix: str
    headers: Mapping[str, str]
    site: str | None

    @property
    def canonical_path(self) -> str:
        """The address that tags name: base path, no alias, stage or trailing slash."""
        rest = self.path.removeprefix(f"/{self.prefix}")
        return f"/{self.api.value}{rest.removesuffix('/')}"


def read_envelope(event: Event, *, mapped: bool) -> Envelope:
    """Method, path and headers. A path below no API belongs to the store, which has the fewest rights.

    `mapped`: the gateway has matched the path to a route, so that what stands before the base path is the mapping of a
    custom domain.
    """
    path = event.get("path") or "/"
    path = _below_mapping(path) if mapped else path
    prefix = path.removeprefix("/").partition("/")[0]
    headers = _headers(event)
    return Envelope(
        method=event.get("httpMethod") or "GET",
        path=path,
        api=PREFIXES.get(prefix, Api.STORE),
        prefix=prefix,
        headers=headers,
        site=headers.get("x-ccsite"),
    )


def read_call(
    event: Event, envelope: Envelope, settings: Settings, budget: TimeBudget, operation: str, keys: TagKeys | None
) -> Call:
    """The whole call. Raises BodyTooLarge above 1 MiB; an unreadable body is left to the operation.

    `keys` is None where the endpoint heeds no `If-Match`.
    """
    headers = envelope.headers
    text = _body(event)
    query = _query(event)
    base, path = _public_address(event, envelope, settings)
    if_match = headers.get("if-match")
    return Call(
        api=envelope.api,
        operation=operation,
        prefix=envelope.prefix,
        url=_self_link(base + path, event, keep_query=operation not in ("login", "mfalogin", "refresh")),
        path_id=(event.get("pathParameters") or {}).get("id") or "",
        query={name: values[-1] for name, values in query.items()},
        headers=headers,
        token=_bearer(headers.get("authorization")),
        language=negotiated_locale(headers.get("x-ccasset-language"), settings.locales, settings.default_locale),
        site=envelope.site,
        body=_json(text) if envelope.method in ("PUT", "POST", "PATCH") else Unusable.BODY,
        text=text,
        host=_host(base),
        secure=base.startswith("https:"),
        selection=_selection(query),
        precondition=IfMatch(if_match, envelope.canonical_path, keys) if if_match and keys else NO_PRECONDITION,
        budget=budget,
    )


def _headers(event: Event) -> dict[str, str]:
    """Lower-case names; a blank value is absent; of several lines the last counts, `Cookie` lines are joined."""
    lines: dict[str, list[str]] = {}
    many: Mapping[str, Sequence[str]] = event.get("multiValueHeaders") or {}
    single: Mapping[str, str] = event.get("headers") or {}
    for name, values in many.items():
        lines.setdefault(name.lower(), []).extend(values or ())
    for name, value in single.items():
        lines.setdefault(name.lower(), [value])
    headers = {}
    for name, values in lines.items():
        present = [text for value in values if value and (text := value.strip(" \t"))]
        if not present:
            continue
        if name == "cookie":
            headers[name] = "; ".join(present)
        elif name == "authorization" and len(set(present)) > 1:
            continue
        else:
            headers[name] = present[-1]
    return headers


def _bearer(header: str | None) -> str | None:
    scheme, _, credential = (header or "").partition(" ")
    credential = credential.strip()
    return credential if scheme.lower() == "bearer" and credential not in ("", "null") else None


def _body(event: Event) -> str | None:
    """The body as text, empty when there is none; None when it is no Unicode text."""
    body = event.get("body") or ""
    try:
        data = base64.b64decode(body) if event.get("isBase64Encoded") else body.encode(errors="surrogatepass")
    except (binascii.Error, ValueError):
        return None
    if len(data) > MAX_BODY_BYTES:
        raise BodyTooLarge
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


def _json(text: str | None) -> Any:
    if text is None or not text.strip():
        return Unusable.BODY
    try:
        return loads(text)
    except UnusableJson:
        return Unusable.BODY


def _query(event: Event) -> dict[str, list[str]]:
    many: Mapping[str, Sequence[str]] = event.get("multiValueQueryStringParameters") or {}
    single: Mapping[str, str] = event.get("queryStringParameters") or {}
    query = {name: [value or "" for value in values] for name, values in many.items() if values}
    return query | {name: [value or ""] for name, value in single.items() if name not in query}


def _selection(query: Mapping[str, Sequence[str]]) -> Selection:
    fields = _paths(query.get("fields", ()))
    return Selection(fields or None, _paths(query.get("exclude", ())))


def _paths(values: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    names = (name.strip() for value in values for name in value.split(","))
    return tuple(tuple(name.split(".")) for name in names if name)


def _below_mapping(path: str) -> str:
    """``/shop/ccstore/v1/login`` → ``/ccstore/v1/login``."""
    parts = path.split("/")
    for index, (part, following) in enumerate(itertools.pairwise(parts)):
        if part in PREFIXES and following == "v1":
            return "/" + "/".join(parts[index:])
    return path


def _public_address(event: Event, envelope: Envelope, settings: Settings) -> tuple[str, str]:
    """Scheme with host, and the path clients called (contract: common.md §15)."""
    if settings.public_base_url:
        return settings.public_base_url, envelope.path
    headers = envelope.headers
    scheme = headers.get("x-forwarded-proto", "http").partition(",")[0].strip().lower()
    scheme = scheme if scheme in ("http", "https") else "http"
    path = (event.get("requestContext") or {}).get("path") or event.get("path") or "/"
    return f"{scheme}://{headers.get('host', 'localhost')}", path


def _self_link(address: str, event: Event, *, keep_query: bool) -> str:
    url = quote(address, safe="/:%[]~!$&'()*+,;=@", errors="replace")
    query = _query(event) if keep_query else {}
    return (
        f"{url}?{urlencode(query, doseq=True, safe=',', encoding='utf-8', errors='replace', quote_via=quote)}"
        if query
        else url
    )


def _host(base: str) -> str:
    host = base.partition("://")[2].partition("/")[0]
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0].lower()
