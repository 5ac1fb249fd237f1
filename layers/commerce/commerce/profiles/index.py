"""The index of the profiles table: its keys the other way round, and beside them whose an identifier is.

So all profiles stand in one place in the order of their ids, and all identifiers in the order of their text. It holds
nothing else of a profile, and follows a write by moments.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from commerce.errors import ProfileReadFailed
from commerce.identity.login_records import OWNER
from commerce.listing import Window
from commerce.profiles.repository import PROFILE, identifier
from commerce.profiles.search import ByIdentifiers, ByIds
from commerce.storage import StorageFailure, Store
from commerce.storage.indexes import IndexRange, Walk

INDEX: Final = "ByKind"


class ProfileIndex:
    """Finds ids of profiles, a page at a time."""

    def __init__(self, store: Store, table: str) -> None:
        self._store = store
        self._table = table

    def page(
        self, sought: ByIds | ByIdentifiers, asked: Window, *, backwards: bool, counted: bool
    ) -> tuple[Sequence[str], int | None]:
        """The ids of one page, in order, and how many all pages have if that is to be `counted`.

        Raises ProfileReadFailed, DependencyDown, Contention.
        """
        walk = Walk(self._store, self._range(sought, backwards=backwards))
        name = "pk" if isinstance(sought, ByIds) else "account"
        try:
            before = walk.count(asked.offset)
            rows = walk.read(asked.limit)
            total = before + len(rows) + walk.count() if counted else None
        except StorageFailure as error:
            raise ProfileReadFailed from error
        return [row[name] for row in rows], total

    def _range(self, sought: ByIds | ByIdentifiers, *, backwards: bool) -> IndexRange:
        if isinstance(sought, ByIdentifiers):
            prefix = identifier(sought.kind, sought.prefix)
            return IndexRange(self._table, INDEX, OWNER, prefix=prefix, backwards=backwards)
        return IndexRange(self._table, INDEX, PROFILE, prefix=sought.prefix, after=sought.after, backwards=backwards)
