"""organizations.json: organizations (accounts), their place in the tree, their addresses and defaults."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final, Required

from typing_extensions import TypedDict

from backoffice.book import Book
from backoffice.catalogue import Unique
from backoffice.deployment import Deployment
from backoffice.findings import Findings, suggestion
from backoffice.members import Described, Id
from backoffice.records import Record, read_records, records_of
from backoffice.wording import error_words
from backoffice.writing import write_in_turn
from commerce.accounts.directory import DirectoryError, Place
from commerce.accounts.repository import DirectoryRepository, DirectoryTooLarge
from commerce.addresses.model import AddressForm
from commerce.addresses.regions import Regions
from commerce.errors import CommerceError
from commerce.exact_json import JsonObject
from commerce.organizations.model import (
    KINDS,
    MAX_ADDRESSES,
    TEXT_MEMBERS,
    Address,
    AddressContent,
    Modifier,
    Organization,
)
from commerce.organizations.repository import OrganizationRepository
from commerce.organizations.rules import AddressSchema, changed_content, read_change
from commerce.shapes import Text

_ADDRESS_MEMBERS: Final = frozenset({*TEXT_MEMBERS, "types"})
STORED: Final = ("name", "description", "externalOrganizationId", "sites", "priceListGroup")


class AddressRecord(AddressForm, total=False):
    """An own address; `addressType` is its nickname, `custom` its declared custom properties."""

    repositoryId: Required[Id]
    """Unique among addresses of all organizations."""
    addressType: Text
    """Its nickname."""
    email: Text
    """E-mail address."""
    externalAddressId: Text
    """Id in another system."""
    types: list[str]
    """What it is for: `Shipping`, `Billing`."""
    custom: dict[str, Any]
    """Custom properties that `configuration.json` declares under `addressProperties`."""


class OrganizationRecord(TypedDict, total=False):
    """One organization; without `parent` it is a root, without `active` active. The defaults name own addresses or
    those of ancestors. Addresses, defaults and other members that a record leaves out stay as they are stored.

    `sites`: where its members may order, everywhere when absent. `priceListGroup`: what they pay there.
    """

    id: Required[Id]
    """Unique among organizations."""
    name: Required[str]
    """Name."""
    description: str
    """Text on it."""
    externalOrganizationId: str
    """Id in another system."""
    parent: str
    """Id of the organization above. Left out: it is a root."""
    active: bool
    """Whether its members may act for it. Default true."""
    addresses: Annotated[list[AddressRecord], Described(maxItems=MAX_ADDRESSES)]
    """Own addresses, in their order. Left out: the stored ones stay."""
    sites: list[str]
    """Where its members may order. Left out: as stored, at first on all sites."""
    priceListGroup: str
    """What its members pay in. Left out: as stored, at first what others pay in."""
    defaultBilling: str
    """Id of an own address, or of one of an organization above."""
    defaultShipping: str
    """The same for shipping."""


@dataclass(frozen=True, slots=True)
class _Loaded:
    """One organization as the file says; versions are not known yet. `addresses`: None = it names none."""

    organization: Organization
    addresses: Sequence[Address] | None


def check_organizations(file: Path, book: Book) -> None:
    """Each organization by itself, the tree, the defaults, and what else it names."""
    records = [record for record in records_of(file, book.findings) if record.check(OrganizationRecord)]
    unique = Unique()
    for record in records:
        addresses = record.value.get("addresses", ())
        if len(addresses) > MAX_ADDRESSES:
            record.wrong(f"addresses: at most {MAX_ADDRESSES}")
        unique.check(record, "id", ("organization", record.value["id"]), f"organization {record.value['id']}")
        for address in addresses:
            name = address["repositoryId"]
            unique.check(record, "addresses", ("address", name), f"address {name}")
        book.check_known(record, "sites", record.value.get("sites", ()), book.sites, "site")
        group = record.value.get("priceListGroup")
        book.check_known(record, "priceListGroup", [group] if group else (), book.currencies, "price list group")
    schema = AddressSchema(book.regions, book.configuration.address_properties)
    own = {}
    for record in records:
        addresses = record.value.get("addresses", ())
        for address in addresses:
            with suppress(_NoContent):
                _content(record, address, schema)
        if "addresses" in record.value or book.replace:
            own[record.value["id"]] = {address["repositoryId"] for address in addresses}
    if _arrange(records, book):
        _check_defaults(records, own, book)


def load_organizations(
    file: Path, deployment: Deployment, advance: Callable[[int], object], *, replace: bool = False
) -> int:
    """Put every organization of a file that was checked back to what it says, the whole tree at the end.

    What a record leaves out stays, unless `replace`: its addresses, one by one its defaults and other members.
    """
    table = deployment.tables.organizations
    repository, tree = OrganizationRepository(deployment.store, table), DirectoryRepository(deployment.store, table)
    records = list(read_records(file))
    places = _places(records)
    schema = AddressSchema(deployment.regions, Book(deployment, Findings()).configuration.address_properties)
    for record in records:
        loaded = _loaded(record, schema)
        addresses = loaded.addresses or [] if replace else loaded.addresses
        restored = partial(repository.restore, loaded.organization, addresses, replace_all=replace)
        write_in_turn(f"the rows of {loaded.organization.id}", restored)
        advance(1)
    write_in_turn("the organizations", lambda: tree.arrange(places))
    return len(records)


def _places(records: Iterable[Record]) -> dict[str, Place]:
    return {
        record.value["id"]: Place(record.value.get("parent"), record.value.get("active", True)) for record in records
    }


def _arrange(records: Sequence[Record], book: Book) -> bool:
    """Whether the organizations make a tree; the book's is this one then."""
    if not records:
        return False
    places = _places(records)
    tree = DirectoryRepository(book.deployment.store, book.deployment.tables.organizations)
    known = {None, *places, *book.directory.document()}
    unknown = [record for record in records if record.value.get("parent") not in known]
    for record in unknown:
        parent = record.value["parent"]
        book.refuse(record, f"parent: its parent {parent} does not exist{suggestion(parent, places)}")
    if unknown:
        return False
    try:
        book.directory = tree.arranged(places)
    except (DirectoryError, DirectoryTooLarge) as error:
        records[0].wrong(str(error))
        return False
    return True


def _loaded(record: Record, schema: AddressSchema) -> _Loaded:
    value = record.value
    addresses = [
        Address(value["id"], address["repositoryId"], 0, position, _content(record, address, schema), Modifier())
        for position, address in enumerate(value.get("addresses", ()), start=1)
    ]
    document: JsonObject = {name: value[name] for name in STORED if name in value}
    defaults = {kind.attribute: value[kind.attribute] for kind in KINDS if kind.attribute in value}
    return _Loaded(
        Organization(value["id"], 0, document, defaults, len(addresses), len(addresses)),
        addresses if "addresses" in value else None,
    )


class _NoContent(Exception):
    """What is wrong with an address is told."""


def stored_addresses(record: Record, regions: Regions, properties: Mapping[str, str]) -> list[JsonObject]:
    """The addresses of a checked record as an export writes them."""
    schema = AddressSchema(regions, properties)
    loaded = _loaded(record, schema).addresses or ()
    return [address_record(address.id, address.content.members, address.content.nickname) for address in loaded]


def address_record(name: str, members: JsonObject, nickname: str | None) -> JsonObject:
    """The record of a stored address."""
    custom = {member: value for member, value in members.items() if member not in _ADDRESS_MEMBERS}
    plain = {member: value for member, value in members.items() if member in _ADDRESS_MEMBERS}
    named = {} if nickname is None else {"addressType": nickname}
    return {"repositoryId": name, **named, **plain, **({"custom": custom} if custom else {})}


def _content(record: Record, address: Mapping[str, Any], schema: AddressSchema) -> AddressContent:
    """The address as a POST would store it. Raises _NoContent when it would not, an error of the record."""
    members = {name: value for name, value in address.items() if name not in ("repositoryId", "addressType", "custom")}
    custom = address.get("custom", {})
    undeclared = custom.keys() - schema.properties.keys()
    if undeclared:
        name = min(undeclared)
        record.wrong(
            f"addresses: {address['repositoryId']}: {name} is not declared{suggestion(name, schema.properties)}"
        )
        raise _NoContent
    try:
        change = read_change({"address": members | custom, "addressType": "-"}, schema.properties)
        content = changed_content(change, None, schema)
    except CommerceError as error:
        reason = f"{error_words(error)} {error.path or ''}".strip()
        record.wrong(f"addresses: {address['repositoryId']}: {reason}")
        raise _NoContent from error
    return AddressContent(content.members, address.get("addressType"))


def _check_defaults(records: Sequence[Record], own: Mapping[str, set[str]], book: Book) -> None:
    """A default is an address of the organization or of those above it: of the file, else a stored one."""
    repository = OrganizationRepository(book.deployment.store, book.deployment.tables.organizations)
    for record in records:
        name = record.value["id"]
        line = (name, *book.directory.ancestors(name))
        silent = [above for above in line if above not in own]
        for attribute in (kind.attribute for kind in KINDS):
            address = record.value.get(attribute)
            if address is None or any(address in own.get(above, ()) for above in line):
                continue
            keys = [repository.address_key(above, address) for above in silent]
            if not book.deployment.store.get(keys):
                book.refuse(record, f"{attribute}: {address} is no address of it or of those above it")
