"""What an update makes of an address and of the defaults (contract: organization-addresses.md §2 to §6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from commerce.addresses.model import EXPECTED_TYPES, set_members, type_ids
from commerce.addresses.regions import Regions
from commerce.addresses.rules import EXPECTED_PHONE, located_by_codes, required_members, valid_phone
from commerce.errors import (
    AddressIncomplete,
    AddressMemberInvalid,
    CountryInvalid,
    PhoneNumberInvalid,
    StateInvalid,
    UnknownAddress,
    UnknownAddressType,
)
from commerce.exact_json import JsonObject, JsonValue, Unusable, expected_object
from commerce.organizations.address_types import BILLING, SHIPPING, address_type
from commerce.organizations.model import (
    KINDS,
    MANDATORY_MEMBERS,
    TEXT_MEMBERS,
    Address,
    AddressContent,
    AddressRequest,
    DefaultKind,
    Lineage,
)
from commerce.shapes import Path, Shape, path_text
from commerce.values import TEXT_LENGTHS, Misfit, form_value

NICKNAME: Final = "addressType"
TYPES: Final = "types"
# Names that a custom property cannot have.
RESERVED_MEMBERS: Final = frozenset(
    {*TEXT_MEMBERS, TYPES, NICKNAME, *(kind.flag for kind in KINDS), "id", "repositoryId", "isInherited"}
)

_SHAPE: Final = Shape(AddressRequest)
_FLAGS: Final[Mapping[str, DefaultKind]] = {kind.flag: kind for kind in KINDS}
_ADDRESS: Final = "address"
_EXPECTED_VALUE: Final = "have a value: an address of an account in this country needs one"


class AddressSchema(Struct, frozen=True):
    """What an address may say. `properties`: declared property → its kind."""

    regions: Regions
    properties: Mapping[str, str]


class Change(Struct, frozen=True):
    """A request whose members have the right types.

    `sent`: members that can be stored, and `addressType`, in the order of the request. `flags`: the defaults it sets or
    clears.
    """

    sent: JsonObject
    flags: Mapping[DefaultKind, bool]


def sent_body(body: JsonValue | Unusable) -> JsonObject:
    """The body if it asks for anything at all. Raises AddressIncomplete."""
    if not isinstance(body, dict):
        raise AddressIncomplete(expected=expected_object(body))
    if NICKNAME not in body and body.get(_ADDRESS) in (None, {}):
        raise AddressIncomplete(expected=f"hold {NICKNAME}, or {_ADDRESS} with members")
    return body


def read_change(body: JsonObject, properties: Mapping[str, str]) -> Change:
    """What a body asks for.

    Raises AddressMemberInvalid, then DefaultBillingNotBoolean, DefaultShippingNotBoolean: the first in request order.
    """
    address = body.get(_ADDRESS)
    members = address if isinstance(address, dict) else {}
    sent, misfits = dict(members), dict[Path, str]()
    for violation in _SHAPE.violations(body):
        misfits.setdefault(violation.path[:2], violation.expected)
    for name, value in members.items():
        if name == TYPES and isinstance(value, list):
            sent[name] = type_ids(value)
            if sent[name] is None:
                misfits[_ADDRESS, name] = EXPECTED_TYPES
        elif name in properties:
            try:
                sent[name] = form_value(properties[name], value, TEXT_LENGTHS.get(properties[name]))
            except Misfit as misfit:
                misfits[_ADDRESS, name] = misfit.expected
    flags = {path for path in misfits if path[-1] in _FLAGS}
    for path in _in_request_order(body, misfits.keys() - flags):
        raise AddressMemberInvalid(str(path[-1]), path=path_text(path), expected=misfits[path], property=path[-1])
    for path in _in_request_order(body, flags):
        raise _FLAGS[str(path[-1])].not_boolean(path=path_text(path))

    sent = {name: value for name, value in sent.items() if name in TEXT_MEMBERS or name == TYPES or name in properties}
    if NICKNAME in body:
        before = list(body).index(NICKNAME) < list(body).index(_ADDRESS) if _ADDRESS in body else True
        nickname = {NICKNAME: body[NICKNAME]}
        sent = nickname | sent if before else sent | nickname
    return Change(sent, {kind: members[kind.flag] for kind in KINDS if kind.flag in members})


def changed_content(change: Change, stored: AddressContent | None, schema: AddressSchema) -> AddressContent:
    """The address after a partial update; `stored` None = a new one, which needs every mandatory member.

    Raises AddressIncomplete, CountryInvalid, StateInvalid, PhoneNumberInvalid, UnknownAddressType, in this order.
    """
    before = stored.members if stored else {}
    nickname = change.sent.get(NICKNAME, stored.nickname if stored else None)
    members = {**before, **change.sent}
    members.pop(NICKNAME, None)
    country = located_by_codes(members.get("country"), None, schema.regions).country
    if country != before.get("country") and "state" not in change.sent:
        members.pop("state", None)
    _check_mandatory(change, members, country, nickname_required=stored is None)

    location = located_by_codes(country, members.get("state"), schema.regions)
    if location.country is None:
        raise CountryInvalid(members["country"], path="address.country")
    if not location.state_known:
        raise StateInvalid(location.state, path="address.state")
    members |= {"country": location.country, "state": location.state}
    if not valid_phone(members["phoneNumber"]):
        raise PhoneNumberInvalid(path="address.phoneNumber", expected=EXPECTED_PHONE)
    types = _types(members.get(TYPES) or ())
    members[TYPES] = before[TYPES] if set(types) == set(before.get(TYPES, ())) and types else types
    return AddressContent(set_members(members), nickname)


def check_inherited(change: Change, address: Address, content: AddressContent) -> None:
    """An ancestor's address can be chosen as a default, not changed. Raises UnknownAddress."""
    stored = address.content
    names = stored.members.keys() | content.members.keys()
    differs = any(_comparable(stored.members.get(name)) != _comparable(content.members.get(name)) for name in names)
    nickname = change.sent.get(NICKNAME, shown_nickname(address))
    if differs or nickname != shown_nickname(address):
        raise UnknownAddress(
            address.id, expected="be that of an own address: of one of a parent only the defaults change"
        )


def shown_nickname(address: Address) -> str:
    """The nickname, else the id."""
    return address.content.nickname or address.id


def moved_defaults(defaults: Mapping[str, str], flags: Mapping[DefaultKind, bool], address_id: str) -> dict[str, str]:
    """The defaults of an organization after the flags of one address (contract: organization-addresses.md §4)."""
    moved = dict(defaults)
    for kind, wanted in flags.items():
        if wanted:
            moved[kind.attribute] = address_id
        elif moved.get(kind.attribute) == address_id:
            del moved[kind.attribute]
    return moved


def defaults_without(defaults: Mapping[str, str], address_id: str) -> dict[str, str]:
    """The defaults after an address was deleted."""
    return {attribute: wanted for attribute, wanted in defaults.items() if wanted != address_id}


def own_default(kind: DefaultKind, lineage: Lineage) -> Address | None:
    """The default that the first organization chose itself; a pointer to an address that is in none counts as none."""
    organization, _ = lineage[0]
    wanted = organization.defaults.get(kind.attribute)
    return next((address for _, addresses in lineage for address in addresses if address.id == wanted), None)


def derived_default(kind: DefaultKind, lineage: Lineage) -> Address | None:
    """The own default, else the nearest ancestor's."""
    found = (own_default(kind, lineage[start:]) for start in range(len(lineage)))
    return next((address for address in found if address), None)


def _in_request_order(body: JsonObject, paths: set[Path]) -> list[Path]:
    def position(path: Path) -> tuple[int, ...]:
        first, *rest = map(str, path)
        place = list(body).index(first)
        return (place, list(body[first]).index(rest[0])) if rest else (place,)

    return sorted(paths, key=position)


def _check_mandatory(change: Change, members: JsonObject, country: str | None, *, nickname_required: bool) -> None:
    mandatory = sorted({*required_members(country), *MANDATORY_MEMBERS} - {"state"})
    for name, value in change.sent.items():
        if name == NICKNAME and not value:
            raise AddressIncomplete(NICKNAME, path=NICKNAME, expected=_EXPECTED_VALUE)
        if name in mandatory and not value:
            raise AddressIncomplete(name, path=f"address.{name}", expected=_EXPECTED_VALUE)
    for name in mandatory:
        if not members.get(name):
            raise AddressIncomplete(name, path=f"address.{name}", expected=_EXPECTED_VALUE)
    if nickname_required and NICKNAME not in change.sent:
        raise AddressIncomplete(NICKNAME, path=NICKNAME, expected=_EXPECTED_VALUE)


def _types(texts: Sequence[str]) -> list[str]:
    ids: dict[str, None] = {}
    for text in texts:
        known = address_type(text)
        if known is None:
            raise UnknownAddressType(
                text, path="address.types", expected=f"name only the types {SHIPPING} and {BILLING}"
            )
        ids[known] = None
    return list(ids)


def _comparable(value: JsonValue) -> JsonValue:
    if isinstance(value, list):
        return sorted(value)
    return None if value == "" else value
