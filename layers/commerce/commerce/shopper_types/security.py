"""Who may read and write a property of a profile (contract: shopper-types.md §8, profiles.md §4, companions.md §7).

Whatever is not known to open a property leaves it closed.
"""

from __future__ import annotations

import enum

from msgspec import Struct

from commerce.exact_json import JsonValue
from commerce.shopper_types.model import SHOPPER_READABLE, SHOPPER_WRITEABLE, Property


class Access(enum.Enum):
    """What happens to one read or write."""

    ALLOWED = enum.auto()
    IGNORED = enum.auto()
    DENIED = enum.auto()


class Holdings(Struct, frozen=True):
    """Ids of a caller's roles, and the generic access rights that these carry. `owner`: the profile is the caller's."""

    roles: frozenset[str]
    access_rights: frozenset[str]
    owner: bool = True


def read_access(declared: Property, holdings: Holdings) -> Access:
    """IGNORED: a substitute shows."""
    if _permitted(declared, holdings, "readRole", "readAccessRight", SHOPPER_READABLE):
        return Access.ALLOWED
    return _refusal(declared, "readSecurityLevel")


def write_access(declared: Property, holdings: Holdings) -> Access:
    """IGNORED: the value is dropped."""
    if _permitted(declared, holdings, "writeRole", "writeAccessRight", SHOPPER_WRITEABLE):
        return Access.ALLOWED
    return _refusal(declared, "writeSecurityLevel")


def substitute(declared: Property) -> JsonValue:
    """What shows instead of a value that may not be read: the mask, else the default, else None."""
    mask = declared.attributes["securityMaskingValue"]
    return declared.default if mask is None else mask


def _permitted(declared: Property, holdings: Holdings, role_name: str, right_name: str, bypass_name: str) -> bool:
    role, right = declared.attributes[role_name], declared.attributes[right_name]
    if role is None and right is None:
        return True
    bypass = holdings.owner and declared.attributes[bypass_name] is True
    return bypass or _held(role, holdings.roles) or _held(right, holdings.access_rights)


def _held(wanted: JsonValue, ids: frozenset[str]) -> bool:
    return isinstance(wanted, str) and wanted in ids


def _refusal(declared: Property, level_name: str) -> Access:
    return Access.IGNORED if declared.attributes[level_name] in (None, "ignore") else Access.DENIED
