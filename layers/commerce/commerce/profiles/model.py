"""Wire models of a profile update, and the stored profile."""

from collections.abc import Iterator
from typing import Annotated, Any, Final

from msgspec import Struct
from typing_extensions import TypedDict

from commerce.addresses.model import MEMBERS, LocatedForm
from commerce.exact_json import JsonObject, JsonValue
from commerce.identity.login_records import LoginRecord
from commerce.shapes import MaxLength, Text
from commerce.storage import Attribute
from commerce.values import MAX_PROPERTY_ID, MAX_TEXT, is_number, referenced_id, sortable, without_case

# Kept members of an address, in the order they are shown (contract: profiles.md §3).
ADDRESS_MEMBERS: Final = ("alias", *MEMBERS, "externalAddressId", "types")

# Members of a sent address that only say where it lies.
REGION_MEMBERS: Final = ("selectedCountry", "selectedState", "state_ISOCode", "defaultCountryCode")

# The attribute that says what a search can find of a profile, and the members of the document in it. They are bounded
# together, so that a row has room for them beside the largest document; members before custom values.
# ``others``: custom properties whose values nothing is found of; ``rest``: the first that there was no room to name.
SEARCHED: Final = "searched"
SEARCHED_CUSTOM: Final = "custom"
SEARCHED_OTHERS: Final = "others"
SEARCHED_REST: Final = "rest"
SEARCHED_MEMBERS: Final = (
    "firstName",
    "middleName",
    "lastName",
    "email",
    "daytimeTelephoneNumber",
    "customerContactId",
    "registrationDate",
)
MAX_SEARCHED_BYTES: Final = 10_000
_NAMED: Final = "-"


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


def searched(profile_id: str, login: str, document: JsonObject) -> dict[str, Attribute]:
    """What a search can find of a profile: member → text, custom values under ``custom`` (contract: companions.md §7).

    The same for the same login and document. Nothing is found of values that are empty or too long, nor of custom ones
    for which there is no room left; who has such a custom one has no default in its place, so it is named.
    """
    values: dict[str, Attribute] = {"id": profile_id}
    room = MAX_SEARCHED_BYTES - len(profile_id) - _size(SEARCHED_REST, "-" * MAX_PROPERTY_ID)
    for name, text in _searched_members(login, document):
        values[name] = text
        room -= _size(name, text)
    own: dict[str, Attribute] = {}
    others: dict[str, Attribute] = {}
    named = []
    for name, value in sorted((document.get("custom") or {}).items()):
        comparable = comparable_text(value)
        if comparable and _size(name, comparable) <= room:
            own[name] = comparable
            room -= _size(name, comparable)
        elif value is not None:
            named.append(name)
    for name in named:
        room -= _size(name, _NAMED)
        if room < 0:
            values[SEARCHED_REST] = name
            break
        others[name] = _NAMED
    maps = {SEARCHED_CUSTOM: own, SEARCHED_OTHERS: others}
    return values | {name: held for name, held in maps.items() if held}


def without_forms(text: str) -> str:
    """A text as searches compare it: without case, and with one small sigma, as which one is due depends on what
    follows: a part of a text would have another.
    """
    return without_case(text).replace("ς", "σ")


def comparable_text(value: JsonValue) -> str | None:
    """A value as the text that searches compare, in the order of numbers, of dates and of texts without case; None for
    what they do not look at: no value, an empty or a long text, lists and objects.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if is_number(value):
        return sortable(value)
    return without_forms(value) if isinstance(value, str) and 0 < len(value) <= MAX_TEXT else None


def _searched_members(login: str, document: JsonObject) -> Iterator[tuple[str, str]]:
    for name, value in (("login", login), *((name, document.get(name)) for name in SEARCHED_MEMBERS)):
        if text := comparable_text(value):
            yield name, text
    organization = referenced_id(document.get("parentOrganization") or {})
    if organization and len(organization) <= MAX_TEXT:
        yield "parentOrganization", organization


def _size(name: str, text: str) -> int:
    """Bytes in a row, with what DynamoDB adds to a member of a map."""
    return len(name) + len(text.encode()) + 1
