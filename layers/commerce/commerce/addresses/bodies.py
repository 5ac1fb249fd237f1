"""What every address shows (contract: profiles.md §5, organization-addresses.md §7, orders.md §5.3)."""

from __future__ import annotations

from typing_extensions import TypedDict


class ShownAddress(TypedDict):
    """Members of an address; null where they are not set."""

    prefix: str | None
    firstName: str | None
    middleName: str | None
    lastName: str | None
    suffix: str | None
    companyName: str | None
    jobTitle: str | None
    address1: str | None
    address2: str | None
    address3: str | None
    city: str | None
    county: str | None
    state: str | None
    """The region's code without its country: `NC`."""
    postalCode: str | None
    country: str | None
    """Two letters of ISO 3166-1: `US`."""
    phoneNumber: str | None
    faxNumber: str | None
