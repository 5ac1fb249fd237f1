"""Bodies of the calls on profiles (contract: profiles.md §1, §5, companions.md §2, §3, §6, §7)."""

from __future__ import annotations

from typing import Any, NotRequired

from typing_extensions import TypedDict

from commerce.addresses.bodies import ShownAddress
from commerce.addresses.model import LocatedForm
from commerce.bodies import AddressTypeReference, Kind, LimitedText, Linked, OtherData, Page

# --- requests


class SentProfileAddress(LocatedForm, total=False):
    """One address as it is sent (contract: profiles.md §3)."""

    alias: LimitedText | None
    """Its nickname, unique in the profile; `Address` where none is given."""
    repositoryId: LimitedText | None
    """Of the stored address that it replaces; without it, the one with the same alias."""
    externalAddressId: LimitedText | None
    types: list[AddressTypeReference | str] | None
    isDefaultAddress: bool | None
    defaultCountryCode: LimitedText | None
    """Read for the country where the other members name none."""


class SentProfile(TypedDict, total=False):
    """Members to change; what is left out stays, null clears. Custom properties stand beside these members."""

    firstName: LimitedText | None
    middleName: LimitedText | None
    lastName: LimitedText | None
    email: LimitedText | None
    """Unique in the store."""
    login: LimitedText | None
    """Unique in the store."""
    gender: str | None
    """`male`, `female` or `unknown`."""
    dateOfBirth: str | None
    """A date or date and time of ISO 8601."""
    daytimeTelephoneNumber: LimitedText | None
    receiveEmail: str | None
    """`yes` or `no`, for the site of the call."""
    GDPRProfileP13nConsentGranted: bool | None
    """For the site of the call."""
    locale: str | None
    newPassword: str | None
    newConfirmPassword: str | None
    """The new password again."""
    shippingAddresses: list[SentProfileAddress] | None
    """The whole address book: what is left out is deleted."""
    shippingAddress: SentProfileAddress | None
    """Older form: one address, which becomes the default one."""


class ProfileRegistration(TypedDict):
    """A new profile. Custom properties stand beside these members; all others are ignored."""

    email: LimitedText
    """Unique in the store."""
    firstName: LimitedText
    lastName: LimitedText
    receiveEmail: str
    """`yes` or `no`, for the site of `x-ccsite`."""
    password: str
    """As the store's policy asks for."""
    login: NotRequired[LimitedText | None]
    """Unique in the store; the e-mail address where it is left out."""
    middleName: NotRequired[LimitedText | None]
    gender: NotRequired[str | None]
    """`male`, `female` or `unknown`."""
    dateOfBirth: NotRequired[str | None]
    """A date or date and time of ISO 8601."""
    daytimeTelephoneNumber: NotRequired[LimitedText | None]
    GDPRProfileP13nConsentGranted: NotRequired[bool | None]
    """For the site of `x-ccsite`."""
    locale: NotRequired[str | None]
    shippingAddresses: NotRequired[list[SentProfileAddress] | None]
    """The address book."""
    shippingAddress: NotRequired[SentProfileAddress | None]
    """Older form: one address, which becomes the default one."""


class ProfileUpdate(SentProfile, total=False):
    """Members to change; what is left out stays, null clears. Custom properties stand beside these members."""

    oldPassword: str | None
    """With `newPassword`: the password as it is."""


class AdministeredProfileUpdate(SentProfile, total=False):
    """Members to change; what is left out stays, null clears. Custom properties, internal ones too, stand beside these
    members. A new password needs no old one.
    """

    active: bool
    """Whether the shopper may log in and call; false ends every session."""
    customerContactId: LimitedText | None
    """Id in another system."""
    taxExempt: bool | None


class ProfileAddressUpdate(TypedDict, total=False):
    """An address of the own profile. At least one of the two members."""

    address: SentProfileAddress | None
    addressType: LimitedText | None
    """Its nickname."""


class SentSite(TypedDict, total=False):
    """A site of the store, by one of its ids."""

    id: str
    repositoryId: str


class SentSiteMembers(TypedDict, total=False):
    """What is to be said of one site."""

    receiveEmail: str | None
    """`yes` or `no`."""
    GDPRProfileP13nConsentGranted: bool | None


class SentSiteProperties(TypedDict, total=False):
    """One site, and what to change there."""

    site: SentSite | str | None
    """Without it, the site of `x-ccsite`."""
    properties: SentSiteMembers | None


class SitePropertiesUpdate(TypedDict):
    """Sites that are not named stay as they are."""

    siteProperties: list[SentSiteProperties]


# --- answers


class ProfileAddress(ShownAddress):
    """One address of the book."""

    repositoryId: str
    alias: str | None
    externalAddressId: str | None
    types: list[AddressTypeReference]
    regionName: str | None
    """The region's English name."""
    countryName: str | None
    """The country's English name."""
    isDefaultAddress: bool


class DefaultProfileAddress(ShownAddress):
    """The default address."""

    repositoryId: str
    alias: str | None
    externalAddressId: str | None
    types: list[AddressTypeReference]


class SecondaryProfileAddress(ShownAddress):
    """An address whose nickname is its key."""

    repositoryId: str
    externalAddressId: str | None
    types: list[AddressTypeReference]


class NamedAddress(ShownAddress):
    """An address whose nickname stands beside it."""

    repositoryId: str
    externalAddressId: str | None
    types: list[AddressTypeReference]
    regionName: str | None
    countryName: str | None
    isDefaultAddress: bool


class NamedProfileAddress(TypedDict):
    """An address of the own profile, and its nickname."""

    address: NamedAddress
    addressType: str | None


class OneProfileAddress(NamedProfileAddress, Linked):
    """The address that the call is about."""


class ProfileAddressPage(Page):
    """Addresses of the own profile, in its order."""

    items: list[NamedProfileAddress]


class ProfileAddressDeleted(Linked):
    """The address is gone."""

    repositoryId: str
    """The id it had."""


class ProfileRole(TypedDict):
    """A role of the shopper."""

    id: str | None
    repositoryId: str | None
    name: str | None
    function: str | None
    """`admin`, `approver`, `buyer`, `accountAddressManager` or `profileAddressManager`."""
    relativeTo: OtherData | None
    """The organization that it holds in, by `repositoryId`."""


class ProfileOrganization(TypedDict):
    """An organization of the shopper, with what else was loaded of it."""

    id: str | None
    repositoryId: str | None
    name: str | None
    active: bool


class CurrentOrganization(ProfileOrganization):
    """The one that the shopper acts for."""

    roles: list[ProfileRole]
    """Those that the shopper has there."""


class DynamicProperty(TypedDict):
    """A custom property of the profile, set or not."""

    id: str
    label: str
    """In the request's language."""
    type: Kind
    uiEditorType: Kind
    value: Any
    """The shopper's own value, else the default; a text, number or boolean, as the type says."""
    default: Any
    length: int | None
    required: bool


class ProfileMembers(TypedDict):
    """A whole profile.

    Where property security hides a member from the caller, its masking text stands in its place (contract:
    profiles.md §4).
    """

    id: str
    repositoryId: str
    """The same as `id`."""
    login: str | None
    email: str | None
    firstName: str | None
    middleName: str | None
    lastName: str | None
    gender: str | None
    locale: str | None
    daytimeTelephoneNumber: str | None
    customerContactId: str | None
    lifetimeCurrencyCode: str | None
    dateOfBirth: str | None
    """An instant of ISO 8601, in UTC; so are all dates."""
    registrationDate: str | None
    firstVisitDate: str | None
    previousVisitDate: str | None
    lastVisitDate: str | None
    firstPurchaseDate: str | None
    lastPurchaseDate: str | None
    receiveEmail: str | None
    """`yes` or `no`, on the request's site."""
    receiveEmailDate: str | None
    """When it was last changed."""
    GDPRProfileP13nConsentGranted: bool | None
    """On the request's site."""
    GDPRProfileP13nConsentDate: str | None
    """When it was last changed."""
    numberOfOrders: float
    numberOfVisits: float
    lifetimeSpend: float
    lifetimeAOV: float
    lastPurchaseAmount: float | None
    derivedOrderPriceLimit: float | None
    taxExempt: bool
    derivedApprovalRequired: bool
    catalog: OtherData | None
    priceListGroup: OtherData | None
    contactBillingAddress: OtherData | None
    loyaltyPrograms: list[OtherData]
    parentOrganization: ProfileOrganization | None
    secondaryOrganizations: list[ProfileOrganization]
    currentOrganization: CurrentOrganization | None
    """The organization of `X-CCOrganization` if the shopper belongs to it, else the first active one."""
    roles: list[ProfileRole]
    shippingAddress: DefaultProfileAddress | None
    """The default address."""
    contactShippingAddress: DefaultProfileAddress | None
    """The same."""
    shippingAddresses: list[ProfileAddress]
    """The address book."""
    secondaryAddresses: NotRequired[dict[str, SecondaryProfileAddress]]
    """The address book again: alias → address. Left out of an answer that would be too large with it."""
    dynamicProperties: list[DynamicProperty]
    """Every custom property that the caller may read."""


class Profile(ProfileMembers, Linked):
    """The shopper's whole profile.

    Where property security hides a member from the shopper, its masking text stands in its place (contract:
    profiles.md §4).
    """


class ListedProfile(ProfileMembers):
    """A shopper's whole profile, as an administrator sees it (contract: companions.md §7)."""

    active: bool
    """Whether the shopper may log in and call."""


class AdministeredProfile(ListedProfile, Linked):
    """The profile that the path names."""


class ProfilePage(Linked):
    """Profiles in the order of their ids, or of the identifier that is searched (contract: companions.md §7)."""

    items: list[ListedProfile]
    total: int | None
    """How many profiles match, on all pages; null where `totalResults=false` was sent."""
    totalResults: int | None
    """The same as `total`."""
    offset: int
    """How many come before this page."""
    limit: int
    """How many a page may have."""
    count: int
    """How many this page has."""
    sort: str | None
    """The query's `sort`."""


class ProfileRegistered(Linked):
    """The shopper can log in."""

    id: str
    """Of the new profile."""


class Site(TypedDict):
    """A site of the store."""

    id: str
    repositoryId: str
    """The same as `id`."""


class SiteMembers(TypedDict):
    """What the profile says of one site."""

    receiveEmail: str | None
    """`yes` or `no`."""
    receiveEmailDate: str | None
    GDPRProfileP13nConsentGranted: bool | None
    GDPRProfileP13nConsentDate: str | None


class SiteProperties(TypedDict):
    """One site, and what the profile says of it."""

    site: Site
    properties: SiteMembers


class SitePropertiesPage(Page):
    """Every site of the store, in the order of its configuration."""

    items: list[SiteProperties]
