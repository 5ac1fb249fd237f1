"""A document that every request needs, kept in the execution environment under its version.

It stands as two rows written in one transaction: the content, and a small row that holds its version. An operation
reads the small row along with its own rows, so that a change is seen at once and the content is read once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from commerce.exact_json import JsonObject
from commerce.storage.documents import decode_document, encode_document
from commerce.storage.items import Attribute, Item, Key
from commerce.storage.store import Store
from commerce.storage.writes import Condition, Put

T = TypeVar("T")

VERSION: str = "version"
CONTENT: str = "content"


class CachedDocument(Generic[T]):
    """`read` makes what is kept from the stored document and its version; from ``({}, 0)`` when none is stored."""

    def __init__(
        self,
        store: Store,
        table: str,
        name: str,
        read: Callable[[JsonObject, int], T],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._version_key = Key(table, name, VERSION)
        self._content_key = Key(table, name, CONTENT)
        self._read = read
        self._monotonic = monotonic
        self._kept: tuple[int, T] | None = None
        self._checked_at = 0.0

    def keys(self) -> list[Key]:
        """What an operation adds to its own batch."""
        return [self._version_key] if self._kept else [self._version_key, self._content_key]

    def keys_when_older(self, max_age: float) -> list[Key]:
        """As `keys`; none while what is kept is at most `max_age` seconds old, and `recent` reads nothing."""
        return [] if self._is_recent(max_age) else self.keys()

    @property
    def kept(self) -> T | None:
        """What is kept, however old."""
        return self._kept[1] if self._kept else None

    def current(self, rows: Mapping[Key, Item]) -> T:
        """The document as of a batch that held `keys`; one more round trip only when it has just changed."""
        version = _version(rows.get(self._version_key))
        if self._kept and self._kept[0] == version:
            self._checked_at = self._monotonic()
            return self._kept[1]
        content = rows.get(self._content_key)
        if _version(content) != version:
            return self.current(self._store.get([self._version_key, self._content_key]))
        document = decode_document(content["document"]) if content else {}
        self._kept = (version, self._read(document, version))
        self._checked_at = self._monotonic()
        return self._kept[1]

    def forget(self) -> None:
        """What is kept is behind: the next batch reads all of it."""
        self._kept = None

    def recent(self, max_age: float) -> T:
        """The document, at most `max_age` seconds old: for what is no matter of security."""
        if self._kept and self._is_recent(max_age):
            return self._kept[1]
        return self.current(self._store.get(self.keys()))

    def _is_recent(self, max_age: float) -> bool:
        return self._kept is not None and self._monotonic() - self._checked_at < max_age

    def replace(self, document: JsonObject) -> int:
        """Store a new content, whatever the old one; the version it got. Raises WriteLost against a rival."""
        version = _version(self._store.get([self._version_key]).get(self._version_key))
        return self._put(document, version)

    def revise(self, change: Callable[[JsonObject], JsonObject]) -> int:
        """Store what `change` makes of the stored content; the version it got. Raises WriteLost against a rival."""
        rows = self._store.get([self._version_key, self._content_key])
        content = rows.get(self._content_key)
        return self._put(change(decode_document(content["document"]) if content else {}), _version(content))

    def puts(self, document: JsonObject, version: int) -> tuple[Put, Put]:
        """The writes that make `document` the successor of `version`, for a transaction with other rows."""
        condition = Condition.version(version)
        content: dict[str, Attribute] = {"version": version + 1, "document": encode_document(document)}
        return Put(self._version_key, {"version": version + 1}, condition), Put(self._content_key, content, condition)

    def _put(self, document: JsonObject, version: int) -> int:
        self._store.write(*self.puts(document, version))
        return version + 1


def _version(row: Item | None) -> int:
    return int(row["version"]) if row else 0
