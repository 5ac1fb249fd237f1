"""Wire model of an address update, and what is stored of organizations and their addresses."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

from msgspec import Struct
from typing_extensions import TypedDict

from commerce.addresses.model import MEMBERS, AddressForm
from commerce.errors import AddressError, DefaultBillingNotBoolean, DefaultShippingNotBoolean
from commerce.exact_json import JsonObject
from commerce.shapes import Text

MAX_ADDRESSES: Final = 1_000

# Text members of an address, in the order they are shown (contract: organization-addresses.md §2).
TEXT_MEMBERS: Final = (*MEMBERS, "email", "externalAddressId")
# Beside what every address needs.
MANDATORY_MEMBERS: Final = ("companyName", "phoneNumber")


class AccountAddressForm(AddressForm, total=False):
    """The `address` of a request; members not named here are custom properties or ignored."""

    email: Text
    externalAddressId: Text
    types: list[Any] | None
    isDefaultBillingAddress: bool
    isDefaultShippingAddress: bool


class AddressRequest(TypedDict, total=False):
    """Body of PUT and POST."""

    address: AccountAddressForm | None
    addressType: Text


class DefaultKind(Struct, frozen=True):
    """One of the two defaults: its flag in a request, its two members of the collection, its attribute in the table."""

    flag: str
    member: str
    derived: str
    attribute: str
    not_boolean: type[AddressError]


BILLING: Final = DefaultKind(
    "isDefaultBillingAddress", "billingAddress", "derivedBillingAddress", "defaultBilling", DefaultBillingNotBoolean
)
SHIPPING: Final = DefaultKind(
    "isDefaultShippingAddress",
    "shippingAddress",
    "derivedShippingAddress",
    "defaultShipping",
    DefaultShippingNotBoolean,
)
KINDS: Final = (BILLING, SHIPPING)


class Modifier(Struct, frozen=True):
    """Who made a version of an address: ``shopper``, ``user`` or ``application``, and the login of then."""

    kind: str = ""
    id: str = ""
    login: str = ""


class AddressContent(Struct, frozen=True):
    """What an update changes: members that are set (texts, type ids under ``types``, custom values), the nickname."""

    members: JsonObject
    nickname: str | None


class Address(Struct, frozen=True):
    """A stored address. `owner`: the organization it is an own address of; `position`: its place by creation."""

    owner: str
    id: str
    version: int
    position: int
    content: AddressContent
    modifier: Modifier

    @property
    def entity_id(self) -> str:
        """What a tag names: ids are unique inside their organization only."""
        return f"{self.owner}/{self.id}"


class Organization(Struct, frozen=True):
    """A stored organization. `defaults`: attribute of a kind → id of an own or inherited address.

    `address_count`: its own addresses; `last_position`: of the address created last.
    """

    id: str
    version: int
    document: JsonObject
    defaults: Mapping[str, str]
    address_count: int
    last_position: int


Lineage: TypeAlias = Sequence[tuple[Organization, Sequence[Address]]]
"""An organization with its own addresses, then its ancestors with theirs, nearest first."""
