"""The shopper types table: the type under one version, its content kept in the execution environment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec.structs import replace

from commerce.errors import ShopperTypeTooLarge
from commerce.exact_json import JsonObject, encoded
from commerce.locales import language_of, locales_of_text
from commerce.shopper_types.model import TYPE_ID, LabelledType, ShopperType, read_type, type_document
from commerce.storage import (
    CachedDocument,
    Condition,
    Item,
    Key,
    Put,
    Store,
    WriteLost,
    decode_document,
    encode_document,
)

MAX_STORED_BYTES: Final = 380_000
# A profile shows defaults and labels of every property next to its own values, all in one answer of at most 6 MB.
MAX_TEXT_BYTES: Final = 600_000

_LABELS: Final = "labels#"


class ShopperTypeRepository:
    """Reads the type with an operation's own batch, and writes all of it under the next version.

    What a batch reads of a type that is kept already: the small row with the version.
    """

    def __init__(self, store: Store, table: str, default_locale: str) -> None:
        self._store = store
        self._table = table
        self._default_locale = default_locale
        self._content = CachedDocument(store, table, TYPE_ID, read_type)
        self._labels: dict[str, tuple[int, Mapping[str, str]]] = {}
        self._known: ShopperType | None = None

    def keys(self, locale: str) -> list[Key]:
        """What an operation adds to its batch to get the type with the labels of `locale`."""
        return [*self._content.keys(), *self._missing(self._known, locale)]

    def current(self, rows: Mapping[Key, Item], locale: str) -> LabelledType:
        """The type as of a batch that held `keys`; more round trips only when it has just changed."""
        while True:
            content = self._known = self._content.current(rows)
            for label_locale in locales_of_text(locale, self._default_locale):
                self._keep_labels(content, label_locale, rows)
            own, fallback = self._kept_labels(content, locale), self._kept_labels(content, self._default_locale)
            language = language_of(locale)
            between = {} if language in (locale, self._default_locale) else self._kept_labels(content, language)
            if own is not None and between is not None and fallback is not None:
                return LabelledType(content, locale, self._default_locale, own, fallback, between)
            rows = self._store.get(self._content.keys() + self._missing(content, locale))

    def save(self, before: LabelledType, after: LabelledType, modifier: str) -> LabelledType:
        """Write the next version; the type as stored.

        `modifier`: login of who changed it. Raises WriteLost when `before` is no longer the stored version,
        ShopperTypeTooLarge, StorageFailure, DependencyDown.
        """
        version = before.type.version + 1
        label_versions = dict(before.type.label_versions)
        labels: list[Put] = []
        for locale, old, new in (
            (after.default_locale, before.fallback, after.fallback),
            (after.locale, before.own, after.own),
        ):
            if old != new and label_versions.get(locale) != version:
                condition = Condition.version(label_versions.get(locale, 0))
                document = encode_document(_bounded(dict(new)))
                labels.append(Put(self._labels_key(locale), {"version": version, "document": document}, condition))
                label_versions[locale] = version
        content = _bounded(type_document(after.type.properties, label_versions, modifier))
        writes = [*self._content.puts(content, before.type.version), *labels]
        stored_documents = (write.item.get("document") for write in writes)
        if any(isinstance(document, bytes) and len(document) > MAX_STORED_BYTES for document in stored_documents):
            raise ShopperTypeTooLarge(
                expected=f"have at most {MAX_STORED_BYTES:,} bytes, compressed, in each of its rows"
            )
        try:
            self._store.write(*writes)
        except WriteLost:
            # A rival was faster: the next attempt reads its type and labels in one batch.
            self._content.forget()
            self._known = None
            raise
        stored = ShopperType(version, modifier, after.type.properties, label_versions)
        return replace(after, type=stored)

    def _labels_key(self, locale: str) -> Key:
        return Key(self._table, TYPE_ID, _LABELS + locale)

    def _missing(self, content: ShopperType | None, locale: str) -> list[Key]:
        """Rows of labels to read; before the content is known, all that may be needed."""
        return [
            self._labels_key(label_locale)
            for label_locale in locales_of_text(locale, self._default_locale)
            if content is None or self._kept_labels(content, label_locale) is None
        ]

    def _keep_labels(self, content: ShopperType, locale: str, rows: Mapping[Key, Item]) -> None:
        row = rows.get(self._labels_key(locale))
        if row and self._kept_labels(content, locale) is None:
            self._labels[locale] = (int(row["version"]), decode_document(row["document"]))

    def _kept_labels(self, content: ShopperType, locale: str) -> Mapping[str, str] | None:
        """The labels that belong to this content; None when they must be read."""
        version = content.label_versions.get(locale, 0)
        if not version:
            return {}
        kept_version, labels = self._labels.get(locale, (0, {}))
        return labels if kept_version == version else None


def _bounded(document: JsonObject) -> JsonObject:
    """The document, unless an answer could not hold it. Raises ShopperTypeTooLarge."""
    if len(encoded(document)) > MAX_TEXT_BYTES:
        raise ShopperTypeTooLarge(expected=f"have at most {MAX_TEXT_BYTES:,} bytes as JSON")
    return document
