"""Bodies of the calls on addresses of organizations (contract: organization-addresses.md §2, §7, §8)."""

from __future__ import annotations

from typing_extensions import TypedDict

from commerce.addresses.bodies import ShownAddress
from commerce.addresses.model import AddressForm
from commerce.bodies import AddressTypeReference, LimitedText, Linked, Page


class SentOrganizationAddress(AddressForm, total=False):
    """The members to change; those that are left out stay. Declared properties stand beside them.

    `address1`, `city`, `companyName`, `country`, `phoneNumber` and `postalCode` can be changed and not cleared.
    """

    email: LimitedText | None
    externalAddressId: LimitedText | None
    types: list[AddressTypeReference | str] | None
    """`Shipping`, `Billing`, or both."""
    isDefaultBillingAddress: bool
    """True makes it the account's default, false takes that away again."""
    isDefaultShippingAddress: bool
    """True makes it the account's default, false takes that away again."""


class OrganizationAddressUpdate(TypedDict, total=False):
    """At least one of the two members."""

    address: SentOrganizationAddress | None
    addressType: LimitedText
    """The address's nickname; a new one renames it."""


class AddressType(TypedDict):
    """What an address is for."""

    id: str
    """`Shipping` or `Billing`."""
    repositoryId: str
    """The same as `id`."""
    displayName: str
    """In the request's language."""


class OrganizationAddress(ShownAddress):
    """An address of an organization. Declared properties stand beside these members."""

    repositoryId: str
    isInherited: bool
    """It belongs to an organization above this one."""
    email: str | None
    externalAddressId: str | None
    types: list[AddressType]


class NamedOrganizationAddress(TypedDict):
    """An address of an organization, and its nickname."""

    address: OrganizationAddress
    addressType: str


class OneOrganizationAddress(NamedOrganizationAddress, Linked):
    """The address that the call is about."""


class OrganizationAddressPage(Page):
    """Addresses of an organization."""

    items: list[NamedOrganizationAddress]


class MentionedAddress(TypedDict):
    """An address of an organization that has more of them than one answer can hold."""

    repositoryId: str


class ListedOrganizationAddress(TypedDict):
    """One address of many, and its nickname."""

    address: OrganizationAddress | MentionedAddress
    addressType: str


class OrganizationAddresses(Linked):
    """An organization with its addresses."""

    id: str
    repositoryId: str
    """The same as `id`."""
    name: str | None
    description: str | None
    active: bool
    externalOrganizationId: str | None
    billingAddress: OrganizationAddress | None
    """The organization's own default."""
    shippingAddress: OrganizationAddress | None
    """The organization's own default."""
    derivedBillingAddress: OrganizationAddress | None
    """Its own default, else that of the nearest organization above it."""
    derivedShippingAddress: OrganizationAddress | None
    """Its own default, else that of the nearest organization above it."""
    secondaryAddresses: list[ListedOrganizationAddress]
    """Its own addresses, then the inherited ones."""
