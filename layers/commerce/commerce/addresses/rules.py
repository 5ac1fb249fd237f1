"""Where an address lies, what it needs and what its phone number may be.

Plain data in, plain data out; what is wrong each operation says in errors of its own.
contract: profiles.md §3, orders.md §2.3, organization-addresses.md §6.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from commerce.addresses.regions import Regions
from commerce.exact_json import JsonObject

# A state only where the country has regions.
REQUIRED: Final = ("address1", "city", "country", "state", "postalCode")
_PHONE: Final = re.compile(r"[0-9()+ -]{1,25}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Location:
    """Where an address lies.

    `country`: its code, None where none could be told. `state`: the region's code, else the text as sent.
    `state_known`: False where the country has regions and the state is none of them.
    """

    country: str | None
    state: str | None
    state_known: bool = True


def located(form: JsonObject, regions: Regions) -> Location:
    """Where a sent address lies, by codes or English names. Of the members that say it, the first one set decides."""
    if form.get("selectedCountry"):
        country = regions.country_by_code(form["selectedCountry"])
    elif form.get("country"):
        country = regions.country(form["country"])
    else:
        country = regions.country_by_code(form.get("defaultCountryCode") or "")
    if country is None:
        return Location(None, form.get("state"))
    head, _, tail = (form.get("state_ISOCode") or "").partition("-")
    code = form.get("selectedState") or (tail if head.upper() == country else None)
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
    return [name for name in REQUIRED if not counted.get(name)]


def valid_phone(text: str) -> bool:
    """Digits, blanks and ``()+-``, up to 25, one digit at least."""
    return bool(_PHONE.fullmatch(text)) and any(character.isdigit() for character in text)


def _location(country: str, text: str | None, regions: Regions, *, named: bool) -> Location:
    """`named`: the text may be a region's name."""
    if not regions.has_regions(country):
        return Location(country, text)
    region = (regions.region if named else regions.region_by_code)(country, text or "")
    return Location(country, region or text, state_known=region is not None)
