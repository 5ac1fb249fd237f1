"""Where an address lies, what it needs, its phone: profiles.md §3, orders.md §2.3, organization-addresses.md §6."""

from typing import Any

import pytest

from commerce.addresses.model import MEMBERS, set_members, type_ids
from commerce.addresses.regions import Regions
from commerce.addresses.rules import Location, located, located_by_codes, missing_members, valid_phone

REGIONS = Regions()
COMPLETE = {"address1": "1 Example Road", "city": "Bonn", "country": "DE", "postalCode": "53111"}


@pytest.mark.parametrize(
    ("form", "location"),
    [
        ({"country": "us", "state": "nc"}, Location("US", "NC")),
        ({"country": "United States", "state": "North Carolina"}, Location("US", "NC")),
        ({"selectedCountry": "CA", "country": "US", "state": "Ontario"}, Location("CA", "ON")),
        ({"selectedCountry": "Canada", "country": "US"}, Location(None, None)),
        ({"selectedCountry": "", "country": None, "defaultCountryCode": "de", "state": "?"}, Location("DE", "?")),
        ({"defaultCountryCode": "Germany"}, Location(None, None)),
        ({"country": "Atlantis", "state": "NC"}, Location(None, "NC")),
        ({"country": "US", "selectedState": "NC", "state": "GA"}, Location("US", "NC")),
        ({"country": "US", "selectedState": "Georgia", "state": "GA"}, Location("US", "Georgia", state_known=False)),
        ({"country": "US", "state_ISOCode": "us-nc", "state": "GA"}, Location("US", "NC")),
        ({"country": "US", "state_ISOCode": "CA-ON", "state": "GA"}, Location("US", "GA")),
        ({"country": "US", "state_ISOCode": "US-", "state": "GA"}, Location("US", "GA")),
        ({"country": "US", "state_ISOCode": "US-NC-1", "state": "GA"}, Location("US", "NC-1", state_known=False)),
        ({"country": "US", "state": "Ontario"}, Location("US", "Ontario", state_known=False)),
        ({"country": "US"}, Location("US", None, state_known=False)),
        ({"country": "DE", "state": "Bavaria"}, Location("DE", "Bavaria")),
        ({"country": "DE", "state": ""}, Location("DE", "")),
        ({}, Location(None, None)),
        ({"selectedCountry": " \t", "country": " us ", "state": "\u00a0nc "}, Location("US", "NC")),
        ({"country": "USA", "selectedState": " nc", "state": "GA"}, Location("US", "NC")),
        ({"country": "US", "state_ISOCode": " US-NC ", "state": "GA"}, Location("US", "NC")),
        ({"country": "DE", "state": " Bavaria "}, Location("DE", " Bavaria ")),
    ],
)
def test_the_first_member_that_says_it_decides(form: dict[str, Any], location: Location) -> None:
    assert located(form, REGIONS) == location


def test_by_codes_alone() -> None:
    assert located_by_codes("us", "al", REGIONS) == Location("US", "AL")
    assert located_by_codes("United States", "AL", REGIONS) == Location(None, "AL")
    assert located_by_codes("US", "Alabama", REGIONS) == Location("US", "Alabama", state_known=False)
    assert located_by_codes("DE", None, REGIONS) == Location("DE", None)
    assert located_by_codes(None, None, REGIONS) == Location(None, None)


def test_what_an_address_needs() -> None:
    assert missing_members(COMPLETE, Location("DE", None)) == []
    assert missing_members(COMPLETE, Location("US", "?", state_known=False)) == ["state"]
    assert missing_members(COMPLETE, Location(None, None)) == ["country"]
    empty = {"address1": "", "city": None, "country": "DE"}
    assert missing_members(empty, Location("US", None, state_known=False)) == [
        "address1",
        "city",
        "state",
        "postalCode",
    ]


@pytest.mark.parametrize("text", [
    "404-555-0143", "+49 (228) 123", "112", "1" * 20, "404.555.0143", "040/555-01-43", "+33\u00a01\u202f42\u00a012",
    "404\u2011555\u20130143", "404-555-0143 x12", "404-555-0143x12345678", "404 555 0143 ext. 7", "404 555 0143 EXT7",
    "(404)555-0143#9", "404-555-0143 ext\u00a07", "+1 (404) 555-0143".ljust(40),
])  # fmt: skip
def test_phones(text: str) -> None:
    assert valid_phone(text)


@pytest.mark.parametrize("text", [
    "", " ", "11", "1" * 21, "abc", "-", "( )", "112\n", "٣٣٣٣", "x12", "404-555-0143 x", "404-555-0143 x123456789",
    "404-555-0143 extension 7", "404-555-0143 y7", "404,555,0143", "404-555-0143 x1 x2", "+1 (404) 555-0143".ljust(41),
    "404_555_0143", "１２３４",
])  # fmt: skip
def test_what_is_no_phone(text: str) -> None:
    assert not valid_phone(text)


@pytest.mark.parametrize(("country", "needed"), [
    ("DE", True), ("US", True), ("GB", True), ("SG", True), ("AE", False), ("HK", False), ("IE", False), ("PA", False),
])  # fmt: skip
def test_postal_codes_where_there_are_some(country: str, needed: bool) -> None:
    bare = {name: value for name, value in COMPLETE.items() if name != "postalCode"}
    assert missing_members(bare, Location(country, None)) == (["postalCode"] if needed else [])


def test_what_is_stored() -> None:
    assert set_members({"city": "", "county": None, "types": [], "state": "NC"}) == {"city": "", "state": "NC"}
    assert type_ids([{"id": "A"}, "B", 7]) == ["A", "B", "7"]
    assert type_ids(None) == type_ids([]) == []
    assert type_ids([{"id": "A"}, {"name": "B"}]) is None


def test_members_are_in_the_order_shown() -> None:
    assert MEMBERS == (
        "prefix", "firstName", "middleName", "lastName", "suffix", "companyName", "jobTitle", "address1", "address2",
        "address3", "city", "county", "state", "postalCode", "country", "phoneNumber", "faxNumber",
    )  # fmt: skip
