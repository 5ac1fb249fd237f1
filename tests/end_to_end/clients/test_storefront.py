"""A whole session that is driven by the registry: login, profile, two sites, account, cart, addresses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.end_to_end.clients.classic_cart import ClassicCart
from tests.end_to_end.clients.storefront import Storefront
from tests.end_to_end.conftest import Answer, at_once
from tests.unit.addresses.test_addresses_of_the_world import ADDRESSES, sent


@pytest.fixture
def session(call: Callable[..., Answer], deployed: dict[str, Any]) -> Callable[[str], Storefront]:
    def begin(user: str) -> Storefront:
        account = deployed["sample"][user]
        storefront = Storefront(call)
        storefront.log_in(account["username"], account["password"])
        return storefront

    return begin


def test_a_private_shopper_on_two_sites(session: Callable[[str], Storefront], deployed: dict[str, Any]) -> None:
    storefront = session("shopper")
    profile = storefront.ask("getCurrentProfile")
    assert (profile["login"], profile["currentOrganization"]) == ("shopper", None)
    sites = ("siteUS", deployed["sample"]["otherSite"])
    for answer in ("no", "yes"):
        wanted = [{"site": {"id": site}, "properties": {"receiveEmail": answer}} for site in sites]
        storefront.ask("updateSiteProperties", {"siteProperties": wanted})
        for storefront.site in sites:
            assert storefront.ask("getCurrentProfile")["receiveEmail"] == answer
    storefront.site = None
    cart = ClassicCart(lambda body: storefront.ask("updateCurrentProfileOrder", body))
    cart.add("poster_1", "poster_1_sku", 2)
    cart.add("prodA", "skuA")
    assert cart.gift_skus() == ["sticker_1_sku"]
    shown = storefront.ask("getIncompleteOrder")
    assert shown["orderId"] == cart.answer["orderId"]
    travelling = [(item["catRefId"], item["quantity"]) for group in shown["shippingGroups"] for item in group["items"]]
    assert sorted(travelling) == [("poster_1_sku", 2), ("skuA", 1), ("sticker_1_sku", 1)]
    storefront.ask("removeCurrentProfileIncompleteOrder")


def test_an_accounts_shopper(session: Callable[[str], Storefront], deployed: dict[str, Any]) -> None:
    storefront = session("accountAdministrator")
    account = storefront.ask("getCurrentProfile")["currentOrganization"]
    assert (account["repositoryId"], account["active"]) == (deployed["sample"]["organizationId"], True)
    assert [role["function"] for role in account["roles"]] == ["admin"]
    storefront.organization = account["repositoryId"]
    assert storefront.ask("getCurrentProfile")["currentOrganization"] == account
    assert storefront.ask("getAddresses")["id"] == account["repositoryId"]
    storefront.organization = deployed["sample"]["inactiveOrganizationId"]
    assert storefront.ask("getCurrentProfile")["currentOrganization"]["active"] is False


def test_fifty_addresses_through_the_form_of_profiles(session: Callable[[str], Storefront]) -> None:
    storefront = session("accountBuyer")
    book = [{**sent(row), "alias": f"{place}"} for place, row in enumerate(ADDRESSES)]
    try:
        shown = storefront.ask("updateProfile", {"shippingAddresses": book})["shippingAddresses"]
        places = [(address["country"], address["state"]) for address in shown]
        assert places == [(row.code, row.region) for row in ADDRESSES]
        again = storefront.ask("updateProfile", {"shippingAddresses": shown})
        assert again["shippingAddresses"] == shown
    finally:
        storefront.ask("updateProfile", {"shippingAddresses": []})


def test_fifty_addresses_through_the_form_of_accounts(session: Callable[[str], Storefront]) -> None:
    storefront = session("accountAdministrator")

    def add(place: int) -> tuple[str, str | None]:
        row = ADDRESSES[place]
        address = sent(row) | {"country": row.code, "state": row.region}
        made = storefront.ask("addAddress", {"address": address, "addressType": f"Place {place}"})["address"]
        storefront.ask("deleteAddress", id=made["repositoryId"])
        return made["country"], made["state"]

    assert at_once(add, range(len(ADDRESSES))) == [(row.code, row.region) for row in ADDRESSES]


def test_fifty_addresses_through_the_form_of_orders(session: Callable[[str], Storefront]) -> None:
    storefront = session("accountBuyer")
    line = {"productId": "prodA", "catRefId": "skuA"}
    groups = [{"shippingAddress": sent(row), "items": [{**line, "quantity": 1}]} for row in ADDRESSES]
    cart = {"items": [{**line, "quantity": len(ADDRESSES)}]}
    storefront.ask("updateCurrentProfileOrder", {"shoppingCart": cart, "shippingGroups": groups})
    shown = [group["shippingAddress"] for group in storefront.ask("getIncompleteOrder")["shippingGroups"]]
    storefront.ask("removeCurrentProfileIncompleteOrder")
    assert [(address["country"], address["state"]) for address in shown] == [
        (row.code, row.region) for row in ADDRESSES
    ]
