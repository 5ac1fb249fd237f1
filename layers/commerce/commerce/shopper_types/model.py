"""The shopper type and its stored document.

The type stands as one document under one version, and the labels of each locale in a row of their own. The document:
``properties`` (id → what differs from the unset property, in display order), ``labels`` (locale → version that its row
was written at), ``modifiedBy`` (login).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from commerce.exact_json import JsonObject, JsonValue
from commerce.shopper_types.core_properties import ALWAYS_REQUIRED, CORE_PROPERTIES
from commerce.values import MAX_TEXT, PropertyKind

TYPE_ID: Final = "user"
DISPLAY_NAME: Final = "User"

# Names on the wire that no public page spells; a real client uses these.
SHOPPER_READABLE: Final = "shopperReadable"
SHOPPER_WRITEABLE: Final = "shopperWriteable"

SECURITY_ATTRIBUTES: Final = (
    "readRole",
    "writeRole",
    "readAccessRight",
    "writeAccessRight",
    "readSecurityLevel",
    "writeSecurityLevel",
    "securityMaskingValue",
    SHOPPER_READABLE,
    SHOPPER_WRITEABLE,
)

# Type of a custom property → its length (contract: shopper-types.md §5).
LENGTHS: Final[Mapping[str, int | None]] = {
    PropertyKind.SHORT_TEXT: MAX_TEXT,
    PropertyKind.RICH_TEXT: None,
    PropertyKind.NUMBER: 22,
    PropertyKind.DATE: 26,
    PropertyKind.CHECKBOX: 1,
}

_UNSET: Final[JsonObject] = {
    "default": None,
    "required": False,
    "internalOnly": False,
    "searchable": False,
    "textSearchable": False,
    "dimension": False,
    "multiSelect": None,
    "audienceVisibility": None,
    **dict.fromkeys(SECURITY_ATTRIBUTES),
}
_TYPE: Final = "type"
_LABEL_ORIGIN: Final = "labelOrigin"


class Property(Struct, frozen=True):
    """One property without its labels.

    `attributes`: every settable attribute by its wire name. `length` in characters, None = no limit, as 0 of a core
    property. `first_label`: what shows where nobody gave a label. `label_origin`: the locale whose label also serves as
    the default locale's, None once that has one of its own.
    """

    id: str
    core: bool
    type: str
    length: int | None
    first_label: str
    attributes: JsonObject
    label_origin: str | None = None

    @property
    def default(self) -> JsonValue:
        return self.attributes["default"]

    @property
    def required(self) -> bool:
        return self.attributes["required"] is True

    @property
    def internal_only(self) -> bool:
        """Anything but an explicit false hides a custom property."""
        return self.attributes["internalOnly"] is not False

    @property
    def secured(self) -> bool:
        """One of the security attributes is set."""
        return any(self.attributes[name] is not None for name in SECURITY_ATTRIBUTES)

    def changed(self, attributes: JsonObject, label_origin: str | None) -> Property:
        return replace(self, attributes=self.attributes | attributes, label_origin=label_origin)

    def document(self) -> JsonObject:
        """What differs from the unset property, and a custom one's type."""
        unset = _unset(self.id)
        stored: JsonObject = {} if self.core else {_TYPE: self.type}
        stored |= {name: value for name, value in self.attributes.items() if value != unset[name]}
        return stored | ({_LABEL_ORIGIN: self.label_origin} if self.label_origin else {})


class ShopperType(Struct, frozen=True, dict=True):
    """The properties in display order. `label_versions`: at which version each locale's labels were written."""

    version: int
    modifier: str
    properties: Mapping[str, Property]
    label_versions: Mapping[str, int]

    @cached_property
    def custom(self) -> tuple[Property, ...]:
        """All custom properties, internal ones too."""
        return tuple(declared for declared in self.properties.values() if not declared.core)

    @cached_property
    def secured_core(self) -> Mapping[str, Property]:
        """The core properties that say who may read or write them."""
        return {declared.id: declared for declared in self.properties.values() if declared.core and declared.secured}

    @cached_property
    def required_core(self) -> frozenset[str]:
        return frozenset(declared.id for declared in self.properties.values() if declared.core and declared.required)


class LabelledType(Struct, frozen=True):
    """The type with the labels of one locale and of the default one (the same mapping if that is the locale).

    `between`: the labels of the locale's language alone, where that is a third one.
    """

    type: ShopperType
    locale: str
    default_locale: str
    own: Mapping[str, str]
    fallback: Mapping[str, str]
    between: Mapping[str, str] = field(default_factory=dict)

    def label(self, declared: Property) -> str:
        """What the locale shows: its own label, else its language's, the default locale's, the property's first one."""
        labels = (self.own, self.between, self.fallback)
        return next((found[declared.id] for found in labels if found.get(declared.id)), declared.first_label)


def new_property(property_id: str, kind: str) -> Property:
    """A custom property with nothing set. `kind` is one of `LENGTHS`."""
    return Property(
        property_id, core=False, type=kind, length=LENGTHS[kind], first_label=property_id, attributes=dict(_UNSET)
    )


def read_type(document: JsonObject, version: int) -> ShopperType:
    """The type of a stored document; the core properties alone when nothing is stored.

    Attributes and types that this code does not know are left out: they open nothing.
    """
    properties = {}
    for property_id, stored in document.get("properties", {}).items():
        read = _read_property(property_id, stored)
        if read:
            properties[property_id] = read
    for property_id in CORE_PROPERTIES:
        properties.setdefault(property_id, _core_property(property_id))
    return ShopperType(version, document.get("modifiedBy", ""), properties, document.get("labels", {}))


def type_document(properties: Mapping[str, Property], label_versions: Mapping[str, int], modifier: str) -> JsonObject:
    """The document to store."""
    return {
        "properties": {declared.id: declared.document() for declared in properties.values()},
        "labels": dict(label_versions),
        "modifiedBy": modifier,
    }


def _read_property(property_id: str, stored: JsonObject) -> Property | None:
    if property_id in CORE_PROPERTIES:
        unset = _core_property(property_id)
    elif stored.get(_TYPE) in LENGTHS:
        unset = new_property(property_id, stored[_TYPE])
    else:
        return None
    known = {name: value for name, value in stored.items() if name in _UNSET}
    return unset.changed(known, stored.get(_LABEL_ORIGIN))


def _core_property(property_id: str) -> Property:
    core = CORE_PROPERTIES[property_id]
    return Property(property_id, True, core.type, core.length, core.label, _unset(property_id))


def _unset(property_id: str) -> JsonObject:
    core = CORE_PROPERTIES.get(property_id)
    if core is None:
        return dict(_UNSET)
    required = property_id in ALWAYS_REQUIRED
    return _UNSET | {"default": core.default, "required": required, "internalOnly": None}
