"""Defaults and inherited addresses (organization-addresses.md §4, §5)."""

from typing import Any

import pytest
from msgspec.structs import replace

from tests.support.organizations import (
    ACCOUNT,
    INACTIVE,
    INHERITED,
    OTHER_INHERITED,
    OTHER_OWN,
    OWN,
    PARENT,
    Account,
    sample_organizations,
)

KINDS = [
    ("isDefaultBillingAddress", "billingAddress", "derivedBillingAddress"),
    ("isDefaultShippingAddress", "shippingAddress", "derivedShippingAddress"),
]


def shown_id(address: Any) -> Any:
    return address and address["repositoryId"]


@pytest.mark.parametrize(("flag", "member", "_derived"), KINDS)
def test_a_default_moves_and_is_cleared(account: Account, flag: str, member: str, _derived: str) -> None:
    def put(value: bool, address: str) -> Any:
        account.put({"address": {flag: value}, "addressType": account.shown(address)["addressType"]}, address)
        return shown_id(account.collection()[member])

    assert put(True, OWN) == OWN
    assert put(True, OTHER_OWN) == OTHER_OWN
    assert put(False, OWN) == OTHER_OWN
    assert put(True, OTHER_OWN) == OTHER_OWN
    assert put(False, OTHER_OWN) is None
    assert put(False, OTHER_OWN) is None


def test_one_default_leaves_the_other(account: Account) -> None:
    account.put({"address": {"isDefaultBillingAddress": True}}, OWN)
    listing = account.collection()
    assert (shown_id(listing["billingAddress"]), shown_id(listing["shippingAddress"])) == (OWN, OTHER_OWN)
    account.put({"address": {"isDefaultShippingAddress": False, "isDefaultBillingAddress": True}}, OTHER_OWN)
    listing = account.collection()
    assert (shown_id(listing["billingAddress"]), listing["shippingAddress"]) == (OTHER_OWN, None)


def test_an_absent_flag_changes_nothing(account: Account) -> None:
    account.put({"address": {"city": "Montgomery"}, "addressType": "Renamed"}, OTHER_OWN)
    assert shown_id(account.collection()["shippingAddress"]) == OTHER_OWN


def test_a_new_address_as_default(account: Account) -> None:
    members = account.shown()["address"] | {"types": ["billing"], "isDefaultBillingAddress": True}
    shown = account.post({"address": members, "addressType": "New"})["address"]
    listing = account.collection()
    assert listing["billingAddress"] == shown
    assert shown_id(listing["shippingAddress"]) == OTHER_OWN


def test_defaults_show_their_address_as_a_listing_does(account: Account) -> None:
    listing = account.collection()
    (entry,) = (entry for entry in listing["secondaryAddresses"] if entry["address"]["repositoryId"] == OTHER_OWN)
    assert listing["shippingAddress"] == listing["derivedShippingAddress"] == entry["address"]


def test_the_derived_default_is_the_nearest_one(account: Account) -> None:
    listing = account.collection()
    assert listing["billingAddress"] is None
    assert shown_id(listing["derivedBillingAddress"]) == INHERITED
    assert shown_id(listing["derivedShippingAddress"]) == OTHER_OWN
    account.put({"address": {"isDefaultShippingAddress": False}}, OTHER_OWN)
    assert shown_id(account.collection()["derivedShippingAddress"]) == OTHER_INHERITED


@pytest.mark.parametrize(("flag", "member", "derived"), KINDS)
def test_an_inherited_address_as_the_child_s_own_default(
    account: Account, flag: str, member: str, derived: str
) -> None:
    above = account.lineage[1]
    assert account.put({"address": {flag: True}}, INHERITED)["address"]["isInherited"] is True
    listing = account.collection()
    assert shown_id(listing[member]) == shown_id(listing[derived]) == INHERITED
    assert listing[member]["isInherited"] is True
    account.put({"address": {flag: False}}, INHERITED)
    assert account.collection()[member] is None
    assert account.lineage[1] == above


def test_false_on_the_parent_s_default_changes_nothing(account: Account) -> None:
    assert account.unchanged_by({"address": {"isDefaultBillingAddress": False}}, INHERITED)


def test_forms_send_an_inherited_address_back_whole(account: Account) -> None:
    shown = account.shown(INHERITED)
    answer = account.put(shown | {"address": shown["address"] | {"isDefaultBillingAddress": True}}, INHERITED)
    assert answer == shown


@pytest.mark.parametrize(
    "members",
    [
        {"address2": ""}, {"address2": None}, {"types": ["billing", "Billing"]}, {"types": [{"id": "Billing"}]},
        {"country": "us", "state": "ga"}, {"deliveryNote": ""}, {"dockCount": None}, {"leftover": 1},
        {"city": "Atlanta"},
    ],
)  # fmt: skip
def test_equal_values_on_an_inherited_address(account: Account, members: dict[str, Any]) -> None:
    assert account.unchanged_by({"address": members}, INHERITED)


@pytest.mark.parametrize(
    "body",
    [
        {"address": {"city": "Macon"}}, {"address": {"address2": "Floor 1"}}, {"address": {"types": []}},
        {"address": {"types": ["Shipping"]}}, {"address": {"country": "CA", "state": "ON"}},
        {"address": {"state": "AL"}},
        {"address": {"deliveryNote": "x"}}, {"address": {"dockCount": 0}}, {"address": {"hasForklift": False}},
        {"addressType": "head office"}, {"addressType": "Other", "address": {"isDefaultBillingAddress": True}},
        {"address": {"isDefaultBillingAddress": True, "city": "Macon"}},
    ],
)  # fmt: skip
def test_other_values_on_an_inherited_address(account: Account, body: Any) -> None:
    assert account.refused(body, INHERITED) == ("100185", None, INHERITED)


def test_mandatory_members_come_before_the_refusal(account: Account) -> None:
    assert account.refused({"address": {"city": ""}}, INHERITED)[0] == "100188"
    assert account.refused({"addressType": None}, INHERITED)[0] == "100188"


def test_a_pointer_to_an_address_that_is_gone_counts_as_none(account: Account) -> None:
    account.put({"address": {"isDefaultBillingAddress": True}}, OTHER_INHERITED)
    parent, addresses = account.lineage[1]
    account.lineage[1] = parent, tuple(address for address in addresses if address.id != OTHER_INHERITED)
    listing = account.collection()
    assert listing["billingAddress"] is None
    assert shown_id(listing["derivedBillingAddress"]) == INHERITED
    assert shown_id(listing["derivedShippingAddress"]) == OTHER_OWN


def test_a_pointer_to_a_former_ancestor_s_address_counts_as_none(account: Account) -> None:
    account.put({"address": {"isDefaultBillingAddress": True}}, INHERITED)
    del account.lineage[1]
    listing = account.collection()
    assert listing["billingAddress"] is listing["derivedBillingAddress"] is None
    assert [entry["address"]["repositoryId"] for entry in listing["secondaryAddresses"]] == [OWN, OTHER_OWN]


def test_a_deep_tree() -> None:
    """Any number of levels, the nearest account first; each derived default from the nearest that has one."""
    account = Account([sample_organizations()[name] for name in (ACCOUNT, INACTIVE, PARENT)])
    ids = [entry["address"]["repositoryId"] for entry in account.collection()["secondaryAddresses"]]
    assert ids == [OWN, OTHER_OWN, "280009", INHERITED, OTHER_INHERITED]
    assert shown_id(account.collection()["derivedBillingAddress"]) == INHERITED
    account.put({"address": {"isDefaultBillingAddress": True}}, OTHER_INHERITED)
    assert shown_id(account.collection()["billingAddress"]) == OTHER_INHERITED


def test_a_sub_account_derives_what_its_parent_points_at() -> None:
    """The default in between is an address of the account above."""
    (organization, addresses), above = (sample_organizations()[name] for name in (ACCOUNT, PARENT))
    pointing = replace(organization, defaults={**organization.defaults, "defaultBilling": OTHER_INHERITED})
    account = Account([sample_organizations()[INACTIVE], (pointing, addresses), above])
    listing = account.collection()
    assert listing["billingAddress"] is None
    assert shown_id(listing["derivedBillingAddress"]) == OTHER_INHERITED


def test_a_deletion_takes_its_defaults_along(account: Account) -> None:
    account.put({"address": {"isDefaultBillingAddress": True}}, INHERITED)
    listing = account.delete(OTHER_OWN)
    assert [entry["address"]["repositoryId"] for entry in listing["secondaryAddresses"]] == [
        OWN, INHERITED, OTHER_INHERITED,
    ]  # fmt: skip
    assert listing["shippingAddress"] is None
    assert shown_id(listing["derivedShippingAddress"]) == OTHER_INHERITED
    assert shown_id(listing["billingAddress"]) == INHERITED
    assert shown_id(account.delete(OWN)["billingAddress"]) == INHERITED
