"""The shopper type on the wire (contract: shopper-types.md §6)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from commerce.dates import format_date
from commerce.exact_json import JsonObject
from commerce.shopper_types.core_properties import ALWAYS_REQUIRED, DEFAULT_IS_NOW
from commerce.shopper_types.model import DISPLAY_NAME, SECURITY_ATTRIBUTES, TYPE_ID, LabelledType, Property

_EDITABLE: Final = (
    "textSearchable",
    "multiSelect",
    "dimension",
    "internalOnly",
    "default",
    "label",
    "required",
    "audienceVisibility",
    "searchable",
)
_PLAIN: Final = (
    "internalOnly",
    "searchable",
    "textSearchable",
    "dimension",
    "multiSelect",
    "audienceVisibility",
)


def shown_type(labelled: LabelledType, now: datetime) -> JsonObject:
    """The whole type but its links."""
    properties = labelled.type.properties
    return {
        "id": TYPE_ID,
        "repositoryId": TYPE_ID,
        "displayName": DISPLAY_NAME,
        "propertiesOrder": list(properties),
        "properties": {
            declared.id: _shown(declared, labelled.label(declared), now) for declared in properties.values()
        },
    }


def _shown(declared: Property, label: str, now: datetime) -> JsonObject:
    attributes = declared.attributes
    shown: JsonObject = {
        "label": label,
        "type": declared.type,
        "uiEditorType": declared.type,
        "default": format_date(now) if declared.id in DEFAULT_IS_NOW else declared.default,
        "required": attributes["required"],
        "length": declared.length,
        "localizable": False,
        "writable": True,
        **{name: attributes[name] for name in _PLAIN},
        "editableAttributes": [name for name in _EDITABLE if _editable(declared, name)],
    }
    if declared.secured or not declared.core:
        shown |= {name: attributes[name] for name in SECURITY_ATTRIBUTES}
    return shown


def _editable(declared: Property, name: str) -> bool:
    if name == "audienceVisibility":
        return not declared.core
    return name != "required" or declared.id not in ALWAYS_REQUIRED
