"""The tree of all organizations: who is whose parent, and who is active.

It is one small document, kept in the execution environment, so that a call knows its organization and all ancestors
after its first read, however deep the tree: docs/decisions/0020-organization-directory.md
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from commerce.exact_json import JsonObject


class Place(Struct, frozen=True):
    """Where an organization stands. `parent` None = a root."""

    parent: str | None = None
    active: bool = True


class DirectoryError(ValueError):
    """A change that would leave no tree: an unknown parent, or an organization above itself."""


class Directory:
    """A snapshot of the tree."""

    def __init__(self, places: Mapping[str, Place]) -> None:
        self._places = places

    def __contains__(self, organization: str) -> bool:
        return organization in self._places

    def active(self, organization: str) -> bool:
        """Of an organization alone: a sub-account of an inactive one may be active."""
        return self._places[organization].active

    def has_active(self, organization: str) -> bool:
        """Whether there is this organization and it is active."""
        return organization in self and self.active(organization)

    def ancestors(self, organization: str) -> tuple[str, ...]:
        """From the parent up to the root."""
        above: list[str] = []
        parent = self._places[organization].parent
        while parent is not None:
            above.append(parent)
            parent = self._places[parent].parent
        return tuple(above)

    def changed(self, changes: Mapping[str, Place]) -> Directory:
        """The tree with organizations added, moved, activated or deactivated. Raises DirectoryError."""
        directory = Directory({**self._places, **changes})
        directory._check()
        return directory

    def document(self) -> JsonObject:
        """The stored form: id → [parent, active]."""
        return {name: [place.parent, place.active] for name, place in self._places.items()}

    def _check(self) -> None:
        sound: set[str] = set()
        for start in self._places:
            path: list[str] = []
            name: str | None = start
            while name is not None and name not in sound:
                if name not in self._places:
                    raise DirectoryError(f"{path[-1]}: its parent {name} does not exist")
                if name in path:
                    raise DirectoryError(f"{name} stands above itself")
                path.append(name)
                name = self._places[name].parent
            sound.update(path)


def read_directory(document: JsonObject) -> Directory:
    """The directory of a stored document; what a later release says of a place besides is nobody's affair here."""
    return Directory({name: Place(parent, active) for name, (parent, active, *_) in document.items()})
