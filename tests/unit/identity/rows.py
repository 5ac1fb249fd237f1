"""A store that remembers what was written to it, and answers as a test says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from commerce.call import TimeBudget
from commerce.storage import Item, Key, Store, Write
from tests.support.virtual_time import VirtualTime


class Rows:
    """Items by key. `outcomes`: what the next writes raise, None = they succeed; after these, all do."""

    def __init__(self, items: Mapping[Key, Item] | None = None, outcomes: Iterable[Exception | None] = ()) -> None:
        self.items = dict(items or {})
        self.written: list[Write] = []
        self.read: list[list[Key]] = []
        self._outcomes = list(outcomes)
        self.budget: TimeBudget = VirtualTime().budget()

    @property
    def store(self) -> Store:
        return cast("Store", self)

    def get(self, keys: Sequence[Key]) -> Mapping[Key, Any]:
        self.read.append(list(keys))
        return {key: self.items[key] for key in keys if key in self.items}

    def write(self, *writes: Write) -> None:
        self.written += writes
        outcome = self._outcomes.pop(0) if self._outcomes else None
        if outcome is not None:
            raise outcome
