"""GET, POST and DELETE of organization addresses (contract: organization-addresses.md §8)."""

import json
from typing import Any

import pytest

from commerce.delivery import answer_bytes
from tests.contract.organizations.conftest import COMPLETE, INHERITED, OTHER_OWN, OWN, Desk

NEW = {"address": COMPLETE, "addressType": "New"}
BASE = "https://shop.example.com"


def ids(listing: Any) -> list[str]:
    return [entry["address"]["repositoryId"] for entry in listing["secondaryAddresses"]]


def test_the_collection(agent: Desk) -> None:
    listing = agent.list()
    assert set(listing) == {
        "id", "repositoryId", "name", "description", "active", "externalOrganizationId", "billingAddress",
        "shippingAddress", "secondaryAddresses", "derivedBillingAddress", "derivedShippingAddress", "links",
    }  # fmt: skip
    assert (listing["id"], listing["repositoryId"], listing["active"]) == ("100002", "100002", True)
    assert (listing["name"], listing["description"]) == ("National Discount Auto Parts", None)
    assert listing["externalOrganizationId"] == "NDAP-01"
    assert listing["billingAddress"] is None
    assert ids(listing) == [OWN, OTHER_OWN, INHERITED, "280002"]
    assert [entry["address"]["isInherited"] for entry in listing["secondaryAddresses"]] == [False, False, True, True]
    assert listing["links"] == [{"rel": "self", "href": f"{BASE}/ccagent/v1/organizationAddresses"}]


def test_every_address_of_the_collection_can_be_read(agent: Desk, buyer: Desk) -> None:
    for desk in (agent, buyer):
        for entry in desk.list()["secondaryAddresses"]:
            answer = desk.get(entry["address"]["repositoryId"])
            assert answer.status == 200
            assert {"address": answer.body["address"], "addressType": answer.body["addressType"]} == entry
            assert answer.headers["etag"]


def test_create(agent: Desk) -> None:
    answer = agent.post(NEW)
    assert answer.status == 200
    shown = answer.body["address"]
    assert COMPLETE.items() <= shown.items()
    assert shown["isInherited"] is False
    assert answer.body["addressType"] == "New"
    assert answer.body["links"] == [{"rel": "self", "href": f"{BASE}/ccagent/v1/organizationAddresses"}]
    assert "etag" not in answer.headers
    listing = agent.list()
    assert ids(listing) == [OWN, OTHER_OWN, shown["repositoryId"], INHERITED, "280002"]
    assert listing["billingAddress"] is None
    assert agent.get(shown["repositoryId"]).body["address"] == shown


def test_create_with_defaults_and_without_state(agent: Desk) -> None:
    members = {**COMPLETE, "country": "li", "types": ["billing"], "dockCount": 2, "isDefaultBillingAddress": True}
    del members["state"]
    shown = agent.post({"address": members, "addressType": "New"}).body["address"]
    assert (shown["country"], shown["state"], shown["dockCount"]) == ("LI", None, 2)
    assert shown["types"] == [{"id": "Billing", "repositoryId": "Billing", "displayName": "Billing"}]
    listing = agent.list()
    assert listing["billingAddress"] == shown
    assert listing["shippingAddress"]["repositoryId"] == OTHER_OWN


def test_create_needs_every_mandatory_member(agent: Desk) -> None:
    answer = agent.post({"address": {**COMPLETE, "city": None}, "addressType": "New"})
    assert (answer.status, answer.code, answer.body["moreInfo"]) == (400, "100188", "city")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"city": 1}, "100000"), ({"isDefaultBillingAddress": "true"}, "100053"),
        ({"isDefaultShippingAddress": 0}, "100054"),
        ({"country": "ZZ"}, "80018"), ({"state": "XX"}, "100067"), ({"state": None}, "100067"),
        ({"phoneNumber": "abc"}, "23005"), ({"types": ["Home"]}, "180118"),
    ],
)  # fmt: skip
def test_create_checks_as_an_update_does(agent: Desk, change: dict[str, Any], code: str) -> None:
    before = agent.list()
    answer = agent.post({"address": COMPLETE | change, "addressType": "New"})
    assert (answer.status, answer.code) == (400, code)
    assert agent.list() == before


@pytest.mark.parametrize("body", ["", "[]", "null", {}, {"address": {}}, {"address": None}])
def test_create_without_a_usable_body(agent: Desk, body: Any) -> None:
    assert agent.post(body).code == "100188"


def test_delete(agent: Desk) -> None:
    answer = agent.delete(OTHER_OWN)
    assert answer.status == 200
    href = f"{BASE}/ccagent/v1/organizationAddresses/{OTHER_OWN}"
    assert answer.body["links"] == [{"rel": "self", "href": href}]
    listing = agent.list()
    assert {**answer.body, "links": None} == {**listing, "links": None}
    assert ids(listing) == [OWN, INHERITED, "280002"]
    assert listing["shippingAddress"] is None
    assert listing["derivedShippingAddress"]["repositoryId"] == "280002"
    for again in (agent.delete(OTHER_OWN), agent.get(OTHER_OWN), agent.put({"addressType": "x"}, OTHER_OWN)):
        assert (again.status, again.code, again.body["moreInfo"]) == (400, "100185", OTHER_OWN)


def test_delete_leaves_other_defaults(agent: Desk) -> None:
    agent.put({"address": {"isDefaultBillingAddress": True}}, INHERITED)
    agent.delete(OWN)
    listing = agent.list()
    assert listing["billingAddress"]["repositoryId"] == INHERITED
    assert listing["shippingAddress"]["repositoryId"] == OTHER_OWN


def test_inherited_addresses_are_not_deleted(agent: Desk) -> None:
    before = agent.list()
    answer = agent.delete(INHERITED)
    assert (answer.status, answer.code, answer.body["moreInfo"]) == (400, "100185", INHERITED)
    assert agent.list() == before


def test_delete_heeds_a_stale_tag(agent: Desk) -> None:
    stale = agent.get().headers["etag"]
    current = agent.put({"addressType": "Second"}).headers["etag"]
    answer = agent.delete(OWN, headers={"If-Match": stale})
    assert (answer.status, answer.code) == (412, "00000412")
    assert agent.delete(INHERITED, headers={"If-Match": stale}).code == "100185"
    assert agent.delete(OWN, headers={"If-Match": current}).status == 200


def test_the_store_s_calls_are_the_agent_s(agent: Desk, administrator: Desk) -> None:
    assert administrator.list()["secondaryAddresses"] == agent.list()["secondaryAddresses"]
    created = administrator.post(NEW).body["address"]
    assert administrator.put({"addressType": "Mine"}, created["repositoryId"]).status == 200
    assert agent.get(created["repositoryId"]).body["addressType"] == "Mine"
    assert ids(administrator.delete(created["repositoryId"]).body) == [OWN, OTHER_OWN, INHERITED, "280002"]


def test_the_numbers_of_addresses_go_on_after_deletions(agent: Desk) -> None:
    first = agent.post(NEW).body["address"]["repositoryId"]
    second = agent.post(NEW).body["address"]["repositoryId"]
    agent.delete(first)
    third = agent.post(NEW).body["address"]["repositoryId"]
    assert ids(agent.list())[:4] == [OWN, OTHER_OWN, second, third]


def test_the_registry_tells_of_the_calls(agent: Desk) -> None:
    rows = agent.product.call("GET", "/ccagent/v1/registry").body["endpointMap"]
    assert (rows["updateAddress"]["method"], rows["updateAddress"]["url"]) == (
        "PUT",
        "/ccagent/v1/organizationAddresses/{}",
    )
    assert rows["updateAddress"]["localeHint"] == "assetLanguageOptional"
    assert rows["updateAddress"]["authRequired"] is True
    store = agent.product.call("GET", "/ccstore/v1/registry").body["endpointMap"]
    calls = {name for name in rows if "ddress" in name}
    assert calls == {"getAddresses", "addAddress", "getAddress", "updateAddress", "deleteAddress", "listAddresses"}
    assert calls <= store.keys()
    assert all(store[name]["authRequired"] for name in calls)


def test_a_body_of_a_read_is_ignored(agent: Desk) -> None:
    assert agent.call("GET", OWN, "{bad").status == 200
    assert agent.call("DELETE", OWN, json.dumps({"address": 1})).status == 200


def test_a_collection_that_one_answer_cannot_hold_mentions_its_addresses(
    agent: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = agent.call("GET")
    monkeypatch.setattr("commerce.delivery.MAX_ANSWER_BYTES", answer_bytes(whole.text) - 1)
    brief = agent.list()
    assert brief["secondaryAddresses"] == [
        {"address": {"repositoryId": entry["address"]["repositoryId"]}, "addressType": entry["addressType"]}
        for entry in whole.body["secondaryAddresses"]
    ]
    assert {**brief, "secondaryAddresses": None} == {**whole.body, "secondaryAddresses": None}
