"""The address book: what a sent list makes of the stored one (contract: profiles.md §3)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import eq
from typing import Final, TypeAlias

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
from commerce.exact_json import JsonObject, JsonValue
from commerce.phones import valid_phone
from commerce.profiles.model import ADDRESS_MEMBERS, REGION_MEMBERS
from commerce.regions import Regions, country_name, region_name
from commerce.shapes import Path, path_text
from commerce.values import MAX_TEXT, reference_text

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


Resolve: TypeAlias = Callable[[str, str], str | None]
_PLAIN_MEMBERS: Final = tuple(name for name in ADDRESS_MEMBERS if name != "types")

# What an answer shows of an address, in its order; no other member is stored.
_SHOWN: Final[JsonObject] = dict.fromkeys(
    ("repositoryId", *_PLAIN_MEMBERS, "regionName", "countryName", "isDefaultAddress", "types")
)

# What is wrong, by the path of the member.
Errors: TypeAlias = dict[Path, PropertyError]


@dataclass(frozen=True, slots=True)
class AddressBook:
    """Stored addresses in their order, and the id of the default one."""

    addresses: Sequence[JsonObject]
    default: str | None


def replaced_book(
    sent: Sequence[JsonObject], stored: AddressBook, regions: Regions, new_id: Callable[[], str], place: Path
) -> tuple[AddressBook, Errors]:
    """The book that a whole sent list makes, and what is wrong with its items (`place` is the list's path)."""
    matches = _matched(sent, stored.addresses)
    errors: Errors = {}
    addresses: list[JsonObject] = []
    default: str | None = None
    for index, (item, match) in enumerate(zip(sent, matches, strict=True)):
        if match is not None and _as_read(item, match):
            address = match
        else:
            address = _resolved_address(item, regions, (*place, index), errors)
            address["repositoryId"] = match["repositoryId"] if match else new_id()
        addresses.append(address)
        if item.get("isDefaultAddress"):
            default = address["repositoryId"]
    if default is None and any(each["repositoryId"] == stored.default for each in addresses):
        default = stored.default
    return AddressBook(_with_unique_aliases(addresses), default), errors


def book_with_default(
    item: JsonObject, stored: AddressBook, regions: Regions, new_id: Callable[[], str], place: Path
) -> tuple[AddressBook, Errors]:
    """The book after the deprecated `shippingAddress`: one address replaced or added, and made the default."""
    ids = [each["repositoryId"] for each in stored.addresses]
    target = item.get("repositoryId") if item.get("repositoryId") in ids else stored.default
    match = next((each for each in stored.addresses if each["repositoryId"] == target), None)
    errors: Errors = {}
    if match is not None and _as_read(item, match):
        address = match
    else:
        address = _resolved_address(item, regions, place, errors)
        address["repositoryId"] = match["repositoryId"] if match else new_id()
    addresses = [address if each is match else each for each in stored.addresses]
    if match is None:
        addresses.append(address)
    return AddressBook(_with_unique_aliases(addresses), address["repositoryId"]), errors


def _resolved_address(item: JsonObject, regions: Regions, place: Path, errors: Errors) -> JsonObject:
    """The address to store, country and state as codes; what is wrong is added to `errors`."""
    address = {name: item.get(name) for name in ADDRESS_MEMBERS}
    address["types"] = _type_ids(item.get("types"))
    found: dict[str, PropertyError] = {}

    country = _country(item, regions)
    address["country"] = country
    if country is None:
        found["country"] = AddressCountryUnknown(path=path_text((*place, "country")))
    else:
        state, resolve = _sent_state(item, country, regions)
        address["state"] = state
        if regions.has_regions(country):
            address["state"] = resolve(country, state) if state else None
            if address["state"] is None:
                found["state"] = AddressStateUnknown(state or None, path=path_text((*place, "state")))
    for name, error in _REQUIRED.items():
        if name not in ("country", "state") and not address[name]:
            found[name] = error(path=path_text((*place, name)))
    phone = address["phoneNumber"]
    if phone and not valid_phone(phone):
        found["phoneNumber"] = PhoneNumberInvalid(path=path_text((*place, "phoneNumber")))
    if address["types"] is None:
        found["types"] = PropertyIncorrect("types", path=path_text((*place, "types")), property="types")
    errors.update({(*place, name): found[name] for name in (*_REQUIRED, "phoneNumber", "types") if name in found})
    return address


def shown_address(address: JsonObject, *, default: str | None) -> JsonObject:
    """A stored address as an entry of `shippingAddresses`."""
    shown = _SHOWN | address
    shown["regionName"] = region_name(address.get("country"), address.get("state"))
    shown["countryName"] = country_name(address.get("country"))
    shown["isDefaultAddress"] = address["repositoryId"] == default
    shown["types"] = [{"id": each} for each in address.get("types") or ()]
    return shown


def _matched(sent: Sequence[JsonObject], stored: Sequence[JsonObject]) -> list[JsonObject | None]:
    """For each sent item the stored one it means: by id, then by alias, each stored one once."""
    by_id = {each["repositoryId"]: each for each in stored}
    matches: list[JsonObject | None] = [by_id.pop(item.get("repositoryId") or "", None) for item in sent]
    by_alias = {each["alias"]: each for each in stored if each["repositoryId"] in by_id and each.get("alias")}
    for index, item in enumerate(sent):
        if not item.get("repositoryId"):
            matches[index] = by_alias.pop(item.get("alias") or "", None)
    return matches


def _as_read(item: JsonObject, stored: JsonObject) -> bool:
    """Whether an item came back just as an answer showed it, without a word of its own on the region."""
    return (
        all(map(eq, map(item.get, _PLAIN_MEMBERS), map(stored.get, _PLAIN_MEMBERS)))
        and not any(map(item.get, REGION_MEMBERS))
        and _type_ids(item.get("types")) == (stored.get("types") or [])
    )


def _with_unique_aliases(addresses: Sequence[JsonObject]) -> list[JsonObject]:
    taken: set[str] = set()
    named = []
    for address in addresses:
        alias, counter = address.get("alias") or DEFAULT_ALIAS, 0
        base = _COUNTER.sub("", alias) if alias in taken else alias
        while alias in taken:
            ending = f"##{counter}"
            alias, counter = base[: MAX_TEXT - len(ending)] + ending, counter + 1
        taken.add(alias)
        named.append(address if address.get("alias") == alias else address | {"alias": alias})
    return named


def _country(item: JsonObject, regions: Regions) -> str | None:
    if item.get("selectedCountry"):
        return regions.country_by_code(item["selectedCountry"])
    if item.get("country"):
        return regions.country(item["country"])
    return regions.country_by_code(item.get("defaultCountryCode") or "")


def _sent_state(item: JsonObject, country: str, regions: Regions) -> tuple[str | None, Resolve]:
    """The first member that says a state, and how such a text is resolved; None if no member says one."""
    head, _, tail = (item.get("state_ISOCode") or "").partition("-")
    code = item.get("selectedState") or (tail if head.upper() == country else None)
    return (code, regions.region_by_code) if code else (item.get("state"), regions.region)


def _type_ids(types: JsonValue) -> list[str] | None:
    """Ids of ``[{"id":"SHIPPING"}]`` or ``["SHIPPING"]``; None for another shape."""
    ids = [reference_text(each) for each in types or ()]
    return None if None in ids else [each for each in ids if each is not None]
