"""Defaults and inherited addresses as they are stored (contract: organization-addresses.md §4, §5).

Every case: tests/unit/organizations/test_defaults.py
"""

from typing import Any

import pytest

from commerce.accounts.directory import Place
from tests.contract.organizations.conftest import ACCOUNT, ADMINISTRATOR, INHERITED, OTHER_OWN, OWN, PARENT, Desk
from tests.contract.organizations.test_access import arrange, profile
from tests.support.deployment import Product

KINDS = [
    ("isDefaultBillingAddress", "billingAddress", "derivedBillingAddress"),
    ("isDefaultShippingAddress", "shippingAddress", "derivedShippingAddress"),
]


def shown_id(address: Any) -> Any:
    return address and address["repositoryId"]


@pytest.fixture
def parent(agent: Desk, product: Product) -> Desk:
    """The same agent for an administrator of the parent account."""
    role = {"function": "admin", "relativeTo": {"repositoryId": PARENT}}
    profile(product, "110002", parentOrganization={"id": PARENT}, roles=[role])
    return agent.on_behalf_of("110002")


@pytest.mark.parametrize(("flag", "member", "_derived"), KINDS)
def test_a_default_moves_and_is_cleared(agent: Desk, flag: str, member: str, _derived: str) -> None:
    def put(value: bool, address: str) -> Any:
        nickname = agent.get(address).body["addressType"]
        answer = agent.put({"address": {flag: value}, "addressType": nickname}, address)
        assert answer.status == 200
        return shown_id(agent.list()[member])

    assert put(True, OWN) == OWN
    assert put(True, OTHER_OWN) == OTHER_OWN
    assert put(False, OWN) == OTHER_OWN
    assert put(True, OTHER_OWN) == OTHER_OWN
    assert put(False, OTHER_OWN) is None
    assert put(False, OTHER_OWN) is None


@pytest.mark.parametrize(("flag", "member", "derived"), KINDS)
def test_an_inherited_address_as_the_child_s_own_default(
    agent: Desk, parent: Desk, flag: str, member: str, derived: str
) -> None:
    before = parent.list()
    answer = agent.put({"address": {flag: True}}, INHERITED)
    assert answer.status == 200
    assert answer.body["address"]["isInherited"] is True
    listing = agent.list()
    assert shown_id(listing[member]) == shown_id(listing[derived]) == INHERITED
    assert listing[member]["isInherited"] is True
    assert parent.list() == before
    agent.put({"address": {flag: False}}, INHERITED)
    assert agent.list()[member] is None
    assert parent.list() == before


def test_forms_send_an_inherited_address_back_whole(agent: Desk) -> None:
    shown = agent.get(INHERITED).body
    answer = agent.put(shown | {"address": shown["address"] | {"isDefaultBillingAddress": True}}, INHERITED)
    assert answer.status == 200
    assert {name: value for name, value in answer.body.items() if name != "links"} == {
        name: value for name, value in shown.items() if name != "links"
    }


def test_other_values_on_an_inherited_address(agent: Desk, parent: Desk) -> None:
    before, above = agent.list(), parent.list()
    answer = agent.put({"address": {"isDefaultBillingAddress": True, "city": "Macon"}}, INHERITED)
    assert (answer.status, answer.code, answer.body["moreInfo"]) == (400, "100185", INHERITED)
    assert (agent.list(), parent.list()) == (before, above)


def test_the_ancestor_s_change_shows_at_once(agent: Desk, parent: Desk) -> None:
    agent.put({"address": {"isDefaultBillingAddress": True}}, INHERITED)
    assert parent.put({"address": {"city": "Marietta"}, "addressType": "HQ"}, INHERITED).status == 200
    listing = agent.list()
    assert listing["billingAddress"]["city"] == listing["derivedBillingAddress"]["city"] == "Marietta"
    assert [entry["addressType"] for entry in listing["secondaryAddresses"]][2] == "HQ"
    assert agent.get(INHERITED).body["address"]["city"] == "Marietta"


def test_a_pointer_to_an_address_that_is_gone_counts_as_none(agent: Desk, parent: Desk) -> None:
    agent.put({"address": {"isDefaultBillingAddress": True}}, "280002")
    assert parent.delete("280002").status == 200
    listing = agent.list()
    assert listing["billingAddress"] is None
    assert shown_id(listing["derivedBillingAddress"]) == INHERITED
    assert listing["derivedShippingAddress"]["repositoryId"] == OTHER_OWN
    assert agent.put({"address": {"isDefaultBillingAddress": True}}, "280002").code == "100185"


def test_a_pointer_to_a_former_ancestor_s_address_counts_as_none(agent: Desk, product: Product) -> None:
    agent.put({"address": {"isDefaultBillingAddress": True}}, INHERITED)
    arrange(product, o100002=Place(None))
    listing = agent.list()
    assert listing["billingAddress"] is listing["derivedBillingAddress"] is None
    assert [entry["address"]["repositoryId"] for entry in listing["secondaryAddresses"]] == [OWN, OTHER_OWN]
    assert agent.get(INHERITED).code == "100185"


def test_a_deep_tree(agent: Desk, product: Product) -> None:
    """Any number of levels, the nearest account first; each derived default from the nearest that has one."""
    arrange(product, o100003=Place(PARENT), o100002=Place("100003"))
    ids = [entry["address"]["repositoryId"] for entry in agent.list()["secondaryAddresses"]]
    assert ids == [OWN, OTHER_OWN, "280009", "280001", "280002"]
    assert agent.put({"address": {"isDefaultBillingAddress": True}}, "280002").status == 200
    assert shown_id(agent.list()["billingAddress"]) == "280002"


def test_a_sub_account_derives_what_its_parent_points_at(agent: Desk, product: Product) -> None:
    """The default in between is an address of the account above."""
    agent.put({"address": {"isDefaultBillingAddress": True}}, "280002")
    role = {"function": "admin", "relativeTo": {"id": "100003"}}
    arrange(product, o100003=Place(ACCOUNT, active=True))
    profile(product, ADMINISTRATOR, parentOrganization={"id": "100003"}, roles=[role])
    listing = agent.list()
    assert listing["id"] == "100003"
    assert listing["billingAddress"] is None
    assert shown_id(listing["derivedBillingAddress"]) == "280002"
