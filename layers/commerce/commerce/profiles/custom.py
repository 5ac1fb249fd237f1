"""Custom properties, and property security, on a profile (contract: profiles.md §4, shopper-types.md §8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct

from commerce.call import Selection
from commerce.errors import NotAString, PropertyError, PropertyIncorrect, ValueTooLong
from commerce.exact_json import JsonObject, JsonValue
from commerce.shopper_types.model import LabelledType, Property
from commerce.shopper_types.security import Access, Holdings, read_access, substitute, write_access
from commerce.values import Misfit, NotText, TextTooLong, form_value, property_value

CUSTOM: Final = "custom"
DYNAMIC_PROPERTIES: Final = "dynamicProperties"
EXPECTED_VALUE: Final = "have a value: the shopper type requires it"


class DeclaredProperties(Struct, frozen=True):
    """The shopper type as it stands at this moment, for one caller."""

    labelled: LabelledType
    holdings: Holdings

    @property
    def required_core(self) -> frozenset[str]:
        """Core members that may not be cleared."""
        return self.labelled.type.required_core

    def custom(self, name: str) -> Property | None:
        """The custom property of a member of the body; None for what a profile does not have or show."""
        declared = self.labelled.type.properties.get(name)
        return declared if declared and not declared.core and not self._hidden(declared) else None

    def secured_core(self, name: str) -> Property | None:
        """The core property that says who may read and write a member."""
        return self.labelled.type.secured_core.get(name)

    def readable(self, declared: Property) -> bool:
        return read_access(declared, self.holdings) is Access.ALLOWED

    def shows(self, name: str) -> bool:
        """Whether a core member shows as it is."""
        secured = self.secured_core(name)
        return secured is None or self.readable(secured)

    def write_access(self, declared: Property) -> Access:
        return write_access(declared, self.holdings)

    def denied_names(self, selection: Selection) -> bool:
        """Whether `fields` names a property whose reading is denied, bare or below `dynamicProperties`."""
        named = {path[1] if path[0] == DYNAMIC_PROPERTIES and path[1:] else path[0] for path in selection.fields or ()}
        found = (self.custom(name) for name in named)
        return any(declared and read_access(declared, self.holdings) is Access.DENIED for declared in found)

    def shown(self, values: Mapping[str, JsonValue]) -> list[JsonObject]:
        """`dynamicProperties`: every custom property that may be read, set or not. `values`: the profile's own."""
        entries = []
        for declared in self.labelled.type.custom:
            access = read_access(declared, self.holdings)
            if self._hidden(declared) or access is Access.DENIED:
                continue
            own = values.get(declared.id)
            visible = declared.default if own is None else own
            entries.append(self._entry(declared, visible if access is Access.ALLOWED else substitute(declared)))
        return entries

    def masks(self) -> JsonObject:
        """What core members show instead of the values that may not be read."""
        secured = self.labelled.type.secured_core.values()
        return {declared.id: substitute(declared) for declared in secured if not self.readable(declared)}

    def _hidden(self, declared: Property) -> bool:
        """Internal-only properties are none of their shopper's."""
        return declared.internal_only and self.holdings.owner

    def _entry(self, declared: Property, value: JsonValue) -> JsonObject:
        return {
            "id": declared.id,
            "label": self.labelled.label(declared),
            "type": declared.type,
            "uiEditorType": declared.type,
            "value": value,
            "default": declared.default,
            "length": declared.length,
            "required": declared.required,
        }


def same_value(one: JsonValue, other: JsonValue) -> bool:
    """Equal and of one kind: 1 is not true."""
    return type(one) is type(other) and bool(one == other)


def stored_value(declared: Property, value: JsonValue) -> JsonValue:
    """A JSON value as it is stored; None = no value of its own. Raises PropertyError when it does not fit."""
    return _read(declared, value, property_value)


def sent_value(declared: Property, value: JsonValue) -> JsonValue:
    """The same for a value of a request, which may have come from a form (contract: common.md §14)."""
    return _read(declared, value, form_value)


def plain_value(declared: Property, value: JsonValue) -> JsonValue:
    """What a sent value says, to compare it with what is stored; as it came when it does not fit."""
    try:
        return form_value(declared.type, value, None)
    except Misfit:
        return value


def _read(declared: Property, value: JsonValue, read: Callable[[str, JsonValue, int | None], JsonValue]) -> JsonValue:
    if value in (None, "") and declared.required:
        raise _incorrect(declared, EXPECTED_VALUE)
    try:
        return read(declared.type, value, declared.length)
    except NotText as error:
        raise NotAString(path=declared.id, expected=error.expected, property=declared.id, value=value) from error
    except TextTooLong as error:
        raise ValueTooLong(
            path=declared.id, expected=error.expected, property=declared.id, limit=error.limit
        ) from error
    except Misfit as error:
        raise _incorrect(declared, error.expected) from error


def _incorrect(declared: Property, expected: str) -> PropertyError:
    return PropertyIncorrect(declared.id, path=declared.id, expected=expected, property=declared.id)
