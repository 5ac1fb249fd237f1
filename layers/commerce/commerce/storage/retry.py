"""A write that loses the race is decided again on the newest state (contract: common.md §10)."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final, TypeVar

from commerce.call import TimeBudget
from commerce.storage.writes import WriteLost

T = TypeVar("T")

# By so many seconds the span of pauses grows with each loss.
LEAST_GROWTH: Final = 0.02
MOST_GROWTH: Final = 0.2
LONGEST_PAUSE: Final = 2.0


def retry_on_lost_write(budget: TimeBudget, attempt: Callable[[], T], jitter: Callable[[], float] = random.random) -> T:
    """The result of the first `attempt` (read, decide, write) whose write is not lost.

    Of rivals that attempt at once one wins, and the others have spent the machine's time for nothing. So the pauses are
    drawn by `jitter` (0 to 1) from all of a span that grows with each loss, up to 2 s, by twice what the attempt has
    taken: rivals by the dozen spread out over the time that they need in turn, be the machine fast or slow.

    Raises Contention when the budget is spent.
    """
    losses = 0
    while True:
        begun = budget.remaining
        try:
            return attempt()
        except WriteLost:
            losses += 1
            growth = min(max(2 * (begun - budget.remaining), LEAST_GROWTH), MOST_GROWTH)
            budget.wait(min(losses * growth, LONGEST_PAUSE) * jitter())
