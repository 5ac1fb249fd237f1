"""A gateway event as a call, whatever the gateway leaves out: common.md §2, §15."""

from typing import Any

import pytest

from commerce.call import Api, Call, TimeBudget, Unusable
from commerce.http.event import read_call, read_envelope
from commerce.http.routes import ROUTES, routes_at, routes_beside, split_path
from commerce.settings import Settings


def call(event: dict[str, Any], *, mapped: bool = True, **settings: Any) -> Call:
    envelope = read_envelope(event, mapped=mapped)
    return read_call(event, envelope, Settings(**settings), TimeBudget(), "updateProfile", None)


def test_an_event_with_nothing_in_it() -> None:
    read = call({})
    assert (read.api, read.url, read.host, read.secure) == (Api.STORE, "http://localhost/", "localhost", False)
    assert (read.token, read.site, read.language, read.path_id, read.query) == (None, None, "en", "", {})
    assert read.body is Unusable.BODY


def test_null_in_every_place() -> None:
    names = (
        "path", "httpMethod", "headers", "multiValueHeaders", "queryStringParameters", "body", "pathParameters",
        "multiValueQueryStringParameters", "requestContext", "isBase64Encoded",
    )  # fmt: skip
    assert call(dict.fromkeys(names)) == call({}) or call(dict.fromkeys(names)).url == "http://localhost/"


def test_null_and_empty_values_within() -> None:
    read = call(
        {
            "httpMethod": "PUT",
            "path": "/ccstore/v1/profiles/current",
            "multiValueHeaders": {"Host": ["a.example"], "x-ccsite": None, "Cookie": ["a=b", "", "c=d"]},
            "headers": {"X-CCSite": None, "X-Other": "1"},
            "multiValueQueryStringParameters": {"fields": [""], "x": None},
            "queryStringParameters": {"x": None, "y": "1"},
            "body": " {} ",
        }
    )
    assert read.headers == {"host": "a.example", "cookie": "a=b; c=d", "x-other": "1"}
    assert (read.query, read.selection.fields) == ({"fields": "", "x": "", "y": "1"}, None)
    assert read.body == {}


@pytest.mark.parametrize(
    ("host", "name"),
    [("Shop.Example.com:8443", "shop.example.com"), ("[::1]:80", "[::1]"), ("10.0.0.1", "10.0.0.1"), (":80", "")],
)
def test_the_request_host(host: str, name: str) -> None:
    assert call({"headers": {"host": host}}).host == name


def test_the_public_address() -> None:
    event = {
        "path": "/mapped/ccstoreui/v1/profiles/current/",
        "requestContext": {"path": "/mapped/ccstoreui/v1/profiles/current/"},
        "headers": {"Host": "gateway.example", "X-Forwarded-Proto": "https"},
    }
    assert call(event).url == "https://gateway.example/mapped/ccstoreui/v1/profiles/current/"
    public = call(event, public_base_url="http://www.example.org:81/store")
    assert public.url == "http://www.example.org:81/store/ccstoreui/v1/profiles/current/"
    assert (public.host, public.secure) == ("www.example.org", False)
    envelope = read_envelope(event, mapped=True)
    assert (envelope.canonical_path, envelope.prefix) == ("/ccstore/v1/profiles/current", "ccstoreui")
    assert read_envelope(event, mapped=False).path == event["path"]


def test_routes_by_path_and_by_operation() -> None:
    assert split_path("/ccstoreui/v1/login/") == ("ccstoreui", Api.STORE, "login")
    for unknown in ("", "/", "/ccstore", "/ccstore/v2/login", "/x/ccstore/v1/login", "/ccstoreUI/v1/login"):
        assert split_path(unknown) is None
    assert list(routes_at(Api.STORE, "login/")) == []
    assert {route.method for route in routes_beside("updateProfile", Api.STORE)} == {"GET", "PUT"}
    assert list(routes_beside("updateProfile", Api.ADMIN)) == []
    assert len({(route.method, route.path, api) for route in ROUTES for api in route.apis}) == sum(
        len(route.apis) for route in ROUTES
    )
