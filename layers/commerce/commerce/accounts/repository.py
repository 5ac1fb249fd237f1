"""The directory's rows, beside the organizations in their table."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from commerce.accounts.directory import Directory, Place, read_directory
from commerce.exact_json import JsonObject
from commerce.storage import CachedDocument, Item, Key, Store, encode_document

# No organization's id holds this sign.
DIRECTORY: Final = "#directory"
MAX_DIRECTORY_BYTES: Final = 380_000


class DirectoryTooLarge(ValueError):
    """The tree does not fit in its item."""


class DirectoryRepository:
    """Kept in the execution environment; seen at once when it changes."""

    def __init__(self, store: Store, table: str) -> None:
        self._store = store
        self._document = CachedDocument(store, table, DIRECTORY, lambda document, _version: read_directory(document))

    def keys(self) -> list[Key]:
        """What an operation adds to its first batch."""
        return self._document.keys()

    def current(self, rows: Mapping[Key, Item]) -> Directory:
        """The tree as of a batch that held `keys`."""
        return self._document.current(rows)

    def arrange(self, changes: Mapping[str, Place]) -> None:
        """Add organizations to the tree, move, activate or deactivate them: one transaction of two rows.

        Raises DirectoryError, DirectoryTooLarge, and WriteLost against a rival.
        """
        self._document.revise(lambda document: _arranged(read_directory(document), changes).document())

    def remove(self, names: Collection[str]) -> None:
        """Take organizations out of the tree: one transaction of two rows.

        Raises DirectoryError where one is left below a removed one, and WriteLost against a rival.
        """

        def without(document: JsonObject) -> JsonObject:
            return read_directory({name: place for name, place in document.items() if name not in names}).document()

        self._document.revise(without)

    def arranged(self, changes: Mapping[str, Place]) -> Directory:
        """The tree as `arrange` would leave it. Raises DirectoryError, DirectoryTooLarge."""
        return _arranged(self.current(self._store.get(self.keys())), changes)


def _arranged(directory: Directory, changes: Mapping[str, Place]) -> Directory:
    arranged = directory.changed(changes)
    if len(encode_document(arranged.document())) > MAX_DIRECTORY_BYTES:
        raise DirectoryTooLarge("the tree of organizations is too large to store")
    return arranged
