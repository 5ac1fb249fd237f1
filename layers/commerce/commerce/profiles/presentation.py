"""A profile as its owner and administrators see it (contract: profiles.md §5, companions.md §7)."""

from __future__ import annotations

from typing import Final

from commerce.accounts.directory import Directory
from commerce.accounts.member import Member
from commerce.exact_json import JsonObject
from commerce.profiles.addresses import shown_address
from commerce.profiles.custom import CUSTOM, DYNAMIC_PROPERTIES, DeclaredProperties
from commerce.profiles.model import Profile
from commerce.profiles.rules import site_values
from commerce.values import referenced_id

# Members shown as stored, with what shows when they are not.
_UNSET: Final[JsonObject] = {
    "email": None,
    "firstName": None,
    "middleName": None,
    "lastName": None,
    "gender": None,
    "locale": None,
    "daytimeTelephoneNumber": None,
    "customerContactId": None,
    "lifetimeCurrencyCode": None,
    "dateOfBirth": None,
    "registrationDate": None,
    "firstVisitDate": None,
    "previousVisitDate": None,
    "lastVisitDate": None,
    "firstPurchaseDate": None,
    "lastPurchaseDate": None,
    "numberOfOrders": 0,
    "numberOfVisits": 0,
    "lifetimeSpend": 0,
    "lifetimeAOV": 0,
    "lastPurchaseAmount": None,
    "derivedOrderPriceLimit": None,
    "taxExempt": False,
    "derivedApprovalRequired": False,
    "catalog": None,
    "priceListGroup": None,
    "contactBillingAddress": None,
    "loyaltyPrograms": [],
}


def shown_profile(
    profile: Profile, site: str, declared: DeclaredProperties, directory: Directory, organization: str | None
) -> JsonObject:
    """The whole answer but its links; per-site members are those of `site`.

    `organization`: the one that the call names.
    """
    document = profile.document
    default = document.get("defaultAddress")
    addresses = [shown_address(address, default=default) for address in document.get("addresses", ())]
    chosen = next((address for address in addresses if address["isDefaultAddress"]), None)
    shipping = _without(chosen, "isDefaultAddress", "countryName", "regionName") if chosen else None
    shown: JsonObject = {
        "id": profile.id,
        "repositoryId": profile.id,
        "login": profile.login,
        **_UNSET,
        **{name: document[name] for name in _UNSET.keys() & document.keys()},
        **_shown_organizations(profile, directory, organization),
        "roles": [_shown_role(role) for role in document.get("roles", ())],
        **site_values(document, site),
        "contactShippingAddress": shipping,
        "shippingAddress": shipping,
        "shippingAddresses": addresses,
        "secondaryAddresses": {
            address["alias"]: _without(address, "alias", "regionName", "countryName", "isDefaultAddress")
            for address in addresses
        },
        DYNAMIC_PROPERTIES: declared.shown(document.get(CUSTOM, {})),
    }
    shown.update((name, mask) for name, mask in declared.masks().items() if name in shown)
    return shown


def administered_profile(profile: Profile, site: str, declared: DeclaredProperties, directory: Directory) -> JsonObject:
    """The same for an administrator, with what only they see."""
    shown = shown_profile(profile, site, declared, directory, None)
    return shown | {"active": profile.login_record.active}


def _shown_organizations(profile: Profile, directory: Directory, named: str | None) -> JsonObject:
    """Those of the shopper, and which of them the call is for."""
    document = profile.document
    parent, secondary = document.get("parentOrganization"), document.get("secondaryOrganizations") or ()
    member = Member(profile.login_record.active, document)
    current = member.current(named, directory)
    return {
        "parentOrganization": _shown_organization(parent, directory) if parent else None,
        "secondaryOrganizations": [_shown_organization(reference, directory) for reference in secondary],
        "currentOrganization": None
        if current is None
        else {
            **_shown_organization(member.references[current], directory),
            "roles": [_shown_role(role) for role in member.roles(current)],
        },
    }


def _shown_organization(reference: JsonObject, directory: Directory) -> JsonObject:
    name = referenced_id(reference)
    active = name is not None and directory.has_active(name)
    return {"name": None, **reference, "id": name, "repositoryId": name, "active": active}


def without_repetition(shown: JsonObject) -> JsonObject:
    """What `shown_profile` shows but for the addresses that it shows a second time."""
    return _without(shown, "secondaryAddresses")


def shown_named_address(address: JsonObject, default: str | None) -> JsonObject:
    """One address of the book, and its nickname. `default`: the default one's id."""
    shown = shown_address(address, default=default)
    return {"address": _without(shown, "alias"), "addressType": shown["alias"]}


def shown_site_properties(profile: Profile, site: str, declared: DeclaredProperties) -> JsonObject:
    """What the profile says of one site."""
    values = site_values(profile.document, site)
    values.update((name, mask) for name, mask in declared.masks().items() if name in values)
    return {"site": {"id": site, "repositoryId": site}, "properties": values}


def _shown_role(role: JsonObject) -> JsonObject:
    unset = {"id": role["repositoryId"], "repositoryId": None, "name": None, "function": None, "relativeTo": None}
    return unset | role


def _without(shown: JsonObject, *names: str) -> JsonObject:
    left = shown.copy()
    for name in names:
        del left[name]
    return left
