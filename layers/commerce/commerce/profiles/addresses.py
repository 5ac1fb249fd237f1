"""The address book: what a sent list makes of the stored one (contract: profiles.md §3)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from operator import eq
from typing import Final, TypeAlias

from msgspec import Struct

from commerce.addresses.model import EXPECTED_TYPES, set_members, type_ids
from commerce.addresses.regions import Regions, country_name, region_name
from commerce.addresses.rules import EXPECTED_PHONE, located, missing_members, valid_phone
from commerce.errors import (
    AddressCityMissing,
    AddressCountryUnknown,
    AddressLineMissing,
    AddressPostalCodeMissing,
    AddressStateUnknown,
    PhoneNumberInvalid,
    PropertyError,
    PropertyIncorrect,
)
from commerce.exact_json import JsonObject
from commerce.profiles.model import ADDRESS_MEMBERS, REGION_MEMBERS
from commerce.shapes import Path, path_text
from commerce.values import MAX_TEXT

MAX_ADDRESSES: Final = 200
DEFAULT_ALIAS: Final = "Address"

_COUNTER = re.compile(r"##\d+$", re.ASCII)
_REQUIRED: Final[Mapping[str, type[PropertyError]]] = {
    "address1": AddressLineMissing,
    "city": AddressCityMissing,
    "country": AddressCountryUnknown,
    "state": AddressStateUnknown,
    "postalCode": AddressPostalCodeMissing,
}
_PLAIN_MEMBERS: Final = tuple(name for name in ADDRESS_MEMBERS if name != "types")

# What an answer shows of an address, in its order; others may be stored by a later release.
_SHOWN: Final[JsonObject] = dict.fromkeys(
    ("repositoryId", *_PLAIN_MEMBERS, "regionName", "countryName", "isDefaultAddress", "types")
)

# What is wrong, by the path of the member.
Errors: TypeAlias = dict[Path, PropertyError]


class AddressBook(Struct, frozen=True):
    """Stored addresses in their order, and the id of the default one."""

    addresses: Sequence[JsonObject]
    default: str | None


def replaced_book(
    sent: Sequence[JsonObject], stored: AddressBook, regions: Regions, new_id: Callable[[], str], path: Path
) -> tuple[AddressBook, Errors]:
    """The book that a whole sent list makes, and what is wrong with its items (`path` is the list's)."""
    matches = _matched(sent, stored.addresses)
    errors: Errors = {}
    addresses: list[JsonObject] = []
    default, kept = None, stored.default
    for index, (item, match) in enumerate(zip(sent, matches, strict=True)):
        if match is not None and _as_read(item, match):
            address = match
        else:
            address, wrong = read_address(item, regions, (*path, index))
            errors |= wrong
            address["repositoryId"] = match["repositoryId"] if match else new_id()
        addresses.append(address)
        if item.get("isDefaultAddress"):
            default = address["repositoryId"]
        elif item.get("isDefaultAddress") is False and address["repositoryId"] == stored.default:
            kept = None
    if default is None and any(address["repositoryId"] == kept for address in addresses):
        default = kept
    return AddressBook(_with_unique_aliases(addresses), default), errors


def book_with_default(
    item: JsonObject, stored: AddressBook, regions: Regions, new_id: Callable[[], str], path: Path
) -> tuple[AddressBook, Errors]:
    """The book after the deprecated `shippingAddress`: one address replaced or added, and made the default."""
    ids = [address["repositoryId"] for address in stored.addresses]
    target = item.get("repositoryId") if item.get("repositoryId") in ids else stored.default
    match = next((candidate for candidate in stored.addresses if candidate["repositoryId"] == target), None)
    errors: Errors = {}
    if match is not None and _as_read(item, match):
        address = match
    else:
        address, errors = read_address(item, regions, path)
        address["repositoryId"] = match["repositoryId"] if match else new_id()
    addresses = [address if candidate is match else candidate for candidate in stored.addresses]
    if match is None:
        addresses.append(address)
    return AddressBook(_with_unique_aliases(addresses), address["repositoryId"]), errors


def read_address(item: JsonObject, regions: Regions, path: Path) -> tuple[JsonObject, Errors]:
    """The address of a sent item as it is stored, still without its id, and what is wrong with it at `path`."""
    location = located(item, regions)
    address: JsonObject = {name: item.get(name) for name in ADDRESS_MEMBERS}
    address |= {"country": location.country, "state": location.state, "types": type_ids(item.get("types"))}
    found: Errors = {}
    for name in missing_members(address, location):
        value = (location.state or None) if name == "state" else None
        found[*path, name] = _REQUIRED[name](value, path=path_text((*path, name)))
    if address["phoneNumber"] and not valid_phone(address["phoneNumber"]):
        found[*path, "phoneNumber"] = PhoneNumberInvalid(
            path=path_text((*path, "phoneNumber")), expected=EXPECTED_PHONE
        )
    if address["types"] is None:
        found[*path, "types"] = PropertyIncorrect(
            "types", path=path_text((*path, "types")), expected=EXPECTED_TYPES, property="types"
        )
    return set_members(address), found


def shown_address(address: JsonObject, *, default: str | None) -> JsonObject:
    """A stored address as an entry of `shippingAddresses`."""
    shown = {name: address.get(name, unset) for name, unset in _SHOWN.items()}
    shown["regionName"] = region_name(address.get("country"), address.get("state"))
    shown["countryName"] = country_name(address.get("country"))
    shown["isDefaultAddress"] = address["repositoryId"] == default
    shown["types"] = [{"id": kind} for kind in address.get("types") or ()]
    return shown


def _matched(sent: Sequence[JsonObject], stored: Sequence[JsonObject]) -> list[JsonObject | None]:
    """For each sent item the stored one it means: by id, then by alias, each stored one once."""
    by_id = {entry["repositoryId"]: entry for entry in stored}
    matches: list[JsonObject | None] = [by_id.pop(item.get("repositoryId") or "", None) for item in sent]
    by_alias = {entry["alias"]: entry for entry in stored if entry["repositoryId"] in by_id and entry.get("alias")}
    for index, item in enumerate(sent):
        if not item.get("repositoryId"):
            matches[index] = by_alias.pop(item.get("alias") or "", None)
    return matches


def _as_read(item: JsonObject, stored: JsonObject) -> bool:
    """Whether an item came back just as an answer showed it, without a word of its own on the region."""
    return (
        all(map(eq, map(item.get, _PLAIN_MEMBERS), map(stored.get, _PLAIN_MEMBERS)))
        and not any(map(item.get, REGION_MEMBERS))
        and type_ids(item.get("types")) == (stored.get("types") or [])
    )


def _with_unique_aliases(addresses: Sequence[JsonObject]) -> list[JsonObject]:
    taken: set[str] = set()
    counters: dict[str, int] = {}
    named = []
    for address in addresses:
        alias = address.get("alias") or DEFAULT_ALIAS
        base = _COUNTER.sub("", alias) if alias in taken else alias
        while alias in taken:
            counter = counters.get(base, 0)
            counters[base] = counter + 1  # what was taken once stays taken
            ending = f"##{counter}"
            alias = base[: MAX_TEXT - len(ending)] + ending
        taken.add(alias)
        named.append(address if address.get("alias") == alias else address | {"alias": alias})
    return named
