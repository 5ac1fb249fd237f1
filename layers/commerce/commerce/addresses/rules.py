"""Where an address lies, what it needs and what its phone number may be.

Plain data in, plain data out; what is wrong each operation says in errors of its own.
contract: profiles.md §3, orders.md §2.3, organization-addresses.md §6.
"""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

from commerce.addresses.regions import Regions, needs_postal_code
from commerce.exact_json import JsonObject
from commerce.values import BLANKS, HYPHENS

# The state only where the country has regions, the postal code only where `needs_postal_code`.
REQUIRED: Final = ("address1", "city", "country", "state", "postalCode")

_REQUIRED_WITHOUT_POSTAL_CODE: Final = tuple(name for name in REQUIRED if name != "postalCode")
_MAX_PHONE: Final = 40
_PHONE_DIGITS: Final = (3, 20)
EXPECTED_PHONE: Final = (
    f"be at most {_MAX_PHONE} characters: {_PHONE_DIGITS[0]} to {_PHONE_DIGITS[1]} digits, blanks, hyphens and ()+./ "
    "between them, and an extension, like +1 (212) 555-0100 x12"
)
_PHONE: Final = re.compile(
    rf"(?P<number>[0-9()+./{BLANKS}{HYPHENS}]+)(?:(?:x|ext\.?|#)[{BLANKS}]*[0-9]{{1,8}})?", re.IGNORECASE
)


class Location(Struct, frozen=True):
    """Where an address lies.

    `country`: its code, None where none could be told. `state`: the region's code, else the text as sent.
    `state_known`: False where the country has regions and the state is none of them.
    """

    country: str | None
    state: str | None
    state_known: bool = True


def located(form: JsonObject, regions: Regions) -> Location:
    """Where a sent address lies, by codes or English names. Of the members that say it, the first one set decides."""

    def said(member: str) -> str:
        return (form.get(member) or "").strip()

    if said("selectedCountry"):
        country = regions.country_by_code(said("selectedCountry"))
    elif said("country"):
        country = regions.country(said("country"))
    else:
        country = regions.country_by_code(said("defaultCountryCode"))
    if country is None:
        return Location(None, form.get("state"))
    head, _, tail = said("state_ISOCode").partition("-")
    code = said("selectedState") or (tail.strip() if head.strip().upper() == country else "")
    return _location(country, code or form.get("state"), regions, named=not code)


def located_by_codes(country: str | None, state: str | None, regions: Regions) -> Location:
    """The same for two members that hold codes, in any case."""
    code = regions.country_by_code(country or "")
    if code is None:
        return Location(None, state)
    return _location(code, state, regions, named=False)


def missing_members(address: JsonObject, location: Location) -> list[str]:
    """The members that the address needs and has no value for that counts. `location`: where it lies."""
    counted = address | {"country": location.country, "state": location.state_known}
    return [name for name in required_members(location.country) if not counted.get(name)]


def required_members(country: str | None) -> tuple[str, ...]:
    """The members that an address in a country needs, the state too; `country` is a code."""
    return REQUIRED if needs_postal_code(country) else _REQUIRED_WITHOUT_POSTAL_CODE


def valid_phone(text: str) -> bool:
    """Up to 40 characters: 3 to 20 digits with blanks, hyphens and ``()+./`` between them, and an extension."""
    match = _PHONE.fullmatch(text) if len(text) <= _MAX_PHONE else None
    least, most = _PHONE_DIGITS
    return match is not None and least <= sum(sign.isdigit() for sign in match["number"]) <= most


def _location(country: str, text: str | None, regions: Regions, *, named: bool) -> Location:
    """`named`: the text may be a region's name."""
    if not regions.has_regions(country):
        return Location(country, text)
    region = (regions.region if named else regions.region_by_code)(country, text or "")
    return Location(country, region or text, state_known=region is not None)
