"""PUT …/organizationAddresses/{id} (contract: organization-addresses.md §1, §2, §6, §7)."""

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
MANDATORY = ["address1", "city", "companyName", "phoneNumber", "postalCode", "country"]


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


def test_every_member_is_shown_unset_ones_as_null(agent: Desk) -> None:
    shown = agent.get().body["address"]
    assert set(shown) == {
        *TEXTS, *MANDATORY, "state", "types", "repositoryId", "isInherited",
        "deliveryNote", "dockCount", "hasForklift", "openedOn",
    }  # fmt: skip
    assert {shown[name] for name in TEXTS if name != "address2"} == {None}
    assert shown["types"] == []
    assert shown["isInherited"] is False


@pytest.mark.parametrize("name", TEXTS)
def test_optional_texts_keep_blank_and_are_cleared_by_null(agent: Desk, name: str) -> None:
    for value in ("x" * 254, " Ünïcode 🚚 ", "", None):
        answer = agent.put(change(**{name: value}))
        assert answer.status == 200, answer.text
        assert answer.body["address"][name] == value


@pytest.mark.parametrize("name", [*TEXTS, *MANDATORY, "state"])
def test_a_text_of_the_wrong_type_or_too_long(agent: Desk, name: str) -> None:
    values: list[Any] = ["x" * 255, 1, True, [], {"id": "x"}]
    for value in values:
        answer = agent.put(change(**{name: value}))
        assert (answer.status, answer.code) == (400, "100000")
        assert answer.body["moreInfo"] == name
        assert answer.body["o:errorPath"] == f"address.{name}"


@pytest.mark.parametrize("name", MANDATORY)
@pytest.mark.parametrize("value", [None, ""])
def test_a_mandatory_member_sent_empty(agent: Desk, name: str, value: Any) -> None:
    answer = agent.put(change(**{name: value}))
    assert (answer.status, answer.code, answer.body["moreInfo"]) == (400, "100188", name)


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


@pytest.mark.parametrize("address", [[], "x", 1, True, ["x"]])
def test_an_address_that_is_no_object(agent: Desk, address: Any) -> None:
    for body in ({"address": address}, {"address": address, "addressType": "N"}):
        answer = agent.put(body)
        assert (answer.status, answer.code, answer.body["moreInfo"]) == (400, "100000", "address")


def test_an_absent_address_beside_a_nickname(agent: Desk) -> None:
    assert agent.put({"addressType": "A"}).body["addressType"] == "A"
    assert agent.put({"addressType": "B", "address": None}).body["addressType"] == "B"
    assert agent.put({"addressType": "C", "address": {}}).body["addressType"] == "C"


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


@pytest.mark.parametrize(("value", "code"), [(None, "100188"), ("", "100188"), (5, "100000"), ("n" * 255, "100000")])
def test_nicknames_that_are_refused(agent: Desk, value: Any, code: str) -> None:
    answer = agent.put({"addressType": value})
    assert (answer.status, answer.code, answer.body["moreInfo"]) == (400, code, "addressType")


def test_nicknames_are_stored_as_sent_and_need_not_differ(agent: Desk) -> None:
    assert agent.put({"addressType": "n" * 254}).status == 200
    for address in (OWN, OTHER_OWN):
        assert agent.put({"addressType": "  Same  "}, address).body["addressType"] == "  Same  "
    assert [each["addressType"] for each in agent.list()["secondaryAddresses"]][:2] == ["  Same  "] * 2


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (["Shipping"], ["Shipping"]),
        ([{"id": "billing", "displayName": "x"}, "SHIPPING"], ["Billing", "Shipping"]),
        (["Shipping", {"id": "shipping"}], ["Shipping"]),
        ([], []),
        (None, []),
    ],
)
def test_types(agent: Desk, sent: Any, shown: list[str]) -> None:
    agent.put(change(types=["Billing"]))
    types = agent.put(change(types=sent)).body["address"]["types"]
    assert types == [{"id": each, "repositoryId": each, "displayName": each} for each in shown]


@pytest.mark.parametrize(
    ("types", "code", "detail"),
    [
        (["Home"], "180118", "Home"),
        (["Shipping", {"id": 7}], "180118", "7"),
        ([""], "180118", ""),
        ("Shipping", "100000", "types"),
        ({"id": "Shipping"}, "100000", "types"),
        ([None], "100000", "types"),
        ([{}], "100000", "types"),
        ([["Shipping"]], "100000", "types"),
        ([True], "100000", "types"),
    ],
)
def test_types_that_are_refused(agent: Desk, types: Any, code: str, detail: str) -> None:
    answer = agent.put(change(types=types))
    assert (answer.status, answer.code) == (400, code)
    assert answer.body["moreInfo"] == detail


def test_types_are_named_in_the_language_asked_for(agent: Desk) -> None:
    def names(language: str) -> list[str]:
        desk = agent.sending({"X-CCAsset-Language": language})
        return [each["displayName"] for each in desk.get(OTHER_OWN).body["address"]["types"]]

    assert names("de") == names("de-AT") == ["Lieferung", "Rechnung"]
    assert names("pt-br") == ["Entrega", "Cobrança"]
    assert names("fr_CA") == ["Livraison", "Facturation"]
    assert names("xx") == names("en_GB") == ["Shipping", "Billing"]


@pytest.mark.parametrize("value", ["true", "false", None, 1, 0, [], {}])
@pytest.mark.parametrize(
    ("flag", "code"), [("isDefaultBillingAddress", "100053"), ("isDefaultShippingAddress", "100054")]
)
def test_flags_are_booleans(agent: Desk, flag: str, code: str, value: Any) -> None:
    answer = agent.put(change(**{flag: value}))
    assert (answer.status, answer.code) == (400, code)


def test_country(agent: Desk) -> None:
    assert agent.put(change(country="ca", state="on")).body["address"]["country"] == "CA"
    assert agent.get().body["address"]["state"] == "ON"
    for unknown in ("ZZ", "USA", "United States", "u", " US", "ıt"):
        answer = agent.put(change(country=unknown))
        assert (answer.status, answer.code, answer.body["moreInfo"]) == (400, "80018", unknown)


@pytest.mark.parametrize("state", ["XX", "US-AL", "Alabama", "", None, " AL", "ON"])
def test_a_state_that_is_none_of_the_country_s(agent: Desk, state: str | None) -> None:
    answer = agent.put(change(state=state))
    assert (answer.status, answer.code) == (400, "100067")
    assert answer.body.get("moreInfo") == state


def test_armed_forces_are_states(agent: Desk) -> None:
    assert [agent.put(change(state=each)).body["address"]["state"] for each in ("ae", "AA", "AP")] == ["AE", "AA", "AP"]


def test_a_country_without_regions_takes_any_state(agent: Desk) -> None:
    for state in ("", None, "Oberland", "al"):
        answer = agent.put(change(country="LI", state=state))
        assert answer.status == 200
        assert answer.body["address"]["state"] == state


def test_the_merged_address_is_what_is_checked(agent: Desk) -> None:
    assert agent.put(change(country="CA")).code == "100067"
    assert agent.put(change(state="ON")).code == "100067"
    assert agent.put(change(country="CA", state="ON")).status == 200
    assert agent.put(change(country="LI")).body["address"]["state"] == "ON"


@pytest.mark.parametrize("phone", ["1", "+1 (416) 555-0105", "973-974-1234", "0" * 25])
def test_phones(agent: Desk, phone: str) -> None:
    assert agent.put(change(phoneNumber=phone)).body["address"]["phoneNumber"] == phone


@pytest.mark.parametrize("phone", ["abc", "0" * 26, "--", "1.2", "١٢٣", " "])
def test_phones_that_are_refused(agent: Desk, phone: str) -> None:
    answer = agent.put(change(phoneNumber=phone))
    assert (answer.status, answer.code) == (400, "23005")


def test_a_postal_code_is_any_text(agent: Desk) -> None:
    assert agent.put(change(postalCode=" ? ")).body["address"]["postalCode"] == " ? "


@pytest.mark.parametrize(
    ("name", "sent", "shown"),
    [
        ("deliveryNote", "Ring twice", "Ring twice"),
        ("deliveryNote", "", ""),
        ("dockCount", 4, 4),
        ("dockCount", 0.25, 0.25),
        ("dockCount", 0, 0),
        ("hasForklift", False, False),
        ("openedOn", "2026-02-03", "2026-02-03T00:00:00.000Z"),
    ],
)
def test_declared_properties(agent: Desk, name: str, sent: Any, shown: Any) -> None:
    assert agent.put(change(**{name: sent})).body["address"][name] == shown
    assert agent.get().body["address"][name] == shown
    assert agent.put(change(**{name: None})).body["address"][name] is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("deliveryNote", 1), ("deliveryNote", "x" * 255), ("dockCount", "4"), ("dockCount", True),
        ("hasForklift", "true"), ("openedOn", "yesterday"), ("openedOn", 20260203), ("openedOn", {}),
    ],
)  # fmt: skip
def test_declared_properties_of_the_wrong_type(agent: Desk, name: str, value: Any) -> None:
    answer = agent.put(change(**{name: value}))
    assert (answer.status, answer.code, answer.body["moreInfo"]) == (400, "100000", name)


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
