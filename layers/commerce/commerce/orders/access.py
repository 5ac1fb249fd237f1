"""For whom, on which order and with which prices a shopper acts (contract: orders.md §1, §3, §4)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec import Struct

from commerce.accounts.directory import Directory
from commerce.accounts.member import Member
from commerce.catalogue import PriceListGroup, Selling
from commerce.configuration import Site
from commerce.dates import epoch_seconds, format_date
from commerce.errors import (
    AccountNotOfThisStore,
    NotAMember,
    OrderHasNoOrganization,
    OrderNotFound,
    OrderNotIncomplete,
    OrderOfAnotherOrganization,
    OrdersOrganizationInactive,
    OrganizationDeleted,
    OrganizationInactive,
    UnknownPriceListGroup,
)
from commerce.exact_json import JsonObject
from commerce.orders.model import INCOMPLETE, Order
from commerce.orders.repository import current_scope
from commerce.orders.request import OrderRequest
from commerce.pricing import Occasion
from commerce.profiles.model import Profile


class Buyer(Struct, frozen=True):
    """A shopper on a site at a moment, and the organization it buys for.

    `named`: id of the organization that the call names. `organization`: that one, else the shopper's first active one;
    None: the shopper buys for itself.
    """

    profile: Profile
    member: Member
    directory: Directory
    site: Site
    named: str | None
    organization: str | None
    now: datetime

    @property
    def id(self) -> str:
        return self.profile.id

    @property
    def scope(self) -> str:
        """Where the shopper has one current order."""
        return current_scope(self.site.cart_sharing_group, self.organization)

    def occasion(self, price_list_group_id: str) -> Occasion:
        """What promotions look at."""
        audiences = frozenset(map(str, self.profile.document.get("audiences", ())))
        return Occasion(self.now, self.site.id, price_list_group_id, audiences)


class Account(Struct, frozen=True):
    """What an organization says about buying. Empty `sites`: it may buy on every site."""

    sites: frozenset[str]
    price_list_groups: tuple[str, ...]


def read_account(document: JsonObject) -> Account:
    """The account of a stored organization."""
    return Account(frozenset(document.get("sites") or ()), _price_list_groups(document))


def acting_organization(named: str | None, member: Member, directory: Directory) -> str | None:
    """The organization that the call names, else the shopper's first active one, if any.

    Raises NotAMember (unknown ones too), OrganizationDeleted, OrganizationInactive.
    """
    if named is None:
        return member.first_active(directory)
    if named not in member.organizations:
        raise NotAMember
    if named not in directory:
        raise OrganizationDeleted
    if not directory.active(named):
        raise OrganizationInactive
    return named


def check_store(account: Account | None, site: Site) -> None:
    """Raises AccountNotOfThisStore."""
    if account is not None and account.sites and site.id not in account.sites:
        raise AccountNotOfThisStore


def price_list_group(sent: str | None, selling: Selling, buyer: Buyer, account: Account | None) -> PriceListGroup:
    """The group of the call, else the default of the account, the profile or the site.

    Raises UnknownPriceListGroup: unknown, or not one of the site's, the account's or the profile's.
    """
    offered = _offered_groups(buyer, account)
    if sent is not None:
        group = selling.price_list_group(sent) if sent in offered else None
        if group is None:
            expected = "name a price list group of the site, the account or the profile, or be left out"
            raise UnknownPriceListGroup(sent, expected=expected)
        return group
    group = next((known for known in map(selling.price_list_group, offered) if known is not None), None)
    if group is None:
        raise UnknownPriceListGroup(expected="name a price list group: site, account and profile have no default one")
    return group


def order_to_update(
    request: OrderRequest, buyer: Buyer, named: Order | None, current: Order | None, new_id: Callable[[], str]
) -> Order:
    """The order that the request names, else the current one, else a new one of version 0.

    `named`: the order of the request's id, if there is one. `new_id` gives hexadecimal digits.
    Raises OrderNotFound, OrderNotIncomplete, OrderOfAnotherOrganization, OrderHasNoOrganization,
    OrdersOrganizationInactive.
    """
    if request.order_id is not None:
        if named is None:
            raise OrderNotFound(request.order_id)
        if named.state != INCOMPLETE:
            raise OrderNotIncomplete(named.id)
        _check_organization(named.organization, buyer)
        return named
    if current is not None and not request.create:
        return current
    moment = format_date(buyer.now)
    return Order(
        id=f"o{epoch_seconds(buyer.now)}{int(new_id(), 16) % 10**12:012}",
        version=0,
        site_id=buyer.site.id,
        creation_site_id=buyer.site.id,
        organization=buyer.organization,
        created=moment,
        modified=moment,
        modified_by=buyer.id,
    )


def _check_organization(organization: str | None, buyer: Buyer) -> None:
    """Whether the buyer may change an order named by its id; an organization that is gone, or left, is inactive."""
    if buyer.named is not None and organization != buyer.named:
        raise OrderOfAnotherOrganization if organization is not None else OrderHasNoOrganization
    if organization is None:
        return
    if not buyer.directory.has_active(organization) or organization not in buyer.member.organizations:
        raise OrdersOrganizationInactive


def _offered_groups(buyer: Buyer, account: Account | None) -> Sequence[str]:
    """Ids of the groups that a shopper may be priced in, the default first."""
    own = account.price_list_groups if account is not None else ()
    return (*own, *_price_list_groups(buyer.profile.document), *buyer.site.price_list_groups)


def _price_list_groups(document: JsonObject) -> tuple[str, ...]:
    """The price list group of an organization or a profile, none or one."""
    group = document.get("priceListGroup")
    if isinstance(group, dict):
        group = group.get("repositoryId") or group.get("id")
    return (group,) if group else ()
