"""What an update and a creation make of an address, and what they refuse (organization-addresses.md §1, §2, §6)."""

from decimal import Decimal
from typing import Any

import pytest

from tests.support.organizations import INHERITED, NEW, OTHER_OWN, OWN, Account

TEXTS = [
    "address2", "address3", "county", "firstName", "middleName", "lastName", "prefix", "suffix", "jobTitle",
    "faxNumber", "email", "externalAddressId",
]  # fmt: skip
MANDATORY = ["address1", "city", "companyName", "phoneNumber", "postalCode", "country"]
COMPLETE = {
    "companyName": "Example",
    "address1": "1 Example Way",
    "city": "Mobile",
    "state": "AL",
    "postalCode": "36601",
    "country": "US",
    "phoneNumber": "251-555-0101",
}


def change(**members: Any) -> dict[str, Any]:
    return {"address": members}


# --- members


def test_members_that_are_not_sent_stay(account: Account) -> None:
    before = account.shown()
    assert account.put(change(city="Selma")) == before | {"address": before["address"] | {"city": "Selma"}}


def test_every_member_is_shown_unset_ones_as_null(account: Account) -> None:
    shown = account.shown()["address"]
    assert set(shown) == {
        *TEXTS, *MANDATORY, "state", "types", "repositoryId", "isInherited",
        "deliveryNote", "dockCount", "hasForklift", "openedOn",
    }  # fmt: skip
    assert {shown[name] for name in TEXTS if name != "address2"} == {None}
    assert shown["types"] == []
    assert shown["isInherited"] is False


@pytest.mark.parametrize("name", TEXTS)
def test_optional_texts_keep_blank_and_are_cleared_by_null(account: Account, name: str) -> None:
    for value in ("x" * 254, " Ünïcode 🚚 ", "", None):
        assert account.put(change(**{name: value}))["address"][name] == value


@pytest.mark.parametrize("name", [*TEXTS, *MANDATORY, "state"])
def test_a_text_of_the_wrong_type_or_too_long(account: Account, name: str) -> None:
    values: list[Any] = ["x" * 255, 1, True, [], {"id": "x"}]
    for value in values:
        assert account.refused(change(**{name: value})) == ("100000", f"address.{name}", name)


@pytest.mark.parametrize("name", MANDATORY)
@pytest.mark.parametrize("value", [None, ""])
def test_a_mandatory_member_sent_empty(account: Account, name: str, value: Any) -> None:
    assert account.refused(change(**{name: value})) == ("100188", f"address.{name}", name)


@pytest.mark.parametrize("body", [{}, {"address": None}, {"address": {}}, {"other": 1}])
def test_nothing_to_change(account: Account, body: Any) -> None:
    assert account.refused(body) == account.refused(body, None) == ("100188", None, None)


@pytest.mark.parametrize("address", [[], "x", 1, True, ["x"]])
def test_an_address_that_is_no_object(account: Account, address: Any) -> None:
    for body in ({"address": address}, {"address": address, "addressType": "N"}):
        assert account.refused(body) == ("100000", "address", "address")


def test_an_absent_address_beside_a_nickname(account: Account) -> None:
    assert account.put({"addressType": "A"})["addressType"] == "A"
    assert account.put({"addressType": "B", "address": None})["addressType"] == "B"
    assert account.put({"addressType": "C", "address": {}})["addressType"] == "C"


def test_unknown_members_count_as_something_and_change_nothing(account: Account) -> None:
    leftovers = {
        "regionName": "Alabama", "country_name": {}, "repositoryId": "999", "isInherited": True, "id": 7,
        "undeclared": [1], "alias": None,
    }  # fmt: skip
    assert account.unchanged_by({"address": leftovers, "links": []})


@pytest.mark.parametrize(("value", "code"), [(None, "100188"), ("", "100188"), (5, "100000"), ("n" * 255, "100000")])
def test_nicknames_that_are_refused(account: Account, value: Any, code: str) -> None:
    assert account.refused({"addressType": value}) == (code, "addressType", "addressType")


def test_nicknames_are_stored_as_sent_and_need_not_differ(account: Account) -> None:
    assert account.put({"addressType": "n" * 254})["addressType"] == "n" * 254
    for address in (OWN, OTHER_OWN):
        assert account.put({"addressType": "  Same  "}, address)["addressType"] == "  Same  "
    assert [entry["addressType"] for entry in account.collection()["secondaryAddresses"]][:2] == ["  Same  "] * 2


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
def test_types(account: Account, sent: Any, shown: list[str]) -> None:
    account.put(change(types=["Billing"]))
    types = account.put(change(types=sent))["address"]["types"]
    assert types == [{"id": kind, "repositoryId": kind, "displayName": kind} for kind in shown]


def test_types_in_another_order_are_no_change(account: Account) -> None:
    account.put(change(types=["Shipping", "Billing"]))
    assert account.unchanged_by(change(types=["billing", {"id": "Shipping"}]))
    assert not account.unchanged_by(change(types=["Billing"]))


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
def test_types_that_are_refused(account: Account, types: Any, code: str, detail: str) -> None:
    assert account.refused(change(types=types)) == (code, "address.types", detail)


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("de", ["Lieferung", "Rechnung"]),
        ("pt_BR", ["Entrega", "Cobrança"]),
        ("fr_CA", ["Livraison", "Facturation"]),
        ("en_GB", ["Shipping", "Billing"]),
        ("tlh", ["Shipping", "Billing"]),
    ],
)
def test_types_are_named_in_the_language_asked_for(account: Account, language: str, names: list[str]) -> None:
    assert [kind["displayName"] for kind in account.shown(OTHER_OWN, language)["address"]["types"]] == names


@pytest.mark.parametrize("value", ["true", "false", None, 1, 0, [], {}])
@pytest.mark.parametrize(
    ("flag", "code"), [("isDefaultBillingAddress", "100053"), ("isDefaultShippingAddress", "100054")]
)
def test_flags_are_booleans(account: Account, flag: str, code: str, value: Any) -> None:
    assert account.refused(change(**{flag: value})) == (code, f"address.{flag}", None)


def test_country(account: Account) -> None:
    shown = account.put(change(country="ca", state="on"))["address"]
    assert (shown["country"], shown["state"]) == ("CA", "ON")
    assert account.put(change(country=" us\t", state=" AL "))["address"]["state"] == "AL"
    for unknown in ("ZZ", "USA", "United States", "u", "U S", "ıt"):
        assert account.refused(change(country=unknown)) == ("80018", "address.country", unknown)


@pytest.mark.parametrize("state", ["XX", "US-AL", "Alabama", "", None, "A L", "ON"])
def test_a_state_that_is_none_of_the_country_s(account: Account, state: str | None) -> None:
    assert account.refused(change(state=state)) == ("100067", "address.state", state)


def test_armed_forces_are_states(account: Account) -> None:
    assert [account.put(change(state=state))["address"]["state"] for state in ("ae", "AA", "AP")] == ["AE", "AA", "AP"]


def test_a_country_without_regions_takes_any_state(account: Account) -> None:
    for state in ("", None, "Oberland", "al"):
        assert account.put(change(country="LI", state=state))["address"]["state"] == state


def test_the_merged_address_is_what_is_checked(account: Account) -> None:
    assert account.refused(change(country="CA"))[0] == "100067"
    assert account.refused(change(state="ON"))[0] == "100067"
    assert account.put(change(country="CA", state="ON"))["address"]["state"] == "ON"
    assert account.put(change(country="LI", state="ON"))["address"]["state"] == "ON"


def test_a_new_country_drops_the_old_state(account: Account) -> None:
    assert account.put(change(country="LI"))["address"]["state"] is None
    assert account.refused(change(country="US")) == ("100067", "address.state", None)
    assert account.put(change(country="US", state="AL"))["address"]["state"] == "AL"
    # The same country is no new one, however it is written.
    assert account.put(change(country="us"))["address"]["state"] == "AL"
    assert account.put(change(country="DE", state="Bayern"))["address"]["state"] == "Bayern"
    assert account.put(change(city="Augsburg"))["address"]["state"] == "Bayern"


def test_a_postal_code_only_where_there_are_some(account: Account) -> None:
    assert account.refused(change(postalCode=""))[0] == "100188"
    moved = account.put(change(country="AE", postalCode=None, city="Dubai"))["address"]
    assert (moved["country"], moved["postalCode"], moved["state"]) == ("AE", None, None)
    assert account.put(change(country="IE", postalCode=""))["address"]["postalCode"] == ""
    # Back in a country that has them, the merged address lacks one.
    assert account.refused(change(country="LI")) == ("100188", "address.postalCode", "postalCode")
    created = {name: value for name, value in COMPLETE.items() if name not in ("postalCode", "state")}
    assert account.post({"address": {**created, "country": "HK"}, "addressType": "H"})["address"]["postalCode"] is None


@pytest.mark.parametrize(
    "phone", ["112", "+1 (416) 555-0105", "973-974-1234", "0" * 20, "1.416.555.0105", "040/555 01", "416-555-0105 x12"]
)
def test_phones(account: Account, phone: str) -> None:
    assert account.put(change(phoneNumber=phone))["address"]["phoneNumber"] == phone


@pytest.mark.parametrize("phone", ["abc", "0" * 21, "--", "1.2", "١٢٣", " ", "416-555-0105 y 12"])
def test_phones_that_are_refused(account: Account, phone: str) -> None:
    assert account.refused(change(phoneNumber=phone)) == ("23005", "address.phoneNumber", None)


def test_a_postal_code_is_any_text(account: Account) -> None:
    assert account.put(change(postalCode=" ? "))["address"]["postalCode"] == " ? "


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
        ("dockCount", "0.50", Decimal("0.5")),
        ("hasForklift", "true", True),
        ("dockCount", "", None),
        ("hasForklift", "", None),
        ("openedOn", "", None),
    ],
)
def test_declared_properties(account: Account, name: str, sent: Any, shown: Any) -> None:
    assert account.put(change(**{name: sent}))["address"][name] == shown
    assert account.put(change(**{name: None}))["address"][name] is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("deliveryNote", 1), ("deliveryNote", "x" * 255), ("dockCount", "four"), ("dockCount", True),
        ("hasForklift", "yes"), ("openedOn", "yesterday"), ("openedOn", 20260203), ("openedOn", {}),
    ],
)  # fmt: skip
def test_declared_properties_of_the_wrong_type(account: Account, name: str, value: Any) -> None:
    assert account.refused(change(**{name: value})) == ("100000", f"address.{name}", name)


# --- creations


def test_create(account: Account) -> None:
    shown = account.post({"address": COMPLETE, "addressType": "New"})
    assert COMPLETE.items() <= shown["address"].items()
    assert (shown["addressType"], shown["address"]["isInherited"]) == ("New", False)
    assert [entry["address"]["repositoryId"] for entry in account.collection()["secondaryAddresses"]][:3] == [
        OWN, OTHER_OWN, NEW,
    ]  # fmt: skip


@pytest.mark.parametrize("name", MANDATORY)
def test_create_needs_every_mandatory_member(account: Account, name: str) -> None:
    for members in ({member: value for member, value in COMPLETE.items() if member != name}, {**COMPLETE, name: None}):
        found = account.refused({"address": members, "addressType": "New"}, None)
        assert found == ("100188", f"address.{name}", name)


@pytest.mark.parametrize("nickname", [{}, {"addressType": ""}, {"addressType": None}])
def test_create_needs_a_nickname(account: Account, nickname: dict[str, Any]) -> None:
    assert account.refused({"address": COMPLETE, **nickname}, None) == ("100188", "addressType", "addressType")


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"city": 1}, "100000"), ({"isDefaultBillingAddress": "true"}, "100053"),
        ({"isDefaultShippingAddress": 0}, "100054"),
        ({"country": "ZZ"}, "80018"), ({"state": "XX"}, "100067"), ({"state": None}, "100067"),
        ({"phoneNumber": "abc"}, "23005"), ({"types": ["Home"]}, "180118"),
    ],
)  # fmt: skip
def test_create_checks_as_an_update_does(account: Account, members: dict[str, Any], code: str) -> None:
    assert account.refused({"address": COMPLETE | members, "addressType": "New"}, None)[0] == code


# --- the documented order


@pytest.mark.parametrize(
    ("code", "members", "address"),
    [
        ("100000", {"isDefaultBillingAddress": 1, "types": 1, "city": ""}, OWN),
        ("100053", {"isDefaultBillingAddress": 1, "city": "", "country": "ZZ"}, OWN),
        ("100054", {"isDefaultShippingAddress": 1, "city": "", "country": "ZZ"}, OWN),
        ("100188", {"country": "ZZ", "state": "XX", "city": ""}, OWN),
        ("80018", {"phoneNumber": "abc", "state": "XX", "country": "ZZ"}, OWN),
        ("100067", {"phoneNumber": "abc", "types": ["Home"], "state": "XX"}, OWN),
        ("23005", {"types": ["Home"], "phoneNumber": "abc"}, OWN),
        ("180118", {"city": "Other", "types": ["Home"]}, INHERITED),
        ("100185", {"city": "Other", "types": ["Billing"]}, INHERITED),
    ],
)
def test_the_earlier_check_wins(account: Account, code: str, members: dict[str, Any], address: str) -> None:
    """Each request breaks the rule of its stage and of later ones."""
    assert account.refused({"address": members}, address)[0] == code


@pytest.mark.parametrize(
    ("body", "code", "detail"),
    [
        ({"address": {"state": 1, "city": 1}, "addressType": 1}, "100000", "state"),
        ({"addressType": 1, "address": {"state": 1}}, "100000", "addressType"),
        ({"address": {"dockCount": "x", "types": 1, "city": 1}}, "100000", "dockCount"),
        ({"address": {"types": [None], "dockCount": "x", "city": 1}}, "100000", "types"),
        ({"address": {"isDefaultShippingAddress": 1, "isDefaultBillingAddress": 1}}, "100054", None),
        ({"address": {"isDefaultBillingAddress": 1, "isDefaultShippingAddress": 1}}, "100053", None),
        ({"address": {"postalCode": "", "address1": ""}, "addressType": ""}, "100188", "postalCode"),
        ({"addressType": None, "address": {"postalCode": ""}}, "100188", "addressType"),
    ],
)
def test_inside_a_stage_the_order_of_the_request_counts(
    account: Account, body: Any, code: str, detail: str | None
) -> None:
    error_code, _, more_info = account.refused(body)
    assert (error_code, more_info) == (code, detail)
