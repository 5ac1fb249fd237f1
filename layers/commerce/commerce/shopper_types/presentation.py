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
        "properties": {each.id: _shown(each, labelled.label(each), now) for each in properties.values()},
    }


def _shown(each: Property, label: str, now: datetime) -> JsonObject:
    attributes = each.attributes
    shown: JsonObject = {
        "label": label,
        "type": each.type,
        "uiEditorType": each.type,
        "default": format_date(now) if each.id in DEFAULT_IS_NOW else each.default,
        "required": attributes["required"],
        "length": each.length,
        "localizable": False,
        "writable": True,
        **{name: attributes[name] for name in _PLAIN},
        "editableAttributes": [name for name in _EDITABLE if _editable(each, name)],
    }
    if each.secured or not each.core:
        shown |= {name: attributes[name] for name in SECURITY_ATTRIBUTES}
    return shown


def _editable(each: Property, name: str) -> bool:
    if name == "audienceVisibility":
        return not each.core
    return name != "required" or each.id not in ALWAYS_REQUIRED
