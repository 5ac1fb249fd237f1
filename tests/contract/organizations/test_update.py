"""PUT …/organizationAddresses/{id} (contract: organization-addresses.md §1, §2, §6, §7).

What each member takes and refuses: tests/unit/organizations/test_addresses.py
"""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from tests.contract.organizations.conftest import OTHER_OWN, OWN, Desk

EXAMPLES = Path(__file__).parents[3] / "docs" / "contract" / "examples"
REQUEST = json.loads((EXAMPLES / "update-organization-address.request.json").read_text(encoding="utf-8"))
RESPONSE = json.loads((EXAMPLES / "update-organization-address.response.json").read_text(encoding="utf-8"))

TEXTS = [
    "address2", "address3", "county", "firstName", "middleName", "lastName", "prefix", "suffix", "jobTitle",
    "faxNumber", "email", "externalAddressId",
]  # fmt: skip


def change(**members: Any) -> dict[str, Any]:
    return {"address": members}


def test_the_example(agent: Desk) -> None:
    answer = agent.put(REQUEST)
    assert answer.status == 200
    shown = answer.body["address"]
    sent = {name: value for name, value in REQUEST["address"].items() if not name.startswith("isDefault")}
    assert sent.items() <= shown.items()
    assert shown["repositoryId"] == OWN == RESPONSE["address"]["repositoryId"]
    assert RESPONSE["address"].keys() <= shown.keys()
    assert not any(name.startswith("isDefault") for name in shown)
    assert answer.body["addressType"] == REQUEST["addressType"]
    assert answer.body["links"] == [
        {"rel": "self", "href": "https://shop.example.com/ccagent/v1/organizationAddresses/280004"}
    ]
    assert set(answer.body) == {"address", "addressType", "links"}


def test_members_that_are_not_sent_stay(agent: Desk) -> None:
    before = agent.get().body
    answer = agent.put(change(city="Selma"))
    assert answer.body["address"] == before["address"] | {"city": "Selma"}
    assert answer.body["addressType"] == before["addressType"]
    assert agent.get().body == answer.body


def test_every_member_is_stored(agent: Desk) -> None:
    sent: dict[str, Any] = {
        **dict.fromkeys(TEXTS, " Ünïcode 🚚 "), "address1": "x" * 254, "city": "Vaduz", "companyName": "C",
        "postalCode": " ? ", "phoneNumber": "+423 555", "country": "li", "state": "Oberland",
        "deliveryNote": "Ring twice", "dockCount": 0.25, "hasForklift": False, "openedOn": "2026-02-03",
    }  # fmt: skip
    answer = agent.put({"address": {**sent, "types": ["billing", {"id": "SHIPPING"}]}, "addressType": "  Same  "})
    shown = agent.get().body
    assert shown == answer.body
    stored = sent | {"country": "LI", "openedOn": "2026-02-03T00:00:00.000Z"}
    assert {name: shown["address"][name] for name in sent} == stored
    assert [kind["id"] for kind in shown["address"]["types"]] == ["Billing", "Shipping"]
    assert shown["addressType"] == "  Same  "
    optional = [*TEXTS, "state", "deliveryNote", "dockCount", "hasForklift", "openedOn", "types"]
    cleared = agent.put(change(**dict.fromkeys(optional))).body["address"]
    assert {name: cleared[name] for name in optional} == dict.fromkeys(optional) | {"types": []}


@pytest.mark.parametrize(
    "body",
    [
        "",
        " ",
        "{",
        "null",
        "[]",
        '"x"',
        "1",
        {},
        {"address": None},
        {"address": {}},
        {"other": 1},
        '{"addressType":NaN}',
    ],
)
def test_an_unusable_body_or_nothing_to_change(agent: Desk, body: Any) -> None:
    answer = agent.put(body)
    assert (answer.status, answer.code) == (400, "100188")
    assert "moreInfo" not in answer.body


def test_unknown_members_count_as_something_and_change_nothing(agent: Desk) -> None:
    before = agent.get()
    leftovers = {
        "regionName": "Alabama", "country_name": {}, "repositoryId": "999", "isInherited": True, "id": 7,
        "undeclared": [1], "alias": None,
    }  # fmt: skip
    answer = agent.put({"address": leftovers, "links": []})
    assert answer.status == 200
    assert answer.body == before.body
    assert answer.headers["etag"] == before.headers["etag"]


def test_types_are_named_in_the_language_asked_for(agent: Desk) -> None:
    def names(language: str) -> list[str]:
        desk = agent.sending({"X-CCAsset-Language": language})
        return [kind["displayName"] for kind in desk.get(OTHER_OWN).body["address"]["types"]]

    assert names("de") == names("de-AT") == ["Lieferung", "Rechnung"]
    assert names("pt-br") == ["Entrega", "Cobrança"]
    assert names("fr_CA") == ["Livraison", "Facturation"]
    assert names("xx") == names("en_GB") == ["Shipping", "Billing"]


def test_the_tag_is_of_the_address_and_its_nickname(agent: Desk) -> None:
    def tag(body: Any) -> str:
        return str(agent.put(body).headers["etag"])

    first = agent.get().headers["etag"]
    assert tag(change(isDefaultBillingAddress=True)) == first
    assert tag(change(isDefaultBillingAddress=False)) == first
    second = tag({"addressType": "New"})
    assert second != first
    assert tag({"addressType": "New"}) == second
    assert tag(change(city="Selma")) not in (first, second)
    read = json.loads(base64.b64decode(second.strip('"')))
    assert (read["version"], read["uri"], read["user"]) == (2, f"/ccagent/v1/organizationAddresses/{OWN}", "agent")


def test_a_stale_tag(agent: Desk) -> None:
    stale = agent.get().headers["etag"]
    current = agent.put({"addressType": "Second"}).headers["etag"]
    answer = agent.put({"addressType": "Third"}, headers={"If-Match": stale})
    assert (answer.status, answer.code) == (412, "00000412")
    assert agent.get().body["addressType"] == "Second"
    for header in (current, f"W/{current}", f'"x", {current}', current.strip('"'), f"{stale}, {current}"):
        assert agent.put({"addressType": "Second"}, headers={"If-Match": header}).status == 200
    for header in ("*", '"x"', agent.get(OTHER_OWN).headers["etag"]):
        assert agent.put({"addressType": "Second"}, headers={"If-Match": header}).status == 200


def test_the_tag_names_nobody_else_at_the_store(agent: Desk, administrator: Desk) -> None:
    def user(desk: Desk) -> str:
        return str(json.loads(base64.b64decode(desk.get().headers["etag"].strip('"')))["user"])

    agent.put({"addressType": "By the agent"})
    assert (user(agent), user(administrator)) == ("agent", "")
    administrator.put({"addressType": "By the administrator"})
    assert (user(agent), user(administrator)) == ("account-administrator", "account-administrator")


def test_fields_and_exclude(agent: Desk) -> None:
    desk = Desk(agent.product, agent.token, headers=agent.headers)
    answer = desk.call("PUT", f"{OWN}?fields=address.city,addressType&exclude=addressType", change(city="Selma"))
    assert answer.body == {"address": {"city": "Selma"}}


def test_the_alias_and_a_trailing_slash(agent: Desk) -> None:
    answer = agent.product.call(
        "PUT",
        f"/ccagentui/v1/organizationAddresses/{OWN}/",
        change(city="Selma"),
        token=agent.token,
        headers=agent.headers,
    )
    assert answer.status == 200
    assert answer.body["links"][0]["href"].endswith(f"/ccagentui/v1/organizationAddresses/{OWN}/")
