"""The index of the profiles table: its keys the other way round, and beside them whose an identifier is, and what a
search can find of a profile.

So all profiles stand in one place in the order of their ids, and all identifiers in the order of their text. It follows
a write by moments.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from commerce.errors import ProfileReadFailed, SearchTooLong
from commerce.identity.login_records import OWNER
from commerce.listing import Window
from commerce.profiles.repository import PROFILE, identifier
from commerce.profiles.search import ByIdentifiers, ByIds
from commerce.storage import StorageFailure, Store
from commerce.storage.indexes import IndexRange, Matching, Walk, WalkTooLong

INDEX: Final = "ByKind"


class ProfileIndex:
    """Finds ids of profiles, a page at a time."""

    def __init__(self, store: Store, table: str) -> None:
        self._store = store
        self._table = table

    def page(
        self,
        sought: ByIds | ByIdentifiers,
        asked: Window,
        matching: Matching | None = None,
        *,
        backwards: bool,
        counted: bool,
    ) -> tuple[Sequence[str], int | None]:
        """The ids of one page, in order, and how many all pages have if that is to be `counted`; of profiles, those
        alone whose rows are `matching`.

        Raises ProfileReadFailed, SearchTooLong, DependencyDown, Contention.
        """
        walk = Walk(self._store, self._range(sought, backwards=backwards), matching)
        name = "pk" if isinstance(sought, ByIds) else "account"
        try:
            before = walk.count(asked.offset)
            rows = walk.read(asked.limit)
            total = before + len(rows) + walk.count() if counted else None
        except WalkTooLong as error:
            raise SearchTooLong from error
        except StorageFailure as error:
            raise ProfileReadFailed from error
        return [row[name] for row in rows], total

    def _range(self, sought: ByIds | ByIdentifiers, *, backwards: bool) -> IndexRange:
        if isinstance(sought, ByIdentifiers):
            prefix = identifier(sought.kind, sought.prefix)
            return IndexRange(self._table, INDEX, OWNER, prefix=prefix, backwards=backwards)
        return IndexRange(self._table, INDEX, PROFILE, prefix=sought.prefix, after=sought.after, backwards=backwards)
