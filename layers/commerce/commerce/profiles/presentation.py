"""A profile as its owner sees it (contract: profiles.md §5)."""

from __future__ import annotations

from typing import Final

from commerce.exact_json import JsonObject
from commerce.profiles.addresses import shown_address
from commerce.profiles.custom import CUSTOM, DYNAMIC_PROPERTIES, DeclaredProperties
from commerce.profiles.model import Profile
from commerce.profiles.rules import site_values

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
    "parentOrganization": None,
    "currentOrganization": None,
    "catalog": None,
    "priceListGroup": None,
    "contactBillingAddress": None,
    "contactShippingAddress": None,
    "secondaryOrganizations": [],
    "loyaltyPrograms": [],
}


def shown_profile(profile: Profile, site: str, declared: DeclaredProperties) -> JsonObject:
    """The whole answer but its links; per-site members are those of `site`."""
    document = profile.document
    default = document.get("defaultAddress")
    addresses = [shown_address(address, default=default) for address in document.get("addresses", ())]
    chosen = next((address for address in addresses if address["isDefaultAddress"]), None)
    shown: JsonObject = {
        "id": profile.id,
        "repositoryId": profile.id,
        "login": profile.login,
        **_UNSET,
        **{name: document[name] for name in _UNSET.keys() & document.keys()},
        "roles": [_shown_role(role) for role in document.get("roles", ())],
        **site_values(document, site),
        "shippingAddress": _without(chosen, "isDefaultAddress", "countryName") if chosen else None,
        "shippingAddresses": addresses,
        "secondaryAddresses": {
            address["alias"]: _without(address, "alias", "regionName", "isDefaultAddress") for address in addresses
        },
        DYNAMIC_PROPERTIES: declared.shown(document.get(CUSTOM, {})),
    }
    shown.update((name, mask) for name, mask in declared.masks().items() if name in shown)
    return shown


def _shown_role(role: JsonObject) -> JsonObject:
    unset = {"id": role["repositoryId"], "repositoryId": None, "name": None, "function": None, "relativeTo": None}
    return unset | role


def _without(address: JsonObject, *names: str) -> JsonObject:
    left = address.copy()
    for name in names:
        del left[name]
    return left
