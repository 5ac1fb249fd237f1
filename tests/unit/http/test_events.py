"""A gateway event as a call, whatever the gateway leaves out: common.md §2, §15."""

import json
from typing import Any

import pytest

from commerce.call import NOTHING, Api, Call, TimeBudget
from commerce.http.event import Envelope, named_organization, read_call, read_envelope
from commerce.http.routes import ROUTES, route_of, routes_at, routes_beside, split_path
from commerce.settings import Settings

BUDGET = TimeBudget()


def envelope(event: dict[str, Any], *, mapped: bool = True, **settings: Any) -> Envelope:
    return read_envelope(event, Settings(**settings), mapped=mapped)


def call(event: dict[str, Any], operation: str = "updateProfile", **settings: Any) -> Call:
    wanted = Settings(**settings)
    return read_call(event, read_envelope(event, wanted, mapped=True), wanted, BUDGET, route_of(operation), None)


def link(read: Call) -> str:
    return str(json.loads(read.finish({}, None).text)["links"][0]["href"])


def test_an_event_with_nothing_in_it() -> None:
    read = call({})
    assert (read.api, link(read), read.host) == (Api.STORE, "http://localhost/", "localhost")
    assert not envelope({}).secure
    assert (read.token, read.site, read.language, read.entity_id, read.parameters) == (None, None, "en", "", {})
    assert (read.organization, read.agent_context, read.cookies, read.asset_language) == (None, None, (), None)
    assert read.body is NOTHING


def test_the_source_address_is_the_gateway_s_own() -> None:
    headers = {"X-Forwarded-For": "198.51.100.7", "Forwarded": "for=198.51.100.7", "X-Real-IP": "198.51.100.7"}
    seen = {"headers": headers, "requestContext": {"identity": {"sourceIp": "192.0.2.10"}}}
    assert call(seen).source_address == "192.0.2.10"
    unknown: list[Any] = [None, {}, {"identity": None}, {"identity": {}}, {"identity": {"sourceIp": None}}]
    for context in unknown:
        assert call({"headers": headers, "requestContext": context}).source_address == ""


def test_null_in_every_place() -> None:
    names = (
        "path", "httpMethod", "headers", "multiValueHeaders", "queryStringParameters", "body", "pathParameters",
        "multiValueQueryStringParameters", "requestContext", "isBase64Encoded",
    )  # fmt: skip
    assert call(dict.fromkeys(names)) == call({})


def test_null_and_empty_values_within() -> None:
    event = {
        "httpMethod": "PUT",
        "path": "/ccstore/v1/profiles/current",
        "multiValueHeaders": {"Host": ["a.example"], "x-ccsite": None, "Cookie": ["a=b", "", "c = d;e"]},
        "headers": {"X-CCSite": None, "X-Other": "1"},
        "multiValueQueryStringParameters": {"fields": [""], "x": None},
        "queryStringParameters": {"x": None, "y": "1"},
        "body": " {} ",
    }
    read = call(event)
    assert envelope(event).headers == {"host": "a.example", "cookie": "a=b; c = d;e", "x-other": "1"}
    assert (read.host, read.site, read.cookies) == ("a.example", None, (("a", "b"), ("c", "d")))
    assert (read.parameters, read.selection.fields) == ({"fields": "", "x": "", "y": "1"}, None)
    assert (read.body, read.form) == ({}, None)


def test_the_names_of_the_field() -> None:
    sent = {
        "Authorization": "bearer t",
        "X-CCSite": "siteDE",
        "X-CCOrganization": '{"repositoryId":7}',
        "X-CCAgentContext": '{"shopperProfileId":"s"}',
        "X-CCPriceListGroup": "wholesale",
        "Idempotency-Key": "k",
        "X-CCAsset-Language": "PT-br",
    }
    read = call({"headers": sent, "pathParameters": {"id": "a1"}, "path": "/ccagentui/v1/organizationAddresses/a1"})
    assert (read.api, read.api_name, read.entity_id) == (Api.AGENT, "ccagentui", "a1")
    assert (read.token, read.site, read.organization) == ("t", "siteDE", "7")
    assert (read.agent_context, read.price_list_group) == ('{"shopperProfileId":"s"}', "wholesale")
    assert (read.idempotency_key, read.language, read.asset_language) == ("k", "pt_BR", "pt_BR")
    unsupported = call({"headers": {"X-CCAsset-Language": "de_AT"}})
    assert (unsupported.language, unsupported.asset_language) == ("de", None)


def test_the_body_is_read_as_the_route_says() -> None:
    event = {"httpMethod": "POST", "body": '{"grant_type":"x","n":1}', "queryStringParameters": {"grant_type": "y"}}
    assert (call(event, "login").form, call(event, "login").body) == ({"grant_type": "x"}, NOTHING)
    assert call(event).body == {"grant_type": "x", "n": 1}
    assert (call(event, "logout").form, call(event, "logout").body) == (None, NOTHING)
    assert call({"body": "a=1&b=", "queryStringParameters": {"c": "2"}}, "login").form == {"a": "1", "b": "", "c": "2"}
    for unreadable in ({"body": "{"}, {"body": "/w==", "isBase64Encoded": True}):
        assert call(unreadable, "login").form is None


def test_the_link_of_a_login_keeps_its_query_to_itself() -> None:
    event = {"path": "/ccstore/v1/login", "queryStringParameters": {"password": "secret"}}
    assert link(call(event, "login")) == "http://localhost/ccstore/v1/login"
    assert link(call(event)) == "http://localhost/ccstore/v1/login?password=secret"


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
    assert link(call(event)) == "https://gateway.example/mapped/ccstoreui/v1/profiles/current/"
    base = "http://www.example.org:81/store"
    public = call(event, public_base_url=base)
    assert link(public) == "http://www.example.org:81/store/ccstoreui/v1/profiles/current/"
    assert (public.host, envelope(event, public_base_url=base).secure) == ("www.example.org", False)
    read = envelope(event)
    assert (read.canonical_path, read.prefix, read.secure) == ("/ccstore/v1/profiles/current", "ccstoreui", True)
    assert envelope(event, mapped=False).path == event["path"]


def test_routes_by_path_and_by_operation() -> None:
    assert split_path("/ccstoreui/v1/login/") == ("ccstoreui", Api.STORE, "login")
    for unknown in ("", "/", "/ccstore", "/ccstore/v2/login", "/x/ccstore/v1/login", "/ccstoreUI/v1/login"):
        assert split_path(unknown) is None
    assert list(routes_at(Api.STORE, "login/")) == []
    assert {route.method for route in routes_beside(route_of("updateProfile"), Api.STORE)} == {"GET", "PUT"}
    assert list(routes_beside(route_of("updateProfile"), Api.ADMIN)) == []
    assert len({(route.method, route.path, api) for route in ROUTES for api in route.apis}) == sum(
        len(route.apis) for route in ROUTES
    )


@pytest.mark.parametrize(
    ("header", "organization"),
    [
        ("100002", "100002"), ('"100002"', "100002"), ('{"id":"100002"}', "100002"), ('{"any":100002}', "100002"),
        ('{"id":100002.0}', "100002"), (None, None), ("", None), ('""', None), ('" "', None), ('{"id":null}', None),
        ('{"id":""}', None), ("{bad", "{bad"), ('"bad', '"bad'), ('{"a":"1","b":"1"}', '{"a":"1","b":"1"}'),
        ("{}", "{}"), ('{"id":true}', '{"id":true}'), ('{"id":["1"]}', '{"id":["1"]}'), ("#directory", "#directory"),
    ],
)  # fmt: skip
def test_the_organization_in_every_form(header: str | None, organization: str | None) -> None:
    assert named_organization(header) == organization


@pytest.mark.parametrize("header", [" 100002 ", " "])
def test_blanks_around_the_organization(header: str) -> None:
    assert call({"headers": {"X-CCOrganization": header}}).organization == (header.strip() or None)
