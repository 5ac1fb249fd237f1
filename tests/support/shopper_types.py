"""The shopper type as the table holds it, without a table."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

from commerce.exact_json import JsonObject, dumps, loads
from commerce.locales import language_of
from commerce.shopper_types.model import LabelledType, ShopperType, read_type, type_document
from commerce.shopper_types.presentation import shown_type
from commerce.shopper_types.rules import same_type, updated_type
from local.workspace import ROOT

NOW: Final = datetime(2026, 3, 14, 9, 26, 53, 589_000, tzinfo=UTC)

# A property's security attributes, and all attributes of a short text, where an update named none.
SECURITY = {
    "readRole": None,
    "writeRole": None,
    "readAccessRight": None,
    "writeAccessRight": None,
    "readSecurityLevel": None,
    "writeSecurityLevel": None,
    "securityMaskingValue": None,
    "shopperReadable": None,
    "shopperWriteable": None,
}
CUSTOM = {
    "uiEditorType": "shortText",
    "default": None,
    "required": False,
    "length": 254,
    "localizable": False,
    "writable": True,
    "internalOnly": False,
    "searchable": False,
    "textSearchable": False,
    "dimension": False,
    "multiSelect": None,
    "audienceVisibility": None,
    "editableAttributes": [
        "textSearchable",
        "multiSelect",
        "dimension",
        "internalOnly",
        "default",
        "label",
        "required",
        "audienceVisibility",
        "searchable",
    ],
    **SECURITY,
}


class StoredType:
    """The type with all its labels; at first the core properties alone."""

    def __init__(self, default_locale: str = "en") -> None:
        self.default_locale = default_locale
        self.type: ShopperType = read_type({}, 0)
        self.labels: dict[str, dict[str, str]] = {}

    def seen(self, locale: str) -> LabelledType:
        """The type with the labels that an update under a locale is merged with."""
        own, fallback = (self.labels.setdefault(name, {}) for name in (locale, self.default_locale))
        language = language_of(locale)
        between = {} if language in (locale, self.default_locale) else self.labels.get(language, {})
        return LabelledType(self.type, locale, self.default_locale, own, fallback, between)

    def put(
        self, properties: Any, locale: str = "en", /, *, underscore_required: bool = False, **members: Any
    ) -> StoredType:
        """The type after an update, written to its document and read again. Raises ShopperTypeError."""
        body = _received({"properties": properties, **members})
        after = updated_type(self.seen(locale), body, underscore_required=underscore_required)
        stored = StoredType(self.default_locale)
        stored.type = read_type(loads(dumps(type_document(after.type.properties, {}, ""))), 0)
        stored.labels = self.labels | {self.default_locale: dict(after.fallback), locale: dict(after.own)}
        return stored

    def shown(self, locale: str = "en", now: datetime = NOW) -> JsonObject:
        """What a read under a locale answers, as its client parses it."""
        return _received(shown_type(self.seen(locale), now))

    def unchanged_by(self, properties: Any, locale: str = "en", /, **members: Any) -> bool:
        """Whether an update leaves nothing to write."""
        body = _received({"properties": properties, **members})
        return same_type(updated_type(self.seen(locale), body, underscore_required=False), self.seen(locale))

    def labels_of(self, property_id: str, *locales: str) -> Sequence[str]:
        """The label that each locale shows."""
        return [self.shown(locale)["properties"][property_id]["label"] for locale in locales]


@cache
def sample_type() -> StoredType:
    """The type of the sample store."""
    stored = StoredType()
    properties = json.loads((ROOT / "sample_store" / "shopper_type.json").read_text(encoding="utf-8"))["properties"]
    for locale in ("en", "de", "fr"):
        sent = {
            name: {key: value for key, value in declared.items() if key != "labels"}
            | {"label": declared["labels"].get(locale)}
            for name, declared in properties.items()
        }
        stored = stored.put(sent, locale)
    return stored


def _received(value: JsonObject) -> JsonObject:
    """What the other side of the wire parses."""
    return dict(loads(dumps(value)))
