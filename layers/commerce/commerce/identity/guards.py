"""Guards against guessing (contract: auth.md §8): counters in rows of their own, one a clock hour, that expire."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from commerce.dates import epoch_seconds
from commerce.errors import RateLimited
from commerce.storage import Condition, Item, Key, Store, Update

_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Guard:
    """At most `limit` failures per subject and hour; a limit of 0 switches it off."""

    table: str
    name: str
    limit: int

    def key(self, subject: str, now: datetime) -> Key:
        """The row of this hour's count, to be read along with what the operation reads."""
        return Key(self.table, f"guard#{subject}", f"{self.name}#{now:%Y-%m-%dT%H}")

    def check(self, row: Item | None, now: datetime) -> None:
        """Raises RateLimited when the hour's count has reached the limit."""
        if self.reached(row):
            raise RateLimited(_seconds_to_the_hour(now))

    def reached(self, row: Item | None) -> bool:
        return bool(self.limit) and row is not None and int(row["count"]) >= self.limit

    def count(self, store: Store, subject: str, now: datetime) -> None:
        """Count one failure. Raises RateLimited when others that ran beside it have used the limit up."""
        if not self.limit:
            return
        row = store.increment(
            Update(
                self.key(subject, now),
                Condition(absent_or_below={"count": 2**31}),
                changes={"expiresAt": epoch_seconds(now + 2 * _HOUR)},
                additions={"count": 1},
            )
        )
        if int(row["count"]) > self.limit:
            raise RateLimited(_seconds_to_the_hour(now))


def _seconds_to_the_hour(now: datetime) -> int:
    return 3600 - now.minute * 60 - now.second
