"""GET and PUT of a profile's site properties (contract: companions.md §2)."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.profiles.conftest import Own
from tests.support.deployment import Answer, Product
from tests.support.rivals import rival_before_method

PATH = "/ccstore/v1/profiles/current/siteProperties"
CONSENT = "GDPRProfileP13nConsentGranted"
NOW = "2026-03-14T09:26:53.589Z"

Sites = Callable[..., Answer]


@pytest.fixture
def put(product: Product, token: str) -> Sites:
    def send(*entries: Any, headers: dict[str, str] | None = None) -> Answer:
        return product.call("PUT", PATH, {"siteProperties": list(entries)}, token=token, headers=headers)

    return send


def entry(site: Any, **properties: Any) -> dict[str, Any]:
    return {"site": {"id": site}, "properties": properties}


def values(answer: Answer) -> dict[str, Any]:
    assert answer.status == 200, answer.text
    return {item["site"]["id"]: item["properties"] for item in answer.body["items"]}


def test_every_site_is_listed(product: Product, token: str) -> None:
    answer = product.call("GET", PATH, token=token)
    assert answer.body == {
        "items": [
            {
                "site": {"id": "siteUS", "repositoryId": "siteUS"},
                "properties": {
                    "receiveEmail": "yes",
                    "receiveEmailDate": "2015-08-04T03:42:42.876Z",
                    CONSENT: False,
                    "GDPRProfileP13nConsentDate": None,
                },
            },
            {
                "site": {"id": "siteDE", "repositoryId": "siteDE"},
                "properties": {
                    "receiveEmail": "no",
                    "receiveEmailDate": None,
                    CONSENT: False,
                    "GDPRProfileP13nConsentDate": None,
                },
            },
        ],
        "total": 2,
        "totalResults": 2,
        "offset": 0,
        "limit": 250,
        "count": 2,
        "sort": None,
        "links": [{"rel": "self", "href": f"https://shop.example.com{PATH}"}],
    }
    assert answer.headers["etag"]
    assert [
        item["site"]["id"] for item in product.call("GET", PATH + "?limit=1&offset=1", token=token).body["items"]
    ] == ["siteDE"]


def test_several_sites_at_once(own: Own, put: Sites) -> None:
    before = own.shown(**{"x-ccsite": "siteUS"})
    answer = put(
        entry("siteUS", **{CONSENT: True}), entry("siteDE", receiveEmail="yes", whatever=1, receiveEmailDate="x")
    )
    assert values(answer) == {
        "siteUS": {
            "receiveEmail": "yes",
            "receiveEmailDate": "2015-08-04T03:42:42.876Z",
            CONSENT: True,
            "GDPRProfileP13nConsentDate": NOW,
        },
        "siteDE": {
            "receiveEmail": "yes",
            "receiveEmailDate": NOW,
            CONSENT: False,
            "GDPRProfileP13nConsentDate": None,
        },
    }
    # The same values that the profile shows.
    assert own.shown(**{"x-ccsite": "siteUS"}) == before | {CONSENT: True, "GDPRProfileP13nConsentDate": NOW}
    assert own.shown(**{"x-ccsite": "siteDE"})["receiveEmail"] == "yes"


def test_the_forms_of_an_entry(product: Product, token: str, put: Sites) -> None:
    answer = put({"site": {"repositoryId": "siteDE"}, "properties": {"receiveEmail": "yes"}})
    assert values(answer)["siteDE"]["receiveEmail"] == "yes"
    assert values(put({"site": "siteDE", "properties": {"receiveEmail": "no"}}))["siteDE"]["receiveEmail"] == "no"
    one = {"siteProperties": entry("siteDE", receiveEmail="yes")}
    assert values(product.call("PUT", PATH, one, token=token))["siteDE"]["receiveEmail"] == "yes"
    assert values(put({"properties": {"receiveEmail": "no"}}))["siteUS"]["receiveEmail"] == "no"
    here = put({"site": None, "properties": {"receiveEmail": None}}, headers={"x-ccsite": "siteDE"})
    assert values(here)["siteDE"]["receiveEmail"] == "no"


def test_what_was_sent_back_changes_nothing(product: Product, token: str) -> None:
    read = product.call("GET", PATH, token=token)
    before = product.stored("PROFILES_TABLE")
    answer = product.call("PUT", PATH, {"siteProperties": read.body["items"]}, token=token)
    assert (answer.body, answer.headers["etag"]) == (read.body, read.headers["etag"])
    assert answer.status == 200
    nothings: list[Any] = [[], [{}], [entry("siteUS")], [{"site": {"id": "siteUS"}}], [{"properties": None}]]
    for nothing in nothings:
        assert product.call("PUT", PATH, {"siteProperties": nothing}, token=token).status == 200
    assert product.stored("PROFILES_TABLE") == before


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "siteProperties"),
        ({"siteProperties": None}, "siteProperties"),
        ({"siteProperties": "siteUS"}, "siteProperties"),
        ({"siteProperties": [7]}, "siteProperties[0]"),
        ({"siteProperties": [{}, {"site": True}]}, "siteProperties[1].site"),
        ({"siteProperties": [{"site": {}}]}, "siteProperties[0].site"),
        ({"siteProperties": [{"site": ""}]}, "siteProperties[0].site"),
        ({"siteProperties": [{"site": "siteUS", "properties": []}]}, "siteProperties[0].properties"),
        ({"siteProperties": [entry("siteUS", receiveEmail="maybe")]}, "siteProperties[0].properties.receiveEmail"),
        ({"siteProperties": [entry("siteUS", **{CONSENT: "true"})]}, f"siteProperties[0].properties.{CONSENT}"),
    ],
)
def test_what_is_refused(product: Product, token: str, body: Any, path: str) -> None:
    before = product.stored("PROFILES_TABLE")
    answer = product.call("PUT", PATH, body, token=token)
    assert (answer.status, answer.code) == (400, "22026")
    assert [(error["errorCode"], error["o:errorPath"]) for error in answer.body["errors"]] == [("22026", path)]
    assert product.stored("PROFILES_TABLE") == before


def test_all_that_is_wrong_is_told_and_nothing_stored(own: Own, put: Sites) -> None:
    answer = put(entry("siteUS", receiveEmail="no"), entry("siteDE", receiveEmail=7, **{CONSENT: 1}))
    assert [(error["errorCode"], error["o:errorPath"]) for error in answer.body["errors"]] == [
        ("22024", "siteProperties[1].properties.receiveEmail"),
        ("22026", f"siteProperties[1].properties.{CONSENT}"),
    ]
    assert own.shown()["receiveEmail"] == "yes"


def test_the_order_of_checks(product: Product, token: str, put: Sites, issue: Callable[..., str]) -> None:
    wrong = {"x-ccsite": "nowhere"}
    assert product.call("PUT", PATH, "{", headers=wrong).code == "00001000"
    assert product.call("PUT", PATH, "{", token=token, headers=wrong).code == "30014"
    assert product.call("PUT", PATH, "{", token=issue(None)).code == "22000"
    assert product.call("PUT", PATH, "{", token=issue("gone")).code == "22002"
    stale = {"If-Match": product.call("GET", PATH, token=token).headers["etag"]}
    put(entry("siteDE", receiveEmail="yes"))
    assert product.call("PUT", PATH, "{", token=token, headers=stale).code == "00000400"
    assert put(7, headers=stale).code == "00000412"
    assert put(entry("nowhere", receiveEmail="x"), 7).code == "22026"
    assert put(entry("siteUS", receiveEmail="x"), entry("nowhere")).code == "30014"


def test_the_tag_is_the_profile_s_under_this_uri(product: Product, own: Own, put: Sites) -> None:
    tag = product.call("GET", PATH, token=own.token).headers["etag"]
    assert tag != own.get().headers["etag"]
    own.put({"firstName": "Pat"})
    assert put(entry("siteDE", receiveEmail="yes"), headers={"If-Match": tag}).code == "00000412"
    answer = put(entry("siteDE", receiveEmail="yes"))
    assert answer.headers["etag"] == product.call("GET", PATH, token=own.token).headers["etag"]


def test_a_rival_s_update_survives(product: Product, own: Own, put: Sites) -> None:
    rival = Own(Product(product.environment, product.clock), own.token)
    store = product.app("update_site_properties").parts.store
    with rival_before_method(store, "write", lambda: rival.put({"firstName": "Pat", CONSENT: True})):
        answer = put(entry("siteUS", receiveEmail="no"))
    assert (values(answer)["siteUS"]["receiveEmail"], values(answer)["siteUS"][CONSENT]) == ("no", True)
    assert own.shown()["firstName"] == "Pat"
