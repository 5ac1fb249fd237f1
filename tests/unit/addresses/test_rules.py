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
        ({"country": "US", "state": "Ontario"}, Location("US", "Ontario", state_known=False)),
        ({"country": "US"}, Location("US", None, state_known=False)),
        ({"country": "DE", "state": "Bavaria"}, Location("DE", "Bavaria")),
        ({"country": "DE", "state": ""}, Location("DE", "")),
        ({}, Location(None, None)),
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


@pytest.mark.parametrize(("text", "valid"), [
    ("404-555-0143", True), ("+49 (228) 123", True), ("1", True), ("1" * 25, True), ("1" * 26, False), ("", False),
    ("abc", False), ("-", False), ("( )", False), ("1\n", False), ("٣", False),
])  # fmt: skip
def test_phones(text: str, valid: bool) -> None:
    assert valid_phone(text) is valid


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
