"""An API Gateway (REST, Lambda proxy) event as a `Call`."""

from __future__ import annotations

import base64
import binascii
import itertools
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, quote, urlencode

from msgspec import Struct

from commerce.call import NO_PRECONDITION, NOTHING, Api, Call, Selection, TimeBudget
from commerce.errors import BodyTooLarge
from commerce.exact_json import Unusable, UnusableJson, loads
from commerce.http.cookies import read_cookies
from commerce.http.routes import MAX_BODY_BYTES, PREFIXES, Route
from commerce.http.tags import Finishing, IfMatch, TagKeys
from commerce.locales import negotiated_locale, supported_locale
from commerce.settings import Settings
from commerce.values import id_text

Event: TypeAlias = Mapping[str, Any]


class Envelope(Struct, frozen=True):
    """What is known of a request before its body is looked at. `base`: scheme and host as callers see them."""

    method: str
    base: str
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

    @property
    def secure(self) -> bool:
        """Whether the caller speaks HTTPS."""
        return self.base.startswith("https:")


def read_envelope(event: Event, settings: Settings, *, mapped: bool) -> Envelope:
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
        base=settings.public_base_url or _request_base(headers),
        path=path,
        api=PREFIXES.get(prefix, Api.STORE),
        prefix=prefix,
        headers=headers,
        site=headers.get("x-ccsite"),
    )


def read_call(
    event: Event, envelope: Envelope, settings: Settings, budget: TimeBudget, route: Route | None, keys: TagKeys | None
) -> Call:
    """The whole call. Raises BodyTooLarge above the route's limit; an unreadable body is left to the operation.

    `route` is None where no operation answers; `keys` where its answers carry no tags and it heeds no `If-Match`.
    """
    headers = envelope.headers
    text = _body(event, route.max_body_bytes if route is not None else MAX_BODY_BYTES)
    query = _query(event)
    parameters = {name: values[-1] for name, values in query.items()}
    language = headers.get("x-ccasset-language")
    if_match = headers.get("if-match")
    selection = _selection(query)
    link = _self_link(event, envelope, settings, {} if route is None or not route.link_query else query)
    return Call(
        api=envelope.api,
        api_name=envelope.prefix,
        host=_host(envelope.base),
        site=envelope.site,
        entity_id=(event.get("pathParameters") or {}).get("id") or "",
        token=_bearer(headers.get("authorization")),
        source_address=_source_address(event),
        organization=named_organization(headers.get("x-ccorganization")),
        agent_context=headers.get("x-ccagentcontext"),
        cookies=read_cookies(headers.get("cookie", "")),
        language=negotiated_locale(language, settings.locales, settings.default_locale),
        asset_language=supported_locale(language, settings.locales),
        price_list_group=headers.get("x-ccpricelistgroup"),
        idempotency_key=headers.get("idempotency-key"),
        selection=selection,
        precondition=IfMatch(if_match, envelope.canonical_path, keys) if if_match and keys else NO_PRECONDITION,
        parameters=parameters,
        body=_json(text) if route is not None and route.body == "json" else NOTHING,
        form=_form(text, parameters) if route is not None and route.body == "form" else None,
        budget=budget,
        finish=Finishing(link, envelope.canonical_path, keys, selection),
    )


def named_organization(header: str | None) -> str | None:
    """The id of an `X-CCOrganization` header in any of its forms (contract: common.md §2); None when it names none."""
    if not header:
        return None
    if header[0] not in '"{':
        return header
    try:
        value = loads(header)
    except UnusableJson:
        return header
    if isinstance(value, dict):
        if len(value) != 1:
            return header
        (value,) = value.values()
    if value is None:
        return None
    text = id_text(value)
    if text is None:
        return header
    return text if text.strip() else None


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


def _source_address(event: Event) -> str:
    """Of whom the gateway itself was called by: what a header says of it, anybody may have written."""
    identity: Mapping[str, Any] = (event.get("requestContext") or {}).get("identity") or {}
    return identity.get("sourceIp") or ""


def _body(event: Event, limit: int) -> str | None:
    """The body of at most `limit` bytes as text, empty when there is none; None when it is no Unicode text."""
    body = event.get("body") or ""
    try:
        data = base64.b64decode(body) if event.get("isBase64Encoded") else body.encode(errors="surrogatepass")
    except (binascii.Error, ValueError):
        return None
    if len(data) > limit:
        raise BodyTooLarge(expected=f"be at most {limit:,} bytes")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


def _json(text: str | None) -> Any:
    if text is None:
        return Unusable("it is no UTF-8 text")
    if not text.strip():
        return NOTHING
    try:
        return loads(text)
    except UnusableJson as error:
        return Unusable(str(error))


def _form(text: str | None, parameters: Mapping[str, str]) -> Mapping[str, str] | None:
    """Form text, or a JSON object whatever the media type, and the query's parameters; the body wins."""
    if text is None:
        return None
    sent: Mapping[str, object]
    if text.lstrip().startswith("{"):
        try:
            sent = loads(text)
        except UnusableJson:
            return None
    else:
        sent = dict(parse_qsl(text.strip(), keep_blank_values=True))
    return {**parameters, **{name: value for name, value in sent.items() if isinstance(value, str)}}


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


def _request_base(headers: Mapping[str, str]) -> str:
    scheme = headers.get("x-forwarded-proto", "http").partition(",")[0].strip().lower()
    scheme = scheme if scheme in ("http", "https") else "http"
    return f"{scheme}://{headers.get('host', 'localhost')}"


def _self_link(event: Event, envelope: Envelope, settings: Settings, query: Mapping[str, Sequence[str]]) -> str:
    """The address that the client called (contract: common.md §15)."""
    called = (event.get("requestContext") or {}).get("path") or event.get("path") or "/"
    address = envelope.base + (envelope.path if settings.public_base_url else called)
    url = quote(address, safe="/:%[]~!$&'()*+,;=@", errors="replace")
    if not query:
        return url
    return f"{url}?{urlencode(query, doseq=True, safe=',', encoding='utf-8', errors='replace', quote_via=quote)}"


def _host(base: str) -> str:
    host = base.partition("://")[2].partition("/")[0]
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0].lower()
