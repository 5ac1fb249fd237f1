"""Writing beside others: a store in use may change a row between reading and writing it, or put a write off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from botocore.exceptions import ClientError

from backoffice.records import BadData
from commerce.call import TimeBudget
from commerce.errors import Contention, DependencyDown
from commerce.storage import WriteLost, retry_on_lost_write

PATIENCE_SECONDS: Final = 60.0
THROTTLED: Final = frozenset({"ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException"})

T = TypeVar("T")


class PutOff(BadData):
    """Nothing is wrong with the data: others were quicker, or the table takes no more writes, for too long."""


def write_in_turn(what: str, attempt: Callable[[], T]) -> T:
    """The result of the first `attempt` (read, decide, write) that no rival and no throttled table stops.

    `what` is written, in the plural, for people. Raises PutOff when that takes too long.
    """

    def once() -> T:
        try:
            return attempt()
        except DependencyDown as error:
            raise WriteLost({}) from error
        except ClientError as error:
            if error.response["Error"]["Code"] not in THROTTLED:
                raise
            raise WriteLost({}) from error

    try:
        return retry_on_lost_write(TimeBudget(PATIENCE_SECONDS), once)
    except Contention as error:
        raise PutOff(
            f"{what} are being changed by others, or their table takes no more writes; try again later"
        ) from error
