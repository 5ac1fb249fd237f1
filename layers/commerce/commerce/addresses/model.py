"""Members of an address, as sent and as stored.

Stored are the members that are set, `country` and `state` as codes where they could be told, everything else as sent.
"""

from collections.abc import Sequence
from typing import Final

from typing_extensions import TypedDict

from commerce.exact_json import JsonObject, JsonValue
from commerce.shapes import Text
from commerce.values import reference_text


class AddressForm(TypedDict, total=False):
    """The members that every address has, in the order they are shown."""

    prefix: Text
    """Title before the name, such as `Dr.`"""
    firstName: Text
    """Given name."""
    middleName: Text
    """Middle name."""
    lastName: Text
    """Family name."""
    suffix: Text
    """What follows the name, such as `Jr.`"""
    companyName: Text
    """Company."""
    jobTitle: Text
    """Position in the company."""
    address1: Text
    """Street and number."""
    address2: Text
    """Second line."""
    address3: Text
    """Third line."""
    city: Text
    """City."""
    county: Text
    """County."""
    state: Text
    """State or region, by its code, such as `GA`, or its English name."""
    postalCode: Text
    """Postal code, as the country writes it."""
    country: Text
    """Country, by its code of two letters, such as `US`, or its English name."""
    phoneNumber: Text
    """Telephone number."""
    faxNumber: Text
    """Fax number."""


MEMBERS: Final = tuple(AddressForm.__annotations__)


class LocatedForm(AddressForm, total=False):
    """With the members that are read only to tell where the address lies (contract: profiles.md §3)."""

    selectedCountry: Text
    selectedState: Text
    state_ISOCode: Text


def set_members(address: JsonObject) -> JsonObject:
    """An address as it is stored: without members that have no value."""
    return {name: value for name, value in address.items() if value is not None and value != []}


EXPECTED_TYPES: Final = 'be a list of ids of address types, like [{"id":"Shipping"}]'


def type_ids(types: Sequence[JsonValue] | None) -> list[str] | None:
    """Ids of address types sent as ``[{"id": "SHIPPING"}]`` or ``["SHIPPING"]``; None for another shape."""
    ids = [reference_text(kind) for kind in types or ()]
    return None if None in ids else [type_id for type_id in ids if type_id is not None]
