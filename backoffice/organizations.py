"""organizations.json: organizations (accounts), their place in the tree, their addresses and defaults."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, Required

from typing_extensions import TypedDict

from backoffice.deployment import Deployment
from backoffice.members import Id
from backoffice.records import Record, read_records
from backoffice.writing import write_in_turn
from commerce.accounts.directory import Directory, DirectoryError, Place
from commerce.accounts.repository import DirectoryRepository, DirectoryTooLarge
from commerce.addresses.model import AddressForm
from commerce.configuration import ConfigurationRepository
from commerce.errors import CommerceError
from commerce.exact_json import JsonObject
from commerce.organizations.model import KINDS, MAX_ADDRESSES, Address, AddressContent, Modifier, Organization
from commerce.organizations.repository import OrganizationRepository
from commerce.organizations.rules import AddressSchema, changed_content, read_change
from commerce.shapes import Text

STORED: Final = ("name", "description", "externalOrganizationId", "sites", "priceListGroup")


class AddressRecord(AddressForm, total=False):
    """An own address; `addressType` is its nickname, `custom` its declared custom properties."""

    repositoryId: Required[Id]
    addressType: Text
    email: Text
    externalAddressId: Text
    types: list[str]
    custom: dict[str, Any]


class OrganizationRecord(TypedDict, total=False):
    """One organization; without `parent` it is a root, without `active` active. The defaults name own addresses or
    those of ancestors. Addresses, defaults and other members that a record leaves out stay as they are stored.

    `sites`: where its members may order, everywhere when absent. `priceListGroup`: what they pay there.
    """

    id: Required[Id]
    name: Required[str]
    description: str
    externalOrganizationId: str
    parent: str
    active: bool
    addresses: list[AddressRecord]
    sites: list[str]
    priceListGroup: str
    defaultBilling: str
    defaultShipping: str


@dataclass(frozen=True, slots=True)
class _Loaded:
    """One organization as the file says; versions are not known yet. `addresses`: None = it names none."""

    organization: Organization
    addresses: Sequence[Address] | None


def load_organizations(
    file: Path, deployment: Deployment, advance: Callable[[int], object], *, replace: bool = False
) -> int:
    """Put every organization of the file back to what it says, the whole tree at the end.

    What a record leaves out stays, unless `replace`: its addresses, one by one its defaults and other members.

    Raises BadData, nothing is written then.
    """
    table = deployment.tables.organizations
    repository, tree = OrganizationRepository(deployment.store, table), DirectoryRepository(deployment.store, table)
    records = list(_read(file))
    places = {
        record.value["id"]: Place(record.value.get("parent"), record.value.get("active", True)) for record in records
    }
    try:
        directory = tree.arranged(places)
    except (DirectoryError, DirectoryTooLarge) as error:
        raise records[0].bad(str(error)) from error
    schema = AddressSchema(deployment.regions, _address_properties(deployment))
    loaded = [_checked(record, schema) for record in records]

    def is_kept(names: Sequence[str], address: str) -> bool:
        keys = [repository.address_key(name, address) for name in names if not (replace and name in places)]
        return bool(deployment.store.get(keys))

    _check_defaults(records, loaded, directory, is_kept)

    for checked in loaded:
        addresses = checked.addresses or [] if replace else checked.addresses
        restored = partial(repository.restore, checked.organization, addresses, replace_all=replace)
        write_in_turn(f"the rows of {checked.organization.id}", restored)
        advance(1)
    write_in_turn("the organizations", lambda: tree.arrange(places))
    return len(records)


def _read(file: Path) -> Iterator[Record]:
    seen: set[str] = set()
    for record in read_records(file):
        record.check(OrganizationRecord)
        ids = [record.value["id"], *(address["repositoryId"] for address in record.value.get("addresses", []))]
        if len(ids) > MAX_ADDRESSES + 1:
            raise record.bad(f"addresses: at most {MAX_ADDRESSES}")
        for name in (f"organization {ids[0]}", *(f"address {address_id}" for address_id in ids[1:])):
            if name in seen:
                raise record.bad(f"{name} is in the file twice")
            seen.add(name)
        yield record


def _address_properties(deployment: Deployment) -> Mapping[str, str]:
    settings = deployment.settings
    configuration = ConfigurationRepository(deployment.store, settings.tables.catalogue, settings.default_site)
    return configuration.current(deployment.store.get(configuration.keys())).address_properties


def _checked(record: Record, schema: AddressSchema) -> _Loaded:
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


def _content(record: Record, address: Mapping[str, Any], schema: AddressSchema) -> AddressContent:
    """The address as a POST would store it."""
    members = {name: value for name, value in address.items() if name not in ("repositoryId", "addressType", "custom")}
    custom = address.get("custom", {})
    undeclared = custom.keys() - schema.properties.keys()
    if undeclared:
        raise record.bad(f"addresses: {address['repositoryId']}: {min(undeclared)} is not declared")
    try:
        change = read_change({"address": members | custom, "addressType": "-"}, schema.properties)
        content = changed_content(change, None, schema)
    except CommerceError as error:
        reason = f"{type(error).__name__} {error.path or ''}".strip()
        raise record.bad(f"addresses: {address['repositoryId']}: {reason}") from error
    return AddressContent(content.members, address.get("addressType"))


def _check_defaults(
    records: Sequence[Record],
    loaded: Sequence[_Loaded],
    directory: Directory,
    is_kept: Callable[[Sequence[str], str], bool],
) -> None:
    """`is_kept`: whether one of the organizations, of which the file names no addresses, has this one stored."""
    own = {
        checked.organization.id: {address.id for address in checked.addresses}
        for checked in loaded
        if checked.addresses is not None
    }
    for record, checked in zip(records, loaded, strict=True):
        line = (checked.organization.id, *directory.ancestors(checked.organization.id))
        silent = [name for name in line if name not in own]
        for attribute, address in checked.organization.defaults.items():
            if not any(address in own.get(name, ()) for name in line) and not is_kept(silent, address):
                raise record.bad(f"{attribute}: {address} is no address of it or of those above it")
