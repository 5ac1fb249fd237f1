"""For which organization, and with which prices, a shopper acts on an order (contract: orders.md §1, §4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from commerce.catalogue import PriceListGroup, Selling
from commerce.configuration import Site
from commerce.errors import (
    AccountNotOfThisStore,
    NotAMember,
    OrderHasNoOrganization,
    OrderOfAnotherOrganization,
    OrdersOrganizationInactive,
    OrganizationDeleted,
    OrganizationInactive,
    UnknownPriceListGroup,
)
from commerce.exact_json import JsonObject
from commerce.organizations.access import Member
from commerce.organizations.directory import Directory


@dataclass(frozen=True, slots=True)
class Account:
    """An organization as far as orders care. Empty `sites`: it may buy on every site."""

    sites: frozenset[str]
    price_list_groups: tuple[str, ...]


def read_account(document: JsonObject) -> Account:
    """The account of a stored organization."""
    return Account(frozenset(document.get("sites") or ()), price_list_groups_of(document))


def price_list_groups_of(document: JsonObject) -> tuple[str, ...]:
    """The price list group of an organization or a profile, none or one."""
    group = document.get("priceListGroup")
    if isinstance(group, dict):
        group = group.get("repositoryId") or group.get("id")
    return (group,) if group else ()


def acting_organization(named: str | None, member: Member, directory: Directory) -> str | None:
    """The organization of the header, else the shopper's first active one, if any.

    Raises NotAMember (unknown ones too), OrganizationDeleted, OrganizationInactive.
    """
    if named is None:
        return next((each for each in member.organizations if each in directory and directory.active(each)), None)
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


def check_orders_organization(
    organization: str | None, named: str | None, member: Member, directory: Directory
) -> None:
    """Whether an order named by its id may be changed in this context.

    Raises OrderOfAnotherOrganization, OrderHasNoOrganization, OrdersOrganizationInactive (gone, or left, too).
    """
    if named is not None and organization != named:
        raise OrderOfAnotherOrganization if organization is not None else OrderHasNoOrganization
    if organization is None:
        return
    if organization not in directory or not directory.active(organization) or organization not in member.organizations:
        raise OrdersOrganizationInactive


def price_list_group(
    sent: str | None, selling: Selling, site: Site, account: Account | None, member: Member
) -> PriceListGroup:
    """The group of the header, else the default of the organization, the profile or the site.

    Raises UnknownPriceListGroup: unknown, or not one of the site's, the organization's or the profile's.
    """
    offered = offered_groups(site, account, member)
    if sent is not None:
        group = selling.price_list_group(sent) if sent in offered else None
        if group is None:
            raise UnknownPriceListGroup(sent)
        return group
    group = _first(offered, selling)
    if group is None:
        raise UnknownPriceListGroup
    return group


def offered_groups(site: Site, account: Account | None, member: Member) -> Sequence[str]:
    """Ids of the groups that a shopper may be priced in, the default first."""
    own = account.price_list_groups if account is not None else ()
    return (*own, *price_list_groups_of(member.document), *site.price_list_groups)


def _first(names: Iterable[str], selling: Selling) -> PriceListGroup | None:
    return next((group for group in map(selling.price_list_group, names) if group is not None), None)
