"""Requests of all kinds, as Hypothesis strategies: gateway events that come close to the contract's, and any others."""

from __future__ import annotations

import base64
import copy
import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final
from urllib.parse import urlencode

from hypothesis import strategies as st

from commerce.call import Api
from commerce.http.routes import PREFIXES, Route
from local.openapi.examples import request_example
from local.workspace import ROOT

EXAMPLES: Final = ROOT / "docs" / "contract" / "examples"

# Values that something reads in a way of its own.
ODD: Final[tuple[Any, ...]] = (
    None, True, False, 0, 1, -1, 7, 1.5, 10**37, -(10**37), 1e-100, 1e120, "", " ", "x", "ü", "\u0000", "0", "-1",
    "1e5", "x" * 5000, "𝄞" * 300, [], [[]], [None], {}, {"": None}, {"value": {}}, [{}], "prodA", "US", "null",
    "2026-01-01", "yes", "siteDE", "a@b.c", "se-980032", 10**40, "user", "2026-02-30T25:00Z",
)  # fmt: skip
_MEMBERS: Final = """
firstName lastName email login password gender dateOfBirth receiveEmail GDPRProfileP13nConsentGranted locale
oldPassword newPassword newConfirmPassword shippingAddresses shippingAddress repositoryId alias address1 city country
state postalCode types isDefaultAddress phoneNumber selectedCountry selectedState state_ISOCode id infoName infoDomain
properties type label default required length order propertiesOrder op shoppingCart items productId catRefId quantity
shippingMethod payments address addressType companyName childItems externalPrice giftWithPurchaseSelections coupons
favorite_color
"""

_SCALARS: Final = (
    st.sampled_from(ODD)
    | st.integers(-(10**40), 10**40)
    | st.decimals(allow_nan=False, allow_infinity=False, places=3).map(float)
    | st.text(max_size=40)
)
_JSON: Final = st.recursive(
    _SCALARS,
    lambda below: (
        st.lists(below, max_size=4)
        | st.dictionaries(st.sampled_from(_MEMBERS.split()) | st.text(max_size=8), below, max_size=6)
    ),
    max_leaves=25,
)
_OBJECTS: Final = st.dictionaries(st.sampled_from(_MEMBERS.split()) | st.text(max_size=8), _JSON, max_size=8)
_TEXTS: Final = (
    _OBJECTS.map(json.dumps)
    | _JSON.map(json.dumps)
    | st.text(max_size=60)
    | st.binary(max_size=60)
    | st.none()
    | st.sampled_from(["{", '{"a":1e999}', '{"x":"\\ud800"}', "[" * 500, "grant_type=password&username=%ff"])
)
_HEADERS: Final = """
If-Match X-CCAsset-Language x-ccsite X-CCOrganization X-CCAgentContext X-CCPriceListGroup Idempotency-Key Cookie Origin
Host X-Forwarded-Proto Content-Type Accept-Language Authorization
"""
_HEADER_VALUES: Final = st.text(max_size=30) | st.sampled_from(
    ["siteDE", "en", "de", "*", '"e30="', "{}", '{"shopperProfileId":"110000"}', "100002", "[", "null", "", " ", "W/",
     "xdVisitor_siteUS=1; xdVisitor_siteUS=2", "x" * 3000, '{"id":', "key-1", "euroPriceGroup"]
)  # fmt: skip
_HEADER_LINES: Final = st.dictionaries(
    st.sampled_from(_HEADERS.split()) | st.text(min_size=1, max_size=8), _HEADER_VALUES, max_size=4
)
_QUERIES: Final = st.dictionaries(
    st.sampled_from(
        ["fields", "exclude", "limit", "offset", "filterKey", "withAliases", "grant_type", "name", "shopperTypeIds",
         "includeShippingGroups", "explain", "allowNonUnderscoreNames"]
    )
    | st.text(max_size=5),
    st.lists(
        st.text(max_size=20) | st.sampled_from(["-1", "9" * 40, "id,links.rel", "..", "1e3", "true"]),
        min_size=1,
        max_size=2,
    ),
    max_size=3,
)  # fmt: skip
_IDS: Final = st.text(min_size=1, max_size=20) | st.sampled_from(
    ["user", "280004", "..", "a/b", "%2F", "x" * 3000, "\x00", "😀" * 600]
)
_KNOWN_IDS: Final = {
    path: st.sampled_from(known)
    for path, known in {
        "shopperTypes/{id}": ("user",),
        "organizationAddresses/{id}": ("280004", "280005", "280001"),
        "profiles/current/addresses/{id}": ("se-980031", "se-980032"),
        "profiles/{id}": ("se-570031", "110000", "110003"),
        "orderTypes/{id}": ("order",),
        "itemTypes/{id}": ("commerceItem", "contactInfo"),
    }.items()
}
_TERM: Final = st.builds(
    '{} {} "{}"'.format,
    st.sampled_from(["id", "login", "email", "lastName"]),
    st.sampled_from(["eq", "SW", "gt", "co"]),
    st.sampled_from(["", "se-570031", "Account-", "kim@example.com", "x" * 300, "😀" * 254, r"a\"b", "\x00"])
    | st.text(max_size=9),
)
# Parameters that an endpoint takes, or close to them.
_CLOSE_QUERIES: Final[Mapping[str, st.SearchStrategy[dict[str, list[str]]]]] = {
    "profiles": st.fixed_dictionaries(
        {},
        optional={
            "q": st.lists(_TERM, min_size=1, max_size=4).map(" or ".join).map(lambda query: [query]),
            "sort": st.sampled_from([["id:desc"], ["email:desc"], ["login"]]),
            "limit": st.sampled_from([["0"], ["1"], ["250"]]),
            "offset": st.sampled_from([["0"], ["1"], ["9"]]),
            "totalResults": st.sampled_from([["false"], ["TRUE"]]),
        },
    ),
}


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of each value inside a JSON value."""
    if path:
        yield path
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, (*path, key))


def changed(body: Any, changes: list[tuple[tuple[Any, ...], Any]]) -> Any:
    """A copy with other values at some paths; a path that an earlier change took away is passed over."""
    body = copy.deepcopy(body)
    for path, value in changes:
        target = body
        try:
            for part in path[:-1]:
                target = target[part]
            target[path[-1]] = copy.deepcopy(value)
        except (KeyError, IndexError, TypeError):
            continue
    return body


def near(example: Any) -> st.SearchStrategy[Any]:
    """The example with up to three values of other kinds, at its own places and at new ones."""
    known = list(places(example))
    inside = [path[:-1] for path in known if isinstance(path[-1], str)]
    anew = st.tuples(st.sampled_from(inside), st.sampled_from(_MEMBERS.split())).map(lambda pair: (*pair[0], pair[1]))
    change = st.tuples(st.sampled_from(known) | anew, st.sampled_from(ODD) | _JSON)
    return st.lists(change, max_size=3).map(lambda changes: changed(example, changes))


def _example(name: str) -> Any:
    return json.loads((EXAMPLES / f"{name}.request.json").read_text(encoding="utf-8"))


def _line(product: str, sku: str, quantity: int = 1, **members: Any) -> dict[str, Any]:
    return {"productId": product, "catRefId": sku, "quantity": quantity, **members}


_PROFILE = _example("update-profile")
_TYPE = _example("update-shopper-type")
_ADDRESS = _example("update-organization-address")
_ORDER = _example("update-current-order") | {"id": None}
_FULL_ORDER = {
    "op": "create",
    "combineLineItems": "yes",
    "shoppingCart": {
        "items": [
            _line("prodA", "skuA", 2, commerceItemId="a"),
            _line("poster_1", "poster_1_sku", 2),
            _line("xprod1047", "xsku1243", childItems=[_line("prodB", "skuB")]),
        ],
        "coupons": [{"code": "SAVE5"}],
    },
    "shippingGroups": [
        {"type": "hardgoodShippingGroup", "items": [_line("prodA", "skuA", 1, commerceItemId="a")]},
        {"type": "inStorePickupShippingGroup", "locationId": "1"},
    ],
    "shippingMethod": {"value": "groundShipping"},
    "giftWithPurchaseOrderMarkers": [{"value": "pSticker", "removedQuantity": 1}],
    "payments": [{"type": "physicalGiftCard", "giftCardNumber": "6035710988880107777", "giftCardPin": "4711"}],
}
_BODIES: Final[Mapping[tuple[str, str], list[Any]]] = {
    ("PUT", "visitorInfo/current"): [_example("update-visitor-info")],
    ("PUT", "profiles/current"): [
        _PROFILE,
        {"shippingAddress": _PROFILE["shippingAddresses"][0], "favorite_color": "red", "newsletter_topic": "sport"},
        {"oldPassword": "Shopper-2026", "newPassword": "Another-2027", "newConfirmPassword": "Another-2027"},
    ],
    ("POST", "profiles"): [request_example("createProfile")],
    ("PUT", "shopperTypes/{id}"): [
        _TYPE,
        {"properties": {"favorite_color": {"label": "Colour", "default": "red", "required": True, "readRole": "r"}}},
    ],
    ("PUT", "organizationAddresses/{id}"): [_ADDRESS],
    ("POST", "organizationAddresses"): [
        {**_ADDRESS, "address": {**_ADDRESS["address"], "types": ["Shipping"], "dockCount": 2}}
    ],
    ("POST", "orders/current"): [_ORDER, _FULL_ORDER],
}  # fmt: skip
_FORMS: Final[Mapping[str, list[dict[str, Any]]]] = {
    "login": [
        {"grant_type": "password", "username": "shopper", "password": "Shopper-2026"},
        {"grant_type": "password", "username": "merchant", "password": "Merchant-2026"},
        {"grant_type": "client_credentials"},
    ],
    "mfalogin": [
        {
            "grant_type": "password",
            "username": "merchant-with-authenticator",
            "password": "Merchant-2026",
            "totp_code": "123456",
        }
    ],
}


@cache
def _close_bodies(route: Route) -> st.SearchStrategy[str] | None:
    """Texts close to what the endpoint takes."""
    found = [near(example).map(json.dumps) for example in _BODIES.get((route.method, route.path), [])]
    found += [near(form).map(urlencode) for form in _FORMS.get(route.path, [])]
    return st.one_of(found) if found else None


# Made once: to make a strategy takes as long as to draw from it.
_OF_FOUR: Final = st.integers(0, 3)
_OF_SIXTEEN: Final = st.integers(0, 15)
_LEFT_OUT: Final = st.lists(
    st.sampled_from(
        ["headers", "multiValueHeaders", "queryStringParameters", "multiValueQueryStringParameters", "body"]
    ),
    max_size=2,
)


@cache
def _apis(route: Route) -> st.SearchStrategy[Api]:
    return st.sampled_from(route.apis)


@cache
def _prefixes(api: Api) -> st.SearchStrategy[str]:
    return st.sampled_from([prefix for prefix, its in PREFIXES.items() if its is api])


@st.composite
def requests(draw: st.DrawFn, route: Route, bearers: Mapping[Api, str]) -> dict[str, Any]:
    """A gateway event for the endpoint; `bearers`: a token for each API.

    Three of four bodies, headers and ids are such as the endpoint takes, or close to them.
    """

    def often() -> bool:
        return draw(_OF_FOUR) > 0

    api = draw(_apis(route))
    prefix = draw(_prefixes(api))
    template, path_id = f"/{prefix}/v1/{route.path}", None
    if "{id}" in route.path:
        path_id = draw(_KNOWN_IDS[route.path] if often() else _IDS)
    headers = {
        "X-CCAsset-Language": "en",
        "X-CCAgentContext": '{"shopperProfileId":"110000"}',
        "Cookie": "xd123_SiteUS=a1",
        "Host": "shop.example.com",
    }
    if not often():
        headers |= draw(_HEADER_LINES)
    if route.token and draw(_OF_SIXTEEN):
        headers["Authorization"] = f"Bearer {bearers[api]}"
    asked, query = _CLOSE_QUERIES.get(route.path), {}
    if asked is not None and often():
        query = draw(asked)
    elif not often():
        query = draw(_QUERIES)
    close = _close_bodies(route)
    body = draw(close if close is not None and often() else _TEXTS)
    encoded = isinstance(body, bytes) or draw(_OF_SIXTEEN) == 0
    if encoded and body is not None:
        body = base64.b64encode(body if isinstance(body, bytes) else body.encode(errors="replace")).decode()
    event = {
        "httpMethod": route.method,
        "resource": template,
        "path": template.replace("{id}", path_id or ""),
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": None if path_id is None else {"id": path_id},
        "requestContext": {"requestId": "11111111-2222-3333-4444-555555555555", "path": template},
        "body": body,
        "isBase64Encoded": encoded,
    }
    if not often():
        event |= dict.fromkeys(draw(_LEFT_OUT))
    return event
