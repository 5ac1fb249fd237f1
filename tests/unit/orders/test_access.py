"""For whom, on which order and with which prices: orders.md §1, §3, §4."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from commerce.accounts.directory import Directory, Place
from commerce.accounts.member import Member
from commerce.catalogue import Currency, PriceListGroup, Selling
from commerce.configuration import Site
from commerce.errors import (
    AccountNotOfThisStore,
    NotAMember,
    OrderError,
    OrderHasNoOrganization,
    OrderNotFound,
    OrderNotIncomplete,
    OrderOfAnotherOrganization,
    OrdersOrganizationInactive,
    OrganizationDeleted,
    OrganizationInactive,
    UnknownPriceListGroup,
)
from commerce.identity.login_records import LoginRecord
from commerce.orders.access import Account, Buyer, acting_organization, check_store, order_to_update, price_list_group
from commerce.orders.model import Order
from commerce.orders.request import read_request
from commerce.profiles.model import Profile
from commerce.storage import Key

NOW = datetime(2026, 3, 14, tzinfo=UTC)
SITE = Site("siteUS", "shared", ("site_group",))
DIRECTORY = Directory({"open": Place(), "other": Place(), "closed": Place(active=False)})
ORGANIZATIONS = {"secondaryOrganizations": [{"repositoryId": name} for name in ("gone", "closed", "open")]}
STORED = Order("o1", 4, "siteUS", "siteUS", None, "", "", "")


def buyer(document: Mapping[str, Any] = ORGANIZATIONS, named: str | None = None) -> Buyer:
    profile = Profile(LoginRecord(Key("profiles", "s1", "profile"), {}), dict(document), 1)
    return Buyer(profile, Member(active=True, document=profile.document), DIRECTORY, SITE, named, named or "open", NOW)


def group(name: str, *, active: bool = True) -> PriceListGroup:
    currency = Currency("USD", "$", "US Dollar", 2, "840")
    return PriceListGroup(
        name, {"en": name}, "en", active, False, None, currency, f"{name}_list", f"{name}_sale", f"{name}_surcharge"
    )


SELLING = Selling(
    price_list_groups={
        name: group(name, active=name != "old")
        for name in ("site_group", "own_group", "account_group", "old", "elsewhere")
    }
)


@pytest.mark.parametrize(
    ("named", "acting"),
    [
        (None, "open"), ("open", "open"), ("nobody", NotAMember), ("other", NotAMember), ("gone", OrganizationDeleted),
        ("closed", OrganizationInactive),
    ],
)  # fmt: skip
def test_whom_a_member_acts_for(named: str | None, acting: str | type[OrderError]) -> None:
    member = buyer().member
    if isinstance(acting, str):
        assert acting_organization(named, member, DIRECTORY) == acting
        return
    with pytest.raises(acting):
        acting_organization(named, member, DIRECTORY)


def test_a_shopper_without_organization_acts_for_itself() -> None:
    assert acting_organization(None, Member(active=True, document={}), DIRECTORY) is None


@pytest.mark.parametrize("account", [None, Account(frozenset(), ()), Account(frozenset({"siteUS", "x"}), ())])
def test_accounts_of_a_store(account: Account | None) -> None:
    check_store(account, SITE)


def test_an_account_of_another_store() -> None:
    with pytest.raises(AccountNotOfThisStore):
        check_store(Account(frozenset({"x"}), ()), SITE)


@pytest.mark.parametrize(
    ("sent", "own", "account", "chosen"),
    [
        (None, None, None, "site_group"),
        (None, "own_group", None, "own_group"),
        (None, {"id": "own_group"}, None, "own_group"),
        (None, {"repositoryId": "own_group"}, "account_group", "account_group"),
        (None, "old", "unknown", "site_group"),
        ("own_group", "own_group", "account_group", "own_group"),
        ("site_group", "own_group", "account_group", "site_group"),
        ("own_group", None, None, None),
        ("elsewhere", None, None, None),
        ("old", "old", None, None),
        ("unknown", None, "unknown", None),
    ],
)
def test_price_list_groups(sent: str | None, own: Any, account: str | None, chosen: str | None) -> None:
    shopper = buyer({"priceListGroup": own})
    account_terms = Account(frozenset(), (account,)) if account else None
    if chosen is not None:
        assert price_list_group(sent, SELLING, shopper, account_terms).id == chosen
        return
    with pytest.raises(UnknownPriceListGroup):
        price_list_group(sent, SELLING, shopper, account_terms)


def test_no_group_at_all() -> None:
    with pytest.raises(UnknownPriceListGroup):
        price_list_group(None, Selling(), buyer(), None)


@pytest.mark.parametrize(
    ("organization", "named", "error"),
    [
        ("open", None, None),
        ("open", "open", None),
        (None, None, None),
        ("other", "open", OrderOfAnotherOrganization),
        ("gone", "open", OrderOfAnotherOrganization),
        (None, "open", OrderHasNoOrganization),
        ("closed", None, OrdersOrganizationInactive),
        ("gone", None, OrdersOrganizationInactive),
        ("other", None, OrdersOrganizationInactive),
    ],
)
def test_an_order_named_by_its_id(organization: str | None, named: str | None, error: type[OrderError] | None) -> None:
    request, stored = read_request({"id": "o1"}), replace(STORED, organization=organization)
    shopper = buyer(named=named)
    if error is None:
        assert order_to_update(request, shopper, stored, None, lambda: "0") is stored
        return
    with pytest.raises(error):
        order_to_update(request, shopper, stored, None, lambda: "0")


@pytest.mark.parametrize(
    ("stored", "error"),
    [(None, OrderNotFound), (replace(STORED, state="SUBMITTED", organization="closed"), OrderNotIncomplete)],
)
def test_an_order_that_cannot_be_named(stored: Order | None, error: type[OrderError]) -> None:
    with pytest.raises(error):
        order_to_update(read_request({"id": "o1"}), buyer(), stored, STORED, lambda: "0")


def test_the_current_order_is_updated() -> None:
    assert order_to_update(read_request({}), buyer(), None, STORED, lambda: "0") is STORED


@pytest.mark.parametrize(
    ("body", "current"), [({}, None), ({"op": "create", "id": "o1"}, None), ({"op": "create"}, STORED)]
)
def test_a_new_order(body: dict[str, Any], current: Order | None) -> None:
    order = order_to_update(read_request(body), buyer(), None, current, lambda: "ff")
    assert (order.id, order.version, order.organization) == (f"o{int(NOW.timestamp())}000000000255", 0, "open")
    assert (order.site_id, order.creation_site_id, order.modified_by) == ("siteUS", "siteUS", "s1")
    assert order.created == order.modified == "2026-03-14T00:00:00.000Z"
