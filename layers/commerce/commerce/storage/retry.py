"""A write that loses the race is decided again on the newest state (contract: common.md §10)."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final, TypeVar

from commerce.call import TimeBudget
from commerce.storage.writes import WriteLost

T = TypeVar("T")

FIRST_PAUSE: Final = 0.02
LONGEST_PAUSE: Final = 0.5


def retry_on_lost_write(budget: TimeBudget, attempt: Callable[[], T], jitter: Callable[[], float] = random.random) -> T:
    """The result of the first `attempt` (read, decide, write) whose write is not lost.

    Pauses grow from 20 to 500 ms, spread by `jitter` (0 to 1). Raises Contention when the budget is spent.
    """
    pause = FIRST_PAUSE
    while True:
        try:
            return attempt()
        except WriteLost:
            budget.wait(pause * (0.5 + jitter() / 2))
            pause = min(pause * 2, LONGEST_PAUSE)
