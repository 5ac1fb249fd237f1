"""shoppers.json: profiles with their logins and passwords."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final, Required

from typing_extensions import TypedDict

from backoffice.book import Book
from backoffice.catalogue import Unique
from backoffice.deployment import Deployment
from backoffice.findings import Findings, suggestion
from backoffice.members import (
    Amount,
    Date,
    Described,
    Id,
    LocaleTag,
    Login,
    LongText,
    Password,
    PasswordHash,
    SiteValues,
)
from backoffice.people import Identifiers, Person, put_people
from backoffice.records import Record, records_of
from backoffice.samples import check_sample
from commerce.accounts.member import Member
from commerce.addresses.model import AddressForm, set_members
from commerce.addresses.regions import Regions
from commerce.addresses.rules import located, missing_members
from commerce.dates import canonical_date
from commerce.errors import PropertyError
from commerce.exact_json import JsonObject
from commerce.profiles.addresses import MAX_ADDRESSES
from commerce.profiles.custom import stored_value
from commerce.profiles.repository import PROFILE
from commerce.profiles.rules import GENDERS, valid_email
from commerce.shapes import Text
from commerce.shopper_types.model import Property
from commerce.values import referenced_id, without_case

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
    """Unique in the profile."""
    alias: Required[str]
    """Its nickname, unique in the profile."""
    externalAddressId: Text
    """Id in another system."""
    types: list[str]
    """Ids of what it is for."""


class RoleRecord(TypedDict, total=False):
    """A role; `relativeTo`: the organization it is held in."""

    repositoryId: Required[str]
    """Id of the role."""
    name: str
    """Its name."""
    function: str
    """What it lets do: `admin`, `approver`, `buyer`, `accountAddressManager` or `profileAddressManager`."""
    relativeTo: dict[str, str]
    """The organization that it is held in: `{"repositoryId": "100002"}`."""


class ShopperRecord(TypedDict, total=False):
    """One shopper. Without `password` the stored one stays; nobody can log in as a new shopper.

    `passwordHash`: in its place, as an export with hashes writes it. `sample`: see backoffice/samples.py.
    """

    id: Required[Id]
    """Unique among shoppers."""
    login: Required[Login]
    """Unique among shoppers, in any case."""
    email: LongText
    """An e-mail address, unique among shoppers, in any case."""
    password: Password
    """In plain text; only a hash of it is stored. Left out: the stored one stays, and a new login is of no use until
    it gets one.
    """
    passwordHash: PasswordHash
    """In place of a password, as an export with hashes writes it."""
    active: bool
    """Whether they may call. Left out: as it stands; true for a new shopper."""
    firstName: LongText
    """Given name."""
    middleName: LongText
    """Middle name."""
    lastName: LongText
    """Family name."""
    gender: Annotated[str, Described(enum=list(GENDERS))]
    """As the shopper says."""
    locale: LocaleTag
    """Language of the shopper."""
    dateOfBirth: Date
    """Day of birth."""
    daytimeTelephoneNumber: LongText
    """Telephone number."""
    customerContactId: str
    """Id in another system."""
    audiences: list[str]
    """Audiences that the shopper is in, as promotions name them."""
    lifetimeCurrencyCode: str
    """Currency of the sums below."""
    registrationDate: Date
    """When the profile was made."""
    firstVisitDate: Date
    """When they first came."""
    previousVisitDate: Date
    """When they came before the last time."""
    lastVisitDate: Date
    """When they last came."""
    firstPurchaseDate: Date
    """When they first bought."""
    lastPurchaseDate: Date
    """When they last bought."""
    numberOfOrders: int
    """How often they bought."""
    numberOfVisits: int
    """How often they came."""
    lifetimeSpend: Amount
    """What they have paid altogether."""
    lifetimeAOV: Amount
    """What an order of theirs came to on average."""
    lastPurchaseAmount: Amount | None
    """What the last order came to."""
    derivedOrderPriceLimit: Amount | None
    """Sum from which their orders need an approval; shown, not enforced here."""
    taxExempt: bool
    """Kept and shown."""
    derivedApprovalRequired: bool
    """Kept and shown."""
    parentOrganization: dict[str, Any]
    """The organization that the shopper acts for: its `repositoryId`, and what else is to be shown of it."""
    secondaryOrganizations: list[dict[str, Any]]
    """Further organizations, in the same form."""
    catalog: dict[str, Any]
    """Shown as it stands."""
    priceListGroup: dict[str, Any]
    """The shopper's own group: `{"id": "defaultPriceGroup"}`."""
    loyaltyPrograms: list[dict[str, Any]]
    """Shown as they stand."""
    roles: list[RoleRecord]
    """Roles in organizations."""
    sites: dict[str, SiteValues]
    """Site → what was said there. Sites that are not named stay."""
    addresses: Annotated[list[AddressRecord], Described(maxItems=MAX_ADDRESSES)]
    """The whole address book. Left out: the stored one stays."""
    defaultAddress: str
    """`repositoryId` of one of them."""
    custom: dict[str, Any]
    """Values of custom properties that the shopper type declares; null takes one away. Those that are not named stay.
    """
    sample: bool
    """Its secrets are public, so that only the local cloud takes the record."""


def check_shoppers(file: Path, book: Book) -> None:
    """Each shopper by itself, whom its identifiers belong to, and what it names."""
    unique = {member: Unique() for member in ("id", "login", "email")}
    identifiers = Identifiers(book.deployment, book.deployment.tables.profiles, ("login", "email"))
    for record in records_of(file, book.findings):
        check_sample(record, book)
        if not record.check(ShopperRecord):
            continue
        shopper = record.value
        for member, values in unique.items():
            if shopper.get(member):
                values.check(record, member, without_case(shopper[member]), shopper[member])
        _check_members(record)
        _check_addresses(record, book.regions)
        _check_custom(record, book)
        _check_references(record, book)
        book.own_profiles.add(shopper["id"])
        identifiers.add(record)
    identifiers.check()


def load_shoppers(
    file: Path, deployment: Deployment, advance: Callable[[int], object], *, replace: bool = False
) -> int:
    """Put every shopper of a file that was checked back to what it says; members that a record leaves out stay, unless
    `replace`. Raises BadData when an identifier has been taken meanwhile.
    """
    regions, types = deployment.regions, Book(deployment, Findings()).shopper_type.type.properties

    def person(record: Record) -> Person:
        return _person(record, regions, types)

    table = deployment.tables.profiles
    return put_people(file, deployment, table, PROFILE, person, advance, replace=replace)


def _check_members(record: Record) -> None:
    """By the rules of an update (contract: profiles.md §1)."""
    shopper = record.value
    if {"password", "passwordHash"} <= shopper.keys():
        record.wrong("password, passwordHash: one of them at most")
    if shopper.get("email") and not valid_email(shopper["email"]):
        record.wrong("email: no e-mail address")
    if "gender" in shopper and shopper["gender"] not in GENDERS:
        record.wrong(f"gender: must be one of {', '.join(GENDERS)}")


def _check_addresses(record: Record, regions: Regions) -> None:
    """Where they lie and what they need; a phone number that came from elsewhere is not checked."""
    shopper = record.value
    addresses = shopper.get("addresses", [])
    if len(addresses) > MAX_ADDRESSES:
        record.wrong(f"addresses: at most {MAX_ADDRESSES}")
    for member in ("repositoryId", "alias"):
        if len({address[member] for address in addresses}) < len(addresses):
            record.wrong(f"addresses: two have the same {member}")
    if shopper.get("defaultAddress") not in [None, *(address["repositoryId"] for address in addresses)]:
        record.wrong("defaultAddress: there is no such address")
    for index, sent in enumerate(addresses):
        for name in missing_members(sent, located(sent, regions)):
            record.wrong(f"addresses[{index}]: {name} is missing or unknown")


def _check_custom(record: Record, book: Book) -> None:
    """Custom values fit the shopper type."""
    for name, value in record.value.get("custom", {}).items():
        declared = book.shopper_type.type.properties.get(name)
        if declared is None or declared.core:
            known = [known.id for known in book.shopper_type.type.custom]
            book.refuse(record, f"custom: the shopper type has no property {name}{suggestion(name, known)}")
            continue
        try:
            stored_value(declared, value)
        except PropertyError:
            record.wrong(f"custom: {name}: no value of the type {declared.type}")


def _check_references(record: Record, book: Book) -> None:
    """Organizations, sites and price list group that the shopper names."""
    shopper = record.value
    member = Member(active=True, document=shopper)
    relative = [referenced_id(role.get("relativeTo") or {}) for role in shopper.get("roles", ())]
    named = dict.fromkeys(
        [*((name, "organizations") for name in member.organizations), *((name, "roles") for name in relative if name)]
    )
    for name, where in named:
        if name not in book.directory:
            book.refuse(record, f"{where}: {name} is no organization{suggestion(name, book.directory.document())}")
    book.check_known(record, "sites", shopper.get("sites", ()), book.sites, "site")
    group = (shopper.get("priceListGroup") or {}).get("id")
    if group:
        book.check_known(record, "priceListGroup", [str(group)], book.currencies, "price list group")


def stored_addresses(addresses: Sequence[JsonObject], regions: Regions) -> list[JsonObject]:
    """Addresses of a record as they are stored."""
    stored = []
    for sent in addresses:
        location = located(sent, regions)
        stored.append(set_members(sent | {"country": location.country, "state": location.state}))
    return stored


def _person(record: Record, regions: Regions, declared: Mapping[str, Property]) -> Person:
    shopper = dict(record.value)
    profile_id, login = shopper.pop("id"), shopper.pop("login")
    password, hashed = shopper.pop("password", None), shopper.pop("passwordHash", None)
    active = shopper.pop("active", None)
    shopper.pop("sample", None)
    document: JsonObject = {name: canonical_date(value) if name in DATES else value for name, value in shopper.items()}
    if "addresses" in document:
        document["addresses"] = stored_addresses(document["addresses"], regions)
    if "custom" in document:
        document["custom"] = {name: stored_value(declared[name], value) for name, value in document["custom"].items()}
    # No shopper made this version: nobody's login goes out with its tag.
    document["modifiedBy"] = ""
    return Person(profile_id, login, document, password, active, shopper.get("email"), password_hash=hashed)
