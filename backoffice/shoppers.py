"""shoppers.json: profiles with their logins and passwords."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, Required

from typing_extensions import TypedDict

from backoffice.deployment import Deployment
from backoffice.members import Amount, Date, Id
from backoffice.people import Person, check_identifiers, put_person
from backoffice.records import Record, read_records
from commerce.addresses.model import AddressForm, set_members
from commerce.addresses.regions import Regions
from commerce.addresses.rules import located, missing_members
from commerce.dates import canonical_date
from commerce.errors import PropertyError
from commerce.profiles.custom import stored_value
from commerce.profiles.repository import PROFILE
from commerce.shapes import Text
from commerce.shopper_types.repository import ShopperTypeRepository
from commerce.values import without_case

DATES: Final = frozenset(
    {
        "dateOfBirth",
        "registrationDate",
        "firstVisitDate",
        "previousVisitDate",
        "lastVisitDate",
        "firstPurchaseDate",
        "lastPurchaseDate",
    }
)


class AddressRecord(AddressForm, total=False):
    """An address; country and state as codes or by their English names, types as ids."""

    repositoryId: Required[Id]
    alias: Required[str]
    externalAddressId: Text
    types: list[str]


class RoleRecord(TypedDict, total=False):
    """A role; `relativeTo`: the organization it is held in."""

    repositoryId: Required[str]
    name: str
    function: str
    relativeTo: dict[str, str]


class ShopperRecord(TypedDict, total=False):
    """One shopper. Without `password` the stored one stays; nobody can log in as a new shopper.

    `sample`: see backoffice/samples.py.
    """

    id: Required[Id]
    login: Required[str]
    email: str
    password: str
    active: bool
    firstName: str
    middleName: str
    lastName: str
    gender: str
    locale: str
    dateOfBirth: Date
    daytimeTelephoneNumber: str
    customerContactId: str
    audiences: list[str]
    lifetimeCurrencyCode: str
    registrationDate: Date
    firstVisitDate: Date
    previousVisitDate: Date
    lastVisitDate: Date
    firstPurchaseDate: Date
    lastPurchaseDate: Date
    numberOfOrders: int
    numberOfVisits: int
    lifetimeSpend: Amount
    lifetimeAOV: Amount
    lastPurchaseAmount: Amount | None
    derivedOrderPriceLimit: Amount | None
    taxExempt: bool
    derivedApprovalRequired: bool
    parentOrganization: dict[str, Any]
    secondaryOrganizations: list[dict[str, Any]]
    catalog: dict[str, Any]
    priceListGroup: dict[str, Any]
    loyaltyPrograms: list[dict[str, Any]]
    roles: list[RoleRecord]
    sites: dict[str, dict[str, Any]]
    addresses: list[AddressRecord]
    defaultAddress: str
    custom: dict[str, Any]
    sample: bool


def load_shoppers(
    file: Path, deployment: Deployment, advance: Callable[[int], object], *, replace: bool = False
) -> int:
    """Put every shopper of the file back to what it says; members that a record leaves out stay, unless `replace`.

    Raises BadData, nothing is written then.
    """
    records = list(_checked(file, deployment.regions))
    _convert_custom(records, deployment)
    table = deployment.tables.profiles
    check_identifiers(deployment, table, records, ("login", "email"))
    ids = {record.value["id"] for record in records}
    for record in records:
        put_person(deployment, table, PROFILE, _person(record), {}, others=ids, replace=replace)
        advance(1)
    return len(records)


def _checked(file: Path, regions: Regions) -> Iterator[Record]:
    seen: dict[str, set[str]] = {"id": set(), "login": set(), "email": set()}
    for record in read_records(file):
        record.check(ShopperRecord)
        shopper = record.value
        for member, values in seen.items():
            value = without_case(shopper.get(member, ""))
            if value in values and value:
                raise record.bad(f"{member}: {shopper[member]} is in the file twice")
            values.add(value)
        _read_addresses(record, regions)
        yield record


def _convert_custom(records: list[Record], deployment: Deployment) -> None:
    """Custom values become what is stored of them. Raises BadData when one does not fit the stored shopper type."""
    with_values = [record for record in records if record.value.get("custom")]
    if not with_values:
        return
    locale = deployment.settings.default_locale
    types = ShopperTypeRepository(deployment.store, deployment.tables.shopper_types, locale)
    properties = types.current(deployment.store.get(types.keys(locale)), locale).type.properties
    for record in with_values:
        kept = {}
        for name, value in record.value["custom"].items():
            declared = properties.get(name)
            if declared is None or declared.core:
                raise record.bad(f"custom: the shopper type has no property {name}")
            try:
                kept[name] = stored_value(declared, value)
            except PropertyError as error:
                raise record.bad(f"custom: {name}: no value of the type {declared.type}") from error
        record.value["custom"] = kept


def _read_addresses(record: Record, regions: Regions) -> None:
    """Addresses become what is stored of them; a phone number that came from elsewhere is not checked."""
    shopper = record.value
    addresses = shopper.get("addresses", [])
    for member in ("repositoryId", "alias"):
        if len({address[member] for address in addresses}) < len(addresses):
            raise record.bad(f"addresses: two have the same {member}")
    if shopper.get("defaultAddress") not in [None, *(address["repositoryId"] for address in addresses)]:
        raise record.bad("defaultAddress: there is no such address")
    for index, sent in enumerate(addresses):
        location = located(sent, regions)
        for name in missing_members(sent, location):
            raise record.bad(f"addresses[{index}]: {name} is missing or unknown")
        addresses[index] = set_members(sent | {"country": location.country, "state": location.state})


def _person(record: Record) -> Person:
    shopper = dict(record.value)
    profile_id, login = shopper.pop("id"), shopper.pop("login")
    password, active = shopper.pop("password", None), shopper.pop("active", None)
    shopper.pop("sample", None)
    document = {name: canonical_date(value) if name in DATES else value for name, value in shopper.items()}
    # No shopper made this version: nobody's login goes out with its tag.
    document["modifiedBy"] = ""
    return Person(profile_id, login, document, password, active, shopper.get("email"))
