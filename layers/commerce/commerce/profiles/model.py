"""Wire models of a profile update, and the stored profile."""

from typing import Annotated, Any, Final

from msgspec import Struct
from typing_extensions import TypedDict

from commerce.addresses.model import MEMBERS, LocatedForm
from commerce.exact_json import JsonObject
from commerce.identity.login_records import LoginRecord
from commerce.shapes import MaxLength, Text

# Kept members of an address, in the order they are shown (contract: profiles.md §3).
ADDRESS_MEMBERS: Final = ("alias", *MEMBERS, "externalAddressId", "types")

# Members of a sent address that only say where it lies.
REGION_MEMBERS: Final = ("selectedCountry", "selectedState", "state_ISOCode", "defaultCountryCode")


class ProfileAddressForm(LocatedForm, total=False):
    """One sent address."""

    repositoryId: Text
    alias: Text
    externalAddressId: Text
    types: list[Any] | None
    isDefaultAddress: bool | None
    defaultCountryCode: Text


class ProfileChanges(TypedDict, total=False):
    """The members of profiles.md §1; all optional."""

    firstName: Text
    middleName: Text
    lastName: Text
    email: Text
    login: Text
    gender: str | None
    dateOfBirth: str | None
    daytimeTelephoneNumber: Text
    receiveEmail: str | None
    GDPRProfileP13nConsentGranted: bool | None
    locale: Annotated[str, MaxLength(32)] | None
    oldPassword: str | None
    newPassword: str | None
    newConfirmPassword: str | None
    shippingAddresses: list[ProfileAddressForm] | None
    shippingAddress: ProfileAddressForm | None


class ProfileRegistration(ProfileChanges, total=False):
    """Body of createProfile (contract: companions.md §6)."""

    password: str | None


class AdministeredChanges(ProfileChanges, total=False):
    """The members of companions.md §7; all optional."""

    active: bool | None
    customerContactId: Text
    taxExempt: bool | None


class ProfileAddressRequest(TypedDict, total=False):
    """Body of the calls on one address; `addressType` is its alias (contract: companions.md §3)."""

    address: ProfileAddressForm | None
    addressType: Text


class SiteReference(TypedDict, total=False):
    """A site of the store."""

    id: str
    repositoryId: str


class PerSiteMembers(TypedDict, total=False):
    """What a profile says of each site."""

    receiveEmail: str | None
    GDPRProfileP13nConsentGranted: bool | None


class SitePropertiesEntry(TypedDict, total=False):
    """One site's."""

    site: SiteReference
    properties: PerSiteMembers


class SitePropertiesRequest(TypedDict, total=False):
    """Body of updateSiteProperties (contract: companions.md §2)."""

    siteProperties: list[SitePropertiesEntry]


class Profile(Struct, frozen=True):
    """A stored profile. `document` holds the members that are set, addresses under ``addresses`` (each with its
    ``repositoryId``), the default one's id under ``defaultAddress``, per-site members under ``sites``.
    """

    login_record: LoginRecord
    document: JsonObject
    version: int

    @property
    def id(self) -> str:
        return self.login_record.id

    @property
    def login(self) -> str:
        return self.login_record.login

    @property
    def role_ids(self) -> frozenset[str]:
        return frozenset(str(role["repositoryId"]) for role in self.document.get("roles", ()))
