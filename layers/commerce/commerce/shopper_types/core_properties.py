"""The properties that every shopper type has from the start (contract: shopper-types.md §5), in display order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from commerce.exact_json import JsonValue


class CoreProperty(NamedTuple):
    """What is fixed about one, and its default until an administrator sets another."""

    id: str
    label: str
    type: str
    length: int
    default: JsonValue


# Nobody can do without these two, so `required` cannot be edited on them.
ALWAYS_REQUIRED: Final = frozenset({"login", "password"})
# Their default is the moment of the answer.
DEFAULT_IS_NOW: Final = frozenset({"lastPasswordUpdate", "registrationDate"})

_ROWS: Final = (
    CoreProperty("login", "Login name", "shortText", 254, None),
    CoreProperty("password", "Password", "shortText", 254, None),
    CoreProperty("email", "Email address", "shortText", 254, None),
    CoreProperty("autoLogin", "Auto login", "checkbox", 1, default=False),
    CoreProperty("generatedPassword", "Generated password", "checkbox", 1, default=False),
    CoreProperty("lastEmailed", "lastEmailed", "date", 26, None),
    CoreProperty("emailStatus", "Email status", "shortText", 32, "unknown"),
    CoreProperty("receiveEmail", "Receive email", "shortText", 32, "yes"),
    CoreProperty("lastPasswordGenerate", "lastPasswordGenerate", "date", 26, None),
    CoreProperty("lastActivity", "Last activity", "date", 26, None),
    CoreProperty("lastPasswordUpdate", "Last password update", "date", 26, None),
    CoreProperty("registrationDate", "Registration date", "date", 26, None),
    CoreProperty("derivedApprovalRequired", "Approval required", "checkbox", 1, default=False),
    CoreProperty("firstName", "First name", "shortText", 254, None),
    CoreProperty("middleName", "Middle name", "shortText", 254, None),
    CoreProperty("derivedOrderPriceLimit", "Order limit", "number", 22, None),
    CoreProperty("lastName", "Last name", "shortText", 254, None),
    CoreProperty("gender", "Gender", "shortText", 32, "female"),
    CoreProperty("daytimeTelephoneNumber", "Daytime telephone number", "shortText", 254, None),
    CoreProperty("member", "Member", "checkbox", 1, default=False),
    CoreProperty("userType", "User type", "number", 10, None),
    CoreProperty("locale", "Locale", "shortText", 32, None),
    CoreProperty("securityStatus", "Security status", "number", 10, 0),
    CoreProperty("description", "Description", "shortText", 254, None),
    CoreProperty("realmId", "Profile Realm", "shortText", 254, None),
    CoreProperty("defaultCarrier", "Default carrier", "shortText", 254, None),
    CoreProperty("abandonedOrderCount", "Number of abandoned orders", "number", 10, None),
    CoreProperty("allowPartialShipment", "Allow partial shipment", "checkbox", 1, default=False),
    CoreProperty("currentLocation", "Current location", "shortText", 0, "unknown"),
    CoreProperty("accessTokenSigningKey", "accessTokenSigningKey", "shortText", 254, None),
    CoreProperty("expressCheckout", "Express checkout", "checkbox", 1, default=False),
)

CORE_PROPERTIES: Final[Mapping[str, CoreProperty]] = {row.id: row for row in _ROWS}
