"""Guards against guessing (contract: auth.md §8): counters in rows of their own, one a clock hour, that expire."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final

from msgspec import Struct

from commerce.dates import epoch_seconds
from commerce.errors import Contention, DependencyDown, RateLimited
from commerce.storage import Condition, Key, StorageFailure, Store, Update, WriteLost

_HOUR: Final = timedelta(hours=1)


class Guard(Struct, frozen=True):
    """At most `limit` wrong guesses per subject and hour; a limit of 0 switches it off."""

    store: Store
    table: str
    name: str
    limit: int
    new_id: Callable[[], str]

    def guess(self, subject: str, now: datetime) -> Guess:
        """One guess that may have to be compared."""
        return Guess(self, subject, now)


class Guess:
    """Counted before it is compared, so that no burst gets by; given back when it was no wrong one.

    It stands in the guard's row under a name of its own: neither step counts twice, whatever answers are lost.
    """

    def __init__(self, guard: Guard, subject: str, now: datetime) -> None:
        self._guard = guard
        self._subject = subject
        self._now = now
        self._counted = False

    @cached_property
    def _key(self) -> Key:
        return Key(self._guard.table, f"guard#{self._subject}", f"{self._guard.name}#{self._now:%Y-%m-%dT%H}")

    @cached_property
    def _name(self) -> str:
        return f"guess{self._guard.new_id()[:12]}"

    def count(self) -> None:
        """Counts once, however often it is called.

        Raises RateLimited when the hour's guesses are used up, and WriteLost beside a rival that decides nothing.
        """
        if self._counted or not self._guard.limit:
            return
        room = Condition(absent_or_below={"count": self._guard.limit})
        expiry = {"expiresAt": epoch_seconds(self._now + 2 * _HOUR)}
        try:
            self._guard.store.write(Update(self._key, room, expiry, {"count": 1}, mark=self._name))
        except WriteLost as lost:
            if self._key not in lost.current:
                raise
            raise RateLimited(3600 - self._now.minute * 60 - self._now.second) from lost
        self._counted = True

    def give_back(self) -> None:
        """A guess that cannot be given back now stays counted: what it was made for is answered all the same."""
        if not self._counted:
            return
        self._counted = False
        counted = Condition(present=[self._name])
        with suppress(Contention, DependencyDown, StorageFailure, WriteLost):
            self._guard.store.write(Update(self._key, counted, {}, {"count": -1}, [self._name]))
