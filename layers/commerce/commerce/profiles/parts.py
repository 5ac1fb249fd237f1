"""Calls that name one part of a profile, as updates of the whole: what a site says, one address.

So each rule of profiles.md holds here as it does there (contract: companions.md §2, §3). Plain data in, plain data out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from commerce.accounts.directory import Directory
from commerce.accounts.member import Member
from commerce.addresses.regions import Regions
from commerce.addresses.rules import located
from commerce.errors import (
    OwnAddressesNotManaged,
    ProfileAddressIncomplete,
    ProfileAddressUnknown,
    PropertyErrors,
    PropertyIncorrect,
)
from commerce.exact_json import JsonObject, JsonValue, Unusable, expected_object, kind_of
from commerce.profiles.model import Profile
from commerce.profiles.rules import PER_SITE_MEMBERS, Draft, UpdateContext, updated_profile
from commerce.values import id_text

OWN_ADDRESS_FUNCTIONS: Final = frozenset({"admin", "profileAddressManager"})
SITE_PROPERTIES: Final = "siteProperties"
_ADDRESS, _NICKNAME, _LIST = "address", "addressType", "shippingAddresses"
_STATE_MEMBERS: Final = ("state", "selectedState", "state_ISOCode")
# What an entry of the list has and the `address` of a call does not.
_OUTSIDE: Final = frozenset({"alias", "repositoryId"})


class SiteEntry(Struct, frozen=True):
    """The per-site members that a body sets for one site, and where they stand in it."""

    site: str
    members: JsonObject
    path: str


def sent_site_properties(body: JsonObject, site: str) -> list[SiteEntry]:
    """The entries of a body; one that names no site is for `site`. Raises PropertyErrors."""
    sent = body.get(SITE_PROPERTIES)
    if isinstance(sent, dict):
        sent = [sent]
    if not isinstance(sent, list):
        expected = f"be a list of objects with site and properties, not {kind_of(sent)}"
        raise PropertyErrors([_misshapen(SITE_PROPERTIES, SITE_PROPERTIES, expected)])
    return [_entry(item, site, f"{SITE_PROPERTIES}[{index}]") for index, item in enumerate(sent)]


def updated_site_properties(profile: Profile, entries: Sequence[SiteEntry], context: UpdateContext) -> Draft:
    """The profile after all entries, in their order. Raises PropertyErrors with what is wrong in any."""
    draft, errors = Draft(profile.document, profile.login), []
    for entry in entries:
        before = replace(profile, document=draft.document)
        try:
            draft = updated_profile(before, entry.members, replace(context, site=entry.site))
        except PropertyErrors as wrong:
            for error in wrong.errors:
                error.path = f"{entry.path}.properties.{error.path}"
                errors.append(error)
    if errors:
        raise PropertyErrors(errors)
    return draft


def check_own_addresses(member: Member, named: str | None, directory: Directory) -> None:
    """Whether a shopper may write its own addresses; `named`: the organization that its call is for.

    Raises OwnAddressesNotManaged.
    """
    organization = member.current(named, directory)
    if organization is not None and not OWN_ADDRESS_FUNCTIONS & member.functions(organization):
        functions = " or ".join(sorted(OWN_ADDRESS_FUNCTIONS))
        raise OwnAddressesNotManaged(expected=f"hold the function {functions} in the account that the call is for")


def stored_address(profile: Profile, address_id: str) -> JsonObject:
    """The address of that id. Raises ProfileAddressUnknown."""
    for address in profile.document.get("addresses", ()):
        if address["repositoryId"] == address_id:
            return dict(address)
    raise ProfileAddressUnknown(address_id)


def sent_address(body: JsonValue | Unusable, *, new: bool) -> JsonObject:
    """What a body says of an address, as an entry of the profile's list. Raises ProfileAddressIncomplete."""
    if not isinstance(body, dict):
        raise ProfileAddressIncomplete(expected=expected_object(body))
    address = body.get(_ADDRESS)
    if not isinstance(address, dict | None) or (new and address is None):
        raise ProfileAddressIncomplete(path=_ADDRESS, expected=f"be an object, not {kind_of(address)}")
    if address is None and _NICKNAME not in body:
        raise ProfileAddressIncomplete(expected=f"hold {_ADDRESS} or {_NICKNAME}")
    sent = {name: value for name, value in (address or {}).items() if name not in _OUTSIDE}
    return sent | ({"alias": body[_NICKNAME]} if _NICKNAME in body else {})


def with_address(profile: Profile, sent: JsonObject, context: UpdateContext) -> tuple[Draft, JsonObject]:
    """The profile with one more address, the last one, and that address as stored. Raises PropertyErrors."""
    draft = _updated(profile, [*_stored(profile), sent], context)
    return draft, draft.document["addresses"][-1]


def with_changed_address(profile: Profile, stored: JsonObject, sent: JsonObject, context: UpdateContext) -> Draft:
    """The profile after a partial update of one of its addresses. Raises PropertyErrors."""
    address_id = stored["repositoryId"]
    changed = _merged(stored, sent, context.regions)
    others = [entry for entry in _stored(profile) if entry["repositoryId"] != address_id]
    # At the end its nickname gives way to the others'.
    draft = _updated(profile, [*others, changed], context)
    order = [entry["repositoryId"] for entry in _stored(profile)]
    addresses = sorted(draft.document["addresses"], key=lambda entry: order.index(entry["repositoryId"]))
    return replace(draft, document=draft.document | {"addresses": addresses})


def without_address(profile: Profile, address_id: str, context: UpdateContext) -> Draft:
    """The profile without one of its addresses."""
    return _updated(profile, [entry for entry in _stored(profile) if entry["repositoryId"] != address_id], context)


def _entry(item: JsonValue, site: str, path: str) -> SiteEntry:
    if not isinstance(item, dict):
        raise PropertyErrors([_misshapen(SITE_PROPERTIES, path, f"be an object, not {kind_of(item)}")])
    named, properties = item.get("site"), item.get("properties")
    if isinstance(named, dict):
        named = next((named[name] for name in ("id", "repositoryId") if named.get(name) is not None), "")
    name = site if named is None else id_text(named)
    if not name:
        raise PropertyErrors([_misshapen("site", f"{path}.site", 'name a site, like {"id":"siteUS"}, or be left out')])
    if properties is not None and not isinstance(properties, dict):
        expected = f"be an object, not {kind_of(properties)}"
        raise PropertyErrors([_misshapen("properties", f"{path}.properties", expected)])
    members = {key: value for key, value in (properties or {}).items() if key in PER_SITE_MEMBERS}
    return SiteEntry(name, members, path)


def _misshapen(name: str, path: str, expected: str) -> PropertyIncorrect:
    return PropertyIncorrect(name, path=path, expected=expected, property=name)


def _merged(stored: JsonObject, sent: JsonObject, regions: Regions) -> JsonObject:
    """A stored address with what was sent. In a new country the old state means nothing."""
    merged = stored | sent
    if any(name in sent for name in _STATE_MEMBERS):
        return merged
    texts = {name: value for name, value in merged.items() if isinstance(value, str)}
    return merged if located(texts, regions).country == stored.get("country") else merged | {"state": None}


def _stored(profile: Profile) -> Sequence[JsonObject]:
    """Stored addresses; as entries of a list that is sent they mean themselves, unchanged."""
    addresses: Sequence[JsonObject] = profile.document.get("addresses", ())
    return addresses


def _updated(profile: Profile, entries: Sequence[JsonObject], context: UpdateContext) -> Draft:
    """The profile with the whole list of addresses replaced. The paths of errors are those of the call's body."""
    try:
        return updated_profile(profile, {_LIST: list(entries)}, context)
    except PropertyErrors as wrong:
        rename = _renamed(len(entries) - 1)
        for error in wrong.errors:
            error.path = rename(error.path)
        raise


def _renamed(index: int) -> Callable[[str | None], str | None]:
    entry = f"{_LIST}[{index}]"

    def rename(path: str | None) -> str | None:
        if path is None or not path.startswith(entry):
            return None
        place = path.removeprefix(entry)
        return _NICKNAME if place == ".alias" else _ADDRESS + place

    return rename
